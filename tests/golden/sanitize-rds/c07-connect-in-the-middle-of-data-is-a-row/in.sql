SET standard_conforming_strings = off;
COPY t FROM stdin;
\connect rdsadmin
\connect -reuse-previous=on "dbname='my db'"
\.
SELECT 'it\'s; one';
LISTEN probe;
