"""Versions of a plan: what changed, shown side by side, and which id became which."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.plans.reading.samples import CITY, ONE_LINE, read
from tests.plans.reading.test_annex_tables import FLATTENED
from tracker.plans.plan_diff import diff_plans

if TYPE_CHECKING:
    from tracker.plans.reading.model import Rows


def old() -> Rows:
    return read(FLATTENED, "zz").rows()


def test_a_plan_does_not_differ_from_itself() -> None:
    for text in (FLATTENED, CITY, ONE_LINE):
        rows = read(text, "zz").rows()
        diff = diff_plans(rows, copy.deepcopy(rows))
        assert diff.differences == []
        assert diff.doubtful == []
        assert all(before == after for before, after in diff.mapping.items())
        assert len(diff.mapping) == sum(
            len(rows[file]) for file in ("targets", "tasks", "policies", "aims", "indicators")
        )


def test_a_row_taken_out_moves_the_others_up() -> None:
    new = read(FLATTENED.replace("2 单位 GDP二氧化碳排放完成国家下达的控制目标。 待国家分工明确后确定\n\n省发展改革委、省经信厅\n\n", "")
               .replace("\n3\n", "\n2\n").replace("4 打造", "3 打造").replace("5 编制", "4 编制"), "zz").rows()  # fmt: skip
    diff = diff_plans(old(), new)
    assert diff.counts() == {"renumbered": 4, "removed": 1}
    assert diff.mapping["zz-target-3"] == "zz-target-2"
    assert diff.mapping["zz-target-3.2"] == "zz-target-2.2"
    assert "zz-target-2" not in diff.mapping
    assert "删除 目标 zz-target-2：单位GDP二氧化碳排放完成国家下达的控制目标。" in [
        one.line() for one in diff.differences
    ]


def test_words_units_numbers_and_dates_that_changed() -> None:
    new = read(
        FLATTENED.replace("打造 60个标杆项目。 省生态环境厅 省建设厅", "打造 80个标杆项目。 省生态环境厅 省水利厅")
        .replace("（完成期限为 2023年）", "（完成期限为 2024年）")
        .replace("推动实施保护行动方案。", "推动实施生态保护行动方案。"),
        "zz",
    ).rows()
    lines = [one.line() for one in diff_plans(old(), new).differences]
    assert lines == [
        "文字修改 目标 zz-target-4：打造60个标杆项目。 → 打造80个标杆项目。",
        "单位变动 目标 zz-target-4：省建设厅 → 省水利厅",
        "文字修改 目标 zz-target-5：编制融合清单（完成期限为2023年）。 → 编制融合清单（完成期限为2024年）。",
        "时限变动 目标 zz-target-5：2023-12-31 → 2024-12-31",
        "数值变动 指标 zz-target-4.1：60 → 80",
        "时限变动 指标 zz-target-5.1：2023-12-31 → 2024-12-31",
        "文字修改 任务 zz-task-2：推动实施保护行动方案。 → 推动实施生态保护行动方案。",
    ]


def test_a_draft_that_became_final() -> None:
    new = read(FLATTENED.replace("（征求意见稿）\n", ""), "zz").rows()
    assert [one.line() for one in diff_plans(old(), new).differences] == ["方案信息变动 方案 zz：draft → unstated"]


def test_an_articles_summary_is_not_the_plans_wording() -> None:
    rows = read(CITY, "zz").rows()
    mine = copy.deepcopy(rows)
    for row in mine["tasks"]:
        row["text"] = "用自己的话写的概括。"
    assert diff_plans(mine, rows).differences == []


@given(st.permutations(range(7)))
def test_rows_in_any_order_keep_their_identity(order: list[int]) -> None:
    rows = read(CITY, "zz").rows()
    new = copy.deepcopy(rows)
    new["tasks"] = [new["tasks"][index] for index in order]
    for number, row in enumerate(new["tasks"], 1):
        row["number"] = str(number)
    mapping = diff_plans(rows, new).mapping
    for place, index in enumerate(order, 1):
        assert mapping[f"zz-task-{index + 1}"] == f"zz-task-{place}"


def test_a_long_list_is_compared_in_seconds() -> None:
    rows = old()
    base = rows["tasks"][0]
    rows["tasks"] = [
        {**base, "number": str(number), "text": f"第{number}项任务，推进{number * 7919}号项目。"}
        for number in range(1, 1201)
    ]
    new = copy.deepcopy(rows)
    new["tasks"].pop(0)
    diff = diff_plans(rows, new)
    assert [one.old_id for one in diff.differences] == ["zz-task-1"]
