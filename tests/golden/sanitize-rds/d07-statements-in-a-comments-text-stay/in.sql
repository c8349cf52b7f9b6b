COMMENT ON TABLE t IS 'x
CREATE ROLE x;
GRANT pg_checkpoint TO y;
';
