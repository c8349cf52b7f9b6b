SELECT 'one one';
