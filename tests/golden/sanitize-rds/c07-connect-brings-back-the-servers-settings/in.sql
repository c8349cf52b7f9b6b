SET standard_conforming_strings = off;
SELECT 'it\'s; one';
\connect other
SELECT 'C:\';
LISTEN probe;
