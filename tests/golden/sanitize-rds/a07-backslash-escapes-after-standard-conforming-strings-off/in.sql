SET standard_conforming_strings = off;
INSERT INTO p VALUES ('it\'s; one');
SET standard_conforming_strings = on;
INSERT INTO p VALUES ('C:\');
LISTEN probe;
