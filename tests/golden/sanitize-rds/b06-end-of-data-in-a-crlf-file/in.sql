COPY t FROM stdin;
LISTEN inside;
\.
LISTEN probe;
SELECT 1;
