COPY t (a, b) FROM stdin WITH (DELIMITER '|', NULL 'nil');
1|x\|y
2|nil
3|\nil
\.
