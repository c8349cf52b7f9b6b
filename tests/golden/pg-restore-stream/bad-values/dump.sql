CREATE TABLE t (a int);
COPY t (a) FROM stdin;
1
\.
