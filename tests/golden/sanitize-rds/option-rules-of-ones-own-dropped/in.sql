COPY public.salaries (who, much) FROM stdin;
me	1
you	2
\.
COPY public.other (a) FROM stdin;
COPY public.salaries (who, much) FROM stdin;
\.
copy hr."Notes" from stdin; SELECT 1;
x
\.
COPY hr."Notes" FROM stdin;
x
--@| y
\.

CREATE FUNCTION f() RETURNS int LANGUAGE sql COST 5 AS 'SELECT 1 COST 5';
SELECT 1;
