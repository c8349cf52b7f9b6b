CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO shop;
CREATE TABLE sales."Order Items" (
    id integer
);
ALTER TABLE sales."Order Items" OWNER TO shop;
COMMENT ON TABLE sales."Order Items" IS 'x';
CREATE SEQUENCE public.s;
CREATE TABLE public.log (at date, what text);
COPY public.log (at, what) FROM stdin;
2025-01-01	one
2025-01-02	two, and a long one behind it to be large
2025-01-03	three, and a long one behind it to be large
\.
COPY sales."Order Items" (id) FROM stdin;
\.
INSERT INTO sales."Order Items" VALUES (1);
INSERT INTO sales."Order Items" VALUES (2), (3);
INSERT INTO sales."Order Items" (id) VALUES (4), (5);
SELECT pg_catalog.setval('public.s', 5, true);
ALTER TABLE ONLY public.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (at);
GRANT SELECT ON TABLE public.log TO reader;
