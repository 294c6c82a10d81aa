"""The entry: choices, refusals, and properties that hold for any data."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.synergy.samples import Table, annex2, observed, tables, worked_example
from tracker.errors import Refused, Unclear
from tracker.synergy.compute import compute
from tracker.synergy.goalposts import Goalposts, freeze
from tracker.synergy.methods import METHODS, evaluate, ranks_of
from tracker.synergy.model import CITIES
from tracker.synergy.observations import Observation, years
from tracker.synergy.results import overall_change
from tracker.synergy.scores import Goalpost, shown

few = settings(max_examples=12)


def up_posts() -> Goalposts:
    """Goalposts wide enough for any table at random, each the right way round."""
    low, high = Decimal(-1000), Decimal(1000)
    posts = {
        number: Goalpost(low, high) if indicator.direction == "up" else Goalpost(high, low)
        for number, indicator in annex2().indicators.items()
    }
    return Goalposts("试评", 2020, posts)


# --- choices and refusals


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_a_method_of_one_year_is_refused_for_a_comparison(method: str) -> None:
    with pytest.raises(Refused, match=f"{method} 只用当年数据.*不能与基准年2020比较.*--method goalposts"):
        compute(worked_example(), annex2(), 2025, 2020, method=method)


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_a_method_of_one_year_ranks_without_a_change(method: str) -> None:
    result = compute(worked_example(), annex2(), 2025, method=method)

    assert [(row["city"], row["rank"], row["change_percent"]) for row in result.rows] == [
        ("宁波市", 1, None),
        ("杭州市", 2, None),
        ("温州市", 3, None),
    ]
    assert result.goalposts is None
    assert METHODS[method].description in result.caption


def test_an_unknown_method_is_unclear() -> None:
    with pytest.raises(Unclear, match="没有这种方法：entropy。可用：goalposts、geometric、minmax、zscore。"):
        compute(worked_example(), annex2(), 2025, 2020, method="entropy")


def test_without_a_base_year_the_earliest_year_is_taken_and_said() -> None:
    result = compute(worked_example(), annex2(), 2025)

    assert result.rows == compute(worked_example(), annex2(), 2025, 2020).rows
    assert result.base_year == 2020
    assert result.notes[1] == "未指定基准年，取有数据的最早年份2020年。"


def test_a_single_year_has_a_scale_but_no_change() -> None:
    result = compute([one for one in worked_example() if one.year == 2020], annex2(), 2020)

    assert [(row["score"], row["change_percent"]) for row in result.rows] == [
        (100, None),
        (Decimal("48.5355"), None),
        (0, None),
    ]


def test_frozen_goalposts_do_not_stand_in_for_the_base_years_data() -> None:
    frozen = freeze(years(worked_example()), annex2(), 2020)

    with pytest.raises(Refused, match="基准年2019没有"):
        compute(worked_example(), annex2(), 2025, 2019, goalposts=frozen)


@pytest.mark.parametrize(("year", "base_year", "word"), [(2030, 2020, "2030年没有"), (2025, 2019, "基准年2019没有")])
def test_a_year_without_data_is_refused(year: int, base_year: int, word: str) -> None:
    with pytest.raises(Refused, match=word):
        compute(worked_example(), annex2(), year, base_year)


def test_two_values_for_one_cell_are_refused() -> None:
    one = worked_example()[0]

    with pytest.raises(Refused, match="杭州市2020年指标1有两个值"):
        compute([*worked_example(), replace(one, value=one.value + 1)], annex2(), 2025, 2020)


def test_frozen_goalposts_bring_their_base_year() -> None:
    frozen = freeze(years(worked_example()), annex2(), 2020, "2020-甲")

    result = compute(worked_example(), annex2(), 2025, goalposts=frozen)

    assert result.rows == compute(worked_example(), annex2(), 2025, 2020).rows
    assert result.base_year == 2020
    assert "标杆版本2020-甲" in result.caption


def test_frozen_goalposts_score_a_year_without_the_base_years_data() -> None:
    frozen = freeze(years(worked_example()), annex2(), 2020)
    later = [one for one in worked_example() if one.year == 2025]

    result = compute(later, annex2(), 2025, goalposts=frozen)

    assert [row["score"] for row in result.rows] == [118, Decimal("73.8301"), Decimal("28.5936")]
    assert [row["change_percent"] for row in result.rows] == [None, None, None]


def test_a_later_base_year_is_measured_on_the_same_goalposts() -> None:
    frozen = freeze(years(worked_example()), annex2(), 2020)

    result = compute(worked_example(), annex2(), 2020, 2025, goalposts=frozen)

    change = result.city("宁波市").change
    assert change is not None
    assert change.base_score == 118
    assert change.points == -18


def test_all_cities_are_shown_when_asked_for() -> None:
    result = compute(worked_example(), annex2(), 2025, 2020, cities=CITIES)

    assert [one.city for one in result.cities[:3]] == ["宁波市", "杭州市", "温州市"]
    assert [one.city for one in result.cities[3:]] == [
        city for city in CITIES if city not in ("宁波市", "杭州市", "温州市")
    ]
    last = result.cities[-1]
    assert last.score is None
    assert last.rank is None
    assert last.coverage == 0
    assert last.missing == tuple(range(1, 25))


def test_an_indicator_without_goalposts_is_missing_for_all() -> None:
    frozen = freeze(years(worked_example()), annex2(), 2020)
    posts = {number: post for number, post in frozen.posts.items() if number != 20}
    posts[21] = Goalpost(Decimal(30), Decimal(30))

    result = compute(worked_example(), annex2(), 2025, goalposts=replace(frozen, posts=posts))

    city = result.city("宁波市")
    assert [(one.number, one.missing) for one in city.indicators if one.missing] == [
        (20, "标杆文件没有该指标"),
        (21, "标杆的最差值与最好值相同，无法归一"),
    ]
    assert city.coverage == Fraction("0.92")
    assert result.notes[-1] == "无法归一、未计分的指标：森林覆盖率、重点行业建设项目碳评比例。"


def test_an_indicator_on_which_all_are_alike_says_so_within_a_year() -> None:
    alike = [replace(one, value=Decimal(30)) if one.indicator == 20 else one for one in worked_example()]

    city = compute(alike, annex2(), 2025, method="minmax").city("宁波市")

    assert [(one.number, one.missing) for one in city.indicators if one.missing] == [(20, "当年各市数值相同，无法归一")]


def test_a_city_is_ranked_from_nine_tenths_of_the_weight() -> None:
    # ⑤⑥ weigh 0.15: without them 温州市 has 0.94 - 0.15.
    rest = [one for one in worked_example() if (one.city, one.indicator) not in (("温州市", 5), ("温州市", 6))]

    city = compute(rest, annex2(), 2025, 2020, cities=["温州市"]).cities[0]

    assert city.score is not None
    assert (city.rank, city.method_ranks, city.leave_one_out) == (None, None, None)
    assert city.coverage < Fraction("0.9")


@pytest.mark.parametrize("method", list(METHODS))
def test_a_city_that_withholds_its_weakest_figure_does_not_gain_rank(method: str) -> None:
    scores = {
        "甲市": {number: Fraction(60) for number in annex2().indicators} | {20: Fraction(10)},
        "乙市": {number: Fraction(59) for number in annex2().indicators} | {20: Fraction(70)},
        "丙市": {number: Fraction(20) for number in annex2().indicators} | {20: Fraction(5)},
    }
    withheld = {**scores, "甲市": {number: one for number, one in scores["甲市"].items() if number != 20}}

    honest, silent = (ranks_of(METHODS[method], each, annex2()) for each in (scores, withheld))

    assert honest["甲市"] == silent["甲市"] == 2
    printed = {city: evaluate(METHODS[method], ones, annex2()).index for city, ones in withheld.items()}
    assert max(printed, key=lambda city: printed[city] or 0) == "甲市"


def test_a_change_over_the_indicators_of_both_years_stands_beside_the_printed_one() -> None:
    # Without GDP there is no ⑧ in 2025 and 3. is blank: (75 x 0.9 + 2) / 0.9, against 48.54 as printed or 50 without 3.
    rest = [one for one in worked_example() if (one.city, one.year, one.indicator) != ("杭州市", 2025, 0)]

    change = compute(rest, annex2(), 2025, 2020, ranges=False).city("杭州市").change

    assert change is not None
    assert change.percent is not None
    assert not change.same_basis
    assert shown(change.percent) == Decimal("59.1045")
    assert change.matched_percent == Fraction(490, 9)


def test_a_lifted_score_of_nothing_leaves_no_geometric_mean() -> None:
    fallen = [
        replace(one, value=Decimal(-50)) if (one.city, one.year, one.indicator) == ("温州市", 2025, 9) else one
        for one in worked_example()
    ]

    result = compute(fallen, annex2(), 2025, 2020, method="geometric")

    assert [one.city for one in result.cities if one.score is None] == ["温州市"]
    assert result.city("温州市").change is None
    assert result.city("杭州市").change is not None


def test_the_change_of_all_cities_needs_all_cities() -> None:
    change = overall_change(compute(worked_example(), annex2(), 2025, 2020))

    assert change.percent is None
    assert change.counted == ("杭州市", "宁波市", "温州市")
    assert len(change.lacking) == 8


def test_the_change_of_all_cities_is_that_of_their_mean() -> None:
    def flat(year: int, value: Callable[[int], int]) -> list[Observation]:
        table = {
            city: {number: Decimal(value(place)) for number, one in annex2().indicators.items()}
            for place, city in enumerate(CITIES)
        }
        return observed(table, year)

    data = flat(2020, lambda place: 20 + place) + flat(2025, lambda place: 22 + place)
    up = {number: Goalpost(Decimal(0), Decimal(100)) for number in annex2().indicators}

    change = overall_change(compute(data, annex2(), 2025, goalposts=Goalposts("试评", 2020, up)))

    assert change.percent == 8
    assert change.lacking == ()


# --- properties


@few
@given(tables(), st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_the_data(table: Table, shuffler: random.Random) -> None:
    data = observed(table, 2025)
    shuffled = list(data)
    shuffler.shuffle(shuffled)

    assert compute(shuffled, annex2(), 2025, 2025, ranges=False) == compute(data, annex2(), 2025, 2025, ranges=False)


@few
@given(tables(complete=False), tables(complete=False))
def test_contributions_sum_to_the_change(before: Table, after: Table) -> None:
    data = observed(before, 2020) + observed(after, 2025)
    if {one.year for one in data} != {2020, 2025}:
        return

    for city in compute(data, annex2(), 2025, goalposts=up_posts(), ranges=False).cities:
        if city.change is not None:
            assert city.change.contributions is not None
            assert sum(city.change.contributions.values()) == city.change.points
            assert city.score == city.change.base_score + city.change.points


@few
@given(tables(), st.integers(1, 24), st.integers(1, 10**6))
def test_an_improvement_raises_the_index_by_its_weight(table: Table, number: int, thousandths: int) -> None:
    step = Decimal(thousandths).scaleb(-3)
    better = step if annex2().indicators[number].direction == "up" else -step
    first = next(iter(table))
    improved = {city: {**row, number: row[number] + better} if city == first else row for city, row in table.items()}

    before, after = (
        compute(observed(one, 2025), annex2(), 2025, goalposts=up_posts(), ranges=False).city(first).score
        for one in (table, improved)
    )

    assert before is not None
    assert after is not None
    assert after - before == annex2().weights()[number] * Fraction(step) * 100 / 2000


@few
@given(tables(), st.integers(1, 24))
def test_mirroring_a_direction_and_its_values_changes_nothing(table: Table, number: int) -> None:
    tree = annex2()
    turned = replace(tree.indicators[number], direction="down" if tree.indicators[number].direction == "up" else "up")
    mirrored_tree = replace(tree, indicators={**tree.indicators, number: turned})
    mirrored = {city: {**row, number: -row[number]} for city, row in table.items()}

    for method in METHODS.values():
        base = 2025 if method.across_years else None
        straight = compute(observed(table, 2025), tree, 2025, base, method.key, ranges=False)
        turned_over = compute(observed(mirrored, 2025), mirrored_tree, 2025, base, method.key, ranges=False)
        assert turned_over.rows == straight.rows


@few
@given(tables())
def test_a_value_that_is_missing_is_never_read_as_zero(table: Table) -> None:
    first = next(iter(table))
    cut = {city: {key: one for key, one in row.items() if (city, key) != (first, 3)} for city, row in table.items()}

    missing = compute(observed(cut, 2025), annex2(), 2025, goalposts=up_posts(), ranges=False).city(first)
    group = {one.name: one.score for one in missing.groups}["（1）大气环境"]
    scores = {one.number: one.score for one in missing.indicators}

    assert scores[3] is None
    assert group == _mean([(scores[1], "0.2"), (scores[2], "0.3"), (scores[4], "0.3")])


def _mean(parts: Sequence[tuple[Fraction | None, str]]) -> Fraction:
    total = sum(Fraction(weight) for _, weight in parts)
    return sum(((score or Fraction(0)) * Fraction(weight) for score, weight in parts), Fraction(0)) / total


@few
@given(tables(complete=False))
def test_the_ranges_hold_every_rank(table: Table) -> None:
    data = observed(table, 2025)
    if not data:
        return

    for city in compute(data, annex2(), 2025, 2025).cities:
        if city.rank is not None:
            assert city.method_ranks is not None
            assert city.method_ranks.by["goalposts"] == city.rank
            assert city.method_ranks.best <= city.rank <= city.method_ranks.worst
            assert city.leave_one_out is not None
            assert city.leave_one_out.best <= city.leave_one_out.worst
            assert set(city.leave_one_out.by) <= {str(number) for number in range(1, 25)}
