"""Whether a commitment is met, since when, and by which figure, on its own basis (docs/rules.md, 达标).

A word never settles a number. What decides a rate, a stock or a yearly amount is the figure of the year in which it is due;
until the day by which such figures come, only that figure meets or fails it.
"""

from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from tracker.ledger.judgement_figures import Figures
from tracker.ledger.model import Indicator, Item, Milestone, Value
from tracker.ledger.progress import is_ban, is_held, reaches, satisfies, yearly_targets


class Attainment(NamedTuple):
    """How a commitment is answered at a day.

    met_late: met after its deadline. is_early: a value satisfies before the deadline, of which only the figure of that year
    decides. held: whether a number to be held is held now, None for others and without a figure. awaited_until: the last day on
    which the figure of the due year is still waited for, None where it is not. figure: what decided, or the value in force.
    failed: whether that figure is one that decides against it. breach: the value that breaks a ban. satisfied: whether the value in
    force satisfies, whatever decides.
    """

    met: bool
    met_on: date | None = None
    met_late: bool = False
    is_early: bool = False
    held: bool | None = None
    awaited_until: date | None = None
    awaited_before: date | None = None
    figure: Value | None = None
    failed: bool = False
    breach: Value | None = None
    satisfied: bool = False
    settled: bool = False


def attain(indicator: Indicator, as_of: date, figures: Figures, name: str) -> Attainment:
    """Return how an indicator (name: its id) is answered at a day."""
    found = _attain(indicator, as_of, figures, name)
    settled = indicator.state == "closed" or (found.met and not _must_hold(indicator, as_of) and found.breach is None)
    actual = indicator.actual if indicator.takes_value and indicator.is_number else None
    return found._replace(
        settled=settled,
        awaited_until=None if settled else found.awaited_until,
        satisfied=actual is not None and satisfies(indicator, actual, figures.tolerance),
    )


def attain_alone(item: Item) -> Attainment:
    """Return how a row without indicators is answered: it is done when it is declared done."""
    late = item.due is not None and item.completed_on is not None and item.completed_on > item.due
    done = not item.is_open
    return Attainment(done, item.completed_on if done else None, done and late, settled=done)


def _attain(indicator: Indicator, as_of: date, figures: Figures, name: str) -> Attainment:
    due = indicator.due
    if indicator.basis == "each":
        met = indicator.percent is not None and indicator.percent >= 100  # noqa: PLR2004 - a share of all
        on = indicator.percent_on if met else None
        return Attainment(met, on, on is not None and due is not None and on > due)
    if not indicator.is_number:
        return _by_word(indicator, as_of, figures, name)
    if is_held(indicator):
        return _hold(indicator, as_of, figures, name)
    if due is None or indicator.basis in ("total", None):
        return _by_run(indicator, figures.tolerance)
    return _by_figure(indicator, due, as_of, figures, name)


def _by_word(indicator: Indicator, as_of: date, figures: Figures, name: str) -> Attainment:
    due, done = indicator.due, not indicator.is_open
    if done:
        # The superior assesses in the next year: until then nothing is late.
        last = due if due is None or indicator.basis != "assessed" else figures.due_of_figure(name, due.year)
        late = last is not None and indicator.completed_on is not None and indicator.completed_on > last
        return Attainment(met=True, met_on=indicator.completed_on, met_late=late)
    if indicator.basis != "assessed" or due is None or as_of <= due:
        return Attainment(met=False)
    until = figures.due_of_figure(name, due.year)
    return Attainment(False, awaited_until=until) if as_of <= until else Attainment(False, awaited_before=until)


def _by_run(indicator: Indicator, tolerance: Decimal) -> Attainment:
    """A total, and any number without a deadline, is met while the value in force satisfies."""
    figure = indicator.current
    if figure is None or not satisfies(indicator, figure.value, tolerance):
        return Attainment(met=False, figure=figure, failed=figure is not None)
    run = list(takewhile(lambda each: satisfies(indicator, each.value, tolerance), reversed(indicator.counted)))
    since = run[-1].date
    return Attainment(True, since, indicator.due is not None and since > indicator.due, figure=figure)


