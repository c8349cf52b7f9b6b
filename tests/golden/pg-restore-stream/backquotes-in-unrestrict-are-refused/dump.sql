\restrict abc
SELECT 1;
\unrestrict `id`
