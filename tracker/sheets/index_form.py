"""The data of the synergy index as workbooks: the form, one sheet a data source, and what comes back, also as CSV.

The form is the long form of `index import` under Chinese headings, one row a year, indicator and city, so that one reader takes both.
A department fills in the value (and, where it is one, that it is an estimate); what identifies a row is locked. The last column,
hidden, holds what was pre-filled: a row left untouched is no statement, also where the ledger has moved on meanwhile. The same data
gives the same bytes.

Reading gives cells with their places, not figures yet: `synergy.observations` says what a cell means. What is wrong with a file is a
value too (`Problem`), so that all files of one import are judged at once.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from tracker.errors import Unclear
from tracker.ledger.terms import DEMO_LABEL
from tracker.ledger.values import is_measure, plain, shorten
from tracker.sheets.layout import MILLIMETRES, open_workbook, row_height
from tracker.sheets.reading.book import Book
from tracker.sheets.reading.cells import NOTHING, figure_written, folded, is_rough, read_value
from tracker.sheets.reading.files import Problem, TableFile
from tracker.sheets.reading.headings import Layout
from tracker.sheets.reading.rows import is_closing, is_sum
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.tables import Left, Table, whole_row, words_in
from tracker.sheets.reading.values import Percent
from tracker.sheets.stamp import Stamp, read_stamp, read_subject, subject_text
from tracker.synergy.coupling import STATES
from tracker.synergy.model import CITIES, COUPLING, DECOUPLING, GDP_GROWTH, GDP_GROWTH_NAME, Indicator, Tree
from tracker.synergy.observations import MEASURED, REQUIRED, STATUSES, IndexEntry, Key, key_of

GROWTH_SOURCE = "省统计局"
"""The source that is asked for the growth of GDP, an input of ⑧ that annex 2 does not list."""

HEADINGS = ("年份", "编号", "三级指标", "城市", "上年值", "数值", "状态", "计量单位", "数据出处", "说明", "预填内容")
_WIDTHS = (6.5, 9.5, 34, 9, 10, 14, 7.5, 13, 18, 26, 8)
_SIZE = 11.0
_VALUE, _STATUS, _MEASURE, _SOURCE, _PREFILLED = 5, 6, 7, 8, 10
_HEADER_ROW = 3

_GUIDE = (
    "填写：只填浅黄色的列（数值、状态、计量单位、数据出处），其余已锁定；没有数据的留空，不填0。",
    "百分数按0至100填写：35.2%填35.2，直接输入35.2%也可以。状态填实测或估算，已预填实测，估算的请改。",
    "已有数据的已预填，没有变化的不必改动；三级指标相同的行，请用同一计量单位。",
)
_DERIVED_GUIDE = "⑦、⑧可以不填，由②、⑥和GDP增速推导；⑧可选脱钩状态，也可填0至100的得分。"
_LOWER = "越小越好"
_UPPER = "越大越好"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a source is asked: an indicator (None: the growth of GDP), and the other sources that could answer."""

    indicator: Indicator | None
    others: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The number under which the figure is kept."""
        return GDP_GROWTH if self.indicator is None else self.indicator.number

    @property
    def name(self) -> str:
        """The printed name."""
        return GDP_GROWTH_NAME if self.indicator is None else self.indicator.name

    @property
    def is_percent(self) -> bool:
        """Whether the figure is a percentage on the scale 0-100."""
        return self.indicator is None or self.indicator.is_percent

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share, which stays between 0 and 100."""
        return self.indicator is not None and self.indicator.is_share


def questions(tree: Tree) -> dict[str, list[Asked]]:
    """Sort the indicators by data source, in annex 2's order.

    An indicator of two sources (省交通运输厅、省统计局) stands on the form of both, and says that one answer is enough.
    """
    found: dict[str, list[Asked]] = {}
    for indicator in tree.indicators.values():
        for source in indicator.sources:
            others = tuple(other for other in indicator.sources if other != source)
            found.setdefault(source, []).append(Asked(indicator, others))
    found.setdefault(GROWTH_SOURCE, []).append(Asked(None))
    return found


