--@ sanitize-rds changed 2 [role-exists]: a role that exists already is no error
--@| SELECT 1;
ALTER ROLE r SUPERUSER;
SELECT 1;
