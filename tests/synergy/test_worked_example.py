"""The data set that docs/contract.md works by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.synergy.samples import annex2, worked_example
from tracker.synergy.compute import compute
from tracker.synergy.results import Result
from tracker.synergy.scores import shown


@pytest.fixture(scope="module")
def result() -> Result:
    return compute(worked_example(), annex2(), 2025, 2020)


def test_the_table_that_a_command_prints(result: Result) -> None:
    assert result.rows == [
        {"city": "宁波市", "year": 2025, "score": 118, "rank": 1, "coverage": 1, "change_percent": 18},
        {
            "city": "杭州市",
            "year": 2025,
            "score": Decimal("73.8301"),
            "rank": 2,
            "coverage": 1,
            "change_percent": Decimal("52.1156"),
        },
        {
            "city": "温州市",
            "year": 2025,
            "score": Decimal("28.5936"),
            "rank": 3,
            "coverage": Decimal("0.94"),
            "change_percent": None,
        },
    ]


def test_the_base_year_on_its_own_scale() -> None:
    base = compute(worked_example(), annex2(), 2020, 2020)

    assert [(one.city, one.score and shown(one.score, 6)) for one in base.cities] == [
        ("宁波市", 100),
        ("杭州市", Decimal("48.535534")),
        ("温州市", 0),
    ]
    assert base.rows[1]["change_percent"] == 0


def test_hangzhou_on_every_level(result: Result) -> None:
    groups = {group.name: group for group in result.city("杭州市").groups if group.level != "level2"}

    assert {name: group.score and shown(group.score, 6) for name, group in groups.items()} == {
        "协同指数": Decimal("73.830127"),
        "（一）协同效果": Decimal("67.075318"),
        "1.环境质量": 75,
        "2.碳排放水平": 75,
        "3.协同耦合度": Decimal("43.301270"),
        "（二）协同路径": 80,
        "4.结构调整措施协同度": 85,
        "5.治理路径协同度": 75,
        "（三）协同管理": 75,
        "6.生态环境管理协同度": 75,
    }
    assert [groups[name].weight for name in ("（一）协同效果", "（二）协同路径", "（三）协同管理")] == [
        Fraction("0.4"),
        Fraction("0.4"),
        Fraction("0.2"),
    ]


def test_wenzhou_without_two_indicators(result: Result) -> None:
    city = result.city("温州市")
    scores = {group.name: group.score for group in city.groups}

    assert city.missing == (1, 12)
    assert city.blank == ("（7）交通运输结构优化",)
    assert scores["1.环境质量"] == Fraction("34.375")
    assert scores["4.结构调整措施协同度"] == Fraction(235, 7)
    assert [one.missing for one in city.indicators if one.missing] == ["未填报", "未填报"]
    assert [one.number for one in city.indicators if one.estimated] == [20]


def test_what_the_derived_indicators_say(result: Result) -> None:
    city = result.city("杭州市")

    assert [(one.number, one.value, one.derived) for one in city.indicators if one.derived] == [
        (7, Decimal("0.866025403784"), "耦合协调度0.866"),
        (8, Decimal(90), "污染物强脱钩，碳排放弱脱钩"),
    ]


def test_contributions_of_hangzhou(result: Result) -> None:
    change = result.city("杭州市").change

    assert change is not None
    assert change.contributions is not None
    assert shown(change.points, 6) == Decimal("25.294593")
    assert {number: shown(change.contributions[number], 6) for number in (1, 7, 8, 9)} == {
        1: Decimal("0.75"),
        7: Decimal("0.794593"),
        8: 0,
        9: 4,
    }
    assert sum(change.contributions.values()) == change.points


def test_a_change_over_other_indicators_says_so(result: Result) -> None:
    change = result.city("温州市").change

    assert change is not None
    assert not change.same_basis
    assert change.base_score == 0
    assert change.percent is None
    assert change.matched_percent is None


def test_what_stands_above_and_below_the_table(result: Result) -> None:
    assert result.label == "测算值"
    assert result.caption == (
        "协同指数2025年测算值（方法：基准年标杆法（最差0分、最好100分，不封顶），加权算术平均；标杆按2020年数据现算，未固定）"
    )
    assert [note[:6] for note in result.notes] == ["本表为测算值", "⑦按耦合协调", "⑧按Tapi", "⑧赋分表：强"]
