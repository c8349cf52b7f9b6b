SELECT 1;
DELETE FROM t
/* a /* b */
WHERE false;
