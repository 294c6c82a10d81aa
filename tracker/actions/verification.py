"""An exported workbook held against this ledger: from what it was made, which cells no longer say so, what was told since."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tracker.actions.changes import Moments
from tracker.actions.export_version import moment_of
from tracker.actions.issues import Issue
from tracker.actions.listing import Filter
from tracker.errors import Refused
from tracker.ledger.calendar_spans import NamedSpan
from tracker.sheets.reading.book import Book, open_book
from tracker.sheets.stamp import Stamp, read_subject
from tracker.store import queries
from tracker.store.as_of import PointInTime
from tracker.store.connection import Connection
from tracker.store.issues import last_told
from tracker.store.judgement_figures import load_figures

FIELDS = ("file", "ledger", "day", "change", "at", "same", "moved", "cells")
"""The keys of its JSON."""
CELL_FIELDS = ("sheet", "cell", "exported", "now")


class Altered(NamedTuple):
    """A cell that no longer says what was exported."""

    sheet: str
    cell: str
    exported: str
    now: str


class Verdict(NamedTuple):
    """What an exported workbook is: which ledger (its id), day and change it shows, when that was told; the cells that differ.

    moved: how many changes told the ledger something since. cells is None where the workbook does not say how it was made.
    """

    stamp: Stamp
    at: str
    moved: int
    cells: list[Altered]


def verify(connection: Connection, path: Path) -> Verdict:
    """Hold a workbook against the ledger. Raises Refused for one that is none of ours, another ledger's, or cannot be made again."""
    book = open_book(path)
    subject = read_subject(book.subject)
    if subject is None or subject.stamp is None:
        raise Refused(f"{path.name} 不是本程序导出的报告（export report、export weekly），或导出信息已被去掉")
    stamp = subject.stamp
    if stamp.ledger != queries.ledger_value(connection, "id"):
        raise Refused(f"{path.name} 由另一份台账（{stamp.ledger}）导出，不能用本台账核对")
    when = moment_of(connection, stamp)
    change = queries.change_numbered(connection, stamp.change)
    if when is None or change is None:
        raise Refused(
            f"{path.name} 导出时的第 {stamp.change} 号改动在本台账中已不存在或不同（可能恢复过备份），无法核对"
        )
    if subject.layout != "weekly" or not book.description:
        raise Refused(f"{path.name} 没有记录导出时的条件，只能核对报告（export report、export weekly）")
    cells = list(_altered(_made_again(connection, book.description, PointInTime(when.as_of, change.at)), book))
    last = last_told(connection)
    return Verdict(stamp, change.at, 0 if last is None else max(last.number - stamp.change, 0), cells)


def _made_again(connection: Connection, recipe: str, later: PointInTime) -> bytes:
    """Make a report again from what it says of itself, as the ledger knew things then."""
    from tracker.actions.period_report import Paper, write_report

    try:
        told: dict[str, Any] = json.loads(recipe)
        kind, start, end, name = told["span"]
        span = NamedSpan(kind, date.fromisoformat(start), date.fromisoformat(end), name)
        earlier = told["earlier"] and PointInTime(date.fromisoformat(told["earlier"][0]), told["earlier"][1])
        filters: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in told["filter"].items()
        }
        wanted = Filter()._replace(**filters)
        scope = [(label, value) for label, value in told["scope"]]
        paper = Paper(told["issuer"], scope, told["draft"], told["revised"])
        issue = Issue(span, "", told["number"], Moments(span, earlier, later), None, is_current=False)
    except (ValueError, TypeError, KeyError):
        raise Refused("文件中记录的导出条件已被改动，无法核对") from None
    return write_report(
        connection, wanted, issue, load_figures(connection, later.known_at), paper, lambda parts, _: parts
    )


def _altered(content: bytes, book: Book) -> Iterator[Altered]:
    """Yield the cells of a workbook that differ from those of the one made again, sheet by sheet."""
    with TemporaryDirectory() as folder:
        original = Path(folder) / "original.xlsx"
        original.write_bytes(io.BytesIO(content).getvalue())
        exported = open_book(original)
        present = {name for name, _ in book.names}
        for name, _ in exported.names:
            if name not in present:
                yield Altered(str(name), "", "（有此表）", "（已删去）")
                continue
            yield from _altered_cells(str(name), exported.sheet(name), book.sheet(name))


def _altered_cells(name: str, exported: Any, now: Any) -> Iterator[Altered]:
    for row in range(max(len(exported.rows), len(now.rows))):
        before, after = (sheet.rows[row] if row < len(sheet.rows) else [] for sheet in (exported, now))
        for column in range(max(len(before), len(after))):
            old, new = (_text(cells[column]) if column < len(cells) else "" for cells in (before, after))
            if old != new:
                yield Altered(name, exported.place(row, column), old, new)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value).replace("\r\n", "\n").strip()
