SELECT E'x'
-- a comment; with a quote '
'y\';z';
