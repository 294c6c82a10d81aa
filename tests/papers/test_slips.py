"""Slips: one page about one item, filled in as far as the ledger knows, the rest left for the hand."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.conftest import Cli
from tests.sheets.office import NEEDS_OFFICE, convert, pages_of


def cells(path: Path) -> dict[str, str]:
    """What stands beside each heading of the form."""
    told: dict[str, str] = {}
    for row in Document(str(path)).tables[0].rows:
        cells = [cell.text for cell in row.cells]
        texts = cells[:2] if cells[1] == cells[2] == cells[3] else cells
        told.update(zip(texts[::2], texts[1::2], strict=True))
    return told


def made(cli: Cli, kind: str, code: str, *words: object) -> Path:
    path = cli.folder / f"{kind}.docx"
    cli.ok("export", "slip", kind, code, "-o", path, "--force", *words)
    return path


def test_an_extension_is_asked_for(cli: Cli) -> None:
    cli.ok(
        "log",
        "zj-target-20.1",
        "--value",
        "70",
        "--note",
        "已开工",
        "--problem",
        "缺资金",
        "--date",
        "2026-09-01",
        "--unit",
        "省建设厅",
    )
    cli.ok("extend", "zj-target-20", "--to", "2026-06-30", "--reason", "手续", "--approved-by", "省政府", "--late")
    told = cells(made(cli, "extend", "zj-target-20", "--until", "2027-06-30", "--reason", "管网建设滞后"))
    assert told["方案"] == "《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）"
    assert told["事项"].startswith("目标清单第20项\n城市生活污水集中收集率")
    assert (told["原定时限"], told["现行时限"], told["申请延期至"], told["已延期"]) == (
        "2025年12月31日", "2026年6月30日", "2027年6月30日", "1次",
    )  # fmt: skip
    assert "城市生活污水集中收集率：不低于80%；现值70%" in told["完成情况"]
    assert (told["存在问题"], told["延期理由"]) == ("缺资金", "管网建设滞后")
    assert "签字（盖章）" in told["批准意见"]


def test_a_closing_is_asked_for_only_after_it_was_declared(cli: Cli) -> None:
    refused = cli("export", "slip", "close", "zj-policy-1", "-o", cli.folder / "x.docx")
    assert (refused.code, "尚未申报办结" in refused.err) == (1, True)
    cli.ok("complete", "zj-policy-1", "--unit", "省生态环境厅", "--evidence", "https://example.cn/1")
    told = cells(made(cli, "close", "zj-policy-1"))
    assert told["申报办结"] == "2026年11月21日，省生态环境厅"
    assert told["佐证材料"] == "https://example.cn/1"
    assert "□ 同意销号" in told["核查意见"]
    cli.ok("close", "zj-policy-1", "--by", "李四")
    assert "已销号" in cli("export", "slip", "close", "zj-policy-1", "-o", cli.folder / "y.docx").err


def test_an_own_item_is_handed_over(cli: Cli) -> None:
    cli.environ["TRACKER_ISSUER"] = "zj:省生态环境厅"
    cli.ok(
        "item",
        "add",
        "zj",
        "task",
        "--text",
        "新任务",
        "--lead",
        "省科技厅",
        "--due",
        "2027-01-31",
        "--source",
        "领导批示",
    )
    told = cells(made(cli, "assign", "zj-task-48", "--reply-by", "2026-12-01", "--contact", "李四"))
    assert told["事项"].endswith("新任务")
    assert (told["牵头单位"], told["完成时限"], told["反馈期限"]) == ("省科技厅", "2027年1月31日", "2026年12月1日")
    assert (told["事项来源"], told["交办单位"], told["联系人"]) == ("领导批示", "省生态环境厅", "李四")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("延期", "zj-task-6"), 2, "可用：extend 延期申请审批表"),
        (("close",), 2, "请写明事项编号"),
        (("close", "--plan", "zj"), 2, "-o 请写目录"),
        (("assign", "zj-task-6..8"), 2, "写了 3 个编号，-o 请写目录"),
        (("assign", "zj-task-6,zj-task-9"), 2, "写了 2 个编号，-o 请写目录"),
        (("assign", "zj-task-6", "--plan", "js"), 2, "--plan、--unit、--kind 不起作用"),
        (("extend", "zj-task-99"), 1, "没有事项"),
        (("extend", "zj-target-20.1"), 1, "请写 zj-target-20"),
        (("close", "zj-task-6", "--reason", "x"), 2, "只用于延期申请"),
        (("extend", "zj-task-6", "--reply-by", "2026-11-01"), 1, "已过"),
    ],
)
def test_what_it_refuses(cli: Cli, words: tuple[Any, ...], code: int, said: str) -> None:
    told = cli("export", "slip", *words, "-o", cli.folder / "x.docx")
    assert (told.code, said in told.err, told.err.count("\n")) == (code, True, 1)
    assert not (cli.folder / "x.docx").exists()


def test_those_of_a_plan_that_call_for_one(cli: Cli) -> None:
    cli.ok("complete", "zj-policy-1", "--unit", "省生态环境厅")
    cli.ok("complete", "zj-task-6", "--unit", "省生态环境厅")
    cli.ok("export", "slip", "close", "--plan", "zj", "--kind", "policy", "-o", f"{cli.folder}/单/")
    assert [path.name for path in (cli.folder / "单").iterdir()] == ["销号申请审批表-zj-policy-1-2026-11-21.docx"]
    assert cli.ok("export", "slip", "close", "--plan", "js", "-o", f"{cli.folder}/空/") == "没有需要这种单据的事项\n"


def test_several_ids_are_a_slip_each(cli: Cli) -> None:
    cli.environ["TRACKER_PLAN"] = "zj"
    cli.ok("export", "slip", "assign", "task-6..7,zj-task-6,目标2", "-o", f"{cli.folder}/单/")
    assert sorted(path.name for path in (cli.folder / "单").iterdir()) == [
        f"工作任务交办单-zj-{code}-2026-11-21.docx" for code in ("target-2", "task-6", "task-7")
    ]


@NEEDS_OFFICE
def test_each_is_one_page(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6", "--unit", "省生态环境厅")
    files = [made(cli, "extend", "zj-target-20"), made(cli, "assign", "zj-task-6"), made(cli, "close", "zj-task-6")]
    assert [len(pages_of(page)) for page in convert(files, "pdf", cli.folder / "pdf")] == [1, 1, 1]
