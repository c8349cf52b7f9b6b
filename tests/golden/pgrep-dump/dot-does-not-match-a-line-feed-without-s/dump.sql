CREATE TABLE public.users (
    email text
);
