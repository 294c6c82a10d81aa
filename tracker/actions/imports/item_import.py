"""Taking plain lists of items in: how a list was understood, what it would add, and its progress as first reports (docs/forms.md)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.actions.imports.row_matcher import Row, bare
from tracker.actions.imports.row_reports import LABELS, PreviousCell, RowReport, table_row_report
from tracker.actions.item_context import ReportContext
from tracker.actions.name_lookup import open_plan, plan_code
from tracker.actions.plans import NewItem, NewRows, indicators_of
from tracker.actions.reports import put, report_target
from tracker.actions.unit_names import NamedUnits, UnitNames
from tracker.errors import Refused, TrackerError
from tracker.folders import typed
from tracker.ledger.dates import last_day_of_year
from tracker.ledger.deadlines import is_open_ended
from tracker.ledger.ids import Ref, parse_id
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import HUNDRED
from tracker.ledger.report_rules import Entry
from tracker.ledger.values import converted, plain, shorten
from tracker.row_buffer import RowBuffer
from tracker.sheets.item_lists import Column, ItemList, ListedItem, demands_of
from tracker.sheets.reading.cells import folded, is_doubtful_share, read_date, read_text
from tracker.sheets.reading.files import Problem, TableFile
from tracker.sheets.reading.values import Fault
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.registry import item_words
from tracker.store.statements import lists_taken
from tracker.text import lazy_pattern

if TYPE_CHECKING:
    from tracker.plans.reading.commitments import Measured

_SHOWN = 8
_SHARE = lazy_pattern("(?:率|占比|比例|比重)$")


class _FirstReport(NamedTuple):
    """What a row's columns of progress say, as a report: the place of its row among the items, of which indicator, where it stands."""

    place: int
    n: int | None
    at: str
    day: str
    state: str | None
    percent: str | None
    value: str | None
    year: int | None
    note: str | None
    problem: str | None
    next_step: str | None

    @property
    def entry(self) -> Entry:
        """What is reported."""
        percent, value = (None if text is None else Decimal(text) for text in (self.percent, self.value))
        return Entry(
            date=date.fromisoformat(self.day), state=self.state, percent=percent, value=value, year=self.year, note=self.note,
            problem=self.problem, next_step=self.next_step,
        )  # fmt: skip


@dataclass(slots=True)
class Understood:
    """A list held against the ledger: what would be added and reported first, by whom it is to be done, what to mind before a yes.

    What is wrong and what to mind stands in the file. rows and reports (`_FirstReport` as plain tuples) may be many: they wait in a
    file. units and chapters count the items that have each; dues are the first and the last deadline, undated and unled the items without;
    undirected names the indicators of which was told that nothing says which way they are to move.
    """

    file: TableFile
    columns: Sequence[Column]
    rows: NewRows
    reports: RowBuffer = field(default_factory=RowBuffer)
    reported: set[int] = field(default_factory=set)
    report_count: int = 0
    units: Counter[str] = field(default_factory=Counter)
    chapters: set[str] = field(default_factory=set)
    dues: tuple[date, date] | None = None
    undated: int = 0
    unled: int = 0
    new_units: list[str] = field(default_factory=list)
    undirected: set[str] = field(default_factory=set)
    taken_before: str | None = None

    def lines(self) -> Iterator[str]:
        """Say how the list was understood: columns, rows, units, deadlines."""
        columns = "；".join(f"{each.heading}（{each.cell}）→ {each.field}" for each in self.columns)
        yield f"列的认定：{columns}"
        parts = [f"读到 {self.rows.count} 项"]
        parts += [f"章节 {len(self.chapters)} 个"] if self.chapters else []
        alone = f"（{self.unled} 项没有牵头单位）" if self.unled else ""
        parts += [f"单位 {len(self.units)} 个：{_listed(list(self.units))}{alone}"] if self.units else ["没有单位"]
        if self.dues:
            without = f"（{self.undated} 项没有时限）" if self.undated else ""
            parts.append(f"时限 {self.dues[0]} 至 {self.dues[1]}{without}")
        else:
            parts.append("没有时限")
        if self.reported:
            parts.append(f"进展 {len(self.reported)} 项，作为首次填报一并写入")
        yield "；".join(parts)

    def wrong(self, item: ListedItem, message: str) -> None:
        """Note what is wrong with a row."""
        self.file.refuse(item.sheet, item.cell, message)

    def warn(self, item: ListedItem, message: str, column: str = "") -> None:
        """Note what to mind of a row, or of its cell in a column."""
        self.file.remarks.append(f"{self.place(item, column)}：{message}")

    def place(self, item: ListedItem, column: str = "") -> str:
        """Return where a row stands, or its cell in a column."""
        return Problem(self.file.name, item.sheet, item.cell_of(column), "").place

    def count(self, wish: NewItem) -> None:
        """Count what an item has."""
        self.units.update(wish.leads)
        self.units.update(wish.participants)
        if wish.chapter:
            self.chapters.add(wish.chapter)
        dues = [wish.due, *(None if isinstance(each, str) else each.due for each in wish.indicators)]
        if days := list(filter(None, dues)):
            self.dues = min([*days, *(self.dues or ())]), max([*days, *(self.dues or ())])
        else:
            self.undated += 1
        self.unled += not wish.leads


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_SHOWN]) + (f" 等 {len(names)} 个" if len(names) > _SHOWN else "")


