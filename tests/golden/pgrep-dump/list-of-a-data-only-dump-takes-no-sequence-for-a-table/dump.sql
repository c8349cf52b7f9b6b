COPY t (a) FROM stdin;
1
\.
SELECT pg_catalog.setval('public.s', 5, true);
