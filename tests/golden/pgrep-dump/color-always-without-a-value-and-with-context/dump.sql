SELECT 'one one';
SELECT 'two';
SELECT 'three';
SELECT 'four';
