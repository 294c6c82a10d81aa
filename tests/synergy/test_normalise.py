"""Scores against goalposts, within a year, and as z-scores."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.synergy.samples import numbers
from tracker.synergy.scores import Goalpost, extremes, minmax, score, zscores

columns = st.dictionaries(st.sampled_from("甲乙丙丁戊己庚"), numbers, min_size=1)


def test_the_best_passes_100_and_the_worst_falls_below_0() -> None:
    post = Goalpost(Decimal(40), Decimal(20))

    assert [score(Decimal(value), post) for value in (40, 30, 20, 16, 45)] == [0, 50, 100, 120, -25]


def test_without_values_there_are_no_extremes() -> None:
    assert extremes({}, "up") is None
    assert minmax({}, "up") == {}
    assert zscores({}, "up") == {}


@given(columns, numbers)
def test_where_all_are_alike_nobody_is_scored(column: dict[str, Decimal], value: Decimal) -> None:
    alike = dict.fromkeys(column, value)

    assert minmax(alike, "down") == {}
    assert zscores(alike, "up") == {}


@given(columns)
def test_within_a_year_the_best_has_100_and_the_worst_0(column: dict[str, Decimal]) -> None:
    assume(len(set(column.values())) > 1)

    scores = minmax(column, "down")

    assert scores[min(column, key=lambda city: column[city])] == 100
    assert scores[max(column, key=lambda city: column[city])] == 0


@given(columns)
def test_direction_mirrors(column: dict[str, Decimal]) -> None:
    mirrored = {city: -value for city, value in column.items()}

    assert minmax(column, "down") == minmax(mirrored, "up")
    assert zscores(column, "down") == zscores(mirrored, "up")
    assert {city: 100 - one for city, one in minmax(column, "up").items()} == minmax(column, "down")


@given(columns)
def test_z_scores_have_mean_0_and_deviation_1(column: dict[str, Decimal]) -> None:
    assume(len(set(column.values())) > 1)

    scores = zscores(column, "up").values()

    slack = Fraction(1, 10**24)
    assert abs(sum(scores, Fraction(0))) < slack
    assert abs(sum((one * one for one in scores), Fraction(0)) / (len(scores) - 1) - 1) < slack


@given(columns, st.integers(1, 1000), numbers)
def test_a_change_of_measure_changes_no_score(column: dict[str, Decimal], factor: int, shift: Decimal) -> None:
    converted = {city: value * factor + shift for city, value in column.items()}

    assert minmax(converted, "up") == minmax(column, "up")
