"""What the same jobs cost in the programs that people would use instead, on the same rows, in one run.

    python -m benchmarks.peers [--rounds 5] [--rows 272,10000]

`python -m benchmarks.compare --only 10,000` holds the ratios against the published ones.

Taskwarrior, hledger and todoman (Debian packages `taskwarrior`, `hledger`, `todoman`) are measured where they are installed.
Every row of our ledger (plan, unit, text, due date, state) becomes a task, a forecast transaction, a todo. Each figure is the
median processor time (user and system) of a whole process, in milliseconds, all programs in turns; ours is told beside the
fastest of them. They judge nothing: no light, lag, report or reason is asked of them, no history and no second date.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.processor import IMPORT_SQLITE3, Ratio, compile_bytecode, milliseconds, program, surroundings

JOBS = (
    "count of overdue",
    "first 50 overdue",
    "list for people",
    "everything as JSON",
    "nine-field CSV",
    "one write",
    "overview",
)
BOUNDS = {"count of overdue": 1.0, "first 50 overdue": 1.0, "overview": 1.0, "one write": 1.0, "nine-field CSV": 1.0,
          "list for people": 1.3, "everything as JSON": 2.2}  # fmt: skip
"""At 10,000 rows, beside the fastest peer."""
LARGE, SHORT = "10,000 items: ", "list --limit 50"
NINE = "id,title,lead_units,due,state,percent,light,overdue,days_overdue"
SMALL = 6
"""At the shipped plans: so many times `python -c "import sqlite3"`."""

Rows = Sequence[dict[str, Any]]


class Peer(NamedTuple):
    """A program, its commands by job, and the environment they run in."""

    name: str
    commands: dict[str, list[str]]
    environ: dict[str, str]


# --- the same rows for each program ------------------------------------------------------------------------------------


def ours(folder: Path, items: int) -> tuple[Peer, Rows]:
    """Make our ledger and return it with its rows."""
    path = folder / "ledger.sqlite3"
    environ = surroundings(folder)
    tracker = program()
    if items <= 273:  # noqa: PLR2004 - the shipped plans
        subprocess.run([*tracker, "init"], env=environ, capture_output=True, check=True)
    else:
        from benchmarks.ledgers import make

        make(path, regions=items // 273 + 1, weeks=1)
    listed = subprocess.run([*tracker, "list", "--json"], env=environ, capture_output=True, check=True)
    commands = {
        "count of overdue": ["check", "overdue"],
        "first 50 overdue": ["overdue", "--limit", "50"],
        "list for people": ["list", "--limit", "0"],
        "everything as JSON": ["list", "--json"],
        "nine-field CSV": ["list", "--csv", "--fields", NINE],
        "one write": ["log", "zj-task-6", "--percent", "40", "--note", "推进"],
        "overview": ["status"],
    }
    return Peer("tracker", {job: [*tracker, *words] for job, words in commands.items()}, environ), json.loads(
        listed.stdout
    )


def taskwarrior(folder: Path, rows: Rows) -> Peer | None:
    """Import the rows as tasks: a project a plan, a tag a unit."""
    binary = shutil.which("task")
    if binary is None:
        return None
    config = folder / "taskrc"
    config.write_text(
        f"data.location={folder}/task\nconfirmation=off\nbulk=0\nverbose=nothing\nhooks=off\ngc=off\nrecurrence=off\n"
        "report.list.filter=status:pending\n",
        encoding="utf-8",
    )
    environ = {**os.environ, "TASKRC": str(config), "LC_ALL": "C.UTF-8", "COLUMNS": "120"}
    tasks = [
        {"description": row["text"], "status": "pending", "project": row["plan"], "entry": "20260101T000000Z",
         "tags": [unit.replace(" ", "") for unit in row["lead_units"]][:1],
         **({"due": row["due"].replace("-", "") + "T160000Z"} if row["due"] else {})}
        for row in rows
    ]  # fmt: skip
    subprocess.run(
        [binary, "import", "-"], input=json.dumps(tasks).encode(), env=environ, capture_output=True, check=True
    )
    commands = {
        "count of overdue": ["count", "+OVERDUE"],
        "first 50 overdue": ["list", "+OVERDUE", "limit:50"],
        "list for people": ["all"],
        "everything as JSON": ["export"],
        "one write": ["6", "modify", "推进"],
        "overview": ["summary"],
    }
    return Peer("Taskwarrior", {job: [binary, *words] for job, words in commands.items()}, environ)


def hledger(folder: Path, rows: Rows) -> Peer | None:
    """Write the rows as transactions on their due day: an account a plan and unit."""
    binary = shutil.which("hledger")
    if binary is None:
        return None
    journal = folder / "rows.journal"
    journal.write_text(
        "".join(
            f"{row['due'] or '2099-12-31'} {row['text'].replace(';', '，')}\n"
            f"    {row['plan']}:{(row['lead_units'] or ['无'])[0]}  1\n    open\n\n"
            for row in rows
        ),
        encoding="utf-8",
    )
    ledger = folder / "write.journal"
    shutil.copy(journal, ledger)
    entry = folder / "entry.csv"
    entry.write_text("2026-11-21,推进,1\n", encoding="utf-8")
    (folder / "entry.csv.rules").write_text("fields date,description,amount\naccount1 zj\n", encoding="utf-8")
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "120"}
    ask, end = [binary, "-f", str(journal)], ["-e", "2026-11-21"]
    commands = {
        "count of overdue": [*ask, "stats", *end],
        "first 50 overdue": [*ask, "register", "not:open", *end],
        "list for people": [*ask, "register", "not:open"],
        "everything as JSON": [*ask, "print", "-O", "json"],
        "nine-field CSV": [*ask, "register", "not:open", "-O", "csv"],
        "one write": [binary, "-f", str(ledger), "import", str(entry), "--catchup"],
        "overview": [*ask, "balance", "not:open", "--depth", "1"],
    }
    return Peer("hledger", commands, environ)


TODO = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:benchmark
BEGIN:VTODO
UID:{n}
DTSTAMP:20260101T000000Z
CREATED:20260101T000000Z
SUMMARY:{text}
{due}END:VTODO
END:VCALENDAR
"""


