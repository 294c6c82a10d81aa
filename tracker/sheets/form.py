"""The form that a unit fills in: one sheet a unit, everything pre-filled, locked but for what is asked (docs/files.md).

Written with XlsxWriter, which keeps text text and puts no time into a file: the same data on the same day gives the same
bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.ledger.report_rules import REPORTABLE_STATES
from tracker.ledger.terms import STATES
from tracker.ledger.values import plain
from tracker.sheets.form_rows import FIGURE_COLUMNS, HEADINGS, LOCKED, PARTICIPANT, TEXTS, FormRow
from tracker.sheets.layout import A3, HIGHEST, MILLIMETRES, holdable, line_count, open_workbook, text_height
from tracker.sheets.reading.cells import EARLIEST_YEAR
from tracker.sheets.stamp import FORM, IDENTITY_SHEET, SUMMARY, Base, Stamp, identity_rows, mark, subject_text

TITLE_ROW, CAPTION_ROW, GUIDE_ROW, META_ROW, HEADER_ROW = range(5)
FIRST_ROW = HEADER_ROW + 1

GUIDE = (
    "1. 只填浅黄色的格，灰色的格已锁定。没有填写的行不算填报；本期没有变化的，在最后一列“无变化”键入 1。",
    "2. 状态从下拉列表选取，办结的选“申报办结”。完成率填 0 至 100 的数字，如 45；现值按“目标值”中的单位只填数字，与上期相同的不用改。",
    "3. “数据时点”写有年份的，现值填那一年全年（年末）的数，还没有的留空；“数据时点”空着的，现值是填报日期当时的数。",
    "4. 事项前标“【参与】”的，填本期进展、存在问题、下步安排和佐证材料即可。佐证材料填文件路径或网址，可另附文件一并发回。",
    "5. 请核对填报日期，写明填报人、审核人和联系电话，保存为 .xlsx 发回。请勿改动编号、增删列或另建表格；调整完成时限请另行提出。",
)
_WIDTHS = dict(zip(HEADINGS, (13, 40, 14, 22, 10, 15, 14, 8, 7, 10, 9, 30, 19, 19, 17, 7), strict=True))
_SIZE = 10
_GUIDE_SIZE = 10.5
_PITCH, _PADDING = 1.4, 5.0
"""Height of a line in units of the font size, and points beside them: closer than in print, for a row can be drawn higher."""
_FEWEST = 2
"""A row has room for a sentence or two from the start."""
_ZOOM = 90
_MAX_DIGITS = 15
"""Significant digits that a number of a spreadsheet keeps; a longer figure is written as text."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


@dataclass(slots=True, frozen=True)
class UnitForm:
    """One sheet: the unit by its full name (zj:省建设厅) and its own, its region, the plans it is about, its rows.

    codes: those plans. deadline: until when it is to come back (报送截止). period: the reporting period that closes then.
    """

    unit: str
    name: str
    region: str
    plans: str
    rows: Sequence[FormRow]
    deadline: date | None = None
    codes: Sequence[str] = ()
    period: str = ""


def form_workbook(forms: Sequence[UnitForm], stamp: Stamp, request: str = "", *, demo: bool = False) -> bytes:
    """Return a workbook with one sheet a unit and the hidden sheet by which it is known when it comes back.

    request: what was asked for.
    """
    target = io.BytesIO()
    workbook = _open(
        target, f"{FORM} {'、'.join(form.name for form in forms)}", subject_text("form", None, stamp), request
    )
    formats = _Formats(workbook)
    for form, name in zip(forms, sheet_names(forms), strict=True):
        _UnitSheet(workbook.add_worksheet(name), formats, form, stamp.as_of, demo=demo).write()
    bases = ((row.id, _base(form, row)) for form in forms for row in form.rows)
    _hide_identity(workbook, formats, identity_rows(stamp, bases))
    workbook.close()
    return _growing_rows(target.getvalue())


def _base(form: UnitForm, row: FormRow) -> Base:
    return Base(form.unit, row.state, row.percent, row.value, row.year, tuple(map(mark, row.locked)))


