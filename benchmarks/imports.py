"""What an import costs: beside python-calamine reading the same workbook, and beside `executemany` of the same reports.

    python -m benchmarks.imports [--regions 150] [--weeks 8] [--rows 100000] [--runs 3] [--ledger PATH] [--only-csv]

Makes a ledger (`benchmarks.ledgers`), or copies one that was made before, and a table with a report on every item that can
be reported on, for as many Mondays as it takes. Every figure is in seconds of the processor, the median of several runs, each
in a process of its own on a fresh copy of the ledger; peaks are of those processes. The copy of the ledger that the command
makes before a large import is not counted. The reference of the store is one `executemany` of the very rows that were
written, into the same table and indexes of the ledger as it was before.
"""

import argparse
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
from decimal import Decimal
from itertools import count, islice, pairwise
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.processor import Ratio, program, surroundings
from benchmarks.sheets import peak_memory
from tracker.actions.imports.report_import import Options, _Taking, read_files, take_in
from tracker.actions.imports.reporters import Reporters
from tracker.cli.progress import uncollected
from tracker.store.changeset import Author, chain, dump, writing
from tracker.store.connection import Connection
from tracker.store.integrity.hashes import NEWEST
from tracker.store.location import Location
from tracker.store.projection.columns import FIGURE_COLUMNS, ROLE_COLUMNS, STATE_COLUMNS
from tracker.store.projection.refresh import Move, write_moves

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


def calamine(_: Path, files: Sequence[str]) -> dict[str, float]:
    """Read a workbook with python-calamine alone."""
    from python_calamine import CalamineWorkbook

    begun = time.process_time()
    CalamineWorkbook.from_path(files[0]).get_sheet_by_index(0).to_python()
    return {"all": time.process_time() - begun, "peak": peak_memory()}


def unjudged(imported_into: Path, files: Sequence[str]) -> dict[str, float]:
    """Read a workbook, and make reports of its rows with the least that they rest on: the least that any code could take.

    Every cell becomes what it means, every row is held against its item (fetched as plain rows), and what stood there before
    is kept with it. No id, unit, role, permission, state or earlier report is checked, and nothing is brought on.
    """
    from python_calamine import CalamineWorkbook

    plain = sqlite3.connect(imported_into)
    begun = time.process_time()
    rows: list[list[Any]] = CalamineWorkbook.from_path(files[0]).get_sheet_by_index(0).to_python()[1:]
    made = 0
    for start in range(0, len(rows), ITEMS_A_QUERY):
        portion = rows[start : start + ITEMS_A_QUERY]
        items, figures, leads = _bare_items(plain, [row[0].partition(".")[0] for row in portion])
        made += len([_bare_report(row, items, figures, leads) for row in portion])
    assert made == len(rows)  # noqa: S101 - else nothing was measured
    return {"all": time.process_time() - begun, "peak": peak_memory()}


ITEMS_A_QUERY = 500


def _bare_items(
    plain: sqlite3.Connection, codes: Sequence[str]
) -> tuple[dict[str, Any], dict[Any, Any], dict[Any, Any]]:
    """Fetch how some items, their indicators and leads stand, as plain rows; no column that is not needed for it."""
    marks = ", ".join("?" * len(codes))
    items = {
        row[0]: row[1:]
        for row in plain.execute(f"SELECT code, id, state, percent FROM item WHERE code IN ({marks})", codes)
    }
    among = f"item_id IN ({', '.join(str(row[0]) for row in items.values())})"
    figures = {
        row[:2]: row[2:]
        for row in plain.execute(f"SELECT item_id, n, state, percent, actual FROM indicator WHERE {among}")
    }
    leads = {
        row[:2]: row[2]
        for row in plain.execute(
            f"SELECT item_id, printed, unit_id FROM responsibility WHERE role = 'lead' AND active = 1 AND {among}"
        )
    }
    return items, figures, leads


