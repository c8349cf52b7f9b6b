COPY public.t (a) FROM stdin;
-- not a comment
COPY x FROM stdin;
CREATE ROLE evil SUPERUSER;
\restrict me
\connect evil
$$
'
/*

\N
\\.
a\\
\.
