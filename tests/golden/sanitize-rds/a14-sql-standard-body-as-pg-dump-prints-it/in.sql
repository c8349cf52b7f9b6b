CREATE FUNCTION public.f1(x integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN (x > 0) THEN 1 ELSE ( SELECT ba."end" FROM public.ba LIMIT 1) END AS "end";
 SELECT 2;
LISTEN inside;
END;
LISTEN probe;
CREATE OR REPLACE PROCEDURE p()
    BEGIN /* c */ ATOMIC
LISTEN inside;
END;
LISTEN probe;
