SELECT 'one';
SELECT 1; /* one