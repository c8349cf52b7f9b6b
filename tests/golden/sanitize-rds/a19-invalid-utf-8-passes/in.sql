SET client_encoding='LATIN1';
INSERT INTO a VALUES ('café');
INSERT INTO a VALUES (E'Ã\'ÿ;
LISTEN inside;
');
LISTEN probe;
