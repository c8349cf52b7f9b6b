COPY eofc FROM stdin;
