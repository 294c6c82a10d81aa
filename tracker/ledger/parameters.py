"""Parameters of judgement: statements in the ledger that every rule asks for (docs/rules.md, 判断参数).

They hold for the whole ledger, for one plan, or (the day by which yearly figures come) for one indicator.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Calendar(NamedTuple):
    """How reporting periods follow one another: `week month quarter year`, and the day on which each closes.

    closes: the day of the month (the last month's, of a quarter or year), 31 for its end; of a week the weekday, Monday 1.
    set_on: the day on which it was set, from whose next opening period on it holds; the first calendar holds from ever.
    """

    every: str = "month"
    closes: int = 25
    set_on: date = date.min


class Apart:
    """What differs from the ledger's parameters: those of plans, by code, and the day of yearly figures of indicators, by id."""

    def __init__(self) -> None:
        """Begin with nothing that differs."""
        self.plans: Mapping[str, Parameters] = {}
        self.indicators: Mapping[str, tuple[int, int]] = {}


NOTHING_APART = Apart()


class Parameters(NamedTuple):
    """The parameters in force, of the ledger or of one plan.

    red_lag, yellow_lag in percentage points; time_left and tolerance in percent; due_days and report_grace in days;
    figures_by: month and day of the next year until which a year's figure is awaited; report_from: the day from which a plan
    owes reports, None for the first use of the plan.
    """

    red_lag: Decimal = Decimal(30)
    yellow_lag: Decimal = Decimal(10)
    due_days: int = 30
    time_left: Decimal = Decimal(30)
    tolerance: Decimal = Decimal(5)
    jump_factor: Decimal = Decimal(10)
    calendars: tuple[Calendar, ...] = (Calendar(),)
    report_grace: int = 7
    report_from: date | None = None
    figures_by: tuple[int, int] = (6, 30)
    apart: Apart = NOTHING_APART

    def of(self, plan: str) -> Parameters:
        """Return the parameters that hold for a plan."""
        return self.apart.plans.get(plan, self)

    def within(self, due_days: int) -> Parameters:
        """Return the same with another number of days that count as near (`--within`, `--warn-days`), for every plan."""
        apart = Apart()
        apart.indicators = self.apart.indicators
        apart.plans = {plan: own._replace(due_days=due_days, apart=apart) for plan, own in self.apart.plans.items()}
        return self._replace(due_days=due_days, apart=apart)

    def due_of_figure(self, indicator: str, year: int) -> date:
        """Return the last day on which the figure of a year is awaited for an indicator (by id) of this plan."""
        month, day = self.apart.indicators.get(indicator, self.figures_by)
        return date(year + 1, month, day)
