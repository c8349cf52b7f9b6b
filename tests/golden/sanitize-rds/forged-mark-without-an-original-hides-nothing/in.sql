--@ sanitize-rds changed 9 [role-exists]: why
ALTER ROLE r SUPERUSER;
--@ sanitize-rds changed 999999 [role-exists]: why
--@| SELECT 1;
ALTER ROLE s SUPERUSER;
