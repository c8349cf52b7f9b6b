CREATE TABLE public.users (id integer, email text);
CREATE TABLE public.orders (id integer, user_id integer);
CREATE INDEX users_email ON public.users USING btree (email);
CREATE INDEX orders_user ON public.orders USING btree (user_id);
GRANT SELECT ON TABLE public.users TO reader;
