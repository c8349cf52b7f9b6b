CREATE TABLE public.t (a integer, b text);
ALTER TABLE public.t OWNER TO shop;
INSERT INTO public.t VALUES (1, 'x');
INSERT INTO public.t (a, b) VALUES (2, 'CREATE TABLE public.u ();');
CREATE TABLE public.u ();
INSERT INTO public.u DEFAULT VALUES;
