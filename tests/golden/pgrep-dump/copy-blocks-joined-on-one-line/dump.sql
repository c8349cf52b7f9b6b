COPY t (x) FROM stdin \; COPY u (y) FROM stdin;
a1
\.
b1
\.
SELECT 1;
