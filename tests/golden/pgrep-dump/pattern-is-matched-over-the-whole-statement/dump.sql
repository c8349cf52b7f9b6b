CREATE TABLE public.users (
    id integer,
    email text
);

CREATE TABLE public.orders (
    id integer
);
