CREATE ROLE rdsadmin;
ALTER ROLE rdsadmin WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS VALID UNTIL 'infinity';
CREATE ROLE cards_reader;
GRANT rds_superuser, cards_reader TO app GRANTED BY rdsadmin;
CREATE TABLESPACE rds_temp_tablespace OWNER rds_superuser LOCATION '/rdsdbdata/tmp/rds_temp_tablespace';
ALTER TABLE public.orders OWNER TO app;
ALTER TABLE public.audit OWNER TO rdsadmin;
