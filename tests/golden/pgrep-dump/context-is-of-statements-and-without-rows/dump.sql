CREATE TABLE t (a text);
COPY t (a) FROM stdin;
one
two
\.
CREATE INDEX i ON t (a);
ANALYZE
  t;
