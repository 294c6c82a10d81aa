"""Planned against actual of the quantified targets: one row an indicator that takes a value."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.judgement import IndicatorJudgement, Judged, demand_words
from tracker.ledger.model import Indicator
from tracker.ledger.values import plain


class Row(NamedTuple):
    """One quantified target: what is promised, where it stands, and how that compares with the plan."""

    id: str
    item: str
    name: str
    demand: str
    actual: str
    actual_date: date | None
    reached: Decimal | None
    planned: Decimal | None
    lag: Decimal | None
    due: date | None
    verdict: str
    light: str


def target_rows(found: Sequence[Judged]) -> list[Row]:
    """Return the quantified targets: those behind the plan first, then those whose progress is unknown, then the others."""
    rows = [
        _row(judged, indicator, judgement)
        for judged in found
        for indicator, judgement in zip(judged.item.indicators, judged.judgement.indicators, strict=True)
        if indicator.takes_value
    ]
    return sorted(rows, key=by_lag)


def by_lag(row: Row) -> tuple[int, Decimal]:
    """Order rows: those behind the plan first, the most first."""
    if row.lag is not None and row.lag > 0:
        return 0, -row.lag
    return (1, Decimal(0)) if row.reached is None and row.verdict != "已达标" else (2, Decimal(0))


def _row(judged: Judged, indicator: Indicator, judgement: IndicatorJudgement) -> Row:
    measure = indicator.measure or ""
    # What must be held is met or not at each date; it has no way to go, so nothing is planned of it (docs/rules.md).
    planned = None if indicator.direction == "hold" else judgement.planned
    return Row(
        id=f"{judged.item.id}.{indicator.n}",
        item=judged.item.id,
        name=indicator.name,
        demand=demand_words(indicator) + ("（力争）" if indicator.aspirational else ""),
        actual="" if indicator.actual is None else f"{plain(indicator.actual)}{measure}",
        actual_date=indicator.actual_date,
        reached=judgement.achievement,
        planned=planned,
        lag=judgement.lag,
        due=indicator.due,
        verdict=_verdict(indicator, judgement),
        light=judgement.light.color,
    )


def _verdict(indicator: Indicator, judgement: IndicatorJudgement) -> str:
    if judgement.met:
        return "已达标"
    if judgement.overdue:
        return "逾期未达标"
    if indicator.actual is None:
        return "尚无数值"
    return "未达标" if indicator.direction != "hold" else "未保持"


class Progress(NamedTuple):
    """A bar of planned against actual: done as planned, lacking, more than planned, in percent of the way."""

    reached: Decimal
    missing: Decimal
    ahead: Decimal


def progress_of(row: Row) -> Progress | None:
    """Return the parts of a row's bar; None where planned or actual is unknown."""
    if row.reached is None or row.planned is None:
        return None
    least = min(row.reached, row.planned)
    return Progress(least, max(row.planned - row.reached, Decimal(0)), max(row.reached - row.planned, Decimal(0)))
