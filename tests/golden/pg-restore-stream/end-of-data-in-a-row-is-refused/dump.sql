COPY c FROM stdin;
a
x\.
y
\.
