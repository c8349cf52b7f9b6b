SET client_encoding = 'UTF8';
SELECT 'café';
COPY t (a) FROM stdin;
café
\.
