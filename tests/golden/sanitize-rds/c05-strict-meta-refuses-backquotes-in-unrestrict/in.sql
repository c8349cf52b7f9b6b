SELECT 1;
\unrestrict `id`
SELECT 2;
