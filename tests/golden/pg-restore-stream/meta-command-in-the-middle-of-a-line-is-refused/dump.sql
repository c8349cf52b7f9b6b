select 1\echo MIDLINE
