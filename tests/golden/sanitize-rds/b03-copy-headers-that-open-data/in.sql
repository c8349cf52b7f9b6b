copy t from stdin with (format csv, delimiter ';');
LISTEN inside;
\.
LISTEN probe;
COPY t
  (a)
  FROM -- why
  STDIN
;
LISTEN inside;
\.
LISTEN probe;
COPY "a b"."c;d" ("e,f") FROM stdin;
LISTEN inside;
\.
LISTEN probe;
COPY t FROM STDIN WHERE a <> 'FROM stdin;';
LISTEN inside;
\.
LISTEN probe;
COPY t FROM STDOUT;
LISTEN inside;
\.
LISTEN probe;