def understand(connection: Connection, plan: str, kind: str, listed: ItemList, today: date) -> Understood:
    """Hold a list against the ledger, row by row. Nothing raises for a row: what is wrong becomes a problem with its place.

    Raises Refused for a plan that is unknown or ended.
    """
    try:
        code = plan_code(connection, plan)
    except Refused as error:
        raise Refused(
            f"{error}；表里是一份新方案的，请用 tracker plan read {typed(listed.file.name)} 读成草稿"
        ) from None
    found = Understood(listed.file, listed.columns, NewRows(kind))
    found.taken_before = lists_taken(connection).get(listed.file.sha256)
    units = UnitNames(connection, open_plan(connection, code))
    known = _Known(connection, code, kind)
    new: dict[str, None] = {}
    for item in listed.items():
        named = _units_of(units, item, found)
        new.update(dict.fromkeys(named.new))
        _add(found, item, named, today)
        known.warn_of_same(found, item)
    for table in listed.tables:
        found.file.leave(table.table.sheet.name, table.below)
    found.new_units = list(new)
    return found


def _units_of(units: UnitNames, item: ListedItem, found: Understood) -> NamedUnits:
    try:
        named = units.cell(item.lead, item.participants)
        if not item.is_first_lead:
            return named
        others = [name for name in named.leads[1:] if name not in named.participants]
        return replace(named, leads=named.leads[:1], participants=[*others, *named.participants])
    except Refused as error:
        found.wrong(item, str(error))
        return NamedUnits()


def _add(found: Understood, item: ListedItem, named: NamedUnits, today: date) -> None:
    """Add what a row asks for, and what its columns of progress report."""
    notes = [item.remark] if item.remark else []
    notes += [f"完成时限：{item.due.words}"] if item.due.words else []
    if item.due.words and not item.due.day and not is_open_ended(item.due.words):
        found.warn(item, f"完成时限“{shorten(item.due.words)}”不是日期，这一项没有时限，原文写入备注；请核对", "due")
    if item.bare:
        found.warn(item, f"这一行只有文字“{shorten(item.text)}”，没有单位和时限，仍作为一项列入；请核对")
    notes += named.words
    indicators: list[str | Measured] = []
    for year, target in ((None, item.target), *item.yearly):
        if found.rows.kind == "target":
            asked = _demands(found, item, target)
            # A deadline within the year of the column is the row's own: 2030年6月 beside 2030年目标值.
            due = last_day_of_year(year) if year is not None and year != getattr(item.due.day, "year", None) else None
            indicators += [replace(each, due=due or each.due) for each in asked]
            _warn_of_guess(found, item, target, asked)
            notes += _unread_numbers(target, asked)
        elif (words := read_text(target)) is not None:
            notes.append(f"{f'{year}年' if year else ''}目标值：{words}{item.measure or ''}")
    for name in named.doubts:
        is_participant = name in (item.participants or "") and name not in (item.lead or "")
        column = "participants" if is_participant else "lead"
        found.warn(item, f"“{shorten(name)}”不像单位名称，作为单位列入；请核对", column)
    wish = NewItem(
        text=item.text, title=item.title, leads=named.leads, participants=named.participants, due=item.due.day,
        chapter=item.chapter, section=item.section, source=item.source or found.file.name, note="；".join(notes) or None,
        indicators=indicators, open_ended=named.open_ended,
    )  # fmt: skip
    try:
        rows = found.rows.add(wish)
    except TrackerError as error:
        found.wrong(item, str(error))
        return
    found.count(wish)
    if item.reports:
        _add_reports(found, item, rows, today)


