CREATE TYPE public.mood AS ENUM ('a');
CREATE FUNCTION public.f(m public.mood) RETURNS integer LANGUAGE sql AS $$SELECT 1$$;
CREATE CAST (public.mood AS integer) WITH FUNCTION public.f(public.mood);
CREATE FUNCTION public.g(m public.mood) RETURNS integer LANGUAGE sql AS $$SELECT 1$$;
CREATE TABLE public.t (a integer DEFAULT public.f('a'::public.mood));
