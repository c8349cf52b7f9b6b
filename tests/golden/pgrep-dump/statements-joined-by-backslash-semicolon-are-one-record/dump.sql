SELECT 'one' \; SELECT 'two';
SELECT 'three';