def todoman(folder: Path, rows: Rows) -> Peer | None:
    """Write the rows as one todo a file, a list a plan."""
    binary = shutil.which("todoman") or shutil.which("todo")
    if binary is None:
        return None
    for n, row in enumerate(rows):
        place = folder / "todos" / row["plan"][:2]
        place.mkdir(parents=True, exist_ok=True)
        due = f"DUE;VALUE=DATE:{row['due'].replace('-', '')}\n" if row["due"] else ""
        (place / f"{n}.ics").write_text(TODO.format(n=n, text=row["text"], due=due), encoding="utf-8")
    config = folder / "todoman.py"
    config.write_text(
        f'path = "{folder}/todos/*"\ncache_path = "{folder}/todos.cache"\ndate_format = "%Y-%m-%d"\n', encoding="utf-8"
    )
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "120"}
    ask = [binary, "--config", str(config)]
    subprocess.run([*ask, "list"], env=environ, capture_output=True, check=True)  # fills its cache
    commands = {
        "list for people": [*ask, "list"],
        "everything as JSON": [*ask, "--porcelain", "list"],
        "one write": [*ask, "edit", "6", "--location", "推进", "--raw"][:-1],
    }
    return Peer("todoman", commands, environ)


MAKERS: tuple[Callable[[Path, Rows], Peer | None], ...] = (taskwarrior, hledger, todoman)


# --- measuring ----------------------------------------------------------------------------------------------------------


def ratios(folder: Path, items: int = 10_000) -> list[Ratio]:
    """Make the rows in a folder and return our jobs, each beside all programs that know it."""
    tracker, rows = ours(folder, items)
    peers = list(filter(None, (maker(folder, rows) for maker in MAKERS)))
    found = []
    for job, most in BOUNDS.items():
        able = [peer for peer in peers if job in peer.commands]
        if able:
            found.append(Ratio(
                f"{LARGE}{job}", f"tracker {' '.join(tracker.commands[job][len(program()):])}", tracker.commands[job],
                tracker.environ, "、".join(peer.name for peer in able), [peer.commands[job] for peer in able],
                [peer.environ for peer in able], most,
            ))  # fmt: skip
    return found


def growth(folder: Path, small: Path) -> Ratio:
    """Return what a short list costs of 10,000 items (made in a folder by `ratios`) beside the shipped plans."""
    words = [*program(), "list", "--limit", "50"]
    return Ratio(f"{LARGE}{SHORT}", "tracker list --limit 50", words, surroundings(folder), "the same on the shipped plans",
                 [words], [surroundings(small)], 1.3)  # fmt: skip


def measure(items: int, rounds: int) -> None:
    """Print one table: milliseconds by job and program, and ours beside the fastest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tracker, rows = ours(folder, items)
        peers = [tracker, *filter(None, (maker(folder, rows) for maker in MAKERS))]
        start = Peer("start", {job: list(IMPORT_SQLITE3) for job in JOBS}, dict(os.environ))
        print(f"\n{len(rows):,} rows, median processor milliseconds of {rounds} rounds\n")
        print("| job | " + " | ".join(peer.name for peer in peers) + " | ours ÷ fastest | at most |")
        print("|---" * (len(peers) + 3) + "|")
        for job in JOBS:
            taken = medians([*peers, start], job, rounds)
            others = [taken[peer.name] for peer in peers[1:] if peer.name in taken]
            cells = [f"{taken[peer.name]:.0f}" if peer.name in taken else "–" for peer in peers]
            if len(rows) > 1000:  # noqa: PLR2004 - the bounds beside peers are those of the large ledger
                ratio, bound = taken["tracker"] / min(others) if others else None, BOUNDS[job]
            else:
                ratio, bound = taken["tracker"] / taken["start"], SMALL
            missed = " (missed)" if ratio is not None and ratio > bound else ""
            print(
                f"| {job} | {' | '.join(cells)} | {'–' if ratio is None else f'{ratio:.2f}'} | {bound:g}{missed} |",
                flush=True,
            )


def medians(peers: Sequence[Peer], job: str, rounds: int) -> dict[str, float]:
    """Return the median of each program that knows a job, all of them in turns."""
    able = [peer for peer in peers if job in peer.commands]
    taken: dict[str, list[float]] = {peer.name: [] for peer in able}
    for _ in range(rounds):
        for peer in able:
            taken[peer.name].append(milliseconds(peer.commands[job], peer.environ))
    return {name: statistics.median(figures) for name, figures in taken.items()}


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default="272,10000", help="sizes, parted by commas")
    options = parser.parse_args()
    compile_bytecode()
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    )
    for items in map(int, options.rows.split(",")):
        measure(items, options.rounds)


if __name__ == "__main__":
    main()
