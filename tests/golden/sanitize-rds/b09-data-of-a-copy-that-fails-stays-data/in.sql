COPY nosuch (a) FROM stdin;
DROP TABLE users;
LISTEN inside;
\.
SELECT 5;
LISTEN probe;
