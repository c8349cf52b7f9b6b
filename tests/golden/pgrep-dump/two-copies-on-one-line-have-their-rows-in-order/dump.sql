COPY c (x) FROM stdin; COPY d (y) FROM stdin;
of c
\.
of d
\.
