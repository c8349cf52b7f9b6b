COPY public.t (a, b) FROM stdin;
1	one
2	two
3	two, and here the input is cut