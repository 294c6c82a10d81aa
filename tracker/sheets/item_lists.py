"""Plain lists of what is to be done, as coordinators bring them: rows as they stand, with chapters, units in the list's words, targets."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import chain, pairwise, takewhile
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.errors import TrackerError
from tracker.folders import typed
from tracker.ledger.deadlines import Due
from tracker.ledger.values import printed_measure, shorten
from tracker.sheets.reading.cells import folded, is_placeholder, read_due, read_text, year_in
from tracker.sheets.reading.files import TableFile, read_list
from tracker.sheets.reading.headings import ITEMS, REPORTS, Period, target_year
from tracker.sheets.reading.rows import chapter_level, is_aside, is_closing, is_header_again, is_note, is_sum
from tracker.sheets.reading.tables import Left, Table, day_told, words_in
from tracker.sheets.returned_files import Returned, reports_by_period
from tracker.text import lazy_pattern

if TYPE_CHECKING:
    from tracker.plans.reading.commitments import Measured

FIELDS = {
    "name": "事项", "title": "标题", "group": "章节", "section": "节", "lead": "牵头单位", "participants": "参与单位", "due": "完成时限",
    "target": "目标值", "measure": "计量单位", "remark": "备注", "source": "出处", "state": "状态", "percent": "完成率", "value": "现值",
    "year": "数据时点", "date": "填报日期", "note": "进展", "problem": "存在问题", "next": "下步安排", "number": "序号",
    "goal": "备注", "responsible": "参与单位", "lead2": "牵头单位",
    "spread": "章节",
}  # fmt: skip
"""What is read of a list, and what it is called when the list was understood."""
_FIRST_LEADS = lazy_pattern(
    r"(?:第一|首位|首个|最前|第1)(?:位|个|家|名)?的?(?:责任)?(?:单位|部门)?[为是系]?(?:主要)?牵头"
)
"""How a table says that of the units in a cell only the first leads."""
_NOTES = 8
"""How many of the last rows of a sheet may be notes."""
_PROGRESS = ("state", "percent", "value", "note", "problem", "next")
_READ = ("name", "title", "lead", "participants", "due", "target", "group", "section", "remark", *_PROGRESS)
_OF_REPORTS = (*_PROGRESS, "year", "date", "name", "title", "measure")
_OF_ITEMS = ("lead", "participants", "due", "target", "state", "percent", "remark")
"""Columns of which a heading between the rows has none."""
_DOCUMENTS = {".docx", ".doc", ".wps", ".pdf", ".ofd", ".html", ".htm", ".txt"}
_WORDS = lazy_pattern("[一-鿿]")
_FIGURE = lazy_pattern(r"[≥≤<>＜＞=约]?\s*[+-]?\d[\d,.]*\s*\S{0,6}$")
_ID = lazy_pattern(r"[^-\s]+-(?:target|task|policy|aim|目标|任务|政策)-\d", re.IGNORECASE)
_GOAL = lazy_pattern("目标|要求")
"""Columns that tell, beside one of tasks, what a task is to reach."""
LAST_BASE_YEAR = 2020
"""The year before the plans of today's ledgers begin."""
_DITTO = frozenset({"同上", "〃", "″", "”", '"', "''", "同上。"})
_NUMERAL = lazy_pattern(
    r"[一二三四五六七八九十百]+|[壹贰叁肆伍陆柒捌玖拾]+|[ivx]+|[a-z]|第[一二三四五六七八九十\d]+(?:部分|[类章编篇节])|[▲△◆◇●○■□★☆]"
    r"|\([一二三四五六七八九十百]+\)",
    re.IGNORECASE,
)
"""The number of a row that heads others, which go by digits."""
_SENTENCE = lazy_pattern(r"[；;。]$|^\d+[.、]")
_BELOW = lazy_pattern(r"\(\d{1,3}\)|\d{1,3}\)")
"""The number of a row below one that goes by a plain number."""


