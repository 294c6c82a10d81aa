"""What changed between two moments, each with its own as-of and known-at: the one answer that report, page and papers share.

Lights and counts are net: how an item stood then, and how it stands now. Reports and decisions are entries: each is new in exactly
one of several stretches that follow each other, whatever day it is dated. Items that came in or left stand apart.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from sys import intern
from typing import Any, NamedTuple

from tracker.actions.selection import Filter, each_found
from tracker.errors import Refused
from tracker.ledger.calendar_spans import NamedSpan
from tracker.ledger.dates import parse_instant
from tracker.ledger.judgement import Judged, judge
from tracker.ledger.model import Day, Item, Role
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import Filing, cleared_debts, first_owed, period_before, period_of
from tracker.ledger.summary import Figures
from tracker.ledger.terms import LIGHTS, TROUBLE, WORK
from tracker.store import period_reports
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.plan_lifetime import ended_plans, plan_lifetimes
from tracker.store.stated_parameters import load_parameters

FIELDS = ("id", "what", "before", "after", "date", "unit", "by", "reason")
WHAT = {
    "light": "亮灯", "completed": "申报办结", "closed": "销号", "returned": "退回", "reopened": "重新打开", "extended": "延期",
    "added": "新纳入", "removed": "调出", "carried_over": "结转",
    "reported": "填报", "assigned": "明确单位", "forecast": "预判", "baseline": "基数",
    "milestone": "阶段目标", "linked": "关联", "edited": "修改", "undone": "撤销",
}  # fmt: skip
"""What may have changed, in the order in which it is told."""
_OF_STATEMENT = {
    "report": "reported", "complete": "completed", "close": "closed", "return": "returned", "reopen": "reopened",
    "extend": "extended", "assign": "assigned", "forecast": "forecast", "baseline": "baseline", "milestone": "milestone",
    "link": "linked", "edit": "edited",
}  # fmt: skip
"""By the kind of statement; a retirement shows as an item that left, a reminder moves nothing."""


TROUBLED = ("red", "yellow")
UNASSIGNED = "尚未明确牵头单位"
"""How papers name the lead of an item that has none."""


class Moments(NamedTuple):
    """Two moments and the days between them; earlier is None where there was no ledger yet."""

    span: NamedSpan
    earlier: PointInTime | None
    later: PointInTime


class Mark(NamedTuple):
    """How an item stood at one of the moments. leads are its lead units, the main one first, silent those that owe a report on it.

    before_ledger: overdue since before the ledger; unmet: closed although its numbers were not met; unreported: that the item
    counts as not reported.
    """

    plan: str
    kind: str
    name: str
    state: str
    light: str | None
    reason: str | None
    overdue: bool
    due_soon: bool
    before_ledger: bool
    unmet: bool
    leads: tuple[str, ...]
    silent: tuple[str, ...]
    unreported: bool
    chapter: str | None = None


class Change(NamedTuple):
    """One thing that changed. before and after are a code, a figure, a day or names; entered is the day it was told.

    approved: who approved an extension; late: the name of the closed period whose missed report it makes good (补报).
    A light moves by itself: it has neither date nor unit nor person.
    """

    id: str
    what: str
    before: Any
    after: Any
    date: Day | None = None
    unit: str | None = None
    by: str | None = None
    reason: str | None = None
    entered: Day | None = None
    approved: str | None = None
    late: str | None = None

    @property
    def item(self) -> str:
        """The id of the item it is about."""
        return self.id.partition(".")[0]

    def row(self) -> dict[str, Any]:
        """Return it as a row of the JSON."""
        row = {name: getattr(self, name) for name in FIELDS}
        if self.late is not None:
            row["reason"] = f"补报{self.late}" + (f"；{self.reason}" if self.reason else "")
        return row


class Changes(NamedTuple):
    """What changed between two moments; before is None where there was no ledger yet, which is not the same as nothing.

    carried: the line on plans whose book is closed (结转), empty without one.
    """

    moments: Moments
    before: dict[str, Mark] | None
    after: dict[str, Mark]
    rows: tuple[Change, ...]
    carried: str = ""

    def of(self, what: str) -> list[Change]:
        """Return the rows of one kind."""
        return [row for row in self.rows if row.what == what]

    def lights(self) -> dict[str, int]:
        """Return how many items have each light at the later moment."""
        return _counted(mark.light for mark in own_rows(self.after).values())

    def lights_before(self) -> dict[str, int] | None:
        """Return how many had each light at the earlier moment; None where there was no ledger yet."""
        return None if self.before is None else _counted(mark.light for mark in own_rows(self.before).values())

    def moved(self) -> dict[str, int] | None:
        """Return by how many each light has grown among the items that were there at both moments (增减)."""
        if self.before is None:
            return None
        both = [
            (self.before[code].light, mark.light) for code, mark in own_rows(self.after).items() if code in self.before
        ]
        then, now = _counted(pair[0] for pair in both), _counted(pair[1] for pair in both)
        return {light: now[light] - then[light] for light in LIGHTS}


def own_rows(marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """Return the rows of plans themselves: what is counted of a plan; the shares of regions are parts of these."""
    return {code: mark for code, mark in marks.items() if "@" not in code}


def _counted(lights: Iterable[str | None]) -> dict[str, int]:
    counts = dict.fromkeys(LIGHTS, 0)
    for light in lights:
        if light is not None:
            counts[light] += 1
    return counts


def moments_of(
    connection: Connection, span: NamedSpan, when: PointInTime, today: date, *, is_open: bool = False
) -> Moments:
    """Return the two moments of a span: its end and the end of the day before it, each with what was known by then.

    when: the day and the knowledge asked about, which may lie within the span. is_open: the span has no end of its own (--since).
    A span that was over before the ledger began is told by what is known now. Raises Refused for one that has not begun.
    """
    if span.start > when.as_of:
        raise Refused(f"{span.name} 尚未开始（截至日为 {when.as_of}）；请写已开始的时段")
    day = min(span.end, when.as_of)
    began = period_reports.began_at(connection)
    known_at = when.known_at
    if known_at is None and day < today and not is_open:
        known_at = _end_of(day)
        known_at = None if known_at < began else known_at
    before = _end_of(span.before)
    earlier = None if before < began else PointInTime(span.before, min(before, known_at or before))
    return Moments(span, earlier, PointInTime(day, known_at))


def _end_of(day: date) -> str:
    return parse_instant(day.isoformat(), day)


Passing = Callable[[Sequence[period_reports.Entry], Iterable[Judged]], Iterable[Judged]]
"""Lets the items at the later moment pass by, with what was told of them: so that a report writes them as they are read."""


def changes(connection: Connection, wanted: Filter, moments: Moments, passing: Passing | None = None) -> Changes:
    """Return what changed on the items that a filter lets through at either moment, most telling first.

    Each moment is judged by the parameters that its known-at knows: what a paper said of it then is what is said of it now.
    """
    earlier, later = moments.earlier, moments.later
    told = period_reports.entries_between(connection, earlier, later)
    found: Iterable[Judged] = each_found(connection, wanted, later, load_parameters(connection, later.known_at))
    before = None if earlier is None else _Before(connection, wanted, moments, told)
    if before is not None:
        found = before.watch(found)
    after = marks(found if passing is None else passing(told.new, found))
    marks_before = None if before is None else before.marks()
    ended = ended_plans(connection, later)
    scope = after.keys() | (marks_before or {}).keys()
    every = [
        *_net(marks_before, after, ended),
        *(_change(entry, _OF_STATEMENT.get(entry.kind)) for entry in told.new),
        *(_change(entry, "undone" if entry.kind in _OF_STATEMENT else None) for entry in told.gone),
    ]
    ranks = {what: rank for rank, what in enumerate(WHAT)}
    kept = [row for row in every if row is not None and row.item in scope]
    kept = _with_debts(connection, kept, moments)
    rows = sorted(kept, key=lambda row: ranks[row.what])
    return Changes(moments, marks_before, after, tuple(rows), _carried(connection, wanted, later) if ended else "")


def _carried(connection: Connection, wanted: Filter, when: PointInTime) -> str:
    """Return the line on plans whose book is closed; empty where the question is about part of a plan."""
    from tracker.actions.plans import carried_over  # with it comes what writes

    found = carried_over(connection, wanted, when)
    return "" if found is None else found.words()


class _Before:
    """How items stood at the earlier moment.

    Those of which nothing was said since are judged as they pass by for the later one, at the earlier day; only the others are
    read again. Where a filter asks for more than whose items they are, or most of them moved, all are.
    """

    def __init__(
        self, connection: Connection, wanted: Filter, moments: Moments, told: period_reports.Difference
    ) -> None:
        assert moments.earlier is not None  # noqa: S101 - who asks has one
        self.connection, self.wanted, self.when = connection, wanted, moments.earlier
        self.parameters = load_parameters(connection, self.when.known_at)
        self.still: dict[str, Mark] = {}
        is_plain = wanted == Filter(plans=wanted.plans, kinds=wanted.kinds, unit=wanted.unit, region=wanted.region)
        moved = period_reports.moved_between(connection, self.when, moments.later, told) if is_plain else None
        self.moved = None if moved is None or len(moved.items) > _MOST_MOVED else moved
        self.uses = {} if self.moved is None else plan_lifetimes(connection, None, self.when.known_at)

    def watch(self, found: Iterable[Judged]) -> Iterable[Judged]:
        """Pass items on, and note how those that did not move stood."""
        if self.moved is None:
            return found
        return self._each(found, self.moved.items | self.moved.came)

    def _each(self, found: Iterable[Judged], moved: Container[str]) -> Iterator[Judged]:
        for each in found:
            item = each.item
            if item.id not in moved and item.kind in WORK:
                now, item.plan_used = item.plan_used, self.uses[item.plan].used_on
                then = judge(item, self.when.as_of, self.parameters)
                if not then.is_ended:
                    self.still[item.id] = _mark(Judged(item, then))
                item.plan_used = now
            yield each

    def marks(self) -> dict[str, Mark]:
        """Return all of them, once the later items have passed."""
        if self.moved is None:
            return marks(each_found(self.connection, self.wanted, self.when, self.parameters))
        ids = tuple(sorted(self.moved.items - self.moved.came))
        wanted = self.wanted._replace(ids=ids)
        return self.still | (marks(each_found(self.connection, wanted, self.when, self.parameters)) if ids else {})


_MOST_MOVED = 5000
"""Ids named in one query, under every driver's limit; of more, all items are read again."""


