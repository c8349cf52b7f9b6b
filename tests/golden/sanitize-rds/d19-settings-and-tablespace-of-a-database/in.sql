ALTER DATABASE app SET TABLESPACE fast;
ALTER DATABASE app SET rds.force_ssl TO '1';
ALTER DATABASE app SET search_path TO x;