def _demands(found: Understood, item: ListedItem, target: Any) -> "list[Measured]":
    try:
        return demands_of(item, target)
    except TrackerError as error:
        found.wrong(item, str(error))
        return []


def _unread_numbers(target: Any, asked: "Sequence[Measured]") -> list[str]:
    """Return the words of a target value that holds more numbers than were read of it, for the note: 确保30，力争28."""
    text = read_text(target) or ""
    values = {each.quantity.value for each in asked}
    numbers = re.findall(r"\d+(?:\.\d+)?", folded(text).replace(",", "")) if values else []
    dated = any(each.due for each in asked)
    return [f"目标值：{text}"] if len(numbers) > 1 and not dated and not values.issuperset(numbers) else []


def _warn_of_guess(found: Understood, item: ListedItem, target: Any, asked: "Sequence[Measured]") -> None:
    """Say where a target value does not say itself what is wanted, and where a share may be meant a hundred times as much."""
    text, measure = read_text(target) or "", item.measure or next((each.quantity.measure for each in asked), "")
    shown = f"{text}{measure}" if text[-1:].isdigit() else text
    found.undirected.update(each.quantity.name for each in asked if each.quantity.doubt and not each.quantity.direction)
    for guess in dict.fromkeys(each.quantity.doubt or each.quantity.taken for each in asked):
        if guess:
            found.warn(item, f"目标值“{shown}”{'：' if guess.startswith('“') else ''}{guess}；请核对", "target")
    if found.rows.kind == "target" and not asked and not item.yearly and item.measure:
        found.warn(item, f"有计量单位“{shorten(item.measure)}”，没有目标值，按定性目标列入；请核对", "target")
    if is_doubtful_share(target, measure or ("%" if _SHARE.search(item.text) else None)):
        meant = plain(converted(Decimal(text), HUNDRED))
        found.warn(item, f"目标值填的是 {text}，按 {shown} 读取；如果是 {meant}%，请改填 {meant}% 后重新导入", "target")


def _add_reports(found: Understood, item: ListedItem, asked: Sequence[Mapping[str, str]], today: date) -> None:
    """Add the reports that the columns of progress make, read as at the door of progress: one for each period of which they speak."""
    made = Item("", "", found.rows.kind, found.rows.count, item.text, today, indicators=indicators_of(asked))
    for told, part in item.reports:
        row = Row(part, item.row, item.cells, _NO_ITEM)
        day = _day_in(found, item, row, told, today)
        report = table_row_report(row, PreviousCell(made, None, today, Parameters()), day)
        for n, entry in _first_entries(found, item, row, report, day).items():
            percent, value = (None if each is None else str(each) for each in (entry.percent, entry.value))
            found.reports.append((
                found.rows.count - 1, n, found.place(item), entry.date.isoformat(), entry.state, percent, value, entry.year,
                entry.note, entry.problem, entry.next_step,
            ))  # fmt: skip
            found.report_count += 1
            found.reported.add(found.rows.count)
            if found.report_count % _AT_ONCE == 0:
                found.reports.spill()


