--@ sanitize-rds removed [no-such-rule]: why
--@| DROP TABLE t;
SELECT 1;