def _bare_report(
    row: list[Any], items: dict[str, Any], figures: dict[Any, Any], leads: dict[Any, Any]
) -> tuple[Any, ...]:
    """Return a row as a report, what stood before it beside."""
    code, _, n = row[0].partition(".")
    item = items[code]
    before = figures[item[0], int(n)] if n else item[1:]
    percent, value = (None if cell == "" else Decimal(int(cell)) for cell in row[1:3])
    day = date.fromisoformat(row[7])
    was = dict(zip(("state", "percent", "value"), before, strict=False))
    return (
        item[0], n, day.isoformat(), NOW.date().isoformat(), leads.get((item[0], row[6])), row[6], "lead", None,
        None if percent is None else str(percent), None if value is None else str(value),
        *(cell.strip() or None for cell in row[3:6]), dump(was),
    )  # fmt: skip


def executemany(imported_into: Path, _: Sequence[str]) -> dict[str, float]:
    """Write the reports of the last change of a ledger with one `executemany` into the ledger as it was before.

    So the table and its indexes are as large as those that the import wrote into. Nothing else is done: no foreign keys are
    looked at, no change, hash or current state is written.
    """
    rows = _rows(imported_into, "SELECT * FROM report WHERE change_id = (SELECT max(id) FROM change) ORDER BY id")
    plain = _as_before(imported_into)
    begun = time.process_time()
    plain.executemany(f"INSERT INTO report VALUES ({', '.join('?' * len(rows[0]))})", rows)
    plain.commit()
    return _ended(plain, begun)


def unchecked(imported_into: Path, files: Sequence[str]) -> dict[str, float]:
    """Do the same with what no import can do without: read the file, hash what is written, keep keys and current state.

    Nothing is understood, looked up or checked, and what is kept of each item is taken from the finished import: the least
    that any code could take.
    """
    change = _rows(imported_into, "SELECT * FROM change ORDER BY id DESC LIMIT 1")[0]
    rows = _rows(imported_into, f"SELECT * FROM report WHERE change_id = {change[0]} ORDER BY id")
    moves = _moves(imported_into, {row[2] for row in rows})
    plain = _as_before(imported_into)
    plain.execute("PRAGMA foreign_keys = ON")
    begun = time.process_time()
    for file in files:
        with Path(file).open(encoding="utf-8-sig", newline="") as text:
            assert sum(1 for _ in csv.reader(text)) > 1  # noqa: S101 - it was read
    plain.execute(f"INSERT INTO change VALUES ({', '.join('?' * len(change))})", change)
    chain("", change, {"report": (row[2:] for row in rows)}, NEWEST)
    plain.executemany(f"INSERT INTO report VALUES ({', '.join('?' * len(rows[0]))})", rows)
    write_moves(Connection(plain, Location(str(imported_into))), moves)
    plain.commit()
    return _ended(plain, begun)


def _moves(ledger: Path, keys: set[int]) -> list[Move]:
    """Return what a ledger keeps of some items, as an import writes it."""
    figures: dict[int, list[tuple[Any, ...]]] = {}
    voices: dict[int, list[tuple[Any, ...]]] = {}
    for key, *values in _rows(ledger, f"SELECT item_id, {', '.join(FIGURE_COLUMNS)}, n FROM indicator"):
        figures.setdefault(key, []).append(tuple(values))
    for key, *values in _rows(
        ledger,
        f"SELECT item_id, {', '.join(ROLE_COLUMNS)}, unit_id FROM responsibility WHERE role = 'lead' AND position = 1",
    ):
        voices.setdefault(key, []).append(tuple(values))
    return [
        Move(key, tuple(values), tuple(figures.get(key, ())[:1]), tuple(voices.get(key, ())))
        for key, *values in _rows(ledger, f"SELECT id, {', '.join(STATE_COLUMNS)} FROM item")
        if key in keys
    ]


def _rows(ledger: Path, sql: str) -> list[tuple[Any, ...]]:
    return sqlite3.connect(ledger).execute(sql).fetchall()


def _as_before(imported_into: Path) -> sqlite3.Connection:
    """Open a copy of the ledger as it was before the import."""
    copy = imported_into.with_name("plain.sqlite3")
    shutil.copy(imported_into.with_name(ORIGINAL), copy)
    return sqlite3.connect(copy)


