"""Dumps of somebody who wants a command of the shell to run where they are loaded: it makes the file `canary`.

Each is a name that says where the command hides, and the dump. All of these psql obeys when it reads them
plainly, but for those in HARMLESS: there the command is text, and stays text only if a filter does not change how
psql reads what follows.
"""

RUN = b"\\! touch canary\n"
SHELL = b"`touch canary; echo postgres`"
SCRIPT = b"\\o script\n\\qecho '\\\\! touch canary'\n\\o\n"
LONG = b"1," * 150_000  # more tokens than are held of one statement, and fewer bytes

# What a backslash hides or shows: psql reads on behind 'a\' or not. With the first, the command is in a string.
ESCAPED = b"SELECT 'a\\', '; " + RUN + b"--';\n"
# The byte 0x95 takes the quote with it in SJIS, BIG5, GBK and their like.
SWALLOWED = b"SELECT '\x95', '; " + RUN + b"--';\n"


def swallowed_by(encoding):
    return b"SET client_encoding = '" + encoding + b"';\n" + SWALLOWED


ACTIVE = {
    "behind a statement on its line": b"SELECT 1; " + RUN,
    "inside a statement": b"SELECT 1\n" + RUN + b";\n",
    "inside a statement of which few tokens are looked at":
        b"CREATE TABLE t (a int CHECK (a IN (" + b"1," * 200 + b"1)) " + RUN + b");\n",
    "inside a statement longer than what is held": b"SELECT " + LONG + b"1 " + RUN + b";\n",
    "inside parentheses": b"SELECT (1\n" + RUN + b");\n",
    "in a long command": b"\\echo " + SHELL + b" " + b"x" * 1_200_000 + b"\n",
    "behind a comment that ends early": b"/* /* */ */ SELECT 1; /* */ " + RUN,
    "behind a comment that looks nested": b"/*/ */ " + RUN + b"/* */;\n",
    "behind a comment in a name's line": b"-- Name: x\n" + RUN[:-1] + b"; Type: TABLE; Schema: public\n",
    "behind data that ends early": b"CREATE TABLE t (a text);\nCOPY t FROM stdin;\nx\n\\.\n" + RUN + b"\\.\n",
    "behind CSV data that ends in a quoted value":
        b"CREATE TABLE t (a text);\nCOPY t FROM stdin WITH (FORMAT csv);\n\"x\n\\.\n" + RUN + b"\"\n\\.\n",
    "on the line of a COPY": b"CREATE TABLE t (a text);\nCOPY t FROM stdin; " + RUN + b"x\n\\.\n",
    "behind a restriction that is lifted": b"\\restrict abc\nSELECT 1;\n\\unrestrict abc\n" + RUN,
    "behind strings with escapes": b"SELECT E'a\\', '; " + RUN + b"--';\n",
    "behind strings of the old kind": b"SET standard_conforming_strings = off;\n" + ESCAPED,
    "behind a setting by function": b"SELECT set_config('standard_conforming_strings', 'off', false);\n" + ESCAPED,
    "behind a setting by function, deep in a statement":
        b"VALUES (" + b"'x'," * 100 + b"set_config('standard_conforming_strings', 'off', false));\n" + ESCAPED,
    "behind a setting longer than what is held":
        b"/*" + b"x" * 1_200_000 + b"*/ SET standard_conforming_strings = off;\n" + ESCAPED,
    "behind half a character of SJIS": swallowed_by(b"SJIS"),
    "behind half a character of GBK": swallowed_by(b"GBK"),
    "behind half a character of BIG5": swallowed_by(b"BIG5"),
    "behind half a character, by \\encoding": b"\\encoding SJIS\n" + SWALLOWED,
    "behind an error whose words are a command":
        b"DO $$BEGIN RAISE EXCEPTION '\\! touch canary'; END$$;\nSELECT :LAST_ERROR_MESSAGE;\n",
    "behind an error, in a row of many":
        b"DO $$BEGIN RAISE EXCEPTION '\\! touch canary'; END$$;\nINSERT INTO t VALUES (" + b"1," * 200
        + b":LAST_ERROR_MESSAGE\n);\n",
    "in the name of a database":
        b"CREATE DATABASE \"\\! touch canary\";\n"
        b"\\connect -reuse-previous=on \"dbname='\\\\! touch canary'\"\nSELECT :DBNAME ;\n",
    "in backquotes of \\connect": b"\\connect " + SHELL + b"\n",
    "in backquotes of \\connect's user": b"\\connect postgres " + SHELL + b"\n",
    "in backquotes of \\encoding": b"\\encoding " + SHELL + b"\n",
    "in backquotes of \\set": b"\\set x " + SHELL + b"\n",
    "in backquotes of \\echo": b"\\echo " + SHELL + b"\n",
    "in backquotes of \\if": b"\\if " + SHELL + b"\n\\endif\n",
    "behind \\if": b"\\if false\n\\else\n" + RUN + b"\\endif\n",
    "in a variable": b"\\set x '\\\\! touch canary'\n:x\n",
    "in a variable from a row": b"SELECT '\\! touch canary' AS x \\gset\n:x\n",
    "by \\copy": b"CREATE TABLE t (a text);\n\\copy t from program 'touch canary'\n",
    "by \\o": b"\\o |touch canary\n",
    "by \\w": b"SELECT 1 \\w |touch canary\n;\n",
    "by \\g": b"SELECT 1 \\g |touch canary\n",
    "by \\gx": b"SELECT 1 \\gx |touch canary\n",
    "by a file of results": b"\\o canary\nSELECT 1;\n",
    "by another script": SCRIPT + b"\\i script\n",
    "by another script beside this one": SCRIPT + b"\\ir script\n",
    "by a large object": b"SELECT lo_create(4711);\n\\lo_export 4711 canary\n",
    "by the environment": b"\\setenv PAGER 'touch canary; cat'\n\\pset pager always\n" + RUN,
}

