"""How an item stands at a day, and why: the rules of progress, periods and lights put together (docs/rules.md)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.lights import Light, Standing, completed_late, light_of
from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import (
    HUNDRED,
    ZERO,
    Attainment,
    Path,
    Trend,
    Yardstick,
    achievement,
    attain,
    attain_alone,
    declared,
    figure_of,
    judge_yearly,
    lag_of,
    path_of,
    rounded,
    satisfies,
    trend_of,
    yardstick_of,
)
from tracker.ledger.reporting_periods import Period, asked_about, first_owed, has_answered, open_periods
from tracker.ledger.terms import TROUBLE


class IndicatorJudgement(NamedTuple):
    """How one indicator stands; standing is what its light was decided on.

    planned is what should be done at the day asked about; planned_then at the day from which the lag was taken. expected is
    the value that the way, or the last yearly target, asks for by now.
    """

    met: bool
    overdue: bool
    due_soon: bool
    achievement: Decimal | None
    planned: Decimal | None
    lag: Decimal | None
    light: Light
    days_overdue: int
    standing: Standing
    attained: Attainment
    planned_then: Decimal | None
    assessable: bool
    awaiting: bool
    before_ledger: bool
    expected: Decimal | None
    trend: Trend | None


class Judgement(NamedTuple):
    """How an item stands; light is None for an aim and where the plan's book is closed; standing is that of a row without indicators.

    unreported: that its main lead (none named: none of its leads) has not answered the period asked about, in silent_units and
    answered_units each lead that has not or has. is_ended: that the plan's book is closed.
    """

    met: bool
    overdue: bool
    days_overdue: int
    due_soon: bool
    percent: Decimal | None
    planned: Decimal | None
    lag: Decimal | None
    light: Light | None
    unreported: bool
    silent_units: tuple[str, ...]
    answered_units: tuple[str, ...]
    indicators: tuple[IndicatorJudgement, ...]
    standing: Standing | None = None
    settled: bool = False
    assessable: bool = True
    awaiting: bool = False
    returned: bool = False
    before_ledger: bool = False
    is_ended: bool = False
    period: Period | None = None


class Judged(NamedTuple):
    """An item and how it stands."""

    item: Item
    judgement: Judgement


class _Asking(NamedTuple):
    """What is the same for every part of an item: its figures, the day, the period that is asked about, whether it is answered."""

    item: Item
    as_of: date
    parameters: Parameters
    period: Period | None
    owes: bool


def judge(item: Item, as_of: date, parameters: Parameters) -> Judgement:
    """Judge an item at a day. The item must be given as it stood then (current state, or folded history)."""
    own = parameters.of(item.plan)
    first = first_owed(own, item.plan_used)
    period = asked_about(own, as_of) if first is not None and first.start <= as_of else None
    # Nobody is told that he never reported before the grace of the first period that was owed is over.
    owes = period is not None and first is not None and period.start >= max(first.start, _day_after(item.came_in))
    asking = _Asking(item, as_of, own, period, owes)
    attained = [attain(each, as_of, own, f"{item.id}.{each.n}") for each in item.indicators] or [attain_alone(item)]
    silence = _silence(asking, first, attained)
    indicators = tuple(
        _judge_indicator(asking, each, found, is_silent=silence.unreported and owes)
        for each, found, owes in zip(item.indicators, attained, silence.owing, strict=False)
    )
    if item.kind == "aim":
        return Judgement(
            False, False, 0, False, None, None, None, None, False, (), (), indicators, period=asking.period
        )  # fmt: skip
    found = (
        _judge_by_indicators(asking, indicators, silence)
        if indicators
        else _judge_by_itself(asking, attained[0], silence)
    )
    return _carried_over(found) if _is_ended(item, as_of) else found


def _day_after(day: date | None) -> date:
    return date.min if day is None else day + timedelta(days=1)


def _is_ended(item: Item, as_of: date) -> bool:
    return item.plan_ended is not None and item.plan_ended <= as_of


def _carried_over(found: Judgement) -> Judgement:
    """Return how a row of a plan whose book is closed stands (结转): it keeps what it reached, and nothing is asked of it."""
    indicators = tuple(
        each._replace(
            overdue=False, days_overdue=0, due_soon=False, awaiting=False, before_ledger=False, assessable=True
        )
        for each in found.indicators
    )
    return found._replace(
        overdue=False, days_overdue=0, due_soon=False, awaiting=False, before_ledger=False, assessable=True,
        returned=False, light=None, indicators=indicators, is_ended=True,
    )  # fmt: skip


class _Silence(NamedTuple):
    """Who owes a report for the period asked about: by part, whether it owes; the leads that have answered, and have not."""

    owing: tuple[bool, ...]
    unreported: bool
    silent: tuple[str, ...]
    answered: tuple[str, ...]


def still_to_report(judged: Judged, as_of: date, parameters: Parameters) -> list[tuple[Period, tuple[str, ...]]]:
    """Return the periods that can still be reported on time at a day, the earlier first, each with the leads who have not."""
    item = judged.item
    own = parameters.of(item.plan)
    first = first_owed(own, item.plan_used)
    attained = [each.attained for each in judged.judgement.indicators] or [attain_alone(item)]
    asking = _Asking(item, as_of, own, None, owes=True)
    return [
        (period, _silence(asking._replace(period=period), first, attained).silent)
        for period in open_periods(own, as_of)
    ]


def _silence(asking: _Asking, first: Period | None, attained: list[Attainment]) -> _Silence:
    """Work out who has not reported (未填报): docs/rules.md, 填报期. attained: of each indicator, or of a row without any."""
    item, as_of, period = asking.item, asking.as_of, asking.period
    nobody = (False,) * len(attained)
    if period is None:
        return _Silence(nobody, False, (), ())
    answered = {role.unit for role in item.leads if role.answers and has_answered(role.answers, period, as_of)}
    names = tuple([role.name for role in item.leads if role.unit in answered])
    if first is None or first.start > period.start or item.kind == "aim" or _is_ended(item, as_of):
        return _Silence(nobody, False, (), names)
    parts: list[Item | Indicator] = [*item.indicators] or [item]
    since = [_owing_since(each, found) for each, found in zip(parts, attained, strict=True)]
    came_in = item.came_in or date.min
    owing = tuple([day is not None and period.start > max(day, came_in) for day in since])
    if True not in owing:
        return _Silence(owing, False, (), names)
    silent = tuple(
        [
            role.name
            for role in item.leads
            if role.unit not in answered and (role.named_on is None or period.start > role.named_on)
        ]
    )
    main = None if item.main_lead is None else next((role for role in item.leads if role.unit == item.main_lead), None)
    unreported = bool(silent) and (not answered if main is None else main.name in silent)
    return _Silence(owing, unreported, silent, names)


def _owing_since(subject: Item | Indicator, found: Attainment) -> date | None:
    """Return the day after which a part owes reports, None while it owes none: settled, awaited, or waiting to be verified."""
    if found.settled or found.awaited_until is not None or not subject.is_open:
        return None
    unmet = unmet_since(subject) if isinstance(subject, Indicator) else None
    return max(subject.owing_since or date.min, found.awaited_before or date.min, unmet or date.min)


def unmet_since(indicator: Indicator) -> date | None:
    """Return when a total that satisfied was corrected downwards: the day of that entry."""
    if indicator.basis != "total" or not indicator.takes_value or len(indicator.values) < 2:  # noqa: PLR2004 - one fell below another
        return None
    before, last = indicator.values[-2:]
    fell = satisfies(indicator, before.value, ZERO) and not satisfies(indicator, last.value, ZERO)
    return last.entered if fell else None


def percent_by_itself(item: Item) -> Decimal | None:
    """Return the percent of a row without indicators as it is shown: as it was declared, in full where it is done; an aim has none."""
    if item.kind == "aim":
        return None
    if not item.is_open:
        return HUNDRED
    return declared(item, met=False) if item.percent is None else item.percent


def _judge_by_itself(asking: _Asking, attained: Attainment, silence: _Silence) -> Judgement:
    item, as_of = asking.item, asking.as_of
    days = _overdue_days(item.due, as_of, attained, waits=False)
    path = path_of(item)
    planned = None if path is None else path.share(as_of)
    reached = declared(item, met=attained.met)
    lag = lag_of(planned, reached)
    before_ledger = days > 0 and _fell_due_before(item, item.due)
    is_silent = silence.unreported and silence.owing[0]
    standing = Standing(
        item, item, as_of, attained, days, lag, before_ledger, asking.owes, asking.period if is_silent else None
    )
    return Judgement(
        attained.met, days > 0, days, _is_due_soon(item.due, as_of, asking.parameters, attained),
        percent_by_itself(item), planned, lag, light_of(standing, asking.parameters),
        silence.unreported, silence.silent, silence.answered, (), standing,
        settled=attained.settled, returned=item.returned is not None, before_ledger=before_ledger, period=asking.period,
    )  # fmt: skip


def _judge_by_indicators(asking: _Asking, indicators: tuple[IndicatorJudgement, ...], silence: _Silence) -> Judgement:
    item = asking.item
    each: Any = IndicatorJudgement._make(zip(*indicators, strict=True))  # by field, what the indicators have there
    known = [share for share in each.achievement if share is not None]
    path = path_of(item) if len(indicators) > 1 else None
    return Judgement(
        met=all(each.met),
        overdue=any(each.overdue),
        days_overdue=max(each.days_overdue),
        due_soon=any(each.due_soon),
        percent=_mean(known) if len(known) == len(indicators) else None,
        planned=each.planned[0] if len(indicators) == 1 else None if path is None else path.share(asking.as_of),
        lag=max([lag for lag in each.lag if lag is not None], default=None),
        light=_worst_light(item, indicators),
        unreported=silence.unreported,
        silent_units=silence.silent,
        answered_units=silence.answered,
        indicators=indicators,
        settled=all(found.settled for found in each.attained),
        assessable=all(each.assessable),
        awaiting=any(each.awaiting),
        returned=any(indicator.returned is not None for indicator in item.indicators),
        before_ledger=any(each.before_ledger),
        period=asking.period,
    )


def _judge_indicator(
    asking: _Asking, indicator: Indicator, attained: Attainment, *, is_silent: bool
) -> IndicatorJudgement:
    item, as_of, parameters = asking.item, asking.as_of, asking.parameters
    days = _overdue_days(indicator.due, as_of, attained, waits=indicator.waits_for_whole)
    before_ledger = days > 0 and _fell_due_before(item, indicator.due)
    reached = achievement(indicator, parameters.tolerance, met=attained.met)
    yardstick = yardstick_of(item, indicator)
    path, name = yardstick.path, f"{item.id}.{indicator.n}"
    planned = None if path is None else path.share(as_of)
    planned_then = None if path is None else _planned_then(indicator, path, as_of)
    lag = lag_of(planned_then, reached)
    yearly = judge_yearly(indicator, yardstick.targets, as_of, parameters, name)
    standing = Standing(
        item, indicator, as_of, attained, days, lag, before_ledger, asking.owes, asking.period if is_silent else None, yearly, yardstick
    )  # fmt: skip
    expected = None
    if path is not None and indicator.takes_value:
        expected = path.value(as_of)
    elif yearly.last is not None:
        expected = yearly.last.value
    return IndicatorJudgement(
        attained.met, days > 0, _is_due_soon(indicator.due, as_of, parameters, attained), reached, planned, lag,
        light_of(standing, parameters), days, standing, attained, planned_then,
        _is_assessable(indicator, as_of, yardstick, attained), attained.awaited_until is not None,
        before_ledger, expected, trend_of(indicator, as_of, settled=attained.settled),
    )  # fmt: skip


def _planned_then(indicator: Indicator, path: Path, as_of: date) -> Decimal | None:
    """Return what should have been done by the day from which a lag is taken.

    That of the value, of a level and a yearly amount (there is no way before its start); else the day asked about.
    """
    if not indicator.takes_value or indicator.basis in ("total", None):
        return path.share(as_of)
    then = indicator.actual_date
    return None if then is None or then < path.points[0].date else path.share(then)


def _is_assessable(indicator: Indicator, as_of: date, yardstick: Yardstick, attained: Attainment) -> bool:
    """Say whether anything can be said of a part's progress: a way to go, a yearly target, a level to be held, a deadline past."""
    if yardstick.held or yardstick.path is not None or yardstick.targets or attained.settled:
        return True
    return not indicator.takes_value or (indicator.due is not None and as_of > indicator.due)


