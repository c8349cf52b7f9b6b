SET search_path = '';
INSERT INTO public.t VALUES (0);
INSERT INTO public.t VALUES (1);
INSERT INTO public.t VALUES (2);
INSERT INTO public.t VALUES (3);
INSERT INTO public.t VALUES (4);
INSERT INTO public.u VALUES (1);
CREATE INDEX i ON public.t (a);
CREATE INDEX j ON public.t (b);
