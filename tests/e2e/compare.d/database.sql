-- What a database holds: a line a fact, `DATABASE TAB kind TAB identity TAB fact`.
-- Run as a superuser; majors 12 to 18. psql variable db: the name to print.
\ir session.sql
SET e2e.db = :'db';

CREATE TEMP VIEW rel AS
  SELECT c.*, pg_temp.ident('pg_class', c.oid) AS id FROM pg_class c
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND (oid >= 16384 AND pg_temp.ours('pg_class', oid)) AND relpersistence <> 't';

-- schemas
CREATE TEMP VIEW fact AS
SELECT 'schema' AS kind, nspname::text AS id, 'owner ' || pg_temp.owner(nspowner) AS fact FROM pg_namespace
  WHERE ((oid >= 16384 AND pg_temp.ours('pg_namespace', oid)) OR nspname = 'public') AND nspname !~ '^pg_'
UNION ALL SELECT 'acl', 'schema ' || nspname, a FROM pg_namespace, pg_temp.acl(nspacl, 'n', nspowner) a
  WHERE ((oid >= 16384 AND pg_temp.ours('pg_namespace', oid)) OR nspname = 'public') AND nspname !~ '^pg_'

-- extensions, and what was granted on their members beyond what they bring along
UNION ALL SELECT 'extension', extname, 'schema ' || extnamespace::regnamespace FROM pg_extension
UNION ALL SELECT 'extension-acl', pg_temp.ident('pg_proc', p.oid), a
  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e',
    pg_temp.acl(proacl, 'f', proowner) a
  WHERE proacl IS DISTINCT FROM (SELECT initprivs FROM pg_init_privs i WHERE i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass)

-- relations
UNION ALL SELECT 'relation', id, f FROM rel r, LATERAL (
    SELECT 'owner ' || pg_temp.owner(relowner)
    UNION ALL SELECT 'UNLOGGED' WHERE relpersistence = 'u'
    UNION ALL SELECT 'replica identity ' || relreplident::text
    UNION ALL SELECT 'ROW LEVEL SECURITY' WHERE relrowsecurity
    UNION ALL SELECT 'FORCE ROW LEVEL SECURITY' WHERE relforcerowsecurity
    UNION ALL SELECT 'not populated' WHERE NOT relispopulated
    UNION ALL SELECT 'option ' || o FROM unnest(reloptions) o
    UNION ALL SELECT 'toast option ' || o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = r.reltoastrelid
    UNION ALL SELECT 'tablespace ' || spcname FROM pg_tablespace WHERE oid = reltablespace
    UNION ALL SELECT 'access method ' || amname FROM pg_am WHERE pg_am.oid = relam
    UNION ALL SELECT 'partition key ' || pg_get_partkeydef(r.oid) WHERE relkind = 'p'
    UNION ALL SELECT 'parent ' || inhseqno || ' ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = r.oid
    UNION ALL SELECT 'of type ' || reloftype::regtype WHERE reloftype <> 0
    UNION ALL SELECT 'definition ' || pg_temp.def(pg_get_viewdef(r.oid)) WHERE relkind IN ('v', 'm')) v (f)
UNION ALL SELECT 'relation', id, 'partition bound ' || pg_get_expr(relpartbound, oid) FROM rel WHERE relispartition
UNION ALL SELECT 'acl', id, a FROM rel, pg_temp.acl(relacl, CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner) a

