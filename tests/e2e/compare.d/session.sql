-- Settings and functions of a snapshot's session; included by the other two.
-- psql variables: map (JSON, former superuser -> who owns its objects now),
-- loose (1: majors differ, so that definitions are compared without what only
-- the deparser of one major writes).
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = pg_catalog;
SET row_security = on;
SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';
SET bytea_output = 'hex'; SET extra_float_digits = 1; SET xmloption = content;
SET statement_timeout = 0; SET lock_timeout = 0; SET default_transaction_read_only = off;
SET client_encoding = 'SQL_ASCII';
SET default_tablespace = ''; SET temp_tablespaces = '';
SET e2e.map = :'map';
SET e2e.loose = :'loose';
SELECT current_setting('server_version_num')::int >= 140000 AS v14,
       current_setting('server_version_num')::int >= 150000 AS v15 \gset

CREATE FUNCTION pg_temp.name_of(oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $1 = 0 THEN 'PUBLIC'
    ELSE coalesce((SELECT rolname::text FROM pg_roles WHERE oid = $1), '<role ' || $1 || '>') END $$;

CREATE FUNCTION pg_temp.owner(oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('e2e.map')::jsonb ->> pg_temp.name_of($1), pg_temp.name_of($1)) $$;

-- A line an entry. The defaults are written out, so that no ACL and an ACL which
-- says the same are equal; the owner is "<owner>", whoever that is.
CREATE FUNCTION pg_temp.acl(acl aclitem[], kind "char", owner oid) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT DISTINCT g || ' ' || privilege_type || CASE WHEN is_grantable AND g <> '<owner>' THEN '*' ELSE '' END || ' by ' || r
  FROM (SELECT e.*, CASE WHEN grantee = owner OR pg_temp.name_of(grantee) = pg_temp.owner(owner) THEN '<owner>' ELSE pg_temp.name_of(grantee) END AS g,
                    CASE WHEN grantor = owner OR pg_temp.name_of(grantor) = pg_temp.owner(owner) THEN '<owner>' ELSE pg_temp.name_of(grantor) END AS r
        FROM aclexplode(coalesce(acl, acldefault(kind, owner))) e) x
  WHERE NOT (g = '<owner>' AND privilege_type = 'MAINTAIN') $$;

-- A definition. 16 and later leave out the qualifiers that 15 writes.
CREATE FUNCTION pg_temp.def(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN current_setting('e2e.loose') = '1'
    THEN regexp_replace(regexp_replace($1, '\m[a-z_0-9]+\.', '', 'g'), '[\s()]+', ' ', 'g') ELSE $1 END $$;

CREATE FUNCTION pg_temp.ident(class regclass, object oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT type || ' ' || identity FROM pg_identify_object($1, $2, 0) $$;

CREATE FUNCTION pg_temp.ours(class regclass, object oid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT $2 >= 16384 AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = $1 AND objid = $2 AND deptype = 'e') $$;

-- Not what the server makes along with something: a range type's constructors
-- belong to the bootstrap superuser wherever they are.
CREATE FUNCTION pg_temp.made(class regclass, object oid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT pg_temp.ours($1, $2) AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = $1 AND objid = $2 AND deptype = 'i') $$;