# psql takes the command for text here.
MARK = b"\xef\xbb\xbf"  # a byte order mark where there is none: part of a name
HARMLESS = {
    "behind a setting on its own line, and a statement that is changed":
        b"SET standard_conforming_strings = off;\n"
        b"SET standard_conforming_strings = on; CREATE ROLE r SUPERUSER; SELECT 'a\\'; " + RUN + b"';\n",
    "behind an encoding on its own line, and a statement that is changed":
        b"SET client_encoding = 'SJIS'; SET client_encoding = 'UTF8'; CREATE ROLE r SUPERUSER;\n"
        b"SET client_encoding = 'SJIS';\n"
        b"SET client_encoding = 'UTF8'; CREATE ROLE r SUPERUSER; SELECT '\x95'; " + RUN + b"';\n",
    "behind a byte order mark that comes to the front":
        b"CREATE TABLESPACE x LOCATION '/x';" + MARK + b"E'a\\', '; " + RUN + b"--';\n",
    "in a role's name": b"CREATE ROLE \"x\n" + RUN + b"\" SUPERUSER;\n",
    "in a role's name behind a carriage return": b"CREATE ROLE \"x\r" + RUN + b"\" SUPERUSER;\n",
    "in a role's name behind a line separator": b"CREATE ROLE \"x\xe2\x80\xa8" + RUN + b"\" SUPERUSER;\n",
    "in a comment inside of a statement that is changed": b"CREATE ROLE x /*\n" + RUN + b"*/ SUPERUSER;\n",
    "in a setting's value": b"ALTER ROLE postgres SET log_statement TO '*/\n" + RUN + b"';\n",
    "in a tablespace": b"CREATE TABLESPACE \"x\n" + RUN + b"\" LOCATION '/x';\n",
    "in data": b"CREATE TABLE t (a text);\nCOPY t FROM stdin;\n" + RUN.replace(b"\\!", b"\\\\!") + b"\\N\n\\.\n",
    "in a dollar-quoted string": b"SELECT $a$; " + RUN + b"$b$\n" + RUN + b"$a$;\n",
}
