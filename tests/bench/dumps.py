#!/usr/bin/env -S python3 -B
"""Makes dumps out of a seed, in the words of pg_dumpall: dumps.py KIND MB [SEED] > dump.sql

Each begins with the globals of a cluster (roles with attributes, settings, memberships, a tablespace) and
goes on with one database, `shop`; some tens of its statements are such that a server without a superuser
refuses them. What they hold is made up, but any server takes them that lets tablespaces stand in its own
directory (allow_in_place_tablespaces): tests load them.

Rows come from pools of some thousand that differ, written again and again: the programs read every byte in
any case, and a gigabyte is written in a second. The words of rows and function bodies are few, so that no
letter is rare in them; NEEDLES of tests/bench/suites.py stand between them, in rows and bodies alone, at a
known rate.

The same KIND, size and seed give the same bytes everywhere.
"""

import random
import sys
from base64 import b64encode

SEED = 15
MB = 1_000_000
RARE_ROWS = 7  # in each table
POOL_BYTES = 6 * MB  # at most, of rows of a table that differ; then they come again
ROWS_PER_INSERT = 100
WORDS = ("amber basalt cinder drift ember fathom garnet harbour indigo juniper kestrel lichen meadow "
         "nimbus").split()
FREQUENT = "a piece of driftwood"  # one row, or function body, of a hundred
AWKWARD = ["five o'clock; -- not yet", r"C:\temp\new", "first\nsecond", "a\tb", '$$ "x" /*', "naïve façade €"]


# ------------------------------------------------------------------- a cluster

PEOPLE = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"]
SETTINGS = """SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

"""
GROUP = "NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS"
PERSON = GROUP.replace("NOLOGIN", "LOGIN")
ROLES = {  # but for people; those of RDS first
    "rdsadmin": "SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS VALID UNTIL 'infinity'",
    "rds_superuser": GROUP,
    "rds_replication": GROUP,
    "rds_iam": GROUP,
    "app": PERSON.replace("NOCREATEROLE NOCREATEDB", "CREATEROLE CREATEDB"),
    "reader": GROUP,
    "replicator": PERSON.replace("NOREPLICATION", "REPLICATION"),
}


def titled(text):
    return f"--\n-- {text}\n--\n\n"


def header(name, kind, owner="app", schema="public"):
    data = "Data for " if kind == "TABLE DATA" else ""
    return titled(f"{data}Name: {name}; Type: {kind}; Schema: {schema}; Owner: {owner}")


def owned(kind, name, owner="app"):
    return f"\n\nALTER {kind} {name} OWNER TO {owner};\n\n"


def key(choose):
    return "".join(choose.choices("abcdefghijkmnopqrstuvwxyz0123456789", k=63))


def password(choose):
    salt, stored, server = (b64encode(choose.randbytes(n)).decode() for n in (16, 32, 32))
    return f"SCRAM-SHA-256$4096:{salt}${stored}:{server}"


def role(name, attributes):
    return f"CREATE ROLE {name};\nALTER ROLE {name} WITH {attributes};\n"


def globals_of(choose, people):
    """Roles, their settings and memberships, and a tablespace."""
    yield titled("PostgreSQL database cluster dump")
    yield f"\\restrict {(secret := key(choose))}\n\nSET default_transaction_read_only = off;\n\n"
    yield "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n" + titled("Roles")
    yield from (role(name, attributes) for name, attributes in ROLES.items())
    yield from (role(name, f"{PERSON} PASSWORD '{password(choose)}'") for name in people)
    yield "\n" + titled("User Configurations")
    for i, name in enumerate(people):
        if i % 5 == 0:
            yield titled(f'User Config "{name}"') + f"ALTER ROLE {name} SET log_statement TO 'all';\n"
            yield f"ALTER ROLE {name} SET work_mem TO '{choose.randrange(4, 64)}MB';\n\n\n"
    yield titled("Role memberships") + "GRANT rds_superuser TO app GRANTED BY postgres;\n"
    yield from (f"GRANT reader TO {name} GRANTED BY postgres;\n" for name in people)
    yield "\n\n\n\n" + titled("Tablespaces") + "CREATE TABLESPACE fast OWNER app LOCATION '';\n\n\n"
    yield f"\\unrestrict {secret}\n\n" + titled("Databases")