-- columns, of composite types too
UNION ALL SELECT 'column', pg_temp.ident('pg_class', c.oid) || '.' || attname, f
  FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped, to_jsonb(a) j, LATERAL (
    SELECT 'position ' || (SELECT count(*) FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attnum BETWEEN 1 AND a.attnum AND NOT b.attisdropped)
    UNION ALL SELECT 'type ' || format_type(atttypid, atttypmod)
    UNION ALL SELECT 'NOT NULL' WHERE attnotnull
    UNION ALL SELECT concat('identity ', attidentity, ' generated ', attgenerated)
    UNION ALL SELECT 'default ' || pg_temp.def(pg_get_expr(adbin, adrelid)) FROM pg_attrdef WHERE adrelid = c.oid AND adnum = attnum
    UNION ALL SELECT 'storage ' || attstorage::text || ' compression ' || coalesce(j ->> 'attcompression', '')
    UNION ALL SELECT 'statistics ' || coalesce(attstattarget, -1)
    UNION ALL SELECT 'collation ' || attcollation::regcollation WHERE attcollation <> 0
    UNION ALL SELECT 'option ' || o FROM unnest(attoptions) o
    UNION ALL SELECT 'foreign option ' || o FROM unnest(attfdwoptions) o
    UNION ALL SELECT 'local ' || attislocal || ' inherited ' || attinhcount
    UNION ALL SELECT 'acl ' || x FROM pg_temp.acl(attacl, 'c', relowner) x WHERE attacl IS NOT NULL) v (f)
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND (c.oid >= 16384 AND pg_temp.ours('pg_class', c.oid)) AND relpersistence <> 't'
    AND relnamespace <> 'pg_toast'::regnamespace

