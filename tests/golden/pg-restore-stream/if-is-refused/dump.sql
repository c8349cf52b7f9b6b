\if false
COPY t FROM stdin;
\endif
