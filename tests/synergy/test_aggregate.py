"""Means, the rule for missing data, coverage and ranks."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.synergy.samples import annex2
from tracker.synergy.model import Group, Leaf
from tracker.synergy.scores import aggregate, arithmetic, coverage, geometric, ranks, shares

scores = st.fractions(min_value=-200, max_value=300, max_denominator=100)
rows = st.fixed_dictionaries(dict.fromkeys(range(1, 25), scores))
gaps = st.sets(st.integers(1, 24))
some = settings(max_examples=40)
positive = st.tuples(st.fractions(Fraction(1, 100), 1), scores.map(lambda one: abs(one) + 1))


def but(row: Mapping[int, Fraction], absent: set[int]) -> dict[int, Fraction]:
    return {number: score for number, score in row.items() if number not in absent}


@some
@given(rows)
def test_a_complete_index_is_the_sum_of_weights_times_scores(row: dict[int, Fraction]) -> None:
    weights = annex2().weights()

    found = aggregate(annex2().root, row)

    assert found.index == sum(weights[number] * score for number, score in row.items())
    assert shares(annex2().root, row, found) == weights


def test_a_group_with_two_thirds_of_its_weight_is_rescaled() -> None:
    row = dict.fromkeys(range(1, 25), Fraction(10)) | {2: Fraction(50)}

    found = aggregate(annex2().root, but(row, {1}))

    assert found.scores["（1）大气环境"] == (Fraction("0.3") * 50 + Fraction("0.5") * 10) / Fraction("0.8")


def test_a_group_with_less_is_blank_and_its_own_group_is_rescaled() -> None:
    row = dict.fromkeys(range(1, 25), Fraction(10)) | {9: Fraction(80)}

    found = aggregate(annex2().root, but(row, {12}))

    assert found.scores["（7）交通运输结构优化"] is None
    assert found.scores["4.结构调整措施协同度"] == (Fraction("0.4") * 80 + Fraction("0.3") * 10) / Fraction("0.7")
    assert 11 not in shares(annex2().root, but(row, {12}), found)


def test_blank_groups_can_leave_the_group_above_blank() -> None:
    found = aggregate(annex2().root, but(dict.fromkeys(range(1, 25), Fraction(10)), {13}))

    assert found.scores["（8）大气协同治理"] is None
    assert found.scores["5.治理路径协同度"] is None
    assert found.index == 10


def test_two_thirds_exactly_is_enough() -> None:
    group = Group("三选二", 0, Fraction(1), tuple(Leaf(number, Fraction(1, 3)) for number in (1, 2, 3)))

    assert aggregate(group, {1: Fraction(4), 3: Fraction(8)}).index == 6
    assert aggregate(group, {1: Fraction(4)}).index is None


@some
@given(rows, gaps)
def test_shares_sum_to_one_wherever_there_is_an_index(row: dict[int, Fraction], absent: set[int]) -> None:
    found = aggregate(annex2().root, but(row, absent))
    parts = shares(annex2().root, but(row, absent), found)

    assert sum(parts.values()) == (0 if found.index is None else 1)
    assert absent.isdisjoint(parts)


@some
@given(rows, gaps)
def test_the_index_is_what_its_shares_say(row: dict[int, Fraction], absent: set[int]) -> None:
    found = aggregate(annex2().root, but(row, absent))
    parts = shares(annex2().root, but(row, absent), found)

    if found.index is not None:
        assert found.index == sum(share * row[number] for number, share in parts.items())


@given(scores, gaps)
def test_missing_is_never_zero(score: Fraction, absent: set[int]) -> None:
    found = aggregate(annex2().root, but(dict.fromkeys(range(1, 25), score), absent))

    assert all(one in (None, score) for one in found.scores.values())


@given(gaps)
def test_coverage_is_the_weight_of_what_is_there(absent: set[int]) -> None:
    weights = annex2().weights()

    assert coverage(annex2().root, set(range(1, 25)) - absent) == 1 - sum(weights[number] for number in absent)


@given(st.lists(positive, min_size=1, max_size=6))
def test_a_geometric_mean_lies_between_the_lowest_and_the_arithmetic(weighted: list[tuple[Fraction, Fraction]]) -> None:
    mean = geometric(weighted)
    slack = Fraction(1, 10**28)

    assert min(score for _, score in weighted) - slack <= mean <= arithmetic(weighted) + slack


def test_a_geometric_mean_of_nothing_positive_is_an_error() -> None:
    with pytest.raises(ValueError, match="positive"):
        geometric([(Fraction(1), Fraction(0))])


def test_ties_share_the_better_rank() -> None:
    scored = {"甲": Fraction(5), "乙": Fraction(7), "丙": Fraction(5), "丁": Fraction(1, 3)}

    assert ranks(scored) == {"甲": 2, "乙": 1, "丙": 2, "丁": 4}
