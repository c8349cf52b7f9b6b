COPY t FROM stdin;
x\.
LISTEN inside;
\.
LISTEN probe;
