CREATE TABLE public.orders (id integer);
ALTER TABLE public.orders OWNER TO boss;
ALTER TABLE public.lines OWNER TO app;
