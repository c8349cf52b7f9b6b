CREATE TABLE public.t (a integer);
CREATE PUBLICATION p WITH (publish = 'insert');
ALTER PUBLICATION p ADD TABLE ONLY public.t;
CREATE PUBLICATION q WITH (publish = 'insert');
