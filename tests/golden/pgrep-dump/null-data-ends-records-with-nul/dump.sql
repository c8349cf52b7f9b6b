CREATE TABLE a (
  i int
);
CREATE TABLE b ();
COPY b FROM stdin;
\.
