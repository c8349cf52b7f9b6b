ALTER ROLE app SET search_path TO 'app', 'public';
ALTER ROLE app SET log_statement TO 'all';
ALTER ROLE app SET session_preload_libraries TO 'auto_explain';
ALTER ROLE app IN DATABASE d SET work_mem TO '8MB';
