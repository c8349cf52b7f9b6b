CREATE SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA ext;
COMMENT ON EXTENSION citext IS 'text without case';
CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;
CREATE DOMAIN public.email AS ext.citext CONSTRAINT has_at CHECK ((VALUE OPERATOR(ext.~) '@'::ext.citext));
CREATE DOMAIN public.unused AS text;
CREATE FUNCTION public.inner() RETURNS text LANGUAGE sql AS $$ SELECT 'x'::text $$;
CREATE FUNCTION public.fresh() RETURNS text LANGUAGE sql AS $$ SELECT public.inner() $$;
CREATE FUNCTION public.unused() RETURNS text LANGUAGE sql AS $$ SELECT public.fresh() $$;
CREATE TABLE public.base (a integer);
CREATE TABLE public.t (mail public.email DEFAULT public.fresh(), b integer)
INHERITS (public.base);
COPY public.t (a, mail, b) FROM stdin;
1	a@b	2
\.
COPY public.base (a) FROM stdin;
1
\.
