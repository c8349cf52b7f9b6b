SELECT 'one';
SELECT one
