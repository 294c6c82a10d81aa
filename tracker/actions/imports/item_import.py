"""Taking plain lists of items in: how a list was understood, what it would add, and its progress as first reports (docs/forms.md)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.actions.imports.row_matcher import bare
from tracker.actions.name_lookup import plan_code
from tracker.actions.plans import NewItem
from tracker.actions.report_context import ReportContext
from tracker.actions.reports import put, report_target
from tracker.actions.unit_resolver import NamedUnits, UnitNames
from tracker.errors import Refused, TrackerError
from tracker.folders import typed
from tracker.ledger.dates import last_day_of_year
from tracker.ledger.ids import parse_id
from tracker.ledger.measures import converted
from tracker.ledger.progress import HUNDRED
from tracker.ledger.report_rules import Entry
from tracker.ledger.values import plain, shorten
from tracker.sheets.item_lists import Demand, ItemList, ListedItem, demand_of
from tracker.sheets.reading.cells import is_doubtful_share, is_rough, read_percent, read_state, read_text
from tracker.sheets.reading.files import Problem
from tracker.store import queries
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection

_SHOWN = 8
_SHARE = re.compile("(?:率|占比|比例|比重)$")


class FirstReport(NamedTuple):
    """What a row's columns of progress say, as a report: the place of its row among the items, where it stands, what it says."""

    place: int
    at: str
    entry: Entry


@dataclass(slots=True)
class Understood:
    """A list held against the ledger: what would be added, by whom it is to be done, what to mind before a yes."""

    listed: ItemList
    wishes: list[NewItem] = field(default_factory=list)
    reports: list[FirstReport] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    taken_before: int | None = None

    def lines(self) -> Iterator[str]:
        """Say how the list was understood: columns, rows, units, deadlines."""
        columns = "；".join(f"{each.heading}（{each.cell}）→ {each.field}" for each in self.listed.columns)
        yield f"列的认定：{columns}"
        dues = sorted(wish.due for wish in self.wishes if wish.due is not None)
        units = Counter(name for wish in self.wishes for name in (*wish.leads, *wish.participants))
        chapters = len({wish.chapter for wish in self.wishes if wish.chapter})
        parts = [f"读到 {len(self.wishes)} 项"]
        parts += [f"章节 {chapters} 个"] if chapters else []
        parts += [f"单位 {len(units)} 个：{_listed(list(units))}"] if units else ["没有单位"]
        if dues:
            undated = len(self.wishes) - len(dues)
            parts.append(f"时限 {dues[0]} 至 {dues[-1]}" + (f"（{undated} 项没有时限）" if undated else ""))
        else:
            parts.append("没有时限")
        if self.reports:
            parts.append(f"进展 {len({each.place for each in self.reports})} 项，作为首次填报一并写入")
        yield "；".join(parts)


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_SHOWN]) + (f" 等 {len(names)} 个" if len(names) > _SHOWN else "")


def understand(connection: Connection, plan: str, kind: str, listed: ItemList, today: date) -> Understood:
    """Hold a list against the ledger. Nothing raises for a row: what is wrong becomes a problem with its place.

    Raises Refused for an unknown plan.
    """
    try:
        code = plan_code(connection, plan)
    except Refused as error:
        raise Refused(
            f"{error}；表里是一份新方案的，请用 tracker plan read {typed(listed.file.name)} 读成草稿"
        ) from None
    found = Understood(listed, problems=list(listed.file.problems), warnings=list(listed.file.remarks))
    for table in listed.tables:
        listed.file.leave(table.table.sheet.name, table.below)
    found.taken_before = queries.lists_taken(connection).get(listed.file.sha256)
    units = UnitNames(connection, code)
    new: dict[str, None] = {}
    for item in listed.items:
        named = _units_of(units, item, found)
        new.update(dict.fromkeys(named.new))
        _add(found, item, named, kind, today)
    found.new_units = list(new)
    _warn_of_same(connection, code, kind, found)
    return found


def _units_of(units: UnitNames, item: ListedItem, found: Understood) -> NamedUnits:
    try:
        return units.cell(item.lead, item.participants)
    except Refused as error:
        _wrong(found, item, str(error))
        return NamedUnits()


def _wrong(found: Understood, item: ListedItem, message: str) -> None:
    found.problems.append(Problem(found.listed.file.name, item.sheet, item.cell, message))


def _place(found: Understood, item: ListedItem) -> str:
    return Problem(found.listed.file.name, item.sheet, item.cell, "").place


