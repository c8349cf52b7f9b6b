#!/usr/bin/env python3
"""Checks a report: against its program's schema, and for what is expected of it.

  connect_report.py FILE [EXPECTATION]...

The program is pg-keepalive-connect (--json), or the one that the variable REPORT_OF names.

PATH=VALUE: it is that. PATH~REGEX: it matches. PATH: it is there and not empty, null or false. !PATH: it is.
A PATH is dotted (failure.stage, attempts.0.host); a list of texts is searched as its lines. PATH# is a length.
"""

import json
import os
import re
import sys
from datetime import datetime
from pathlib import Path

import jsonschema

TOOL = os.environ.get("REPORT_OF", "pg-keepalive-connect")
SCHEMA = Path(__file__).resolve().parents[2] / "tools" / TOOL / "report.schema.json"
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    return datetime.fromisoformat(value.replace("Z", "+00:00")) is not None


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


def mistakes(report, expectations):
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()), format_checker=FORMATS)
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
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    try:
        report = json.loads(text)
    except ValueError as error:
        sys.exit(f"no JSON: {error}: {text[:200]!r}")
    found = list(mistakes(report, sys.argv[2:]))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
