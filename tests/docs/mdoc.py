"""What the documentation tests read out of a manual page (mdoc)."""

import re
from pathlib import Path

MAN = Path(__file__).resolve().parent.parent.parent / "man"

ESCAPES = {r"\e": "\\", r"\-": "-", r"\&": "", r"\ ": " ", r"\~": " ", r"\(": None}
GLYPHS = {"rs": "\\", "aq": "'", "dq": '"', "ga": "`", "ha": "^", "ti": "~", "en": "–", "em": "—"}


def plain(text):
    """The characters that mdoc's escapes stand for."""

    def character(match):
        if match[1]:
            return GLYPHS[match[1]]
        return ESCAPES[match[0]]

    return re.sub(r"\\\((\w\w)|\\[e\-& ~]", character, text)


def words(line):
    """The words of a macro line; quotes hold a word together."""
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', line)]


class Example:
    """A literal block of EXAMPLES: commands with what they print, and the comment lines right before it."""

    def __init__(self, page, line, comments, text):
        self.page = page
        self.line = line  # of the block's .Bd
        self.files = [c.removeprefix("test:").strip() for c in comments if c.startswith("test:")]
        self.no_run = next((c.removeprefix("no-run:").strip() for c in comments if c.startswith("no-run:")), None)
        self.status = int(next((c.removeprefix("status:") for c in comments if c.startswith("status:")), "0"))
        self.text = text


def examples(page):
    """Every literal block of the section EXAMPLES."""
    section, comments, block = None, [], None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if block is not None:
            if line.startswith(".Ed"):
                yield Example(page.name, start, comments, block)
                comments, block = [], None
            else:
                block.append(plain(line))
        elif line.startswith(".Sh"):
            section, comments = line[3:].strip(), []
        elif line.startswith('.\\"'):
            comments.append(line[3:].strip())
        elif line.startswith(".Bd") and "-literal" in line and section == "EXAMPLES":
            start, block = number, []
        elif line.strip() not in (".Pp", "."):
            comments = []


def documented_options(page):
    """The options that have an entry (.It Fl ...) of their own in the page: {"-h", "--help", ...}."""
    found = set()
    for line in page.read_text().splitlines():
        if not re.match(r"\.It\s+Fl\b", line):
            continue
        flags = 0
        for word in words(line)[1:]:
            if word == "Fl":
                flags += 1
            else:
                if flags:
                    name = "-" * flags + re.split(r"[=\[]", plain(word))[0]
                    if re.fullmatch(r"--?\w[\w-]*", name):
                        found.add(name)
                flags = 0
    return found
