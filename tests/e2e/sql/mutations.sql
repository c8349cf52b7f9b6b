-- One small change of each kind, for the database `shop` of self-hosted.sql: the
-- comparison has to find every one. `-- finds: REGEXP` stands above its change; the
-- expression is looked for among the differences, `~` being the separator.

\set ON_ERROR_STOP on
-- finds: ^-cluster~role~ops~CREATEDB
ALTER ROLE ops NOCREATEDB;
-- finds: ^[+]cluster~role~reader~PASSWORD
ALTER ROLE reader PASSWORD 'another';
-- finds: ^[+]cluster~role~forever~VALID UNTIL 2040
ALTER ROLE forever VALID UNTIL '2040-01-01 00:00:00+00';
-- finds: ^-cluster~membership~reader TO writer
REVOKE reader FROM writer;
-- finds: ^-cluster~membership~grp TO app_owner~ADMIN
REVOKE ADMIN OPTION FOR grp FROM app_owner CASCADE;
-- finds: ^-cluster~setting~role app_owner~lock_timeout=7s
ALTER ROLE app_owner RESET lock_timeout;
-- finds: ^-cluster~setting~ALL in database shop~TimeZone=
ALTER DATABASE shop RESET timezone;
-- finds: ^-cluster~comment~role app_owner
COMMENT ON ROLE app_owner IS NULL;
-- finds: ^[+]cluster~database~shop~acl PUBLIC CONNECT
GRANT CONNECT ON DATABASE shop TO PUBLIC;
-- finds: ^[+]shop~rows~table public.t~18 rows
INSERT INTO public.t VALUES (18, 'one more');
-- finds: ^[+]shop~rows~table public.unlogged~1 rows
UPDATE public.unlogged SET b = '\x00ff5d';
-- finds: ^[+]shop~relation~table public.by_ops~owner reader
ALTER TABLE public.by_ops OWNER TO reader;
-- finds: ^-shop~acl~table public.rds_reports~records_ro SELECT by <owner>
REVOKE SELECT ON public.rds_reports FROM records_ro;
-- finds: ^-shop~acl~table app.cust~100% SELECT[*] by asset
SET ROLE asset; REVOKE GRANT OPTION FOR SELECT ON app.cust FROM "100%" CASCADE; RESET ROLE;
-- finds: ^-shop~column~table secure.ledger.amount~acl reader UPDATE
REVOKE UPDATE (amount) ON secure.ledger FROM reader;
-- finds: ^[+]shop~column~table app.cust.name~default 'x'
ALTER TABLE app.cust ALTER name SET DEFAULT 'x';
-- finds: ^-shop~column~table app.cust.mail~statistics 77
ALTER TABLE app.cust ALTER mail SET STATISTICS -1;
-- finds: ^-shop~constraint~table constraint "check; it's" on app.cust
ALTER TABLE app.cust DROP CONSTRAINT "check; it's";
-- finds: ^-shop~index~index app.cust_fts
DROP INDEX app.cust_fts;
-- finds: ^-shop~statistics~.*cust_expr
DROP STATISTICS app.cust_expr;
-- finds: ^-shop~policy~.*readers on secure.ledger~RESTRICTIVE
ALTER POLICY readers ON secure.ledger TO reader;
-- finds: ^-shop~relation~table secure.ledger~FORCE ROW LEVEL SECURITY
ALTER TABLE secure.ledger NO FORCE ROW LEVEL SECURITY;
-- finds: ^-shop~trigger~.*touch_always
ALTER TABLE app.cust ENABLE TRIGGER touch_always;
-- finds: ^-shop~rule~.*notify_two
ALTER TABLE public.t ENABLE RULE notify_two;
-- finds: ^[+]shop~function~function app.same_lines
CREATE OR REPLACE FUNCTION app.same_lines() RETURNS int LANGUAGE plpgsql AS $$
DECLARE i int := 0;
BEGIN
  i := i + 1;



  RETURN i;
END$$;
-- finds: ^-shop~function~function app.leak.integer.~LEAKPROOF
ALTER FUNCTION app.leak(int) NOT LEAKPROOF;
-- finds: ^-shop~acl~function app.leak.*writer EXECUTE by reader
SET ROLE reader; REVOKE EXECUTE ON FUNCTION app.leak(int) FROM writer; RESET ROLE;
-- finds: ^[+]shop~type~type app.mood~label 4
ALTER TYPE app.mood ADD VALUE 'late';
-- finds: ^-shop~acl~type app.mood~reader USAGE
REVOKE USAGE ON TYPE app.mood FROM reader;
-- finds: ^-shop~schema~by_super~owner postgres
ALTER SCHEMA by_super OWNER TO reader;
-- finds: ^-shop~default acl~app_owner in app on r~reader SELECT
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA app REVOKE SELECT ON TABLES FROM reader;
-- finds: ^-shop~large object~424242~content
SELECT lo_put(424242, 0, '\x01') \g /dev/null
-- finds: ^-shop~large object~424243~acl grp UPDATE
REVOKE UPDATE ON LARGE OBJECT 424243 FROM grp;
-- finds: ^-shop~comment~policy own
COMMENT ON POLICY own ON secure.ledger IS NULL;
-- finds: ^-shop~comment~table column app.cust.tablespace
COMMENT ON COLUMN app.cust.tablespace IS NULL;
-- finds: ^-shop~sequence~sequence app.alone~
SELECT nextval('app.alone') \g /dev/null
-- finds: ^-shop~publication~pub_one~table app.ord where
ALTER PUBLICATION pub_one DROP TABLE app.ord;
-- finds: ^-shop~event trigger~boss_et
ALTER EVENT TRIGGER boss_et ENABLE;
-- finds: ^-shop~foreign data~user mapping PUBLIC on remote
DROP USER MAPPING FOR PUBLIC SERVER remote;
-- finds: ^-shop~extension~pageinspect
DROP EXTENSION pageinspect;
-- finds: ^-shop~text search~.*english_plus~map
ALTER TEXT SEARCH CONFIGURATION app.english_plus DROP MAPPING FOR asciiword;