def _with_debts(connection: Connection, rows: list[Change], moments: Moments) -> list[Change]:
    """Return the rows with the period that a report makes good (补报), as the calendar in force at the later moment has it."""
    said = [row for row in rows if row.what == "reported" and row.unit is not None and row.entered is not None]
    if not said:
        return rows
    parameters = load_parameters(connection, moments.later.known_at)
    plans = {row.item.partition("-")[0] for row in said}
    first = min(row.entered for row in said if row.entered is not None)
    since = min(_before(parameters.of(plan), first) for plan in plans)
    owed = {plan: first_owed(parameters.of(plan), use.used_on)
            for plan, use in plan_lifetimes(connection, plans, moments.later.known_at).items()}  # fmt: skip
    late: dict[tuple[str, str | None, Day | None], str] = {}
    filed = period_reports.filings_since(connection, since, moments.later)
    for code, unit in filed.keys() & {(row.item, row.unit) for row in said}:
        told, plan = filed[code, unit], code.partition("-")[0]
        filings = [Filing(entered, day if by_form else None) for entered, day, by_form in told]
        for filing, period in cleared_debts(parameters.of(plan), owed.get(plan), filings):
            late[code, unit, filing.entered] = period.name
    return [
        row._replace(late=late.get((row.item, row.unit, row.entered))) if row.what == "reported" else row
        for row in rows
    ]


