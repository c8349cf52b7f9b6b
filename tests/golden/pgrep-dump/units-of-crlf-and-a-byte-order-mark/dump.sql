SELECT 9;
COPY t FROM stdin;
1
\.
SELECT 10;