CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $_$ BEGIN RETURN $q$a;b$q$; END; $_$;
SET default_tablespace = probe;
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $_$
BEGIN
  RETURN $q$;
SET default_tablespace = inside;
$q$;
END;
$_$;
SET default_tablespace = probe;
CREATE TABLE "we;ird -- ""x"" $$" ("COPY x FROM stdin;" int);
SET default_tablespace = probe;
CREATE TABLE "we;
SET default_tablespace = inside;
/* '" ();
SET default_tablespace = probe;
SELECT 2 */* c;' */ 3;
SELECT 1 --;x
;
SELECT 2 +--; '
LISTEN ;
SET default_tablespace = probe;
CREATE FUNCTION public.f1(x integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN (x > 0) THEN 1 ELSE ( SELECT ba."end" FROM public.ba LIMIT 1) END AS "end";
 SELECT 2;
SET default_tablespace = inside;
END;
SET default_tablespace = probe;
CREATE OR REPLACE PROCEDURE p()
    BEGIN /* c */ ATOMIC
SET default_tablespace = inside;
END;
SET default_tablespace = probe;
COPY public.t (a) FROM stdin;
-- not a comment
COPY x FROM stdin;
CREATE ROLE evil SUPERUSER;
$$
'
/*

\N
\\.
a\\
\.
SET default_tablespace = probe;
COPY public.t (a) FROM stdin;
SET default_tablespace = inside;
 \.
\. 
x\.
\.;
"
\
\.
SET default_tablespace = probe;
copy t from stdin with (format csv, delimiter ';');
SET default_tablespace = inside;
\.
SET default_tablespace = probe;
COPY t
  (a)
  FROM -- why
  STDIN
;
SET default_tablespace = inside;
\.
SET default_tablespace = probe;
COPY "a b"."c;d" ("e,f") FROM stdin;
SET default_tablespace = inside;
\.
SET default_tablespace = probe;
COPY t FROM STDIN WHERE a <> 'FROM stdin;';
SET default_tablespace = inside;
\.
SET default_tablespace = probe;
COPY t FROM STDOUT;
SET default_tablespace = inside;
\.
SET default_tablespace = probe;
