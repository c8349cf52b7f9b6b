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
2	CRE