def summary_workbook(
    headings: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[str | int | date | None]],
    stamp: Stamp, *, demo: bool = False,
) -> bytes:  # fmt: skip
    """Return the 汇总 that goes with the forms of all units: what was sent to whom, to be ticked off when it comes back."""
    target = io.BytesIO()
    workbook = _open(target, f"{FORM}{SUMMARY}", subject_text("summary", None, stamp))
    formats = _Formats(workbook)
    sheet = workbook.add_worksheet(SUMMARY)
    last = len(headings) - 1
    sheet.merge_range(0, 0, 0, last, f"{FORM}{SUMMARY}（{stamp.as_of}）{_demo_mark(demo=demo)}", formats.title)
    sheet.set_row(0, 30)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, heading, formats.locked_heading)
    sheet.set_row(1, 24)
    row = 1
    for row, values in enumerate(rows, start=2):
        for column, value in enumerate(values):
            _write(sheet, row, column, value, formats.plain if isinstance(value, str) else formats.plain_centred)
        sheet.set_row(row, 18)
    sheet.freeze_panes(2, 3)
    sheet.autofilter(1, 0, row, last)
    _set_up_page(sheet, header=1)
    _hide_identity(workbook, formats, identity_rows(stamp, (), kind=SUMMARY))
    workbook.close()
    return target.getvalue()


def sheet_names(forms: Sequence[UnitForm]) -> list[str]:
    """Return a name for every sheet: the unit's, with its region where two units have the same name."""
    names: list[str] = []
    for form in forms:
        twins = sum(other.name == form.name for other in forms) > 1
        wanted = f"{form.name}（{form.region}）" if twins else form.name
        plain_name = _FORBIDDEN.sub("_", holdable(wanted)).strip("' ")[:31] or "填报表"
        number = 1
        name = plain_name
        while name.lower() in {other.lower() for other in names} or name == IDENTITY_SHEET:
            number += 1
            name = f"{plain_name[:28]}({number})"
        names.append(name)
    return names


def _open(target: io.BytesIO, title: str, subject: str, request: str = "") -> Any:
    workbook = open_workbook(target)
    workbook.set_properties({
        "title": holdable(title), "subject": subject, "comments": request, "author": "tracker",
        "created": datetime(1980, 1, 1),  # noqa: DTZ001 - a workbook knows no time zone
    })  # fmt: skip
    return workbook


class _Formats:
    """The looks of the cells, each made once."""

    def __init__(self, workbook: Any) -> None:
        def make(**looks: Any) -> Any:
            return workbook.add_format({"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter", **looks})

        cell: dict[str, Any] = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True}
        known: dict[str, Any] = {**cell, "bg_color": "#F2F2F2"}
        entry: dict[str, Any] = {**cell, "bg_color": "#FFF9E5", "locked": False}
        head: dict[str, Any] = {**cell, "font_name": "黑体", "align": "center", "font_size": 10.5}
        self.title = make(font_name="黑体", font_size=18, align="center")
        self.caption = make(align="center", font_color="#595959")
        self.guide = make(font_size=_GUIDE_SIZE, text_wrap=True, valign="top", indent=1)
        self.label = make(font_name="黑体", font_size=11, align="right", indent=1)
        self.unit = make(**{**known, "font_size": 11, "bold": True})
        self.day = make(**{**entry, "font_size": 11, "align": "center", "num_format": "yyyy-mm-dd"})
        self.person = make(**{**entry, "font_size": 11, "num_format": "@"})
        self.deadline = make(**{**known, "font_size": 11, "align": "center", "num_format": "yyyy-mm-dd"})
        self.locked_heading = make(**head, bg_color="#D9E2EC")
        self.open_heading = make(**head, bg_color="#FFE9A8")
        self.plain = make(**cell)
        self.plain_centred = make(**cell, align="center")
        self.known = make(**known)
        self.centred = make(**known, align="center")
        self.known_date = make(**known, align="center", num_format="yyyy-mm-dd")
        # General: a spreadsheet then makes a percent cell of a typed 45%, which is understood.
        self.known_figure = make(**known, align="right")
        self.entry_figure = make(**entry, align="right")
        self.entry_year = make(**entry, align="center", num_format='0"年"')
        self.entry_choice = make(**entry, align="center")
        self.entry_text = make(**entry, num_format="@")
        self.entry_same = make(**entry, align="center", num_format='"无变化";"无变化";"";@')
        self.bold = make(bold=True)
        self.small = make(font_color="#404040")
        self.done = workbook.add_format({"bg_color": "#E2F0D9"})
        self.hidden_text = make(num_format="@", valign="top")


