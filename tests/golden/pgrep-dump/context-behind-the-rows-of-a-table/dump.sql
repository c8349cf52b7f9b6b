CREATE TABLE b ();
COPY b FROM stdin;
\.
CREATE INDEX i ON a (x);
CREATE INDEX j ON b (x);
CREATE INDEX k ON a (y);
