COPY eofc FROM stdin (FORMAT csv);
row1
"row2-trunc""