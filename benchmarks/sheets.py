"""Excel out, beside XlsxWriter writing the same cells; ratios measured in one run (docs/performance.md).

    python -m benchmarks.sheets [--rows 100000] [--runs 5]

1. The weekly workbook of the shipped plans (a sample ledger with invented reports), from the ledger to the finished bytes, beside
   XlsxWriter writing the same cells in its ordinary mode. Target: at most 2.
2. 100,000 rows of 进展台账, items to finished bytes, beside XlsxWriter's constant-memory mode writing the same cells with its
   ordinary `write`, each in a process of its own. Target: at most 1.1, and 60 MB at the peak.
"""

import argparse
import gc
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.processor import Ratio, peak_memory, program, surroundings
from benchmarks.xlsxwriter_cells import restored, stored, written
from tracker.actions.period_report import Paper, write_report
from tracker.actions.report_issues import Issue, issue_of
from tracker.actions.selection import Filter, find
from tracker.demo.ledger import build
from tracker.ledger.calendar_spans import span_around
from tracker.ledger.parameters import Parameters
from tracker.sheets.layout import open_workbook
from tracker.sheets.report import LEDGER_COLUMNS, LedgerSheet
from tracker.sheets.report_content import Head, Line
from tracker.sheets.report_table import Formats, TableSheet
from tracker.store import period_reports
from tracker.store.connection import Connection, reading
from tracker.store.filters import PointInTime
from tracker.store.location import Location
from tracker.store.registry import load_plans

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LIMITS = Parameters()
COLLECTS = (50_000, 20, 20)
"""How seldom the command collects garbage (`tracker/__main__.py`); both sides are measured so."""
Sheets = list[list[list[Any]]]


def this_week(connection: Connection) -> Issue:
    """Return the issue that the measured report is."""
    return issue_of(
        connection, span_around("week", NOW.date()), Filter(), PointInTime(NOW.date()), NOW.date(), draft=True
    )


def timed(work: Callable[[], object], runs: int) -> float:
    """Return the median processor time of some work, in seconds, after one run that does not count."""
    work()
    times = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def weekly(connection: Connection) -> bytes:
    """Make the weekly workbook as the command does."""
    return write_report(connection, Filter(), this_week(connection), Paper(), lambda parts, _: parts)


def cells_of(content: bytes) -> Sheets:
    """Return the cells of every sheet of a workbook."""
    from openpyxl import load_workbook

    warnings.simplefilter("ignore")  # it says that it loses the data bars, which is why we do not write with it
    sheets = load_workbook(io.BytesIO(content), read_only=True)
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in sheets.worksheets]


def lines_of(connection: Connection) -> list[Line]:
    """Return the items of the sample with what was said about them this week."""
    span = span_around("week", NOW.date())
    when = PointInTime(NOW.date())
    found = find(connection, Filter(), when, LIMITS)
    said = period_reports.statements_of_period(connection, [each.item.id for each in found], span.start, span.end, when)
    return [Line(*each, said.get(each.item.id, ())) for each in found]


def ledger_rows(database: Path, rows: int) -> Callable[[], bytes]:
    """Return what writes so many rows of 进展台账, headings included, from items that are already read and judged."""
    with reading(Location(str(database))) as connection:
        lines = lines_of(connection)
        plans = {plan["code"]: plan for plan in load_plans(connection)}
        head = Head("", "", "", "本周更新", NOW.date(), (), plans)

    def write() -> bytes:
        target = io.BytesIO()
        workbook = open_workbook(target, streamed=True)
        table = TableSheet(workbook.add_worksheet("进展台账"), Formats(workbook), LEDGER_COLUMNS, "进展台账", "")
        sheet = LedgerSheet(table, head)
        for line in cycle(lines):
            sheet.add(line)
            if table.row >= rows:
                break
        sheet.finish()
        workbook.close()
        return target.getvalue()

    return write


def reference_rows(database: Path, rows: int) -> Callable[[], bytes]:
    """Return what has XlsxWriter write the cells of the same rows."""
    cells = json.loads(database.with_suffix(".json").read_text(encoding="utf-8"))
    found = restored(cells)
    return lambda: written([islice(cycle(found), rows)], constant_memory=True)


def ratio(folder: Path) -> Ratio:
    """Make a sample ledger in a folder and return what its weekly workbook costs beside the same cells, in whole processes."""
    environ = surroundings(folder)
    subprocess.run([*program(), "demo", "--db", environ["TRACKER_DB"]], env=environ, capture_output=True, check=True)
    book, cells = folder / "weekly.xlsx", folder / "cells.json"
    words = ("export", "report", "--week", "2026-W47", "--draft", "--force", "-o", str(book))
    subprocess.run([*program(), *words], env=environ, capture_output=True, check=True)
    cells.write_text(json.dumps([stored(rows) for rows in cells_of(book.read_bytes())]), encoding="utf-8")
    theirs = [sys.executable, "-m", "benchmarks.xlsxwriter_cells", str(cells), str(folder / "theirs.xlsx")]
    return Ratio("papers: weekly workbook", "tracker export report --week 2026-W47 --draft", [*program(), *words], environ,
                 "XlsxWriter, the same cells", [theirs], [environ], 2)  # fmt: skip


def measure(write: Callable[[], bytes]) -> dict[str, float]:
    """Run some writing once and return its processor time, the process's peak and the size of the file."""
    begun = time.process_time()
    size = len(write()) / 2**20
    seconds = time.process_time() - begun
    return {"seconds": seconds, "peak": peak_memory(), "size": size}


def in_child(part: str, database: Path, rows: int, runs: int) -> dict[str, float]:
    """Run one part in processes of its own; return the run of median time."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.sheets",
        "--part",
        part,
        "--database",
        str(database),
        "--rows",
        str(rows),
    ]
    found: list[dict[str, float]] = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs)
    ]
    found.sort(key=lambda each: each["seconds"])
    return found[len(found) // 2]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--part", choices=("ours", "reference"))
    parser.add_argument("--database", type=Path)
    wanted = parser.parse_args()
    gc.set_threshold(*COLLECTS)
    if wanted.part:
        part = {"ours": ledger_rows, "reference": reference_rows}[wanted.part]
        print(json.dumps(measure(part(wanted.database, wanted.rows))))
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.sqlite3"
        build(Location(str(database)), NOW, force=False)
        small(database, wanted.runs)
        large(database, wanted.rows, min(wanted.runs, 3))


def small(database: Path, runs: int) -> None:
    """Measure the weekly workbook of the shipped plans."""
    with reading(Location(str(database))) as connection:
        cells = cells_of(weekly(connection))
        ours = timed(lambda: weekly(connection), runs)
    theirs = timed(lambda: written(cells, constant_memory=False), runs)
    database.with_suffix(".json").write_text(json.dumps(stored(cells[1][3:])), encoding="utf-8")
    print(f"weekly workbook of the shipped plans: {ours:.3f} s, XlsxWriter {theirs:.3f} s: ratio {ours / theirs:.2f}")


def large(database: Path, rows: int, runs: int) -> None:
    """Measure many rows of 进展台账."""
    ours, theirs = (in_child(part, database, rows, runs) for part in ("ours", "reference"))
    print(
        f"{rows} rows of 进展台账: {ours['seconds']:.2f} s, peak {ours['peak']:.0f} MB, file {ours['size']:.1f} MB;"
        f" XlsxWriter {theirs['seconds']:.2f} s, peak {theirs['peak']:.0f} MB: ratio {ours['seconds'] / theirs['seconds']:.2f}"
    )


if __name__ == "__main__":
    main()
