"""Taking in one row: where its reports go, whether the ledger has been told, and what they change (the way of `log`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.actions.imports.known_reports import KnownReports, says
from tracker.actions.imports.reporters import Mark, Reporters
from tracker.actions.imports.row_matcher import Row
from tracker.actions.imports.row_reports import LABELS, RowReport, evidence_parts, shown_figure
from tracker.actions.imports.table_facts import TakenSheet
from tracker.actions.item_context import ReportContext
from tracker.actions.reports import UNCHANGED, Recorded, ReportTarget, kept_entry, put, report_target, same_again
from tracker.errors import Refused, TrackerError
from tracker.ledger.ids import Ref
from tracker.ledger.model import part_of
from tracker.ledger.report_rules import Entry
from tracker.ledger.reporting_periods import Filing, answer
from tracker.ledger.terms import STATES
from tracker.ledger.values import converted, plain
from tracker.sheets.reading.files import Problem
from tracker.sheets.returned_files import Returned
from tracker.store.changeset import Changeset

NEW, CHANGED, SAME, ERROR = "new", "changed", "same", "error"
_FIGURES = ("state", "percent", "value")
_TEXTS = ("note", "problem", "next_step")
_NAMED = 6


class _CellError(Refused):
    """A refusal that is about one cell of the row."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(slots=True, eq=False, repr=False)
