SELECT 'one';
CREATE FUNCTION f() AS $fn$ one
