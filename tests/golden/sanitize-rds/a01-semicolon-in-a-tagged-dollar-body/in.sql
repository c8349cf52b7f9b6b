CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $_$ BEGIN RETURN $q$a;b$q$; END; $_$;
LISTEN probe;
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $_$
BEGIN
  RETURN $q$;
LISTEN inside;
$q$;
END;
$_$;
LISTEN probe;
