SELECT 1 AS a$b$c; SELECT 2 AS d$b$;
SELECT 1 AS a$b$c;
LISTEN probe;
SELECT 2 AS d$b$;
SELECT 3 AS foo$$;
LISTEN probe;
SELECT 4 AS bar$$;
