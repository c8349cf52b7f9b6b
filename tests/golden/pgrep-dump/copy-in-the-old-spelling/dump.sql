copy t (a, b) from stdin using delimiters ',' with null as 'x';
1,x
2,y
\.
COPY t (a, b) FROM stdin WITH DELIMITER AS ';' CSV HEADER;
a;b
3;"z"
\.
