"""Many writers on one ledger, a file or on a server: processes that log at once, and readers that look on meanwhile.

    python -m benchmarks.writers [--processes 8] [--logs 500] [--readers 2] [--anew] [--db postgresql+psycopg://user@host/empty]
    python -m benchmarks.writers --server /usr/lib/postgresql/15/bin --rounds 3 --logs 25 --readers 0 [--anew]

Every report carries a mark of its own. At the end all of them must be in the ledger, each once, in a chain that the doctor
finds whole; no writer may have been told that the database is locked, and no reader may have waited for a writer. Writers live on
and report again and again; --anew: each report is a `tracker log` of its own, as people and scripts do. With --server a file and
a server on loopback of its own are written to in turns, and told beside one another.
"""

import argparse
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from benchmarks.processor import program, surroundings
from benchmarks.servers import running
from tracker.actions.doctor import OF_CONTENT, examine
from tracker.errors import Refused
from tracker.store import creation
from tracker.store.connection import reading
from tracker.store.location import Location


class Figures(NamedTuple):
    """What a run showed. Times are in seconds."""

    processes: int
    logs: int
    seconds: float
    refused: list[str]
    lost: int
    doubled: int
    findings: int
    longest_write: float
    median_write: float
    reads: int
    longest_read: float
    median_read: float

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, doubled, refused or torn."""
        return not (self.refused or self.lost or self.doubled or self.findings)

    def table(self) -> str:
        """Return the figures as lines for people."""
        total = self.processes * self.logs
        rate = f"{self.seconds:.1f} s ({total / self.seconds:.0f} a second)"
        return "\n".join([
            f"{self.processes} processes x {self.logs} logs: {total} reports in {rate}",
            f"lost {self.lost}, written twice {self.doubled}, refused {len(self.refused)}, doctor {self.findings} findings",
            f"one log as a writer sees it: median {self.median_write * 1000:.0f} ms, longest {self.longest_write * 1000:.0f} ms",
            f"{self.reads} readings meanwhile: median {self.median_read * 1000:.0f} ms, longest {self.longest_read * 1000:.0f} ms",
            *self.refused[:5],
        ])  # fmt: skip


def measure(
    processes: int, logs: int, readers: int, folder: Path, db: str | None = None, *, anew: bool = False
) -> Figures:
    """Let processes write and readers read at once, then compare the ledger with what was written.

    db is the place of a new ledger, a file in the folder unless an empty database of a server is named. Raises Refused where
    there is a ledger already.
    """
    place = db or str(folder / "ledger.sqlite3")
    if not creation.create(Location(place), datetime.now().astimezone(), by="writers"):
        raise Refused(f"{Location(place).shown}: there is a ledger already; name an empty database")
    context = multiprocessing.get_context("spawn")
    go, stop = context.Event(), context.Event()
    writers = [
        context.Process(target=_write, args=(folder, place, number, logs, go, anew)) for number in range(processes)
    ]
    lookers = [context.Process(target=_read, args=(folder, place, number, go, stop)) for number in range(readers)]
    for process in (*writers, *lookers):
        process.start()
    _wait_until(lambda: len(list(folder.glob("*.ready"))) == processes + readers)
    begin = time.perf_counter()
    go.set()
    for process in writers:
        process.join()
    seconds = time.perf_counter() - begin
    stop.set()
    for process in lookers:
        process.join()
    return _figures(folder, Location(place), processes, logs, seconds)


def _figures(folder: Path, location: Location, processes: int, logs: int, seconds: float) -> Figures:
    said = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("writer-*.json"))]
    seen = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("reader-*.json"))]
    writes = [moment for each in said for moment in each["seconds"]]
    reads = [moment for each in seen for moment in each["seconds"]]
    wanted = {f"{number}-{count}" for number in range(processes) for count in range(logs)}
    with reading(location) as opened:
        notes = [row[0] for row in opened.all("SELECT note FROM report")]
        findings = examine(opened, location, datetime.now().astimezone(), areas=OF_CONTENT)
    return Figures(
        processes, logs, seconds, [line for each in (*said, *seen) for line in each["refused"]], len(wanted - set(notes)),
        len(notes) - len(set(notes)), len(findings), max(writes), statistics.median(writes), len(reads),
        max(reads, default=0.0), statistics.median(reads or [0.0]),
    )  # fmt: skip


def _write(folder: Path, place: str, number: int, logs: int, go: Event, anew: bool) -> None:
    """Log again and again, half of the time on an item that all others write too."""
    log = _process if anew else _command
    _command(folder, place, ["log", "zj-task-1", "--percent", "1", "--note", "warm up", "--dry-run"])
    _ready(folder, f"writer-{number}", go)
    seconds, refused = [], []
    for count in range(logs):
        item = "zj-task-1" if count % 2 else f"zj-task-{2 + number}"
        begin = time.perf_counter()
        code, errors = log(folder, place, ["log", item, "--percent", str(count % 100), "--note", f"{number}-{count}"])
        seconds.append(time.perf_counter() - begin)
        if code:
            refused.append(errors)
    _report(folder, f"writer-{number}", seconds, refused)


def _read(folder: Path, place: str, number: int, go: Event, stop: Event) -> None:
    _command(folder, place, ["check"])
    _ready(folder, f"reader-{number}", go)
    seconds, refused = [], []
    while not stop.is_set():
        begin = time.perf_counter()
        code, errors = _command(folder, place, ["check"])
        seconds.append(time.perf_counter() - begin)
        if code not in (0, 1, 2):
            refused.append(errors)
        time.sleep(0.01)
    _report(folder, f"reader-{number}", seconds, refused)


def _command(folder: Path, place: str, words: list[str]) -> tuple[int, str]:
    """Run one command in this process; return its exit code and what it complained of."""
    from tracker.cli.context import context
    from tracker.cli.main import run

    out, err = io.StringIO(), io.StringIO()
    environ = {"TRACKER_DB": place, "TRACKER_CONFIG": str(folder / "config.toml"), "TRACKER_BY": "writers"}
    context.__init__(io.StringIO(), out, err, environ)  # type: ignore[misc]
    os.environ["TRACKER_CONFIG"] = environ["TRACKER_CONFIG"]
    code = run(words)
    return code, err.getvalue() if code else ""


def _process(folder: Path, place: str, words: list[str]) -> tuple[int, str]:
    """Run one command as a process of its own; return its exit code and what it complained of."""
    environ = {**surroundings(folder), "TRACKER_DB": place, "TRACKER_BY": "writers"}
    done = subprocess.run([*program(), *words], env=environ, capture_output=True, check=False)
    return done.returncode, done.stderr.decode(errors="replace") if done.returncode else ""


def _ready(folder: Path, name: str, go: Event) -> None:
    (folder / f"{name}.ready").touch()
    go.wait()


def _report(folder: Path, name: str, seconds: list[float], refused: list[str]) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"seconds": seconds, "refused": refused}), encoding="utf-8")


def _wait_until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.01)


def in_turns(options: argparse.Namespace) -> bool:
    """Let a file and a server be written to in turns, print how long each took, and say whether all was sound."""
    rates: dict[str, list[float]] = {"file": [], "server": []}
    sound = True
    with (
        tempfile.TemporaryDirectory(prefix="tracker-writers-") as name,
        running(options.server, Path(name), options.port) as server,
    ):
        for number in range(options.rounds):
            server.ask("createdb", f"round{number}")
            for place, db in (("file", None), ("server", server.address(f"round{number}"))):
                folder = Path(name) / f"{place}{number}"
                folder.mkdir()
                found = measure(options.processes, options.logs, options.readers, folder, db, anew=options.anew)
                print(f"{place}: {found.table()}\n", flush=True)
                rates[place].append(found.processes * found.logs / found.seconds)
                sound = sound and found.is_sound
    file, served = map(statistics.median, rates.values())
    print(
        f"reports a second, medians of {options.rounds}: file {file:.0f}, server {served:.0f}: {file / served:.1f} : 1"
    )
    return sound


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--logs", type=int, default=500)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--db", help="an empty database of a server, by its URL; without it a file")
    parser.add_argument("--server", type=Path, help="the folder of PostgreSQL's programs")
    parser.add_argument("--port", type=int, default=5622)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.server is not None:
        sys.exit(0 if in_turns(options) else 1)
    with tempfile.TemporaryDirectory(prefix="tracker-writers-") as folder:
        figures = measure(options.processes, options.logs, options.readers, Path(folder), options.db, anew=options.anew)
    sys.stdout.write(figures.table() + "\n")
    sys.exit(0 if figures.is_sound else 1)


if __name__ == "__main__":
    main()
