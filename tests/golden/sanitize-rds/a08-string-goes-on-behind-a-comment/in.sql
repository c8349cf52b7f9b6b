SELECT E'x'
-- a comment; with a quote '
'y;
LISTEN inside;
z';
SELECT 'x' -- '
  '; LISTEN inside;';
LISTEN probe;
