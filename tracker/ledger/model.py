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
    """An intermediate value (阶段目标) an indicator should have at a date."""

    date: date
    value: Decimal


class LastReport(NamedTuple):
    """The report in force: the one with the latest date, then the latest entry (docs/rules.md)."""

    date: date
    entered: Day
    unit: str | None
    by: str
    note: str | None
    problem: str | None
    next: str | None


@dataclass(slots=True)
class Role:
    """A unit's part in an item: its name as printed, and the last day it reported on the item itself.

    main is the unit's own name where the row prints another spelling of it.
    """

    unit: int
    name: str
    reported_on: date | None = None
    reported_entered: date | None = None
    main: str | None = None

    @property
    def counted_as(self) -> str:
        """The name under which the unit is counted: one unit stays one, however its rows spell it."""
        return self.main or self.name


@dataclass(slots=True)
class Link:
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
        return cls(data["kind"], tuple(data["sources"]), weights, tuple(map(Decimal, data.get("factors", ()))))

    def written(self) -> dict[str, Any]:
        """Write it in that form; factors only where there are any."""
        weights = [None if weight is None else plain(weight) for weight in self.weights]
        data: dict[str, Any] = {"kind": self.kind, "sources": list(self.sources), "weights": weights}
        return {**data, "factors": [plain(factor) for factor in self.factors]} if self.factors else data


@dataclass(slots=True)
class Indicator:
    """One measured commitment of a target. The first block is the plan's word, the second how it stands."""

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

    baseline_year: int | None = None
    baseline_value: Decimal | None = None
    due: date | None = None
    state: str = "not_started"
    percent: Decimal | None = None
    actual: Decimal | None = None
    actual_date: date | None = None
    completed_on: date | None = None
    completed_by: str | None = None
    closed_on: date | None = None
    reported_on: date | None = None
    reported_entered: date | None = None
    milestones: tuple[Milestone, ...] = ()
    link: Link | None = None

    @property
    def takes_value(self) -> bool:
        """Whether reports on it carry a value; otherwise they carry state and percent (docs/rules.md)."""
        return self.value is not None and self.comparator not in WORDED_COMPARATORS

    @property
    def is_change(self) -> bool:
        """Whether the value logged is itself a change against a base year (docs/rules.md)."""
        return self.comparator in CHANGE_COMPARATORS

    @property
    def is_open(self) -> bool:
        """Whether nobody has declared it done."""
        return self.state in OPEN_STATES


@dataclass(slots=True)
class Item:
    """A row of a plan. The first block is the plan's word, the second how it stands."""

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
    due: date | None = None
    state: str = "not_started"
    percent: Decimal | None = None
    completed_on: date | None = None
    completed_by: str | None = None
    closed_on: date | None = None
    forecast: str | None = None
    last_report: LastReport | None = None
    indicators: list[Indicator] = field(default_factory=list)
    assigned: bool = False
    retired_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has declared it done."""
        return self.state in OPEN_STATES


def part_of(item: Item, n: int | None) -> Item | Indicator:
    """Return an item (n None) or its indicator n, which it must have."""
    return item if n is None else next(each for each in item.indicators if each.n == n)
