CREATE TABLE "we;ird -- ""x"" $$" ("COPY x FROM stdin;" int);
LISTEN probe;
CREATE TABLE "we;
LISTEN inside;
/* '" ();
LISTEN probe;
