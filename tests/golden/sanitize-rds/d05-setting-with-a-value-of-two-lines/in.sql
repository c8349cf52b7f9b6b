ALTER ROLE app SET application_name TO 'line1
GRANT pg_monitor TO evil';
ALTER ROLE app SET log_statement TO 'line1
GRANT pg_monitor TO evil';
