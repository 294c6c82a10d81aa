"""One file with its tables, as a door of the ledger takes it: what was read, what is wrong, what was not taken, what to mind."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tracker.errors import Refused, TrackerError
from tracker.sheets.reading.book import Book, open_book
from tracker.sheets.reading.headings import Layout
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.tables import Left, Table, find_tables, left_over, limited
from tracker.sheets.reading.values import column_name


class Problem(NamedTuple):
    """What is wrong, or was not taken, and where: sheet and cell None where the whole file or sheet is meant."""

    file: str
    sheet: str | None
    cell: str | None
    message: str

    @property
    def place(self) -> str:
        """File, sheet and cell in one word."""
        return " ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(slots=True, eq=False, repr=False)
class TableFile:
    """A file that came in: its name and hash, what is wrong with it, what was not taken of it (ignored), what to mind (remarks).

    is_ours: whether the ledger made it.
    """

    name: str
    sha256: str = ""
    problems: list[Problem] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    is_ours: bool = False
    _told: set[Problem] = field(default_factory=set)

    def leave(self, sheet: str | None, found: Sequence[Left]) -> None:
        """Note what was not taken of a sheet."""
        self.ignored += [Problem(self.name, sheet, each.cell, each.message) for each in found]

    def leave_once(self, sheet: str | None, found: Sequence[Left]) -> None:
        """Note what was not taken, but for cells of which something is said already."""
        said = {(each.sheet, each.cell) for each in (*self.ignored, *self.problems) if each.cell is not None}
        whole = {each.message for each in self.ignored}
        self.leave(sheet, [each for each in found if (sheet, each.cell) not in said and each.message not in whole])

    def refuse(self, sheet: str | None, cell: str | None, message: str) -> None:
        """Note what is wrong, once."""
        problem = Problem(self.name, sheet, cell, message)
        if problem not in self._told:
            self._told.add(problem)
            self.problems.append(problem)

    def open(self, path: Path, data: bytes | None = None) -> Book | None:
        """Open the file; what keeps it from being opened is a problem of the file."""
        try:
            book = open_book(path, data)
        except Refused as error:
            self.refuse(None, None, str(error))
            return None
        self.sha256 = book.sha256
        return book

    def tables(
        self,
        book: Book,
        names: Sequence[str | None],
        layout: Layout,
        *,
        computed: Sequence[str],
        required: bool = False,
        told: bool = True,
        check: Callable[[Table], object] = bool,
    ) -> Iterator[Table]:
        """Yield the tables of some sheets; what is wrong with a sheet is a problem, what is not taken of it is noted.

        computed are the columns of which it is told where formulas give their values; required: every sheet must have a table;
        told: sheets without one are named; check raises for a table that cannot be taken.
        """
        blind = ""
        for name in names:
            try:
                sheet = book.sheet(name).cleared()
                found = find_tables(sheet, layout)
                for table in found:
                    check(table)
            except TrackerError as error:
                self.refuse(name, None, str(error))
                continue
            if found:
                self.leave(name, left_over(sheet, found, is_ours=self.is_ours))
                self._refuse_faults(sheet, found)
                self._tell_computed(sheet, found, computed)
                self._tell_struck(sheet, found, computed)
                if told:
                    self._tell_hidden(sheet, found, computed if self.is_ours else None)
                blind = sheet.blind
                yield from found
            elif required:
                self.refuse(name, None, f"没有找到表头；{layout.wanted}")
            elif told and len(names) > 1 and not sheet.is_empty:
                self.leave(name, [Left(None, "没有找到表头，这张工作表未读取")])
        if blind:
            self.remarks.append(f"{self.name}：{blind}")

    def _refuse_faults(self, sheet: Sheet, tables: Sequence[Table]) -> None:
        """Refuse the error values below headings, read or not, and in what is said of the whole table; name all others.

        A formula that was never calculated is wrong only where it would be read.
        """
        left = []
        for (row, place), fault in sorted(sheet.faults.items()):
            table = next((each for each in tables if each.covers(row, place)), None)
            headed = None if table is None or table.is_aside(row) else dict(table.named).get(place)
            if (row, place) in sheet.signed or (headed and (headed.column or headed.period or fault.shown)):
                self.refuse(sheet.name, sheet.place(row, place), fault.message)
                if table is not None:
                    table.faulty.add(row)
            elif row not in sheet.hidden_rows:
                left.append(Left(sheet.place(row, place), f"{fault.name}未读取"))
        self.leave(sheet.name, limited(left, "错误值"))

    def _tell_computed(self, sheet: Sheet, tables: Sequence[Table], computed: Sequence[str]) -> None:
        """Say how many of the cells that are read are formulas."""
        columns = {place for table in tables for name, place in table.columns.items() if name in computed}
        cells = sorted(place for place in sheet.formulas if place[1] in columns and place[0] > tables[0].header)
        if cells:
            where = " ".join(part for part in (self.name, sheet.name) if part)
            self.remarks.append(
                f"{where}：有 {len(cells)} 个单元格是公式（如 {sheet.place(*cells[0])}），按存下的值读取；请核对"
            )

    def _tell_struck(self, sheet: Sheet, tables: Sequence[Table], columns: Sequence[str]) -> None:
        """Say which of the cells that are read are struck out, in rows that stand."""
        left_out = {row for table in tables for row in table.struck_rows()}
        read = {place for table in tables for name, place in table.columns.items() if name in columns}
        read |= {place for table in tables for place, *_ in table.dated}
        cells = sorted(
            (row, place) for row, place in sheet.struck | sheet.partly_struck
            if place in read and row > tables[0].header and row not in left_out
        )  # fmt: skip
        if cells:
            where = " ".join(part for part in (self.name, sheet.name) if part)
            self.remarks.append(
                f"{where}：有 {len(cells)} 个单元格有删除线（如 {sheet.place(*cells[0])}），照常读取；请核对"
            )

    def _tell_hidden(self, sheet: Sheet, tables: Sequence[Table], columns: Sequence[str] | None) -> None:
        """Say which of the columns that are read are hidden: who sent the file may not have seen them.

        columns: those to be told; None: all. A form of ours has hidden ones of its own.
        """
        named = [(name, place) for table in tables for name, place in table.columns.items()]
        read = {place for name, place in named if columns is None or name in columns}
        read.update(place for table in tables for place, *_ in table.dated)
        if hidden := sorted(sheet.hidden_columns & read):
            where = " ".join(part for part in (self.name, sheet.name) if part)
            self.remarks.append(f"{where}：{'、'.join(map(column_name, hidden))} 列是隐藏的列，照常读取；请核对")

    def leave_hidden(self, book: Book) -> None:
        """Note the hidden sheets of a file that is none of ours, and those that are no sheets of cells."""
        for name in (name for name, hidden in book.names if hidden):
            with suppress(TrackerError):
                if not book.sheet(name).is_empty:
                    self.leave(name, [Left(None, "隐藏的工作表未读取")])
        for name in book.left_out:
            self.leave(name, [Left(None, "不是普通工作表，未读取")])


def read_list(
    path: Path,
    layout: Layout,
    computed: Sequence[str],
    other: tuple[Layout, str] | None = None,
    data: bytes | None = None,
) -> tuple[TableFile, list[Table]]:
    """Read the tables of one layout in the visible sheets of a file; a file without any has that as its problem.

    data: what came on stdin, instead of a file. other: a layout that fits another door better, and what to say then.
    """
    found = TableFile(path.name if data is None else "标准输入")
    book = found.open(path, data)
    if book is None:
        return found, []
    names = [name for name, hidden in book.names if not hidden]
    tables = list(found.tables(book, names, layout, computed=computed))
    found.leave_hidden(book)
    if not tables and not found.problems:
        found.refuse(None, None, no_header(book, layout, other))
    return found, tables


def no_header(book: Book, layout: Layout, other: tuple[Layout, str] | None) -> str:
    """Say that a file has no table of a layout, and which door it is for where it has one of another."""
    if other is not None:
        for name, hidden in book.names:
            with suppress(TrackerError):
                if not hidden and find_tables(book.sheet(name), other[0]):
                    return f"没有找到表头：{other[1]}"
    return f"没有找到表头；{layout.wanted}"
