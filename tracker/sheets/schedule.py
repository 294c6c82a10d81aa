"""The schedule (进度安排): baselines, yearly targets, starts and nodes of everything in one sheet, out and back (docs/files.md)."""

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.errors import TrackerError, Unclear
from tracker.ledger.dates import last_day_of_year, parse_date, parse_start
from tracker.ledger.progress import HUNDRED
from tracker.ledger.values import converted, plain, shorten
from tracker.sheets.layout import MILLIMETRES, holdable, open_workbook, text_height
from tracker.sheets.reading.book import Book
from tracker.sheets.reading.cells import (
    NOTHING,
    folded,
    is_doubtful_share,
    is_rough,
    read_date,
    read_text,
    read_value,
    read_year,
    rough_words,
    without_bound,
)
from tracker.sheets.reading.files import TableFile
from tracker.sheets.reading.headings import CONTENT, REPORTS, Layout
from tracker.sheets.reading.rows import is_aside, is_closing
from tracker.sheets.reading.tables import find_tables, words_in
from tracker.sheets.reading.values import Span
from tracker.sheets.stamp import Stamp, read_subject, subject_text
from tracker.text import lazy_pattern

SHEET = "进度安排"
YEARS = range(2021, 2031)
HEADINGS = ("编号", "事项", "指标", "计量单位", "基期", "基数", "目标值", *map(str, YEARS), "起点", "节点")
SHARE = "完成率，%"
"""The measure of a row without a number."""
_WIDTHS = (15, 40, 26, 11, 8, 10, 12, *(9 for _ in YEARS), 12, 30)
_OPEN = ("基期", "基数", *map(str, YEARS), "起点", "节点")
GUIDE = (
    "只填浅黄色的格：数值指标填基期、基数和各年年底应达到的值；"
    "任务填起点、各年年底应达到的完成率，其他日期的写在“节点”（2024-06-30 50%；2025-03-31 80%）。"
    "斜体为按直线推算的建议值，可改写；没有改动的格不作任何改动。填好后用 tracker import 收回。"
)
LAYOUT = Layout(
    {"id": ("编号",), "name": ("事项",), "part": ("指标",), "measure": ("计量单位",), "year": ("基期",), "baseline": ("基数",),
     "target": ("目标值",), "start": ("起点",), "nodes": ("节点",), **{str(year): (str(year), f"{year}年") for year in YEARS}},
    lambda found: "id" in found and any(str(year) in found for year in YEARS),
    "表头要有“编号”一列，以及“基数”和各年（2021 … 2030）",
)  # fmt: skip
LOCKED = {"name": "事项", "part": "指标", "measure": "计量单位", "target": "目标值"}
_NODE = lazy_pattern(
    r"(\S+)(?:\s*:\s*|\s+|(?:之?前)?(?:完成|达到?|为)\s*|(?<=[年月日号底末度前]))((?:(?!\d+[年月日号])[\d.,]+|[一二三四五六七八九半]+成|百分之).*)"
)
"""A day and what should be there by then: 2024-06-30 50%, 6月底30%, 2026年6月 430万千瓦."""


@dataclass(slots=True)
class Line:
    """A row of the schedule: an indicator, or a row without any, with what is known and what is proposed for years (slanted)."""

    id: str
    name: str
    part: str
    measure: str
    target: str
    base_year: int | None = None
    baseline: Decimal | None = None
    years: Mapping[int, Decimal] = field(default_factory=dict)
    proposed: Mapping[int, Decimal] = field(default_factory=dict)
    start: date | None = None
    nodes: Mapping[date, Decimal] = field(default_factory=dict)