class _UnitSheet:
    """One unit's sheet being written."""

    def __init__(self, sheet: Any, formats: _Formats, form: UnitForm, day: date, *, demo: bool) -> None:
        self.sheet = sheet
        self.formats = formats
        self.form = form
        self.day = day
        self.demo = demo
        self.last_row = HEADER_ROW + len(form.rows)

    def write(self) -> None:
        """Write it from top to bottom, then lock it and set up view and print."""
        self._head()
        self._meta()
        for column, heading in enumerate(HEADINGS):
            self.sheet.set_column(column, column, _WIDTHS[heading])
            locked = column < LOCKED
            self.sheet.write_string(
                HEADER_ROW, column, heading, self.formats.locked_heading if locked else self.formats.open_heading
            )
        self.sheet.set_row(HEADER_ROW, 24)
        for index, row in enumerate(self.form.rows, start=FIRST_ROW):
            self.sheet.set_row(index, _height(row))
            self._row(index, row)
        if self.form.rows:
            self._validate()
        self._frame()

    def _head(self) -> None:
        sheet, formats, last = self.sheet, self.formats, len(HEADINGS) - 1
        # What it is about stands in the names of the plans below; a plan about something else is not called so.
        subject = "减污降碳协同增效" if "减污降碳" in self.form.plans else ""
        sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, f"{subject}{FORM}{_demo_mark(demo=self.demo)}", formats.title)
        sheet.set_row(TITLE_ROW, 34)
        sheet.merge_range(CAPTION_ROW, 0, CAPTION_ROW, last, holdable(self.form.plans), formats.caption)
        sheet.set_row(CAPTION_ROW, 18)
        guide = "\n".join(GUIDE)
        sheet.merge_range(GUIDE_ROW, 0, GUIDE_ROW, last, guide, formats.guide)
        sheet.set_row(GUIDE_ROW, text_height(guide, sum(_WIDTHS.values()) * MILLIMETRES, _GUIDE_SIZE))

    def _meta(self) -> None:
        sheet, formats = self.sheet, self.formats
        sheet.set_row(META_ROW, 24)
        sheet.write_string(META_ROW, 0, "填报单位", formats.label)
        sheet.write_string(META_ROW, 1, self.form.name, formats.unit)
        sheet.write_string(META_ROW, 2, "填报日期", formats.label)
        sheet.write_datetime(META_ROW, 3, _moment(self.day), formats.day)
        sheet.write_string(META_ROW, 4, "填报人", formats.label)
        sheet.write_blank(META_ROW, 5, None, formats.person)
        sheet.write_string(META_ROW, 6, "审核人", formats.label)
        sheet.merge_range(META_ROW, 7, META_ROW, 9, None, formats.person)
        sheet.write_string(META_ROW, 10, "联系电话", formats.label)
        sheet.write_blank(META_ROW, 11, None, formats.person)
        sheet.write_string(META_ROW, 12, "报送截止", formats.label)
        _write(sheet, META_ROW, 13, self.form.deadline, formats.deadline)
        sheet.data_validation(META_ROW, 3, META_ROW, 3, {
            "validate": "date", "criteria": "between", "minimum": _moment(date(2021, 1, 1)),
            "maximum": _moment(date(2099, 12, 31)), "error_title": "填报日期", "error_message": "请填日期，如 2026-11-21。",
        })  # fmt: skip

    def _row(self, index: int, row: FormRow) -> None:
        sheet, formats = self.sheet, self.formats
        sheet.write_string(index, 0, row.id, formats.known)
        self._subject(index, row)
        for column, text in ((2, row.leads), (3, row.participants), (5, row.target), (6, row.last)):
            _write(sheet, index, column, text, formats.known)
        _write(sheet, index, 4, row.due, formats.known_date)
        self._figures(index, row)
        for heading in TEXTS:
            sheet.write_blank(index, HEADINGS.index(heading), None, formats.entry_text)
        same = "无变化" in row.fillable
        sheet.write_blank(index, HEADINGS.index("无变化"), None, formats.entry_same if same else formats.centred)
        if row.last_words:
            sheet.write_comment(
                index, HEADINGS.index("本期进展"), holdable(row.last_words),
                {"x_scale": 2.4, "y_scale": 1.4, "font_name": "宋体", "font_size": 9},
            )  # fmt: skip

    def _subject(self, index: int, row: FormRow) -> None:
        formats = self.formats
        if row.subject in ("", PARTICIPANT):
            _write(self.sheet, index, 1, row.subject + row.text, formats.known)
            return
        parts = (formats.bold, holdable(row.subject), formats.small, "\n" + holdable(row.text))
        self.sheet.write_rich_string(index, 1, *parts, formats.known)

    def _figures(self, index: int, row: FormRow) -> None:
        sheet, formats = self.sheet, self.formats
        values = dict(zip(FIGURE_COLUMNS, (row.state, row.percent, row.value, row.year), strict=True))
        for heading, value in values.items():
            column = HEADINGS.index(heading)
            is_open = heading in row.fillable
            if heading == "状态":
                _write(sheet, index, column, value, formats.entry_choice if is_open else formats.centred)
            elif heading == "数据时点":
                _write(sheet, index, column, value, formats.entry_year if is_open else formats.centred)
            else:
                _write(sheet, index, column, value, formats.entry_figure if is_open else formats.known_figure)

    def _validate(self) -> None:
        sheet, first, last = self.sheet, FIRST_ROW, self.last_row
        rules: dict[str, dict[str, Any]] = {
            "状态": {
                "validate": "list", "source": [STATES[state] for state in REPORTABLE_STATES],
                "error_message": "请从下拉列表选取：未启动、进行中、申报办结。",
            },
            "完成率": {
                "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100,
                "error_message": "请填 0 至 100 的数字，如 45。", "input_message": "0 至 100 的数字，如 45",
            },
            "现值": {
                "validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15,
                "error_message": "请只填数字，单位见“目标值”一列。", "input_message": "只填数字，单位见“目标值”",
            },
            "数据时点": {
                "validate": "integer", "criteria": "between", "minimum": EARLIEST_YEAR, "maximum": max(self.day.year - 1, EARLIEST_YEAR),
                "error_message": "请填已经结束的年份，如 2025；年内的数请留空。",
                "input_message": "现值是哪一年全年或年末的数；留空为填报日期的数",
            },
            "无变化": {
                "validate": "list", "source": ["1"], "error_message": "本期没有变化的填 1，有变化的留空。",
                "input_message": "键入 1 即为“无变化”",
            },
        }  # fmt: skip
        for heading, rule in rules.items():
            column = HEADINGS.index(heading)
            shown = {"error_title": heading, **({"input_title": heading} if "input_message" in rule else {})}
            sheet.data_validation(first, column, last, column, {**rule, **shown})
        same = HEADINGS.index("无变化")
        letter = chr(ord("A") + same)
        sheet.conditional_format(first, LOCKED, last, same, {
            "type": "formula", "criteria": f'=AND(${letter}{first + 1}<>"",${letter}{first + 1}<>0)',
            "format": self.formats.done,
        })  # fmt: skip

    def _frame(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes(FIRST_ROW, 2)
        sheet.autofilter(HEADER_ROW, 0, max(self.last_row, FIRST_ROW), len(HEADINGS) - 1)
        sheet.set_selection(FIRST_ROW, HEADINGS.index("本期进展"), FIRST_ROW, HEADINGS.index("本期进展"))
        sheet.set_zoom(_ZOOM)
        # Formats may be changed so that a typed 45% becomes a percent cell; locks stay what they are.
        sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True})
        _set_up_page(sheet, header=HEADER_ROW)


