COPY c FROM stdin; LISTEN probe;
row1
\.
