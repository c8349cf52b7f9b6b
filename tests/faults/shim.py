"""shim.c for the tests beside it: compiled, set for a run, and asked what it has hit."""

import os
import subprocess
from pathlib import Path

TIMEOUT_S = 60


class Tally:
    """How many cases have passed and failed; main ends with end()."""

    def __init__(self):
        self.passed = self.failed = 0

    def note(self, name, complaints):
        if complaints:
            self.failed += 1
            print(f"FAILED {name}")
            for complaint in complaints:
                print(f"    {complaint}")
        else:
            self.passed += 1

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


class Shim:
    """Compiled into FOLDER. One run at a time: hits() is of the last."""

    def __init__(self, folder):
        self.library, self.count = Path(folder) / "shim.so", Path(folder) / "count"
        source = Path(__file__).resolve().parent / "shim.c"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library, source, "-ldl"], check=True)

    def environment(self, fault, **more):
        self.count.unlink(missing_ok=True)
        env = dict(os.environ, LC_ALL="C", **more)
        if fault:
            env.update(LD_PRELOAD=str(self.library), SLUICE_FAULT=fault, SLUICE_FAULT_COUNT=str(self.count))
        return env

    def run(self, command, fault="", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **environment):
        return subprocess.run([str(word) for word in command], env=self.environment(fault, **environment), stdin=stdin,
                              stdout=stdout, stderr=subprocess.PIPE, timeout=TIMEOUT_S)

    def hits(self):
        """Of each call; none at all where none was hit."""
        if not self.count.exists():
            return {}
        lines = (line.split() for line in self.count.read_text().splitlines())
        return {call: int(n) for call, n in lines if n != "0"}
