--
-- PostgreSQL database dump
--

\restrict abc123

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

CREATE SCHEMA app;
ALTER SCHEMA app OWNER TO owner;
CREATE TABLE app.customers (
    id integer NOT NULL,
    name text
);
CREATE TABLE app.orders (id integer, customer integer);
CREATE FUNCTION app.f() RETURNS integer LANGUAGE sql AS $$ SELECT 1; $$;
COPY app.customers (id, name) FROM stdin;
1	Anne
2	Bo;b
\.

COPY app.orders (id, customer) FROM stdin;
\.

SELECT pg_catalog.setval('app.seq', 4, true);
ALTER TABLE ONLY app.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
CREATE INDEX orders_customer ON app.orders USING btree (customer);
CREATE INDEX customers_name ON app.customers USING btree (name);
ALTER TABLE ONLY app.orders
    ADD CONSTRAINT orders_fk FOREIGN KEY (customer) REFERENCES app.customers(id);
GRANT SELECT ON TABLE app.orders TO reader;

\unrestrict abc123
