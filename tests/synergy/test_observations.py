"""The long form: what loads, and what each bad cell is told."""

from decimal import Decimal

import pytest

from tests.synergy.samples import annex2, read
from tracker.synergy.model import GDP_GROWTH
from tracker.synergy.observations import (
    ESTIMATED,
    MEASURED,
    Observation,
    Problem,
    indicator_name,
    missing_columns,
    parse,
)


def test_a_row_becomes_an_observation() -> None:
    parsed = read("""
        city,year,indicator,value,status,measure,source
        杭州,2025,1,28.5,实测,微克/立方米,省生态环境厅
        宁波市,2025年,⑨,"31.20",估算,%,
        温州市,2025,GDP增速,5.5,实测,%,省统计局
    """)

    assert parsed.problems == ()
    assert parsed.observations == (
        Observation("杭州市", 2025, 1, Decimal("28.5"), MEASURED, "微克/立方米", "省生态环境厅"),
        Observation("宁波市", 2025, 9, Decimal("31.20"), ESTIMATED, "%", ""),
        Observation("温州市", 2025, GDP_GROWTH, Decimal("5.5"), MEASURED, "%", "省统计局"),
    )


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("义乌市,2025,1,30,实测", "city", "不认识的城市：义乌市。请填浙江省11个设区市之一，如杭州市。"),
        (",2025,1,30,实测", "city", "不认识的城市：（空）。请填浙江省11个设区市之一，如杭州市。"),
        ("杭州市,25,1,30,实测", "year", "年份应为四位数，如2025：25。"),
        ("杭州市,1825,1,30,实测", "year", "年份应为四位数，如2025：1825。"),
        ("杭州市,2025,25,30,实测", "indicator", "不认识的指标：25。请填1至24的编号、附件2的三级指标名称，或GDP增速。"),
        (
            "杭州市,2025,PM10,30,实测",
            "indicator",
            "不认识的指标：PM10。请填1至24的编号、附件2的三级指标名称，或GDP增速。",
        ),
        ("杭州市,2025,1,nan,实测", "value", "不是有限的数值：nan。没有数据请留空。"),
        ("杭州市,2025,1,-Infinity,实测", "value", "不是有限的数值：-Infinity。没有数据请留空。"),
        ("杭州市,2025,1,约30,实测", "value", "不是数值：约30。没有数据请留空，不要填0或文字。"),
        ("杭州市,2025,1,#DIV/0!,实测", "value", "不是数值：#DIV/0!。没有数据请留空，不要填0或文字。"),
        ("杭州市,2025,1,1e999999,实测", "value", "数值过大或小数位过多：1e999999。请核对数值和计量单位。"),
        ("杭州市,2025,1,1e-999999,实测", "value", "数值过大或小数位过多：1e-999999。请核对数值和计量单位。"),
        ("杭州市,2025,1,30%,实测", "value", "PM2.5浓度不是百分数，请去掉百分号：30%。"),
        ("杭州市,2025,1,30,推测", "status", "状态应为实测或估算：推测。"),
        ("杭州市,2025,1,30,", "status", "状态应为实测或估算：（空）。"),
    ],
)
def test_a_bad_cell_is_reported_and_the_others_load(row: str, column: str, message: str) -> None:
    parsed = read(f"""
        city,year,indicator,value,status
        {row}
        宁波市,2025,1,27,实测
    """)

    assert parsed.problems == (Problem(2, column, message),)
    assert [one.city for one in parsed.observations] == ["宁波市"]


def test_a_duplicate_is_reported_at_the_later_row() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,1,30,实测
        杭州,2025,PM2.5浓度,31,实测
        杭州市,2024,1,32,实测
    """)

    assert parsed.problems == (Problem(3, "indicator", "杭州市2025年“PM2.5浓度”重复：第2行已有。请只留一行。"),)
    assert [one.value for one in parsed.observations] == [Decimal(30), Decimal(32)]


def test_an_empty_value_is_no_report() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,1,,
        某市,,,,
    """)

    assert parsed.observations == ()
    assert parsed.problems == ()


def test_a_share_that_looks_like_a_fraction_is_reported() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,15,0.35,实测
        宁波市,2025,15,1,实测
        温州市,2025,15,0,实测
        嘉兴市,2025,15,36,实测
    """)

    assert [(one.row, one.column) for one in parsed.problems] == [(2, "value"), (3, "value")]
    assert parsed.problems[0].message == (
        "百分数看起来填成了小数：0.35。百分数按0至100填写（35）；确为0.35%的，请连同百分号填写“0.35%”。"
    )
    assert [one.city for one in parsed.observations] == ["温州市", "嘉兴市"]


def test_a_percent_sign_says_that_a_small_share_is_meant() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,22,0.8%,实测
        宁波市,2025,22,１．２％,实测
    """)

    assert [one.value for one in parsed.observations] == [Decimal("0.8"), Decimal("1.2")]


def test_rates_of_change_are_fractions_only_beside_the_others() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,2,3.5,实测
        宁波市,2025,2,6.0,实测
        温州市,2025,2,0.05,实测
        嘉兴市,2025,2,0.8,实测
        湖州市,2025,2,-0.2,实测
        绍兴市,2025,2,1,实测
        杭州市,2025,6,0.031,实测
        宁波市,2025,6,0.045,实测
        杭州市,2024,GDP增速,-0.02,实测
    """)

    assert [one.row for one in parsed.problems] == [4, 8, 9, 10]


def test_what_is_no_percentage_may_be_below_one() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,5,0.63,实测
        杭州市,2025,7,0.71,实测
    """)

    assert parsed.problems == ()


def test_the_state_of_decoupling_may_be_given_by_name() -> None:
    parsed = read("""
        city,year,indicator,value,status
        杭州市,2025,8,强脱钩,实测
        宁波市,2025,8,85,实测
        温州市,2025,8,脱钩,实测
    """)

    assert [one.value for one in parsed.observations] == [Decimal(100), Decimal(85)]
    assert [one.row for one in parsed.problems] == [4]


def test_cells_as_a_sheet_gives_them() -> None:
    parsed = parse(
        [
            {"city": "杭州市", "year": 2025.0, "indicator": 13.0, "value": 0.1, "status": "实测", "measure": None},
            {"city": "宁波市", "year": 2025, "indicator": 13, "value": "1,234.50", "status": "实测"},
            {"city": "温州市", "year": 2025, "indicator": 13, "value": True, "status": "实测"},
        ],
        annex2(),
        first_row=7,
    )

    assert [one.value for one in parsed.observations] == [Decimal("0.1"), Decimal("1234.50")]
    assert [(one.row, one.message) for one in parsed.problems] == [
        (9, "不是数值：True。没有数据请留空，不要填0或文字。")
    ]


def test_a_header_that_lacks_columns() -> None:
    assert missing_columns(["city", "indicator", "value"]) == ["year", "status"]
    assert missing_columns(["status", "value", "indicator", "year", "city", "source"]) == []


def test_rows_without_a_required_column_are_not_taken_for_empty_ones() -> None:
    parsed = read("""
        city,year,indicator,number,status
        杭州市,2025,1,30,实测
        宁波市,2025,1,27,实测
    """)

    assert parsed.observations == ()
    assert parsed.problems == (Problem(1, "value", "缺少列：value。请补全表头。"),)


def test_names_by_number() -> None:
    assert [indicator_name(number, annex2()) for number in (GDP_GROWTH, 20)] == ["GDP增速", "森林覆盖率"]