def database(name, choose, content):
    """One database of a cluster; `content` yields what is in it."""
    secret = key(choose)
    yield titled(f'Database "{name}" dump') + titled("PostgreSQL database dump") + f"\\restrict {secret}\n\n"
    yield "-- Dumped from database version 15.15\n-- Dumped by pg_dump version 15.15\n\n" + SETTINGS
    yield header(name, "DATABASE", schema="-")
    yield (f"CREATE DATABASE {name} WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc "
           "LOCALE = 'C' TABLESPACE = fast;\n")
    again = f"\\unrestrict {secret}\n\\connect {name}\n\\restrict {secret}\n\n" + SETTINGS
    yield owned("DATABASE", name) + again
    yield header(name, "DATABASE PROPERTIES", schema="-")
    yield f"ALTER DATABASE {name} SET log_min_duration_statement TO '250';\n\n\n" + again
    yield from content
    yield titled("PostgreSQL database dump complete") + f"\\unrestrict {secret}\n\n"


def cluster(content, choose, people=PEOPLE, name="shop"):
    yield from globals_of(choose, people)
    yield from database(name, choose, content)
    yield titled("PostgreSQL database cluster dump complete")


# ------------------------------------------------------------------------ rows


def text(choose):
    if choose.random() < 0.02:
        return choose.choice(AWKWARD)
    return " ".join(choose.choices(WORDS, k=choose.randrange(2, 7)))


def moment(choose):
    return f"20{choose.randrange(10, 25)}-0{choose.randrange(1, 10)}-1{choose.randrange(10)} 12:34:56"


STAMP = "timestamp without time zone"
KINDS = {
    "bigint": lambda choose: str(choose.randrange(10**9)),
    "numeric": lambda choose: f"{choose.randrange(10**6) / 100:.2f}",
    "text": text,
    STAMP: moment,
}
TABLES = {
    "narrow": ["bigint", "bigint", "text"],
    "sparse": ["bigint", *["text", "numeric", STAMP] * 15],
    "wide": ["bigint", "text", STAMP, "numeric", "text"] * 6,
}
NULLS = {"narrow": 0.02, "sparse": 0.85, "wide": 0.04}


def table(name, kinds):
    columns = ",\n".join(f"    c{i} {kind}" for i, kind in enumerate(kinds))
    created = f"CREATE TABLE public.{name} (\n{columns}\n);\n"
    return header(name, "TABLE") + created + owned("TABLE", f"public.{name}")


def row_of(name, choose, words=None):
    """Fields, None for NULL; `words`, where given, are one of them."""
    row = [KINDS[kind](choose) if i == 0 or choose.random() >= NULLS[name] else None
           for i, kind in enumerate(TABLES[name])]
    if words:
        row[TABLES[name].index("text")] = words
    return row


ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n"})


def copied(row):
    return "\t".join(r"\N" if field is None else field.translate(ESCAPES) for field in row) + "\n"


def tuple_of(name, row):
    fields = ("NULL" if field is None else
              field if kind in ("bigint", "numeric") else
              "'" + field.replace("'", "''") + "'" for kind, field in zip(TABLES[name], row))
    return f"({', '.join(fields)})"


def columns_of(name):
    return f"({', '.join(f'c{i}' for i in range(len(TABLES[name])))})"


class Copy:
    """Rows as pg_dump writes them."""

    def begin(self, name):
        return f"COPY public.{name} {columns_of(name)} FROM stdin;\n"

    def rows(self, _, rows):
        return "".join(map(copied, rows))

    end = "\\.\n"


class Inserts:
    """Rows as pg_dump --inserts writes them; if asked, with names of columns or many rows a statement."""

    def __init__(self, columns=lambda name: "", together=1):
        self.columns, self.together = columns, together

    def begin(self, _):
        return ""

    def rows(self, name, rows):
        into = " ".join(filter(None, [f"INSERT INTO public.{name}", self.columns(name), "VALUES"]))
        tuples = [tuple_of(name, row) for row in rows]
        if self.together == 1:
            return "".join(f"{into} {each};\n" for each in tuples)
        groups = (tuples[i:i + self.together] for i in range(0, len(tuples), self.together))
        return "".join(f"{into}\n\t" + ",\n\t".join(group) + ";\n" for group in groups)

    end = ""