@dataclass(slots=True)
class ListedItem:
    """A row of a list. lead, participants and due_cell are the cells as they stand (同上: the one above); target a figure or words.

    is_first_lead: of the leads only the first is one (排第一的为牵头单位). yearly: target values of a year each. bare: nothing but
    words in a list that numbers its rows, or a number that was before. row: where it stands, from 0. reports: where it says how it
    stands, with the day of each: the parts of its table, as tables of progress; cells: what it says there.
    """

    sheet: str | None
    cell: str
    text: str
    row: int = 0
    title: str | None = None
    chapter: str | None = None
    section: str | None = None
    lead: str | None = None
    participants: str | None = None
    is_first_lead: bool = False
    due: Due = field(default_factory=Due)
    due_cell: Any = ""
    target: Any = ""
    yearly: list[tuple[int, Any]] = field(default_factory=list)
    measure: str | None = None
    remark: str | None = None
    source: str | None = None
    bare: bool = False
    reports: Sequence[tuple[date, Returned]] = ()
    cells: Sequence[Any] = ()
    table: Table | None = None

    def cell_of(self, column: str) -> str:
        """Name the cell in a column of its row; that of its text where the table has no such column."""
        has = self.table is not None and column in self.table.columns
        return self.table.name(self.row, column) if self.table is not None and has else self.cell


class Column(NamedTuple):
    """A column that was understood: its cell, its heading, what it was taken for."""

    cell: str
    heading: str
    field: str


@dataclass(slots=True)
class ListedTable:
    """A table of a list with its items, the notes and signatures below or between them, and where words stand that are no item's.

    The items are read as they are taken, once; what stands beside them is known afterwards.
    """

    table: Table
    items: Iterator[ListedItem] = field(default_factory=lambda: iter(()))
    asides: list[str] = field(default_factory=list)
    below: list[Left] = field(default_factory=list)


@dataclass(slots=True)
class ItemList:
    """A file with the items in it by table, how its columns were understood, how many items were read and how many of them are words."""

    file: TableFile
    tables: list[ListedTable] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    count: int = 0
    worded: int = 0

    def items(self) -> Iterator[ListedItem]:
        """Yield all items, once, as they are read; what is wrong, or was not taken, is noted in the file by then."""
        for table in self.tables:
            yield from table.items
        self.refuse_what_is_no_list()

    def refuse_what_is_no_list(self) -> None:
        """Refuse a file whose rows, all of them read, are no items: most of them have no words."""
        if not self.file.problems and 2 * self.worded <= self.count:
            why = "“事项”一列没有文字内容" if self.count else "没有事项"
            self.file.refuse(None, None, f"不像事项清单：{why}；{ITEMS.wanted}")


def read_items(path: Path, today: date, data: bytes | None = None) -> ItemList:
    """Open a list, or what came on stdin (data): its rows are read as they are taken.

    Nothing raises: what is wrong, and what was not taken, is noted in its file. Of several columns that name an item (重点任务 |
    具体措施) the last is the item, as in a plan; the first is its title, or its chapter where one cell is for several rows. A column
    of what a task is to reach (工作目标) goes to the remark of the item.
    """
    file, tables = read_list(path, ITEMS, _READ, (REPORTS, "这是进展表，请用 tracker import"), data)
    if not file.sha256 and path.suffix.lower() in _DOCUMENTS and path.is_file():
        what = file.problems.pop().message
        file.refuse(None, None, f"{what}；是方案文本的，请用 tracker plan read {typed(path.name)} 读成草稿")
    found = ItemList(file)
    groups: dict[int, _Groups] = {}
    for table in tables:
        if "id" in table.columns and any(_ID.match(str(table.cell(cells, "id"))) for _, cells in table.rows()):
            message = "表中有台账的事项编号，是进展表，不是新事项的清单；请用 tracker import"
            file.refuse(table.sheet.name, table.name(table.header, "id"), message)
            continue
        _take_details(table)
        _take_second_leads(table)
        _leave_base_year(file, table)
        if "id" in table.columns and "number" not in table.columns:
            table.columns["number"] = table.columns.pop("id")
        _Reader(found, table, today, groups.setdefault(id(table.sheet), _Groups())).open()
    return found


