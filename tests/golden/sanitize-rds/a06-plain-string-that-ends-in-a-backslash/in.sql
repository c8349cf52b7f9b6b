INSERT INTO p VALUES ('C:\');
LISTEN probe;
INSERT INTO p VALUES ('second; row');
