SET standard_conforming_strings = off;
CREATE TABLE t (a text);
INSERT INTO t VALUES ('it\'s; one');
SET standard_conforming_strings = on;
CREATE TABLE u ();
