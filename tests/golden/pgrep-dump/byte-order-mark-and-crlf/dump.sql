SELECT 9;
SELECT 10
;
COPY t FROM stdin;
1
\.
