CREATE TABLE a.tickets ();
CREATE INDEX i ON a.tickets USING btree (x);
CREATE TABLE b.other ();