class RowImporter:
    """Puts what rows say into the drafts of their people.

    drafts: of a table, a unit and a person, once something was said by them; taken: the row that reported on something, of a day, for a
    unit; moved: the first row of any unit that moved its figures; rivals: what rows of two files say differently of one day; clashes:
    rows of other files that reported on the same before.
    """

    context: ReportContext
    people: Reporters
    memory: KnownReports
    today: date
    drafts: dict[tuple[TakenSheet, str | None, str], Changeset] = field(default_factory=dict)
    taken: dict[int, tuple[Returned, int]] = field(default_factory=dict)
    moved: dict[int, tuple[Entry, Returned, int]] = field(default_factory=dict)
    rivals: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    clashes: list[Problem] = field(default_factory=list)

    def forget(self) -> None:
        """Begin with other items, the rows about which come by their days again."""
        self.drafts.clear()
        self.context.drafted.clear()
        self.taken.clear()
        self.moved.clear()

    def place(self, sheet: TakenSheet, row: Row, row_report: RowReport) -> str:
        """Take in all that a row says, or nothing, and note with it the reports it made, or what is wrong; return what became of it."""
        unit, person = sheet.unit_of(row), sheet.person_of(row)
        changeset = self.drafts.get((sheet, unit, person))
        if changeset is None:
            try:
                self.context.units(unit)
            except TrackerError as error:
                row_report.problems.append(("unit", str(error)))
                return ERROR
            changeset = self.people.changeset(person, unit, sheet.file.sha256, (sheet.number, row.index))
            self.drafts[sheet, unit, person] = changeset
        mark = Mark(changeset) if len(row_report.entries) > 1 or "evidence" in row.source.table.columns else None
        for n, entry in row_report.entries.items():
            try:
                self._entry(sheet, row.about(n), entry, changeset, unit, row_report)
            except _CellError as error:
                row_report.problems.append((error.column, str(error)))
            except TrackerError as error:
                row_report.problems.append((_column_of(entry, row), str(error)))
        if row_report.problems:
            if mark is not None:
                mark.restore()
            return ERROR
        if not row_report.recorded:
            return SAME
        return CHANGED if all(each.is_next for each in row_report.recorded) else NEW

    def _entry(
        self,
        sheet: TakenSheet,
        row: Row,
        entry: Entry,
        changeset: Changeset,
        unit_name: str | None,
        row_report: RowReport,
    ) -> None:
        """Take in one entry of what a row says; one that the ledger has been told makes no report."""
        if entry.date > self.today:
            raise _CellError("date", f"日期 {entry.date} 在今天（{self.today}）之后；请改正")
        if entry.year is not None and entry.value_date > self.today:
            raise _CellError("year", f"{entry.year} 年尚未结束，还没有全年数据；请把数据时点留空，以填报日期为准")
        if row_report.same:
            entry = replace(entry, note=entry.note or UNCHANGED)
        spot = report_target(self.context, row.ref, entry, unit_name)
        if not self.memory.is_empty or entry.evidence is not None:
            days = {entry.date, row_report.day or entry.date}
            if sheet.first_day is not None:
                days |= {sheet.day, sheet.first_day}
            if any(self._is_told(spot, replace(entry, date=day), sheet, row_report) for day in days):
                return
        self._refuse_twice(spot, entry, row)
        moves = entry.moves
        if moves and spot.speaker.role == "participant":
            raise _refused_of_participant(spot, entry)
        if row_report.same:
            entry = _again(spot, entry)
            moves = entry.moves
        self._attach(changeset, spot, entry, row)
        recorded = put(changeset, self.context, spot, entry)
        if moves:
            self._note_rival(spot, recorded.entry, row)
        row_report.recorded.append(recorded)

    def _refuse_twice(self, spot: ReportTarget, entry: Entry, row: Row) -> None:
        """Refuse a second row about the same; two reports of one row are of two periods, of which one may be running."""
        own = row.source, row.index
        first = self.taken.setdefault(spot.asked_on(entry.value_date), own)
        if first is own:
            return
        source, index = first
        if source.table.sheet is row.source.table.sheet and index == row.index:
            return
        columns = row.source.table.columns
        by_unit = (
            "，几个单位各填一行的请把单位一列改称“填报单位”" if "lead" in columns and "unit" not in columns else ""
        )
        said = f"编号 {spot.named.text} 重复（另见 {{}}）；同一单位同一日期只留一行{by_unit}"
        clash = source.problem(source.table.name(index, "id"), said.format(row.place))
        if clash.file != row.source.file and clash not in self.clashes:
            self.clashes.append(clash)
        raise _CellError("id", said.format(clash.place))

    def answers_anew(self, ref: Ref, unit_name: str | None) -> bool:
        """Say whether a lead's report of today would answer a reporting period that it has not answered yet."""
        try:
            spot = report_target(self.context, ref, Entry(date=self.today, note=UNCHANGED), unit_name)
        except TrackerError:
            return False
        unit = None if spot.speaker.unit is None else spot.speaker.unit[0]
        role = next((each for each in spot.named_item.leads if each.unit == unit), None)
        if role is None or not part_of(spot.named_item, spot.named.n).is_open:
            return False
        answered = max((each.last for each in role.answers), default=date.min)
        given = answer(self.context.parameters.of(spot.named_item.plan), answered, Filing(self.today))
        return given.last > answered

    def _note_rival(self, spot: ReportTarget, entry: Entry, row: Row) -> None:
        """Note where another row of this import gives another figure for the same day: of two leads only one can be right."""
        other, source, index = self.moved.setdefault(spot.moved_on(entry.value_date), (entry, row.source, row.index))
        if other is entry:
            return
        differing = [
            name for name in _FIGURES
            if None not in (pair := (getattr(entry, name), getattr(other, name))) and pair[0] != pair[1]
        ]  # fmt: skip
        if not differing:
            return
        first = source.problem(source.table.name(index, "id"), "").place
        shown = "，".join(
            f"{LABELS[name]}本行 {shown_figure(getattr(entry, name))}、另一行 {shown_figure(getattr(other, name))}"
            for name in differing
        )
        found = f"{row.place}：{spot.named.text}：与同次导入的 {first} 对同一天所填不同（{shown}），台账以后写入的为准；请核对"
        self.rivals.setdefault((row.source.file, source.file), []).append((spot.named.text, found))

    def told_rivals(self) -> Iterator[str]:
        """Say where figures differ: each item once, together with the others about which the same files differ."""
        files: dict[str, dict[str, None]] = {}
        for (file, other), found in self.rivals.items():
            for id_, _ in found:
                files.setdefault(id_, {}).update({other: None, file: None})
        together: dict[tuple[str, ...], list[str]] = {}
        for id_, names in files.items():
            together.setdefault(tuple(sorted(names)), []).append(id_)
        words = {id_: text for found in self.rivals.values() for id_, text in found}
        for among, ids in together.items():
            if len(ids) == 1 and len(among) <= 2:  # noqa: PLR2004 - the two rows can be named
                yield words[ids[0]]
                continue
            named = "、".join(ids[:_NAMED]) + (f" 等 {len(ids)} 项" if len(ids) > _NAMED else "")
            between = f"{'、'.join(among[:-1])} 与 {among[-1]} " if len(among) > 1 else f"{among[0]} 中不同的行"
            yield f"{between}对 {named} 同一天所填不同，台账以后写入的为准；请核对，或用 tracker assign --main 定由谁填报"

    def _is_told(self, spot: ReportTarget, entry: Entry, sheet: TakenSheet, row_report: RowReport) -> bool:
        """Say whether the ledger has been told just this; of a file taken in before, also where it was corrected since."""
        key = spot.key
        if entry.evidence is not None and not all(
            self.memory.has_evidence(key, spot.n, part) for part in evidence_parts(entry.evidence)
        ):
            return False
        kept = kept_entry(spot, entry)
        if entry.state == "completed":
            declared = self.memory.is_completed(spot.named_key, spot.named.n, entry.date)
            says_more = (
                kept.percent is not None or kept.value is not None or any(getattr(kept, name) for name in _TEXTS)
            )
            if not declared or not says_more:
                return declared
        unit = spot.speaker.unit[0] if spot.speaker.unit else None
        unmoved = _unmoved(spot, row_report)
        stated = self.memory.on(key, spot.n, entry.date, unit)
        if spot.n is None and unmoved.keys() & {"percent", "value"} and len(spot.item.indicators) == 1:
            # A figure for the item was one for its only indicator.
            stated = self.memory.on(key, spot.item.indicators[0].n, entry.date, unit) or stated
        # A declaration of completion stands beside the report, which then says no state.
        ignore_state = row_report.same or "completed" in (entry.state, unmoved.get("state"))
        return any(
            says(each, kept, unmoved, ignore_state=ignore_state) for each in (stated if sheet.is_known else stated[-1:])
        )

    def _attach(self, changeset: Changeset, spot: ReportTarget, entry: Entry, row: Row) -> None:
        if entry.evidence is None:
            return
        from tracker.actions.evidence import attach

        try:
            for part in evidence_parts(entry.evidence):
                attach(changeset, spot.item, spot.n, part, within=row.source.folder)
        except TrackerError as error:
            raise _CellError("evidence", str(error)) from None


