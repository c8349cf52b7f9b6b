--
-- Name: x
DROP TABLE y; --; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."x
DROP TABLE y; --" (id integer);
CREATE INDEX i ON public."x
DROP TABLE y; --" USING btree (id);
