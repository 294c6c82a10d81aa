"""What the rules work on: an item with its indicators, as its plan states it and as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.terms import CHANGE_COMPARATORS, OPEN_STATES, WORDED_COMPARATORS
from tracker.ledger.values import plain

Day = date
"""The type under a second name, for classes that have a field of the first."""


class Milestone(NamedTuple):
    """What an indicator's value (年度目标), or the percent of a row without numbers (节点), should be at a date."""

    date: date
    value: Decimal


class Value(NamedTuple):
    """A figure as it was reported: the day it describes (数据时点), and the day of its entry.

    One that is given as a year's has the last day of that year.
    """

    date: date
    value: Decimal
    entered: Day

    @property
    def is_of_year(self) -> bool:
        """Whether it is the figure of a whole year (an amount up to the last day of a year is)."""
        return (self.date.month, self.date.day) == (12, 31)


class Answer(NamedTuple):
    """Which reporting periods one report of a unit answers, by their last days: one, or the closed one before it too."""

    entered: Day
    first: date
    last: date


class LastReport(NamedTuple):
    """The report in force: the one with the latest date, then the latest entry (docs/rules.md)."""

    date: date
    entered: Day
    unit: str | None
    by: str
    note: str | None
    problem: str | None
    next: str | None


@dataclass(slots=True, repr=False, eq=False)
class Role:
    """A unit's part in an item: its name as printed, and the last day it reported on the item itself.

    main is the unit's own name where the row prints another spelling of it. named_on: the day on which it was named after
    the plan. answers: of a lead, which reporting periods its reports answer; what is kept of them is the last.
    """

    unit: int
    name: str
    reported_on: date | None = None
    reported_entered: date | None = None
    main: str | None = None
    named_on: date | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def counted_as(self) -> str:
        """The name under which the unit is counted: one unit stays one, however its rows spell it."""
        return self.main or self.name


class Link(NamedTuple):
    """Where an indicator's actual comes from instead of a report: one indicator (same) or several (sum, mean …).

    One without sources (index) has its actual from the synergy index, whose figures report it whenever they move it.
    weights are those of a mean; factors convert sources in another magnitude (千瓦 for 万千瓦), where that was asked for.
    """

    kind: str
    sources: tuple[str, ...]
    weights: tuple[Decimal | None, ...] = ()
    factors: tuple[Decimal, ...] = ()

    @property
    def has_sources(self) -> bool:
        """Whether the actual follows from other indicators."""
        return bool(self.sources)

    def factor(self, place: int) -> Decimal:
        """Return by what the value of a source is multiplied; 1 where no conversion was asked for."""
        return self.factors[place] if self.factors else Decimal(1)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Link":
        """Read the form in which statements and kept state have it: {kind, sources, weights, factors}."""
        weights = tuple(None if weight is None else Decimal(weight) for weight in data.get("weights", ()))
        sources = tuple(data["sources"])
        if not all(isinstance(each, str) and each.rpartition(".")[2].isdecimal() for each in sources):
            raise ValueError(data["sources"])
        return cls(data["kind"], sources, weights, tuple(map(Decimal, data.get("factors", ()))))

    def written(self) -> dict[str, Any]:
        """Write it in that form; factors only where there are any."""
        weights = [None if weight is None else plain(weight) for weight in self.weights]
        data: dict[str, Any] = {"kind": self.kind, "sources": list(self.sources), "weights": weights}
        return {**data, "factors": [plain(factor) for factor in self.factors]} if self.factors else data


