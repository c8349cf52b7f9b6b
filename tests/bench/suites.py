"""What is asked: suites of questions, each with our commands and those that people use instead.

A suite says which dumps it needs (file: kind and share of BENCH_MB) and whether it needs a server. Commands
run in the folder of the dumps with LC_ALL=C, so they are told as they are run.

Our filters and sed do not the same work: sed spoils data that looks like a role, and undoes nothing. So sed
and perl have to agree with each other, our runs with each other, and our output turned back by --revert with
the dump.
"""

import shutil
import subprocess
import sys
import time
from collections import namedtuple
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from contest import Contestant, Question

Suite = namedtuple("Suite", "name title dumps make server", defaults=[False])
Needle = namedtuple("Needle", "name options pattern")

# No letter is rare in the rows, and each needle begins like a word that is frequent in them.
NEEDLES = [
    Needle("rare", "", "harbourmaster"),
    Needle("absent", "", "kestrels"),
    Needle("frequent, 1 % of rows", "", "driftwood"),
    Needle("regular expression with a literal", "-E", "'harbourma[a-z]+ of [A-Z][a-z]+'"),
    Needle("regular expression without a literal", "-E", "'[P-T][0-9]{6}[U-Z]'"),
    Needle("rare, -i", "-i", "HarbourMaster"),
]
PLAIN = NEEDLES[:3]

# What people put between pg_dumpall and a service, in sed's words and in perl's.
SCRIPTS = {
    "rds.sed": """s/ (NO)?SUPERUSER//
s/ (NO)?REPLICATION//
s/ (NO)?BYPASSRLS//
s/ GRANTED BY [a-z_]+//
/rdsadmin/d
/^CREATE TABLESPACE/d
s/^SET default_tablespace = [a-z]+;//
s/ TABLESPACE = [a-z_]+//
s/OWNER TO app/OWNER TO master/
""",
    "rds.pl": """s/ (?:NO)?SUPERUSER//;
s/ (?:NO)?REPLICATION//;
s/ (?:NO)?BYPASSRLS//;
s/ GRANTED BY [a-z_]+//;
$_ = '' if /rdsadmin/;
$_ = '' if /^CREATE TABLESPACE/;
s/^SET default_tablespace = [a-z]+;//;
s/ TABLESPACE = [a-z_]+//;
s/OWNER TO app/OWNER TO master/;
""",
}


def size_of(folder, name):
    return (folder / name).stat().st_size


# ---------------------------------------------------------------------- moving


def witnesses(dump):
    """The way back."""
    for command in (f"cat {dump}", f"sanitize-rds --to rds < {dump} | sanitize-rds --revert",
                    f"strip-tablespaces < {dump} | strip-tablespaces --revert"):
        yield Contestant(command, f"{dump} as it was", timed=False)


def editors(dump, command):
    """sed and perl, in their place of the command."""
    for program in ("sed -E -f rds.sed", "perl -p rds.pl"):
        yield Contestant(command.format(program), f"{dump} edited")


def from_file(folder, title, dump, **bar):
    return Question(title, size_of(folder, dump), [
        Contestant(f"sanitize-rds --to rds < {dump} | cat", f"{dump} for RDS"),
        Contestant(f"strip-tablespaces < {dump} | cat", f"{dump} without tablespaces"),
        Contestant(f"cat < {dump} | cat", f"{dump} as it was"),
        *editors(dump, f"{{}} < {dump} | cat"), *witnesses(dump)], **bar)


def from_pipe(folder, title, dump, more=(), **bar):
    return Question(title, size_of(folder, dump), [
        Contestant(f"cat {dump} | sanitize-rds --to rds | cat", f"{dump} for RDS"),
        Contestant(f"cat {dump} | strip-tablespaces | cat", f"{dump} without tablespaces"),
        Contestant(f"cat {dump} | cat | cat", f"{dump} as it was"), *more], **bar)


