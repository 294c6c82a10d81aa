"""An exported workbook held against this ledger: from what it was made, which cells no longer say so, what was told since."""

import warnings
from collections import Counter
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from datetime import datetime, time
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.actions.annexes import annex_again
from tracker.actions.export_version import Request, moment_of, read_request
from tracker.actions.forms import form_again, index_form_again
from tracker.actions.period_report import report_again
from tracker.actions.report_issues import kept_file
from tracker.actions.schedule import schedule_again
from tracker.errors import Refused, Unclear
from tracker.sheets.reading.book import Book, open_book
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.stamp import Stamp, read_subject
from tracker.store.change_log import change_numbered
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.period_reports import issues_handed_out, told_since
from tracker.store.registry import ledger_value

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

FIELDS = ("file", "kind", "ledger", "day", "change", "at", "same", "moved", "filled", "sorted", "cells")
"""The keys of its JSON."""
_Texts = tuple[str, ...]
"""A row of a sheet in words, up to its last cell that holds something."""
_ID, _NUMBER = "编号", "序号"
_Again = Callable[[Connection, Request, PointInTime, "Goalposts | None"], bytes]
_LAYOUTS: dict[str, tuple[str, _Again | None]] = {
    "weekly": ("工作报告", report_again), "annex": ("附件清单", annex_again), "form": ("填报表", form_again),
    "schedule": ("进度安排表", schedule_again), "index": ("指数数据填报表", index_form_again),
    "summary": ("填报表汇总", None),
}  # fmt: skip
"""The exports of ours by the layout that they name: what they are called, and what makes one again (None: nobody needs to)."""
_LOCKED = ("form", "schedule", "index")
"""The layouts that are filled in: their other cells are locked."""


class Altered(NamedTuple):
    """A cell that no longer says what was exported."""

    sheet: str
    cell: str
    exported: str
    now: str


class Verdict(NamedTuple):
    """What an exported workbook is: its kind, which ledger (its id), day and change it shows, when that was told; the cells that differ.

    moved: how many changes told the ledger something since. filled: how many of the cells that are there to be filled in no longer are
    as they were. sorted: the sheets whose rows stand in another order. cells is None where the workbook does not say how it was made.
    """

    kind: str
    stamp: Stamp
    at: str
    moved: int
    filled: int
    sorted: list[str]
    cells: list[Altered] | None


def verify(connection: Connection, path: Path, goalposts: "Goalposts | None" = None) -> Verdict:
    """Hold a workbook against the ledger; goalposts: the frozen ones of the synergy index, which no ledger knows.

    Raises Refused for one that is none of ours, another ledger's, or cannot be made again.
    """
    try:
        book = open_book(path)
    except Refused as error:
        raise Refused(f"{path.name}：{error}") from None
    subject = read_subject(book.subject)
    if subject is None or subject.stamp is None or subject.layout not in _LAYOUTS:
        raise Refused(
            f"{path.name} 不是本程序导出的工作簿（报告、附件清单、填报表、进度安排表），或导出信息已被去掉；"
            "另存为 .xls、.ods、.csv 会去掉导出信息，请用原来的 .xlsx"
        )
    stamp = subject.stamp
    if stamp.ledger != ledger_value(connection, "id"):
        raise Refused(f"{path.name} 由另一份台账（{stamp.ledger}）导出，不能用本台账核对")
    when = moment_of(connection, stamp)
    change = change_numbered(connection, stamp.change)
    if when is None or change is None:
        raise Refused(
            f"{path.name} 导出时的第 {stamp.change} 号改动在本台账中已不存在或不同（可能恢复过备份），无法核对"
        )
    found = _compared(connection, book, subject.layout, stamp, PointInTime(when.as_of, change.at), goalposts)
    told, cells = told_since(connection, stamp.change), found.altered if found.is_made else None
    return Verdict(_LAYOUTS[subject.layout][0], stamp, change.at, told, found.filled, found.sorted, cells)


def altered_cells(connection: Connection, book: Book, goalposts: "Goalposts | None" = None) -> list[Altered] | None:
    """Return the cells of a workbook that came back which are not there to be filled in and no longer say what was exported.

    None where that cannot be known: it is none of ours, was not made from what this ledger still knows, or does not say how.
    """
    subject = read_subject(book.subject)
    stamp = None if subject is None or subject.layout not in _LAYOUTS else subject.stamp
    when = moment_of(connection, stamp)
    change = None if stamp is None else change_numbered(connection, stamp.change)
    if subject is None or stamp is None or when is None or change is None:
        return None
    with suppress(Refused):
        found = _compared(connection, book, subject.layout, stamp, PointInTime(when.as_of, change.at), goalposts)
        return found.altered if found.is_made else None
    return None


