"""How an item stands at a day, and why: the rules of progress and lights put together (docs/rules.md)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.lights import Light, Standing, light_of
from tracker.ledger.model import Indicator, Item
from tracker.ledger.progress import (
    HUNDRED,
    ZERO,
    achievement,
    declared,
    is_broken_ban,
    is_met,
    lag_of,
    planned_progress,
    rounded_down,
    satisfies,
)
from tracker.ledger.terms import COMPARATORS, LIGHTS, STATES
from tracker.ledger.thresholds import Thresholds
from tracker.ledger.values import plain

_TROUBLE = {color: rank for rank, color in enumerate(LIGHTS)}


class IndicatorJudgement(NamedTuple):
    """How one indicator stands; standing is what its light was decided on."""

    met: bool
    overdue: bool
    due_soon: bool
    achievement: Decimal | None
    planned: Decimal | None
    lag: Decimal | None
    light: Light
    days_overdue: int
    standing: Standing


class Judgement(NamedTuple):
    """How an item stands; light is None for an aim, which is never judged; standing is that of a row without indicators."""

    met: bool
    overdue: bool
    days_overdue: int
    due_soon: bool
    percent: Decimal | None
    planned: Decimal | None
    lag: Decimal | None
    light: Light | None
    unreported: tuple[str, ...]
    indicators: tuple[IndicatorJudgement, ...]
    standing: Standing | None = None


class Judged(NamedTuple):
    """An item and how it stands."""

    item: Item
    judgement: Judgement


def judge(item: Item, as_of: date, limits: Thresholds) -> Judgement:
    """Judge an item at a day. The item must be given as it stood then (current state, or folded history)."""
    indicators = tuple(_judge_indicator(item, indicator, as_of, limits) for indicator in item.indicators)
    if item.kind == "aim":
        return Judgement(False, False, 0, False, None, None, None, None, (), indicators)
    if indicators:
        return _judge_by_indicators(item, indicators, as_of, limits)
    return _judge_by_itself(item, as_of, limits)


def _judge_by_itself(item: Item, as_of: date, limits: Thresholds) -> Judgement:
    met = not item.is_open
    overdue_days = _overdue_days(item.due, as_of, settled=met)
    planned = planned_progress(item.period_start, item.due, as_of)
    percent = HUNDRED if met else item.percent
    lag = lag_of(planned, declared(item.percent, met=met))
    report = item.last_report
    standing = Standing(
        done=_done_words(item),
        overdue_days=overdue_days,
        lag=lag,
        broken_ban=None,
        held_unmet=None,
        report_age=report_age(report.date, report.entered, as_of) if report else None,
        met=met,
        held_before_due=False,
        days_left=(item.due - as_of).days if item.due else None,
        time_left=_time_left(item.period_start, item.due, as_of),
    )
    due_soon = _is_due_soon(item.due, as_of, limits, settled=met)
    light = light_of(standing, limits)
    unreported = silent_leads(item, as_of, limits.report_days)
    return Judgement(
        met, overdue_days > 0, overdue_days, due_soon, percent, planned, lag, light, unreported, (), standing
    )  # fmt: skip


def _judge_by_indicators(
    item: Item, indicators: tuple[IndicatorJudgement, ...], as_of: date, limits: Thresholds
) -> Judgement:
    known = [judged.achievement for judged in indicators if judged.achievement is not None]
    met = all(judged.met for judged in indicators)
    lags = [judged.lag for judged in indicators if judged.lag is not None]
    planned = indicators[0].planned if len(indicators) == 1 else planned_progress(item.period_start, item.due, as_of)
    return Judgement(
        met=met,
        overdue=any(judged.overdue for judged in indicators),
        days_overdue=max(judged.days_overdue for judged in indicators),
        due_soon=any(judged.due_soon for judged in indicators),
        percent=_mean(known) if len(known) == len(indicators) else None,
        planned=planned,
        lag=max(lags) if lags else None,
        light=_worst_light(item, indicators),
        unreported=silent_leads(item, as_of, limits.report_days),
        indicators=indicators,
    )


def _judge_indicator(item: Item, indicator: Indicator, as_of: date, limits: Thresholds) -> IndicatorJudgement:
    met = is_met(indicator, as_of, limits.tolerance)
    settled = met or not indicator.is_open
    overdue_days = _overdue_days(indicator.due, as_of, settled=settled)
    reached = achievement(indicator, met=met)
    planned = planned_progress(item.period_start, indicator.due, as_of, indicator.milestones, indicator)
    lag = lag_of(planned, reached)
    standing = Standing(
        done=_done_words(indicator),
        overdue_days=overdue_days,
        lag=lag,
        broken_ban=f"突破禁止性要求（现值 {_with_measure(indicator)}）" if is_broken_ban(indicator) else None,
        held_unmet=_held_unmet(indicator, limits),
        report_age=_indicator_age(indicator, as_of),
        met=met,
        held_before_due=indicator.direction == "hold" and (indicator.due is None or as_of <= indicator.due),
        days_left=(indicator.due - as_of).days if indicator.due else None,
        time_left=_time_left(item.period_start, indicator.due, as_of),
    )
    due_soon = _is_due_soon(indicator.due, as_of, limits, settled=settled)
    light = light_of(standing, limits)
    return IndicatorJudgement(met, overdue_days > 0, due_soon, reached, planned, lag, light, overdue_days, standing)


def report_age(reported: date, entered: date, as_of: date) -> int:
    """Return the days since a report was entered; by its own date where it was entered after the as-of day."""
    return (as_of - (entered if entered <= as_of else reported)).days


def silent_leads(item: Item, as_of: date, report_days: int) -> tuple[str, ...]:
    """Return the lead units of an open item that made no report of their own on it in the period (未填报)."""
    if not item.is_open or item.kind == "aim":
        return ()
    return tuple(
        lead.name
        for lead in item.leads
        if lead.reported_on is None
        or lead.reported_entered is None
        or report_age(lead.reported_on, lead.reported_entered, as_of) > report_days
    )


def _indicator_age(indicator: Indicator, as_of: date) -> int | None:
    if indicator.reported_on is None or indicator.reported_entered is None:
        return None
    return report_age(indicator.reported_on, indicator.reported_entered, as_of)


def _overdue_days(due: date | None, as_of: date, *, settled: bool) -> int:
    return max((as_of - due).days, 0) if due is not None and not settled else 0


def _is_due_soon(due: date | None, as_of: date, limits: Thresholds, *, settled: bool) -> bool:
    return due is not None and not settled and 0 <= (due - as_of).days <= limits.due_days


def _time_left(start: date, due: date | None, as_of: date) -> Decimal | None:
    """Return the share of the time between start and due that is still to come, in percent, not rounded."""
    if due is None or due <= start:
        return None
    return max(Decimal((due - max(as_of, start)).days) * HUNDRED / Decimal((due - start).days), ZERO)


def _done_words(subject: Item | Indicator) -> str | None:
    if subject.is_open:
        return None
    words = completion_words(subject.due, subject.completed_on) or STATES[subject.state]
    return words + ("，已销号" if subject.state == "closed" else "")


def completion_words(due: date | None, completed_on: date | None) -> str | None:
    """Tell 按期办结 from 逾期办结 by the deadline in force; a row without a deadline is neither."""
    if completed_on is None:
        return None
    if due is None:
        return f"{completed_on} 办结"
    return f"{'按期办结' if completed_on <= due else '逾期办结'}（{completed_on}）"


def completed_late(subject: Item | Indicator) -> bool:
    """Say whether something was completed after its deadline in force (逾期办结)."""
    return subject.completed_on is not None and subject.due is not None and subject.completed_on > subject.due


def _held_unmet(indicator: Indicator, limits: Thresholds) -> str | None:
    if indicator.direction != "hold" or indicator.actual is None or not indicator.takes_value:
        return None
    if satisfies(indicator, indicator.actual, limits.tolerance):
        return None
    return f"未保持在要求水平（现值 {_with_measure(indicator)}，要求{demand_words(indicator)}）"


def demand_words(indicator: Indicator) -> str:
    """Write what the target asks in words: 不低于98%, 下降16%以上, 全面完成."""
    words = COMPARATORS[indicator.comparator]
    if indicator.value is None:
        return words
    amount = f"{plain(indicator.value)}{indicator.measure or ''}"
    if indicator.is_change:
        return f"{words}{amount}" + {">=": "以上", "~": "左右"}.get(indicator.bound or "=", "")
    return f"{amount}左右" if indicator.comparator == "~" else f"{words}{amount}"


def _with_measure(indicator: Indicator) -> str:
    assert indicator.actual is not None  # noqa: S101 - callers ask only where there is a value
    return f"{plain(indicator.actual)}{indicator.measure or ''}"


def _worst_light(item: Item, indicators: tuple[IndicatorJudgement, ...]) -> Light:
    """Return the light of the indicator in the deepest trouble; several indicators: the reason names it."""
    worst = min(range(len(indicators)), key=lambda place: _depth(item.indicators[place], indicators[place]))
    light = indicators[worst].light
    if len(indicators) == 1:
        return light
    indicator = item.indicators[worst]
    return Light(light.color, f"{light.reason}（{item.id}.{indicator.n} {indicator.name}）")


def _depth(indicator: Indicator, judged: IndicatorJudgement) -> tuple[int, int, bool, Decimal]:
    """Order by colour, then by days overdue, then what was completed late, then by the largest lag."""
    lag = judged.lag if judged.lag is not None else Decimal(-1000)
    return _TROUBLE[judged.light.color], -judged.days_overdue, not completed_late(indicator), -lag


def _mean(values: list[Decimal]) -> Decimal:
    return rounded_down(sum(values, Decimal(0)) / len(values))
