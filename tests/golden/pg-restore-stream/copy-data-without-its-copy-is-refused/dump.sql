CREATE TABLE t (a text);
\N	x
\.
