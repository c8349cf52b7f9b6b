COPY eofc FROM stdin;
row1
row2-trunc