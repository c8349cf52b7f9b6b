SET standard_conforming_strings = off;
SELECT 'it\'s; one';
SELECT 'two';