def write_form(
    tree: Tree, sources: Sequence[str], years: Sequence[int], held: Mapping[Key, IndexEntry], stamp: Stamp | None = None,
    request: str = "", *, demo: bool = False,
) -> bytes:  # fmt: skip
    """Write one workbook with a sheet for each of the sources.

    held are the figures in the ledger, stamp says what it knew, request what was asked for; demo tells that they are
    invented, which every sheet then says.
    """
    buffer = io.BytesIO()
    book = open_workbook(buffer)
    book.set_properties({
        "title": "协同指数数据填报表", "subject": subject_text("index", None, stamp), "comments": request,
        "created": datetime(2021, 1, 1),  # noqa: DTZ001 - no clock
    })  # fmt: skip
    formats = _Formats(book)
    asked = questions(tree)
    for source in sources:
        about = f"数据来源单位：{source}　　年份：{'、'.join(map(str, years))}　　填报范围：11个设区市"
        sheet = book.add_worksheet(source)
        _sheet(sheet, f"{about}　　{DEMO_LABEL}" if demo else about, asked[source], years, held, formats)
    book.close()
    return buffer.getvalue()


def prefilled(value: Decimal | None, status: str, measure: str, source: str) -> str:
    """Write what stands in the four cells of a row in one text, for the comparison with what comes back."""
    return json.dumps([figure_text(value), status, measure, source], ensure_ascii=False, separators=(",", ":"))


def figure_text(value: Decimal | None) -> str:
    """Write a figure so that equal figures read alike: 30.0 is 30."""
    if value is None:
        return ""
    return plain(value.normalize())


