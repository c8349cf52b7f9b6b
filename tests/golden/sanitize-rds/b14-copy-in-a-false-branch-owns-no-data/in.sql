\if false
COPY t FROM stdin;
LISTEN probe;
\endif
COPY t FROM stdin;
LISTEN inside;
\.