def _before(parameters: Parameters, day: date) -> date:
    """Return the first day of the period before that of a day: who reported from then on has answered it."""
    return period_before(parameters.calendars, period_of(parameters.calendars, day)).start


def marks(found: Iterable[Judged]) -> dict[str, Mark]:
    """Return how judged items stand, by id; what is in no count is left out: aims, and the items of a plan whose book is closed."""
    return {
        judged.item.id: _mark(judged) for judged in found if judged.item.kind in WORK and not judged.judgement.is_ended
    }


def _once(text: str) -> str:
    """Return a text that is kept once however often it occurs; what another program wrote may be none."""
    return intern(text) if type(text) is str else text


def _mark(found: Judged) -> Mark:
    """Return how an item stands; words that many share are kept once, as the marks of all items are kept."""
    item, judged = found
    light = judged.light
    return Mark(
        _once(item.plan), _once(item.kind), item.title or item.text, _once(item.state), light and light.color,
        light and _once(light.reason), judged.overdue, judged.due_soon, judged.before_ledger, item.is_closed_unmet,
        tuple(_once(role.counted_as) for role in main_first(item)),
        tuple(_once(role.counted_as) for role in item.leads if role.name in judged.silent_units), judged.unreported,
        item.chapter and _once(item.chapter),
    )  # fmt: skip