class _Formats:
    """The looks of the cells. first: the row opens an indicator, and has a stronger line over it."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "仿宋_GB2312", "font_size": _SIZE, "valign": "vcenter"}
        self.title = book.add_format({**base, "font_name": "方正小标宋简体", "font_size": 16, "align": "center"})
        self.guide = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.plain = book.add_format(base)
        grid = {**base, "border": 1}
        self.head = book.add_format({**grid, "font_name": "黑体", "align": "center", "bg_color": "#D9E2EC"})
        known, entry = {**grid, "bg_color": "#F2F2F2"}, {**grid, "bg_color": "#FFF9E5", "locked": False}
        # Figures have the general number format: a spreadsheet then turns a typed 35.2% into a percent cell, which is
        # understood; under any other format the sign would be lost.
        self._cells = {
            (name, first): book.add_format({**look, "text_wrap": True, **({"top": 2} if first else {})})
            for name, look in {
                "known": known,
                "centre": {**known, "align": "center"},
                "figure": {**known, "align": "right"},
                "entry": entry,
                "entry_centre": {**entry, "align": "center"},
                "entry_figure": {**entry, "align": "right"},
            }.items()
            for first in (False, True)
        }

    def of(self, name: str, *, first: bool) -> Any:
        """Return the look of a cell in the table."""
        return self._cells[name, first]


def _sheet(
    sheet: Any, about: str, asked: Sequence[Asked], years: Sequence[int], held: Mapping[Key, IndexEntry], formats: _Formats
) -> None:  # fmt: skip
    last_column = _PREFILLED - 1
    width = sum(_WIDTHS[:_PREFILLED])
    sheet.merge_range(0, 0, 0, last_column, "减污降碳协同指数数据填报表", formats.title)
    sheet.set_row(0, 30)
    sheet.write_string(1, 0, about, formats.plain)
    sheet.set_row(1, 22)
    guide = (*_GUIDE, *([_DERIVED_GUIDE] if any(one.number in (COUPLING, DECOUPLING) for one in asked) else []))
    text = "\n".join(f"{n}. {line}" for n, line in enumerate(guide, 1))
    sheet.merge_range(2, 0, 2, last_column, text, formats.guide)
    sheet.set_row(2, row_height([(text, width * MILLIMETRES)], _SIZE))
    for column, (heading, wide) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.write_string(_HEADER_ROW, column, heading, formats.head)
        sheet.set_column(column, column, wide, None, {"hidden": column == _PREFILLED})
    sheet.set_row(_HEADER_ROW, 24)
    row = _HEADER_ROW
    for row, subject in enumerate(_rows(asked, years), _HEADER_ROW + 1):
        _row(sheet, row, subject, held, formats)
    _frame(sheet, row)


def _rows(asked: Sequence[Asked], years: Sequence[int]) -> Iterator[tuple[int, Asked, str]]:
    for year in years:
        for one in asked:
            for city in CITIES:
                yield year, one, city


def _row(
    sheet: Any, row: int, subject: tuple[int, Asked, str], held: Mapping[Key, IndexEntry], formats: _Formats
) -> None:
    year, one, city = subject
    entry, before = held.get((city, year, one.number)), held.get((city, year - 1, one.number))
    said = (entry.measure if entry else "") or (before.measure if before else "")
    measure = said or ("%" if one.is_percent else "")
    status, source = (entry.status, entry.source) if entry else (MEASURED, "")
    value = entry.value if entry else None
    remark = _remark(one)
    wrapped = ((one.name, _WIDTHS[2]), (remark, _WIDTHS[9]), (source, _WIDTHS[_SOURCE]))
    sheet.set_row(row, row_height(((text, width * MILLIMETRES) for text, width in wrapped), _SIZE))
    look = partial(formats.of, first=city == CITIES[0])
    sheet.write_number(row, 0, year, look("centre"))
    if one.indicator is None:
        sheet.write_string(row, 1, GDP_GROWTH_NAME, look("centre"))
    else:
        sheet.write_number(row, 1, one.number, look("centre"))
    sheet.write_string(row, 2, one.name, look("known"))
    sheet.write_string(row, 3, city, look("centre"))
    _figure(sheet, (row, 4), before.value if before else None, look("figure"))
    _figure(sheet, (row, _VALUE), value, look("entry_figure"))
    sheet.write_string(row, _STATUS, status, look("entry_centre"))
    sheet.write_string(row, _MEASURE, measure, look("entry_centre"))
    sheet.write_string(row, _SOURCE, source, look("entry"))
    sheet.write_string(row, 9, remark, look("known"))
    sheet.write_string(row, _PREFILLED, prefilled(value, status, measure, source), look("known"))
    _validate(sheet, row, one)


def _remark(one: Asked) -> str:
    if one.indicator is None:
        return "可比价，用于推导⑧"
    parts = [_UPPER if one.indicator.direction == "up" else _LOWER]
    if one.others:
        parts.append(f"与{'、'.join(one.others)}共同提供，一家填报即可")
    if one.number in (COUPLING, DECOUPLING):
        parts.append("可不填，由数据推导")
    return "；".join(parts)


def _figure(sheet: Any, place: tuple[int, int], value: Decimal | None, style: Any) -> None:
    """Write a figure as a number, or as text where a spreadsheet's number would lose digits."""
    if value is None:
        sheet.write_blank(*place, None, style)
    elif Decimal(repr(float(value))) == value:
        sheet.write_number(*place, float(value), style)
    else:
        sheet.write_string(*place, plain(value), style)


def _validate(sheet: Any, row: int, one: Asked) -> None:
    sheet.data_validation(row, _STATUS, row, _STATUS, {
        "validate": "list", "source": list(STATUSES), "error_title": "状态", "error_message": "请选实测或估算。",
    })  # fmt: skip
    if one.number == DECOUPLING:
        sheet.data_validation(row, _VALUE, row, _VALUE, {
            "validate": "list", "source": [state.name for state in STATES], "error_type": "warning",
            "error_title": "脱钩状态", "error_message": "请选脱钩状态；确为0至100的得分时，可选“是”保留。",
        })  # fmt: skip
        return
    low, high, words = (
        (0, 100, "请填0至100之间的百分数。") if one.is_share else (-(10**15), 10**15, "请填数值；没有数据请留空。")
    )
    sheet.data_validation(row, _VALUE, row, _VALUE, {
        "validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
        "error_title": "数值", "error_message": words,
    })  # fmt: skip


