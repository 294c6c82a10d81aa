"""Frozen goalposts: where they come from, their file, and what a mended file must keep."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.synergy.samples import Table, annex2, observed, tables, worked_example
from tracker.errors import Refused
from tracker.synergy.goalposts import Goalposts, freeze, from_csv, to_csv
from tracker.synergy.observations import years
from tracker.synergy.scores import Goalpost

GIVEN = "基准年各市最差值、最好值"


def frozen(version: str = "") -> Goalposts:
    return freeze(years(worked_example()), annex2(), 2020, version)


def test_the_worst_and_the_best_city_by_direction() -> None:
    posts = frozen().posts

    assert posts[1] == Goalpost(Decimal(40), Decimal(20), GIVEN)
    assert posts[9] == Goalpost(Decimal(20), Decimal(40), GIVEN)


def test_the_derived_indicators_are_frozen_with_the_rest() -> None:
    posts = frozen().posts

    assert posts[7] == Goalpost(Decimal(0), Decimal(1), GIVEN)
    assert posts[8] == Goalpost(Decimal(90), Decimal(100), GIVEN)


def test_a_version_is_named_after_its_base_year_unless_told() -> None:
    assert frozen().version == "2020-1"
    assert frozen("试评").version == "试评"


def test_a_base_year_without_data_is_refused() -> None:
    with pytest.raises(Refused, match="基准年2019没有指数数据"):
        freeze(years(worked_example()), annex2(), 2019)


def test_the_formulas_own_bounds_stand_in_where_all_cities_come_out_alike() -> None:
    alike = [one for one in worked_example() if one.year == 2020 and one.city == "宁波市"]

    posts = freeze(years(alike), annex2(), 2020).posts

    assert posts[8] == Goalpost(Decimal(0), Decimal(100), "赋分表的取值范围")
    assert 7 not in posts
    assert not posts[1].is_usable


def test_the_file_of_frozen_goalposts() -> None:
    lines = to_csv(frozen(), annex2()).splitlines()

    assert lines[:3] == [
        "version,base_year,indicator,name,direction,worst,best,note",
        f"2020-1,2020,1,PM2.5浓度,down,40,20,{GIVEN}",
        f"2020-1,2020,2,PM2.5浓度改善率,up,4,8,{GIVEN}",
    ]
    assert len(lines) == 25


@settings(max_examples=25)
@given(tables(complete=False))
def test_goalposts_read_back_as_they_were_frozen(table: Table) -> None:
    if not any(table.values()):
        return
    goalposts = freeze(years(observed(table, 2020)), annex2(), 2020)

    assert from_csv(to_csv(goalposts, annex2()), annex2()) == goalposts


def test_a_pair_may_be_set_by_hand() -> None:
    mended = to_csv(frozen("2020-2"), annex2()).replace("up,90,100,", "up,0,100,")

    assert from_csv("\ufeff" + mended, annex2()).posts[8].worst == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("worst,best", "low,high", "缺少列：worst、best"),
        ("2020-1,2020,3,", "2020-2,2020,3,", "只有一个版本"),
        ("2020-1,2020,", "2020-1,去年,", "基准年不是年份：去年"),
        (",2020,2,", ",2020,1,", "第3行的指标不认识或重复：1"),
        (",2020,2,", ",2020,99,", "第3行的指标不认识或重复：99"),
        ("down,40,20", "down,20,40", "第2行：“PM2.5浓度”越小越好，最差值与最好值写反了"),
        ("up,4,8", "up,8,4", "第3行：“PM2.5浓度改善率”越大越好，最差值与最好值写反了"),
        ("down,40,20", "down,四十,20", "第2行不是数值：四十"),
        ("down,40,20", "down,Infinity,20", "第2行不是有限的数值：Infinity"),
    ],
)
def test_a_file_that_cannot_be_goalposts_is_refused(old: str, new: str, message: str) -> None:
    text = to_csv(frozen(), annex2())
    broken = text.replace(old, new) if "去年" in new else text.replace(old, new, 1)

    with pytest.raises(Refused, match=message):
        from_csv(broken, annex2())


def test_an_empty_file_is_refused() -> None:
    header = to_csv(frozen(), annex2()).splitlines()[0]

    with pytest.raises(Refused, match="不能为空"):
        from_csv(header + "\n", annex2())
