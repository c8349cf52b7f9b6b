CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
DECLARE i int;
BEGIN
  i := i + 1;
  i := i + 1;
END;
$$;
COPY t FROM stdin;
1
1
\.
