"""总体情况: sentences made from figures, each case as a person in office would write it."""

from datetime import date
from typing import Any

import pytest

from tracker.ledger.summary import Figures, chinese_days, overall, share

LIGHTS = {"red": 3, "yellow": 2, "grey": 0, "blue": 1, "green": 4, "done": 0}
BASE: dict[str, Any] = {
    "day": date(2026, 11, 29), "period": "本周", "plans": [("甲方案", "draft")], "kinds": {"target": 4, "task": 6, "policy": 0},
    "lights": LIGHTS, "states": {"closed": 1, "completed": 2, "in_progress": 7}, "overdue": 3, "due_soon": 1, "leads": 4,
    "silent": [("省科技厅", 2), ("省能源局", 1)], "events": {"reported": 5, "completed": 2, "closed": 1, "returned": 0, "extended": 0},
    "day_before": date(2026, 11, 22), "lights_before": LIGHTS, "moved": {"red": 1, "yellow": -1},
}  # fmt: skip


def told(**other: Any) -> str:
    return "".join(overall(Figures(**{**BASE, **other})))


def test_the_usual_case() -> None:
    assert told() == (
        "截至2026年11月29日，《甲方案》（征求意见稿）纳入台账管理的事项共10项（目标4项、任务6项），由4个单位牵头。"
        "已销号1项，占10%；申报办结待核查2项；亮红灯3项、黄灯2项，其中逾期3项；近期到期1项。"
        "与上期（2026年11月22日）相比，红灯增加1项，黄灯减少1项。"
        "本周有5项填报了进展，申报办结2项、核查销号1项。"
        "2个单位未按期填报，分别为省科技厅2项、省能源局1项。"
    )


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"kinds": {}}, "截至2026年11月29日，所列范围内尚无纳入台账管理的事项。"),
        ({"kinds": {"target": 4}}, "纳入台账管理的事项共4项，由4个单位牵头。"),
        ({"plans": [("甲", "issued"), ("乙", "issued")]}, "截至2026年11月29日，《甲》《乙》纳入台账管理的事项"),
        ({"plans": [("甲", "draft"), ("乙", "issued"), ("丙", "issued")]}, "《甲》（征求意见稿）等3个方案纳入台账管理的事项"),
        ({"states": {}}, "尚无事项销号；亮红灯3项"),
        ({"closed_unmet": 1}, "尚无事项销号（另有未达目标销号1项，不计入）；"),
        ({"before_ledger": 2}, "其中逾期3项（含建账前到期2项）；"),
        ({"before_ledger": 3}, "其中逾期3项（均为建账前到期）；"),
        ({"kinds": {}, "carried": "结转43项（达标20项）"}, "截至2026年11月29日，没有在办事项；结转43项（达标20项）。"),
        ({"states": {"closed": 10}}, "全部10项均已核查销号。"),
        ({"lights": {}, "overdue": 0}, "无红灯、黄灯事项"),
        ({"lights": {"yellow": 2}, "overdue": 0}, "亮黄灯2项"),
        ({"moved": {}}, "与上期（2026年11月22日）相比，红灯、黄灯事项数均持平。"),
        ({"moved": {"red": 0, "yellow": 2}}, "红灯持平，黄灯增加2项。"),
        ({"moved": None, "lights_before": None}, "上期末台账尚未建立，不作增减比较。"),
        ({"added": 2, "removed": 1}, "黄灯减少1项，另新纳入2项，调出1项。"),
        ({"removed": 1}, "黄灯减少1项，另调出1项。"),
        ({"carried_over": 5}, "黄灯减少1项，另结转5项。"),
        ({"carried": "结转 5 项"}, "省能源局1项。结转 5 项，不计入以上各数。"),
        ({"events": {}}, "本周没有事项填报进展。"),
        ({"silent": []}, "各牵头单位没有应报未报事项。"),
        ({"silent": [("省科技厅", 2)]}, "省科技厅2项未按期填报。"),
        ({"silent": [("甲", 1), ("乙", 1), ("丙", 1), ("丁", 1)]}, "各牵头单位均有事项未按期填报，分别为甲1项、乙1项、丙1项、丁1项。"),
        ({"silent": [(each, 1) for each in "甲乙丙丁戊己"], "leads": 9}, "6个单位未按期填报，未填报较多的有甲1项、乙1项、丙1项、丁1项、戊1项等。"),
    ],
)  # fmt: skip
def test_each_singular_case_has_its_words(other: dict[str, Any], said: str) -> None:
    assert said in told(**other)


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 7, "0%"), (7, 7, "100%"), (1, 3, "33.3%"), (1, 9999, "0.1%"), (9998, 9999, "99.9%"), (1, 4, "25%")],
)
def test_a_share_is_never_rounded_to_nothing_or_all(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 11, 23), date(2026, 11, 29), "2026年11月23日—29日"),
        (date(2026, 11, 30), date(2026, 12, 6), "2026年11月30日—12月6日"),
        (date(2026, 12, 28), date(2027, 1, 3), "2026年12月28日—2027年1月3日"),
        (date(2026, 12, 28), date(2026, 12, 28), "2026年12月28日"),
    ],
)
def test_days_as_a_title_has_them(start: date, end: date, words: str) -> None:
    assert chinese_days(start, end) == words
