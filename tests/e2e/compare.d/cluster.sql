-- What a cluster holds outside its databases: a line a fact,
-- `cluster TAB kind TAB identity TAB fact`. Run as a superuser; majors 12 to 18.
\ir session.sql

COPY (SELECT 'cluster', 'role', rolname, f FROM pg_authid,
  LATERAL (VALUES ('exists'), (CASE WHEN rolsuper THEN 'SUPERUSER' END), (CASE WHEN NOT rolinherit THEN 'NOINHERIT' END),
    (CASE WHEN rolcreaterole THEN 'CREATEROLE' END), (CASE WHEN rolcreatedb THEN 'CREATEDB' END),
    (CASE WHEN rolcanlogin THEN 'LOGIN' END), (CASE WHEN rolreplication THEN 'REPLICATION' END),
    (CASE WHEN rolbypassrls THEN 'BYPASSRLS' END), ('CONNECTION LIMIT ' || rolconnlimit),
    ('VALID UNTIL ' || coalesce(rolvaliduntil, 'infinity')), ('PASSWORD ' || coalesce(rolpassword, 'NULL'))) v (f)
  WHERE rolname !~ '^pg_' AND f IS NOT NULL) TO STDOUT;

COPY (SELECT 'cluster', 'comment', 'role ' || pg_temp.name_of(objoid), description FROM pg_shdescription
  WHERE classoid = 'pg_authid'::regclass AND pg_temp.name_of(objoid) !~ '^pg_') TO STDOUT;

COPY (SELECT 'cluster', 'membership', pg_temp.name_of(roleid) || ' TO ' || pg_temp.name_of(member), CASE WHEN bool_or(admin_option) THEN 'ADMIN' ELSE 'plain' END
  FROM pg_auth_members GROUP BY roleid, member) TO STDOUT;

COPY (SELECT 'cluster', 'setting', concat_ws(' in ', CASE WHEN setrole = 0 THEN 'ALL' ELSE 'role ' || pg_temp.name_of(setrole) END,
    (SELECT 'database ' || datname FROM pg_database WHERE oid = setdatabase)), s
  FROM pg_db_role_setting, unnest(setconfig) s) TO STDOUT;

\if :v15
COPY (SELECT 'cluster', 'acl', 'parameter ' || parname, a FROM pg_parameter_acl, pg_temp.acl(paracl, 'p', 10) a) TO STDOUT;
\endif

COPY (SELECT 'cluster', 'tablespace', spcname, f FROM pg_tablespace t,
  LATERAL (SELECT 'owner ' || pg_temp.owner(spcowner) UNION ALL SELECT 'option ' || o FROM unnest(spcoptions) o
    UNION ALL SELECT 'acl ' || a FROM pg_temp.acl(spcacl, 't', spcowner) a
    UNION ALL SELECT 'comment ' || description FROM pg_shdescription WHERE (classoid, objoid) = ('pg_tablespace'::regclass, t.oid)) v (f)
  WHERE spcname !~ '^pg_') TO STDOUT;

COPY (SELECT 'cluster', 'database', datname, f FROM pg_database d, to_jsonb(d) j,
  LATERAL (SELECT 'owner ' || pg_temp.owner(datdba)
    UNION ALL SELECT 'encoding ' || pg_encoding_to_char(encoding)
    UNION ALL SELECT 'collate ' || datcollate || ' ctype ' || datctype
    UNION ALL SELECT 'provider ' || coalesce(j ->> 'datlocprovider', 'c') || coalesce(' ' || coalesce(j ->> 'datlocale', j ->> 'daticulocale'), '')
    UNION ALL SELECT 'IS_TEMPLATE' WHERE datistemplate
    UNION ALL SELECT 'NO CONNECTIONS' WHERE NOT datallowconn
    UNION ALL SELECT 'CONNECTION LIMIT ' || datconnlimit
    UNION ALL SELECT 'tablespace ' || (SELECT spcname FROM pg_tablespace WHERE oid = dattablespace)
    UNION ALL SELECT 'acl ' || a FROM pg_temp.acl(datacl, 'd', datdba) a
    UNION ALL SELECT 'comment ' || description FROM pg_shdescription WHERE (classoid, objoid) = ('pg_database'::regclass, d.oid)) v (f)
  WHERE datname <> 'template0') TO STDOUT;
