SET client_encoding = 'LATIN1';
SELECT E'•\';
LISTEN inside;
', 2;
LISTEN probe;