-- sequences
UNION ALL SELECT 'sequence', pg_temp.ident('pg_class', seqrelid), f FROM pg_sequence s, LATERAL (
    SELECT concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
    UNION ALL SELECT 'owned by ' || (SELECT pg_temp.ident('pg_class', refobjid) || '.' || attname FROM pg_attribute WHERE attrelid = refobjid AND attnum = refobjsubid)
      FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')) v (f)
  WHERE (seqrelid >= 16384 AND pg_temp.ours('pg_class', seqrelid))

-- constraints, indexes, statistics
UNION ALL SELECT 'constraint', pg_temp.ident('pg_constraint', oid), pg_temp.def(pg_get_constraintdef(oid)) || ' local ' || conislocal FROM pg_constraint
  WHERE (oid >= 16384 AND pg_temp.ours('pg_constraint', oid)) AND contype <> 'n' AND (conrelid = 0 OR (conrelid >= 16384 AND pg_temp.ours('pg_class', conrelid))) AND (contypid = 0 OR (contypid >= 16384 AND pg_temp.ours('pg_type', contypid)))
UNION ALL SELECT 'index', pg_temp.ident('pg_class', indexrelid), f FROM pg_index i JOIN pg_class c ON c.oid = indexrelid, LATERAL (
    SELECT pg_temp.def(pg_get_indexdef(indexrelid))
    UNION ALL SELECT 'clustered' WHERE indisclustered
    UNION ALL SELECT 'replica identity' WHERE indisreplident
    UNION ALL SELECT 'not valid' WHERE NOT indisvalid
    UNION ALL SELECT 'tablespace ' || spcname FROM pg_tablespace WHERE oid = c.reltablespace
    UNION ALL SELECT 'statistics ' || attnum || ' ' || coalesce(attstattarget, -1) FROM pg_attribute WHERE attrelid = indexrelid AND coalesce(attstattarget, -1) <> -1) v (f)
  WHERE (indexrelid >= 16384 AND pg_temp.ours('pg_class', indexrelid)) AND (indrelid >= 16384 AND pg_temp.ours('pg_class', indrelid)) AND relnamespace <> 'pg_toast'::regnamespace
UNION ALL SELECT 'statistics', pg_temp.ident('pg_statistic_ext', oid), f FROM pg_statistic_ext e, to_jsonb(e) j, LATERAL (VALUES
    ('owner ' || pg_temp.owner(stxowner)), (pg_get_statisticsobjdef(oid)), ('target ' || coalesce(j ->> 'stxstattarget', '-1'))) v (f)

-- rules, triggers, policies
UNION ALL SELECT 'rule', pg_temp.ident('pg_rewrite', oid), ev_enabled::text || ' ' || pg_temp.def(pg_get_ruledef(oid)) FROM pg_rewrite
  WHERE rulename <> '_RETURN' AND (ev_class >= 16384 AND pg_temp.ours('pg_class', ev_class)) AND oid >= 16384
UNION ALL SELECT 'trigger', pg_temp.ident('pg_trigger', oid), tgenabled::text || ' ' || pg_temp.def(pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'policy', pg_temp.ident('pg_policy', oid), concat_ws(' ', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, polcmd,
    'TO', (SELECT string_agg(pg_temp.name_of(r), ', ' ORDER BY pg_temp.name_of(r)) FROM unnest(polroles) r),
    'USING', pg_temp.def(pg_get_expr(polqual, polrelid)), 'CHECK', pg_temp.def(pg_get_expr(polwithcheck, polrelid))) FROM pg_policy
UNION ALL SELECT 'event trigger', evtname, f FROM pg_event_trigger, LATERAL (VALUES ('owner ' || pg_temp.owner(evtowner)),
    (concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags))) v (f) WHERE (oid >= 16384 AND pg_temp.ours('pg_event_trigger', oid))

-- functions, aggregates
UNION ALL SELECT 'function', pg_temp.ident('pg_proc', oid), f FROM pg_proc p, LATERAL (
    SELECT 'owner ' || pg_temp.owner(proowner)
    UNION ALL SELECT 'setting ' || o FROM unnest(proconfig) o
    UNION ALL SELECT 'LEAKPROOF' WHERE proleakproof
    -- The settings and LEAKPROOF are facts of their own: one may be lost alone.
    UNION ALL SELECT pg_temp.def(regexp_replace(regexp_replace(pg_get_functiondef(p.oid), '(?n)^ SET .*\n', '', 'g'), ' LEAKPROOF', '')) WHERE prokind <> 'a'
    UNION ALL SELECT concat_ws(' ', 'aggregate', aggtransfn, aggfinalfn, aggcombinefn, aggtranstype::regtype, aggtransspace, agginitval, aggsortop::regoper)
      FROM pg_aggregate WHERE aggfnoid = p.oid) v (f) WHERE (oid >= 16384 AND pg_temp.made('pg_proc', oid)) AND pronamespace <> pg_my_temp_schema()
UNION ALL SELECT 'acl', pg_temp.ident('pg_proc', oid), a FROM pg_proc, pg_temp.acl(proacl, 'f', proowner) a
  WHERE (oid >= 16384 AND pg_temp.made('pg_proc', oid)) AND pronamespace <> pg_my_temp_schema()

-- types
UNION ALL SELECT 'type', pg_temp.ident('pg_type', t.oid), f FROM pg_type t, LATERAL (
    SELECT concat_ws(' ', 'owner', pg_temp.owner(typowner), 'kind', typtype, typcategory, typlen, typstorage)
    UNION ALL SELECT 'label ' || row_number() OVER (ORDER BY enumsortorder) || ' ' || enumlabel FROM pg_enum WHERE enumtypid = t.oid
    UNION ALL SELECT concat_ws(' ', 'over', format_type(typbasetype, typtypmod), typnotnull, typdefault, typcollation::regcollation) WHERE typtype = 'd'
    UNION ALL SELECT concat_ws(' ', 'range of', rngsubtype::regtype, rngcollation, rngcanonical, rngsubdiff) FROM pg_range WHERE rngtypid = t.oid) v (f)
  WHERE (t.oid >= 16384 AND pg_temp.ours('pg_type', t.oid)) AND typnamespace NOT IN ('pg_toast'::regnamespace, pg_my_temp_schema())
    AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
UNION ALL SELECT 'acl', pg_temp.ident('pg_type', t.oid), a FROM pg_type t, pg_temp.acl(typacl, 'T', typowner) a
  WHERE (t.oid >= 16384 AND pg_temp.ours('pg_type', t.oid)) AND typnamespace NOT IN ('pg_toast'::regnamespace, pg_my_temp_schema())
    AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)

-- operators, casts, conversions, collations, text search
UNION ALL SELECT 'operator', pg_temp.ident('pg_operator', oid), concat_ws(' ', 'owner', pg_temp.owner(oprowner), oprcode, oprcom::regoperator, oprnegate::regoperator, oprcanmerge, oprcanhash, oprrest, oprjoin)
  FROM pg_operator WHERE (oid >= 16384 AND pg_temp.ours('pg_operator', oid))
UNION ALL SELECT 'operator class', pg_temp.ident('pg_opclass', oid), concat_ws(' ', 'owner', pg_temp.owner(opcowner), pg_temp.ident('pg_opfamily', opcfamily), opcintype::regtype, opcdefault, opckeytype::regtype)
  FROM pg_opclass WHERE (oid >= 16384 AND pg_temp.ours('pg_opclass', oid))
