SET client_encoding = 'LATIN1';
CREATE TABLE public.menu (dish text);
COPY public.menu (dish) FROM stdin;
flambé
soup
\.
