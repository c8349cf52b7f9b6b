CREATE TABLE eofc (a text);
COPY eofc FROM stdin;
row1
row2-trunc