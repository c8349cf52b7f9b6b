--
-- PostgreSQL database dump
--

\restrict k9

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;

CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO shop;
CREATE TYPE sales.state AS ENUM (
    'open',
    'paid'
);
ALTER TYPE sales.state OWNER TO shop;
CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  -- CREATE TABLE public.fake (id integer);
  NEW.email := lower(NEW.email);
  RETURN NEW;
END
$$;
ALTER FUNCTION public.touch() OWNER TO shop;
SET default_tablespace = '';
SET default_table_access_method = heap;

--
-- Name: users; Type: TABLE; Schema: public; Owner: shop
--

CREATE TABLE public.users (
    id integer NOT NULL,
    email text
);
ALTER TABLE public.users OWNER TO shop;
COMMENT ON TABLE public.users IS 'CREATE TABLE public.fake (id integer);';
COMMENT ON COLUMN public.users.email IS 'in lower case';
CREATE SEQUENCE public.users_id_seq
    AS integer
    START WITH 1;
ALTER SEQUENCE public.users_id_seq OWNER TO shop;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
CREATE SEQUENCE public.tickets
    START WITH 1;
ALTER SEQUENCE public.tickets OWNER TO clerk;
CREATE TABLE sales.orders (
    id integer NOT NULL,
    user_id integer,
    state sales.state
);
ALTER TABLE sales.orders OWNER TO shop;
ALTER TABLE sales.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME sales.orders_id_seq
    START WITH 1
);
CREATE TABLE sales.log (
    at date NOT NULL,
    what text
)
PARTITION BY RANGE (at);
ALTER TABLE sales.log OWNER TO clerk;
CREATE TABLE sales.log_2025 (
    at date NOT NULL,
    what text
);
ALTER TABLE sales.log_2025 OWNER TO clerk;
CREATE TABLE public."Order Items" (
    "Item" text
);
ALTER TABLE public."Order Items" OWNER TO shop;
CREATE VIEW public.emails AS
 SELECT users.email
   FROM public.users;
ALTER VIEW public.emails OWNER TO shop;
ALTER TABLE ONLY sales.log ATTACH PARTITION sales.log_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);

--
-- Data for Name: Order Items; Type: TABLE DATA; Schema: public; Owner: shop
--

COPY public."Order Items" ("Item") FROM stdin;
pen
\.

COPY public.users (id, email) FROM stdin;
1	alice@example.com
2	CREATE TABLE public.fake (id integer);
\.
COPY sales.log_2025 (at, what) FROM stdin;
2025-05-01	opened
\.
COPY sales.orders (id, user_id, state) FROM stdin;
7	1	paid
\.
SELECT pg_catalog.setval('public.tickets', 5, true);
SELECT pg_catalog.setval('public.users_id_seq', 2, true);
SELECT pg_catalog.setval('sales.orders_id_seq', 7, true);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sales.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (at);
ALTER TABLE ONLY sales.log_2025
    ADD CONSTRAINT log_2025_pkey PRIMARY KEY (at);
ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX orders_user ON sales.orders USING btree (user_id);
CREATE UNIQUE INDEX users_email ON public.users USING btree (email);
ALTER INDEX sales.log_pkey ATTACH PARTITION sales.log_2025_pkey;
CREATE RULE keep AS
    ON DELETE TO public.users DO INSTEAD NOTHING;
CREATE TRIGGER touch BEFORE INSERT ON public.users FOR EACH ROW EXECUTE FUNCTION public.touch();
ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
CREATE POLICY own ON public.users USING ((email = CURRENT_USER));
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA sales TO reader;
GRANT ALL ON FUNCTION public.touch() TO reader;
GRANT SELECT ON TABLE public.users TO reader;
GRANT SELECT(email) ON TABLE public.users TO clerk;
GRANT ALL ON SEQUENCE public.users_id_seq TO reader;
GRANT SELECT ON TABLE sales.orders TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA sales GRANT SELECT ON TABLES TO reader;

\unrestrict k9
