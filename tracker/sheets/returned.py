"""What came back: which sheets of a file carry reports, in which of our layouts, and what a form says of itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.ledger.terms import KINDS
from tracker.sheets.form_identity import SHEET as IDENTITY_SHEET
from tracker.sheets.form_identity import Identity, read_identity
from tracker.sheets.reading.book import Book, open_book
from tracker.sheets.reading.headings import Table, find_table
from tracker.sheets.stamp import Stamp, read_stamp, read_subject
from tracker.sheets.words import LIST_NAMES

WEEKLY_SHEET = "进展台账"
"""The one sheet of a weekly workbook that is taken back; the others say the same again."""

_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2}) 至 (\d{4}-\d{2}-\d{2})")
_FORM_ONLY = {"target", "last", "same"}
"""Columns that together only our forms have."""
_NO_HEADER = (
    "没有找到表头；表头要有“编号”（或“序号”“事项”）一列，以及“本期进展”“状态”“完成率”“现值”“存在问题”等至少一列"
)


class Problem(NamedTuple):
    """What is wrong, and where: sheet and cell None where the whole file or sheet is meant."""

    file: str
    sheet: str | None
    cell: str | None
    message: str

    @property
    def place(self) -> str:
        """File, sheet and cell in one word."""
        return " ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(slots=True)
class Returned:
    """A table that came back.

    identity: a form's own word; plan and kind: whose numbers 序号 are; period: a weekly's days; stamp: what it showed when it was
    made.
    """

    file: str
    folder: Path
    table: Table
    identity: Identity | None = None
    plan: str | None = None
    kind: str | None = None
    period: tuple[date, date] | None = None
    stamp: Stamp | None = None

    @property
    def is_form(self) -> bool:
        """Whether it is one of our forms, with its own word of what was pre-filled."""
        return self.identity is not None

    def problem(self, cell: str | None, message: str) -> Problem:
        """Say what is wrong with a cell of it."""
        return Problem(self.file, self.table.sheet.name, cell, message)


@dataclass(slots=True)
class ReturnedFile:
    """A file that came back: its name and hash, the tables in it, what is wrong with it, what to mind."""

    name: str
    sha256: str = ""
    tables: list[Returned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_returned(path: Path) -> ReturnedFile:
    """Read one file. Nothing raises: what cannot be read is a problem of the file."""
    found = ReturnedFile(path.name)
    try:
        book = open_book(path)
        found.sha256 = book.sha256
        if any(name == IDENTITY_SHEET for name, _ in book.names):
            _read_form(book, found)
        else:
            _read_tables(book, found)
    except TrackerError as error:
        found.problems.append(Problem(found.name, None, None, str(error)))
    if not found.tables and not found.problems and not found.remarks:
        found.problems.append(Problem(found.name, None, None, _NO_HEADER))
    return found


def _read_form(book: Book, found: ReturnedFile) -> None:
    try:
        identity = read_identity(book.sheet(IDENTITY_SHEET).rows)
    except TrackerError as error:
        found.problems.append(Problem(found.name, IDENTITY_SHEET, None, str(error)))
        return
    if identity is None:
        found.remarks.append(f"{found.name} 是填报表汇总，不含填报内容，已跳过")
        return
    for table in _tables(book, [name for name, hidden in book.names if not hidden], found, required=True):
        found.tables.append(Returned(found.name, book.path.parent, table, identity))


def _read_tables(book: Book, found: ReturnedFile) -> None:
    names = [name for name, hidden in book.names if not hidden]
    weekly = WEEKLY_SHEET in names
    subject = read_subject(book.subject)
    for table in _tables(book, [WEEKLY_SHEET] if weekly else names, found, required=weekly):
        returned = Returned(found.name, book.path.parent, table)
        if weekly:
            returned.period = _period(table)
        elif subject is not None and subject.layout == "annex":
            returned.plan = subject.plan
        returned.stamp = subject.stamp if subject is not None else _stamp(table)
        returned.kind = _kind(table)
        found.tables.append(returned)
        if table.columns.keys() >= _FORM_ONLY:
            found.remarks.append(
                f"{found.name} {table.sheet.name} 是填报表，但隐藏的“{IDENTITY_SHEET}”已不在文件中：无法分辨哪些是预填的内容，"
                "按普通表格读取，请逐行核对"
            )


def _tables(book: Book, names: list[str | None], found: ReturnedFile, *, required: bool) -> Iterator[Table]:
    """Yield the tables of some sheets; a sheet without one is a problem only where it must have one."""
    for name in names:
        try:
            table = find_table(book.sheet(name))
        except TrackerError as error:
            found.problems.append(Problem(found.name, name, None, str(error)))
            continue
        if table is not None:
            yield table
        elif required:
            found.problems.append(Problem(found.name, name, None, _NO_HEADER))


def _stamp(table: Table) -> Stamp | None:
    """Return the stamp that the rows of a CSV listing bear: that of the first which has one."""
    if "stamp" not in table.columns:
        return None
    found = (read_stamp(str(table.cell(cells, "stamp"))) for _, cells in table.rows())
    return next((stamp for stamp in found if stamp is not None), None)


def _kind(table: Table) -> str | None:
    """Return the kind of the rows of a list, by the name of the sheet or what stands above the header: 一、目标清单."""
    for text in (table.sheet.name or "", *table.above):
        for kind, name in LIST_NAMES.items():
            if name in text and len(text) <= len(name) + len("一、"):
                return kind
    return next((kind for kind, name in KINDS.items() if name == table.sheet.name), None)


def _period(table: Table) -> tuple[date, date] | None:
    for text in table.above:
        if match := _DAYS.search(text):
            try:
                return date.fromisoformat(match[1]), date.fromisoformat(match[2])
            except ValueError:
                return None
    return None