def _overdue_days(due: date | None, as_of: date, attained: Attainment, *, waits: bool) -> int:
    if due is None or waits or attained.settled or attained.awaited_until is not None:
        return 0
    return max((as_of - due).days, 0)


def _fell_due_before(item: Item, due: date | None) -> bool:
    """Say whether a row fell due before its plan was in the ledger, and nobody ever reported on it."""
    return (
        item.in_ledger is not None
        and due is not None
        and due < item.in_ledger
        and item.last_report is None
        and not any(each.values for each in item.indicators)
    )


def _is_due_soon(due: date | None, as_of: date, parameters: Parameters, attained: Attainment) -> bool:
    return due is not None and not attained.settled and 0 <= (due - as_of).days <= parameters.due_days


def _worst_light(item: Item, indicators: tuple[IndicatorJudgement, ...]) -> Light:
    """Return the light of the indicator in the deepest trouble; several indicators: the reason names it."""
    if len(indicators) == 1:
        return indicators[0].light
    worst = min(range(len(indicators)), key=lambda place: _depth(item.indicators[place], indicators[place]))
    light, indicator = indicators[worst].light, item.indicators[worst]
    return Light(light.color, f"{light.reason}（{item.id}.{indicator.n} {indicator.name}）")


def _depth(indicator: Indicator, judged: IndicatorJudgement) -> tuple[int, int, bool, Decimal]:
    """Order by colour, then by days overdue, then what was completed late, then by the largest lag."""
    rank, days, lag = by_trouble(judged.light.color, judged.days_overdue, judged.lag)
    return rank, days, not completed_late(indicator), lag


