SET client_encoding = 'UTF8';
CREATE TABLE public.users (id integer, email text, note text);
COPY public.users (id, email, note) FROM stdin;
1	alice@example.com	\N
2	bob@example.com	tab\there\\slash
3	\N	line\nfeed, "quoted" and 'single'
10		octal \101 hex \x42 bell \a\r
\.
COPY public.notes (id, text) FROM stdin;
1	alice@example.com wrote
\.
