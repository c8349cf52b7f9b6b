SET client_encoding = 'SJIS';
SELECT length(E'•\'), 2;
COPY t (a, b) FROM stdin;
•\	x
\N	•\N
\.
