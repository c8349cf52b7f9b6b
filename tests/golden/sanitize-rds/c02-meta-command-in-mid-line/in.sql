select 1\echo MIDLINE
;
LISTEN probe;
