COPY t (x) FROM stdin \g
a1
\.
SELECT 1;
