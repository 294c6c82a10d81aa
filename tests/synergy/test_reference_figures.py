"""Published figures, reproduced to the digits printed. Sources stand beside each set in fixtures/reference.json."""

import json
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tracker.synergy.model import Group, Leaf
from tracker.synergy.scores import (
    Goalpost,
    aggregate,
    arithmetic,
    as_decimal,
    blend,
    geometric,
    minmax,
    ranks,
    score,
    zscores,
)

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "reference.json").read_text("utf-8"))


def as_printed(value: Fraction, printed: str) -> str:
    """The value with as many decimals as the printed figure has."""
    return str(as_decimal(value).quantize(Decimal(printed), rounding=ROUND_HALF_EVEN))


def half_a_unit(printed: str) -> Fraction:
    """Half a unit of the last decimal that is printed: as far as rounding can have moved the figure."""
    return Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))


def weighted(values: Sequence[str], weights: Sequence[str]) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(weight), Fraction(value)) for value, weight in zip(values, weights, strict=True)]


@pytest.mark.parametrize("column", REFERENCE["minmax"]["columns"])
def test_min_max_of_ten_units(column: dict[str, list[str]]) -> None:
    values = {str(unit): Decimal(value) for unit, value in enumerate(column["values"])}

    scores = minmax(values, "up")

    # The inputs are rounded too: half a unit in each of value, minimum and maximum moves a score by at most this.
    rounding = 4 * half_a_unit(column["values"][0]) * 100 / Fraction(max(values.values()) - min(values.values()))
    for value, printed in zip(scores.values(), column["printed"], strict=True):
        assert abs(value - Fraction(printed)) <= rounding + half_a_unit(printed)


@pytest.mark.parametrize("column", REFERENCE["frame"]["columns"])
def test_scores_between_fixed_posts(column: dict[str, Any]) -> None:
    post = Goalpost(Decimal(column["low"]), Decimal(column["high"]))

    scores = [score(Decimal(value), post) for value in column["values"]]

    assert [as_printed(one, printed) for one, printed in zip(scores, column["printed"], strict=True)] == column[
        "printed"
    ]


@pytest.mark.parametrize("case", REFERENCE["goalposts"]["cases"])
def test_goalposts_in_both_directions_and_beyond_the_posts(case: dict[str, str]) -> None:
    post = Goalpost(Decimal(case["worst"]), Decimal(case["best"]))

    assert score(Decimal(case["value"]), post) / 100 == Fraction(case["printed"])


def test_weighted_arithmetic_mean() -> None:
    case = REFERENCE["arithmetic"]

    assert arithmetic(weighted(case["values"], case["weights"])) == Fraction(case["printed"])


@pytest.mark.parametrize("case", REFERENCE["geometric"]["cases"])
def test_weighted_geometric_mean(case: dict[str, Any]) -> None:
    mean = geometric(weighted(case["values"], case["weights"]))

    # 15 significant digits: the printed figure is a double, whose 17th digit is its own.
    assert float(as_printed(mean, "0.00000000000000")) == pytest.approx(float(case["printed"]), rel=2e-15)


@pytest.mark.parametrize("row", REFERENCE["zscore"]["rows"])
def test_z_scores_of_a_sample(row: dict[str, list[str]]) -> None:
    values = {str(unit): Decimal(value) for unit, value in enumerate(row["values"])}

    scores = zscores(values, "up")

    found = [as_printed(one, printed) for one, printed in zip(scores.values(), row["printed"], strict=True)]
    assert found == row["printed"]


def test_a_row_with_less_than_two_thirds_of_its_data_is_blank() -> None:
    case = REFERENCE["missing"]

    scores = [blend([(Fraction(1, 3), None if one is None else Fraction(one)) for one in row]) for row in case["rows"]]

    printed = case["printed"]
    assert [None if one is None else as_printed(one, "0.000000") for one in scores] == printed


def asem(pillars: dict[str, list[str]], size: dict[str, int] | None = None) -> tuple[Group, dict[str, int]]:
    """The ASEM index: equal weights in every group; a pillar stands as a leaf unless given its number of indicators."""
    numbers = {
        name: number for number, name in enumerate((name for names in pillars.values() for name in names), start=1)
    }
    size = size or {}

    def member(name: str, weight: Fraction) -> Group | Leaf:
        if name not in size:
            return Leaf(numbers[name], weight)
        leaves = tuple(Leaf(100 * numbers[name] + one, Fraction(1, size[name])) for one in range(size[name]))
        return Group(name, 2, weight, leaves)

    groups = tuple(
        Group(name, 1, Fraction(1, 2), tuple(member(one, Fraction(1, len(members))) for one in members))
        for name, members in pillars.items()
    )
    return Group("Index", 0, Fraction(1), groups), numbers


@pytest.mark.parametrize("row", REFERENCE["asem"]["rows"], ids=lambda row: row["unit"])
def test_three_levels_of_the_asem_index(row: dict[str, str]) -> None:
    root, numbers = asem(REFERENCE["asem"]["groups"])

    found = aggregate(root, {number: Fraction(row[name]) for name, number in numbers.items()})

    assert found.index is not None
    assert as_printed(found.index, row["Index"]) == row["Index"]
    for name in ("Conn", "Sust"):
        value = found.scores[name]
        assert value is not None
        # The pillars are printed with two decimals: their mean may be off by half a unit before it is rounded itself.
        assert abs(value - Fraction(row[name])) <= 2 * half_a_unit(row[name])


def test_ranks_of_the_asem_index() -> None:
    root, numbers = asem(REFERENCE["asem"]["groups"])
    indexes = {
        row["unit"]: aggregate(root, {number: Fraction(row[name]) for name, number in numbers.items()}).index
        for row in REFERENCE["asem"]["rows"]
    }

    found = ranks({unit: index for unit, index in indexes.items() if index is not None})

    assert found == {row["unit"]: int(row["Rank"]) for row in REFERENCE["asem"]["rows"]}


@pytest.mark.parametrize("column", REFERENCE["ranks"]["columns"])
def test_ranks_of_a_table(column: dict[str, Any]) -> None:
    values = {unit: Fraction(value) for unit, value in zip(REFERENCE["ranks"]["units"], column["values"], strict=True)}

    assert list(ranks(values).values()) == column["printed"]


@pytest.mark.parametrize("pillar", ["ConEcFin", "Environ"])
def test_share_of_an_indicator_in_the_whole_index(pillar: str) -> None:
    case = REFERENCE["shares"]
    root, numbers = asem(REFERENCE["asem"]["groups"], case["members"])

    shares = dict(root.leaves())

    assert as_printed(shares[100 * numbers[pillar]], case["printed"][pillar]) == case["printed"][pillar]
