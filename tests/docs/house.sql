CREATE TABLE app.log (at date, line text COMPRESSION lz4) USING columnar;
GRANT SELECT ON TABLE app.log TO web, "Reports";
GRANT INSERT ON TABLE app.log TO old_app;
GRANT INSERT ON TABLE app.log TO "Old_App";
