SELECT $té$x;y$té$;
SELECT $té$x;
LISTEN inside;
$te$; $t$; $é$
$té$;
LISTEN probe;
