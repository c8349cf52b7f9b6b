GRANT "pg_read_server_files", app TO asset;
GRANT "pg_read_all_data", app TO asset;
