CREATE TABLE t (a int);
\connect other
