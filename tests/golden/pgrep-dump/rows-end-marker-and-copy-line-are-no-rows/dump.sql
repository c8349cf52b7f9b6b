COPY t (a) FROM stdin;
x

\.
SELECT 1;