@dataclass(slots=True, kw_only=True, init=False, repr=False, eq=False)
class WorkState:
    """How an item or an indicator stands, whatever it is.

    reported_on: of the last report of a lead. returned: why the declaration was sent back, as long as no lead has reported
    since. owing_since: the day from which it owes reports again (returned, reopened). extensions: how often its deadline was moved.
    """

    due: date | None = None
    state: str = "not_started"
    percent: Decimal | None = None
    percent_on: date | None = None
    completed_on: date | None = None
    completed_by: str | None = None
    completed_unit: str | None = None
    closed_on: date | None = None
    unmet: str | None = None
    returned: str | None = None
    owing_since: date | None = None
    extensions: int = 0
    reported_on: date | None = None
    reported_entered: date | None = None
    milestones: tuple[Milestone, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nobody has declared it done."""
        return self.state in OPEN_STATES

    @property
    def is_closed_unmet(self) -> bool:
        """Whether it was closed although its target was missed (已销号（未达目标）)."""
        return self.state == "closed" and self.unmet is not None


@dataclass(slots=True, repr=False, eq=False)
class Indicator(WorkState):
    """One measured commitment of a target. The first block is the plan's word, the second how it stands (`WorkState`).

    values: the figures in force, one a day, in the order of the days that they describe.
    """

    n: int
    name: str
    comparator: str
    value: Decimal | None = None
    bound: str | None = None
    aspirational: bool = False
    measure: str | None = None
    scope: str | None = None
    direction: str | None = None
    original_due: date | None = None
    note: str | None = None
    basis: str | None = None

    baseline_year: int | None = None
    baseline_value: Decimal | None = None
    values: tuple[Value, ...] = ()
    link: Link | None = None
    waits_for_whole: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the plan promised a number, or a share of areas: a word of the unit settles neither (docs/rules.md, 达标)."""
        return self.basis == "each" or (self.takes_value and self.basis not in ("declared", "assessed"))

    @property
    def takes_value(self) -> bool:
        """Whether reports on it carry a value; otherwise they carry state and percent."""
        return self.value is not None and self.comparator not in WORDED_COMPARATORS and self.basis != "each"

    @property
    def is_change(self) -> bool:
        """Whether the value logged is itself a change against a base year."""
        return self.comparator in CHANGE_COMPARATORS

    @property
    def counted(self) -> tuple[Value, ...]:
        """The figures that count: of a yearly amount only those of whole years."""
        return self.values if self.basis != "annual" else tuple(each for each in self.values if each.is_of_year)

    @property
    def current(self) -> Value | None:
        """The figure in force."""
        if self.basis != "annual":
            return self.values[-1] if self.values else None
        return next((each for each in reversed(self.values) if each.is_of_year), None)

    @property
    def actual(self) -> Decimal | None:
        """The value in force; of a commitment for every area the share of areas that have it, in percent."""
        if self.basis == "each":
            return self.percent
        found = self.current
        return None if found is None else found.value

    @property
    def actual_date(self) -> date | None:
        """The day that the value in force describes."""
        if self.basis == "each":
            return self.percent_on
        found = self.current
        return None if found is None else found.date


@dataclass(slots=True, repr=False, eq=False)
class Item(WorkState):
    """A row of a plan. The first block is the plan's word, the second how it stands (`WorkState`), the third where.

    start: the row's own first day of work, None for the period's. main_lead: the key of the unit that reports for all leads.
    in_ledger: the day its plan came into the ledger; came_in: the row, where
    that was later; plan_used: the day from which its plan is in use (docs/rules.md, 填报期); plan_ended: the day its book was closed.
    """

    id: str
    plan: str
    kind: str
    number: int
    text: str
    period_start: date
    responsibility: str = "unstated"
    chapter: str | None = None
    section: str | None = None
    title: str | None = None
    source: str | None = None
    open_ended: bool = False
    original_due: date | None = None
    note: str | None = None
    lead_cell: str | None = None
    participant_cell: str | None = None
    region: str | None = None

    leads: list[Role] = field(default_factory=list)
    participants: list[Role] = field(default_factory=list)
    start: date | None = None
    main_lead: int | None = None
    forecast: str | None = None
    last_report: LastReport | None = None
    indicators: list[Indicator] = field(default_factory=list)
    assigned: bool = False
    retired_on: date | None = None

    in_ledger: date | None = None
    came_in: date | None = None
    plan_used: date | None = None
    plan_ended: date | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()

    @property
    def begins(self) -> date:
        """The first day of work: the row's own, else the period's."""
        return self.start or self.period_start


def presumed_basis(comparator: str, direction: str | None, baseline: Decimal | None) -> str:
    """Return how a value most likely answers for a commitment of which nobody has said so."""
    if comparator in WORDED_COMPARATORS:
        return "declared"
    return "total" if baseline == 0 and direction != "hold" else "level"


def part_of(item: Item, n: int | None) -> Item | Indicator:
    """Return an item (n None) or its indicator n, which it must have."""
    return item if n is None else next(each for each in item.indicators if each.n == n)