def to_file(folder, dump):
    written = partial(Contestant, answer=" && cat out.sql", before="rm -f out.sql")
    return Question("COPY-heavy, file to file", size_of(folder, dump), [
        written(f"sanitize-rds --to rds -o out.sql {dump}", f"{dump} for RDS"),
        written(f"sanitize-rds --to rds {dump} > out.sql", f"{dump} for RDS"),
        written(f"strip-tablespaces -o out.sql {dump}", f"{dump} without tablespaces"),
        written(f"cat {dump} > out.sql", f"{dump} as it was"),
        written(f"cp {dump} out.sql", f"{dump} as it was"),
        *witnesses(dump)])


def moving(folder):
    yield from_file(folder, "COPY-heavy, file to pipe", "copy.sql", times=2)
    yield from_pipe(folder, "COPY-heavy, pipe to pipe", "copy.sql", times=1.2)
    edited = editors("inserts.sql", "cat inserts.sql | {} | cat")
    yield from_pipe(folder, "--inserts, pipe to pipe", "inserts.sql", [*edited, *witnesses("inserts.sql")],
                    times=0.7)
    for kind in ("column-inserts", "rows-per-insert"):
        yield from_pipe(folder, f"--{kind}, pipe to pipe", f"{kind}.sql", witnesses(f"{kind}.sql"))
    yield from_file(folder, "schema-only, functions", "functions.sql", speed=300)
    yield from_file(folder, "schema-only, small objects", "objects.sql", speed=300)
    yield from_file(folder, "one giant row", "giant-row.sql")
    yield from_file(folder, "a service's roles", "roles.sql")
    yield to_file(folder, "part.sql")


# ------------------------------------------------------------------ compressed


def compressed(folder):
    dump = "part.sql"
    size = size_of(folder, dump)
    decided, same = f"{dump} for RDS", f"{dump} as it was"
    for suffix, program in ((".zst", "zstd"), (".gz", "gzip")):
        yield Question(f"reading {program}", size, [
            Contestant(f"sanitize-rds --to rds < {dump}{suffix} | cat", decided),
            Contestant(f"{program} -dc {dump}{suffix} | sanitize-rds --to rds | cat", decided),
            Contestant(f"{program} -dc {dump}{suffix} | cat", same)])
    for program, packer, read in (("zstd", "zstd -q -T0 -3", dump), ("gzip", "gzip -6", "tenth.sql")):
        unpacked = partial(Contestant, answer=f" | {program} -dc")
        yield Question(f"writing {program}", size_of(folder, read), [
            unpacked(f"sanitize-rds --to rds --compress={program} < {read}", f"{read} for RDS"),
            unpacked(f"sanitize-rds --to rds < {read} | {packer}", f"{read} for RDS"),
            unpacked(f"cat {read} | {packer}", f"{read} as it was"), *witnesses(read)])
    packed = partial(Contestant, answer=" && zstd -dc out.sql.zst", before="rm -f out.sql.zst")
    yield Question("reading and writing zstd, file to file", size, [
        packed(f"sanitize-rds --to rds -o out.sql.zst {dump}.zst", decided),
        packed(f"zstd -dc {dump}.zst | sanitize-rds --to rds | zstd -q -T0 -3 -o out.sql.zst", decided),
        packed(f"zstd -dc {dump}.zst | zstd -q -T0 -3 -o out.sql.zst", same)])


# ------------------------------------------------------------------- searching


def counted(dump, needle, *more):
    """Counts of one group; `more` are our options."""
    options = " ".join(filter(None, [*more, needle.options, "-c", "-e", needle.pattern, dump]))
    return Contestant(f"pgrep-dump {options}", f"{needle.name} in {dump}", number=True)


def searchers(dump, needle):
    """grep, in the locale that suits it and in the usual one, and ripgrep where there is one."""
    counts = partial(Contestant, same=f"{needle.name} in {dump}", number=True)
    asked = " ".join(filter(None, [needle.options, "-c", "-e", needle.pattern, dump]))
    yield counts(f"grep {asked}")
    yield counts(f"LC_ALL=C.UTF-8 grep {asked}")
    if shutil.which("rg"):
        yield counts(f"rg --include-zero {asked.removeprefix('-E ')}")  # where -E is another one


