"""The weekly report: which days it is about, and the ledger gone through in parts, so that its size does not matter."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.actions.counts import count
from tracker.actions.export_version import stamp_of
from tracker.actions.listing import Filter, find
from tracker.actions.lookup import kind_codes, plan_code
from tracker.actions.synergy_index import annex2, index_for_report
from tracker.errors import Refused, Unclear
from tracker.ledger.dates import parse_date, parse_start, parse_week, week_name
from tracker.ledger.judgement import Judged
from tracker.ledger.lights import rule_text
from tracker.ledger.terms import WORK
from tracker.ledger.thresholds import Thresholds
from tracker.sheets.report import WeeklyBook
from tracker.sheets.report_rows import Head, Line, Overview, Period, Silent
from tracker.store import periods
from tracker.store.as_of import When
from tracker.store.connection import Connection
from tracker.store.queries import load_plans

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

BATCH = 500
"""Items that are held at a time."""
NAMED = 20
"""How many items a silent unit's row names."""

Watch = Callable[[Iterable[Sequence[str]], int], Iterable[Sequence[str]]]
"""Passes batches on and shows how far the work is; the second argument is their number."""


def period_of(day: date, week: str | None, first: str | None, last: str | None) -> Period:
    """Return the period asked for: a week, two days, or the week in which the day falls.

    It is judged on its last day, or on the day asked about while it is still running. Raises Unclear for options that do
    not go together, Refused for a period that has not begun.
    """
    if week is not None and (first is not None or last is not None):
        raise Unclear("--week 与 --from、--to 不能同用；请只写其一")
    if (first is None) != (last is None):
        raise Unclear("--from 和 --to 要同时写明")
    if first is not None and last is not None:
        start = parse_start(first, day, what="--from 的日期", past=True)
        end = parse_date(last, day, what="--to 的日期")
        if start > end:
            raise Unclear(f"--from {start} 在 --to {end} 之后；请调换")
        name = f"{start}至{end}"
    else:
        start, end = parse_week(week_name(day) if week is None else week, day)
        name = week_name(start)
    if start > day:
        raise Refused(f"{name} 尚未开始（今天是 {day}）；请写已开始的周次或日期")
    return Period(start, end, name, min(end, day))


@dataclass(slots=True)
class Owing:
    """What a lead unit owes: its open items, those it was silent on (some of them named), its last report."""

    owed: int = 0
    silent: int = 0
    ids: list[str] = field(default_factory=list)
    reported_on: date | None = None


@dataclass(slots=True)
class Tally:
    """What is counted and remembered while the items pass by."""

    plans: Mapping[str, Mapping[str, Any]]
    by_plan: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_unit: dict[str, dict[str, Any]] = field(default_factory=dict)
    overdue: list[tuple[int, int, str]] = field(default_factory=list)
    near: list[tuple[date, int, str]] = field(default_factory=list)
    finished: list[Line] = field(default_factory=list)
    owing: dict[tuple[str, str], Owing] = field(default_factory=dict)
    seen: int = 0

    def add(self, found: Sequence[Judged]) -> None:
        """Count a batch."""
        merge(self.by_plan, count(found, "plan", self.plans))
        merge(self.by_unit, count(found, "unit", self.plans))

    def remember(self, line: Line, period: Period) -> None:
        """Note where an item belongs beside the ledger's own sheet."""
        item, judgement = line.item, line.judgement
        self.seen += 1
        if judgement.overdue:
            self.overdue.append((-judgement.days_overdue, self.seen, item.id))
        if judgement.due_soon and item.due is not None:
            self.near.append((_next_due(line, period.as_of), self.seen, item.id))
        if item.completed_on is not None and period.start <= item.completed_on <= period.as_of:
            self.finished.append(line)
        if not item.is_open or item.kind == "aim":
            return
        for lead in item.leads:
            owing = self.owing.setdefault((item.plan, lead.counted_as), Owing())
            owing.owed += 1
            if lead.name in judgement.unreported:
                owing.silent += 1
                if len(owing.ids) < NAMED:
                    owing.ids.append(item.id)
            if lead.reported_on is not None and (owing.reported_on is None or lead.reported_on > owing.reported_on):
                owing.reported_on = lead.reported_on

    def silent(self) -> Iterator[Silent]:
        """Yield the units that owe reports, those that owe most first."""
        silent = [entry for entry in self.owing.items() if entry[1].silent]
        for (plan, unit), owing in sorted(silent, key=lambda entry: -entry[1].silent):
            more = f" 等 {owing.silent} 项" if owing.silent > NAMED else ""
            yield Silent(plan, unit, owing.owed, owing.silent, owing.reported_on, "、".join(owing.ids) + more)


