CREATE TABLE t (id int, tablespace text) TABLESPACE fast;
CREATE TABLE t (id int, tablespace text);
