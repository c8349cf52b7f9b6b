SELECT 1
\echo x
;
SELECT 2 \g
\restrict a
