SELECT 'one';
SELECT 'a
b