"""⑦ and ⑧: the coupling coordination degree and Tapio's eight classes."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.synergy.coupling import STATES, Derived, NotDerived, State, carbon_change, coupling_degree, derive, state
from tracker.synergy.model import CARBON_DECLINE, COUPLING, DECOUPLING, GDP_GROWTH, PM25_IMPROVEMENT
from tracker.synergy.scores import Goalpost

POSTS = {2: Goalpost(Decimal(4), Decimal(8)), 6: Goalpost(Decimal(1), Decimal(5))}
fractions = st.fractions(min_value=-2, max_value=3, max_denominator=1000)
growths = st.fractions(min_value=-20, max_value=20, max_denominator=100)


@pytest.mark.parametrize(
    ("emissions", "gdp", "name"),
    [
        ("-0.1", "5", "强脱钩"),
        ("0", "5", "弱脱钩"),
        ("3.9", "5", "弱脱钩"),
        ("4", "5", "扩张连结"),
        ("6", "5", "扩张连结"),
        ("6.1", "5", "扩张负脱钩"),
        ("0.1", "-5", "强负脱钩"),
        ("0", "-5", "弱负脱钩"),
        ("-3.9", "-5", "弱负脱钩"),
        ("-4", "-5", "衰退连结"),
        ("-6", "-5", "衰退连结"),
        ("-6.1", "-5", "衰退脱钩"),
    ],
)
def test_the_eight_classes_and_their_borders(emissions: str, gdp: str, name: str) -> None:
    found = state(Fraction(emissions), Fraction(gdp))

    assert found is not None
    assert found.name == name


def test_no_growth_at_all_has_no_elasticity() -> None:
    assert state(Fraction(1), Fraction(0)) is None


def test_the_score_table_is_printed_best_first_and_has_no_ties() -> None:
    assert len({one.name for one in STATES}) == 8
    assert all(better.score > worse.score for better, worse in pairwise(STATES))
    assert (STATES[0].score, STATES[-1].score) == (Decimal(100), Decimal(0))


@given(growths, growths, growths)
def test_less_emission_never_scores_less_at_the_same_growth(less: Fraction, more: Fraction, gdp: Fraction) -> None:
    less, more = sorted((less, more))
    found: list[State] = [one for emissions in (less, more) if (one := state(emissions, gdp)) is not None]

    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.parametrize(
    ("first", "second", "degree"),
    [
        ("1", "1", "1"),
        ("0", "0", "0"),
        ("0", "1", "0"),
        ("0.5", "0.5", "0.707106781187"),
        ("0.16", "1", "0.632455532034"),
        ("2", "1.5", "1"),
        ("-1", "0.5", "0"),
    ],
)
def test_the_coupling_coordination_degree(first: str, second: str, degree: str) -> None:
    assert coupling_degree(Fraction(first), Fraction(second)) == Decimal(degree)


@given(fractions, fractions)
def test_the_degree_is_symmetric_and_stays_between_0_and_1(first: Fraction, second: Fraction) -> None:
    degree = coupling_degree(first, second)

    assert degree == coupling_degree(second, first)
    assert 0 <= degree <= 1


@given(fractions, fractions, fractions)
def test_the_degree_never_falls_when_a_rate_improves(first: Fraction, second: Fraction, other: Fraction) -> None:
    low, high = sorted((first, second))

    assert coupling_degree(low, other) <= coupling_degree(high, other)


@given(
    st.fractions(min_value=Fraction(1, 1000), max_value=1, max_denominator=1000),
    st.fractions(min_value=Fraction(1, 1000), max_value=1, max_denominator=1000),
)
def test_the_degree_is_the_root_of_coupling_times_mean(first: Fraction, second: Fraction) -> None:
    coupling = 2 * float(first * second) ** 0.5 / float(first + second)
    mean = float(first + second) / 2

    assert float(coupling_degree(first, second)) == pytest.approx((coupling * mean) ** 0.5, abs=1e-9)


def test_both_are_derived_from_the_rates_and_gdp() -> None:
    values = {PM25_IMPROVEMENT: Decimal(6), CARBON_DECLINE: Decimal(3), GDP_GROWTH: Decimal(4)}

    assert derive(values, POSTS) == {
        COUPLING: Derived(Decimal("0.707106781187"), "耦合协调度0.7071"),
        DECOUPLING: Derived(Decimal(90), "污染物强脱钩，碳排放弱脱钩"),
    }


def test_a_value_that_is_given_wins() -> None:
    values = {
        PM25_IMPROVEMENT: Decimal(6),
        CARBON_DECLINE: Decimal(3),
        GDP_GROWTH: Decimal(4),
        COUPLING: Decimal("0.5"),
        DECOUPLING: Decimal(60),
    }

    assert derive(values, POSTS) == {}


@pytest.mark.parametrize(
    ("values", "number", "reason"),
    [
        ({6: "3", 0: "4"}, COUPLING, "未填报，且缺少②，无法推导"),
        ({2: "6", 0: "4"}, COUPLING, "未填报，且缺少⑥，无法推导"),
        ({2: "6"}, DECOUPLING, "未填报，且缺少⑥、GDP增速，无法推导"),
        ({2: "6", 6: "3", 0: "0"}, DECOUPLING, "未填报，且GDP增速为0，弹性没有意义"),
    ],
)
def test_without_its_inputs_nothing_is_derived(values: dict[int, str], number: int, reason: str) -> None:
    given_values = {key: Decimal(value) for key, value in values.items()}

    assert derive(given_values, POSTS)[number] == NotDerived(reason)


def test_a_rate_without_a_scale_derives_nothing() -> None:
    values = {PM25_IMPROVEMENT: Decimal(6), CARBON_DECLINE: Decimal(3)}
    flat = {2: Goalpost(Decimal(6), Decimal(6)), 6: POSTS[6]}

    assert derive(values, flat)[COUPLING] == NotDerived("未填报，且②没有可用的标杆，无法推导")


def test_carbon_changes_by_intensity_times_gdp() -> None:
    assert carbon_change(Fraction(3), Fraction(4)) == Fraction("0.88")
    assert carbon_change(Fraction(0), Fraction(-2)) == -2
