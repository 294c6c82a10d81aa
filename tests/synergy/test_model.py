"""Annex 2's tree: what the shipped file holds, and what a file must hold."""

from fractions import Fraction

import pytest

from tests.synergy.samples import FIXTURES, SHIPPED, annex2
from tracker.errors import Refused
from tracker.synergy.model import CITIES, Group, find_city, plain_name, read_tree


def test_the_shipped_file_has_the_24_indicators_in_16_and_6_groups() -> None:
    tree = annex2()
    groups = list(tree.root.groups())

    assert list(tree.indicators) == list(range(1, 25))
    assert [sum(group.level == level for group in groups) for level in (1, 2)] == [6, 16]
    assert list(tree.contents) == ["（一）协同效果", "（二）协同路径", "（三）协同管理"]


def test_two_transcriptions_of_annex_2_agree() -> None:
    printed = read_tree((FIXTURES / "annex2_as_printed.csv").read_text("utf-8"))

    assert printed == annex2()


def test_lower_is_better_for_exactly_five_indicators() -> None:
    assert [one.number for one in annex2().indicators.values() if one.direction == "down"] == [1, 3, 5, 13, 16]


def test_weights_of_the_whole() -> None:
    weights = annex2().weights()

    assert sum(weights.values()) == 1
    assert weights[1] == Fraction("0.03")
    assert weights[13] == Fraction("0.056")
    assert weights[24] == Fraction("0.06")


@pytest.mark.parametrize(
    "text",
    ["13", "⑬", " 13 ", "１３", "单位工业增加值煤炭消费量", "⑬单位工业增加值煤炭消费量", "⑬ 单位工业增加值 煤炭消费量"],
)
def test_an_indicator_is_found_by_number_or_name(text: str) -> None:
    found = annex2().find(text)

    assert found is not None
    assert found.number == 13


def test_width_and_case_of_a_name_do_not_matter() -> None:
    names = ("pm2.5浓度", "单位 GDP 碳排放", "城镇新建民用建筑中高星级绿色建筑比例(设计)")

    assert [one.number if (one := annex2().find(name)) else None for name in names] == [1, 5, 19]


@pytest.mark.parametrize("text", ["0", "25", "", "PM10浓度", "PM2.5"])
def test_what_is_no_indicator_is_not_found(text: str) -> None:
    assert annex2().find(text) is None


def test_cities_with_and_without_their_suffix() -> None:
    assert [find_city(text) for text in ("杭州", "杭州市人民政府", " 舟 山 市 ", "义乌市", "市", "")] == [
        "杭州市",
        "杭州市",
        "舟山市",
        None,
        None,
        None,
    ]
    assert len(CITIES) == 11


def test_percentages_and_rates_of_change_are_told_by_name() -> None:
    indicators = annex2().indicators.values()

    assert [one.number for one in indicators if one.is_percent] == [
        2,
        4,
        6,
        9,
        10,
        11,
        12,
        14,
        15,
        17,
        18,
        19,
        20,
        21,
        22,
    ]
    assert [one.number for one in indicators if one.is_rate_of_change] == [2, 4, 6]


def test_a_printed_number_is_no_part_of_a_name() -> None:
    printed = ("㉔协同政策创新与能力建设", "（十）资源", "（10）资源循环利用", "6.生态环境", "2.5微米")

    assert [plain_name(text) for text in printed] == [
        "协同政策创新与能力建设",
        "资源",
        "资源循环利用",
        "生态环境",
        "2.5微米",
    ]


def test_leaving_an_indicator_out_hands_its_weight_to_its_group() -> None:
    weights = annex2().without(13).weights()

    assert sum(weights.values()) == 1
    assert weights[14] == Fraction("0.08")
    assert weights[15] == annex2().weights()[15]


def test_leaving_a_lone_indicator_out_removes_its_group() -> None:
    tree = annex2().without(20)

    assert "（12）生态系统扩容增汇" not in {group.name for group in tree.root.groups()}
    assert tree.weights()[19] == Fraction("0.2") * Fraction("0.1") / Fraction("0.9")


def test_an_index_of_nothing_is_refused() -> None:
    header, first, *_ = SHIPPED.read_text("utf-8").splitlines()
    lone = first.replace(",0.15,", ",1,").replace(",0.2,", ",1,")

    with pytest.raises(Refused, match="没有任何指标"):
        read_tree(f"{header}\n{lone}\n").without(1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weight3", "weight", "缺少列：weight3"),
        ("浓度,0.2,", "浓度,0.3,", "“（1）大气环境”下的权重合计为1.1，应为1"),
        ("浓度,0.2,", "浓度,2,", "指标1的 weight3 不是0到1之间的权重：2"),
        ("浓度,0.2,", "浓度,nan,", "指标1的 weight3 不是0到1之间的权重：nan"),
        ("1,（一）协同效果,1.环境质量,0.15", "1,（一）协同效果,1.环境质量,0.25", "“1.环境质量”有两个不同的权重"),
        ("\n2,", "\n3,", "从1起连续编号"),
        ("\n2,", "\n二,", "number 不是整数：二"),
        ("省生态环境厅,down", "省生态环境厅,lower", "指标1的 direction 应为 up 或 down：lower"),
        ("（2）碳排放强度", "1.环境质量", "有两个组都叫“1.环境质量”"),
    ],
)
def test_a_file_that_is_not_annex_2_is_refused(old: str, new: str, message: str) -> None:
    text = SHIPPED.read_text("utf-8")
    broken = text.replace(old, new, 1) if old != "（2）碳排放强度" else text.replace(old, new)

    with pytest.raises(Refused, match=message):
        read_tree(broken)


def test_a_group_yields_its_leaves_with_their_whole_weight() -> None:
    first = annex2().root.members[0]

    assert isinstance(first, Group)
    assert dict(first.leaves()) == {1: Fraction("0.2"), 2: Fraction("0.3"), 3: Fraction("0.2"), 4: Fraction("0.3")}
