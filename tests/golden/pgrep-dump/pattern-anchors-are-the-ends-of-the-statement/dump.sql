CREATE TABLE public.users (
    id integer
);
GRANT SELECT ON TABLE public.users TO reader;
