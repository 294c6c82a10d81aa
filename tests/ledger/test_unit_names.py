"""Whom a name means: a short form that people use finds what the whole name finds (docs/contract.md, unit)."""

import pytest

from tracker.ledger.unit_names import Unit, find_units, is_one_unit, principal_units

UNITS = [
    Unit(1, "zj", "省发展改革委"),
    Unit(2, "zj", "省发展改革委（省能源局）", members=("省发展改革委", "省能源局")),
    Unit(3, "js", "省发展改革委", aliases=("江苏省发展和改革委员会",)),
    Unit(4, "zj", "省财政厅"),
    Unit(5, "zj", "省建设厅"),
]


@pytest.mark.parametrize(
    ("text", "found", "principal"),
    [
        ("省发展改革委", {1, 2, 3}, {1, 3}), ("省发改委", {1, 2, 3}, {1, 3}), ("发改委", {1, 2, 3}, {1, 3}), ("zj:发改委", {1, 2}, {1}),
        ("省能源局", {2}, {2}), ("能源局", {2}, {2}), ("省住建厅", {5}, {5}), ("财政厅", {4}, {4}), ("省发展改革委(省能源局)", {2}, {2}),
    ],
)  # fmt: skip
def test_a_short_form_finds_what_the_whole_name_finds(text: str, found: set[int], principal: set[int]) -> None:
    units = find_units(text, UNITS)
    assert {unit.id for unit in units} == found
    assert {unit.id for unit in principal_units(units)} == principal
    assert is_one_unit(units, text)