def _frame(sheet: Any, last_row: int) -> None:
    """Lock what is not to be filled in, and set up view and print."""
    sheet.freeze_panes(_HEADER_ROW + 1, 4)
    sheet.autofilter(_HEADER_ROW, 0, last_row, _PREFILLED - 1)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.7, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.print_area(0, 0, last_row, _PREFILLED - 1)
    sheet.set_footer("&C— &P —")


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

_EXPLAINED = ("三级指标", "上年值", "说明")
"""Locked columns in which a form of ours explains itself: they are held against what went out, and not read."""
_ENOUGH = 3
LONG = Layout(
    ALIASES, lambda found: len(found) >= _ENOUGH, f"表头应有：{'、'.join(f'{name}（{ALIASES[name][1]}）' for name in REQUIRED)}",
    once=("value", "status", "measure", "source", "prefilled", "stamp"),
)  # fmt: skip
"""Tables with a row for each figure; a merged figure is one figure."""
_PROVINCE = ("浙江省", "浙江", "省")
_DIGITS = ".15g"
"""The digits that a spreadsheet's number has; what a cell holds beyond them is the binary fraction's noise."""


@dataclass(slots=True)
class LongTable:
    """One sheet in the long form: rows by the names of `ALIASES`, the first of them at first_row.

    source is the unit a form was made for, to be named where a row names none; named: the column with the name of the indicator beside
    its number; explained: the columns of `_EXPLAINED` of a form; untouched counts the rows of a form that
    came back as they went out (they are blanked here: they say nothing), cleared are cells whose figure was taken out.
    """

    file: str
    sheet: Sheet
    columns: Mapping[str, int]
    first_row: int
    source: str = ""
    named: int | None = None
    explained: Mapping[str, int] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)
    untouched: int = 0
    cleared: list[str] = field(default_factory=list)

    def at(self, row: int, column: str, message: str) -> Problem:
        """Say what is wrong in a cell; row counts from 1, as in a spreadsheet."""
        return Problem(self.file, self.sheet.name, self.sheet.place(row - 1, self.columns.get(column, 0)), message)


@dataclass(slots=True)
class LongFile(TableFile):
    """A file with the tables in it; stamp is what a form or listing of ours knew when it went out, book a form as it came back."""

    found: list[LongTable] = field(default_factory=list)
    stamp: Stamp | None = None
    book: Book | None = None


def read_file(path: Path) -> LongFile:
    """Read one file. What cannot be read is a problem of the file, not an exception."""
    file = LongFile(path.name)
    book = file.open(path)
    if book is None:
        return file
    subject = read_subject(book.subject)
    file.is_ours, file.stamp = subject is not None, None if subject is None else subject.stamp
    file.book = replace(book) if file.is_ours else None
    names = [name for name, hidden in book.names if not hidden]
    for table in file.tables(book, names, LONG, computed=("value",)):
        _add(file, table)
    file.leave_hidden(book)
    explained = {
        (table.sheet.name, table.sheet.place(table.first_row - 2, place))
        for table in file.found
        for place in table.explained.values()
    }
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
    ours = {each.label: place for place, each in table.named if source and each.label in _EXPLAINED}
    long = LongTable(found.name, sheet, columns, table.header + 2, source, next(beside, None), ours)
    last = len(sheet.rows) if table.end is None else table.end
    left_out = sheet.hidden_rows | table.struck_rows()
    for number in range(table.header + 1, last):
        long.rows.append(_row_from(found, long, table, number) if number not in left_out else _blank())
        if number not in left_out:
            _leave_words(found, table, number)
    found.found.append(long)


def _leave_words(found: LongFile, table: Table, number: int) -> None:
    """Name a row that is nothing but words: a note below the figures."""
    cells = table.sheet.rows[number]
    if sum(value != "" for value in cells) == 1 or is_closing(cells):
        found.leave(table.sheet.name, list(words_in(table, number, cells)))