def whole(folder, title, dump, *ways):
    """Ways to go over a whole dump."""
    return Question(f"{title}: whole dump", size_of(folder, dump),
                    [*(Contestant(f"pgrep-dump {way} {dump}") for way in ways), Contestant(f"cat {dump}")])


def searching(folder):
    size = size_of(folder, "copy.sql")
    for needle in NEEDLES:
        # No statement of this dump holds a needle. Its rows are passed over, so that the count is not grep's.
        statements = Contestant(counted("copy.sql", needle).command, number=True)
        ours = [counted("copy.sql", needle, "--rows"), statements]
        yield Question(f"COPY-heavy: {needle.name}", size, [*ours, *searchers("copy.sql", needle)], times=0.5)
    yield whole(folder, "COPY-heavy", "copy.sql", "--list", "--sizes", "--table narrow --restorable")
    for dump, title in (("inserts.sql", "--inserts"), ("functions.sql", "schema-only")):
        for needle in PLAIN:
            yield Question(f"{title}: {needle.name}", size_of(folder, dump),
                           [counted(dump, needle), *searchers(dump, needle)], times=0.5)
    yield whole(folder, "--inserts", "inserts.sql", "--list", "--sizes", "--table narrow --restorable")
    yield whole(folder, "schema-only", "functions.sql", "--list", "--type TABLE --restorable")
    for needle in PLAIN:
        for suffix, rival in ((".gz", "zgrep -c -e {} {}"), (".zst", "zstdcat {1} | grep -c -e {0}")):
            dump = f"part.sql{suffix}"
            yield Question(f"compressed, {suffix}: {needle.name}", size_of(folder, "part.sql"), [
                counted(dump, needle, "--rows"),
                Contestant(rival.format(needle.pattern, dump), f"{needle.name} in {dump}", number=True)])


# -------------------------------------------------------------------- archives

PSQL = "psql -X -v ON_ERROR_STOP=1"
RESET = f"{PSQL} -q -d postgres -f reset.sql"
SCRIPTS["reset.sql"] = r"""
SELECT format('DROP DATABASE %I', datname) FROM pg_database
  WHERE NOT datistemplate AND datname <> 'postgres' \gexec
SELECT format('DROP TABLESPACE %I', spcname) FROM pg_tablespace WHERE spcname !~ '^pg_' \gexec
SELECT format('%s %I', command, rolname)
  FROM pg_roles, unnest(ARRAY['DROP OWNED BY', 'DROP ROLE']) WITH ORDINALITY AS c (command, place)
  WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY place \gexec
"""
SCRIPTS["rows.sql"] = "".join(f"COPY public.{name} TO STDOUT;\n" for name in ("narrow", "sparse", "wide"))
ONLY_ROWS = r""" | awk '/^COPY /{on=1} on; $0=="\\."{on=0}'"""


def archives(folder, arena):
    """What pg_dump makes of two of our dumps, once they are in a server.

    Of the table of contents all entries are compared but privileges: to pg_restore all those of an object are
    one entry, to pgrep-dump each statement is one.
    """
    for dump, name in (("tenth.sql", "rows"), ("few-objects.sql", "objects")):
        arena.run(f"{RESET} && {PSQL} -d postgres -f {dump}")
        for options in (f"-f {name}-dump.sql", f"-Fc -f {name}.dump", f"-Fc -Z0 -f {name}-z0.dump"):
            arena.run(f"pg_dump {options} shop")
        arena.run(f"gzip -k {name}-dump.sql")
    size = size_of(folder, "rows-dump.sql")
    for title, dump, archive in (("one table with its rows", "rows-dump.sql", "rows-z0.dump"),
                                 ("one table with its rows, compressed", "rows-dump.sql.gz", "rows.dump")):
        yield Question(title, size, [
            Contestant(f"pgrep-dump --table narrow --restorable {dump}", "rows of narrow", ONLY_ROWS),
            Contestant(f"pg_restore -t narrow -f - {archive}", "rows of narrow", ONLY_ROWS)])
    for name in ("rows", "objects"):
        same = f"entries of {name}-dump.sql"
        yield Question(f"table of contents, {name}", size_of(folder, f"{name}-dump.sql"), [
            Contestant(f"pgrep-dump --list {name}-dump.sql", same, " | grep -vc ' ACL '"),
            Contestant(f"pg_restore -l {name}.dump", same, " | grep -v '^;' | grep -vc ' ACL '")])


