CREATE TABLE t (a int);
COPY t FROM stdin;
1
\.
\copy t from program 'id'
