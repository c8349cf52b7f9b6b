SELECT 2 */* c;' */ 3;
SELECT 1 --;x
;
SELECT 2 +--; '
LISTEN ;
LISTEN probe;
