COPY b FROM stdin;
1
\.