def by_trouble(light: str | None, days_overdue: int | None, lag: Decimal | None) -> tuple[int, int, Decimal]:
    """Return the place of an item in every list of trouble: by light, then longest overdue, then furthest behind."""
    return TROUBLE[light], -(days_overdue or 0), Decimal(1000) if lag is None else -lag


def passes_on(indicator: Indicator, judged: IndicatorJudgement) -> bool:
    """Say whether a number is reported under the later row that repeats it: its due year's figure is in, or it takes none any more."""
    if not indicator.is_open and not judged.awaiting:
        return True
    due = indicator.due
    if due is None:
        return False
    if indicator.basis == "total":
        return any(each.date >= due for each in indicator.values)
    return figure_of(indicator, due, is_over=False) is not None


def next_due(judged: Judged) -> date | None:
    """Return the nearest deadline to come of what is due soon: that of an indicator, else the item's own."""
    item, judgement = judged
    dues = [
        indicator.due
        for indicator, each in zip(item.indicators, judgement.indicators, strict=True)
        if each.due_soon and indicator.due is not None
    ]
    return min(dues, default=item.due)


def overdue_since(judged: Judged, as_of: date) -> date:
    """Return the deadline that was missed: the earliest, where several indicators have their own."""
    return as_of - timedelta(days=judged.judgement.days_overdue)


def _mean(values: list[Decimal]) -> Decimal:
    return rounded(sum(values, ZERO) / len(values))