def main_first(item: Item) -> list[Role]:
    """Return the lead units of an item, the one that reports for all before the others; where none is named, as printed."""
    return sorted(item.leads, key=lambda role: role.unit != item.main_lead)


def main_lead(mark: Mark) -> str | None:
    """Return the lead unit for which an item is counted once: the main one, else the first; None where none is named."""
    return mark.leads[0] if mark.leads else None


def _net(before: dict[str, Mark] | None, after: dict[str, Mark], ended: Container[str]) -> list[Change]:
    """Return the lights that differ, worst first, and the items that came in, left, or whose plan's book was closed (ended)."""
    if before is None:
        return []
    moved = [
        Change(code, "light", before[code].light, mark.light, reason=mark.reason)
        for code, mark in after.items()
        if code in before and before[code].light != mark.light
    ]
    moved.sort(key=lambda row: TROUBLE[row.after])
    came = [
        Change(code, "added", None, mark.light, reason=mark.reason)
        for code, mark in after.items()
        if code not in before
    ]
    left = [
        Change(code, "carried_over" if mark.plan in ended else "removed", mark.light, None, reason=mark.reason)
        for code, mark in before.items()
        if code not in after
    ]
    return [*moved, *came, *left]


def _change(entry: period_reports.Entry, what: str | None) -> Change | None:
    """Return an entry as a change; None for one that moves nothing."""
    if what is None:
        return None
    before, after = _sides(entry)
    if what == "undone":
        before, after = after, before
    reason = entry.data.get("reason") or entry.data.get("note") or entry.data.get("problem")
    return Change(
        entry.id, what, before, after, entry.date, entry.unit, entry.by, reason, entry.entered, entry.data.get("approved_by")
    )  # fmt: skip


def _sides(entry: period_reports.Entry) -> tuple[Any, Any]:
    """Return what was there before an entry, and what it says: one field, the one that moves most."""
    from tracker.ledger.decision_rules import fields_of, with_figures

    if entry.kind == "report":
        for name in ("value", "percent", "state"):
            if entry.data[name] is not None:
                return with_figures(name, entry.before.get(name)), with_figures(name, entry.data[name])
        return None, None
    fields = fields_of(entry.kind, entry.data, entry.before)
    _, before, after = fields[0] if fields else (None, None, None)
    return _plain(before), _plain(after)


def _plain(value: Any) -> Any:
    """Return a side without its inner parts: a milestone as its day and value, names as a list."""
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part is not None)
    return value


def figures(connection: Connection, found: Changes) -> Figures:
    """Return what the sentences of 总体情况 are made from, out of what changed and how the items stand."""
    from collections import Counter

    from tracker.store.registry import plan_heads

    after = own_rows(found.after).values()
    heads = {plan["code"]: plan for plan in plan_heads(connection, known_at=found.moments.later.known_at)}
    codes = dict.fromkeys(mark.plan for mark in after)
    places = {heads[code]["region"] for code in codes}
    owing: Counter[tuple[str, str]] = Counter((mark.plan, unit) for mark in after for unit in mark.silent)
    leads = {(heads[mark.plan]["region"], unit) for mark in after for unit in mark.leads}
    silent: Counter[str] = Counter()
    for (plan, unit), number in owing.items():
        silent[unit if len(places) == 1 else f"{unit}（{heads[plan]['region']}）"] += number
    earlier, later = found.moments.earlier, found.moments.later
    return Figures(
        day=later.as_of, period=found.moments.span.words,
        plans=[(heads[code]["title"], heads[code]["status"]) for code in codes],
        kinds={kind: sum(mark.kind == kind for mark in after) for kind in WORK},
        lights=found.lights(), states=Counter(mark.state for mark in after),
        overdue=sum(mark.overdue for mark in after), before_ledger=sum(mark.before_ledger for mark in after),
        closed_unmet=sum(mark.unmet for mark in after), due_soon=sum(mark.due_soon for mark in after),
        leads=len(leads), silent=sorted(silent.items(), key=lambda each: (-each[1], each[0])),
        events={what: len({row.item for row in found.of(what)}) for what in WHAT},
        late=len({row.item for row in found.of("reported") if row.late}),
        day_before=None if earlier is None else earlier.as_of, lights_before=found.lights_before(), moved=found.moved(),
        added=len(found.of("added")), removed=len(found.of("removed")), carried_over=len(found.of("carried_over")), carried=found.carried,
    )  # fmt: skip
