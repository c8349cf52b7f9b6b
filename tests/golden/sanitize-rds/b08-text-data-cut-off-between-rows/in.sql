COPY eofc FROM stdin;
row1
