CREATE TABLE public.t (a integer);
CREATE SEQUENCE public.s START WITH 1;
ALTER SEQUENCE public.s OWNED BY public.t.a;
CREATE TABLE public.u (a integer);
