"""A private PostgreSQL cluster for a Python script, by the shell functions that the end-to-end tests have."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent


@contextmanager
def server(environment):
    """The environment in which clients reach a private cluster; None where none can be started.

    It ends with the with-block, or with this process, however that ends: it waits for the end of a pipe."""
    process = subprocess.Popen(
        [HERE / "cluster"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        socket, programs = process.stdout.readline().strip(), process.stdout.readline().strip()
        path = os.pathsep.join([programs, environment["PATH"]])
        yield environment | {"PGHOST": socket, "PGUSER": "postgres", "PATH": path} if programs else None
    finally:
        process.stdin.close()
        process.wait()
