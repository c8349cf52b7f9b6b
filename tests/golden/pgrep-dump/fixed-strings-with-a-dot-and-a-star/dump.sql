SELECT '.*';
SELECT 'xx';
