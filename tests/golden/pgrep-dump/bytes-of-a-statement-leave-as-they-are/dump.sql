SELECT 'xé
	';
SELECT 2;