# ------------------------------------------------------------------- restoring


def restoring(folder, arena):
    """The same dump into an empty server; what is in the database then has to be what was in the dump.

    Rows are compared sorted: a server puts a row where there is room for it.
    """
    contents = {"rows": " >/dev/null && psql -X -d shop -f rows.sql | sort",
                "objects": " >/dev/null && psql -X -d shop -Atc 'SELECT count(*) FROM pg_depend'"}
    for title, dump, content in (("COPY", "twentieth.sql", "rows"), ("--inserts", "few-inserts.sql", "rows"),
                                 ("small objects", "few-objects.sql", "objects")):
        restored = partial(Contestant, same=f"{dump} in the server", before=RESET, answer=contents[content])
        contestants = [restored(f"sanitize-rds --to rds -q {dump} | {PSQL} -d postgres -f -"),
                       restored(f"{PSQL} -d postgres -f {dump}")]
        if title == "COPY":
            rows = r"""awk '$0=="\\."{on=0} on; /^COPY /{on=1}' """ + f"{dump} | sort"
            contestants.append(Contestant(rows, f"{dump} in the server", timed=False))
        yield Question(f"{title}, into a server", size_of(folder, dump), contestants)


# ---------------------------------------------------------- pg-restore-stream

STATEMENTS = 2000  # of the schema that goes over a long line
DELAY_MS = 20  # in each direction
LANES_PEAK = 96  # MiB; the buffer of several connections is 64
PROXY = Path(__file__).resolve().parent.parent / "e2e" / "line_proxy.py"
RELATIONS = " && psql -X -d shop -At -f relations.sql"
SCRIPTS["relations.sql"] = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
SHOP = f"{RESET} && createdb shop"
ROWS_OF_SHOP = " >/dev/null && psql -X -d shop -f rows.sql | sort"
SCRIPTS["indexes.sql"] = "".join(
    f"ALTER TABLE {name} ADD COLUMN number_of_row bigserial;\n"
    f"CREATE INDEX ON {name} (c1, number_of_row);\n"
    f"CREATE INDEX ON {name} (number_of_row DESC) INCLUDE (c1);\n"
    f"ALTER TABLE {name} ADD PRIMARY KEY (number_of_row);\n" for name in ("narrow", "sparse", "wide"))


@contextmanager
def long_line(folder, arena):
    """A way to the server that takes 20 ms in each direction: service=slow."""
    told = folder / "slow.port"
    socket = f"{arena.environment['PGHOST']}/.s.PGSQL.5432"
    proxy = subprocess.Popen([sys.executable, "-B", PROXY, told, socket, "--delay", str(DELAY_MS)])
    try:
        while not told.exists():
            time.sleep(0.02)
        (folder / "services").write_text(f"[slow]\nhost=127.0.0.1\nport={told.read_text()}")
        arena.environment["PGSERVICEFILE"] = str(folder / "services")
        yield
    finally:
        proxy.kill()
        proxy.wait()