def _unmoved(spot: ReportTarget, row_report: RowReport) -> Mapping[str, Any]:
    """Return the figures that a row repeats, the value in the measure in which it is kept."""
    value = row_report.unmoved.get("value")
    return row_report.unmoved if value is None else {**row_report.unmoved, "value": converted(value, spot.factor)}


def _refused_of_participant(spot: ReportTarget, entry: Entry) -> _CellError:
    column = next(name for name in _FIGURES if getattr(entry, name) is not None)
    unit = spot.speaker.unit[1] if spot.speaker.unit else "参与单位"
    return _CellError(
        column,
        f"{unit}是 {spot.item.id} 的参与单位，只填本期进展、存在问题、下步安排和佐证材料；状态和数值由牵头单位填",
    )


def _again(spot: ReportTarget, entry: Entry) -> Entry:
    """Return 无变化 as a report."""
    try:
        return same_again(spot, entry)
    except TrackerError as error:
        raise _CellError("same", str(error)) from None


def _column_of(entry: Entry, row: Row) -> str:
    """Return the column that a refusal is about: the first figure that was filled in, else the id."""
    filled = (name for name in _FIGURES if getattr(entry, name) is not None)
    return next((name for name in filled if name in row.source.table.columns), "id")


def entry_words(recorded: Recorded) -> str:
    """Say what a report changes: figures with what was there before, then the words."""
    entry, before = recorded.entry, recorded.before
    parts = []
    if entry.state is not None:
        old = before.get("state")
        parts.append(f"{STATES[old]} → {STATES[entry.state]}" if old and old != entry.state else STATES[entry.state])
    for name, label, value, mark in (("percent", "完成率", entry.percent, "%"), ("value", "现值", entry.value, "")):
        if value is not None:
            old = before.get(name)
            year = f"（{entry.year}年）" if name == "value" and entry.year is not None else ""
            parts.append(f"{label} {f'{old}{mark} → ' if old is not None else ''}{plain(value)}{mark}{year}")
    for label, text in (("", entry.note), ("问题：", entry.problem), ("下步：", entry.next_step)):
        if text:
            parts.append(label + text)
    return "；".join(parts) or "佐证材料"
