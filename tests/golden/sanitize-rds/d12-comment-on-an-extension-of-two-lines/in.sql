COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL; it''s
procedural';
COMMENT ON TABLE t IS 'COMMENT ON EXTENSION plpgsql IS ''x''';
