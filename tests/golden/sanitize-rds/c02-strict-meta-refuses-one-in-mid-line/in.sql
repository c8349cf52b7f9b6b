SELECT 0;
select 1\echo MIDLINE
;
