"""What was altered in a table of ours beside what is taken of it: what no longer says what was exported is named, never read.

A workbook is held against itself, made again (`actions.verification`); a row of a listing against what the listing said then.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.actions.imports.row_matcher import Row
from tracker.actions.imports.table_facts import TakenSheet
from tracker.errors import TrackerError
from tracker.item_rows import item_view
from tracker.ledger.judgement import Judgement
from tracker.ledger.model import Item
from tracker.ledger.values import plain, shorten
from tracker.sheets.reading.book import Book
from tracker.sheets.reading.cells import folded, read_date, read_text
from tracker.sheets.reading.files import TableFile
from tracker.sheets.reading.headings import CONTENT
from tracker.sheets.reading.tables import Left, Table
from tracker.sheets.reading.values import Fault
from tracker.store.connection import Connection

if TYPE_CHECKING:
    from tracker.actions.verification import Altered

COMMANDS = {
    "name": "item edit", "title": "item edit", "lead": "assign", "participants": "assign", "due": "extend", "target": "item edit",
    "last": "log", "baseline": "baseline",
}  # fmt: skip
"""The command that changes what stands in a column which no table changes."""
NAMED_CELLS = 20
"""Cells of a sheet outside its tables that are named one by one."""
_BY_REPORT = ("date", "year", "unit", "by")
"""Columns that are read with a report, and say nothing in a row without one."""


class AlteredColumn(NamedTuple):
    """A column of a table in which cells were altered: the first of them, what stands there and stood there, and how many they are."""

    place: int
    cell: str
    now: str
    then: str
    number: int = 1

    def left(self, table: Table) -> Left:
        """Say so, once for the column."""
        column = next((name for name, place in table.columns.items() if place == self.place), "")
        command = f"；需要调整请用 tracker {COMMANDS[column]}" if column in COMMANDS else ""
        label = shorten(str(table.sheet.text(table.header, self.place)))
        words = f"{self.cell}：{_differing(self.now, self.then)}"
        return Left(self.cell, f"“{label}”与导出时不同的有 {self.number} 行（如 {words}），未读取{command}")


def leave_altered(connection: Connection, file: TableFile, book: Book) -> None:
    """Name the locked cells of a form that were altered, beside those of which something is said already."""
    from tracker.actions.verification import altered_cells

    for name, left in in_workbook((), altered_cells(connection, book) or ()):
        file.leave_once(name, [left])


def in_workbook(sheets: Sequence[TakenSheet], cells: Iterable["Altered"]) -> Iterator[tuple[str, Left]]:
    """Yield, by sheet, what of a workbook's altered cells is not taken: once a column of a table, else one by one.

    sheets: its tables, all of whose rows were read.
    """
    from tracker.actions.verification import COLUMN_GONE, NO_ROW, NO_SHEET, ROW_GONE, SHEET_GONE
    from tracker.sheets.reading.xlsx import area_of

    columns: dict[tuple[int, int], AlteredColumn] = {}
    apart: dict[str, list[Left]] = {}
    for each in cells:
        if each.now in (ROW_GONE, COLUMN_GONE, SHEET_GONE):
            continue
        row, place = (area_of(each.cell) or (-1, -1))[:2]
        sheet = next((one for one in sheets if one.table.table.sheet.name == each.sheet and row in one.reports), None)
        if each.exported == NO_SHEET:
            if all(one.table.table.sheet.name != each.sheet for one in sheets):
                apart[each.sheet] = [Left(None, "导出后新增的工作表未读取")]
        elif sheet is None:
            is_new = each.exported in ("", NO_ROW)
            words = (
                f"写入的内容未读取：{shorten(each.now)}"
                if is_new
                else f"被改动（{_differing(each.now, each.exported)}），未读取"
            )
            apart.setdefault(each.sheet, []).append(Left(each.cell, words))
        elif each.exported != NO_ROW and not _is_taken(sheet, row, place, each.exported):
            found = columns.get((sheet.number, place)) or AlteredColumn(place, each.cell, each.now, each.exported, 0)
            columns[sheet.number, place] = found._replace(number=found.number + 1)
    for sheet in sheets:
        own = [column for (number, _), column in columns.items() if number == sheet.number]
        yield from ((sheet.table.table.sheet.name or "", column.left(sheet.table.table)) for column in own)
    for name, lefts in apart.items():
        yield from ((name, left) for left in lefts[:NAMED_CELLS])
        if len(lefts) > NAMED_CELLS:
            yield name, Left(None, f"另有 {len(lefts) - NAMED_CELLS} 个被改动的单元格未读取")


def _is_taken(sheet: TakenSheet, row: int, place: int, exported: str) -> bool:
    """Say whether a cell of a row about an item is read, or named as a column that nobody exported."""
    table = sheet.table.table
    taken = (*CONTENT, *_BY_REPORT) if sheet.reports[row] else CONTENT
    if any(table.columns.get(name) == place for name in taken):
        return True
    return exported == "" and (place not in dict(table.named) or any(place == one for one, _ in table.unread))


def in_listing(row: Row, item: Item, judgement: Judgement) -> Iterator[AlteredColumn]:
    """Yield the cells of a row that no longer say what a listing said of an item: columns that are not read."""
    table = row.source.table
    view = item_view(item, judgement)
    if row.ref.n is not None:
        part = next((each for each in view["indicators"] if each["id"] == f"{item.id}.{row.ref.n}"), None)
        view = {} if part is None else {"item": item.id, **part}
    read = {table.columns[name] for name in (*CONTENT, "id", "stamp") if name in table.columns}
    for place, heading in table.named:
        if heading.label in view and place not in read and place < len(row.cells):
            then, now = _shown(view[heading.label]), _shown(row.cells[place])
            if not _are_alike(then, now):
                yield AlteredColumn(place, table.sheet.place(row.index, place), now, then)


def _shown(value: Any) -> str:
    """Write a value as a listing does, or as a spreadsheet program makes it of that."""
    match value:
        case bool():
            shown = str(value).lower()
        case Decimal():
            shown = plain(value)
        case dict():
            parts = [value["id"]] if "id" in value else value.values()
            shown = " ".join(filter(None, map(_shown, parts)))
        case list():
            shown = "、".join(map(_shown, value))
        case str() | Fault() | date() if not isinstance(value, datetime):
            shown = str(value)
        case _:
            shown = (value.date().isoformat() if isinstance(value, datetime) else read_text(value)) or ""
    return shown


def _are_alike(then: str, now: str) -> bool:
    if (bare := _bare(then)) == _bare(now):
        return True
    with suppress(ArithmeticError):
        return Decimal(bare) == Decimal(_bare(now))
    with suppress(TrackerError, ValueError):
        return date.fromisoformat(then) == read_date(now, date.fromisoformat(then))
    return False


def _bare(text: str) -> str:
    """Leave out what copies of a text differ in: blanks, widths, how parts of a list are told apart, the guard before a formula."""
    return re.sub(r"[\s、；;']", "", folded(text)).lower()


def _differing(now: str, then: str) -> str:
    return f"现为 {shorten(now) or '空'}，导出时 {shorten(then) or '空'}"