def _compared(
    connection: Connection, book: Book, layout: str, stamp: Stamp, when: PointInTime, goalposts: "Goalposts | None"
) -> "_Comparison":  # fmt: skip
    """Hold a workbook against what was exported: a report as it is kept, anything else made again."""
    again, asked = _LAYOUTS[layout][1], read_request(book.description)
    found = _Comparison()
    if asked is not None and again is not None:
        original = _kept(connection, stamp, book.description) if layout == "weekly" else None
        found.books(original or _made(connection, again, asked, when, goalposts), book, is_locked=layout in _LOCKED)
    return found


def _kept(connection: Connection, stamp: Stamp, description: str) -> bytes | None:
    """Return a report as it was handed out, where it is kept; so that another version of the program alters nothing."""
    for row in issues_handed_out(connection, stamp.change):
        content = kept_file(connection, row)
        if content is not None and open_book(Path("issue.xlsx"), content).description == description:
            return content
    return None


def _made(
    connection: Connection, again: _Again, asked: Request, later: PointInTime, goalposts: "Goalposts | None"
) -> bytes:  # fmt: skip
    try:
        return again(connection, asked, later, goalposts)
    except (Unclear, ValueError, TypeError, LookupError, AttributeError):
        raise Refused("文件中记录的导出条件已被改动，无法核对") from None


class _Comparison:
    """What differs between a workbook as it was exported and as it is."""

    def __init__(self) -> None:
        self.altered: list[Altered] = []
        self.is_made = False
        self.filled = 0
        self.sorted: list[str] = []

    def books(self, content: bytes, book: Book, *, is_locked: bool) -> None:
        """Compare sheet by sheet."""
        exported = open_book(Path("exported.xlsx"), content)
        present = {name for name, _ in book.names}
        opened = _open_cells(content) if is_locked else {}
        self.is_made = True
        for name, _ in exported.names:
            if name in present:
                self._sheets(str(name), exported.sheet(name), book.sheet(name), opened.get(str(name), frozenset()))
            else:
                self.altered.append(Altered(str(name), "", "（有此表）", SHEET_GONE))
        known = {name for name, _ in exported.names}
        self.altered += [
            Altered(str(name), "", NO_SHEET, "（新增的表）") for name, _ in book.names if name not in known
        ]

    def _sheets(self, name: str, exported: Sheet, now: Sheet, opened: Container[tuple[int, int]]) -> None:
        before, after = _texts(exported), _texts(now)
        after, columns, gone_columns = _aligned(before, after)
        for column, heading in gone_columns.items():
            self.altered.append(Altered(name, exported.place(_head(before) or 0, column), heading, COLUMN_GONE))
        pairs = _paired(before, after)
        order = [at for was, at in pairs if was is not None and at is not None]
        if order != sorted(order):
            self.sorted.append(name)
        for was, at in pairs:
            if was is None or at is None:
                place = exported.place(was or 0, 0)
                if at is not None:
                    first = next((column for column, text in enumerate(after[at]) if text), 0)
                    place = now.place(at, columns.get(first, first))
                gone = NO_ROW if was is None else _row_words(before[was])
                came = ROW_GONE if at is None else _row_words(after[at])
                if after[at] if was is None and at is not None else before[was or 0]:
                    self.altered.append(Altered(name, place, gone, came))
                continue
            for column, (old, new) in enumerate(zip_longest(before[was], after[at], fillvalue="")):
                if old == new or column in gone_columns:
                    continue
                if (was, column) in opened:
                    self.filled += 1
                else:
                    self.altered.append(Altered(name, now.place(at, columns.get(column, column)), old, new))


NO_ROW, NO_SHEET = "（无此行）", "（无此表）"
"""What was exported where there is something now: a row, a sheet that was put in."""
ROW_GONE, COLUMN_GONE, SHEET_GONE = "（此行已删去）", "（此列已删去）", "（已删去）"
"""What stands now where something was exported and taken out."""
_HEADINGS = 3
"""Headings of a table at least."""


