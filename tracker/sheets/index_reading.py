"""Files with data of the synergy index: the long form as CSV or workbook, and the returned forms, found by their headings.

Reading gives cells with their places, not figures yet: `synergy.observations` says what a cell means. What is wrong with
a file is a value too (`Trouble`), so that all files of one import are judged at once.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.sheets.index_form import figure_text, prefilled
from tracker.sheets.reading.book import Sheet, open_book
from tracker.synergy.observations import REQUIRED

ALIASES = {
    "city": ("city", "城市", "设区市", "地市", "地区", "市"),
    "year": ("year", "年份", "年度", "年"),
    "indicator": ("indicator", "编号", "指标编号", "指标", "三级指标", "指标名称"),
    "value": ("value", "数值", "指标值", "值"),
    "status": ("status", "状态", "数据状态"),
    "measure": ("measure", "计量单位", "单位"),
    "source": ("source", "数据出处", "数据来源", "来源"),
    "prefilled": ("预填内容",),
}
"""Headings under which a column is found, the preferred one first."""

_TITLE_ROWS = 30
_ENOUGH = 3
_IDENTITY = ("city", "year", "indicator")
_DIGITS = ".15g"
"""The digits that a spreadsheet's number has; what a cell holds beyond them is the binary fraction's noise."""


class Trouble(NamedTuple):
    """What is wrong, and where: sheet and cell None where the whole file or sheet is meant."""

    file: str
    sheet: str | None
    cell: str | None
    message: str

    def view(self) -> dict[str, str | None]:
        """Return it for `--json` (docs/contract.md, import)."""
        return self._asdict()

    @property
    def place(self) -> str:
        """File, sheet and cell in one word."""
        return " ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(slots=True)
class LongTable:
    """One sheet in the long form: rows by the names of `ALIASES`, the first of them at first_row.

    source is the unit a form was made for, to be named where a row names none; untouched counts the rows of a form that
    came back as they went out (they are blanked here: they say nothing), cleared are cells whose figure was taken out.
    """

    file: str
    sheet: Sheet
    columns: Mapping[str, int]
    first_row: int
    source: str = ""
    rows: list[dict[str, object]] = field(default_factory=list)
    untouched: int = 0
    cleared: list[str] = field(default_factory=list)

    def at(self, row: int, column: str, message: str) -> Trouble:
        """Say what is wrong in a cell; row counts from 1, as in a spreadsheet."""
        return Trouble(self.file, self.sheet.name, self.sheet.place(row - 1, self.columns.get(column, 0)), message)


@dataclass(slots=True)
class LongFile:
    """A file: its name, the hash of its bytes, the tables in it, what is wrong with it."""

    name: str
    sha256: str = ""
    tables: list[LongTable] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def read_file(path: Path) -> LongFile:
    """Read one file. What cannot be read is a trouble of the file, not an exception."""
    found = LongFile(path.name)
    try:
        book = open_book(path)
        found.sha256 = book.sha256
        for name, _hidden in book.names:
            _add(found, book.sheet(name))
    except Refused as error:
        found.troubles.append(Trouble(found.name, None, None, str(error)))
        return found
    if not found.tables and not found.troubles:
        wanted = "、".join(f"{name}（{ALIASES[name][1]}）" for name in REQUIRED)
        found.troubles.append(Trouble(found.name, None, None, f"没有找到表头；表头应有：{wanted}"))
    return found


def _add(found: LongFile, sheet: Sheet) -> None:
    """Take a sheet in, where a row among its first names columns of the long form; other sheets are passed over."""
    header = next((row for row, cells in enumerate(sheet.rows[:_TITLE_ROWS]) if len(_columns(cells)) >= _ENOUGH), None)
    if header is None:
        return
    headings, columns = _headings(sheet.rows[header]), _columns(sheet.rows[header])
    missing = "、".join(f"{name}（{ALIASES[name][1]}）" for name in REQUIRED if name not in columns)
    twice = next((column for column in columns.values() if headings.count(headings[column]) > 1), None)
    if missing or twice is not None:
        message = f"表头缺少列：{missing}" if missing else "表头有两列同名，不知以哪一列为准；请只留一列"
        found.troubles.append(Trouble(found.name, sheet.name, sheet.place(header, twice or 0), message))
        return
    _fill_down(sheet, header, columns)
    source = sheet.name if "prefilled" in columns and sheet.name else ""
    table = LongTable(found.name, sheet, columns, header + 2, source)
    for number in range(header + 1, len(sheet.rows)):
        table.rows.append(_row(found, table, number))
    found.tables.append(table)


def _fill_down(sheet: Sheet, header: int, columns: Mapping[str, int]) -> None:
    """Repeat what a merged cell says about the rows it covers; a merged figure is one figure."""
    identity = {columns[name] for name in _IDENTITY}
    for top, left, bottom, right in sheet.merged:
        if left == right and left in identity and top > header:
            for row in sheet.rows[top + 1 : bottom + 1]:
                row[left] = sheet.rows[top][left]


def _row(found: LongFile, table: LongTable, number: int) -> dict[str, object]:
    """Read a row, its number from 0. A row that says nothing (no figure, untouched, a formula or an error) comes without a value."""
    cells = table.sheet.rows[number]
    row: dict[str, object] = {
        name: _cell(table.sheet, number, column) if column < len(cells) else ""
        for name, column in table.columns.items()
    }
    before = str(row.pop("prefilled", ""))
    unusable = {
        name: text
        for name, column in table.columns.items()
        if name in row and (text := _unusable(table.sheet, number, column))
    }
    if row["value"] == "" and "value" not in unusable:
        if before and not before.startswith('[""'):
            table.cleared.append(table.at(number + 1, "value", "").place)
        return row
    if unusable:
        found.troubles += [table.at(number + 1, name, message) for name, message in unusable.items()]
        row["value"] = ""
    elif before and before == _as_prefilled(row):
        table.untouched += 1
        row["value"] = ""
    return row


def _unusable(sheet: Sheet, row: int, column: int) -> str:
    """Say why a cell has no value of its own: it computes one, or shows an error; empty where it has."""
    if (row, column) in sheet.formulas:
        return "单元格是公式，请复制后选择性粘贴为数值"
    return "单元格显示的是错误值（如 #DIV/0!），请改填数值；没有数据请留空" if (row, column) in sheet.errors else ""


def _cell(sheet: Sheet, row: int, column: int) -> object:
    """Read a cell: numbers with the digits a spreadsheet has, as a percentage where the cell is shown in percent."""
    value: Any = sheet.rows[row][column]
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = Decimal(format(value, _DIGITS))
    return f"{figure_text(number * 100)}%" if sheet.is_percent(row, column) else figure_text(number)


def _as_prefilled(row: Mapping[str, object]) -> str:
    """Write a row as `index_form.prefilled` does, for the comparison with what went out."""
    try:
        value = Decimal(str(row["value"]))
    except ArithmeticError:
        return ""
    return prefilled(value, *(str(row.get(name, "")) for name in ("status", "measure", "source")))


def _columns(cells: Sequence[object]) -> dict[str, int]:
    """Find the columns by the headings in a row."""
    headings = _headings(cells)
    found: dict[str, int] = {}
    for name, aliases in ALIASES.items():
        for alias in aliases:
            if alias in headings:
                found[name] = headings.index(alias)
                break
    return found


def _headings(cells: Sequence[object]) -> list[str]:
    folded = (unicodedata.normalize("NFKC", str(cell)) for cell in cells)
    return [re.sub(r"\s+|\(.*?\)", "", text).casefold() for text in folded]
