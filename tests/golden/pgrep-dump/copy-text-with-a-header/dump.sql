COPY t (a, b) FROM stdin WITH (HEADER);
a	b
1	2
\.
