COPY public.t (a) FROM stdin;
-- not a comment
COPY x FROM stdin;
CREATE ROLE evil SUPERUSER;
$$
'
/*

\N
\\.
a\\
\.
LISTEN probe;
COPY public.t (a) FROM stdin;
LISTEN inside;
 \.
\. 
x\.
\.;
"
\
\.
LISTEN probe;
