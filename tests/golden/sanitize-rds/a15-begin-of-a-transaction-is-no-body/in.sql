BEGIN; SELECT 1; END;
CREATE TABLE atomic (begin int);
LISTEN probe;
BEGIN;
LISTEN probe;
END;
