CREATE TABLE public.t (id integer);
COPY public.t (id) FROM stdin;
1
\.
CREATE TABLE public.p (id integer) PARTITION BY RANGE (id);
ALTER TABLE ONLY public.p ATTACH PARTITION public.t DEFAULT;
CREATE SEQUENCE public.s;
ALTER SEQUENCE public.s OWNED BY public.p.id;
