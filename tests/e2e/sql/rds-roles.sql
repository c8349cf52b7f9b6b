-- What every RDS instance brings along: roles, their memberships and settings.
-- Run by the bootstrap superuser `rdsadmin`; works on majors 15 to 18.
-- Included by rds.sql (a source) and target-rds.sql (a target).

CREATE ROLE rds_ad;
CREATE ROLE rds_iam;
CREATE ROLE rds_password;
CREATE ROLE rds_replication;
CREATE ROLE rds_superuser;
CREATE ROLE rds_reserved NOINHERIT;
CREATE ROLE rds_extension NOINHERIT;
CREATE ROLE rdsrepladmin NOINHERIT NOLOGIN REPLICATION;
CREATE ROLE rdstopmgr LOGIN;
ALTER ROLE rdsadmin VALID UNTIL 'infinity';
-- Not the predefined roles that RDS keeps for itself (server files and programs).
SELECT format('GRANT %I TO rds_superuser WITH ADMIN OPTION', rolname) FROM pg_roles
WHERE rolname IN ('pg_monitor', 'pg_signal_backend', 'pg_read_all_data', 'pg_write_all_data', 'pg_checkpoint',
                  'pg_create_subscription', 'pg_use_reserved_connections', 'pg_maintain', 'rds_password', 'rds_replication')
\gexec
GRANT pg_checkpoint, pg_monitor TO rdstopmgr;
ALTER ROLE rdsadmin SET timezone TO 'utc';
ALTER ROLE rdsadmin SET log_min_error_statement TO 'panic';
ALTER ROLE rdsadmin SET exit_on_error TO '0';
ALTER ROLE rdsadmin SET statement_timeout TO '0';
ALTER ROLE rdsadmin SET "auto_explain.log_min_duration" TO '-1';
ALTER ROLE rdsadmin SET temp_file_limit TO '-1';
ALTER ROLE rdsadmin SET synchronous_commit TO 'local';
ALTER ROLE rdsadmin SET default_tablespace TO '';
ALTER ROLE rdsadmin SET stats_fetch_consistency TO 'snapshot';
ALTER ROLE rdsadmin SET "pg_hint_plan.enable_hint" TO 'off';
ALTER ROLE rdsadmin SET default_transaction_read_only TO 'off';
ALTER ROLE rdstopmgr SET log_statement TO 'all';
ALTER ROLE rdstopmgr SET role TO 'rdstopmgr';
ALTER ROLE rdstopmgr SET "pg_hint_plan.enable_hint" TO 'off';