UNION ALL SELECT 'operator family', pg_temp.ident('pg_opfamily', oid), 'owner ' || pg_temp.owner(opfowner) FROM pg_opfamily WHERE (oid >= 16384 AND pg_temp.ours('pg_opfamily', oid))
UNION ALL SELECT 'cast', pg_temp.ident('pg_cast', oid), concat_ws(' ', castfunc::regprocedure, castcontext, castmethod) FROM pg_cast WHERE (oid >= 16384 AND pg_temp.ours('pg_cast', oid))
UNION ALL SELECT 'conversion', pg_temp.ident('pg_conversion', oid), concat_ws(' ', 'owner', pg_temp.owner(conowner), conforencoding, contoencoding, conproc, condefault)
  FROM pg_conversion WHERE (oid >= 16384 AND pg_temp.ours('pg_conversion', oid))
UNION ALL SELECT 'collation', pg_temp.ident('pg_collation', oid), concat_ws(' ', 'owner', pg_temp.owner(collowner), collprovider, collcollate, j ->> 'colliculocale', j ->> 'colllocale', j ->> 'collisdeterministic')
  FROM pg_collation c, to_jsonb(c) j WHERE (oid >= 16384 AND pg_temp.ours('pg_collation', oid))
UNION ALL SELECT 'text search', pg_temp.ident('pg_ts_config', c.oid), f FROM pg_ts_config c, LATERAL (
    SELECT 'owner ' || pg_temp.owner(cfgowner) || ' parser ' || cfgparser
    UNION ALL SELECT concat_ws(' ', 'map', maptokentype, mapseqno, mapdict::regdictionary) FROM pg_ts_config_map WHERE mapcfg = c.oid) v (f) WHERE (c.oid >= 16384 AND pg_temp.ours('pg_ts_config', c.oid))
UNION ALL SELECT 'text search', pg_temp.ident('pg_ts_dict', oid), concat_ws(' ', 'owner', pg_temp.owner(dictowner), dictinitoption) FROM pg_ts_dict WHERE (oid >= 16384 AND pg_temp.ours('pg_ts_dict', oid))
UNION ALL SELECT 'text search', pg_temp.ident('pg_ts_parser', oid), 'parser' FROM pg_ts_parser WHERE (oid >= 16384 AND pg_temp.ours('pg_ts_parser', oid))
UNION ALL SELECT 'text search', pg_temp.ident('pg_ts_template', oid), 'template' FROM pg_ts_template WHERE (oid >= 16384 AND pg_temp.ours('pg_ts_template', oid))
UNION ALL SELECT 'transform', pg_temp.ident('pg_transform', oid), concat_ws(' ', trffromsql, trftosql) FROM pg_transform WHERE (oid >= 16384 AND pg_temp.ours('pg_transform', oid))
UNION ALL SELECT 'access method', amname, amhandler::text FROM pg_am WHERE (oid >= 16384 AND pg_temp.ours('pg_am', oid))
UNION ALL SELECT 'language', lanname, 'owner ' || pg_temp.owner(lanowner) FROM pg_language WHERE (oid >= 16384 AND pg_temp.ours('pg_language', oid))

-- publications, subscriptions
UNION ALL SELECT 'publication', pubname, f FROM pg_publication p, to_jsonb(p) j, LATERAL (VALUES ('owner ' || pg_temp.owner(pubowner)),
    (concat_ws(' ', 'all', puballtables, 'insert', pubinsert, 'update', pubupdate, 'delete', pubdelete, 'truncate', pubtruncate, 'via root', coalesce(j ->> 'pubviaroot', 'false')))) v (f)
UNION ALL SELECT 'subscription', subname, 'owner ' || pg_temp.owner(subowner) || ' to ' || md5(subconninfo) || ' ' || subpublications::text FROM pg_subscription
  WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())

