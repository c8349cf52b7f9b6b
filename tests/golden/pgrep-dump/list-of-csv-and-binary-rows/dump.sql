COPY t (a) FROM stdin WITH (FORMAT csv, HEADER);
a
"x
y"
z
\.
COPY u (a) FROM stdin;
1

\.
