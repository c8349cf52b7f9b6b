CREATE ROLE shop;
ALTER ROLE shop WITH LOGIN;
CREATE DATABASE a;
ALTER DATABASE a OWNER TO shop;
CREATE DATABASE b;
\connect a
CREATE TABLE public.t (x text);
COPY public.t (x) FROM stdin;
in a
\.
\connect b
CREATE TABLE public.t (x text);
COPY public.t (x) FROM stdin;
in b
\.