def _ended(plain: sqlite3.Connection, begun: float) -> dict[str, float]:
    seconds = time.process_time() - begun
    name = plain.execute("PRAGMA database_list").fetchone()[2]
    plain.close()
    for path in Path(name).parent.glob("plain.sqlite3*"):
        path.unlink()
    return {"all": seconds, "peak": peak_memory()}


ORIGINAL = "ledger.sqlite3"
"""The ledger that every import is made into a copy of."""
PARTS = {
    "imported": imported,
    "calamine": calamine,
    "executemany": executemany,
    "unchecked": unchecked,
    "unjudged": unjudged,
}


def in_child(part: str, ledger: Path, files: Sequence[Path], *, fresh: bool = False) -> dict[str, float]:
    """Run one part in a process of its own, on a fresh copy of the ledger where it writes."""
    used = ledger.with_name("used.sqlite3")
    if fresh:
        for path in ledger.parent.glob("used.sqlite3*"):
            path.unlink()
        shutil.copy(ledger, used)
    command = [sys.executable, "-m", "benchmarks.imports", "--part", part, "--ledger", str(used), *map(str, files)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def compare(ledger: Path, files: Sequence[Path], runs: int, *others: str) -> dict[str, dict[str, float]]:
    """Return the medians of an import and of what it is compared with, run in turns."""
    found: dict[str, list[dict[str, float]]] = {"imported": [], **{other: [] for other in others}}
    for _ in range(runs):
        found["imported"].append(in_child("imported", ledger, files, fresh=True))
        for other in others:
            found[other].append(in_child(other, ledger, files))
    return {
        name: {key: statistics.median(each[key] for each in every) for key in every[0]} for name, every in found.items()
    }


def measure(ledger: Path, folder: Path, given: argparse.Namespace) -> None:
    """Print both comparisons, and how memory grows with the rows."""
    number = given.rows
    if not given.only_csv:
        book = write_workbook(table(ledger), number, folder / "reports.xlsx")
        found = compare(ledger, [book], given.runs, "calamine", "unjudged")
        ours, theirs, least = (found[name] for name in ("imported", "calamine", "unjudged"))
        understood = ours["read"] + ours["rows"]
        print(
            f"{number} rows of a workbook: {_parts(ours)}; calamine {theirs['all']:.2f} s: the file"
            f" {ours['read'] / theirs['all']:.1f} ×, with understanding {understood / theirs['all']:.1f} ×, with all before"
            f" writing {(ours['all'] - ours['store']) / theirs['all']:.1f} × (asked for 1.5 ×); without any check or state"
            f" {least['all'] / theirs['all']:.1f} ×"
        )
    for rows in (number // 10, number):
        files = write_csv(table(ledger), rows, folder)
        found = compare(ledger, files, given.runs, "executemany", "unchecked")
        ours, theirs, least = (found[name] for name in ("imported", "executemany", "unchecked"))
        print(
            f"{rows} reports as CSV: {_parts(ours)}, {rows / ours['all']:.0f} rows/s;"
            f" executemany {rows / theirs['all']:.0f} rows/s:"
            f" {theirs['all'] / ours['all']:.3f} × (asked for 0.6 ×);"
            f" file, hash, keys and state without any check {theirs['all'] / least['all']:.3f} ×"
        )


def _parts(found: dict[str, float]) -> str:
    return (
        f"file {found['read']:.2f} s, ledger asked {found['asked']:.2f} s, rows to reports {found['rows']:.2f} s, states"
        f" {found['states']:.2f} s, store {found['store']:.2f} s, peak {found['peak']:.0f} MB"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=150)
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--only-csv", action="store_true")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part](given.ledger, given.files)))
        return
    with tempfile.TemporaryDirectory() as name:
        ledger = Path(name) / ORIGINAL
        if given.ledger is not None:
            shutil.copy(given.ledger, ledger)
        else:
            from benchmarks.ledgers import make

            make(ledger, regions=given.regions, weeks=given.weeks)
        measure(ledger, Path(name), given)


if __name__ == "__main__":
    main()
