COPY t FROM stdin (FORMAT csv, HEADER);
a,b
1,"x
y"
2,z
\.
COPY u FROM stdin;
a\
b
\.
