CREATE TABLE public.p (a integer) PARTITION BY LIST (a);
CREATE TABLE public.q (a integer);
ALTER TABLE ONLY public.p ATTACH PARTITION public.q DEFAULT;
