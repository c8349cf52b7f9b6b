COPY eofc FROM stdin (FORMAT csv, QUOTE '@');
row1
row2-trunc