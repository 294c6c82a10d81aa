"""What came back: which sheets of a file carry reports, what a form says of itself, and 退回说明, what is to be put right in it."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import TrackerError, Unclear
from tracker.ledger.terms import KINDS
from tracker.sheets.reading.book import Book, open_book
from tracker.sheets.reading.cells import read_text
from tracker.sheets.reading.files import Problem, TableFile, no_header
from tracker.sheets.reading.headings import (
    CONTENT,
    ITEMS,
    REPORTS,
    Period,
    is_report_named,
    is_whole_list,
    speaks_of_progress,
)
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.tables import Left, Table
from tracker.sheets.reading.values import Fault
from tracker.sheets.stamp import IDENTITY_SHEET, Identity, Stamp, read_identity, read_stamp, read_subject
from tracker.sheets.wording import LIST_NAMES
from tracker.text import lazy_pattern

WEEKLY_SHEET = "进展台账"
"""The one sheet of a weekly workbook that is taken back; the others say the same again."""

_DAYS = lazy_pattern(r"(\d{4}-\d{2}-\d{2}) 至 (\d{4}-\d{2}-\d{2})")
_FORM_ONLY = {"target", "last", "same"}
"""Columns that together only our forms have."""
_COMPUTED = (*CONTENT, "date")
"""Columns of which it is told where formulas give their values."""


@dataclass(slots=True, eq=False, repr=False)
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

    @property
    def is_ours(self) -> bool:
        """Whether it is a table that the ledger made, which explains itself below."""
        return self.stamp is not None or self.period is not None or self.plan is not None

    def problem(self, cell: str | None, message: str) -> Problem:
        """Say what is wrong with a cell of it."""
        return Problem(self.file, self.table.sheet.name, cell, message)


@dataclass(slots=True, eq=False, repr=False)
class ReturnedFile(TableFile):
    """A file that came back, with the tables in it.

    saved: when it was last filled in, as the workbook says; book: a report or annex of ours, to be held against what was exported;
    schedule: a schedule, which is none of these.
    """

    found: list[Returned] = field(default_factory=list)
    saved: str = ""
    book: Book | None = None
    schedule: Book | None = None

    @property
    def form(self) -> tuple[Any, ...] | None:
        """What two copies of one form have in common; None for any other file."""
        identity = next((table.identity for table in self.found), None)
        if identity is None:
            return None
        rows = ((id_, base.unit) for id_, base in identity.rows.items())
        return identity.ledger, identity.day, identity.stamp, *rows


def read_returned(path: Path, data: bytes | None = None, name: str | None = None) -> ReturnedFile:
    """Read one file, called by its name or by another. Nothing raises: what cannot be read is a problem of the file.

    data: its bytes, where they are at hand.
    """
    file = ReturnedFile(name or path.name)
    book = file.open(path, data)
    if book is None:
        return file
    file.saved = book.saved
    is_text = all(name is None for name, _ in book.names)
    if not is_text and _is_schedule(book, file):
        return file
    if any(name == IDENTITY_SHEET for name, _ in book.names):
        _read_form(book, file)
    else:
        _read_tables(book, file)
    if not file.found and not file.problems and not file.remarks and not (is_text and _is_schedule(book, file)):
        listed = "没有看得出是进展的列，请用“1-10月完成”“累计完成”“进展情况”这样的列名；只有新增事项的清单才请用 tracker item import"
        file.refuse(None, None, no_header(book, REPORTS, (ITEMS, listed)))
    return file


def _is_schedule(book: Book, file: ReturnedFile) -> bool:
    """Say whether a file is a schedule, and keep it as one; a plain text is asked last, which starts sooner without it."""
    from tracker.sheets.schedule import is_schedule

    file.schedule = book if is_schedule(book) else None
    return file.schedule is not None


def _read_form(book: Book, file: ReturnedFile) -> None:
    try:
        identity = read_identity(book.sheet(IDENTITY_SHEET).rows)
    except TrackerError as error:
        file.refuse(IDENTITY_SHEET, None, str(error))
        return
    if identity is None:
        file.remarks.append(f"{file.name} 是填报表汇总，不含填报内容，已跳过")
        return
    file.is_ours = True
    shown = [name for name, hidden in book.names if not hidden]
    for table in file.tables(book, shown, REPORTS, computed=_COMPUTED, check=refuse_doubtful):
        file.found.append(Returned(file.name, book.path.parent, table, identity))
    read = {table.table.sheet.name for table in file.found} | {problem.sheet for problem in file.problems}
    for name in (name for name in shown if name not in read):
        # A sheet that somebody added is named; one of the form that lost its header would lose reports.
        if any(cell in identity.rows for row in book.sheet(name).rows for cell in row if isinstance(cell, str)):
            file.refuse(name, None, f"没有找到表头；{REPORTS.wanted}")


def _read_tables(book: Book, file: ReturnedFile) -> None:
    names = [name for name, hidden in book.names if not hidden]
    weekly = WEEKLY_SHEET in names
    subject = read_subject(book.subject)
    is_ours = file.is_ours = weekly or subject is not None
    file.book = book.anew() if subject is not None and book.description else None
    read = file.tables(
        book, [WEEKLY_SHEET] if weekly else names, REPORTS,
        computed=_COMPUTED, required=weekly, told=not is_ours, check=refuse_doubtful,
    )  # fmt: skip
    for table in read:
        returned = Returned(file.name, book.path.parent, table)
        if weekly:
            returned.period = _period(table)
        elif subject is not None and subject.layout == "annex":
            returned.plan = subject.plan
        returned.stamp = subject.stamp if subject is not None else _stamp(table)
        returned.kind = _kind(table)
        if not returned.is_ours and isinstance(table.sheet.rows, list):
            _take_names(file, table)
            _part_merged(table)
        if table.dated and "date" in table.columns:
            words = f"“{table.headings['date']}”一列不用于写明时段的各列，它们的进展记在该期最后一天"
            file.leave(table.sheet.name, [Left(table.name(table.header, "date"), words)])
        file.found += reports_by_period(returned)
        if table.columns.keys() >= _FORM_ONLY:
            file.remarks.append(
                f"{file.name} {table.sheet.name} 是填报表，但隐藏的“{IDENTITY_SHEET}”已不在文件中：无法分辨哪些是预填的内容，"
                "按普通表格读取，请逐行核对"
            )
    if not is_ours:
        file.leave_hidden(book)


def _take_names(file: ReturnedFile, table: Table) -> None:
    """Take the last of several columns of words for the items and the first for their titles, as in a list; name the others."""
    names = [(place, each.label) for place, each in table.named if each.column == "name"]
    words = [place for place, label in names if not re.search("目标|要求", label)] or [place for place, _ in names[:1]]
    if len(names) < 2:  # noqa: PLR2004 - one is no choice
        return
    table.columns["name"] = words[-1]
    if len(words) > 1:
        table.columns.setdefault("title", words[0])
    left = [(place, label) for place, label in names if place not in table.columns.values()]
    file.leave(
        table.sheet.name, [Left(table.sheet.place(table.header, at), f"“{label}”一列未读取") for at, label in left]
    )


def _part_merged(table: Table) -> None:
    """Give the rows of one item that is merged over them to the units beside them, each the report of its unit; those of one are one.

    Words of several rows are paragraphs of one report. Rows whose figures differ stay as they are, and are refused as repeated.
    """
    sheet, columns = table.sheet, table.columns
    naming = [columns[name] for name in ("id", "name", "title") if name in columns]
    end = len(sheet.rows) if table.end is None else table.end
    for top, left, bottom, _ in sheet.merged:
        if left in naming and table.header < top < bottom < end and table.span is None:
            rows = [sheet.rows[index] for index in range(top, bottom + 1)]
            for cells in rows:
                cells.extend([""] * (table.width + 1 - len(cells)))
            _take_units(table, rows)
            _join(table, rows, naming)


def _take_units(table: Table, rows: Sequence[list[Any]]) -> None:
    """Let the unit beside each row of an item report on it, in a column behind the table, where each row has another."""
    columns, lead = table.columns, table.columns.get("lead")
    units = [""] if lead is None else [str(cells[lead]) for cells in rows]
    if len({*units}) < 2 or "" in units or columns.get("unit", table.width) != table.width:  # noqa: PLR2004 - one is no choice
        return
    columns["unit"] = table.width
    for cells, unit in zip(rows, units, strict=True):
        cells[table.width], cells[lead or 0] = re.sub(r"[(（][^()（）]*[)）]", "", unit).strip(), ""


def _join(table: Table, rows: Sequence[list[Any]], naming: Sequence[int]) -> None:
    """Join the rows of an item that one unit fills in; rows with another figure stay apart."""
    columns = table.columns
    said_in = [(columns[name], name) for name in CONTENT if name in columns]
    said_in += [(place, column) for place, _, column in table.dated]
    worded = {place for place, name in said_in if name in _WORDS}
    first: dict[tuple[Any, ...], list[Any]] = {}
    for cells in rows:
        speaker = (table.cell(cells, name) for name in ("unit", "by", "date", "year", "region"))
        kept = first.setdefault((*speaker, *(cells[at] for at in naming)), cells)
        said = {at: list(dict.fromkeys(each for each in (kept[at], cells[at]) if each != "")) for at, _ in said_in}
        if kept is not cells and all(len(each) < 2 or at in worded for at, each in said.items()):  # noqa: PLR2004 - one figure
            for at, each in said.items():
                kept[at] = "\n".join(map(str, each)) if len(each) > 1 else next(iter(each), "")
            cells.clear()


_WORDS = ("note", "problem", "next", "evidence")
"""Columns of words, of which several make one."""


def reports_by_period(table: Returned) -> Iterator[Returned]:
    """Yield a table of progress, and beside it one for each period of which columns of progress speak: each is a report of its own day.

    What stands beside such columns alone (完成率, 存在问题) belongs to the newest of them; with words of its own it is the last report,
    as it tells how things are now.
    """
    whole = table.table
    periods: dict[tuple[Period, int], dict[str, int]] = {}
    for place, period, column in whole.dated:
        # Two columns of one name in one period are two reports.
        twin = next(n for n in count() if column not in periods.get((period, n), ()))
        periods.setdefault((period, twin), {})[column] = place
    beside = {name: whole.columns[name] for name in CONTENT if name in whole.columns}
    ordered = sorted(periods, key=lambda each: (each[0].ends, each[1]))
    if not periods or "note" in beside or not beside.keys().isdisjoint(periods[ordered[-1]]):
        beside = {}
    tells_more = not beside and (not periods or any(name in whole.columns for name in CONTENT))
    for period, twin in ordered:
        part = whole.of_period(periods[period, twin], beside if (period, twin) == ordered[-1] else {})
        place = min(periods[period, twin].values())
        part.meta = {**whole.meta, "date": (period, whole.sheet.place(whole.header, place))}
        if "date" in whole.meta:  # the period may have run when the table was filled in
            part.meta["filled"] = whole.meta["date"]
        yield replace(table, table=part)
    if tells_more:
        yield table


def refuse_doubtful(table: Table) -> None:
    """Refuse what a report could be taken from wrongly: two columns of one name, a `value` that is the target, a `note` of the plan.

    The latter two stand in our own listings; where no other column has what is reported they might be meant as that.
    """
    labels = [each.label for _, each in table.named]
    ours = is_report_named(labels)
    for place, each in table.named:
        if each.label not in ours or table.columns.get(each.column or "") != place:
            continue
        del table.columns[each.column or ""]
        meant = ours[each.label]
        other = next((at for at, one in table.named if one.column == each.column and at != place), None)
        if other is not None:
            table.columns[each.column or ""] = other
        elif each.label == "note" and not is_whole_list(labels):
            raise Unclear(
                f"表头的 note（{table.sheet.place(table.header, place)}）与事项清单的其他列同在，是方案的备注，不是进展；"
                "进展请另用“本期进展”一列，不报进展请删去这一列"
            )
        elif each.label == "value":
            raise Unclear(
                f"表头的 value（{table.sheet.place(table.header, place)}）与指标清单的其他列同在，是目标值，不是现值；"
                "现值请另用 actual 或“现值”一列，不报现值请删去这一列"
            )
        if meant is not None:
            table.columns.setdefault(meant, place)
    _refuse_twins(table)
    if table.alone and not {"percent", "value", "state", "problem", "next"} & table.columns.keys():
        titles = [text for text in (*table.above, table.sheet.name or "") if speaks_of_progress(text)]
        place, label = table.alone[0]
        if not titles:
            raise Unclear(
                f"“{label}”一列（{table.sheet.place(table.header, place)}）看不出是进展还是计划；"
                f"是进展的请把列名写成“{label}进展”，是计划的请删去这些列"
            )


def _refuse_twins(table: Table) -> None:
    """Refuse two columns of one name that a report could come from: which of them is meant cannot be known."""
    ours = is_report_named([each.label for _, each in table.named])
    for place, each in table.named:
        column = each.column
        if (
            column not in (*CONTENT, "id", "date", "unit")
            or each.period is not None
            or table.columns.get(column) == place
        ):
            continue
        kept = table.headings.get(column)
        if each.label in ours or kept is None or (kept == REPORTS.aliases[column][0] and each.label != kept):
            continue
        first = table.sheet.place(table.header, table.columns[column])
        raise Unclear(
            f"表头有两列“{REPORTS.aliases[column][0]}”（{first} 和 {table.sheet.place(table.header, place)}）；请只留一列"
        )


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


NOTICE = "退回说明"
_HEADINGS = ("序号", "工作表", "单元格", "现在填的内容", "问题", "请改为")
_WIDTHS = (6, 16, 9, 26, 44, 40)
_SIZE = 11
_MILLIMETRES = 1.9
"""Width of a character of a column."""
_LONGEST = 200


class WantedCell(NamedTuple):
    """One error: where it is, what stands there, what is wrong, what is wanted."""

    sheet: str
    cell: str
    content: str
    problem: str
    wanted: str


def wanted_cells(path: Path, problems: Sequence[Problem]) -> list[WantedCell]:
    """Return the errors of a file with what stands in their cells."""
    sheets: dict[str | None, Sheet | None] = {}
    found = []
    for each in problems:
        if each.sheet not in sheets:
            sheets[each.sheet] = _sheet(path, each.sheet)
        what, wanted = _split(each.message)
        content = _content(sheets[each.sheet], each.cell)
        found.append(WantedCell(each.sheet or "", each.cell or "整个文件", content, what, wanted))
    return found


def _sheet(path: Path, name: str | None) -> Sheet | None:
    try:
        book = open_book(path)
        return book.sheet(name) if any(name == known for known, _ in book.names) else None
    except TrackerError:
        return None


def _content(sheet: Sheet | None, cell: str | None) -> str:
    from tracker.sheets.reading.xlsx import area_of

    area = area_of(cell) if cell else None
    if sheet is None or area is None or area[0] >= len(sheet.rows):
        return ""
    value = sheet.text(area[0], area[1])
    text = str(value) if isinstance(value, Fault) else read_text(value) or "（空）"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _split(message: str) -> tuple[str, str]:
    """Split a message into what is wrong and what to do, which begins with 请 behind a comma or a semicolon."""
    match = re.search("[；，](?=请|如|没有数据请)", message)
    if match is None:
        return message, "请按填报说明改正"
    return message[: match.start()], message[match.end() :]


def notice_workbook(file: str, unit: str, cells: Sequence[WantedCell]) -> bytes:
    """Return the notice as a workbook; the same errors give the same bytes."""
    from tracker.sheets.layout import HIGHEST, holdable, open_workbook, row_height, text_height

    target = io.BytesIO()
    workbook = open_workbook(target)
    workbook.set_properties({
        "title": NOTICE, "subject": "tracker:notice", "author": "tracker",
        "created": datetime(1980, 1, 1),  # noqa: DTZ001 - a workbook knows no time zone
    })  # fmt: skip
    sheet = workbook.add_worksheet(NOTICE)

    def looks(**more: Any) -> Any:
        return workbook.add_format(
            {"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter", "text_wrap": True, **more}
        )

    last = len(_HEADINGS) - 1
    title, words = looks(font_name="黑体", font_size=18, align="center"), looks(valign="top")
    head, plain, centred = (
        looks(font_name="黑体", align="center", border=1),
        looks(border=1),
        looks(border=1, align="center"),
    )
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, last, NOTICE, title)
    sheet.set_row(0, 32)
    asked = (
        f"{unit + '：' if unit else ''}你单位报来的《{file}》有 {len(cells)} 处需要改正，未导入台账。请在原表中按下表逐处改正，"
        "保存后重新报送原表；其余内容不用重填。"
    )
    sheet.merge_range(1, 0, 1, last, holdable(asked), words)
    sheet.set_row(1, text_height(asked, sum(_WIDTHS) * _MILLIMETRES, _SIZE))
    for column, heading in enumerate(_HEADINGS):
        sheet.write_string(2, column, heading, head)
    sheet.set_row(2, 24)
    for row, each in enumerate(cells, 3):
        sheet.write_number(row, 0, row - 2, centred)
        for column, text in enumerate(each, 1):
            sheet.write_string(row, column, holdable(text), centred if column == 2 else plain)  # noqa: PLR2004 - the name of the cell
        widths = [width * _MILLIMETRES for width in _WIDTHS[1:]]
        sheet.set_row(row, min(row_height(zip(each, widths, strict=True), _SIZE), HIGHEST))
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    workbook.close()
    return target.getvalue()
