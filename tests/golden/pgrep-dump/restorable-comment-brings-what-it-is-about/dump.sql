CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'one';
CREATE TABLE public.t (a integer);
COMMENT ON COLUMN public.t.a IS 'two';
CREATE RULE r AS ON DELETE TO public.t DO INSTEAD NOTHING;
COMMENT ON RULE r ON public.t IS 'three';
CREATE TABLE public.u (a integer);
