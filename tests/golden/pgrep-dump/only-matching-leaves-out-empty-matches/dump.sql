SELECT 'xx', 'x';
SELECT 2;
