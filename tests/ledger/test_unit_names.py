"""Whom a name means: a short form that people use finds what the whole name finds (docs/contract.md, unit)."""

import pytest

from tracker.ledger.unit_names import Unit, find_units, is_one_unit, principal_units, take_off_region

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


PRINTED = [Unit(n, "cq", name) for n, name in enumerate(
    "市发展改革委 市经济信息委 市规划自然资源局 市生态环境局 市市场监管局 市住房城乡建设委 市教委 市金融监管局 市科技局 市国资委 市政府口岸物流办 市卫生健康委".split()
)]  # fmt: skip


@pytest.mark.parametrize(
    ("full", "printed"),
    [
        ("市发展和改革委员会", "市发展改革委"), ("发展和改革委员会", "市发展改革委"), ("市经济和信息化委员会", "市经济信息委"),
        ("市规划和自然资源局", "市规划自然资源局"), ("市市场监督管理局", "市市场监管局"), ("市住房和城乡建设委员会", "市住房城乡建设委"),
        ("市教育委员会", "市教委"), ("市地方金融监督管理局", "市金融监管局"), ("市科学技术局", "市科技局"),
        ("市国有资产监督管理委员会", "市国资委"), ("市政府口岸和物流办公室", "市政府口岸物流办"), ("市卫生健康委员会", "市卫生健康委"),
        ("省发展和改革委员会", None), ("市发展和改革局", None), ("市生态环境保护督察办公室", None), ("市科学技术协会", None),
    ],
)  # fmt: skip
def test_a_name_in_full_finds_the_unit_that_a_plan_prints_short(full: str, printed: str | None) -> None:
    assert [unit.name for unit in find_units(full, PRINTED)] == ([] if printed is None else [printed])


@pytest.mark.parametrize(
    ("signed", "meant"),
    [
        ("浙江省生态环境厅", ("zj", "省生态环境厅")), ("宁夏回族自治区水利厅", ("nx", "自治区水利厅")), ("重庆市水利局", ("cq", "市水利局")),
        ("宁夏税务局", ("nx", "税务局")), ("江苏省水利厅", None), ("浙江省", None), ("浙江金融监管局", None), ("浙江省金融监管局", ("zj", "省金融监管局")),
    ],
)  # fmt: skip
def test_the_region_in_front_of_a_name_is_the_units_own(signed: str, meant: tuple[str, str] | None) -> None:
    regions = {"浙江省": "zj", "浙江": "zj", "宁夏回族自治区": "nx", "宁夏": "nx", "重庆市": "cq", "重庆": "cq"}
    assert take_off_region(signed, regions) == meant
