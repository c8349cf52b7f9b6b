SELECT 'one';
CREATE TABLE t (a int,
