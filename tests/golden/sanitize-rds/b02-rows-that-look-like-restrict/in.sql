COPY public.t (a) FROM stdin;
\restrict me
\unrestrict x
\.
LISTEN probe;