def _take_details(table: Table) -> None:
    """Let the last of several columns of words be the items of a table, the first their title or chapter; one of figures is the target.

    What a list of indicators calls 目标 is the target of each, in figures or in words.
    """
    if not {"name", "title"} & table.columns.keys():
        table.columns["name"] = table.columns.pop("target")
        return
    columns = [place for place, each in table.named if each.column == "name"]
    figures = [place for place in columns if _holds_figures(table, place)]
    words = [place for place in columns if place not in figures]
    labels = {place: each.label for place, each in table.named}
    goals = [place for place in words[0 if "title" in table.columns else 1 :] if _GOAL.search(labels[place])]
    details = [place for place in words if place not in goals]
    spread = list(takewhile(partial(_is_spread, table), details[:-1]))
    if spread:
        table.columns |= {"spread": spread[0], "name": details[-1]}
        table.columns |= {"section": spread[1]} if len(spread) > 1 and "section" not in table.columns else {}
    elif len(details) > 1 and "title" not in table.columns:
        table.columns |= {"title": details[0], "name": details[-1]}
    elif details:
        table.columns["name"] = details[-1]
    elif goals:
        del table.columns["name"]  # 指标名称 | 目标: the title is the item
    if goals:
        item = labels[details[-1] if details else table.columns["title"]]
        table.columns["target" if "指标" in item and "target" not in table.columns and not figures else "goal"] = goals[
            0
        ]
    if figures and not words and "指标" in labels.get(table.columns.get("title", -1), ""):
        del table.columns["name"]  # 指标名称 | 目标, in figures
    if (words or "name" not in table.columns) and figures and "target" not in table.columns:
        table.columns["target"] = figures[0]
    place = table.columns.get("target")
    if place in (*goals, *figures) and (year := target_year(str(table.sheet.text(table.header, place)))) is not None:
        del table.columns["target"]
        table.yearly.append((place, year))


def _is_spread(table: Table, place: int) -> bool:
    """Say whether a column says one thing for several rows, merged or once above blanks: then it tells where rows belong."""
    values = [cells[place] if place < len(cells) else "" for _, cells in table.rows()]
    return any(value in ("", before) for before, value in pairwise(values) if before != "")


def _take_second_leads(table: Table) -> None:
    """Take 责任单位 beside 牵头单位 for those who take part."""
    second = next(
        (place for place, each in table.named if each.column == "lead" and place != table.columns.get("lead")), None
    )
    labels = {place: each.label.rstrip("0123456789") for place, each in table.named}
    if (
        second is not None and labels[second] == labels[table.columns["lead"]]
    ):  # 牵头单位1 | 牵头单位2, or one merged over both
        table.columns["lead2"] = second
    elif second is not None:
        table.columns["participants" if "participants" not in table.columns else "responsible"] = second
    first = table.columns.get("participants")
    more = [place for place, each in table.named if each.column == "participants" and place != first]
    if more:  # 配合单位 over 市级 | 县级
        table.columns.setdefault("responsible", more[0])


def _leave_base_year(file: TableFile, table: Table) -> None:
    """Leave the column of a year before all plans, beside later ones and called nothing else: the figures from which these start."""
    labels = dict(table.named)
    years = {
        place: year for place, year in table.yearly if year <= LAST_BASE_YEAR and not _GOAL.search(labels[place].label)
    }
    if years and len(years) < len(table.yearly):
        table.yearly = [each for each in table.yearly if each[0] not in years]
        table.named = [(place, each._replace(column=None) if place in years else each) for place, each in table.named]
        for place in years:
            words = f"“{labels[place].label}”一列是基数，未读取；请用 tracker export schedule 填报基数"
            file.leave(table.sheet.name, [Left(table.sheet.place(table.header, place), words)])


def _holds_figures(table: Table, place: int) -> bool:
    cells = [cells[place] for _, cells in table.rows() if place < len(cells) and cells[place] != ""]
    figures = sum(not isinstance(cell, str) or _FIGURE.match(cell.strip()) is not None for cell in cells)
    return 2 * figures > len(cells)


class _Groups:
    """The chapter and section in which rows stand, as the headings between them say."""

    def __init__(self) -> None:
        self.chapter: str | None = None
        self.section: str | None = None

    def open(self, text: str, level: int) -> None:
        """Take a heading: a section under its chapter, anything else a chapter."""
        if level == 2 and self.chapter is not None:  # noqa: PLR2004 - (一) stands under 一、
            self.section = text
        else:
            self.chapter, self.section = text, None


def _plain_number(text: str) -> str:
    return folded(text).rstrip(".、．, ")


def _numbered(number: str, name: str) -> tuple[str, int]:
    """Return a heading whose number stands in a cell of its own, as it would be printed, with its level."""
    level = 2 if _plain_number(number).startswith("(") else 1
    mark = "" if level == 2 or not number[-1].isalnum() else "　" if number[0] == "第" else "、"  # noqa: PLR2004 - (一)
    return f"{number}{mark}{name}", level