def schedule_workbook(lines: Sequence[Line], title: str, stamp: Stamp | None, request: str = "") -> bytes:
    """Return the workbook; request: what was asked for. The same lines give the same bytes."""
    target = io.BytesIO()
    workbook = open_workbook(target)
    workbook.set_properties({
        "title": SHEET, "subject": subject_text("schedule", None, stamp), "comments": request,
        "created": datetime(1980, 1, 1),  # noqa: DTZ001 - a workbook knows no time zone
    })  # fmt: skip
    cell: dict[str, Any] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1, "text_wrap": True}
    known = workbook.add_format({**cell, "bg_color": "#F2F2F2"})
    entry = workbook.add_format({**cell, "bg_color": "#FFF9E5", "locked": False})
    guess = workbook.add_format(
        {**cell, "bg_color": "#FFF9E5", "locked": False, "italic": True, "font_color": "#7F6000"}
    )
    day = workbook.add_format({**cell, "bg_color": "#FFF9E5", "locked": False, "num_format": "yyyy-mm-dd"})
    head = workbook.add_format({**cell, "font_name": "黑体", "align": "center", "bg_color": "#D9E2EC"})
    sheet = workbook.add_worksheet(SHEET)
    last = len(HEADINGS) - 1
    big = workbook.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
    said = workbook.add_format({"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "top"})
    sheet.merge_range(0, 0, 0, last, holdable(title), big)
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 1, last, GUIDE, said)
    sheet.set_row(1, 32)
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, heading, head)
    for row, line in enumerate(lines, start=3):
        texts = zip((line.name, line.part, line.measure, line.target), (1, 2, 3, 6), strict=True)
        sheet.set_row(row, max(15, *(text_height(text, _WIDTHS[at] * MILLIMETRES, 10) for text, at in texts)))
        for column, (heading, value) in enumerate(zip(HEADINGS, _values(line), strict=True)):
            looks = known if heading not in _OPEN else day if heading == "起点" else entry
            if heading.isdigit() and int(heading) not in line.years and int(heading) in line.proposed:
                _write(sheet, row, column, line.proposed[int(heading)], guess)
            else:
                _write(sheet, row, column, value, looks)
    sheet.freeze_panes(3, 3)
    sheet.autofilter(2, 0, max(2, 2 + len(lines)), last)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    workbook.close()
    return target.getvalue()


def _values(line: Line) -> tuple[Any, ...]:
    measure = "%" if line.measure == SHARE else line.measure
    nodes = "；".join(f"{day} {plain(value)}{measure}" for day, value in sorted(line.nodes.items()))
    return (
        line.id, line.name, line.part, line.measure, line.base_year, line.baseline, line.target,
        *(line.years.get(year) for year in YEARS), line.start, nodes or None,
    )  # fmt: skip


def _write(sheet: Any, row: int, column: int, value: Any, looks: Any) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, column, None, looks)
        case date():
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), looks)  # noqa: DTZ001 - a day
        case Decimal() | int() if len(plain(Decimal(value)).strip("-0.").replace(".", "")) <= 15:  # noqa: PLR2004 - digits a cell keeps
            sheet.write_number(row, column, float(value), looks)
        case _:
            sheet.write_string(row, column, holdable(plain(value) if isinstance(value, Decimal) else str(value)), looks)


@dataclass(slots=True)
class Filled:
    """What a row that came back says, by heading, each with its cell; a blank cell is not among it.

    locked: what stands in the columns that are not to be filled in.
    """

    id: str
    sheet: str | None
    cell: str
    values: dict[str, tuple[Any, str]] = field(default_factory=dict)
    locked: dict[str, tuple[str, str]] = field(default_factory=dict)


def is_schedule(book: Book) -> bool:
    """Say whether a workbook that came back is a schedule: by its stamp or the name of its sheet, else by its headings."""
    subject = read_subject(book.subject)
    if subject is not None or any(name == SHEET for name, _ in book.names):
        return subject is None or subject.layout == "schedule"
    with suppress(TrackerError):
        name = next((name for name, hidden in book.names if not hidden), book.names[0][0])
        for table in find_tables(book.sheet(name), LAYOUT):
            own = {REPORTS.heading(each.label).column for _, each in table.named}
            return {"baseline", "nodes"} <= table.columns.keys() and own.isdisjoint(CONTENT)
    return False


