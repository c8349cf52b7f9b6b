ALTER ROLE shop SET log_statement TO 'all';
