-- head

SET a = 1;
\connect x
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT ';' $$; SELECT 2;
COPY t (a) FROM stdin;
1;
\.
-- end