def read_schedule(
    book: Book, measures: Mapping[str, str | None], today: date
) -> tuple[TableFile, list[Filled], Stamp | None]:
    """Read a schedule: figures in the measure of their indicator (measures, by id; without one they are percents)."""
    file = TableFile(book.name, book.sha256, is_ours=True)
    names = [name for name, hidden in book.names if not hidden]
    filled: list[Filled] = []
    for table in file.tables(book, [SHEET] if SHEET in names else names, LAYOUT, computed=("baseline",), required=True):
        for index, cells in table.rows():
            if is_aside(str(next(filter(None, cells), ""))) or is_closing(cells):
                file.leave(table.sheet.name, list(words_in(table, index, cells)))
                continue
            id_ = folded(read_text(table.cell(cells, "id")) or "")
            row = Filled(id_, table.sheet.name, table.name(index, "id"))
            row.locked = {name: (read_text(table.cell(cells, name)) or "", table.name(index, name)) for name in LOCKED}
            for column in (name for name in table.columns if name != "id" and name not in LOCKED):
                value, place = table.cell(cells, column), table.name(index, column)
                try:
                    read = _read(column, value, measures.get(row.id), today, from_1904=table.sheet.from_1904)
                except TrackerError as error:
                    file.refuse(table.sheet.name, place, str(error))
                    continue
                if read is None:
                    continue
                row.values[column] = (read, place)
                doubt = _doubt(value, measures.get(row.id)) if isinstance(read, Decimal) else ""
                file.remarks += [f"{file.name} {table.sheet.name} {place}：{doubt}"] if doubt else []
            filled.append(row)
    subject = read_subject(book.subject)
    return file, filled, None if subject is None else subject.stamp


def _read(column: str, value: Any, measure: str | None, today: date, *, from_1904: bool) -> Any:
    match column:
        case "start" if isinstance(value, Span):
            return value.first
        case "start" if isinstance(value, str):
            return parse_start(value, today, what="起点") if folded(value) not in NOTHING else None
        case "start":
            return read_date(value, today, from_1904=from_1904)
        case "nodes":
            return _nodes(read_text(value), measure or "%", today)
        case "year":
            found = read_year(value, today)
            if not isinstance(found, int | None):
                raise Unclear(f"基期“{found}”应为年份，如 2020")
            return found
        case _:
            what = "基数" if column == "baseline" else f"{column}年的年度目标"
            return read_value(without_bound(value)[0], measure, what=what)


def _doubt(value: Any, measure: str | None) -> str:
    """Say where a figure may have been meant otherwise than it was read; nothing where not."""
    if is_rough(value):
        return rough_words(value)
    if is_doubtful_share(value, measure):
        return f"按 {read_text(value)}% 读取；如果是 {plain(converted(Decimal(read_text(value) or ''), HUNDRED))}%，请改填后重来"
    return ""


def _nodes(text: str | None, measure: str, today: date) -> dict[date, Decimal] | None:
    """Return the nodes in a cell: what should be there by each day, in the measure of the row's figures."""
    if text is None or text in NOTHING:
        return None
    found = {}
    for part in map(str.strip, re.split(r"[;；、\n]|[,，](?!\d{3}(?!\d))", text)):
        if part:
            match = _NODE.fullmatch(folded(part))
            if match is None or is_doubtful_share(match[2], measure):
                raise Unclear(f"节点“{shorten(part)}”应写成 2024-06-30 50% 的形式，几个之间用分号")
            value = read_value(match[2], measure, what="节点")
            if value is not None:
                found[parse_date(match[1], today, what="节点的日期")] = value
    return found


def year_end(year: int) -> date:
    """Return the day of which a column of the schedule speaks."""
    return last_day_of_year(year)
