"""Clauses with numbers and dates: comparator, value, measure, baseline, scope, direction, due."""

from __future__ import annotations

import pytest

from tracker.plans.reading.commitments import read_commitments, read_row
from tracker.plans.reading.dates import last_day
from tracker.plans.reading.model import Passage, Place
from tracker.plans.reading.quantities import quantities


def said(text: str, *, goals: bool = False) -> list[tuple[str, list[str]]]:
    found, _ = read_commitments(Passage(text, (0,), (Place(1),)), goals=goals)
    return [
        (
            one.text,
            [
                " ".join(
                    filter(
                        None,
                        (
                            item.quantity.name,
                            item.quantity.comparator,
                            item.quantity.bound,
                            item.quantity.value + item.quantity.measure,
                            item.due.isoformat() if item.due else "",
                        ),
                    )
                )
                for item in one.measured
            ],
        )
        for one in found
    ]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("森林覆盖率达到57%以上", (">=", "57", "", "%", "", "", "up")),
        ("用水总量控制在186.8亿立方米以内", ("<=", "186.8", "", "亿立方米", "", "", "hold")),
        ("核电装机超过1000万千瓦", (">", "1000", "", "万千瓦", "", "", "up")),
        ("铁路货运量占比力争提高至3%左右", ("~", "3", "", "%", "", "", "up")),
        ("能耗比2020年下降14.5%以上", ("decrease_by", "14.5", ">=", "%", "2020", "", "down")),
        ("使用比例降低20个百分点", ("decrease_by", "20", "=", "个百分点", "", "", "down")),
        ("协同指数累计提高20%", ("increase_by", "20", "=", "%", "", "", "up")),
        ("规模达到60万吨/年以上", (">=", "60", "", "万吨/年", "", "", "up")),
        ("湿地面积稳定在310万亩", ("=", "310", "", "万亩", "", "", "hold")),
        ("综合利用率保持在92%以上", (">=", "92", "", "%", "", "", "hold")),
        ("联运量年均增速超过10%", (">", "10", "", "%", "", "", "hold")),
        ("PM2.5浓度下降到30微克/立方米", ("=", "30", "", "微克/立方米", "", "", "down")),
        ("创建绿色工厂1，000家以上", (">=", "1000", "", "家", "", "0", "up")),
        ("修复河湖生态缓冲带1000公里", ("=", "1000", "", "公里", "", "0", "up")),
        ("检查不少于1.5万家次", (">=", "1.5", "", "万家次", "", "", "up")),
        ("综合用水定额降至120升/人·日", ("=", "120", "", "升/人·日", "", "", "down")),
        ("平均响应时间缩短至15秒以内", ("<=", "15", "", "秒", "", "", "hold")),
        ("划定禁止鸣笛路段10条以上", (">=", "10", "", "条", "", "", "up")),
        ("引进人才30名", ("=", "30", "", "名", "", "", "up")),
        ("各地级市应至少有一个集中处置设施", (">=", "1", "", "个", "", "", "up")),
        ("严禁在沿岸1公里范围内新增项目", ("<=", "0", "", "", "", "", "hold")),
    ],
)
def test_one_number(clause: str, expected: tuple[str, ...]) -> None:
    found = quantities(clause)
    assert len(found) == 1
    one = found[0]
    assert (
        one.comparator,
        one.value,
        one.bound,
        one.measure,
        one.baseline_year,
        one.baseline_value,
        one.direction,
    ) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "推进30万千瓦及以上燃煤机组供热改造",
        "推动3吨以下叉车采用新能源",
        "基本淘汰国三及以下排放标准汽车",
        "开展“333”行动",
        "落实《江苏生态文明20条》",
        "参照《行动方案（2021—2025年）》执行",
        "加强PM2.5和臭氧协同控制",
        "聚焦4大城市类型创新模式",
        "实施121人才工程",
        "涉及7部门",
        "推动建设15分钟生活圈",
        "推动数十家园区开展试点",
        "建成投产清河一级（30万千瓦）、青河口（36万千瓦，已投产12万千瓦）等电站",
        "如表2所示",
        "用好第三次全国国土调查成果",
    ],
)
def test_numbers_that_commit_to_nothing(clause: str) -> None:
    assert quantities(clause) == []


def test_a_date_governs_the_clauses_after_it_until_the_sentence_ends() -> None:
    text = "完善制度，到2025年，甲率达到15%，乙体系基本形成；支持企业探索新路。丙率达到9%。"
    assert said(text) == [
        ("甲率达到15%。", ["甲率 = 15% 2025-12-31"]),
        ("乙体系基本形成。", ["乙体系基本形成 qualitative 2025-12-31"]),
        ("丙率达到9%。", ["丙率 = 9%"]),
    ]