def _row_from(found: LongFile, long: LongTable, table: Table, number: int) -> dict[str, object]:
    """Read a row, its number from 0. A row that says nothing (no figure, a sum, untouched, an error) comes without a value."""
    cells = table.sheet.rows[number]
    if _is_no_city(found, table, number):
        return _blank()
    row: dict[str, object] = {name: _cell(table.cell(cells, name)) for name in table.columns}
    before = str(row.pop("prefilled", ""))
    if isinstance(row["value"], str) and folded(row["value"]) in NOTHING:
        row["value"] = ""
    found.stamp = found.stamp or read_stamp(str(row.pop("stamp", "")))
    if row["value"] == "" and number not in table.faulty:
        if before and not before.startswith('[""'):
            long.cleared.append(long.at(number + 1, "value", "").place)
        return row
    if number in table.faulty:
        return row | {"value": ""}
    stated = table.measures.get(table.columns["value"])
    if stated is not None and not row.get("measure"):
        row["measure"] = stated
    if long.named is not None:
        row["name"] = _cell(cells[long.named]) if long.named < len(cells) else ""
    if before and before == _as_prefilled(row):
        long.untouched += 1
        row["value"] = ""
    try:
        _read_figure(found, long, row, number)
    except Unclear as error:
        found.problems.append(long.at(number + 1, "value", str(error)))
        row["value"] = ""
    return row


def _is_no_city(found: LongFile, table: Table, number: int) -> bool:
    """Say whether a row is one for the whole province, which is named with its figure, or only closes the paper."""
    cells = table.sheet.rows[number]
    city = table.cell(cells, "city")
    if any(isinstance(cell, str) and is_sum(cell) for cell in (*cells[:2], city)) or city in _PROVINCE:
        found.leave(table.sheet.name, list(whole_row(table, number, cells, "city")))
        return True
    return is_closing(cells)


def _read_figure(found: LongFile, long: LongTable, row: dict[str, object], number: int) -> None:
    """Read a figure in words (约18, 六成), and one with its unit of measure, as in any other table; what is none is left as it is."""
    text = row["value"]
    if not isinstance(text, str):
        return
    try:
        value, unit = figure_written(text, "数值")
    except Unclear:
        return
    if value is None or not (unit or is_rough(text)):
        return
    measure = str(row.get("measure") or "")
    if measure and unit not in ("", "%", measure):
        value = read_value(text, measure, what="数值")
    elif is_measure(unit) and unit != "%":
        row["measure"] = unit
    elif unit not in ("", "%"):
        return
    row["value"] = f"{figure_text(value)}{'%' if unit == '%' else ''}"
    if is_rough(text):
        found.remarks.append(f"{long.at(number + 1, 'value', '').place}：数值是约数，按 {row['value']} 读取；请核对")


def changed_cells(table: LongTable, tree: Tree, held: Mapping[Key, IndexEntry] | None) -> Iterator[Left]:
    """Name the locked cells of a form that are not as they went out: they are not read.

    held: the figures that the ledger had then; None where that is not known.
    """
    asked = {one.number: one for one in questions(tree).get(table.source, ())}
    seen: dict[Key | None, int] = {}
    for index, row in enumerate(table.rows if table.explained else (), table.first_row - 1):
        key = key_of(row, tree)
        if row["value"] == "" and row["city"] != "" and (key is None or key in seen):
            words = f"与第 {seen[key] + 1} 行是同一项" if key in seen else "无法识别"
            yield Left(
                table.sheet.place(index, table.columns["city"]), f"锁定的年份、编号或城市被改动（{words}），未读取"
            )
        if key is None or seen.setdefault(key, index) != index or key[2] not in asked:
            continue
        one, before = asked[key[2]], None if held is None else held.get((key[0], key[1] - 1, key[2]))
        went_out = {"三级指标": one.name, "说明": _remark(one)}
        if held is not None:
            went_out["上年值"] = figure_text(None if before is None else before.value)
        for label, place in table.explained.items():
            shown = str(_cell(table.sheet.text(index, place)))
            if label in went_out and shown != went_out[label] and (before is None or shown != plain(before.value)):
                words = f"现为 {shorten(shown) or '空'}，导出时 {shorten(went_out[label]) or '空'}"
                yield Left(table.sheet.place(index, place), f"锁定的“{label}”被改动（{words}），未读取")


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
