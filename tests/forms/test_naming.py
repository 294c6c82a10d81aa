"""Which rows of a returned table are about an item, which are notes and sums, and which are wrong."""

import json
from typing import Any

import pytest

from tests.conftest import Cli
from tests.forms.workbooks import export_form, sheet_of

BY_ID: list[Any] = ["编号", "事项", "完成率", "本期进展"]
BY_NUMBER: list[Any] = ["序号", "工作任务", "完成率", "本期进展"]


def outcome(cli: Cli, rows: list[list[Any]], *options: str) -> tuple[int, list[str]]:
    """Return how many rows of a table report something new, and the cells that are wrong."""
    path = sheet_of(cli.folder / "own.xlsx", rows, "任务清单")
    found = json.loads(cli("import", path, "--dry-run", "--json", *options).out)
    return found["new"], [error["cell"] for error in found["errors"]]


@pytest.mark.parametrize(
    "row",
    [
        ["合计", None, 45, None], ["合 计", None, 45, None], ["总计：", None, 45, None], ["小计（3项）", None, 45, None],
        ["平均", None, 45, None], ["平均值", None, 45, None], ["合计 12项", None, 45, "共12项"], ["合计12项", None, 45, None],
        [None, "合计", 45, None], ["注：以上均为初步数", None, None, "请以正式文件为准"],
        ["注", None, None, "数据为初步统计"], ["注1：", None, None, "初步数"], ["说明", None, None, "本表一式两份"],
        ["审核：李四", None, None, "填表：王五"], ["填表人 王五", None, None, "2026年11月20日"], ["联系电话", "0571-87000000", None, "王五"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("header", [BY_ID, BY_NUMBER])
def test_notes_and_sums_report_nothing_whatever_stands_beside_them(
    cli: Cli, header: list[str], row: list[object]
) -> None:
    assert outcome(cli, [header, ["zj-task-12", None, 45, "推进中"], row]) == (1, [])


def test_a_sum_in_a_column_that_names_nothing(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["领域", "编号", "完成率"],
        ["能源", "zj-task-12", 45],
        ["合计", None, 45],
        ["能源", None, 45],
    ]
    assert outcome(cli, rows) == (1, ["B4"])


@pytest.mark.parametrize("words", ["注重源头防控", "合计投资3亿元", "审核3家企业", "平均化处理", "说明会", "备注册"])
@pytest.mark.parametrize(("header", "place"), [(BY_ID, 0), (BY_ID, 1), (BY_NUMBER, 1)])
def test_what_only_begins_like_a_note_is_never_dropped(cli: Cli, words: str, header: list[str], place: int) -> None:
    row = [words if column == place else None for column in range(2)]
    assert outcome(cli, [header, [*row, 45, None]]) == (0, [f"{'AB'[place]}2"])


def test_an_item_that_begins_like_a_note_is_found_by_its_words(cli: Cli) -> None:
    cli.ok(
        "item", "add", "zj", "task", "--text", "审核（备案）制度改革", "--lead", "省生态环境厅", "--source", "领导批示"
    )
    assert outcome(cli, [BY_NUMBER, [None, "审核（备案）制度改革", 45, None]]) == (1, [])


def test_a_sum_with_a_number_is_not_the_item_of_that_number(cli: Cli) -> None:
    rows: list[list[Any]] = [BY_NUMBER, [12, None, 45, None], [13, "合计", 45, None]]
    assert outcome(cli, rows, "--plan", "zj") == (1, [])


def test_a_number_of_the_list_counts_more_than_words_that_begin_like_a_note(cli: Cli) -> None:
    rows: list[list[Any]] = [BY_NUMBER, [12, "审核（备案）制度改革", 45, None]]
    assert outcome(cli, rows, "--plan", "zj") == (1, [])
    assert outcome(cli, rows) == (0, ["A2"])


def test_a_note_below_a_form(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 本期进展="甲")
    form.sheet.cell(form.sheet.max_row + 1, 1, "注：以上均为初步数")
    form.sheet.cell(form.sheet.max_row, 11, "请以正式文件为准")
    found = json.loads(cli.ok("import", form.save(), "--dry-run", "--json"))
    assert (found["new"], found["errors"]) == (1, [])


@pytest.mark.parametrize("id_", ["zj-task-12", "ZJ-Task-012", "浙江—任务—12", "zj－task－12"])
def test_ids_in_the_column_of_numbers(cli: Cli, id_: str) -> None:
    path = sheet_of(cli.folder / "own.xlsx", [["序号", "进展"], [id_, "推进中"]])
    assert json.loads(cli.ok("import", path, "--yes", "--json"))["new"] == 1
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["last_report"]["note"] == "推进中"


def test_what_is_no_id_in_the_column_of_numbers_leaves_a_row_to_its_words(cli: Cli) -> None:
    words = "积极推广使用沼气发电等规模化资源化综合利用技术"
    assert outcome(cli, [BY_NUMBER, ["（一）", words, 45, None], ["zj-tsk-13", None, 45, None]]) == (1, ["A3"])