def _add(found: Understood, item: ListedItem, named: NamedUnits, kind: str, today: date) -> None:
    """Add what a row asks for, and what its columns of progress report."""
    notes = [item.remark] if item.remark else []
    notes += [f"完成时限：{item.due.words}"] if item.due.words else []
    notes += named.words
    indicators: list[str | tuple[str, date]] = []
    for year, target in ((None, item.target), *item.yearly):
        demand = _demand(found, item, target)
        if demand is None:
            continue
        if kind == "target":
            indicators.append(demand.words if year is None else (demand.words, last_day_of_year(year)))
            _warn_of_guess(found, item, target, demand)
        else:
            notes.append(f"{f'{year}年' if year else ''}目标值：{read_text(target)}{item.measure or ''}")
    found.warnings += [
        f"{_place(found, item)}：“{shorten(name)}”不像单位名称，作为单位列入；请核对" for name in named.doubts
    ]
    found.wishes.append(
        NewItem(
            text=item.text, title=item.title, leads=named.leads, participants=named.participants, due=item.due.day,
            chapter=item.chapter, section=item.section, source=item.source or found.listed.file.name,
            note="；".join(notes) or None, indicators=indicators, open_ended=named.open_ended,
        )
    )  # fmt: skip
    _add_reports(found, item, len(found.wishes) - 1, today)


def _demand(found: Understood, item: ListedItem, target: Any) -> Demand | None:
    try:
        return demand_of(item, target)
    except TrackerError as error:
        _wrong(found, item, str(error))
        return None


def _warn_of_guess(found: Understood, item: ListedItem, target: Any, demand: Demand) -> None:
    """Say where a target value does not say itself what is wanted, and where a share may be meant a hundred times as much."""
    text, measure = read_text(target) or "", item.measure or ""
    shown = f"{text}{measure}" if text[-1:].isdigit() else text
    if demand.guess:
        found.warnings.append(f"{_place(found, item)}：目标值“{shown}”{demand.guess}；请核对")
    if is_doubtful_share(target, item.measure or ("%" if _SHARE.search(item.text) else None)):
        meant = plain(converted(Decimal(text), HUNDRED))
        found.warnings.append(
            f"{_place(found, item)}：目标值填的是 {text}，按 {shown} 读取；如果是 {meant}%，请改填 {meant}% 后重新导入"
        )


def _add_reports(found: Understood, item: ListedItem, place: int, today: date) -> None:
    """Add the reports that the columns of progress make: one of today, and one for each period that a column speaks of."""
    if not item.progress and not item.notes:
        return
    at = _place(found, item)
    entry = _entry(found, at, item.progress, today)
    if is_rough(item.progress.get("percent")):
        found.warnings.append(f"{at}：完成率“{item.progress['percent']}”是约数，按所写的数读取；请核对")
    if is_doubtful_share(item.progress.get("percent")):
        found.warnings.append(
            f"{at}：完成率填的是 {item.progress['percent']}，按百分之 {item.progress['percent']} 读取；请核对"
        )
    for period, words in item.notes:
        day = period.day_meant(today)
        if day > today:
            found.warnings.append(f"{at}：{day} 的进展在今天（{today}）之后，未采用")
        else:
            found.reports.append(FirstReport(place, at, Entry(date=day, note=words)))
    if not entry.is_empty:
        found.reports.append(FirstReport(place, at, entry))


def _entry(found: Understood, at: str, progress: Mapping[str, Any], today: date) -> Entry:
    """Return what a row's columns of progress report; a state or share that cannot be understood is kept in its words."""
    notes = [read_text(progress.get("note"))]
    figures: dict[str, Any] = {}
    for name, label, read in (("state", "状态", read_state), ("percent", "完成率", read_percent)):
        try:
            figures[name] = read(progress.get(name))
        except TrackerError as error:
            words = read_text(progress[name])
            found.warnings.append(f"{at}：{error}；未采用，原文写入进展")
            notes.append(f"{label}：{words}")
    return Entry(
        date=today, note="；".join(filter(None, notes)) or None, problem=read_text(progress.get("problem")),
        next_step=read_text(progress.get("next")), **figures,
    )  # fmt: skip


def _warn_of_same(connection: Connection, plan: str, kind: str, found: Understood) -> None:
    """Name the rows whose text the plan's list has already, and those that stand in the file twice."""
    items = queries.item_words(connection, date.max, plan, kind)
    known = {bare(text): item.id for item in items for text in (item.text, item.title or item.text)}
    first: dict[str, str] = {}
    for item in found.listed.items:
        words = bare(item.text)
        at = _place(found, item)
        if words in known:
            found.warnings.append(f"{at}：“{shorten(item.text)}”与 {known[words]} 的文字相同")
        elif words in first:
            found.warnings.append(f"{at}：“{shorten(item.text)}”与本表 {first[words]} 的文字相同")
        else:
            first[words] = item.cell


def report_first(changeset: Changeset, ids: Sequence[str], reports: Sequence[FirstReport]) -> list[str]:
    """Add to a changeset what a list reports of the items that it brought; return what could not be taken, in words."""
    context = ReportContext(changeset.connection, changeset.today)
    context.load(list(dict.fromkeys(ids[each.place] for each in reports)))
    left: list[str] = []
    for each in sorted(reports, key=lambda one: (one.place, one.entry.date)):
        try:
            ref = parse_id(ids[each.place])
            item = context.item(ref)
            unit = item.leads[0].name if len(item.leads) == 1 else None
            put(changeset, context, report_target(context, ref, each.entry, unit), each.entry)
        except TrackerError as error:
            left.append(f"{each.at}：进展未写入：{error}")
    return left
