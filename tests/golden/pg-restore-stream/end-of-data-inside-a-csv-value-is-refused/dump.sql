COPY c FROM stdin WITH (FORMAT csv);
"a
\.
b"
\.
