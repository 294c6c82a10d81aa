"""`export report` and `export weekly`: the workbook read back."""

import json
import time
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from tests.conftest import Cli
from tests.sheets.office import NEEDS_OFFICE, convert, pages_of
from tests.sheets.workbooks import day, footer_of
from tracker.sheets.report_overview import PAGE
from tracker.sheets.wording import LIGHT_HEADINGS

SHEETS = ["概览", "进展台账", "逾期", "临近", "本周更新", "延期", "未填报单位", "按单位统计"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The reader that the tests use says that it does not know data bars of 2010."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported.*")
        yield


def weekly(cli: Cli, *options: object) -> Workbook:
    """Export a week and open it."""
    target = cli.folder / "weekly.xlsx"
    cli.ok("export", "weekly", "-o", target, "--force", *options)
    return load_workbook(target)


def table(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet under its header, by heading; headings across and (无) left out."""
    rows = list(book[sheet].iter_rows(min_row=3, values_only=True))
    names = [str(name) for name in rows[0]]
    return [dict(zip(names, row, strict=True)) for row in rows[1:] if sum(value is not None for value in row) > 1]


def figures(book: Workbook) -> dict[str, tuple[Any, Any, Any]]:
    """Return the table 主要数字 of 概览: this period, the one before, the change."""
    rows = list(book["概览"].iter_rows(max_col=4, values_only=True))
    start = next(place for place, row in enumerate(rows) if row[:2] == ("项目", "本期"))
    found: dict[str, tuple[Any, Any, Any]] = {}
    for row in rows[start + 1 :]:
        if not isinstance(row[1], int):
            break
        found[str(row[0])] = (row[1], row[2], row[3])
    return found


def words(book: Workbook) -> list[str]:
    """Return every text of 概览, from the top."""
    return [str(cell) for row in book["概览"].iter_rows(values_only=True) for cell in row if isinstance(cell, str)]


def test_sheets_and_their_headers(cli: Cli) -> None:
    book = weekly(cli)
    assert book.sheetnames == SHEETS
    headers = {name: [cell.value for cell in book[name][3]] for name in SHEETS[1:]}
    assert headers["进展台账"] == [
        "序号", "事项", "牵头单位", "参与单位", "完成时限", "本期进展", "目标值", "现值", "完成率", "序时进度", "亮灯", "存在问题",
        "下步安排", "佐证材料", "更新时间", "编号",
    ]  # fmt: skip
    assert headers["逾期"][5] == "逾期天数"
    assert headers["临近"][5] == "剩余天数"
    assert (
        book["概览"]["A1"].value == "《减污降碳协同增效实施方案》等5个方案工作周报（2026年第47期，11月16日—11月22日）"
    )
    assert book["概览"]["A2"].value == "编制单位：＿＿＿＿＿＿　　截至：2026年11月21日　　上期：（台账尚未建立）"
    assert book["逾期"]["A2"].value == "2026-11-16 至 2026-11-22，截至 2026-11-21"


def test_every_item_of_the_ledger_has_a_row_under_its_headings(cli: Cli) -> None:
    book = weekly(cli)
    codes = [line.split(",")[0] for line in cli.ok("list", "--csv", "--fields", "id").splitlines()[1:]]
    assert [row["编号"] for row in table(book, "进展台账")] == codes
    across = [row[0].value for row in book["进展台账"].iter_rows(min_row=4) if isinstance(row[0].value, str)]
    start = across.index("浙江省减污降碳协同创新区建设实施方案（征求意见稿）")
    assert across[start : start + 4] == [across[start], "一、目标清单", "二、任务清单", "一、加强源头防控"]
    assert not book["进展台账"].merged_cells.ranges


def test_figures_agree_with_status_of_both_moments(cli: Cli) -> None:
    cli.ok("complete", "zj-task-2", "--date", "2026-11-10")
    cli.now = cli.now.replace(day=27)
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--date", "2026-11-18")
    cli.ok("complete", "zj-task-1", "--date", "2026-11-17")
    found = figures(weekly(cli))
    for light, word in LIGHT_HEADINGS.items():
        now, before = (
            len(cli.ok("list", "--light", light, "--csv", *known).splitlines()) - 1
            for known in ((), ("--as-of", "2026-11-22", "--known-at", "2026-11-22"))
        )
        assert found[word] == (now, before, now - before)
    assert found["待核查"][2] == 1


def test_an_entry_stands_in_one_issue_and_the_next_begins_where_it_ended(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "10", "--note", "甲")
    first = weekly(cli, "--plan", "zj")
    cli.ok("log", "zj-task-2", "--percent", "20", "--note", "乙", "--date", "2026-11-20")
    cli.now = cli.now.replace(day=24)
    cli.ok("log", "zj-task-3", "--percent", "30", "--note", "丙", "--date", "2026-11-18")
    second = weekly(cli, "--plan", "zj")
    assert [row["内容"] for row in table(first, "本周更新")] == ["甲；完成率 10%"]
    assert [(row["内容"], row["类别"]) for row in table(second, "本周更新")] == [
        ("乙；完成率 20%", "填报（补报）"), ("丙；完成率 30%", "填报（补报）"),
    ]  # fmt: skip
    now = {name: row[0] for name, row in figures(first).items()}
    assert {name: row[1] for name, row in figures(second).items() if name in now} == now
    row = next(row for row in table(second, "进展台账") if row["编号"] == "zj-task-1")
    assert row["本期进展"] == "2026-11-21 省生态环境厅：甲"
    again = cli.folder / "47.xlsx"
    before = json.loads(cli.ok("export", "weekly", "--plan", "zj", "--issue", "47", "-o", again, "--json"))
    assert (before["issue"], before["noted"], list(load_workbook(again)["概览"].values)) == (
        47, True, list(first["概览"].values),
    )  # fmt: skip


def test_an_issue_is_replaced_until_the_next_and_kept_as_it_was(cli: Cli) -> None:
    path = cli.folder / "w.xlsx"

    def said(*options: object) -> str:
        return cli("export", "report", "-o", path, "--force", "--plan", "nx", *options).err.splitlines()[1]

    assert cli("export", "report", "-o", path, "--plan", "nx", "--dry-run").err == f"【演示，未写入】{path}\n"
    assert not path.exists()
    assert said("--by", "王", "--yes", "--no-input") == "已记为第47期；下一期从这之后录入的内容起算"
    first = path.read_bytes()
    assert said() == "第47期内容没有变化，未另作记录"
    assert path.read_bytes() == first
    assert cli("export", "report", "-o", path, "--force", "--plan", "nx", "--draft").err == f"已写入 {path}\n"
    cli.ok("log", "nx-task-1", "--percent", "10")
    assert said() == "第47期已替换（修订）"
    revised = path.read_bytes()
    assert "修订" in str(load_workbook(path)["概览"]["A2"].value)
    cli.now = cli.now.replace(day=28)
    assert said() == "已记为第48期；下一期从这之后录入的内容起算"
    assert said("--week", "2026-W47") == "第47期已于 2026-11-21 发出，给出的是当时的内容"
    assert path.read_bytes() == revised
    assert said("--week", "2026-W46") == "本次未记为一期（时段已过），按录入时间的日历起止计算"
    assert said("--as-of", "2026-11-27") == "本次未记为一期（指定了时点），按录入时间的日历起止计算"
    assert cli("export", "report", "-o", path, "--force", "--plan", "nx", "--issue", "9").err == (
        "错误：没有发出过第9期；已发出：2026年第47期（周报）、2026年第48期（周报）\n"
    )


def test_page_changes_and_report_say_the_same(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "10")
    weekly(cli, "--plan", "zj")
    cli.ok("complete", "zj-task-2")
    cli.now = cli.now.replace(day=26)
    cli.ok("extend", "zj-task-3", "--to", "2027-03-31", "--reason", "调整", "--approved-by", "李四", "--late")
    book = weekly(cli, "--plan", "zj")
    rows = json.loads(cli.ok("changes", "--week", "2026-W48", "--plan", "zj", "--json"))
    told = [(row["what"], row["id"]) for row in rows if row["what"] != "light"]
    assert sorted(told) == [("completed", "zj-task-2"), ("extended", "zj-task-3")]
    (row,) = table(book, "延期")
    assert (row["编号"], row["延期前"], row["延期至"], row["批准单位（人）"]) == (
        "zj-task-3", "2025-12-31", "2027-03-31", "李四",
    )  # fmt: skip
    ledger = next(row for row in table(book, "进展台账") if row["编号"] == "zj-task-3")
    assert ledger["完成时限"] == "2027-03-31（原定2025-12-31）"


@pytest.mark.parametrize(
    ("options", "title", "name"),
    [
        (
            ["--month", "2026-11"],
            "工作月报（2026年第11期，11月1日—11月30日）",
            "月报-2026年第11期-浙江省（征求意见稿）.xlsx",
        ),
        (
            ["--quarter", "2026-Q4"],
            "工作季报（2026年第4期，10月1日—12月31日）",
            "季报-2026年第4期-浙江省（征求意见稿）.xlsx",
        ),
        (
            ["--half", "2026-H2"],
            "工作半年报（2026年第2期，7月1日—12月31日）",
            "半年报-2026年第2期-浙江省（征求意见稿）.xlsx",
        ),
        (["--year", "2026"], "工作年报（2026年度）", "年报-2026-浙江省（征求意见稿）.xlsx"),
    ],
)
def test_titles_by_the_kind_of_period(cli: Cli, options: list[str], title: str, name: str) -> None:
    cli.ok("export", "report", "--plan", "zj", "-o", f"{cli.folder}/out/", *options)
    (path,) = (cli.folder / "out").iterdir()
    book = load_workbook(path)
    assert path.name == name
    assert book["概览"]["A1"].value == f"《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）{title}"
    assert book.sheetnames[4] == "本期更新"


def test_no_code_stands_on_the_first_page(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--problem", "资金未到位", "--next", "申请专项")
    cli.ok("forecast", "zj-task-6", "at_risk", "--reason", "资金")
    told = words(weekly(cli, "--plan", "zj"))
    assert not [text for text in told if "zj-" in text or "W47" in text]
    assert "预判有风险" in told
    assert any(text.startswith("　　截至2026年11月21日") for text in told)
    assert any(text.startswith("红：逾期") or "红" in text for text in told)


def test_figures_of_joint_leads_that_differ_need_coordination(cli: Cli) -> None:
    """What check conflict finds stands on the leader's page with both figures."""
    units = json.loads(cli.ok("show", "zj-task-7", "--json"))["lead_units"]
    assert len(units) == 2
    for unit, percent in zip(units, ("20", "30"), strict=True):
        cli.ok("log", "zj-task-7", "--percent", percent, "--unit", unit)
    assert f"数据不一致（{units[0]}报20%、{units[1]}报30%）" in words(weekly(cli, "--plan", "zj"))
    assert cli("check", "conflict", "--json").code == 1


def test_what_is_closed_without_its_number_is_counted_apart(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--unit", "省建设厅")
    cli.ok("complete", "zj-target-20", "--unit", "省建设厅")
    cli.ok("close", "zj-target-20", "--unmet", "规划调整", "--by", "李四")
    cli.ok("complete", "zj-task-4", "--unit", "省生态环境厅")
    cli.ok("close", "zj-task-4", "--by", "李四")
    book = weekly(cli, "--plan", "zj")
    told = figures(book)
    assert (told["已销号"][0], told["其中未达目标销号"][0]) == (2, 1)
    rows = list(book["概览"].values)
    at = next(place for place, row in enumerate(rows) if row[0] == "变化")
    names, now = ([cell for cell in rows[at + more] if cell is not None] for more in (0, 1))
    assert dict(zip(names, now, strict=True))["其中未达目标"] == 1
    assert any("已销号1项，占1.1%（另有未达目标销号1项，不计入）" in text for text in words(book))
    counted = {row["单位"]: row for row in table(book, "按单位统计")}
    assert (counted["省建设厅"]["已销号"], counted["省建设厅"]["其中未达目标"], counted["省建设厅"]["销号率"]) == (
        1,
        1,
        0,
    )
    assert any("未达目标销号的有浙江省（征求意见稿）1项，不算办结" in text for text in words(weekly(cli, "--draft")))
    cli.ok("export", "page", "--plan", "zj", "-o", cli.folder / "p.html")
    page = BeautifulSoup((cli.folder / "p.html").read_text(encoding="utf-8"), "lxml")
    assert page.select(".tile.unmet .number")[0].get_text() == "1"
    assert "1" in [cell.get_text().strip() for cell in page.select("td.unmet")]


def test_the_page_of_a_leader_is_filled_with_what_is_most_urgent(cli: Cli) -> None:
    sheet = weekly(cli)["概览"]
    rows = range(1, sheet.row_breaks.brk[0].id + 1)
    height = sum(sheet.row_dimensions[row].height for row in rows)
    assert 0.9 * PAGE < height <= PAGE


def test_a_plan_whose_book_was_closed_is_one_line(cli: Cli) -> None:
    weekly(cli)
    cli.ok("plan", "end", "nx", "--reason", "规划期已满")
    cli.now = cli.now.replace(day=24)
    book = weekly(cli)
    line = cli.ok("status").splitlines()[-1]
    assert line.startswith("结转 43 项")
    assert any(f"{line}，不计入以上各数。" in text for text in words(book))
    assert (figures(book)["结转"][0], "nx-task-1" in str([row["编号"] for row in table(book, "进展台账")])) == (
        43,
        False,
    )
    assert figures(book)["事项总数"] == (230, 273, 0)
    told = json.loads(cli.ok("changes", "--json"))
    assert {row["what"] for row in told if row["id"].startswith("nx-")} == {"carried_over"}


def test_progress_of_the_period_newest_first_with_unit_and_date(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "77", "--note", "上周的", "--date", "2026-11-12")
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--note", "新建管网", "--date", "2026-11-17")
    cli.ok(
        "log",
        "zj-target-20",
        "--note",
        "配合调度",
        "--problem",
        "资金",
        "--unit",
        "省生态环境厅",
        "--date",
        "2026-11-19",
    )
    row = next(row for row in table(weekly(cli), "进展台账") if row["编号"] == "zj-target-20")
    assert row["本期进展"] == (
        "2026-11-19 省生态环境厅：配合调度\n2026-11-17 省建设厅：新建管网；城市生活污水集中收集率 现值 78.5%\n"
        "2026-11-12 省建设厅：上周的；城市生活污水集中收集率 现值 77%"
    )
    assert row["现值"] == "城市生活污水集中收集率 78.5%"
    assert row["目标值"].startswith("城市生活污水集中收集率：不低于80%\n")
    assert (row["存在问题"], row["更新时间"]) == ("资金", day("2026-11-19"))
    assert row["序号"] == 20


def test_updates_name_decisions_and_late_entries(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "50", "--date", "2026-11-02")
    cli.ok("complete", "zj-task-1", "--date", "2026-11-18")
    rows = table(weekly(cli), "本周更新")
    assert [(row["日期"].day, row["编号"], row["单位"], row["类别"], row["内容"]) for row in rows] == [
        (18, "zj-task-1", "省生态环境厅", "申报办结", None),
        (2, "zj-task-1", "省生态环境厅", "填报（补报）", "完成率 50%"),
    ]


def test_overdue_longest_first_and_near_due_soonest_first(cli: Cli) -> None:
    for item, to in (("zj-task-3", "2026-12-20"), ("zj-task-4", "2026-11-25"), ("zj-task-5", "2026-11-01")):
        cli.ok("extend", item, "--to", to, "--reason", "调整", "--approved-by", "李四", "--late")
    book = weekly(cli, "--plan", "zj")
    late = table(book, "逾期")
    assert [row["逾期天数"] for row in late] == sorted((row["逾期天数"] for row in late), reverse=True)
    assert (late[-1]["编号"], late[-1]["逾期天数"], late[-1]["亮灯"]) == (
        "zj-task-5",
        20,
        "红：逾期 20 天 · 台账无填报（建账前到期），原定2025-12-31",
    )
    assert [(row["编号"], row["剩余天数"]) for row in table(book, "临近")] == [("zj-task-4", 4), ("zj-task-3", 29)]


def test_silent_units_and_units_counted(cli: Cli) -> None:
    cli.ok("log", "zj-task-4", "--percent", "50", "--unit", "省生态环境厅")
    cli.now = cli.now.replace(year=2027, month=1, day=5)
    book = weekly(cli, "--plan", "zj")
    row = next(row for row in table(book, "未填报单位") if row["单位"] == "省生态环境厅")
    assert (row["方案"], row["最近填报"]) == ("浙江省（征求意见稿）", day("2026-11-21"))
    assert row["应填报事项"] >= row["未填报事项"] == row["未填报的事项"].count("；") + 1
    assert row["未填报的事项"].startswith("目标清单第")
    counted = {row["单位"]: row for row in table(book, "按单位统计")}
    assert counted["尚未明确牵头单位"]["事项"] == 5
    assert counted["省生态环境厅"]["未填报"] == row["未填报事项"]


def test_a_unit_that_its_plan_spells_two_ways_is_one_row(cli: Cli) -> None:
    cli.ok("log", "cq-task-4", "--percent", "50", "--unit", "市生态环境局")
    cli.now = cli.now.replace(year=2027, month=1, day=5)
    book = weekly(cli, "--plan", "cq")
    owing = [(row["单位"], row["未填报事项"]) for row in table(book, "未填报单位") if "住房" in str(row["单位"])]
    counted = [(row["单位"], row["未填报"]) for row in table(book, "按单位统计") if "住房" in str(row["单位"])]
    assert owing == counted
    assert [unit for unit, _ in owing] == ["市住房城乡建设委"]


def test_print_and_screen_set_up(cli: Cli) -> None:
    for sheet in weekly(cli).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "— &P —" in footer_of(sheet)
        if sheet.title != "概览":
            assert sheet.print_title_rows == "$3:$3"
            assert sheet.freeze_panes in ("A4", "B4", "C4")
            assert str(sheet.auto_filter.ref).startswith("A3:")
    assert len(weekly(cli)["概览"]._charts) == 3  # type: ignore[attr-defined]  # noqa: SLF001 - no public way


@NEEDS_OFFICE
def test_every_chart_is_printed_on_the_page_of_its_table(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "50")
    weekly(cli)
    (printed,) = convert([cli.folder / "weekly.xlsx"], "pdf", cli.folder / "pdf")
    pages = pages_of(printed)
    for table_name, chart in (
        ("主要数字", "亮灯情况（项）"),
        ("各方案情况", "各方案亮灯（项）"),
        ("牵头单位排名", "牵头单位亮灯（项）"),
    ):
        assert any(table_name in page and chart in page for page in pages[:6]), table_name
    assert all(text in pages[0] for text in ("总体情况", "红灯事项", "需协调事项", "主要指标", "变化", "累计（项）"))


def test_no_heading_stands_alone_at_the_foot_of_a_page(cli: Cli) -> None:
    sheet = weekly(cli)["进展台账"]
    last = [each.id for each in sheet.row_breaks.brk]
    assert len(last) > 10
    assert all(sheet.cell(row, 16).value for row in last)
    assert any(not sheet.cell(row + 1, 16).value for row in last)


def test_the_ids_stand_outside_the_printed_columns(cli: Cli) -> None:
    assert str(weekly(cli)["进展台账"].print_area).split("$")[3] == "O"


def test_data_bars_and_colours_repeat_what_the_words_say(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "50")
    sheet = weekly(cli)["进展台账"]
    bars = {str(area.sqref).split(":")[0] for area in sheet.conditional_formatting}
    assert bars == {"I4", "J4"}
    row = next(row for row in sheet.iter_rows(min_row=4) if row[15].value == "zj-task-1")
    assert (row[10].value, row[10].fill.fgColor.rgb) == ("红：逾期 325 天 · 未办结", "FFFFC7CE")
    assert (row[8].value, row[8].number_format) == (50, '0.0"%"')


def test_past_week_is_judged_on_its_sunday_and_does_not_change(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "40", "--date", "2026-11-12")
    first, second = cli.folder / "1.xlsx", cli.folder / "2.xlsx"
    cli.ok("export", "weekly", "--week", "2026-W46", "--known-at", "2026-11-21", "-o", first)
    cli.now = cli.now.replace(day=28, hour=9)
    cli.ok("log", "zj-task-1", "--percent", "60", "--date", "2026-11-13")
    cli.ok("export", "weekly", "--week", "2026-W46", "--known-at", "2026-11-21", "-o", second)
    assert first.read_bytes() == second.read_bytes()
    book = load_workbook(first)
    assert book["逾期"]["A2"].value == "2026-11-09 至 2026-11-15，截至 2026-11-15；录入截至：2026-11-21"
    row = next(row for row in table(book, "进展台账") if row["编号"] == "zj-task-1")
    assert (row["本期进展"], row["完成率"]) == ("2026-11-12 省生态环境厅：完成率 40%", 40)
    assert book.properties.modified == day("1980-01-01")


def test_any_two_days(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "40", "--date", "2026-11-12")
    result = cli("export", "weekly", "--from", "2026-11-01", "--to", "2026-11-30", "--plan", "zj", "-o", cli.folder)
    path = cli.folder / "报告-2026年第1期-浙江省（征求意见稿）.xlsx"
    assert result.err.splitlines()[0] == f"已写入 {path}"
    book = load_workbook(path)
    assert str(book["概览"]["A1"].value).endswith("工作报告（2026年第1期，11月1日—11月30日）")
    assert len(table(book, "本期更新")) == 1


def test_what_it_is_narrowed_to_stands_under_every_title(cli: Cli) -> None:
    book = weekly(cli, "--plan", "zj", "--kind", "policy,任务", "--region", "浙江省")
    said = "2026-11-16 至 2026-11-22，截至 2026-11-21；类别：政策、任务；地区：浙江省"
    assert {book[sheet]["A2"].value for sheet in SHEETS[1:]} == {said}
    assert str(book["概览"]["A2"].value).endswith("类别：政策、任务　　地区：浙江省")


def test_reports_that_are_narrowed_differently_have_different_names(cli: Cli) -> None:
    folder = cli.folder / "周报"
    for options in (
        [],
        ["--plan", "zj"],
        ["--kind", "policy"],
        ["--plan", "zj", "--unit", "zj:省林业局", "--kind", "task"],
    ):
        cli.ok("export", "weekly", "-o", f"{folder}/", *options)
    assert sorted(path.stem for path in folder.iterdir()) == [
        "周报-2026年第47期", "周报-2026年第47期-政策", "周报-2026年第47期-浙江省（征求意见稿）",
        "周报-2026年第47期-浙江省（征求意见稿）-zj_省林业局-任务",
    ]  # fmt: skip


def test_filters_and_defaults(cli: Cli) -> None:
    cli.environ["TRACKER_UNIT"] = "省林业局"
    book = weekly(cli, "--plan", "zj", "--kind", "target")
    assert [row["编号"] for row in table(book, "进展台账")] == ["zj-target-5", "zj-target-6", "zj-target-29"]
    assert str(book["进展台账"]["A2"].value).endswith("单位：省林业局；类别：目标")
    assert "单位：省林业局　　草稿" in weekly(cli, "--unit", "zj:林业局", "--draft")["概览"]["A2"].value
    assert len(table(weekly(cli, "--all", "--kind", "policy"), "进展台账")) == 9


@pytest.mark.usefixtures("uncleaned")
def test_text_stays_text(cli: Cli) -> None:
    notes = ["=1+1", "+1", "-1", "@x", "一\x01二_x0041_\r三\uffff", "<b>&"]
    for number, note in enumerate(notes, start=1):
        cli.ok("log", f"zj-task-{number}", f"--problem={note}")
    sheet = weekly(cli, "--plan", "zj")["进展台账"]
    cells = {row[15].value: row[11] for row in sheet.iter_rows(min_row=4)}
    marked = [cells[f"zj-task-{number}"].quotePrefix for number in range(1, 7)]
    assert marked == [True] * 4 + [False] * 2
    assert {cells[f"zj-task-{number}"].data_type for number in range(1, 7)} == {"s"}
    # openpyxl does not undo the escapes of control characters; spreadsheet programs and calamine do.
    rows = CalamineWorkbook.from_path(cli.folder / "weekly.xlsx").get_sheet_by_name("进展台账").to_python()
    read = {row[15]: row[11] for row in rows}
    assert [read[f"zj-task-{number}"] for number in range(1, 7)] == [note.replace("\uffff", "\ufffd") for note in notes]


def test_notes_longer_together_than_a_cell_are_cut_visibly(cli: Cli) -> None:
    """One text is never longer than a cell; the reports of a period together may be."""
    for word in ("长", "短"):
        cli.ok("log", "zj-task-1", "--note", word * 20_000)
    row = next(row for row in table(weekly(cli, "--plan", "zj"), "进展台账") if row["编号"] == "zj-task-1")
    assert row["本期进展"].endswith("…（超出单元格容量，全文见台账）")
    assert len(row["本期进展"]) == 32_767


def test_empty_ledger(cli: Cli) -> None:
    empty = cli.folder / "empty.sqlite3"
    cli.ok("init", "--empty", "--db", empty)
    book = weekly(cli, "--db", empty)
    assert book.sheetnames == SHEETS
    assert book["逾期"]["A4"].value == "（无）"
    assert figures(book)["事项总数"] == (0, "—", "—")
    assert "截至2026年11月21日，所列范围内尚无纳入台账管理的事项。" in words(book)[3]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--week", "2026-W99"], 2, "错误：--week 的时段“2026-W99”无法识别，请写成 2026-W47 的形式\n"),
        (["--week", "2026-W48"], 1, "错误：2026-W48 尚未开始（截至日为 2026-11-21）；请写已开始的时段\n"),
        (["--from", "2026-11-01"], 2, "错误：--from 和 --to 要同时写明\n"),
        (
            ["--from", "2026-11-09", "--to", "2026-11-01"],
            2,
            "错误：起始日 2026-11-09 在截止日 2026-11-01 之后；请调换\n",
        ),
        (["--week", "2026-W47", "--from", "2026-11-01"], 2, "错误：--week 与 --from、--to 不能同用；请只写其一\n"),
    ],
)
def test_refusals(cli: Cli, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int, message: str) -> None:
    monkeypatch.chdir(cli.folder)
    result = cli("export", "weekly", "-o", "x.xlsx", *options)
    assert (result.code, result.out, result.err) == (code, "", message)
    assert not Path("x.xlsx").exists()


