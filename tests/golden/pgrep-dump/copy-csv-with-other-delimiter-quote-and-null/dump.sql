COPY public.t (id, name, note) FROM stdin WITH (FORMAT csv, DELIMITER ';', QUOTE '|', ESCAPE '!', NULL 'none', HEADER true);
id;name;note
1;none;|none|
2;|a;b|;x!y
3;|line
feed|;|a!|b!!c|
4;;"
\.