def _day_in(found: Understood, item: ListedItem, row: Row, day: date, today: date) -> date:
    """Return the day of a row's report: that which stands in the row, else the table's."""
    table = row.source.table
    try:
        own = read_date(row.value("date"), today, from_1904=table.sheet.from_1904) or day
    except TrackerError as error:
        found.file.refuse(item.sheet, table.name(item.row, "date"), str(error))
        return day
    if own > today:
        found.file.refuse(item.sheet, table.name(item.row, "date"), f"填报日期 {own} 在今天（{today}）之后；请改正")
    return own


def _first_entries(
    found: Understood, item: ListedItem, row: Row, report: RowReport, day: date
) -> dict[int | None, Entry]:
    """Return what a row reports of a new item; a cell that cannot be understood is kept in its words."""

    def warn(column: str, message: str) -> None:
        cell = row.source.table.name(row.index, column) if column else item.cell
        found.file.remarks.append(f"{Problem(found.file.name, item.sheet, cell, message).place}：{message}")

    own = report.entries.pop(None, Entry(date=day))
    words = [own.note] if own.note else []
    for column, message in report.problems:
        value = row.value(column)
        if isinstance(value, Fault):
            found.file.refuse(item.sheet, row.source.table.name(row.index, column), message)
            continue
        warn(column, f"{message}；未采用，原文写入进展")
        label = LABELS.get(column)
        words.append(f"{label}：{read_text(value)}" if label else read_text(value) or "")
    for column, message in report.warnings:
        warn(column, message)
    # To a ledger that was told nothing nothing is repeated.
    said = dict(report.unmoved)
    figures = {**said, **{name: each for name in LABELS if (each := getattr(own, name)) is not None}}
    share = figures.get("percent")
    if said.get("state") == "not_started" and (share or "value" in figures or report.entries):
        del said["state"]
    if own.state == "completed" and share is not None and share < HUNDRED:
        warn("state", f"状态填的是申报办结，完成率却是 {plain(share)}%，状态未采用；请核对")
        own = replace(own, state=None)
    own = replace(own, note="；".join(words) or None, **said)
    return report.entries if own.is_empty else {**report.entries, None: own}


class _Known:
    """The words of the items that a plan's list has, and of those that the file brought so far."""

    def __init__(self, connection: Connection, plan: str, kind: str) -> None:
        items = item_words(connection, date.max, plan, kind)
        self._in_ledger = {bare(text): item.id for item in items for text in (item.text, item.title or item.text)}
        # A hash of 64 bits for the words: two texts of one list will not have the same, and a list may be long.
        self._in_file: dict[int, tuple[str | None, str]] = {}

    def warn_of_same(self, found: Understood, item: ListedItem) -> None:
        """Say where the words of a row are those of an item of the plan, or stand in the file already."""
        words = bare(item.text)
        if words in self._in_ledger:
            found.warn(item, f"“{shorten(item.text)}”与 {self._in_ledger[words]} 的文字相同")
        elif (first := self._in_file.setdefault(hash(words), (item.sheet, item.cell))) != (item.sheet, item.cell):
            where = f"本表 {first[1]} " if first[0] == item.sheet else f"“{first[0]}”表 {first[1]} "
            found.warn(item, f"“{shorten(item.text)}”与{where}的文字相同")


_NO_ITEM = Ref("", "", 0, None, None)
"""What the row of an item is about that is not in the ledger yet."""
_AT_ONCE = 500
"""First reports that are written together."""


def report_first(changeset: Changeset, ids: Sequence[str], reports: Iterable[tuple[Any, ...]]) -> list[str]:
    """Add to a changeset what a list reports of the items that it brought; return what could not be taken, in words."""
    context = ReportContext(changeset.connection, changeset.today)
    left: list[str] = []
    waiting = map(_FirstReport._make, reports)
    while portion := list(islice(waiting, _AT_ONCE)):
        context.load([ids[each.place] for each in portion])
        for each in portion:
            try:
                ref = parse_id(ids[each.place])._replace(n=each.n)
                item = context.item(ref)
                unit = item.leads[0].name if len(item.leads) == 1 else None
                put(changeset, context, report_target(context, ref, each.entry, unit), each.entry)
            except TrackerError as error:
                left.append(f"{each.at}：进展未写入：{error}")
        context.forget()
        changeset.rows["report"].spill()
    return left
