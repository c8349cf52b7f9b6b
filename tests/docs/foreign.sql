CREATE FOREIGN TABLE public.remote (id integer) SERVER far;
CREATE TABLE public.near (id integer);
GRANT SELECT ON TABLE public.remote TO web;
GRANT SELECT ON TABLE public.near TO web;
