CREATE VIEW v AS
 SELECT pg_tables.tablespace FROM pg_tables;
CREATE VIEW w AS
 SELECT t.tablespace AS fast, tablespace fast FROM pg_tables t;
SELECT pg_tables.tablespace FROM pg_tables;
CREATE RULE r AS ON INSERT TO t DO ALSO SELECT tablespace fast FROM pg_tables;
