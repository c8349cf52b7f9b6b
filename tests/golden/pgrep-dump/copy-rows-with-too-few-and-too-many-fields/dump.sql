COPY t (a, b) FROM stdin;
1
1	2	3
\.
