"""What a value amounts to: comparisons, achievement, the planned way, trend (docs/rules.md)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from tests.ledger.making import END, START, any_figures, days, indicator, indicators, item
from tracker.ledger.explanation import trend_words
from tracker.ledger.model import Indicator, Milestone
from tracker.ledger.progress import achievement, declared, is_held, lag_of, path_of, satisfies, trend_of
from tracker.ledger.values import rounded_to

FIVE = Decimal(5)
MIDDLE = date(2023, 7, 3)  # half of the time is gone


@pytest.mark.parametrize(
    ("comparator", "value", "direction", "just", "short"),
    [
        (">=", "98", "up", "98", "97.99"),
        ("<=", "186.8", "hold", "186.8", "186.81"),
        (">", "1000", "up", "1000.01", "1000"),
        ("<", "10", "down", "9.99", "10"),
        ("=", "80", "up", "80", "79.99"),
        ("=", "310", "hold", "312", "309.9"),
        ("=", "20", "down", "20", "20.01"),
        ("~", "30", "up", "28.5", "28.49"),
        ("~", "30", "down", "31.5", "31.51"),
    ],
)
def test_a_value_satisfies_from_the_target_on(
    comparator: str, value: str, direction: str, just: str, short: str
) -> None:
    asked = indicator(comparator, value, direction=direction)
    assert satisfies(asked, Decimal(just), FIVE)
    assert not satisfies(asked, Decimal(short), FIVE)


@pytest.mark.parametrize(("bound", "just", "short"), [(">=", "18", "17.9"), ("~", "17.1", "17"), ("=", "18", "17.9")])
def test_a_change_is_compared_upwards_whatever_falls(bound: str, just: str, short: str) -> None:
    asked = indicator("decrease_by", "18", bound=bound, direction="down")
    assert satisfies(asked, Decimal(just), FIVE)
    assert not satisfies(asked, Decimal(short), FIVE)


@pytest.mark.parametrize(
    ("actual", "share"),
    [
        ("60", "0.0"),
        ("66.66", "33.3"),
        ("66.67", "33.4"),
        ("79.999", "99.9"),
        ("80", "100"),
        ("55", "0.0"),
        ("81", "100"),
    ],
)
def test_achievement_is_rounded_to_nearest_and_100_only_where_it_satisfies(actual: str, share: str) -> None:
    assert achievement(indicator(baseline_value="60", actual=actual), FIVE, met=False) == Decimal(share)


def test_a_total_and_a_change_count_from_0_and_a_level_from_its_baseline_only() -> None:
    assert achievement(indicator(value="4", basis="total", actual="1.5"), FIVE, met=False) == Decimal("37.5")
    assert achievement(indicator("decrease_by", "20", direction="down", actual="9"), FIVE, met=False) == Decimal("45.0")
    assert achievement(indicator(actual="70"), FIVE, met=False) is None


@pytest.mark.parametrize(("baseline", "held"), [("80", True), ("85", True), ("79", False), (None, False)])
def test_a_number_that_begins_at_its_target_is_judged_like_one_to_be_held(baseline: str | None, held: bool) -> None:
    assert is_held(indicator(baseline_value=baseline)) is held


@pytest.mark.parametrize(
    ("state", "percent", "reported", "share"),
    [
        ("not_started", None, None, None),  # nobody ever said anything
        ("not_started", None, MIDDLE, Decimal(0)),
        ("not_started", Decimal(30), MIDDLE, Decimal(30)),
        ("in_progress", None, MIDDLE, None),
        ("in_progress", Decimal("66.66"), MIDDLE, Decimal("66.7")),
        ("in_progress", Decimal(100), MIDDLE, Decimal("99.9")),
    ],
)
def test_a_percent_is_what_its_lead_declared(
    state: str, percent: Decimal | None, reported: date | None, share: Decimal | None
) -> None:
    assert declared(item(state=state, percent=percent, reported_on=reported), met=False) == share


def way(given: Indicator, day: date, **fields: object) -> Decimal | None:
    path = path_of(item(given, **fields), given)
    return None if path is None else path.share(day)


def test_the_way_runs_straight_from_the_start_to_the_deadline() -> None:
    number = indicator(baseline_value="60")
    assert [way(number, day) for day in (START, MIDDLE, date(2024, 6, 30), END, date(2026, 5, 1))] == [
        Decimal(0), Decimal("50.0"), Decimal("69.9"), Decimal(100), Decimal(100)
    ]  # fmt: skip
    assert way(indicator(baseline_value="60", due=None), MIDDLE) is None
    assert way(indicator(baseline_value="60", due=START), MIDDLE) is None


def test_a_baseline_stands_at_the_end_of_its_own_year_and_there_is_no_way_before_it() -> None:
    number = indicator(baseline_value="60", baseline_year=2023)
    path = path_of(item(number), number)
    assert path is not None
    assert (path.points[0].date, path.share(date(2023, 6, 1)), path.share(date(2024, 12, 30))) == (
        date(2023, 12, 31), Decimal(0), Decimal("49.9")
    )  # fmt: skip
    assert way(indicator(baseline_value="60", baseline_year=2020), MIDDLE) == Decimal("50.0")


def test_the_row_s_own_start_is_where_its_way_begins() -> None:
    assert way(indicator(value="4", basis="total"), MIDDLE, start=date(2023, 7, 3)) == 0
    assert way(indicator(value="4", basis="total"), date(2024, 10, 1), start=date(2023, 7, 3)) == Decimal("50.0")


def test_the_way_goes_through_yearly_targets_and_what_it_asks_is_told() -> None:
    number = indicator(baseline_value="60", milestones=(Milestone(date(2023, 7, 3), Decimal(64)),))
    path = path_of(item(number), number)
    assert path is not None
    assert (path.share(MIDDLE), path.value(MIDDLE), path.value(date(2024, 10, 1))) == (
        Decimal("20.0"),
        Decimal(64),
        Decimal(72),
    )


def test_a_row_without_numbers_goes_through_its_nodes() -> None:
    task = item(milestones=(Milestone(MIDDLE, Decimal(20)),))
    path = path_of(task)
    assert path is not None
    assert (path.share(MIDDLE), path.share(END)) == (Decimal("20.0"), Decimal(100))


def test_a_trend_is_the_pace_of_the_last_two_values_and_the_one_still_needed() -> None:
    number = indicator(values=[(date(2024, 1, 1), "70"), (date(2025, 1, 1), "74.8")], due=date(2025, 12, 31))
    found = trend_of(number, date(2025, 1, 31), settled=False)
    assert found == (Decimal("0.3989"), Decimal("0.4736"))
    assert trend_of(number, date(2026, 1, 1), settled=False) is None
    assert trend_of(number, date(2025, 1, 31), settled=True) is None
    assert trend_of(indicator(actual="70"), date(2024, 1, 1), settled=False) is None


def test_figures_too_large_to_be_rounded_are_told_as_they_are() -> None:
    huge = "32876712328767123287671238"
    number = indicator(value=huge, values=[(date(2024, 1, 1), "0"), (date(2024, 1, 2), "0.00")], due=date(2024, 1, 3))
    found = trend_of(number, date(2024, 1, 2), settled=False)
    assert found is not None
    assert found.needed > Decimal(huge)
    assert trend_words(number, found).startswith("近两次每月没有变化，到期前每月还需提高1000")
    assert rounded_to(Decimal("9" * 28), Decimal("0.1")) == Decimal("9" * 28)
    assert rounded_to(Decimal("9" * 28 + ".6"), Decimal(1)) == Decimal("9" * 28 + ".6")
    assert rounded_to(Decimal("9" * 25 + ".96"), Decimal("0.1")) == Decimal("1" + "0" * 25)


def test_a_trend_of_a_yearly_amount_counts_whole_years_only() -> None:
    values = [(date(2023, 12, 31), "10"), (date(2024, 6, 30), "6"), (date(2024, 12, 31), "12")]
    found = trend_of(indicator(basis="annual", values=values), date(2025, 1, 1), settled=False)
    assert found is not None
    assert found.pace == Decimal("0.1662")


@given(given=indicators(), day=days)
def test_shares_stay_within_their_scale(given: Indicator, day: date) -> None:
    reached = achievement(given, FIVE, met=False)
    assert reached is None or 0 <= reached <= 100
    path = path_of(item(given), given)
    assert path is None or 0 <= path.share(day) <= 100


@given(actual=any_figures)
def test_a_lag_needs_both(actual: Decimal) -> None:
    assert lag_of(None, actual) is lag_of(actual, None) is None
