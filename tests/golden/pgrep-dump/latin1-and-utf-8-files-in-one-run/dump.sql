SET client_encoding = 'LATIN1';
SELECT 'café';
COPY t (a) FROM stdin;
café
\.
