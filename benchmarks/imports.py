"""What an import costs: 2,000 reports beside reading and storing them (a row of docs/performance.md), and a long table by its parts.

    python -m benchmarks.imports [--regions 40] [--weeks 9] [--rows 100000] [--runs 3] [--ledger PATH] [--beside CHECKOUT]

Makes a ledger (`benchmarks.ledgers`), or copies one that was made before, and a table with a report on every item that can be
reported on, for as many Mondays as it takes. Every figure is in seconds of the processor, the median of several runs on a fresh copy
of the ledger; the copy that the command makes before a large import is not counted in the parts. CHECKOUT is a folder with another
version: it makes a ledger of the same size in its own way, and both import the same CSV in turns, as whole processes.
"""

import argparse
import compileall
import csv
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, pairwise
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.processor import Ratio, compile_bytecode, milliseconds, peak_memory, program, surroundings
from tracker.actions.imports.report_import import Options, _Taking, read_files, take_in
from tracker.actions.imports.reporters import Reporters
from tracker.cli.progress import uncollected
from tracker.store.changeset import Author, writing
from tracker.store.location import Location

NOW = datetime(2030, 12, 2, 4, 0, tzinfo=UTC)
ROWS_A_FILE = 250_000
REPORTABLE = (
    "SELECT code, (SELECT min(n) FROM indicator i WHERE i.item_id = item.id AND i.value IS NOT NULL"
    " AND coalesce(i.basis, '') <> 'each' AND i.comparator NOT IN ('complete', 'qualitative')) AS part,"
    " (SELECT printed FROM responsibility r WHERE r.item_id = item.id AND r.active = 1"
    " AND r.role = 'lead' ORDER BY position LIMIT 1) FROM item WHERE kind <> 'aim' AND state IN ('not_started', 'in_progress')"
    " AND (part IS NOT NULL OR NOT EXISTS (SELECT 1 FROM indicator i WHERE i.item_id = item.id)) ORDER BY id"
)
HEADER = ("编号", "完成率", "现值", "本期进展", "存在问题", "下步安排", "填报单位", "更新时间")


def table(ledger: Path, seed: int = 1, *, first: date | None = None) -> Iterator[list[Any]]:
    """Yield rows without end: every item in turn, week by week, with figures and words drawn by a seed.

    They begin on a first day; None: a week after all that the ledger was told.
    """
    chance = Random(seed)  # noqa: S311 - invented figures
    connection = sqlite3.connect(ledger)
    items = connection.execute(REPORTABLE).fetchall()
    if first is None:
        newest = connection.execute("SELECT value FROM ledger WHERE name = 'newest_date'").fetchone()[0]
        first = date.fromisoformat(newest) + timedelta(weeks=1)
    for week in count():
        day = (first + timedelta(weeks=week)).isoformat()
        for code, n, unit in items:
            figure = chance.randrange(5, 95)
            id_, figures = (code, (figure, "")) if n is None else (f"{code}.{n}", ("", figure))
            words = (
                f"已完成阶段性工作 {chance.randrange(1000)} 项",
                "资金未到位" if chance.randrange(10) == 0 else "",
                "继续推进",
            )
            yield [id_, *figures, *words, unit or "", day]


IMPORTED = 2000
"""Reports of the import that is measured in whole processes."""
IMPORT_BOUND = 7
"""0.7 of what a6a0fb6 of 2026-11-27, the last version before reports were checked as they are today, took of the same file."""
EXECUTEMANY = (
    "import csv, sqlite3, sys; rows = list(csv.reader(open(sys.argv[1], encoding='utf-8-sig')))[1:];"
    " db = sqlite3.connect(':memory:'); db.execute('CREATE TABLE report (a, b, c, d, e, f, g, h)');"
    " db.executemany('INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)', rows)"
)


