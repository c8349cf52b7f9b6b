COPY t (b) FROM stdin;
a\tb\\c
a\x09b\134c
\.
