SELECT '$1$', $1a$;$1a$;
SELECT $1$;
LISTEN probe;
SELECT $1$;
SELECT $1a$;
LISTEN probe;
SELECT $1a$;
