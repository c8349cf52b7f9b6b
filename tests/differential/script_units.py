"""The units of a script, as `pgrep-dump --units` tells them."""

import subprocess


def units_of(script):
    """(kind, begin, end) of each, in bytes; the last may be "trailing", which the script ends in."""
    done = subprocess.run(["pgrep-dump", "--units"], input=script, capture_output=True)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"pgrep-dump ended with {done.returncode}: {done.stderr.decode()}")
    units = []
    for line in done.stdout.decode().splitlines():
        kind, begin, length = line.split("\t")
        units.append((kind, int(begin), int(begin) + int(length)))
    return units
