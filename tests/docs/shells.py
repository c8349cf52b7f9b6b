"""Asks real shells what they offer for a line with the cursor at its end: bash and zsh at a terminal, fish by
`complete -C`. Each answer is a list of pairs: what is offered for the word at the cursor, and what the shell shows
beside it (bash shows nothing). FILES stands for file names where the shell itself completes them."""

import os
import pty
import select
import subprocess
import termios
import threading

FILES = "<files>"

BASH = """
PS1= PROMPT_COMMAND= HISTFILE=
compopt() { printf '%s\\n' '<files>' >&"$ANSWER"; builtin compopt "$@"; }
declare -A makers
ask() {
  "${makers[$1]}" "$@"
  [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "${COMPREPLY[@]}" >&"$ANSWER"
  echo END >&"$ANSWER"
}
for name in $PROGRAMS; do
  . "$SCRIPTS/$name"
  maker=$(complete -p "$name") maker=${maker##*-F }
  makers[$name]=${maker%% *}
  complete -F ask "$name"
done
echo END >&"$ANSWER"
"""

# compadd is asked what it would add, and adds it. Queries of zsh's own functions (-O, -A, -D) pass.
ZSH = """
PS1= HISTFILE= fpath=($SCRIPTS $fpath)
setopt no_auto_list no_beep
autoload -Uz compinit && compinit -D -u
compadd() {
  local -a hits shown
  local i
  for (( i = 1; i <= $#; i++ )); do
    case $argv[i] in
      (-|--) break ;;
      (-[OAD]) builtin compadd "$@"; return ;;
      (-(l|)d) shown=("${(@P)argv[i+1]}") ;;
    esac
  done
  builtin compadd -O hits -D shown "$@"
  for (( i = 1; i <= $#hits; i++ )); do print -ru $ANSWER -- "$IPREFIX$hits[i]"$'\\t'"$shown[i]"; done
  builtin compadd "$@"
}
ask() { zle complete-word; print -u $ANSWER END; BUFFER= }
zle -N ask
bindkey '^I' ask
ready() { print -u $ANSWER END; zle -D zle-line-init }
zle -N zle-line-init ready
"""

FISH = """
for name in (string split ' ' $PROGRAMS); source $SCRIPTS/$name.fish; end
for line in $argv; complete -C $line; echo END; end
"""


class Terminal:
    """A shell at a terminal, which writes its answers to a pipe."""

    def __init__(self, command, environment, folder):
        reading, writing = os.pipe()
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (50, 200))
        self.shell = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={**environment, "ANSWER": str(writing), "TERM": "dumb"},
            pass_fds=[writing],
            start_new_session=True,
        )
        os.close(slave)
        os.close(writing)
        self.master, self.answers = master, reading
        self.shown = b""
        threading.Thread(target=self.drain, daemon=True).start()
        self.answer("start")

    def drain(self):
        try:
            while said := os.read(self.master, 65536):
                self.shown += said
        except OSError:
            pass  # the shell has ended

    def answer(self, line):
        text = b""
        while not text.endswith(b"END\n"):
            ready, _, _ = select.select([self.answers], [], [], 20)
            more = os.read(self.answers, 65536) if ready else b""
            if not more:
                raise ValueError(f"no answer to {line!r}; the terminal shows {self.shown[-500:]!r}")
            text += more
        return text.decode().splitlines()[:-1]

    def ask(self, line):
        os.write(self.master, line.encode() + b"\t")
        answer = self.answer(line)
        os.write(self.master, b"\x15")  # the line is thrown away
        return answer

    def close(self):
        self.shell.kill()
        self.shell.wait()
        os.close(self.master)
        os.close(self.answers)


def pairs(line, answer):
    """What stands before the value, as in --mode=, is left out."""
    word = line.rpartition(" ")[2]
    before = word.partition("=")[0] + "=" if word.startswith("--") and "=" in word else ""
    out = []
    for one in answer:
        offered, _, shown = one.partition("\t")
        out.append((offered.removeprefix(before), shown))
    return out


def ask(lines, programs, bin_folder, folder):
    """{shell: {line: pairs}}; the shells run in FOLDER."""
    scripts = folder / ".scripts"
    scripts.mkdir()
    for name in programs:
        for shell, file in (("bash", name), ("zsh", f"_{name}"), ("fish", f"{name}.fish")):
            made = subprocess.run([bin_folder / name, f"--generate=complete-{shell}"], capture_output=True, check=True)
            (scripts / file).write_bytes(made.stdout)
    (scripts / "bashrc").write_text(BASH)
    (scripts / ".zshrc").write_text(ZSH)
    (scripts / "all.fish").write_text(FISH)
    environment = {
        "PATH": f"{bin_folder}:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(scripts),
        "ZDOTDIR": str(scripts),
        "SCRIPTS": str(scripts),
        "PROGRAMS": " ".join(programs),
    }
    answers = {}
    for shell, command in (
        ("bash", ["bash", "--noprofile", "--rcfile", scripts / "bashrc", "-i"]),
        ("zsh", ["zsh", "-d", "-i"]),
    ):
        terminal = Terminal(command, environment, folder)
        answers[shell] = {line: pairs(line, terminal.ask(line)) for line in lines}
        terminal.close()
    fish = subprocess.run(
        ["fish", "--no-config", scripts / "all.fish", *lines],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if fish.returncode != 0 or fish.stderr:
        raise ValueError(f"fish says: {fish.stderr!r}")
    parts = fish.stdout.split("END\n")
    answers["fish"] = {line: pairs(line, part.splitlines()) for line, part in zip(lines, parts)}
    return answers
