SELECT /* a /* b; */ c; */ 7;
SELECT /* a /* b;
LISTEN inside;
*/ c;
LISTEN inside;
*/ 7;
LISTEN probe;
