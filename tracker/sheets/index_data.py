"""Files with data of the synergy index: the long form as CSV or workbook, and the returned forms, found by their headings.

Reading gives cells with their places, not figures yet: `synergy.observations` says what a cell means. What is wrong with
a file is a value too (`Problem`), so that all files of one import are judged at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracker.sheets.index_form import figure_text, prefilled
from tracker.sheets.reading.files import Problem, TableFile
from tracker.sheets.reading.headings import Layout
from tracker.sheets.reading.rows import is_sum
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.tables import Table, words_in
from tracker.sheets.reading.values import Fault, Percent
from tracker.sheets.stamp import Stamp, read_stamp, read_subject
from tracker.synergy.observations import REQUIRED

ALIASES = {
    "city": ("city", "城市", "设区市", "地市", "地区", "市", "市别", "各市", "城市名称", "地区名称", "行政区划"),
    "year": ("year", "年份", "年度", "年", "数据年份", "数据年度", "统计年份", "统计年度", "所属年份", "数据时点"),
    "indicator": ("indicator", "编号", "指标编号", "指标", "三级指标", "指标名称", "指标序号", "三级指标名称"),
    "value": ("value", "数值", "指标值", "值", "数据", "实际值", "原始值"),
    "status": ("status", "状态", "数据状态"),
    "measure": ("measure", "计量单位", "单位"),
    "source": ("source", "数据出处", "数据来源", "来源"),
    "prefilled": ("预填内容",),
    "stamp": ("stamp",),
}
"""Headings under which a column is found, the preferred one first."""

_EXPLAINED = ("上年值", "说明")
"""Columns in which a form of ours explains itself."""
_ENOUGH = 3
LONG = Layout(
    ALIASES, lambda found: len(found) >= _ENOUGH, f"表头应有：{'、'.join(f'{name}（{ALIASES[name][1]}）' for name in REQUIRED)}",
    once=("value", "status", "measure", "source", "prefilled", "stamp"),
)  # fmt: skip
"""Tables with a row for each figure; a merged figure is one figure."""
_DIGITS = ".15g"
"""The digits that a spreadsheet's number has; what a cell holds beyond them is the binary fraction's noise."""


@dataclass(slots=True)
class LongTable:
    """One sheet in the long form: rows by the names of `ALIASES`, the first of them at first_row.

    source is the unit a form was made for, to be named where a row names none; named: the column with the name of the indicator beside
    its number; untouched counts the rows of a form that
    came back as they went out (they are blanked here: they say nothing), cleared are cells whose figure was taken out.
    """

    file: str
    sheet: Sheet
    columns: Mapping[str, int]
    first_row: int
    source: str = ""
    named: int | None = None
    rows: list[dict[str, object]] = field(default_factory=list)
    untouched: int = 0
    cleared: list[str] = field(default_factory=list)

    def at(self, row: int, column: str, message: str) -> Problem:
        """Say what is wrong in a cell; row counts from 1, as in a spreadsheet."""
        return Problem(self.file, self.sheet.name, self.sheet.place(row - 1, self.columns.get(column, 0)), message)


@dataclass(slots=True)
class LongFile(TableFile):
    """A file with the tables in it; stamp is what a form or listing of ours knew when it went out."""

    found: list[LongTable] = field(default_factory=list)
    stamp: Stamp | None = None


def read_file(path: Path) -> LongFile:
    """Read one file. What cannot be read is a problem of the file, not an exception."""
    file = LongFile(path.name)
    book = file.open(path)
    if book is None:
        return file
    subject = read_subject(book.subject)
    file.stamp = None if subject is None else subject.stamp
    explained: set[tuple[str | None, str | None]] = set()
    for table in file.tables(book, [name for name, hidden in book.names if not hidden], LONG, computed=("value",)):
        if "prefilled" in table.columns:
            explained |= {
                (table.sheet.name, table.sheet.place(table.header, place))
                for place, label in table.unread
                if label in _EXPLAINED
            }
        _add(file, table)
    file.leave_hidden(book)
    file.ignored = [each for each in file.ignored if (each.sheet, each.cell) not in explained]
    if not file.found and not file.problems:
        file.refuse(None, None, f"没有找到表头；{LONG.wanted}")
    return file


def _add(found: LongFile, table: Table) -> None:
    """Take a table in; one that lacks a column that is needed, or has one twice, is a problem."""
    sheet, columns = table.sheet, table.columns
    missing = "、".join(f"{name}（{ALIASES[name][1]}）" for name in REQUIRED if name not in columns)
    labels = [each.label for _, each in table.named]
    twice = next((place for place in columns.values() if labels.count(dict(table.named)[place].label) > 1), None)
    if missing or twice is not None:
        message = f"表头缺少列：{missing}" if missing else "表头有两列同名，不知以哪一列为准；请只留一列"
        found.refuse(sheet.name, sheet.place(table.header, twice or 0), message)
        return
    source = sheet.name if "prefilled" in columns and sheet.name else ""
    beside = (place for place, each in table.named if each.column == "indicator" and place != columns["indicator"])
    long = LongTable(found.name, sheet, columns, table.header + 2, source, next(beside, None))
    last = len(sheet.rows) if table.end is None else table.end
    left_out = sheet.hidden_rows | table.struck_rows()
    for number in range(table.header + 1, last):
        long.rows.append(_row(found, long, table, number) if number not in left_out else _blank())
        if number not in left_out:
            _leave_words(found, table, number)
    found.found.append(long)


def _leave_words(found: LongFile, table: Table, number: int) -> None:
    """Name a row that is nothing but words: a note below the figures."""
    cells = table.sheet.rows[number]
    if sum(value != "" for value in cells) == 1:
        found.leave(table.sheet.name, list(words_in(table, number, cells)))


def _row(found: LongFile, long: LongTable, table: Table, number: int) -> dict[str, object]:
    """Read a row, its number from 0. A row that says nothing (no figure, a sum, untouched, an error) comes without a value."""
    cells = table.sheet.rows[number]
    if any(isinstance(cell, str) and is_sum(cell) for cell in cells[:2]):
        return _blank()
    row: dict[str, object] = {name: _cell(table.cell(cells, name)) for name in table.columns}
    before = str(row.pop("prefilled", ""))
    found.stamp = found.stamp or read_stamp(str(row.pop("stamp", "")))
    faults = {name: value.message for name, value in row.items() if isinstance(value, Fault)}
    if row["value"] == "" and not faults:
        if before and not before.startswith('[""'):
            long.cleared.append(long.at(number + 1, "value", "").place)
        return row
    if faults:
        found.problems += [long.at(number + 1, name, message) for name, message in faults.items()]
        return {name: "" if name in faults else value for name, value in row.items()} | {"value": ""}
    stated = table.measures.get(table.columns["value"])
    if stated is not None and not row.get("measure"):
        row["measure"] = stated
    if long.named is not None:
        row["name"] = _cell(cells[long.named]) if long.named < len(cells) else ""
    if before and before == _as_prefilled(row):
        long.untouched += 1
        row["value"] = ""
    return row


def _blank() -> dict[str, object]:
    return {**dict.fromkeys(REQUIRED, "")}


def _cell(value: Any) -> object:
    """Read a cell: numbers with the digits a spreadsheet has, as a percentage where the cell is shown in percent."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = Decimal(format(value, _DIGITS))
    return f"{figure_text(number * 100)}%" if isinstance(value, Percent) else figure_text(number)


def _as_prefilled(row: Mapping[str, object]) -> str:
    """Write a row as `index_form.prefilled` does, for the comparison with what went out."""
    try:
        value = Decimal(str(row["value"]))
    except ArithmeticError:
        return ""
    return prefilled(value, *(str(row.get(name, "")) for name in ("status", "measure", "source")))
