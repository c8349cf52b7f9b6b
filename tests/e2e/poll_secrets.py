#!/usr/bin/env python3
"""Looks at the argument lists of all processes until it is killed; a password in one is written down.

  poll_secrets.py FOLDER PATTERN     the process's E2E_SCENARIO names the file in FOLDER

A process may have it in its list for its first 50 ms: a program that takes a connection string cannot blank it
before it runs. On a busy machine that may take longer: then its list counts once it has had 50 ms of a processor,
or waits for something. The pattern is matched in such a way that this program's own list does not count.
"""

import os
import re
import sys
import time
from pathlib import Path

GRACE = 0.05
PAUSE = 0.02


def runs_long_enough(pid):
    state, *fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    tick = os.sysconf("SC_CLK_TCK")
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[18]) / tick
    return age >= GRACE and (state == "S" or (int(fields[10]) + int(fields[11])) / tick >= GRACE)


def main():
    folder, pattern = Path(sys.argv[1]), re.compile(sys.argv[2].encode())
    seen_before = set()
    while True:
        seen = set()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
                if int(pid) == os.getpid() or not pattern.search(arguments):
                    continue
                seen.add(pid)
                if pid not in seen_before or not runs_long_enough(pid):
                    continue
                scenario = re.search(rb"(?:^|\0)E2E_SCENARIO=([^\0/]+)", Path(f"/proc/{pid}/environ").read_bytes())
                if scenario:
                    name = arguments.split(b"\0")[0].decode(errors="replace")
                    with open(folder / scenario[1].decode(), "a", encoding="utf-8") as hits:
                        hits.write(f"the arguments of process {pid}, {name}, show a password\n")
            except (OSError, IndexError):
                pass  # it has ended
        seen_before = seen
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
