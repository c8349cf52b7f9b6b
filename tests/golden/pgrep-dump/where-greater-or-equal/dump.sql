COPY t (n, s) FROM stdin;
9	apple
10	Banana
1e3	apple pie
1.0	
-5	zoo
\N	\N
abc	09
\.
