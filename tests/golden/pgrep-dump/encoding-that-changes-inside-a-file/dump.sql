SELECT 'cafÃ©';
SET client_encoding = 'LATIN1';
SELECT 'café';
SET client_encoding TO 'UTF8';
SELECT 'café';
SELECT 'cafÃ©';
