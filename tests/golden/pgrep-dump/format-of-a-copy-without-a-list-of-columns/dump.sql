COPY t FROM stdin;
1	\N
\.