def _height(row: FormRow) -> float:
    cells = zip(HEADINGS, (row.id, *row.locked), strict=False)
    lines = max(line_count(text, _WIDTHS[heading] * MILLIMETRES, _SIZE) for heading, text in cells)
    lines = max(lines, _FEWEST)
    return min(lines * _SIZE * _PITCH + _PADDING, HIGHEST)


def _growing_rows(content: bytes) -> bytes:
    """Return the workbook with the heights of its rows given, but not fixed: a row grows with what is typed into it.

    Programs measure no rows of a protected sheet when they open it, so heights must be given; XlsxWriter can only fix them.
    """
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                part = _ROW.sub(lambda row: row[0] if int(row[1]) <= FIRST_ROW else row[0].replace(_FIXED, b""), part)
            archive.writestr(entry, part)
    return target.getvalue()


_ROW = re.compile(rb'<row r="(\d+)"[^>]*>')
_FIXED = b' customHeight="1"'


def _set_up_page(sheet: Any, *, header: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(A3)  # sixteen columns are not legible on A4
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _hide_identity(workbook: Any, formats: _Formats, rows: Sequence[Sequence[str]]) -> None:
    sheet = workbook.add_worksheet(IDENTITY_SHEET)
    sheet.set_column(0, 5, 20)
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(index, column, holdable(text), formats.hidden_text)
    sheet.protect("")
    sheet.hide()


def _write(sheet: Any, row: int, column: int, value: str | int | date | Decimal | None, wanted: Any) -> None:
    """Write one value: text as text, days as days, a figure as a number unless a spreadsheet would lose digits of it."""
    match value:
        case None | "":
            sheet.write_blank(row, column, None, wanted)
        case str():
            sheet.write_string(row, column, holdable(value), wanted)
        case date():
            sheet.write_datetime(row, column, _moment(value), wanted)
        case Decimal() if len(value.normalize().as_tuple().digits) > _MAX_DIGITS:
            sheet.write_string(row, column, plain(value), wanted)
        case _:
            sheet.write_number(row, column, value, wanted)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a cell knows no time zone


def _demo_mark(*, demo: bool) -> str:
    return "（演示数据）" if demo else ""