-- foreign data
UNION ALL SELECT 'foreign data', pg_temp.ident('pg_foreign_data_wrapper', oid), concat_ws(' ', 'owner', pg_temp.owner(fdwowner), fdwoptions) FROM pg_foreign_data_wrapper WHERE (oid >= 16384 AND pg_temp.ours('pg_foreign_data_wrapper', oid))
UNION ALL SELECT 'acl', pg_temp.ident('pg_foreign_data_wrapper', oid), a FROM pg_foreign_data_wrapper, pg_temp.acl(fdwacl, 'F', fdwowner) a
UNION ALL SELECT 'foreign data', pg_temp.ident('pg_foreign_server', oid), concat_ws(' ', 'owner', pg_temp.owner(srvowner), srvtype, srvversion, srvoptions) FROM pg_foreign_server
UNION ALL SELECT 'acl', pg_temp.ident('pg_foreign_server', oid), a FROM pg_foreign_server, pg_temp.acl(srvacl, 'S', srvowner) a
UNION ALL SELECT 'foreign data', 'user mapping ' || pg_temp.name_of(umuser) || ' on ' || srvname, umoptions::text FROM pg_user_mapping JOIN pg_foreign_server s ON s.oid = umserver
UNION ALL SELECT 'foreign data', ftrelid::regclass::text, srvname || ' ' || ftoptions::text FROM pg_foreign_table JOIN pg_foreign_server s ON s.oid = ftserver

-- default privileges, large objects
UNION ALL SELECT 'default acl', concat_ws(' ', pg_temp.owner(defaclrole), 'in', CASE WHEN defaclnamespace = 0 THEN 'any schema' ELSE defaclnamespace::regnamespace::text END, 'on', defaclobjtype::text), a
  FROM pg_default_acl, pg_temp.acl(defaclacl, defaclobjtype, defaclrole) a
UNION ALL SELECT 'large object', oid::text, f FROM pg_largeobject_metadata m, LATERAL (
    SELECT 'owner ' || pg_temp.owner(lomowner) UNION ALL SELECT 'acl ' || a FROM pg_temp.acl(lomacl, 'L', lomowner) a
    UNION ALL SELECT 'content ' || md5(lo_get(m.oid))) v (f)

-- comments on everything
UNION ALL SELECT 'comment', i.type || ' ' || i.identity, description FROM pg_description d, pg_identify_object(classoid, objoid, objsubid) i
  WHERE (objoid >= 16384 AND pg_temp.ours(classoid, objoid)) OR classoid = 'pg_extension'::regclass OR (classoid, objoid) = ('pg_namespace'::regclass, 'public'::regnamespace::oid);

COPY (SELECT current_setting('e2e.db'), kind, id, fact FROM fact WHERE fact IS NOT NULL) TO STDOUT;

\if :v15
COPY (SELECT current_setting('e2e.db'), 'publication', pubname, concat_ws(' ', 'table', prrelid::regclass, 'where', pg_temp.def(pg_get_expr(prqual, prrelid)),
    'columns', (SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_attribute WHERE attrelid = prrelid AND attnum = ANY (prattrs)))
  FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid
  UNION ALL SELECT current_setting('e2e.db'), 'publication', pubname, 'schema ' || pnnspid::regnamespace FROM pg_publication_namespace JOIN pg_publication p ON p.oid = pnpubid) TO STDOUT;
\else
COPY (SELECT current_setting('e2e.db'), 'publication', pubname, 'table ' || prrelid::regclass || ' where columns' FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid) TO STDOUT;
\endif

-- Every row: a count and a sum of digests, which does not depend on the order.
SELECT format('COPY (SELECT current_setting(%L), %L, %L, concat(count(*), %L, sum(hashtextextended(e2e_row::text, 0)::numeric)) FROM ONLY %s e2e_row) TO STDOUT',
  'e2e.db', 'rows', id, ' rows ', oid::regclass) FROM rel WHERE relkind IN ('r', 'm') AND relispopulated ORDER BY id
\gexec
SELECT format('COPY (SELECT current_setting(%L), %L, %L, concat_ws(%L, last_value, is_called) FROM %s) TO STDOUT', 'e2e.db', 'sequence', id, ' called ', oid::regclass)
FROM rel WHERE relkind = 'S' ORDER BY id
\gexec
