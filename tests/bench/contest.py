"""Programs and their rivals, in turn, and what the times say.

A question has contestants: commands for bash that do the same job on the same dump. A round times each of
them once; the next round begins when all had their turn, so that a disturbance of the machine falls on all
alike. In timed rounds the output goes to /dev/null, but for a number (grep that writes to /dev/null stops at
the first match).

Before the rounds each runs once for its answer: what the command prints is read and summed up, and answers of
one group have to agree, or the run has failed. In that run tests/memory/peak.c takes the peak memory of our
program, alone, by the kernel's count.

A contestant that has taken BUDGET seconds and had three turns sits out the rest: sed on a gigabyte has said
by then what there is to say. The table tells how many turns each had. Times are of the whole command, shell
included.
"""

import hashlib
import os
import re
import statistics
import subprocess
import time
from dataclasses import dataclass, field

MB = 1_000_000
BUDGET = 15
LEAST_TURNS = 3
PEAK_MIB = 16  # the bar of every program
LEAST_JUDGED = 10 * MB  # of less than that, the time is the start of the programs
TOOLS = ["sanitize-rds", "strip-tablespaces", "pgrep-dump", "pg-restore-stream"]
OUR_PROGRAM = re.compile(rf"\b({'|'.join(TOOLS)})(?= )")


class Failed(Exception):
    """A command ended as it should not."""


@dataclass(frozen=True)
class Contestant:
    command: str
    same: str = ""  # contestants of a suite with the same word here have to give the same answer
    answer: str = ""  # bash, put behind the command where its answer is asked for
    before: str = ":"  # done before each turn and not timed
    number: bool = False  # prints a number; status 1 says that it is 0
    timed: bool = True  # False: only a witness, for its answer
    peak: float = PEAK_MIB  # the bar of its memory, if it is ours

    @property
    def ours(self):
        return OUR_PROGRAM.search(self.command) is not None

    @property
    def statuses(self):
        return (0, 1) if self.number else (0,)


@dataclass
class Question:
    title: str
    size: int  # bytes that MB/s is of
    contestants: list
    times: float = 0  # the bar: at least so many times the throughput of the fastest rival
    speed: float = 0  # the bar: at least so many MB/s
    least: int = LEAST_JUDGED  # of a smaller dump nothing is judged


@dataclass
class Result:
    contestant: Contestant
    answer: str
    peak: float
    seconds: list = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.seconds)


class Arena:
    """Where commands run: in one folder, with one environment."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment

    def run(self, command, output=subprocess.DEVNULL, statuses=(0,), read=None):
        """Seconds. With `read`, that is called with what the command prints, as a stream."""
        with open(self.folder / "messages", "w+b") as messages:
            begin = time.perf_counter()
            process = subprocess.Popen(
                ["bash", "-o", "pipefail", "-c", command], cwd=self.folder, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if read else output, stderr=messages)
            with process:
                if read:
                    read(process.stdout)
            seconds = time.perf_counter() - begin
            if process.returncode not in statuses:
                messages.seek(0)
                said = messages.read(2000).decode(errors="replace")
                raise Failed(f"status {process.returncode}: {command}\n{said}")
        return seconds

    def turn(self, contestant):
        self.run(contestant.before)
        # A number goes to a file: grep that sees /dev/null stops at the first match.
        with open(self.folder / "number" if contestant.number else os.devnull, "wb") as output:
            return self.run(contestant.command, output, contestant.statuses)

    def first(self, contestant):
        """A result without times: what was printed, if it is a number, else the beginning of its SHA-256; and
        MiB of our program."""
        digest, beginning, peak = hashlib.sha256(), bytearray(), self.folder / "kib"

        def read(stream):
            while block := stream.read(MB):
                digest.update(block)
                beginning.extend(block[:20 - len(beginning)])

        self.run(contestant.before)
        measured = OUR_PROGRAM.sub(r"./peak kib \1", contestant.command, count=1)
        self.run(measured + contestant.answer, read=read, statuses=contestant.statuses)
        said = beginning.decode(errors="replace").strip()
        return Result(contestant, said if said.isdigit() else digest.hexdigest()[:8],
                      int(peak.read_text()) / 1024 if contestant.ours else 0)


def ask(arena, question, rounds):
    """Results of all contestants; of witnesses, without times."""
    results = [arena.first(contestant) for contestant in question.contestants]
    timed = [result for result in results if result.contestant.timed]
    for number in range(rounds):
        for result in timed:
            if number < LEAST_TURNS or sum(result.seconds) < BUDGET:
                result.seconds.append(arena.turn(result.contestant))
    return results


def disagreements(results):
    """Sentences about answers that ought to be the same and are not."""
    for word in sorted({r.contestant.same for r in results} - {""}):
        group = [r for r in results if r.contestant.same == word]
        if len({r.answer for r in group}) > 1:
            said = (f"  {r.answer}: {r.contestant.command}{r.contestant.answer}" for r in group)
            yield "\n".join([word, *said])


# ------------------------------------------------------------------------ tables

HEADING = """\
| question | command | turns | median s | least s | MB/s | times the rival | bar | answer | peak MiB |
|---|---|---:|---:|---:|---:|---:|---|---|---:|"""


def judged(question, speed, times):
    if question.size < question.least:
        return "too small to judge"
    bar = f"{question.times:.2f}" if question.times else f"{question.speed} MB/s"
    met = times >= question.times and speed >= question.speed
    return f"≥ {bar}: {'met' if met else '**missed**'}"


def lines_of(question, results):
    """Rows of the table. A ratio is of throughputs, by medians; the rival is the fastest in the question."""
    rivals = [r.median for r in results if not r.contestant.ours]
    for r in results:
        speed = question.size / MB / r.median
        times = min(rivals) / r.median
        bar = peak = ""
        if r.contestant.ours:
            bar = judged(question, speed, times) if question.times or question.speed else ""
            peak = f"{r.peak:.1f}" + ("" if r.peak <= r.contestant.peak else f" > {r.contestant.peak}: **missed**")
        cells = [question.title, "`" + r.contestant.command.replace("|", "\\|") + "`", f"{len(r.seconds)}",
                 f"{r.median:.3f}", f"{min(r.seconds):.3f}",
                 f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}", f"{times:.2f}", bar, r.answer, peak]
        yield f"| {' | '.join(cells)} |"
