-- a comment

  CREATE TABLE public.users (
    id integer,
    email text
);
