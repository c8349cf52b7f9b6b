\connect template1
\encoding SQL_ASCII
\connect -reuse-previous=on "dbname='my db'"
LISTEN probe;
\connect -reuse-previous=on "dbname='odd ""db"" \'name\''"
LISTEN probe;
