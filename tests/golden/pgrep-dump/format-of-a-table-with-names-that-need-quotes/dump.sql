COPY "My Shop"."Order Items" ("select", "a ""b""", "c$1", "x,y") FROM stdin;
1	2	3	4
\.
