COPY public.t (a) FROM stdin;
-- not a comment
COPY x FROM stdin;
$$
'

\N
\\.
\.
SELECT 1;
