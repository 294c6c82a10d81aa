"""What whole commands cost on the shipped data, beside `python -c "import sqlite3"` in the same run.

    python -m benchmarks.compare --only start

Bytecode is compiled first: an install without it measures the compiler. Where todoman (Debian package `todoman`) is installed, its
list of 200 entries runs beside ours.
"""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.processor import IMPORT_SQLITE3, Ratio, milliseconds, program, surroundings


class Case(NamedTuple):
    """One command and how many times the import it may take; on_terminal: as a person sees it, else in a pipe."""

    words: tuple[str, ...]
    most: float
    on_terminal: bool = False


CASES = (
    Case(("check",), 4),
    Case(("check", "all"), 6),
    Case(("list", "--json"), 6),
    Case(("list", "--limit", "50"), 6),
    Case(("list", "--limit", "50"), 9, on_terminal=True),
    Case(("status",), 6),
    Case(("--help",), 4),
    Case(("--help",), 10, on_terminal=True),
    Case(("log", "--help"), 10),
    Case(("log", "zj-task-6", "--percent", "40", "--note", "推进"), 6),
)
COMPLETION = 7
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


def ratios(folder: Path) -> list[Ratio]:
    """Make a ledger of the shipped plans in a folder and return what is measured on it."""
    environ = surroundings(folder)
    subprocess.run([*program(), "init"], env=environ, capture_output=True, check=True)

    def beside_import(name: str, shown: str, words: tuple[str, ...], most: float, on_terminal: bool = False) -> Ratio:
        return Ratio(
            f"start: {name}", shown, [*program(), *words], environ, 'python -c "import sqlite3"', [IMPORT_SQLITE3], [environ], most,
            on_terminal,
        )  # fmt: skip

    found = [
        beside_import(
            " ".join(case.words[:3]) + (" (terminal)" if case.on_terminal else ""), f"tracker {' '.join(case.words)}",
            case.words, case.most, case.on_terminal,
        )
        for case in CASES
    ]  # fmt: skip
    completing = {**environ, "_TRACKER_COMPLETE": "complete_bash", "_TRACKER_LINE": "tracker log zj-"}
    found.append(
        beside_import("completion of an id", "tracker log zj-<Tab>", (), COMPLETION)._replace(environ=completing)
    )
    theirs = todoman(folder)
    if theirs is not None:
        milliseconds(theirs, environ)  # fills its cache
        words = ("list", "--limit", "200")
        found.append(Ratio("start: list of 200", f"tracker {' '.join(words)}", [*program(), *words], environ,
                           "todoman, a list of 200", [theirs], [environ], 1))  # fmt: skip
    return found


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
