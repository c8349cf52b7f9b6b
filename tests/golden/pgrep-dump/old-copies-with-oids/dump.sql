COPY t (a) WITH OIDS FROM stdin;
17	x
18	y
\.
