SET client_encoding = 'UTF8';

CREATE TABLE public.fruit (id integer NOT NULL, name text);

COPY public.fruit (id, name) FROM stdin;
1	apple
2	pear
\.

ALTER TABLE ONLY public.fruit ADD CONSTRAINT fruit_pkey PRIMARY KEY (id);
CREATE INDEX fruit_name ON public.fruit USING btree (name);
