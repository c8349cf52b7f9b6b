COPY t (id, "Id", "a,b") FROM stdin;
1	2	3
\.
