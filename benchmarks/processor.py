"""Measuring whole processes in seconds of the processor, which a busy machine moves less than the clock."""

import compileall
import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

IMPORT_SQLITE3 = (sys.executable, "-c", "import sqlite3")
LINES, COLUMNS = 40, 120
"""The size of the terminal that commands are shown."""


class Ratio(NamedTuple):
    """What a command may cost beside others: its name in the published table, and at most how many times the cheapest of them.

    shown and beside_shown are the two as a person would type them; beside_environ is the environment of the others.
    """

    name: str
    shown: str
    command: Sequence[str]
    environ: Mapping[str, str]
    beside_shown: str
    beside: Sequence[Sequence[str]]
    beside_environ: Sequence[Mapping[str, str]]
    most: float
    on_terminal: bool = False

    def measure(self, rounds: int) -> float:
        """Return the ratio: the median of rounds in which all run directly after one another."""
        found = []
        for _ in range(rounds):
            theirs = [
                milliseconds(words, environ) for words, environ in zip(self.beside, self.beside_environ, strict=True)
            ]
            found.append((milliseconds(self.command, self.environ, on_terminal=self.on_terminal), *theirs))
        ours, *others = (statistics.median(column) for column in zip(*found, strict=True))
        return float(ours / min(others))


def peak_memory() -> float:
    """Return the most memory this process ever held, in MB (getrusage counts the parent's, too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def milliseconds(command: Sequence[str], environ: Mapping[str, str], *, on_terminal: bool = False) -> float:
    """Return the user and system time of one process and of what it started; `check` may find something."""
    reader, writer = _terminal() if on_terminal else (None, subprocess.PIPE)
    if reader is not None:
        environ = {**environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(
        command,
        env=dict(environ),
        stdin=writer if reader is not None else subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    said: list[bytes] = []
    # Both are read while it runs: a process that waits for its reader would never end.
    threads = [
        threading.Thread(target=_read, args=(each, into)) for each, into in _streams(process, reader, writer, said)
    ]
    for thread in threads:
        thread.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if reader is not None:
        os.close(writer)
    for thread in threads:
        thread.join()
    if code and (code != 2 or "check" not in command):  # noqa: PLR2004 - CRITICAL
        raise SystemExit(f"{' '.join(command)}: {code}\n{b''.join(said).decode(errors='replace')[:800]}")
    return 1000 * (used.ru_utime + used.ru_stime)


def _terminal() -> tuple[int, int]:
    """Open a terminal and return its two ends, ours and that of the command."""
    import pty
    import termios  # neither is on Windows, where the campaigns of writers run too

    reader, writer = pty.openpty()
    termios.tcsetwinsize(writer, (LINES, COLUMNS))
    return reader, writer


def _streams(
    process: "subprocess.Popen[bytes]", reader: int | None, writer: int, said: list[bytes]
) -> list[tuple[int, list[bytes] | None]]:
    assert process.stderr is not None  # noqa: S101 - it was asked for
    out = reader if reader is not None else process.stdout.fileno() if process.stdout is not None else writer
    return [(out, None), (process.stderr.fileno(), said)]


def _read(stream: int, into: list[bytes] | None) -> None:
    """Read a stream to its end; a terminal whose other end is gone says so by an error."""
    try:
        while part := os.read(stream, 1 << 16):
            if into is not None:
                into.append(part)
    except OSError:
        pass


def program() -> list[str]:
    """Return how the installed command is started."""
    script = Path(sys.executable).with_name("tracker")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tracker"]


def compile_bytecode() -> None:
    """Compile what the commands import: an install without bytecode measures the compiler."""
    import typer

    import tracker

    for package in (tracker, typer):
        compileall.compile_dir(str(Path(str(package.__file__)).parent), quiet=1)


def surroundings(folder: Path) -> dict[str, str]:
    """Return the environment of our commands: a ledger and a configuration of their own, and nothing else that is set."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "_TRACKER"))},
        "TRACKER_DB": str(folder / "ledger.sqlite3"), "TRACKER_BY": "bench", "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
