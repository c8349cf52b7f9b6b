CREATE FUNCTION doc() RETURNS text LANGUAGE sql AS $_$
-- header kept?
COMMENT ON EXTENSION x IS 'help text';
CREATE TABLE "demo" (i int);
   EXECUTE FUNCTION foo()
\restrict abc
$_$;
LISTEN probe;
CREATE FUNCTION doc() RETURNS text LANGUAGE sql AS '
COMMENT ON EXTENSION x IS ''help text'';
CREATE ROLE app SUPERUSER;
COPY x FROM stdin;
\connect rdsadmin
LISTEN inside;
\.
';
LISTEN probe;
