"""Met, achievement, planned progress and lag (docs/rules.md)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import END, START, any_figures, days, figures, indicator, indicators
from tracker.ledger.model import Indicator, Milestone
from tracker.ledger.progress import achievement, is_broken_ban, is_met, lag_of, planned_progress, satisfies, span_of

D = Decimal
FIVE = D(5)


@pytest.mark.parametrize(
    ("comparator", "target", "extra", "actual", "met"),
    [
        (">=", "80", {}, "80", True),
        (">=", "80", {}, "79.9", False),
        ("<=", "186.8", {"direction": "hold"}, "186.8", True),
        ("<=", "186.8", {"direction": "hold"}, "186.9", False),
        (">", "1000", {}, "1000", False),
        (">", "1000", {}, "1000.1", True),
        ("<", "10", {"direction": "down"}, "10", False),
        ("=", "20", {}, "21", True),  # reached or passed
        ("=", "20", {"direction": "down"}, "19", True),
        ("=", "310", {"direction": "hold"}, "309.9", False),
        ("~", "50", {}, "47.5", True),  # from 5 % before the value onwards
        ("~", "50", {}, "47.4", False),
        ("~", "50", {}, "90", True),
        ("~", "50", {"direction": "down"}, "52.5", True),
        ("~", "50", {"direction": "hold"}, "52.5", True),  # a band on both sides only to be held
        ("~", "50", {"direction": "hold"}, "52.6", False),
        ("~", "-50", {}, "-52.5", True),
        ("decrease_by", "16", {"bound": ">=", "direction": "down"}, "16", True),  # the change itself, from 0
        ("decrease_by", "16", {"bound": "=", "direction": "down"}, "15.9", False),
        ("increase_by", "30", {"bound": "~"}, "28.5", True),
    ],
)
def test_met(comparator: str, target: str, extra: dict[str, str], actual: str, met: bool) -> None:
    each = indicator(comparator, target, actual=actual, **extra)
    assert is_met(each, date(2024, 1, 1), FIVE) is met


def test_a_worded_indicator_is_met_only_when_completed() -> None:
    each = indicator("complete", None, percent="100")
    assert not is_met(each, END, FIVE)
    assert is_met(replace(each, state="completed"), END, FIVE)


def test_a_completed_number_is_not_met_by_being_completed() -> None:
    assert not is_met(indicator(actual="79", state="completed"), END, FIVE)


def test_a_held_level_past_due_counts_only_a_value_of_the_due_year_or_later() -> None:
    held = indicator("<=", "186.8", direction="hold", actual="180", actual_date=date(2024, 12, 31))
    assert is_met(held, END, FIVE)
    assert not is_met(held, date(2026, 1, 1), FIVE)
    assert is_met(replace(held, actual_date=date(2025, 6, 30)), date(2026, 1, 1), FIVE)


@pytest.mark.parametrize(("actual", "broken"), [("0", False), ("0.1", True), ("-1", False)])
def test_a_ban_is_broken_above_zero(actual: str, broken: bool) -> None:
    assert is_broken_ban(indicator("<=", "0", direction="hold", actual=actual)) is broken


def test_a_ceiling_of_zero_that_is_no_ban_is_not_broken() -> None:
    assert not is_broken_ban(indicator("<=", "0", direction="down", actual="5"))


@pytest.mark.parametrize(
    ("extra", "actual", "share"),
    [
        ({"baseline_value": "60"}, "70", "50.0"),
        ({"baseline_value": "60"}, "50", "0.0"),  # behind where it began
        ({"baseline_value": "60"}, "79.999", "99.9"),  # rounded down, 100 only when met
        ({"baseline_value": "60"}, "80", "100"),
        ({"baseline_value": "60"}, "66.66", "33.3"),
        ({}, "79", None),  # no baseline, no achievement
        ({}, "80", None),
        ({"baseline_value": "80"}, "80", None),  # division by zero is excluded
        ({"baseline_value": "90"}, "70", None),  # so is a baseline beyond the target
        ({"baseline_value": "60", "direction": "hold"}, "70", None),  # a level to be held has no percent
    ],
)
def test_achievement(extra: dict[str, str], actual: str, share: str | None) -> None:
    each = indicator(actual=actual, **extra)
    assert achievement(each, met=is_met(each, START, FIVE)) == (None if share is None else D(share))


def test_a_ceiling_is_approached_from_above() -> None:
    each = indicator("<=", "20", direction="down", baseline_value="40", actual="35")
    assert achievement(each, met=False) == D("25.0")


def test_about_counts_the_whole_way_until_it_is_met() -> None:
    short = indicator("~", "50", baseline_value="0", actual="47.4")
    assert achievement(short, met=is_met(short, START, FIVE)) == D("94.8")
    near = replace(short, actual=D("47.5"))
    assert achievement(near, met=is_met(near, START, FIVE)) == 100


@pytest.mark.parametrize(
    ("percent", "state", "share"),
    [("100", "in_progress", "99.9"), ("33.33", "in_progress", "33.3"), (None, "completed", "100")],
)
def test_a_declared_percent_is_100_only_when_completed(percent: str | None, state: str, share: str) -> None:
    each = indicator("qualitative", None, percent=percent, state=state)
    assert achievement(each, met=is_met(each, START, FIVE)) == D(share)


@pytest.mark.parametrize(
    ("as_of", "share"),
    [
        (date(2020, 6, 1), "0"),
        (START, "0"),
        (date(2021, 1, 2), "0.0"),
        (date(2023, 7, 3), "50.0"),
        (date(2025, 12, 30), "99.9"),
        (END, "100"),
        (date(2027, 1, 1), "100"),
    ],
)
def test_planned_progress_by_days(as_of: date, share: str) -> None:
    assert planned_progress(START, END, as_of) == D(share)


def test_without_a_due_date_nothing_is_planned() -> None:
    assert planned_progress(START, None, END) is None
    assert planned_progress(START, START, END) is None


def test_planned_progress_runs_along_milestones() -> None:
    each = indicator(
        "=", "30", baseline_value="10", due=date(2031, 1, 1), milestones=(Milestone(date(2026, 1, 1), D(24)),)
    )
    asked = (date(2023, 7, 3), date(2026, 1, 1), date(2028, 7, 2))
    planned = [planned_progress(START, each.due, day, each.milestones, each) for day in asked]
    assert planned == [D("35.0"), D("70.0"), D("85.0")]


def test_a_share_that_is_exact_stays_exact() -> None:
    thirds = indicator(
        "=", "30", baseline_value="0", due=date(2021, 1, 4), milestones=(Milestone(date(2021, 1, 3), D(15)),)
    )
    assert planned_progress(START, thirds.due, date(2021, 1, 3), thirds.milestones, thirds) == D("50.0")


def test_milestones_need_a_baseline_and_lie_before_the_due_date() -> None:
    point = (Milestone(date(2023, 7, 3), D(20)),)
    bare = indicator("=", "24", milestones=point)
    assert planned_progress(START, END, date(2023, 7, 3), point, bare) == D("50.0")
    late = (Milestone(END, D(20)),)
    based = indicator("=", "24", baseline_value="14", milestones=late)
    assert planned_progress(START, END, date(2023, 7, 3), late, based) == D("50.0")


@given(indicators(), days)
def test_shares_stay_between_0_and_100_and_reach_it_only_when_met(each: Indicator, as_of: date) -> None:
    met = is_met(each, as_of, FIVE)
    reached = achievement(each, met=met)
    planned = planned_progress(START, each.due, as_of, each.milestones, each)
    assert reached is None or 0 <= reached <= 100
    assert planned is None or 0 <= planned <= 100
    assert reached != 100 or met
    assert not (met and reached is not None) or reached == 100
    assert (lag_of(planned, reached) is None) == (planned is None or reached is None)


@given(indicators(), any_figures, any_figures, days)
def test_more_in_the_wanted_direction_is_never_less_achieved(
    each: Indicator, one: Decimal, other: Decimal, as_of: date
) -> None:
    if not each.takes_value or each.direction == "hold":
        return
    worse, better = sorted((one, other))
    downward = each.direction == "down" and not each.is_change
    if downward != (each.comparator in ("<=", "<") and not each.is_change):
        return  # a floor that should fall, or a ceiling that should rise, has no better
    if downward:
        worse, better = better, worse
    low, high = (replace(each, actual=value, actual_date=date(2023, 1, 1)) for value in (worse, better))
    met = [is_met(indicator_, as_of, FIVE) for indicator_ in (low, high)]
    assert met[1] or not met[0]
    shares = [achievement(indicator_, met=is_) for indicator_, is_ in zip((low, high), met, strict=True)]
    assert shares[0] is None or shares[1] is None or shares[0] <= shares[1]


@given(figures, figures, figures, st.sampled_from(((">=", "<="), (">", "<"), ("=", "="), ("~", "~"))))
def test_down_is_the_mirror_of_up(baseline: Decimal, target: Decimal, actual: Decimal, signs: tuple[str, str]) -> None:
    up = indicator(signs[0], str(target), direction="up", baseline_value=str(baseline), actual=str(actual))
    down = indicator(signs[1], str(-target), direction="down", baseline_value=str(-baseline), actual=str(-actual))
    met = is_met(up, START, FIVE)
    assert is_met(down, START, FIVE) is met
    assert achievement(down, met=met) == achievement(up, met=met)


@given(indicators(), any_figures)
def test_no_value_crashes_a_comparison(each: Indicator, actual: Decimal) -> None:
    if each.takes_value:
        assert satisfies(each, actual, FIVE) in (True, False)
        assert span_of(replace(each, baseline_value=actual)) is None or each.is_change or actual != each.value