def test_evidence_is_named_from_the_day_of_its_report(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "50", "--evidence", "https://example.org/a", "--date", "2026-11-18")
    cli.ok("log", "zj-task-1", "--percent", "60", "--evidence", "https://example.org/b", "--date", "2026-11-20")
    shown = {
        week: next(row for row in table(weekly(cli, "--plan", "zj", *week), "进展台账") if row["编号"] == "zj-task-1")[
            "佐证材料"
        ]
        for week in ((), ("--as-of", "2026-11-19"), ("--week", "2026-W46"))
    }
    assert list(shown.values()) == ["https://example.org/a\nhttps://example.org/b", "https://example.org/a", None]


def test_the_time_zone_of_the_machine_leaves_no_trace(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = cli.folder / "1.xlsx", cli.folder / "2.xlsx"
    cli.ok("export", "weekly", "--plan", "nx", "-o", first)
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    cli.ok("export", "weekly", "--plan", "nx", "-o", second)
    monkeypatch.undo()
    time.tzset()
    assert first.read_bytes() == second.read_bytes()


def test_a_long_ledger_written_in_parts_says_the_same(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--note", "=新建管网\x01", "--date", "2026-11-18")
    cli.ok("complete", "zj-task-1", "--date", "2026-11-17")
    whole = weekly(cli, "--draft")
    monkeypatch.setattr("tracker.actions.period_report.BATCH", 40)
    parts = weekly(cli, "--draft")
    for sheet in whole.worksheets:
        assert list(sheet.values) == list(parts[sheet.title].values)
        heights = {row: each.height for row, each in sheet.row_dimensions.items()}
        assert heights == {row: each.height for row, each in parts[sheet.title].row_dimensions.items()}


def test_an_item_of_many_reports_shows_five_with_the_last_of_its_lead_and_comes_back_untouched(cli: Cli) -> None:
    cli.ok("log", "zj-task-23", "--note", "牵头的话", "--percent", "10", "--unit", "省建设厅")
    for number in range(7):
        cli.now += timedelta(minutes=1)
        cli.ok("log", "zj-task-23", "--note", f"配合{number}", "--unit", "省商务厅")
    path = cli.folder / "many.xlsx"
    cli.ok("export", "report", "--draft", "--plan", "zj", "-o", path)
    (row,) = [each for each in table(load_workbook(path), "进展台账") if each["编号"] == "zj-task-23"]
    lines = row["本期进展"].split("\n")
    assert [line.rpartition("：")[2] for line in lines[:4]] == ["配合6", "配合5", "配合4", "配合3"]
    assert "牵头的话" in lines[4]
    assert lines[5:] == ["（另有3条，见“本周更新”）"]
    told = json.loads(cli.ok("import", path, "--yes", "--json"))
    assert (told["new"], told["changed"], told["errors"]) == (0, 0, [])


def test_a_text_longer_than_a_row_is_small_and_keeps_its_beginning(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "20", "--problem", "资金拨付进度偏慢，" * 40, "--next", "抓紧拨付")
    (row,) = [row for row in weekly(cli)["进展台账"].iter_rows(min_row=4) if row[-1].value == "zj-task-6"]
    long, short = row[11], row[12]
    assert (str(long.value)[:4], long.alignment.vertical, long.font.size) == ("资金拨付", "top", 7)
    assert (short.value, short.alignment.vertical, short.font.size) == ("抓紧拨付", "center", 10)