def _hold(indicator: Indicator, as_of: date, figures: Figures, name: str) -> Attainment:
    breach = next((each for each in reversed(indicator.values) if each.value > 0), None) if is_ban(indicator) else None
    figure = breach or _running_breach(indicator, figures.tolerance) or indicator.current
    held = None if figure is None else satisfies(indicator, figure.value, figures.tolerance)
    due = indicator.due
    if breach is None and due is not None and as_of > due:
        return _by_figure(indicator, due, as_of, figures, name)._replace(held=held)
    on = figure.date if figure is not None and held else None
    return Attainment(bool(held), on, held=held, figure=figure, failed=held is False, breach=breach)


def _running_breach(indicator: Indicator, tolerance: Decimal) -> Value | None:
    """Return the newest figure of a running year that already breaks what its whole year must hold."""
    if indicator.basis != "annual" or not indicator.values or indicator.values[-1].is_of_year:
        return None
    newest = indicator.values[-1]
    return None if satisfies(indicator, newest.value, tolerance) else newest


def _must_hold(indicator: Indicator, as_of: date) -> bool:
    """Say whether a number to be held has to be held on: before its deadline, and always without one."""
    return is_held(indicator) and (indicator.due is None or as_of <= indicator.due)


def _by_figure(indicator: Indicator, due: date, as_of: date, figures: Figures, name: str) -> Attainment:
    """A level or a yearly amount is decided by the figure of its due year, or reached late by a later one."""
    tolerance = figures.tolerance
    until = figures.due_of_figure(name, due.year)
    figure = figure_of(indicator, due, is_over=as_of > until)
    if figure is not None and satisfies(indicator, figure.value, tolerance):
        return Attainment(True, figure.date, figure=figure)
    waits = figure is None and as_of <= until
    if not waits:
        later = (each for each in indicator.counted if each.date > due and each is not figure)
        reached = next((each for each in later if satisfies(indicator, each.value, tolerance)), None)
        if reached is not None:
            return Attainment(True, reached.date, met_late=True, figure=reached)
    current = indicator.current
    return Attainment(
        met=False,
        is_early=as_of <= due and current is not None and satisfies(indicator, current.value, tolerance),
        awaited_until=until if waits and as_of > due else None,
        awaited_before=None if waits or as_of <= due else _waited(figure, due, until),
        figure=figure or current,
        failed=figure is not None,
    )


def figure_of(indicator: Indicator, due: date, *, is_over: bool) -> Value | None:
    """Return the figure of a due day's year: dated on that day, or given as the year's.

    is_over: whether such figures are no longer awaited; then the latest value dated in that year decides a level.
    """
    counted = indicator.counted
    exact = [each for each in counted if each.date == due or (each.is_of_year and each.date.year == due.year)]
    if exact:
        return exact[-1]
    if not is_over or indicator.basis == "annual":
        return None
    return next((each for each in reversed(counted) if each.date.year == due.year), None)


def _waited(figure: Value | None, due: date, until: date) -> date | None:
    """Return until when the figure of a due year was waited for: it came, or the day by which such figures come was over."""
    if figure is None:
        return until
    return min(figure.entered, until) if figure.entered > due else None


class Missed(NamedTuple):
    """A yearly target that its year's figure did not reach; figure is None where that year has none."""

    target: Milestone
    figure: Value | None


class Yearly(NamedTuple):
    """The yearly targets that can be judged by now, as far as they decide: the last one, and whether it and the one before failed."""

    last: Milestone | None = None
    missed: tuple[Missed, ...] = ()


def judge_yearly(indicator: Indicator, as_of: date, figures: Figures, name: str) -> Yearly:
    """Judge the yearly targets of a number without a baseline, each by the value of its own year (docs/rules.md, 年度目标).

    Only those whose figure is in or no longer awaited; a later value that reaches one ends its miss. missed holds the run of
    failures up to the last one.
    """
    judged: list[tuple[Milestone, Missed | None]] = []
    for target in yearly_targets(indicator):
        if target.date > as_of or not indicator.counted:
            continue
        is_over = as_of > figures.due_of_figure(name, target.date.year)
        figure = figure_of(indicator, target.date, is_over=is_over)
        if figure is not None or is_over:
            judged.append((target, _missed(indicator, target, figure)))
    if not judged:
        return Yearly()
    run = [miss for _, miss in takewhile(lambda each: each[1] is not None, reversed(judged)) if miss is not None]
    return Yearly(judged[-1][0], tuple(run))


def _missed(indicator: Indicator, target: Milestone, figure: Value | None) -> Missed | None:
    later = [each for each in indicator.counted if each.date > target.date]
    reached = [each for each in (figure, *later) if each is not None and reaches(indicator, each.value, target.value)]
    return None if reached else Missed(target, figure)