def test_two_years_two_values() -> None:
    assert said("到2025年和2030年，全省短流程炼钢占比分别提升至15%、20%以上。") == [
        ("2025年和2030年，全省短流程炼钢占比分别提升至15%、20%以上。",
         ["短流程炼钢占比 >= 15% 2025-12-31", "短流程炼钢占比 >= 20% 2030-12-31"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024—2025年，单位GDP能耗下降6.5%，其中2024年下降3.5%、2025年下降3%。",
         ["单位GDP能耗 decrease_by = 6.5% 2025-12-31", "单位GDP能耗 decrease_by = 3.5% 2024-12-31",
          "单位GDP能耗 decrease_by = 3% 2025-12-31"]),
        ("培育绿色工厂，2023年10家、2024年12家。", ["培育绿色工厂 = 10家 2023-12-31", "培育绿色工厂 = 12家 2024-12-31"]),
        ("新能源车占比2024年、2025年分别达到40%、50%。",
         ["新能源车占比 = 40% 2024-12-31", "新能源车占比 = 50% 2025-12-31"]),
        ("货车占比达到15%（2023年）和25%（2024年）。", ["货车占比 = 15% 2023-12-31", "货车占比 = 25% 2024-12-31"]),
        ("到2024年，公园20家，其中2022年6家；工业能耗降低9%。",
         ["公园 = 20家 2024-12-31", "公园 = 6家 2022-12-31", "工业能耗 decrease_by = 9% 2024-12-31"]),
        ("到2023年，甲率达到100%，为2025年底乙率达到50%以上打下基础。",
         ["甲率 = 100% 2023-12-31", "为2025年底乙率 >= 50% 2025-12-31"]),
        ("截至2022年底，已建成养老机构86家，床位1.1万张，占比达到45%。到2025年，占比达到60%。", ["占比 = 60% 2025-12-31"]),
        ("到2060年，装机达到1，200万千瓦。", ["装机 = 1200万千瓦 2060-12-31"]),
        ("到2030年，甲率达到9%。“十四五”、“十五五”期间分别新增装机40万千瓦。",
         ["甲率 = 9% 2030-12-31", "新增装机 = 40万千瓦 2025-12-31", "新增装机 = 40万千瓦 2030-12-31"]),
    ],
)  # fmt: skip
def test_every_value_has_its_own_year(text: str, expected: list[str]) -> None:
    assert [one for _, measured in said(text) for one in measured] == expected


def test_two_subjects_one_or_two_values() -> None:
    assert said("到2025年，氮氧化物、挥发性有机物排放总量比2020年分别下降10%以上。")[0][1] == [
        "氮氧化物排放总量 decrease_by >= 10% 2025-12-31",
        "挥发性有机物排放总量 decrease_by >= 10% 2025-12-31",
    ]
    assert said("2024年底前，铁路、水路周转量分别增长30%和13%左右。")[0][1] == [
        "铁路周转量 increase_by ~ 30% 2024-12-31",
        "水路周转量 increase_by ~ 13% 2024-12-31",
    ]


def test_the_goal_part_keeps_the_year_through_the_paragraph_and_gives_the_rest_as_aims() -> None:
    text = "到2025年，格局基本形成，水平明显提升。单位产值排放比2020年下降16%。"
    found, aims = read_commitments(Passage(text, (0,), (Place(1),)), goals=True)
    assert [(one.text, one.due.isoformat() if one.due else "") for one in found] == [
        ("单位产值排放比2020年下降16%。", "2025-12-31")
    ]
    assert [(aim.text, aim.due.year) for aim in aims] == [("格局基本形成，水平明显提升。", 2025)]


def test_wishes_are_marked_and_govern_what_follows() -> None:
    found, _ = read_commitments(
        Passage("到2025年，力争装机达到5000万千瓦，消纳比重达到30%以上。", (0,), (Place(1),)), goals=False
    )
    assert [[item.quantity.aspirational for item in one.measured] for one in found] == [[True, True]]


def test_a_recurring_date_has_no_day() -> None:
    found, _ = read_commitments(Passage("每年6月底前报送10个案例。", (0,), (Place(1),)), goals=False)
    assert [(one.due, one.recurring) for one in found] == [(None, True)]


def test_an_annex_row_gives_every_clause_an_indicator() -> None:
    row = "建成试点县10个，先行基地10万亩。编制融合清单（完成期限为2023年）。探索建设场景，在某园区开展试点。"
    read = [(one.quantity.name, one.quantity.value, one.quantity.baseline_value, one.due) for one in read_row(row)]
    assert [(name, value, base, due.year if due else None) for name, value, base, due in read] == [
        ("试点县", "10", "0", None),
        ("先行基地", "10", "0", None),
        ("编制融合清单", "", "", 2023),
        ("探索建设场景", "", "", None),
    ]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025年", "2025-12-31"),
        ("2024年6月底前", "2024-06-30"),
        ("2023年2月", "2023-02-28"),
        ("2025年12月31日前", "2025-12-31"),
        ("“十四五”期末", "2025-12-31"),
        ("2023—2025年", "2025-12-31"),
        ("2024.6", "2024-06-30"),
        ("2025", "2025-12-31"),
        ("长期坚持", None),
        ("2021年以来", None),
        ("较2020年", None),
    ],
)
def test_deadline_cells(cell: str, day: str | None) -> None:
    found = last_day(cell)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("row", "name", "comparator", "value"),
    [
        ("PM2.5浓度降至35微克/立方米", "PM2.5浓度", "=", "35"),
        ("PM2.5 浓度降到 35 微克/立方米", "PM2.5浓度", "=", "35"),
        ("CO2排放降至35万吨", "CO2排放", "=", "35"),
        ("O3浓度下降到160微克/立方米", "O3浓度", "=", "160"),
        ("利用率25%提高到30%", "利用率", "=", "30"),
        ("产量增长 20 %", "产量", "increase_by", "20"),
        ("能耗 下降 15 %", "能耗", "decrease_by", "15"),
        ("装机 达到 900 万千瓦", "装机", "=", "900"),
    ],
)
def test_a_figure_in_a_name_is_no_value_and_a_blank_beside_a_figure_says_nothing(
    row: str, name: str, comparator: str, value: str
) -> None:
    assert [(one.quantity.name, one.quantity.comparator, one.quantity.value) for one in read_row(row)] == [
        (name, comparator, value)
    ]
