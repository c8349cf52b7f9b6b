--
-- Name: t; Type: TABLE; Schema: public; Owner: app; Tablespace: fast
--

COMMENT ON COLUMN t.a IS 'lives in TABLESPACE fast';
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$
CREATE TABLESPACE fast LOCATION '/x';
SET default_tablespace = fast;
$$;
INSERT INTO t VALUES ('SET default_tablespace = fast;
CREATE TABLESPACE fast LOCATION ''/x'';');
COPY t FROM stdin;
CREATE TABLESPACE fast LOCATION '/x';
SET default_tablespace = fast;
\.