def _aligned(before: Sequence[_Texts], after: Sequence[_Texts]) -> tuple[list[_Texts], dict[int, int], dict[int, str]]:
    """Put the cells of a sheet whose columns were moved, put in or taken out under the headings of the export.

    Returns the rows so, where each of their columns stands, and the columns that are gone with their headings.
    """
    head = _head(before)
    known = () if head is None else before[head]
    found = next((texts for texts in after if 2 * len({*texts} & {*known} - {""}) > len(known)), ()) if known else ()
    if found[: len(known)] == known:
        return [*after], {}, {}
    free = [*range(max(map(len, after), default=0))]
    columns: dict[int, int] = {}
    for column, text in enumerate(known):
        place = next((place for place in free if place < len(found) and found[place] == text), None)
        if text and place is not None:
            columns[column] = place
            free.remove(place)
    for column in range(len(known)):
        # A heading that was written over stands where it stood.
        if column not in columns and column in free and (column >= len(found) or found[column]):
            columns[column] = column
            free.remove(column)
    gone = {column: text for column, text in enumerate(known) if column not in columns and text}
    columns.update(enumerate(free, len(known)))
    width = max(columns, default=0) + 1
    rows = []
    for texts in after:
        moved = [texts[columns[c]] if c in columns and columns[c] < len(texts) else "" for c in range(width)]
        while moved and not moved[-1]:
            moved.pop()
        rows.append(tuple(moved))
    return rows, columns, gone


def _head(rows: Sequence[_Texts]) -> int | None:
    """Return the first row that has the headings of a table, None for a sheet without one."""
    return next(
        (row for row, texts in enumerate(rows) if {_ID, _NUMBER} & {*texts} and len({*texts}) >= _HEADINGS), None
    )


def _row_words(texts: _Texts) -> str:
    return "　".join(text for text in texts if text)


def _paired(exported: Sequence[_Texts], now: Sequence[_Texts]) -> list[tuple[int | None, int | None]]:
    """Return which row became which, None for one that was put in or taken out: by its id (编号), by what it says, by its place.

    So a sheet that was sorted is told from one that was altered, and a row put in does not alter all those under it.
    """
    there, here = _by_id(exported), _by_id(now)
    found = {there[id_]: here[id_] for id_ in there if id_ in here}
    free = set(range(len(now))) - set(found.values())
    alike: dict[_Texts, list[int]] = {}
    for row in sorted(free, reverse=True):
        alike.setdefault(now[row], []).append(row)
    for row, texts in enumerate(exported):
        if row not in found and row in free and texts == now[row]:
            found[row] = row
            free.remove(row)
    for row, texts in enumerate(exported):
        candidates = alike.get(texts, []) if row not in found else []
        while candidates and candidates[-1] not in free:
            candidates.pop()
        if candidates:
            found[row] = candidates.pop()
            free.remove(found[row])
    shift = 0
    for row in range(len(exported)):
        if row in found:
            shift = found[row] - row
        elif row + shift in free:
            found[row] = row + shift
            free.remove(row + shift)
    return [*((row, found.get(row)) for row in range(len(exported))), *((None, row) for row in sorted(free))]


def _by_id(rows: Sequence[_Texts]) -> dict[Any, int]:
    """Return the rows by their id, else by their number and what stands beside it, as far as one such has one row."""
    head = _head(rows)
    if head is None:
        return {}
    is_id = _ID in rows[head]
    first = rows[head].index(_ID if is_id else _NUMBER)
    names = [(texts[first : first + (1 if is_id else 2)], row) for row, texts in enumerate(rows) if row > head]
    times = Counter(name for name, _ in names)
    return {name: row for name, row in names if name and name[0] and times[name] == 1}


def _texts(sheet: Sheet) -> list[_Texts]:
    """Return the rows as texts, each up to its last cell that holds something."""
    found = []
    for row in sheet.rows:
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        found.append(tuple(texts))
    return found


def _open_cells(content: bytes) -> dict[str, set[tuple[int, int]]]:
    """Return the cells that are there to be filled in, by sheet: the unlocked ones of a protected sheet."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(content))
    return {
        sheet.title: {
            (int(cell.row or 0) - 1, int(cell.column or 0) - 1) for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        for sheet in book.worksheets if sheet.protection.sheet
    }  # fmt: skip


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return str(value).replace("\r\n", "\n").strip()
