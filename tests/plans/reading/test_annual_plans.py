"""Annual plans and departments' lists: years from the title, a task for each responsibility, names as they are printed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.plans.reading.samples import numbers, read, tasks
from tracker.plans.reading.dates import Calendar, last_day
from tracker.plans.reading.draft_json import answer
from tracker.plans.reading.model import Quantity
from tracker.plans.reading.reading_rules import basis_of


def dues(text: str) -> list[str]:
    """Return the deadline of every task."""
    return [task.cells["due"] for task in read(text).of("task")]


def test_a_year_told_by_the_number_is_marked_on_the_target_too() -> None:
    draft = read(
        "青山市人民政府办公室\n关于做好节水工作的通知\n青政办〔2028〕8号\n一、节水。用水量压减20%，6月底前完成。（责任单位：市水利局）"
    )
    found = (*draft.of("task"), *draft.of("target"), *draft.of("indicator"))
    assert [one.doubts["due"] for one in found] == ["年份按文号推定为2028年"] * 3


def test_months_take_the_year_of_the_title_and_say_so() -> None:
    draft = read(
        "南江市2024年治水工作要点\n一、重点任务\n（一）查排口。5月底前，完成排查。（牵头单位：市水务局）\n"
        "（二）修管网。二季度修复管网30公里，年底前修复70公里。（牵头单位：市住建局）\n（三）管水源。水质达标率达到100%。（市水务局负责）"
    )
    assert [task.cells["due"] for task in draft.of("task")] == ["2024-05-31", "2024-12-31", ""]
    assert draft.of("task")[1].cells["note"] == "节点：2024-06-30 二季度修复管网30公里"
    assert numbers(draft) == [
        "修复管网 = 30 公里 2024-06-30",
        "修复 = 70 公里 2024-12-31",
        "水质达标率 = 100 % 2024-12-31",
    ]
    said = {item["id"]: item["doubts"].get("due", "") for item in answer(draft)["items"]}
    assert all("按标题推定为2024年" in said[name] for name in ("x-task-1", "x-task-2", "x-target-3"))
    assert draft.of("plan")[0].cells["period_start"] == "2024-01-01"


@pytest.mark.parametrize(
    ("front", "due"),
    [
        ("南江市治水方案\n南政发〔2022〕5号\n", "2022-06-30"),
        (
            "南江市人民政府办公室关于印发南江市治水方案的通知\n南江市人民政府办公室\n2023年3月2日\n南江市治水方案\n",
            "2023-06-30",
        ),
        ("南江市二〇二五年治水方案\n", "2025-06-30"),
        ("南江市治水三年行动计划（2023—2025年）\n", ""),
    ],
)
def test_the_year_of_a_month(front: str, due: str) -> None:
    assert dues(f"{front}一、任务\n（一）查排口。6月底前完成排查。（市水务局负责）") == [due]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("6月底前", "2023-06-30"),
        ("9—11月", "2023-11-30"),
        ("11月15日前", "2023-11-15"),
        ("第三季度", "2023-09-30"),
        ("明年3月底前", "2024-03-31"),
        ("11月至次年3月", "2024-03-31"),
        ("2023年12月25日-31日", "2023-12-31"),
        ("元月底", "2023-01-31"),
        ("年底", "2023-12-31"),
        ("2024.6", "2024-06-30"),
        ("全年", "None"),
        ("每年6月底前", "None"),
        ("3年内", "None"),
    ],
)
def test_cells_without_a_year(cell: str, day: str) -> None:
    assert str(last_day(cell, Calendar(2023, "标题", whole=True, start=2023))) == day


def test_every_sentence_with_its_own_label_is_a_task_and_a_number_takes_the_nearest() -> None:
    draft = read(
        "南江市方案\n一、任务\n（一）抓考核。一是建机制（责任单位：市统计局，完成期限：2023年3月底）。"
        "二是评估30个项目（责任单位：市财政局，完成期限：2024年6月底）。三是常督办（责任单位：督查室，完成期限：持续推进）。"
    )
    assert [task[1:] for task in tasks(draft)] == [
        ("建机制", "sole", "市统计局", ""),
        ("评估30个项目", "sole", "市财政局", ""),
        ("常督办", "sole", "督查室", ""),
    ]
    assert [task.cells["due"] for task in draft.of("task")] == ["2023-03-31", "2024-06-30", ""]
    assert [(one.cells["leads"], one.cells["due"]) for one in draft.of("target")] == [("市财政局", "2024-06-30")]


def test_label_lines_belong_to_the_part_above_a_heading_that_names_nothing() -> None:
    draft = read(
        "北湖省林业厅2021年度任务清单\n一、培育良种\n（一）工作目标\n良种使用率不低于70%。\n（二）工作举措\n1.建好基地。\n2.加强检验。\n"
        "责任处室：种苗处\n完成时限：10月底前\n二、防治虫害\n（一）工作目标\n防治率不低于90%。\n（二）工作举措\n做好监测。\n责任处室：防治处\n完成时限：全年"
    )
    assert [task[1:] for task in tasks(draft)] == [
        ("培育良种", "sole", "种苗处", ""),
        ("防治虫害", "sole", "防治处", ""),
    ]
    assert [(one.cells["leads"], one.cells["due"]) for one in draft.of("target")] == [
        ("种苗处", "2021-10-31"),
        ("防治处", "2021-12-31"),
    ]


def test_unnumbered_paragraphs_of_a_chapter_are_tasks_each() -> None:
    draft = read(
        "南江市举措\n一、能源\n建设光伏电站。（责任单位：市能源局）\n改造供热管网。（责任单位：市住建局）\n二、生活\n各街道做好宣传。\n创建绿色商场。（责任单位：市商务局）"
    )
    assert [task[1] for task in tasks(draft)] == ["建设光伏电站", "改造供热管网", "创建绿色商场"]


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("责任处室：评价处、省监测中心", "评价处、省监测中心"),
        ("责任单位：市财政局、新港新区人民政府、商务局", "市财政局、新港新区人民政府、市商务局"),
        ("责任单位：市国资委、各区〈新区、开发区，下同〉", "市国资委"),
        ("责任单位：市财政局、市商务局等3个部门", "市财政局、市商务局"),
        ("责任单位：市财政局、市商务局，以下各条均涉及各区政府", "市财政局、市商务局"),
    ],
)
def test_names(words: str, leads: str) -> None:
    assert [task[3] for task in tasks(read(f"南江市方案\n一、任务\n（一）做事。做好。（{words}）"))] == [leads]


@pytest.mark.parametrize(
    ("text", "title", "region"),
    [
        ("南江市人民政府办公室\n关于印发南江市绿色\n转型行动方案的通知\n各县：\n现印发给你们。\n南江市绿色\n转型行动方案\n一、目标", "南江市绿色转型行动方案", "南江市"),
        ("优化营商环境重点任务分工方案\n一、任务\n（一）做事。（财政部负责）", "优化营商环境重点任务分工方案", "国家"),
        ("北湖省2022年措施清单\n（一）治河。加快出台规划及\n水生态保护等专项规划，形成以综合规划\n为统领的体系。", "北湖省2022年措施清单", "北湖省"),
        ("重点区域大气治理方案\n一、任务\n（一）做事。（南江市生态环境局、市财政局、市商务局负责）", "重点区域大气治理方案", "南江市"),
    ],
)  # fmt: skip
def test_title_and_region(text: str, title: str, region: str) -> None:
    plan = read(text).of("plan")[0].cells
    assert (plan["title"], plan["region"]) == (title, region)


@pytest.mark.parametrize(
    "text",
    [
        "南江晚报讯（记者 木石）3月5日，市政府召开发布会。去年新植树木35万株，到2025年达到50万株。",
        "南江市节能资金管理办法\n第一条 按投资总额的30%给予扶持。\n第二条 到2025年单个项目能耗不低于200吨。\n本办法自2023年1月1日起施行。",
        (
            "南江市促进绿色发展办法\n第一条 支持节水。（责任单位：市水务局）\n第二条 支持回收。（责任单位：市商务局）\n"
            "第三条 支持改造。（责任单位：市工信局）"
        ),
        "在全市大会上的讲话\n同志们：\n到2025年，我们要建成300个站点。",
        "Action plan\nBy 2025 the share reaches 20%.",
        "南江市2023年工作总结\n一、主要工作\n2025年前建成站点20个。",
    ],
)
def test_what_is_no_plan_yields_nothing_and_says_so(text: str) -> None:
    draft = read(text)
    assert (draft.of("target"), draft.of("task")) == ([], [])
    assert "不像方案" in draft.of("plan")[0].doubts[""]


def test_the_basis_proposed_agrees_with_that_of_the_shipped_plans() -> None:
    texts = {(row["plan"], row["number"]): row["text"] for row in shipped("targets")}
    wrong = [
        f"{row['plan']}-{row['target']}.{row['n']} {row['name']}"
        for row in shipped("indicators")
        if row["basis"] != basis_of(_quantity(row), texts[(row["plan"], row["target"])])
    ]
    assert wrong == []


def _quantity(row: dict[str, str]) -> Quantity:
    return Quantity(
        row["name"], row["comparator"], row["value"], measure=row["measure"], baseline_value=row["baseline_value"]
    )


def shipped(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped data file."""
    with (Path(__file__).parents[3] / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "三、主要目标\n到2023年，水环境稳定向好。\n——水质优良。水质优良率稳定在85%左右。\n湿地保护率维持在50%。\n到2025年，水质优良率达到90%。",
            ["水质优良率 ~ 85 % 2023-12-31", "湿地保护率 = 50 % 2023-12-31", "水质优良率 = 90 % 2025-12-31"],
        ),
        ('三、主要目标\n（一）规划期目标。“十四五"期间，湿地保护率提高到38%。', ["湿地保护率 = 38 % 2025-12-31"]),
        (
            "一、任务\n（一）抓绿化。坚持节约优先，加快推进造林（2023年完成营造林30万亩以上）。",
            ["营造林 >= 30 万亩 2023-12-31"],
        ),
        ("一、任务\n（一）抓绿化。完成营造林20万亩（2023年启动验收）。", ["营造林 = 20 万亩"]),
    ],
)
def test_a_date_holds_for_the_goals_below_it_and_for_the_bracket_that_it_opens(text: str, found: list[str]) -> None:
    assert numbers(read(f"南江市治水三年行动计划（2021—2023年）\n{text}")) == found
