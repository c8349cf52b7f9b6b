--
-- Name: evil; Type: TABLE; Schema: public; Owner: mallory
--

CREATE TABLE public.users (id integer);

--
-- Name: x
DROP TABLE y; -- ; Type: TABLE; Schema: evil; Owner: mallory
--

CREATE TABLE public."x
DROP TABLE y; --" (id integer);
