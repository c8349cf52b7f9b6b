SET transaction_timeout = 0;
COPY t FROM stdin;
SET transaction_timeout = 0;
\.
SELECT pg_catalog.set_config('transaction_timeout','0',false);
SET statement_timeout = 0;
