\restrict k1
SET client_encoding = 'UTF8';
CREATE ROLE shop;
CREATE ROLE reader;
\unrestrict k1
\connect shop

\restrict k1
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO shop;
CREATE TYPE sales.state AS ENUM ('open', 'paid');
ALTER TYPE sales.state OWNER TO shop;
CREATE TABLE public.users (id integer NOT NULL, email text);
ALTER TABLE public.users OWNER TO shop;
CREATE FUNCTION public.forget(who integer) RETURNS void
    LANGUAGE sql
    AS $$
DELETE FROM sales.orders WHERE user_id = who;
$$;
ALTER FUNCTION public.forget(who integer) OWNER TO shop;
CREATE TABLE sales.orders (id integer NOT NULL, user_id integer, state sales.state);
ALTER TABLE sales.orders OWNER TO shop;
CREATE SEQUENCE sales.orders_id_seq START WITH 1;
ALTER SEQUENCE sales.orders_id_seq OWNED BY sales.orders.id;
ALTER TABLE ONLY sales.orders ALTER COLUMN id SET DEFAULT nextval('sales.orders_id_seq'::regclass);

COPY public.users (id, email) FROM stdin;
1	alice@example.com
2	bob@example.com
\.

COPY sales.orders (id, user_id, state) FROM stdin;
7	1	paid
8	2	open
9	1	open
10	1	\N
\.

SELECT pg_catalog.setval('sales.orders_id_seq', 10, true);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX orders_user ON sales.orders USING btree (user_id);
ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
GRANT SELECT ON TABLE sales.orders TO reader;
\unrestrict k1
\connect blog

\restrict k1
SET client_encoding = 'UTF8';
CREATE TABLE public.users (name text);
COPY public.users (name) FROM stdin;
carol
\.
\unrestrict k1
