SELECT 1;
--@ sanitize-rds removed [x]: why
--@| CREATE TABLESPACE fast
--@| LOCATION '/x';
SELECT 2; --@+ sanitize-rds
--@ sanitize-rds removed [x]: why
--@| CREATE TABLESPACE slow LOCATION '/x';
--@. sanitize-rds
 SELECT 3;
--@ sanitize-rds changed 3 [y]: why
--@| ALTER TABLE t OWNER TO app;
DO $do$BEGIN NULL; END$do$;
ALTER TABLE t OWNER TO app;
DO $do$BEGIN NULL; END$do$;
--@ strip-tablespaces removed [x]: why
--@| CREATE TABLESPACE other LOCATION '/x';
--@ sanitize-rds removed [z]: why
--@| COPY secret (a) FROM stdin;
--@ sanitize-rds data [z]
--@| arb
--@| \x10
--@| \.
SELECT 4;
