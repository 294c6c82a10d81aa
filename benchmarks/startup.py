"""How long whole commands take on the shipped data, as ratios to `python -c "import sqlite3"` measured in the same run.

    python -m benchmarks.startup [--rounds 21] [--only NAME]

Bytecode is compiled first. Every round runs the reference and one command directly after each other; the table shows the
median of the ratios of these pairs, so that a busy machine slows both. Where todoman (Debian package `todoman`) is
installed, its list of 200 entries runs beside ours.
"""

import argparse
import compileall
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

REFERENCE_SHOWN = 'python -c "import sqlite3"'
REFERENCE = [sys.executable, "-c", "import sqlite3"]


class Case(NamedTuple):
    """One command and how many times the reference it may take."""

    name: str
    words: tuple[str, ...]
    target: float | None


CASES = (
    Case("check", ("check",), 4.5),
    Case("check all", ("check", "all"), 6),
    Case("list --json", ("list", "--json"), 6),
    Case("list --limit 50", ("list", "--limit", "50"), 8),
    Case("status", ("status",), 9),
    Case("--help", ("--help",), 4),
    Case("log", ("log", "zj-task-6", "--percent", "40", "--note", "推进"), 30),
    Case("overdue", ("overdue",), None),
    Case("show", ("show", "zj-target-20"), None),
    Case("list --limit 200", ("list", "--limit", "200"), None),
)
ENTRY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:benchmark
BEGIN:VTODO
UID:{n}
DTSTAMP:20260101T000000Z
CREATED:20260101T000000Z
SUMMARY:Entry number {n} of a list of two hundred
DUE;VALUE=DATE:2026{month:02d}{day:02d}
PRIORITY:{priority}
END:VTODO
END:VCALENDAR
"""


def program() -> list[str]:
    """Return how the installed command is started."""
    script = Path(sys.executable).with_name("tracker")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tracker"]


def seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Return how long one process takes; `check` may find something, any other code than its own is an error."""
    start = time.perf_counter()
    done = subprocess.run(command, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    taken = time.perf_counter() - start
    if done.returncode and (done.returncode != 2 or "check" not in command):  # noqa: PLR2004 - CRITICAL
        raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stderr.decode()}")
    return taken


def ratio(command: Sequence[str], reference: Sequence[str], environ: Mapping[str, str], rounds: int) -> float:
    """Return the median ratio of a command to a reference, each pair run one directly after the other."""
    pairs = [(seconds(reference, environ), seconds(command, environ)) for _ in range(rounds)]
    return statistics.median(ours / theirs for theirs, ours in pairs)


def compile_bytecode() -> None:
    """Compile what the commands import: an install without bytecode measures the compiler."""
    import typer

    import tracker

    for package in (tracker, typer):
        compileall.compile_dir(str(Path(str(package.__file__)).parent), quiet=1)


def prepare(folder: Path) -> dict[str, str]:
    """Make a ledger of the shipped plans and the environment that names it."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")},
        "TRACKER_DB": str(folder / "ledger.sqlite3"), "TRACKER_BY": "bench", "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    subprocess.run([*program(), "init"], env=environ, capture_output=True, check=True)
    return environ


def todoman(folder: Path) -> list[str] | None:
    """Return the command that lists 200 entries with todoman, or None where it is not installed."""
    binary = shutil.which("todoman") or shutil.which("todo")
    if binary is None:
        return None
    entries = folder / "todos" / "work"
    entries.mkdir(parents=True)
    for n in range(200):
        text = ENTRY.format(n=n, month=n % 12 + 1, day=n % 28 + 1, priority=n % 10)
        (entries / f"{n}.ics").write_text(text, encoding="utf-8")
    config = folder / "todoman.py"
    config.write_text(f'path = "{folder}/todos/*"\ncache_path = "{folder}/todos.cache"\n', encoding="utf-8")
    return [binary, "--config", str(config), "list"]


def measure(rounds: int, only: str | None) -> None:
    """Print the table."""
    compile_bytecode()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = prepare(folder)
        print(
            f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
        )
        print(f"median of {rounds} pairs, × `{REFERENCE_SHOWN}`\n\n| command | × | at most |\n|---|---|---|")
        for case in CASES:
            if only is None or only == case.name:
                found = ratio([*program(), *case.words], REFERENCE, environ, rounds)
                verdict = (
                    "" if case.target is None else f"{case.target:g}" + ("" if found <= case.target else " (missed)")
                )
                print(f"| `tracker {case.name}` | {found:.2f} | {verdict} |", flush=True)
        theirs = todoman(folder) if only is None else None
        if theirs is not None:
            seconds(theirs, environ)  # fills its cache
            beside = ratio([*program(), "list", "--limit", "200"], theirs, environ, rounds)
            print(f"\n`tracker list --limit 200` takes {beside:.2f} × todoman's list of 200 entries (at most 1)")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", choices=[case.name for case in CASES])
    options = parser.parse_args()
    measure(options.rounds, options.only)


if __name__ == "__main__":
    main()
