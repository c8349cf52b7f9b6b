CREATE TABLE public.t (a integer);
ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
CREATE TABLE public.u (a integer);
