"""Nothing of a document is left out in silence: its text is counted, and what stands in no row has its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.plans.reading.makers import text_file
from tests.plans.reading.samples import read
from tracker.plans.reading.unused_text import shortcoming
from tracker.sheets.plan_draft import write_draft

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commandline import Cli

PLAN = """某市实施方案
本段在各章之前，说明工作背景和总体考虑，与任务无关。
一、重点任务
（一）推进甲事。抓好甲事落实到位，形成长效机制。（市甲局负责）
"""


def test_what_stands_in_no_row_is_told_with_its_place() -> None:
    draft = read(PLAN)
    assert [(each.place, each.text) for each in draft.unused] == [
        ("第2行", "本段在各章之前，说明工作背景和总体考虑，与任务无关。")
    ]
    assert draft.letters > draft.used > draft.letters / 2
    assert shortcoming(draft) == ""


@pytest.mark.parametrize(
    "text", ["某市实施方案\n一、总体要求\n统筹推进各项工作。", "一、" + "统筹推进各项工作，持续提升治理水平。" * 300]
)
def test_a_draft_without_rows_says_so(text: str) -> None:
    assert shortcoming(read(text))


def test_the_summary_leads_to_doubts_and_to_unused_text(tmp_path: Path) -> None:
    write_draft(read(PLAN, ""), tmp_path / "草稿.xlsx")
    sheet = load_workbook(tmp_path / "草稿.xlsx")["概况"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["第2行", 26, "", "本段在各章之前，说明工作背景和总体考虑，与任务无关。"] in rows
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links["方案 第2行"] == "'方案'!A2"


def test_an_empty_draft_ends_with_1_and_is_not_loaded(cli: Cli, tmp_path: Path) -> None:
    path, draft = text_file(tmp_path / "新闻.txt", "某市召开会议\n会议听取了情况汇报。"), tmp_path / "草稿.xlsx"
    read_it = cli("plan", "read", path, "-o", draft, "--code", "xw", "--json")
    assert (read_it.code, json.loads(read_it.out)["items"]) == (1, [])
    assert "错误：" in read_it.err
    added = cli("plan", "add", draft, "--region", "某市", "--yes")
    assert (added.code, "没有可载入的" in added.err) == (1, True)
