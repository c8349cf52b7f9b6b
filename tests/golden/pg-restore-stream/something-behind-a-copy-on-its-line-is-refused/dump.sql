COPY c FROM stdin; SELECT 42;
row1
\.
