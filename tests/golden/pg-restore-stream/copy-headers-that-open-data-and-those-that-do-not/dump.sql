copy t from stdin with (format csv, delimiter ';');
1;2
\.
COPY t
  (a)
  FROM -- why
  STDIN
;
1
\.
COPY (SELECT 'stdin from') TO stdout;
COMMENT ON TABLE t IS 'COPY t FROM stdin;';
CREATE TABLE "COPY t FROM stdin;" ();
COPY t FROM '/x/stdin';
