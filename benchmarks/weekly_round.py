"""The weekly round of one unit, typed for real: keys and seconds, beside the same round in Taskwarrior.

    python -m benchmarks.weekly_round [--pace 0.3]

Eleven items that 省建设厅 leads in the plan zj, at a terminal of 80 × 24, once with nothing new and once with four items that
moved. A key is a character, Enter included; a Chinese character counts as one. pace is the pause before each key, in seconds;
the next answer is typed when the program asks. Taskwarrior (Debian package `taskwarrior`) keeps no figures, units or periods:
what moved is an annotation there.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.processor import compile_bytecode, program, surroundings

SIZE = (24, 80)
PROMPT = "ready> "
UNCHANGED = [""] * 26
"""Enter through twenty-five questions, and once for the yes."""
MOVED = [
    "80", "", "", "", "新建管网120公里", "", "",  # target 20: the first of four numbers, and a note
    "", "",
    "91", "",  # target 24
    "2", "40", "方案已印发", "资金未落实", "",  # the first task: in progress, percent, note, problem
    *[""] * 12,
    "3", "通过验收", "", "",  # the last task but none: declared done
    "",
]  # fmt: skip
ANNOTATED = [
    "task 1 annotate 80，新建管网120公里",
    "task 3 annotate 91",
    "task 4 annotate 40，方案已印发，资金未落实",
    "task 11 done",
]


class Typed(NamedTuple):
    """What a round took."""

    keys: int
    seconds: float


class Terminal:
    """A shell at a terminal of its own, and the person before it."""

    def __init__(self, folder: Path, environ: dict[str, str], pace: float) -> None:
        self.pace, self.keys, self.screen = pace, 0, ""
        self.process, self.end = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--norc", "--noediting"], {**environ, "PS1": PROMPT, "TERM": "xterm"})  # noqa: S606, S607 - a shell for a person
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self.wait(PROMPT)

    def wait(self, *ends: str) -> None:
        """Read the screen until one of these stands at its end."""
        came = b""
        while not re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", self.screen).endswith(ends) or not came:
            if not select.select([self.end], [], [], 120)[0]:
                raise SystemExit(f"nothing more on the screen: {self.screen}")
            came += os.read(self.end, 65536)
            self.screen = came.decode("utf-8", "replace")

    def type(self, text: str) -> None:
        """Type a line, key by key."""
        for key in f"{text}\n":
            time.sleep(self.pace)
            os.write(self.end, key.encode())
            self.keys += 1


def ours(folder: Path, answers: Sequence[str], pace: float) -> Typed:
    """Type the round into `tracker log`."""
    environ = surroundings(folder) | {"TRACKER_UNIT": "省建设厅", "TRACKER_PLAN": "zj"}
    subprocess.run([*program(), "init", "--plan", "zj"], env=environ, capture_output=True, check=True)
    command = folder / "bin" / "tracker"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {" ".join(program())} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    terminal = Terminal(folder, environ | {"PATH": f"{command.parent}:{environ['PATH']}"}, pace)
    began = time.monotonic()
    terminal.type("tracker log")
    for answer in answers:
        terminal.wait("：", "返回）")
        terminal.type(answer)
    terminal.wait(PROMPT)
    assert terminal.screen.count("已填报 zj-") >= 11, terminal.screen  # noqa: S101, PLR2004 - the eleven items
    return Typed(terminal.keys, time.monotonic() - began)


def taskwarrior(folder: Path, lines: Sequence[str], pace: float) -> Typed:
    """Type the round as so many commands."""
    environ = {**os.environ, "TASKDATA": str(folder / "task"), "TASKRC": str(folder / "taskrc"), "LC_ALL": "C.UTF-8"}
    (folder / "task").mkdir()
    (folder / "taskrc").write_text("confirmation=no\nverbose=nothing\n", encoding="utf-8")
    for number in range(1, 12):
        subprocess.run(["task", "add", f"事项{number}"], env=environ, capture_output=True, check=True)  # noqa: S607
    terminal = Terminal(folder, environ, pace)
    began = time.monotonic()
    for line in lines:
        terminal.type(line)
        terminal.wait(PROMPT)
    return Typed(terminal.keys, time.monotonic() - began)


def main() -> None:
    """Type every round and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pace", type=float, default=0.3)
    pace = parser.parse_args().pace
    compile_bytecode()
    same = [f"task {number} annotate 无变化" for number in range(1, 12)]
    moved = [line for line in same if line.split()[1] not in {each.split()[1] for each in ANNOTATED}] + ANNOTATED
    print(f"| round | program | keys | seconds at a key every {pace} s |\n|---|---|---|---|")
    for name, answers, lines in (("nothing new", UNCHANGED, same), ("four items moved", MOVED, moved)):
        with tempfile.TemporaryDirectory() as folder:
            typed = ours(Path(folder), answers, pace)
        print(f"| {name} | `tracker log` | {typed.keys} | {typed.seconds:.0f} |", flush=True)
        if shutil.which("task"):
            with tempfile.TemporaryDirectory() as folder:
                typed = taskwarrior(Path(folder), lines, pace)
            print(f"| {name} | Taskwarrior | {typed.keys} | {typed.seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
