COPY t (a) FROM stdin;
\N
\\N
N
\.
