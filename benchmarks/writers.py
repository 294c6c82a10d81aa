"""Many writers on one ledger, a file or on a server: processes that log at once, and readers that look on meanwhile.

    python -m benchmarks.writers [--processes 8] [--logs 500] [--readers 2] [--db postgresql+psycopg://user@host/empty]

Every report carries a mark of its own. At the end all of them must be in the ledger, each once, in a chain that the doctor
finds whole; no writer may have been told that the database is locked, and no reader may have waited for a writer.
"""

import argparse
import io
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

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


def measure(processes: int, logs: int, readers: int, folder: Path, db: str | None = None) -> Figures:
    """Let processes write and readers read at once, then compare the ledger with what was written.

    db is the place of a new ledger, a file in the folder unless an empty database of a server is named. Raises Refused where
    there is a ledger already.
    """
    place = db or str(folder / "ledger.sqlite3")
    if not creation.create(Location(place), datetime.now().astimezone(), by="writers"):
        raise Refused(f"{Location(place).shown}: there is a ledger already; name an empty database")
    context = multiprocessing.get_context("spawn")
    go, stop = context.Event(), context.Event()
    writers = [context.Process(target=_write, args=(folder, place, number, logs, go)) for number in range(processes)]
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


def _write(folder: Path, place: str, number: int, logs: int, go: Event) -> None:
    """Log again and again, half of the time on an item that all others write too."""
    _command(folder, place, ["log", "zj-task-1", "--percent", "1", "--note", "warm up", "--dry-run"])
    _ready(folder, f"writer-{number}", go)
    seconds, refused = [], []
    for count in range(logs):
        item = "zj-task-1" if count % 2 else f"zj-task-{2 + number}"
        begin = time.perf_counter()
        code, errors = _command(
            folder, place, ["log", item, "--percent", str(count % 100), "--note", f"{number}-{count}"]
        )
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


def _ready(folder: Path, name: str, go: Event) -> None:
    (folder / f"{name}.ready").touch()
    go.wait()


def _report(folder: Path, name: str, seconds: list[float], refused: list[str]) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"seconds": seconds, "refused": refused}), encoding="utf-8")


def _wait_until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.01)


def main() -> None:
    """Run once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--logs", type=int, default=500)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--db", help="an empty database of a server, by its URL; without it a file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracker-writers-") as folder:
        figures = measure(options.processes, options.logs, options.readers, Path(folder), options.db)
    sys.stdout.write(figures.table() + "\n")
    sys.exit(0 if figures.is_sound else 1)


if __name__ == "__main__":
    main()
