CREATE TABLESPACE fast OWNER shop LOCATION '/mnt/nvme';
SET default_tablespace = fast;
CREATE TABLE shop.orders (id integer, tablespace text);
CREATE INDEX orders_at ON shop.orders USING btree (at) TABLESPACE slow WHERE (at > '2020-01-01');
COMMENT ON TABLE shop.orders IS 'lives in TABLESPACE fast';
