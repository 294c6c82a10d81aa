"""How an item stands at a day, and why: the rules of progress, periods and lights put together (docs/rules.md)."""

from collections.abc import Sequence
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
    Measured,
    Trend,
    Yardstick,
    attain,
    attain_alone,
    declared,
    figure_of,
    is_before_way,
    judge_yearly,
    lag_of,
    path_of,
    rounded,
    satisfies,
    trend_of,
)
from tracker.ledger.reporting_periods import Period, asked_about, first_owed, has_answered, open_periods
from tracker.ledger.terms import TROUBLE


class IndicatorJudgement(NamedTuple):
    """How one indicator stands; standing is what its light was decided on.

    planned is what should be done at the day asked about; planned_then at the day from which the lag was taken.
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

    @property
    def expected(self) -> Decimal | None:
        """The value that the way, or the last yearly target, asks for by now."""
        path, last = self.standing.yardstick.path, self.standing.yearly.last
        if path is not None and self._indicator.takes_value:
            is_before = is_before_way(self.standing.item, path, self.standing.as_of)
            return None if is_before else path.value(self.standing.as_of)
        return None if last is None else last.value

    @property
    def trend(self) -> Trend | None:
        """How fast it moves and must move."""
        return trend_of(self._indicator, self.standing.as_of, settled=self.attained.settled)

    @property
    def _indicator(self) -> Indicator:
        assert isinstance(self.standing.subject, Indicator)  # noqa: S101 - of what it was made
        return self.standing.subject


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
    return Judging(item, parameters).at(as_of)


class Judging:
    """An item made ready to be judged at any day: what of it hangs on no day is worked out once, while it stands as it does.

    parameters: those of its plan; first: the first period that its plan owes; parts: its indicators; path: its way, that of its
    only indicator where it has one.
    """

    def __init__(self, item: Item, parameters: Parameters) -> None:
        """Take an item as it stands."""
        self.item, self.parameters = item, parameters.of(item.plan)
        self.first = first_owed(self.parameters, item.plan_used)
        self.parts = [Measured(item, each, self.parameters.tolerance) for each in item.indicators]
        self.path = self.parts[0].yardstick.path if len(self.parts) == 1 else path_of(item)
        # Nobody is told that he never reported before the grace of the first period that was owed is over.
        self._owes_from = date.max if self.first is None else max(self.first.start, _day_after(item.came_in))

    def at(self, as_of: date) -> Judgement:
        """Judge it at a day."""
        item, own, first = self.item, self.parameters, self.first
        period = asked_about(own, as_of) if first is not None and first.start <= as_of else None
        asking = _Asking(item, as_of, own, period, period is not None and period.start >= self._owes_from)
        attained = [attain(part, as_of, own) for part in self.parts] or [attain_alone(item)]
        silence = _silence(asking, first, attained)
        planned = None if self.path is None else self.path.share(as_of)
        if not self.parts and item.kind != "aim":
            found = _judge_by_itself(asking, attained[0], silence, planned)
            return _carried_over(found) if _is_ended(item, as_of) else found
        indicators = tuple([
            _judge_indicator(asking, part, found, is_silent=silence.unreported and owes)
            for part, found, owes in zip(self.parts, attained, silence.owing, strict=False)
        ])  # fmt: skip
        if item.kind == "aim":
            return Judgement(
                met=False, overdue=False, days_overdue=0, due_soon=False, percent=None, planned=None, lag=None, light=None,
                unreported=False, silent_units=(), answered_units=(), indicators=indicators, period=period,
            )  # fmt: skip
        found = _judge_by_indicators(asking, indicators, silence, planned)
        return _carried_over(found) if _is_ended(item, as_of) else found


def _day_after(day: date | None) -> date:
    return date.min if day is None else day + timedelta(days=1)


def _is_ended(item: Item, as_of: date) -> bool:
    return item.plan_ended is not None and item.plan_ended <= as_of


def _carried_over(found: Judgement) -> Judgement:
    """Return how a row of a plan whose book is closed stands (结转): it keeps what it reached, and nothing is asked of it."""
    nothing: dict[str, Any] = {
        "overdue": False, "days_overdue": 0, "due_soon": False, "awaiting": False, "before_ledger": False, "assessable": True,
    }  # fmt: skip
    indicators = tuple(each._replace(**nothing) for each in found.indicators)
    return found._replace(**nothing, returned=False, light=None, indicators=indicators, is_ended=True)


class _Silence(NamedTuple):
    """Who owes a report for the period asked about: by part, whether it owes; the leads that have answered, and have not."""

    owing: Sequence[bool]
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
    if period is None:
        return _Silence([False] * len(attained), False, (), ())
    answered = [role.unit for role in item.leads if role.answers and has_answered(role.answers, period, as_of)]
    names = tuple([role.name for role in item.leads if role.unit in answered]) if answered else ()
    if first is None or first.start > period.start or item.kind == "aim" or _is_ended(item, as_of):
        return _Silence([False] * len(attained), False, (), names)
    parts: Sequence[Item | Indicator] = item.indicators or (item,)
    start = period.start
    was_in = item.came_in is None or start > item.came_in
    owing = [was_in and _owes(part, found, start) for part, found in zip(parts, attained, strict=True)]
    if True not in owing:
        return _Silence(owing, False, (), names)
    silent = tuple([
        role.name
        for role in item.leads
        if role.unit not in answered and (role.named_on is None or start > role.named_on)
    ])  # fmt: skip
    main = None if item.main_lead is None else next((role for role in item.leads if role.unit == item.main_lead), None)
    unreported = bool(silent) and (not answered if main is None else main.name in silent)
    return _Silence(owing, unreported, silent, names)


def _owes(subject: Item | Indicator, found: Attainment, opens: date) -> bool:
    """Say whether a part owes a report for a period that opens on a day; none while settled, awaited, or waiting to be verified."""
    if found.settled or found.awaited_until is not None or not subject.is_open:
        return False
    unmet = unmet_since(subject) if isinstance(subject, Indicator) else None
    return False not in [day is None or opens > day for day in (subject.owing_since, found.awaited_before, unmet)]


def unmet_since(indicator: Indicator) -> date | None:
    """Return when a total that satisfied was corrected downwards: the day of that entry."""
    if indicator.basis != "total" or len(indicator.values) < 2 or not indicator.takes_value:  # noqa: PLR2004 - one fell below another
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


def _judge_by_itself(asking: _Asking, attained: Attainment, silence: _Silence, planned: Decimal | None) -> Judgement:
    item, as_of = asking.item, asking.as_of
    days = _overdue_days(item.due, as_of, attained, waits=False)
    reached = declared(item, met=attained.met)
    lag = lag_of(planned, reached)
    before_ledger = days > 0 and _fell_due_before(item, item.due)
    is_silent = silence.unreported and silence.owing[0]
    standing = Standing(
        item, item, as_of, attained, days, None if attained.settled else lag, before_ledger, asking.owes,
        asking.period if is_silent else None,
    )  # fmt: skip
    return Judgement(
        attained.met, days > 0, days, _is_due_soon(item.due, as_of, asking.parameters, attained),
        percent_by_itself(item), planned, lag, light_of(standing, asking.parameters),
        silence.unreported, silence.silent, silence.answered, (), standing,
        settled=attained.settled, returned=item.returned is not None, before_ledger=before_ledger, period=asking.period,
    )  # fmt: skip


def _judge_by_indicators(
    asking: _Asking, indicators: tuple[IndicatorJudgement, ...], silence: _Silence, planned: Decimal | None
) -> Judgement:
    item = asking.item
    each: Any = IndicatorJudgement._make(zip(*indicators, strict=True))  # by field, what the indicators have there
    return Judgement(
        met=all(each.met),
        overdue=any(each.overdue),
        days_overdue=max(each.days_overdue),
        due_soon=any(each.due_soon),
        percent=_mean(each.achievement),
        planned=planned,
        lag=max([lag for lag in each.lag if lag is not None], default=None),
        light=_worst_light(item, indicators),
        unreported=silence.unreported,
        silent_units=silence.silent,
        answered_units=silence.answered,
        indicators=indicators,
        settled=False not in [found.settled for found in each.attained],
        assessable=all(each.assessable),
        awaiting=any(each.awaiting),
        returned=True in [indicator.returned is not None for indicator in item.indicators],
        before_ledger=any(each.before_ledger),
        period=asking.period,
    )


def _judge_indicator(asking: _Asking, part: Measured, attained: Attainment, *, is_silent: bool) -> IndicatorJudgement:
    item, as_of, parameters = asking.item, asking.as_of, asking.parameters
    indicator, yardstick = part.indicator, part.yardstick
    days = _overdue_days(indicator.due, as_of, attained, waits=indicator.waits_for_whole)
    before_ledger = days > 0 and _fell_due_before(item, indicator.due)
    reached = part.achievement(met=attained.met)
    path = yardstick.path
    planned = None if path is None or is_before_way(item, path, as_of) else path.share(as_of)
    planned_then = part.planned_then if part.is_dated else planned
    lag = lag_of(planned_then, reached)
    standing = Standing(
        item, indicator, as_of, attained, days, None if attained.settled else lag, before_ledger, asking.owes,
        asking.period if is_silent else None, judge_yearly(part, as_of, parameters), yardstick,
    )  # fmt: skip
    return IndicatorJudgement(
        attained.met, days > 0, _is_due_soon(indicator.due, as_of, parameters, attained), reached, planned, lag,
        light_of(standing, parameters), days, standing, attained, planned_then,
        _is_assessable(indicator, as_of, yardstick, attained), attained.awaited_until is not None, before_ledger,
    )  # fmt: skip


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
    indicator = item.indicators[worst]
    return indicators[worst].light.of(f"{item.id}.{indicator.n} {indicator.name}")


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


def _mean(values: Sequence[Decimal | None]) -> Decimal | None:
    """Return the mean of some values, None where one is not known."""
    known = [value for value in values if value is not None]
    return rounded(sum(known, ZERO) / len(known)) if len(known) == len(values) else None
