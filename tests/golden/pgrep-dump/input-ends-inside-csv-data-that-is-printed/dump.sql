COPY t (a) FROM stdin WITH (FORMAT csv);
1
"2