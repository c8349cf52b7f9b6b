-- secret one
SELECT 1;
/* secret two */
SELECT 2 -- secret three
;
