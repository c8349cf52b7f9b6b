COPY t (a, b) FROM stdin;
1	2
3	4
\.
