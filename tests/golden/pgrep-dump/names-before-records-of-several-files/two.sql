CREATE TABLE shop.lines (id integer, item text);
GRANT SELECT ON TABLE shop.lines TO reader;
