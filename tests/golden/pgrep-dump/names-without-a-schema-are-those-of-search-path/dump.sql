CREATE TABLE b ();
SET search_path = sales, pg_catalog;
CREATE TABLE a ();
CREATE INDEX i ON a USING btree (x);
SELECT pg_catalog.set_config('search_path', 'other', false);
CREATE TABLE c ();
SET search_path TO DEFAULT;
COMMENT ON TABLE b IS 'b';