def data(seed, size, way):
    """The tables and their rows: as many bytes for each, its rare rows spread among the others."""
    share = size // len(TABLES)
    times = share // POOL_BYTES + 1
    yield from (table(name, kinds) for name, kinds in TABLES.items())
    for name in TABLES:
        choose = random.Random(f"{seed} {name}")
        pool, made = [], 0
        while made < share // times:
            pool.append(row_of(name, choose, FREQUENT if len(pool) % 100 == 0 else None))
            made += len(way.rows(name, pool[-1:]))
        block = way.rows(name, pool)
        yield header(name, "TABLE DATA") + way.begin(name)
        for i in range(1, times + 1):
            yield block
            for rare in range((i - 1) * RARE_ROWS // times, i * RARE_ROWS // times):
                yield way.rows(name, [row_of(name, choose, f"the harbourmaster of Athens, R12345{rare}W")])
        yield way.end + "\n\n"
    yield "SET default_tablespace = fast;\n\n"
    for name in TABLES:
        yield header(f"{name}_c0_idx", "INDEX")
        yield f"CREATE INDEX {name}_c0_idx ON public.{name} USING btree (c0);\n\n\n"
    yield "SET default_tablespace = '';\n\n"
    for name in TABLES:
        yield header(f"TABLE {name}", "ACL") + f"GRANT SELECT ON TABLE public.{name} TO reader;\n"
        yield f"GRANT ALL ON TABLE public.{name} TO rds_superuser;\n\n\n"


def giant_row(size):
    """One row of `size` bytes between two small ones."""
    line = " ".join(WORDS) + r", C:\\temp;\n"
    yield table("giant", ["bigint", "text"])
    yield header("giant", "TABLE DATA") + "COPY public.giant (c0, c1) FROM stdin;\n1\tbefore\n2\t"
    block = line * (MB // len(line))
    for _ in range(size // len(block)):
        yield block
    yield line * (size % len(block) // len(line)) + "\n3\tafter\n\\.\n\n\n"


# ----------------------------------------------------------------------- schema


def function(i, choose):
    """Some two kilobytes."""
    body = [f"  IF NEW.c{n} > {choose.randrange(1000)} THEN\n"
            f"    PERFORM '{' '.join(choose.choices(WORDS, k=4))}; -- it''s';\n  END IF;\n"
            for n in range(20)]
    if i % 100 == 0:
        body[3] = f"  RAISE NOTICE '{FREQUENT}';\n"
    if i in (5, 500):
        body[5] = "  RAISE NOTICE 'harbourmaster';\n"
    # A setting that only a superuser may give a function, on some of them.
    setting = "    SET log_min_messages TO 'error'\n" if i % 400 == 1 else ""
    owner = "rdsadmin" if i % 400 == 2 else "app"
    return (header(f"f_{i}()", "FUNCTION", owner)
            + f"CREATE FUNCTION public.f_{i}() RETURNS trigger\n    LANGUAGE plpgsql\n{setting}"
            + f"    AS $$\nBEGIN\n{''.join(body)}  RETURN NEW;\nEND;\n$$;\n"
            + owned("FUNCTION", f"public.f_{i}()", owner))


def functions(seed, size):
    choose = random.Random(f"{seed} functions")
    i = made = 0
    while made < size:
        i += 1
        piece = function(i, choose) + (table(f"t_{i}", ["bigint", "text", "numeric"]) if i % 10 == 0 else "")
        made += len(piece)
        yield piece


# What belongs to one table: (name in the header, type in the header, statement, kind of ALTER ... OWNER TO).
BEFORE_DATA = [
    ("state_{i}", "TYPE", "CREATE TYPE public.state_{i} AS ENUM (\n    'open',\n    'paid'\n);\n", "TYPE"),
    ("item_{i}", "TABLE", """\
CREATE TABLE public.item_{i} (
    id integer NOT NULL,
    parent integer,
    title text DEFAULT 'none; yet'::text NOT NULL,
    price numeric(10,2),
    state public.state_{i},
    made timestamp with time zone DEFAULT now(),
    CONSTRAINT item_{i}_price_check CHECK ((price >= (0)::numeric))
);
""", "TABLE"),
    ("TABLE item_{i}", "COMMENT", "COMMENT ON TABLE public.item_{i} IS 'for sale; it''s item {i}';\n", ""),
    ("COLUMN item_{i}.title", "COMMENT", "COMMENT ON COLUMN public.item_{i}.title IS 'as printed';\n", ""),
    ("item_{i}_id_seq", "SEQUENCE", """\
CREATE SEQUENCE public.item_{i}_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
""", "TABLE"),
    ("item_{i}_id_seq", "SEQUENCE OWNED BY",
     "ALTER SEQUENCE public.item_{i}_id_seq OWNED BY public.item_{i}.id;\n", ""),
    ("item_{i}_open", "VIEW", """\
CREATE VIEW public.item_{i}_open AS
 SELECT item_{i}.id,
    item_{i}.title
   FROM public.item_{i}
  WHERE (item_{i}.state = 'open'::public.state_{i});
""", "TABLE"),
    ("item_{i} id", "DEFAULT", "ALTER TABLE ONLY public.item_{i} ALTER COLUMN id "
     "SET DEFAULT nextval('public.item_{i}_id_seq'::regclass);\n", ""),
]
AFTER_DATA = [
    ("item_{i} item_{i}_pkey", "CONSTRAINT",
     "ALTER TABLE ONLY public.item_{i}\n    ADD CONSTRAINT item_{i}_pkey PRIMARY KEY (id);\n", ""),
    ("item_{i}_made_idx", "INDEX", "CREATE INDEX item_{i}_made_idx ON public.item_{i} USING btree (made) "
     "WHERE (state = 'open'::public.state_{i});\n", ""),
    ("item_{i} item_{i}_parent_fkey", "FK CONSTRAINT",
     "ALTER TABLE ONLY public.item_{i}\n    ADD CONSTRAINT item_{i}_parent_fkey FOREIGN KEY (parent) "
     "REFERENCES public.item_{i}(id) ON DELETE CASCADE;\n", ""),
]
PRIVILEGES = [
    ("TABLE item_{i}", "ACL", "GRANT SELECT ON TABLE public.item_{i} TO reader;\n"
     "GRANT ALL ON TABLE public.item_{i} TO {grantee};\n", ""),
]


def part(objects_of_one, i):
    """Of the i-th table. Some belong to the service, or stand in a tablespace of their own."""
    owner = "rdsadmin" if i % 200 == 2 else "app"
    words = {"i": i, "grantee": "rds_superuser" if i % 200 == 3 else "alice"}
    if objects_of_one is BEFORE_DATA and i % 100 == 1:
        yield f"SET default_tablespace = {'fast' if i % 200 == 1 else chr(39) * 2};\n\n"
    for name, kind, statement, owned_as in objects_of_one:
        name = name.format(**words)
        yield header(name, kind, owner) + statement.format(**words)
        yield owned(owned_as, f"public.{name}", owner) if owned_as else "\n\n"


def objects(size):
    """Small objects in pg_dump's order: what comes before data, what comes behind, privileges."""
    parts = (BEFORE_DATA, AFTER_DATA, PRIVILEGES)
    one = sum(len(piece) for each in parts for piece in part(each, 1000))
    for each in parts:
        for i in range(1, size // one + 2):
            yield from part(each, i)


# ----------------------------------------------------------------------- kinds

CONTENT = {
    "copy": lambda seed, size: data(seed, size, Copy()),
    "inserts": lambda seed, size: data(seed, size, Inserts()),
    "column-inserts": lambda seed, size: data(seed, size, Inserts(columns=columns_of)),
    "rows-per-insert": lambda seed, size: data(seed, size, Inserts(together=ROWS_PER_INSERT)),
    "functions": functions,
    "objects": lambda _, size: objects(size),
    "giant-row": lambda _, size: giant_row(size),
    "roles": lambda seed, _: functions(seed, 10_000),
}


def pieces(kind, size, seed=SEED):
    choose = random.Random(f"{seed} cluster")
    # A role takes some 350 bytes of the globals.
    people = [f"{PEOPLE[i % 10]}_{i}" for i in range(size // 350)] if kind == "roles" else PEOPLE
    return cluster(CONTENT[kind](seed, size), choose, people)


def write(path, kind, size, seed=SEED):
    with open(path, "w", encoding="utf-8", newline="\n", buffering=MB) as out:
        out.writelines(pieces(kind, size, seed))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in CONTENT:
        sys.exit(f"usage: dumps.py {'|'.join(CONTENT)} MB [SEED]")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.writelines(pieces(sys.argv[1], int(float(sys.argv[2]) * MB), *sys.argv[3:]))