def schema(path, statements):
    """Small ones, as pg_dump has them, four of a table."""
    with open(path, "w") as out:
        for i in range(statements // 4):
            out.write(f"CREATE TABLE public.item_{i} (\n    id bigint NOT NULL,\n    name text\n);\n\n"
                      f"COMMENT ON TABLE public.item_{i} IS 'item; {i}';\n\n"
                      f"ALTER TABLE ONLY public.item_{i}\n    ADD PRIMARY KEY (id);\n\n"
                      f"CREATE INDEX item_{i}_name ON public.item_{i} USING btree (name);\n\n")


def restore(folder, arena):
    """Each into an empty server or database; what is in it then has to be the same."""
    # A thousandth of the largest dump says whether this is a trial.
    statements = min(STATEMENTS, size_of(folder, "few-objects.sql") // 300)
    schema(folder / "schema.sql", statements)
    with long_line(folder, arena):
        restored = partial(Contestant, same="the schema in the server", before=SHOP, answer=RELATIONS)
        title = f"{statements} statements, {2 * DELAY_MS} ms round trip"
        yield Question(title, size_of(folder, "schema.sql"), [
            restored("pg-restore-stream -q -d 'service=slow dbname=shop' schema.sql"),
            restored(f"{PSQL} -q -d 'service=slow dbname=shop' -f schema.sql")], times=30, least=100_000)
    restored = partial(Contestant, same="the schema in the server", before=SHOP, answer=RELATIONS)
    yield Question(f"{statements} statements, on the same machine", size_of(folder, "schema.sql"), [
        restored("pg-restore-stream -q -d dbname=shop schema.sql"),
        restored(f"{PSQL} -q -d shop -f schema.sql")])
    for dump, kind in (("fifth.sql", "COPY-heavy"), ("few-inserts.sql", "--inserts")):
        restored = partial(Contestant, same=f"{dump} in the server", before=RESET, answer=ROWS_OF_SHOP)
        yield Question(f"{kind}, one connection", size_of(folder, dump), [
            restored(f"pg-restore-stream -q -d dbname=postgres {dump}"),
            restored(f"{PSQL} -q -d postgres -f {dump}")], times=1 if kind == "COPY-heavy" else 0)
    arena.run(f"{RESET} && {PSQL} -d postgres -f fifth.sql && {PSQL} -d shop -f indexes.sql")
    for options in ("-f indexed.sql", "-Fc -f indexed.dump", "-Fc -Z0 -f indexed-z0.dump"):
        arena.run(f"pg_dump --no-owner --no-privileges --no-tablespaces {options} shop")
    restored = partial(Contestant, same="indexed.sql in the server", before=SHOP, answer=ROWS_OF_SHOP)
    yield Question("with indexes, two connections", size_of(folder, "indexed.sql"), [
        restored("pg-restore-stream -q -j 2 -d dbname=shop indexed.sql", peak=LANES_PEAK),
        restored("pg_restore -O -x -j 2 -d shop indexed.dump"),
        restored("pg_restore -O -x -j 2 -d shop indexed-z0.dump"),
        restored(f"{PSQL} -q -d shop -f indexed.sql")], times=1)


# ------------------------------------------------------------------------- all

HEAVY = {"copy.sql": ("copy", 1), "inserts.sql": ("inserts", 0.3), "functions.sql": ("functions", 0.1)}
PART = {"part.sql": ("copy", 0.25)}
TENTH = {"tenth.sql": ("copy", 0.1)}
FEW = {"few-objects.sql": ("objects", 0.001)}
MORE = {"column-inserts.sql": ("column-inserts", 0.1), "rows-per-insert.sql": ("rows-per-insert", 0.1),
        "objects.sql": ("objects", 0.1), "giant-row.sql": ("giant-row", 0.3), "roles.sql": ("roles", 0.01)}
SUITES = [
    Suite("moving", "The filters against cat, sed and perl", HEAVY | PART | MORE, moving),
    Suite("compressed", "sanitize-rds with compressed dumps against zstd and gzip", PART | TENTH, compressed),
    Suite("pgrep-dump", "pgrep-dump against grep, ripgrep, zgrep and cat", HEAVY | PART, searching),
    Suite("archives", "pgrep-dump on a dump against pg_restore on an archive",
          TENTH | FEW, archives, server=True),
    Suite("restoring", "A restore through sanitize-rds against the same without",
          {"twentieth.sql": ("copy", 0.05), "few-inserts.sql": ("inserts", 0.005)} | FEW, restoring,
          server=True),
    Suite("restore", "pg-restore-stream against psql and pg_restore",
          {"fifth.sql": ("copy", 0.2), "few-inserts.sql": ("inserts", 0.005)} | FEW, restore, server=True),
]