class _Reader:
    """The rows of one table."""

    def __init__(self, found: ItemList, table: Table, today: date, groups: _Groups) -> None:
        self.found = found
        self.table = table
        self.places = table.columns
        self.yearly = sorted(table.yearly, key=lambda each: each[1])
        self.sheet = table.sheet
        self.today = today
        self.groups = groups
        self.above: dict[str, str | None] = {}
        self.number = 0
        self.noted = False
        self.lead: str | None = None
        self.repeated: dict[str, Any] = {}
        self.said: dict[int, Any] = {}
        due = table.columns.get("due")
        heading = "" if due is None else str(self.sheet.text(table.header, due))
        self.year = year_in([heading]) or year_in([*table.above, found.file.name])
        self.reports = self._reports()
        self.progress = {
            place for _, part in self.reports for name, place in part.table.columns.items() if name in _PROGRESS
        }
        # 任务名称 beside 工作内容 is its heading; alone it is the item.
        self.text, self.title = ("name", "title") if "name" in table.columns else ("title", "")
        # Rows over which one cell of words is merged, with the first of each.
        self.merged = {
            row: top
            for top, left, bottom, _ in self.sheet.merged
            if left == table.columns[self.text]
            for row in range(top + 1, bottom + 1)
        }
        self.begins_again = False
        self.is_first_lead = any(_FIRST_LEADS.search(text) for text in self._said_of_leads())
        if self.is_first_lead:
            found.file.remarks.append(f"{found.file.name}：表中写明排第一的单位牵头，其余作为参与单位")
        self.listed = ListedTable(table)

    def _said_of_leads(self) -> Iterator[str]:
        """Yield where a table may say how its leads are meant: above it, over their column, below it."""
        yield from self.table.above
        if (place := self.places.get("lead")) is not None:
            cells = [self.sheet.text(row, place) for row in range(self.table.top, self.table.header + 1)]
            below = self.sheet.rows[-_NOTES:] if isinstance(self.sheet.rows, list) else []
            yield from (cell for row in [cells, *below] for cell in row if isinstance(cell, str))

    def _reports(self) -> list[tuple[date, Returned]]:
        """Return what of the table is one of progress, by period, each with its day; an import goes by who makes it."""
        table, file, name = self.table, self.found.file, self.sheet.name
        if not table.dated and table.columns.keys().isdisjoint(_PROGRESS):
            return []
        if "by" in table.meta:
            words = "填报人不读取，首次填报记在导入人（--by）名下"
            file.leave(name, [Left(table.meta["by"][1], words)])
        columns = {column: place for column, place in table.columns.items() if column in _OF_REPORTS}
        found = []
        for part in reports_by_period(Returned(file.name, Path(), replace(table, columns=columns))):
            try:
                day, cell, remark = day_told(part.table, file.name, self.today)
            except TrackerError as error:
                file.refuse(name, part.table.meta["date"][1], str(error))
                continue
            file.remarks += [f"{file.name}：{remark}"] if remark else []
            if day is None or day <= self.today:
                found.append((day or self.today, part))
            elif isinstance(part.table.meta["date" if "date" in part.table.meta else "until"][0], Period):
                file.leave(name, [Left(cell, f"{day} 的进展在今天（{self.today}）之后，未采用")])
            else:
                file.refuse(name, cell, f"填报日期 {day} 在今天（{self.today}）之后；请改正")
        return sorted(found, key=itemgetter(0))

    def open(self) -> None:
        """Add the table to the list, and how its columns were understood."""
        self.found.tables.append(self.listed)
        self._tell_columns()
        for said in ("unit", "named_unit"):
            value, cell = self.table.meta.get(said, ("", ""))
            if (name := read_text(value)) is None:
                continue
            if said == "named_unit" and "lead" not in self.places:
                self.lead = name
                words = f"没有牵头单位一列，各项的牵头单位按 {cell} 所写的“{shorten(name)}”"
                self.found.file.remarks.append(f"{self.found.file.name}：{words}；请核对")
            else:
                self.found.file.leave(self.sheet.name, [Left(cell, f"“{shorten(name)}”未读取，单位以各行所写的为准")])
        self.listed.items = self._items()

    def _items(self) -> Iterator[ListedItem]:
        self._open_chapter_above()
        are_all_headings = all(heading for *_, heading in self._rows())
        below: list[Left] = []
        before: ListedItem | None = None
        for index, cells, heading in self._rows():
            if self._is_more_of_note(cells):
                self.listed.below += words_in(self.table, index, cells)
            elif heading and not are_all_headings:
                self.groups.open(*heading)
                below += words_in(self.table, index, cells)
            elif not self._is_passed_over(index, cells):
                item = self._item(index, cells)
                below.clear()
                if before is not None and self._goes_on(before, item):
                    continue
                if before is not None:
                    yield before
                before = item if item.text else None
                self.found.count += before is not None
        if before is not None:
            yield before
        self.listed.below += below

    def _goes_on(self, first: ListedItem, item: ListedItem) -> bool:
        """Say whether a row goes on with the item above it, which is merged over both: one more unit, or more words; then it is taken."""
        if self.merged.get(item.row) != first.row or item.due != first.due:
            return False
        if item.target != first.target or item.yearly != first.yearly or not self._says_more(first, item):
            return False
        first.lead = "、".join(dict.fromkeys(filter(None, (first.lead, item.lead)))) or None
        first.participants = "、".join(dict.fromkeys(filter(None, (first.participants, item.participants)))) or None
        first.remark = "；".join(dict.fromkeys(filter(None, (first.remark, item.remark)))) or None
        return True

    def _says_more(self, first: ListedItem, item: ListedItem) -> bool:
        """Take the words of progress of one more row of an item, of the same lead; not where a figure is another."""
        width = max(len(first.cells), len(item.cells))
        cells, added = ([*each, *[""] * (width - len(each))] for each in (first.cells, item.cells))
        for _, part in item.reports:
            for name, place in part.table.columns.items():
                before, more = (each[place] if place < width else "" for each in (cells, added))
                if name not in _PROGRESS or more in ("", before):
                    continue
                if item.lead not in (None, first.lead) or (before != "" and name not in ("note", "problem", "next")):
                    return False
                cells[place] = more if before == "" else f"{before}\n{more}"
        first.cells = cells
        return True

    def _rows(self) -> Iterator[tuple[int, list[Any], tuple[str, int] | None]]:
        """Yield the rows, each with its place and what `_heading` says of it."""
        end: tuple[int, list[Any]] = (0, [])
        for (index, cells), (_, below) in pairwise(chain(self.table.rows(), [end])):
            yield index, cells, self._heading(cells, below)

    def _open_chapter_above(self) -> None:
        """Take the chapter and the section that stand above the header: 一、重点任务 over the first of several tables.

        What has sentences below it (一、填报要求) is a part of a letter.
        """
        number, found = "", list[tuple[str, int]]()
        for text in map(str.strip, self.table.above):
            if _NUMERAL.fullmatch(_plain_number(text)):
                number = text  # 一、 | 生态类 in two cells
                continue
            heading = _numbered(number, text) if number else (text, chapter_level(text))
            number = ""
            if heading[1] and len(text) <= 60 and "\n" not in text and not is_sum(text):  # noqa: PLR2004 - a heading
                found.append(heading)
            elif _SENTENCE.search(text):
                found.clear()
        for heading in found:
            self.groups.open(*heading)

    def _tell_columns(self) -> None:
        known = {place: name for name, place in self.table.columns.items()}
        known.update((place, column) for place, _, column in self.table.dated)
        known.update((place, "target") for place, _ in self.table.yearly)
        unread = []
        for place, heading in self.table.named:
            name = known.get(place)
            cell = self.sheet.place(self.table.header, place)
            if name in FIELDS and (self.reports or name not in ("date", "year")):
                self.found.columns.append(Column(cell, heading.label, FIELDS["name" if name == self.text else name]))
            elif heading.column is not None:
                unread.append((place, cell, heading.label))
        filled: Counter[int] = Counter()
        for _, cells in self.table.rows() if unread else ():
            filled.update(place for place, *_ in unread if place < len(cells) and cells[place] != "")
        for place, cell, label in unread:
            if filled[place]:
                self.found.file.leave(self.sheet.name, [Left(cell, f"“{label}”一列（{filled[place]} 格）未读取")])

    def _words(self, cells: Sequence[Any], column: str) -> str | None:
        place = self.places.get(column)
        value = "" if place is None or place >= len(cells) else cells[place]
        return None if value == "" else read_text(value)

    def _heading(self, cells: Sequence[Any], below: Sequence[Any]) -> tuple[str, int] | None:
        """Return the words and the level of a row that is a chapter between the items, None for any other row.

        below: the next row. 1 above 1.1 is a chapter.
        """
        filled = [(place, value) for place, value in enumerate(cells) if value != ""]
        texts = [value for _, value in filled if isinstance(value, str)]
        if not texts or any(self.table.cell(cells, name) != "" for name in _OF_ITEMS):
            return None
        name = self._words(cells, self.text) or self._words(cells, self.title)
        number = self._words(cells, "number") or ""
        plain = _plain_number(number)
        if plain and name is not None and _NUMERAL.fullmatch(plain) and not is_sum(name):
            return _numbered(number, name)
        following = folded(self._words(below, "number") or "")
        if plain and name is not None and self._heads(number, plain, following):
            return f"{number} {name}", min(2, plain.count(".") + 1)
        text = texts[0].strip()
        if any(is_aside(each) for each in texts) or not re.sub(r"[\d.()（）、．]", "", text):
            return None  # a number alone is a row that nobody filled in
        level = chapter_level(text)
        if len(filled) == 1 and not text.isdigit() and (level or name is None) and len(text) <= 60 and "\n" not in text:  # noqa: PLR2004 - a heading
            return text, level or 1
        if len(texts) == len(filled) and len(set(texts)) == 1 and len(filled) > 1:
            return text, level or 1
        return None

    def _heads(self, number: str, plain: str, following: str) -> bool:
        """Say whether a row that says nothing of its own heads the one below it, by their numbers: 1 over 1.1, （1） or 1, ① over 1.

        After a 1 that heads a 1 each row heads one where the numbers begin again.
        """
        if not number[:1].isascii():
            return "①" <= number[:1] <= "⑳" and following.rstrip(".、").isdigit()
        following_plain = following.rstrip(".、")
        self.begins_again |= plain == following_plain == "1"
        if self.begins_again and plain.isdigit() and following_plain == "1":
            return True
        return following.startswith(f"{plain}.") or (
            plain.isdigit() and (following == plain or _BELOW.fullmatch(following) is not None)
        )

    def _is_passed_over(self, index: int, cells: Sequence[Any]) -> bool:
        """Say whether a row is a sum, a note, a signature or the header again; a row that says something without a text is named."""
        said = [value for place, value in enumerate(cells) if value != "" and place != self.places.get("number")]
        if is_header_again(cells) or (said and all(map(is_placeholder, said))):
            return True
        if self._words(cells, "number") is None and is_closing(cells):
            self._pass_aside(index, cells, str(said[0]))
            return True
        for column in ("number", self.text, self.title):
            words = self._words(cells, column)
            if words is not None and is_aside(words):
                self._pass_aside(index, cells, words)
                return True
        if self.table.cell(cells, self.text) != "" or self._titled(cells):
            return False
        first = next((value for value in cells if value != ""), "")
        if isinstance(first, str) and is_aside(first):
            self._pass_aside(index, cells, first)
            return True
        filled = [
            value for place, value in enumerate(cells) if value != "" and place != self.table.columns.get("number")
        ]
        if filled and index not in self.table.faulty:
            words = "、".join(map(str, filled))
            left = Left(self.table.name(index, self.text), f"这一行没有事项内容，未读取：{words[:40]}")
            self.found.file.leave(self.sheet.name, [left])
        return True

    def _is_more_of_note(self, cells: Sequence[Any]) -> bool:
        """Say whether a row goes on with the note above it: it has nothing of an item's but words, and no number of the list."""
        number, words = (
            self._words(cells, "number") or "",
            [value for value in cells if isinstance(value, str) and value],
        )
        own = number.strip().isdigit() or any(self.table.cell(cells, name) != "" for name in _OF_ITEMS)
        self.noted = self.noted and not own and not any(map(chapter_level, words[:1]))
        return self.noted and bool(words) and not is_aside(words[0])

    def _pass_aside(self, index: int, cells: Sequence[Any], words: str) -> None:
        self.listed.asides.append(words)
        self.noted = is_note(words)
        if self.noted:
            self.listed.below += words_in(self.table, index, cells)

    def _titled(self, cells: Sequence[Any]) -> bool:
        """Say whether a row without words of its own has a title and something that only an item has: the title is its text."""
        return self._words(cells, self.title) is not None and any(
            self.table.cell(cells, name) != "" for name in _OF_ITEMS
        )

    def _spread(self, cells: Sequence[Any], column: str) -> str | None:
        """Return what a column of groups says of a row; where it says nothing, what it said above."""
        if column not in self.places:
            return None
        said = self._text(cells, column)
        self.above[column] = said or self.above.get(column)
        return self.above[column]

    def _item(self, index: int, cells: Sequence[Any]) -> ListedItem:
        item = ListedItem(self.sheet.name, self.table.name(index, self.text), "", index, table=self.table)
        item.title = self._text(cells, self.title) if self.title else None
        item.text = self._text(cells, self.text) or item.title or ""
        item.title = None if item.title == item.text else item.title
        spread = self._spread(cells, "spread")
        chapter = self._spread(cells, "group") or self.groups.chapter
        item.chapter = chapter or spread
        item.section = self._spread(cells, "section") or self.groups.section or (spread if chapter else None)
        item.lead, item.participants = (
            self._joined(cells, "lead", "lead2") or self.lead,
            self._joined(cells, "participants", "responsible"),
        )
        item.is_first_lead = self.is_first_lead
        item.remark, item.source = self._joined(cells, "remark", "goal"), self._text(cells, "source")
        item.due_cell = self._checked(cells, "due")
        item.due = self._due(index, item.due_cell)
        item.target = self._checked(cells, "target")
        item.yearly = [
            (year, value) for place, year in self.yearly
            if place < len(cells) and (value := cells[place]) != ""
        ]  # fmt: skip
        item.measure = (
            printed_measure(self._text(cells, "measure"))
            or self.table.measure_of(cells, "target")
            or self._measure_of_years()
            or self.table.measure
        )
        if any(place < len(cells) and cells[place] != "" for place in self.progress):
            item.reports, item.cells = self.reports, self._with_repeated(cells)
        own = self.table.columns.get(self.text)
        number = folded(self._words(cells, "number") or "")
        beside = {own, self.table.columns.get("number") if number.isdigit() and int(number) <= self.number else None}
        item.bare = "number" in self.table.columns and not any(
            each != "" for place, each in enumerate(cells) if place not in beside
        )
        self.number = int(number) if number.isdigit() else self.number
        value = self.table.cell(cells, self.text) or self.table.cell(cells, self.title)
        self.found.worded += isinstance(value, str) and _WORDS.search(value) is not None
        return item

    def _text(self, cells: Sequence[Any], column: str) -> str | None:
        return read_text(self._checked(cells, column)) if column in self.places else None

    def _joined(self, cells: Sequence[Any], *columns: str) -> str | None:
        """Return what several columns say together."""
        return "；".join(words for column in columns if (words := self._text(cells, column))) or None

    def _with_repeated(self, cells: Sequence[Any]) -> Sequence[Any]:
        """Return the cells with what stood above for 同上 under progress."""
        found = list(cells)
        for place in self.progress:
            if place < len(cells):
                found[place] = self.said.get(place, "") if cells[place] in _DITTO else cells[place]
                self.said[place] = found[place]
        return found

    def _checked(self, cells: Sequence[Any], column: str) -> Any:
        """Return what a cell holds, 同上 what stands above it."""
        place = self.places.get(column)
        if place is None or place >= len(cells):
            return ""
        value = cells[place]
        if value in _DITTO:
            return self.repeated.get(column, "")
        self.repeated[column] = value
        return value

    def _measure_of_years(self) -> str | None:
        """Return the unit of measure that the headings of yearly target values state."""
        return next(
            (self.table.measures[place] for place, _ in self.table.yearly if place in self.table.measures), None
        )

    def _due(self, index: int, value: Any) -> Due:
        try:
            return read_due(value, self.today, year=self.year, from_1904=self.sheet.from_1904)
        except TrackerError as error:
            self.found.file.refuse(self.sheet.name, self.table.name(index, "due"), str(error))
            return Due()


def demands_of(item: ListedItem, target: Any) -> "list[Measured]":
    """Return the indicators that a target value of a row asks for; none for an empty one. Raises Unclear as `read_text` does."""
    from tracker.plans.reading.target_values import read_target, signed

    text = read_text(target)
    read = [] if text is None else read_target(item.text, text, item.measure or "")
    return [replace(each, quantity=signed(each.quantity)) for each in read]
