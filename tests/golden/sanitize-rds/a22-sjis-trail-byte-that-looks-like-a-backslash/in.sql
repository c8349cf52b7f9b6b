SET client_encoding = 'SJIS';
SELECT length(E'•\'), 2;          -- 95 5C: the string ends at the quote
LISTEN probe;
COPY t FROM stdin;
•\	x
\.
SELECT E'•\\';
LISTEN inside;
';
LISTEN probe;