def write_weekly(  # noqa: PLR0913 - what the report is about, and what it is judged by
    connection: Connection, wanted: Filter, period: Period, known_at: str | None, limits: Thresholds, caption: str,
    watch: Watch, goalposts: "Goalposts | None" = None,
) -> bytes:  # fmt: skip
    """Return the weekly workbook of the items that a filter lets through.

    Where zj as a whole is among them and the ledger has data of the synergy index, its ranks follow; goalposts are frozen
    ones for it.
    """
    plans = {str(plan["code"]): plan for plan in load_plans(connection)}
    chosen = None if wanted.plans is None else [plan_code(connection, text) for text in wanted.plans]
    codes = periods.ordered_codes(connection, chosen, WORK if wanted.kinds is None else kind_codes(wanted.kinds))
    when, earlier = When(period.as_of, known_at), When(period.before, known_at)
    head = Head(period, caption, rule_text(limits), plans, stamp_of(connection, when))
    book = WeeklyBook(head, streamed=len(codes) > BATCH)
    tally = Tally(plans)
    previous: dict[str, dict[str, Any]] = {}
    at_hand: dict[str, Judged] = {}
    batches = [codes[start : start + BATCH] for start in range(0, len(codes), BATCH)]
    for batch in watch(batches, len(batches)):
        found = find(connection, wanted._replace(ids=tuple(batch)), when, limits)
        at_hand = {each.item.id: each for each in found}
        tally.add(found)
        for line in _lines(connection, found, batch, period, when):
            tally.remember(line, period)
            book.add(line)
        merge(previous, count(find(connection, wanted._replace(ids=tuple(batch)), earlier, limits), "plan", plans))

    def again(places: Iterable[tuple[Any, int, str]]) -> Iterator[Judged]:
        return _again(connection, wanted, [code for *_, code in sorted(places)], when, limits, at_hand)

    book.overdue(again(tally.overdue))
    book.near(again(tally.near))
    book.silent(tally.silent())
    by_plan, units = (sorted(rows.values(), key=_trouble) for rows in (tally.by_plan, tally.by_unit))
    book.overview(Overview(by_plan, list(previous.values()), units, tally.finished))
    index = index_for_report(connection, wanted, when, goalposts)
    if index is not None:
        book.index(index, annex2())
    return book.close()


def _lines(
    connection: Connection, found: Sequence[Judged], batch: Sequence[str], period: Period, when: When
) -> Iterator[Line]:
    said = periods.statements_of_period(connection, batch, period.start, period.end, when)
    evidence = periods.evidence_names(connection, batch, when)
    for item, judgement in found:
        yield Line(item, judgement, said.get(item.id, ()), evidence.get(item.id, ()))


def _again(
    connection: Connection, wanted: Filter, codes: Sequence[str], when: When, limits: Thresholds,
    at_hand: Mapping[str, Judged],
) -> Iterator[Judged]:  # fmt: skip
    """Yield items once more, in another order than that of their plans; only those not at hand are read again."""
    for start in range(0, len(codes), BATCH):
        batch = codes[start : start + BATCH]
        missing = tuple(code for code in batch if code not in at_hand)
        found = find(connection, wanted._replace(ids=missing), when, limits) if missing else []
        known = {**at_hand, **{each.item.id: each for each in found}}
        yield from (known[code] for code in batch)


def merge(into: dict[str, dict[str, Any]], rows: Iterable[dict[str, Any]]) -> None:
    """Add counts of a batch to those before."""
    for row in rows:
        known = into.get(row["key"])
        if known is None:
            into[row["key"]] = row
            continue
        for name in ("total", "overdue", "due_soon", "unreported"):
            known[name] += row[name]
        for name in ("by_state", "by_light"):
            for key, number in row[name].items():
                known[name][key] += number


def _next_due(line: Line, as_of: date) -> date:
    """Return the nearest open due date of an item from the day on."""
    dues = [
        indicator.due
        for indicator, judged in zip(line.item.indicators, line.judgement.indicators, strict=True)
        if judged.due_soon and indicator.due is not None
    ]
    return min(dues, default=line.item.due or as_of)


def _trouble(row: Mapping[str, Any]) -> tuple[Any, ...]:
    lights = row["by_light"]
    return -lights["red"], -lights["yellow"], -row["overdue"], -row["unreported"], row["key"]
