"""A plan that comes as tables (.xlsx .xls .et .ods .csv): lists of tasks, targets or policies, read by the reader of every table.

That reader finds the headers, fills merged cells, leaves out hidden and struck rows and names what it does not take; here its rows
become those of a draft (docs/reading.md).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tracker.errors import Refused, TrackerError
from tracker.folders import typed
from tracker.plans.reading.flattened_tables import role_of
from tracker.plans.reading.model import PLAN, Draft, Line, Place, Stream
from tracker.plans.reading.model import Table as Block
from tracker.plans.reading.reader import read_plan
from tracker.plans.reading.tables import AnnexRow, AnnexTable, kind_of, year_role
from tracker.sheets.item_lists import LAST_BASE_YEAR, ListedItem, ListedTable, read_items
from tracker.sheets.reading.book import open_book
from tracker.sheets.reading.cells import NOTHING, folded, read_text
from tracker.sheets.reading.files import Problem, TableFile
from tracker.sheets.reading.headings import COMPUTED
from tracker.sheets.reading.tables import Left

_PROGRESS = ("state", "percent", "value", "standing", "note", "problem", "next", "evidence")
_UNNAMED_SHEET = re.compile(r"(?:sheet|工作表|表) ?\d*", re.IGNORECASE)
_TITLE = re.compile("方案|计划|规划|要点|清单|分解|分工|任务|台账|目标|措施|安排|一览表|责任表|指标")
_LABEL = re.compile(r"(?:单位|附件?|附表|编制单位|填报\w{0,4}|制表\w{0,4})\s*[:：\d]")
_SHORTEST_TITLE = 4
_YEAR = re.compile(r"20\d\d")
_OF_FILE = Place(1, sheet="文件名")


@dataclass(slots=True)
class TablePlan:
    """The draft of a plan that came as tables, and the file: what of it was not taken, what to mind."""

    draft: Draft
    file: TableFile


@dataclass(slots=True)
class _Columns:
    """The items of a table by the place of their row, and which columns say what in a plan beyond what a list has: by place, from 0."""

    items: dict[int, ListedItem]
    contents: list[int] = field(default_factory=list)
    participants: int | None = None
    years: list[tuple[int, int]] = field(default_factory=list)
    base: tuple[int, int] | None = None
    guidance: int | None = None

    @property
    def places(self) -> set[int]:
        """The columns that only a plan takes."""
        one = (self.participants, self.guidance, self.base[1] if self.base else None)
        return {*self.contents, *(place for _, place in self.years), *(place for place in one if place is not None)}


def read_table_plan(path: Path | str, code: str, today: date) -> TablePlan:
    """Return the draft of a plan from the tables in a file.

    Raises Refused where the file cannot be read, holds a table of progress or one of our own drafts, or has no table with a header.
    """
    source = Path(path)
    if is_draft(source):
        raise Refused(
            f"{source.name}：这是 plan read 生成的草稿；核对后请用 tracker plan add {typed(source.name)} 载入"
        )
    found = read_items(source, today)
    file = found.file
    read = [(listed, _columns(listed)) for listed in found.tables]
    found.refuse_what_is_no_list()
    for problem in file.problems:
        if problem.cell is None or not found.count:
            raise Refused(f"{problem.place}：{problem.message}")
    if any(each.label in COMPUTED for listed in found.tables for _, each in listed.table.named):
        raise Refused(f"{source.name}：这是台账导出的列表，不是方案；方案请用原来的文件")
    read = [(listed, columns) for listed, columns in read if columns.items]
    file.ignored = list(_left(file, read))
    tables = [_annex_table(listed, columns, file) for listed, columns in read]
    remarks = tuple(f"{each.place}：{each.message}" for each in file.ignored)
    stream = Stream(tuple(_blocks(source, read, tables)), source.name, whole=True, remarks=(*remarks, *file.remarks))
    draft = read_plan(stream, code, tables)
    if stream.blocks[0] == Line(source.stem, _OF_FILE):
        for plan in draft.of(PLAN):
            plan.doubt("title", "表中没有标题，取自文件名", 5)
    return TablePlan(draft, file)


def is_draft(path: Path) -> bool:
    """Tell a review workbook, by two of its sheets or the heading of one, from any other file."""
    from tracker.sheets.plan_draft import GUIDE, HEADINGS, SHEETS, SUMMARY

    with suppress(TrackerError, OSError):
        book = open_book(path)
        names = {name for name, _ in book.names}
        if {SUMMARY, GUIDE} <= names:
            return True
        return SHEETS["plan"] in names and HEADINGS["code"] in next(iter(book.sheet(SHEETS["plan"]).rows), [])
    return False


def _columns(listed: ListedTable) -> _Columns:
    """Read the headings as those of a plan: contents side by side, a second column of units, years, guidance."""
    table = listed.table
    found = _Columns({item.row: item for item in listed.items})
    for place, each in table.named:
        label = each.label
        year = year_role(label)
        if each.column in ("name", "title") and place != table.columns.get("target"):
            found.contents.append(place)
        elif each.column == "lead" and place != table.columns.get("lead") and "participants" not in table.columns:
            found.participants = place
        elif year.startswith("year:") and each.column in (None, "target", "due", "note"):
            found.years.append((int(year.partition(":")[2]), place))
        elif year.startswith("base:"):
            found.base = (int(year.partition(":")[2]), place)
        elif each.column is None and role_of(label) == "guidance":
            found.guidance = place
    first = min(found.years, default=None)
    if found.base is None and len(found.years) > 1 and first is not None and first[0] <= LAST_BASE_YEAR:
        found.base = first
        found.years.remove(first)
    return found


def _left(file: TableFile, read: Sequence[tuple[ListedTable, _Columns]]) -> Iterator[Problem]:
    """Yield what of the file the draft does not take, columns of progress among it."""
    taken = {
        (listed.table.sheet.name, listed.table.sheet.place(listed.table.header, place))
        for listed, columns in read
        for place in columns.places
    }
    yield from (each for each in file.ignored if (each.sheet, each.cell) not in taken)
    yield from file.problems
    for listed, columns in read:
        table = listed.table
        # A note that names a year is that of the deadlines (`AnnexTable.note`).
        yield from (
            Problem(file.name, table.sheet.name, *each) for each in listed.below if not _YEAR.search(each.message)
        )
        for place, each in table.named:
            is_progress = each.column in _PROGRESS or each.period is not None
            if is_progress and place not in columns.places and _count(listed, place):
                cell = table.sheet.place(table.header, place)
                words = f"“{each.label}”一列（{_count(listed, place)} 格）未读取；方案载入后用 tracker import 导入进展"
                yield Problem(file.name, table.sheet.name, *Left(cell, words))


def _count(listed: ListedTable, place: int) -> int:
    return sum(place < len(cells) and cells[place] != "" for _, cells in listed.table.rows())


def _annex_table(listed: ListedTable, columns: _Columns, file: TableFile) -> AnnexTable:
    """Return a table as the reader of plans takes it, what is wrong with a cell as a doubt of its row."""
    table, sheet = listed.table, listed.table.sheet
    wrong = {each.cell: each.message for each in file.problems if each.sheet == sheet.name}
    items = columns.items
    rows = [_row(listed, columns, items[index], cells, wrong) for index, cells in table.rows() if index in items]
    titles = [text for text in table.above if len(text) <= 60 and not _LABEL.match(text)]  # noqa: PLR2004 - a title, no remark
    name = "" if sheet.name is None or _UNNAMED_SHEET.fullmatch(sheet.name) else sheet.name
    title = next((text for text in reversed(titles) if _TITLE.search(text)), name)
    kind = kind_of([each.label for _, each in table.named], name, title)
    note = next((text for text in listed.asides if text.lstrip().startswith(("注", "说明"))), "")
    return AnnexTable(kind, title, rows, note)


def _row(
    listed: ListedTable, columns: _Columns, item: ListedItem, cells: Sequence[Any], wrong: dict[str | None, str]
) -> AnnexRow:
    table = listed.table
    contents = [words for place in columns.contents if (words := _words(cells, place))]
    said = {
        "lead": _units(item.lead),
        "participant": _units(item.participants or _words(cells, columns.participants)),
        "due": _due(item),
        "note": item.remark,
        "guidance": _words(cells, columns.guidance),
        "measure": item.measure or read_text(table.cell(cells, "measure")),
        "amount": "" if columns.years else read_text(item.target),
    }
    number = table.cell(cells, "number")
    text = "".join(read_text(number) or "").rstrip(".、．")
    row = AnnexRow(
        int(text) if text.isdecimal() and len(text) < 5 else None,  # noqa: PLR2004 - numbers of rows have four signs at most
        contents[-1] if contents else item.text,
        Place(item.row + 1, sheet=table.sheet.name or ""),
        title="，".join(dict.fromkeys(contents[:-1])) if contents[:-1] != contents[-1:] else "",
        chapter="" if item.chapter in contents else item.chapter or "",
        section=item.section or "",
        cells={role: words for role, words in said.items() if words},
    )
    row.values = [(year, words) for year, place in columns.years if (words := _words(cells, place))]
    if columns.base and (words := _words(cells, columns.base[1])):
        row.base = (columns.base[0], words)
    places = {"leads": "lead", "participants": "participants", "due": "due", "text": "name"}
    for column, name in places.items():
        cell = table.name(item.row, name) if name in table.columns else None
        if cell in wrong and not (name == "due" and said["due"]):
            row.doubts[column] = f"{cell}：{wrong[cell]}"
    return row


def _words(cells: Sequence[Any], place: int | None) -> str:
    return read_text(cells[place] if place is not None and place < len(cells) else "") or ""


def _units(text: str | None) -> str:
    return "" if text is None or folded(text) in NOTHING else text


def _due(item: ListedItem) -> str:
    """Return a deadline as the reader of plans takes it: words as they stand, its year being the plan's; a typed date as a day."""
    if isinstance(item.due_cell, str):
        return read_text(item.due_cell) or ""
    return item.due.day.isoformat() if item.due.day else ""


def _blocks(
    source: Path, read: Sequence[tuple[ListedTable, _Columns]], tables: Sequence[AnnexTable]
) -> Iterator[Line | Block]:
    """Yield what stands above the tables, then their rows as words; without a title of its own a file gives its name."""
    above = [(listed, text) for listed, _ in read for text in listed.table.above]
    own = [text for _, text in above if len(text) >= _SHORTEST_TITLE and _TITLE.search(text)]
    if not own:
        yield Line(source.stem, _OF_FILE)
    for listed, text in above:
        for part in text.split("\n"):
            yield Line(part, Place(listed.table.top, sheet=listed.table.sheet.name or ""))
    for table in tables:
        # The words of the items alone: what a draft does not take of the other columns is named by the reader of tables.
        rows = tuple((row.content,) for row in table.rows)
        yield Block(rows, tuple(row.place for row in table.rows), table.title)