def ratio(folder: Path) -> Ratio:
    """Make a ledger of the shipped plans in a folder, and return what an import costs beside reading and storing its rows."""
    environ = surroundings(folder)
    subprocess.run([*program(), "init"], env=environ, capture_output=True, check=True)
    rows = table(folder / "ledger.sqlite3", first=date.today() - timedelta(weeks=IMPORTED // 100))  # noqa: DTZ011
    (file,) = write_csv(rows, IMPORTED, folder)
    ours = [*program(), "import", str(file), "--dry-run", "--yes"]
    return Ratio(f"import: {IMPORTED:,} reports as CSV", "tracker import reports.csv", ours, environ,
                 "csv and executemany of the rows", [[sys.executable, "-c", EXECUTEMANY, str(file)]], [environ], IMPORT_BOUND)  # fmt: skip


def write_csv(rows: Iterator[list[Any]], number: int, folder: Path) -> list[Path]:
    """Write so many rows into CSV files of a size that an import takes."""
    paths = []
    for start in range(0, number, ROWS_A_FILE):
        paths.append(folder / f"reports{start}.csv")
        with paths[-1].open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([HEADER, *islice(rows, min(ROWS_A_FILE, number - start))])
    return paths


def write_workbook(rows: Iterator[list[Any]], number: int, path: Path) -> Path:
    """Write so many rows into a workbook."""
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet("进展")
    for place, row in enumerate([list(HEADER), *islice(rows, number)]):
        sheet.write_row(place, 0, row)
    workbook.close()
    return path


def imported(ledger: Path, files: Sequence[str]) -> dict[str, float]:
    """Import files as the command does; return the seconds of its parts and its peak in MB.

    asked: reading what the ledger has about the rows; rows: understanding them and making reports; states: bringing the kept
    states on; store: writing it all.
    """
    options = Options(by="bench", today=NOW.date())
    asked, states = _timed(_Taking, "_look_up"), _timed(Reporters, "settle")
    times = [time.process_time()]
    with uncollected():
        found = read_files(files, lambda parts, _: iter(parts))
        times.append(time.process_time())
        with writing(Location(str(ledger)), Author("bench"), "import", NOW) as draft:
            result = take_in(found, draft, options, lambda parts, _: iter(parts))
            times.append(time.process_time())
        times.append(time.process_time())
    assert not result.problems, result.problems[:3]  # noqa: S101 - else nothing was measured
    read, rows, store = (b - a for a, b in pairwise(times))
    parts = {
        "read": read,
        "asked": sum(asked),
        "rows": rows - sum(asked) - sum(states),
        "states": sum(states),
        "store": store,
    }
    return {**parts, "all": times[-1] - times[0], "peak": peak_memory()}


def _timed(owner: type, name: str) -> list[float]:
    """Have the seconds of every call of a method noted."""
    seconds: list[float] = []
    method = getattr(owner, name)

    def timed(*given: Any) -> Any:
        begun = time.process_time()
        found = method(*given)
        seconds.append(time.process_time() - begun)
        return found

    setattr(owner, name, timed)
    return seconds


def in_parts(ledger: Path, file: Path, runs: int) -> str:
    """Return the medians of what the parts of an import took, each run in a process of its own on a fresh copy of the ledger."""
    command = [sys.executable, "-m", "benchmarks.imports", "--part", "--ledger", str(fresh(ledger)), str(file)]
    every: list[dict[str, float]] = []
    for _ in range(runs):
        fresh(ledger)
        every.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    found = {key: statistics.median(each[key] for each in every) for key in every[0]}
    return (
        f"file {found['read']:.2f} s, ledger asked {found['asked']:.2f} s, rows to reports {found['rows']:.2f} s, states"
        f" {found['states']:.2f} s, store {found['store']:.2f} s; all {found['all']:.2f} s, peak {found['peak']:.0f} MB"
    )


def fresh(ledger: Path) -> Path:
    """Return a copy of a ledger that may be written to; the last one goes."""
    used = ledger.with_name("used.sqlite3")
    for path in ledger.parent.glob("used.sqlite3*"):
        path.unlink()
    shutil.copy(ledger, used)
    return used


def beside(other: Path, folder: Path, ledger: Path, file: Path, given: argparse.Namespace) -> str:
    """Let this version and another import the same table, in turns, and return what each took and the ratio."""
    theirs = folder / "theirs" / "ledger.sqlite3"
    theirs.parent.mkdir()
    here = {**surroundings(folder), "PYTHONPATH": str(Path(__file__).parents[1])}
    there = {**here, "PYTHONPATH": str(other.resolve())}
    compileall.compile_dir(other / "tracker", quiet=1)
    sizes = ["--regions", str(given.regions), "--weeks", str(given.weeks)]
    subprocess.run(
        [sys.executable, "-P", "-m", "benchmarks.ledgers", str(theirs), *sizes],
        env=there, cwd=folder, check=True, capture_output=True,
    )  # fmt: skip

    def taken(place: Path, environ: dict[str, str]) -> float:
        words = ["--db", str(fresh(place)), "import", str(file), "--yes"]
        return milliseconds([sys.executable, "-P", "-m", "tracker", *words], environ) / 1000

    pairs = [(taken(ledger, here), taken(theirs, there)) for _ in range(given.runs)]
    ours, others = map(statistics.median, zip(*pairs, strict=True))
    return f"whole processes: here {ours:.2f} s, there {others:.2f} s: {ours / others:.2f} ×"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=40)
    parser.add_argument("--weeks", type=int, default=9)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print(json.dumps(imported(given.ledger, given.files)))
        return
    compile_bytecode()
    with tempfile.TemporaryDirectory() as name:
        ledger = Path(name) / "ledger.sqlite3"
        if given.ledger is not None:
            shutil.copy(given.ledger, ledger)
        else:
            from benchmarks.ledgers import make

            make(ledger, regions=given.regions, weeks=given.weeks)
        file, *rest = write_csv(table(ledger), given.rows, Path(name))
        if given.beside is not None:
            print(beside(given.beside, Path(name), ledger, file, given))
            return
        assert not rest, f"at most {ROWS_A_FILE} rows"  # noqa: S101 - more are several files
        print(f"{given.rows} reports as CSV: {in_parts(ledger, file, given.runs)}")
        book = write_workbook(table(ledger), given.rows, Path(name) / "reports.xlsx")
        print(f"{given.rows} as workbook: {in_parts(ledger, book, given.runs)}")


if __name__ == "__main__":
    main()
