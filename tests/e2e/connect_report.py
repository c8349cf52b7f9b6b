#!/usr/bin/env python3
"""Checks a report of pg-keepalive-connect --json, or of another program: against its schema, and for what is expected
of it.

  connect_report.py [--of PROGRAM] FILE [EXPECTATION]...

PATH=VALUE: it is that. PATH~REGEX: it matches. PATH: it is there and not empty, null or false. !PATH: it is.
A PATH is dotted (failure.stage, attempts.0.host); a list of texts is searched as its lines. PATH# is a length.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

import jsonschema

TOOLS = Path(__file__).resolve().parents[2] / "tools"
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    # A format says something of texts alone.
    return not isinstance(value, str) or datetime.fromisoformat(value.replace("Z", "+00:00")) is not None


def look_up(report, path):
    value = report
    for name in path.rstrip("#").split("."):
        if isinstance(value, list):
            value = value[int(name)] if -len(value) <= int(name) < len(value) else None
        else:
            value = (value or {}).get(name)
    return len(value or ()) if path.endswith("#") else value


def as_text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(as_text(v) for v in value)
    return json.dumps(value)


def mistakes(report, expectations, program):
    schema = json.loads((TOOLS / program / "report.schema.json").read_text())
    checker = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
    for error in checker.iter_errors(report):
        yield f"schema: {'.'.join(map(str, error.absolute_path))}: {error.message}"
    for expectation in expectations:
        path, operator, wanted = re.match(r"(!?[\w.#-]+)(?:([=~])(.*))?$", expectation, re.DOTALL).groups()
        value = look_up(report, path.lstrip("!"))
        if operator == "=":
            holds = as_text(value) == wanted
        elif operator == "~":
            holds = value is not None and re.search(wanted, as_text(value)) is not None
        else:
            holds = bool(value) != path.startswith("!")
        if not holds:
            yield f"{expectation}: it is {json.dumps(value)}"


def main():
    program, arguments = "pg-keepalive-connect", sys.argv[1:]
    if arguments[0] == "--of":
        program, arguments = arguments[1], arguments[2:]
    text = Path(arguments[0]).read_text(encoding="utf-8")
    try:
        report = json.loads(text)
    except ValueError as error:
        sys.exit(f"no JSON: {error}: {text[:200]!r}")
    found = list(mistakes(report, arguments[1:], program))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
