"""`import` of progress tables in the habits of offices."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.conftest import NOON, Cli
from tests.tables.making import Shown, add_plan, as_csv, workbook
from tracker.ledger.terms import state_code
from tracker.sheets.reading.headings import REPORTS, day_called, period_named
from tracker.sheets.returned_files import read_returned


def answer(cli: Cli, rows: list[list[Any]], **more: Any) -> dict[str, Any]:
    path = workbook(cli.folder / "进展.xlsx", rows, **more)
    found: dict[str, Any] = json.loads(cli("import", path, "--yes", "--json").out)
    return found


def show(cli: Cli, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli.ok("show", id_, "--json"))
    return found


def test_two_tables_below_one_another_are_read_by_their_own_headings(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["一、任务类"], ["编号", "本期进展", "存在问题"], ["zj-task-13", "开工", "缺资金"], [], ["二、指标类"],
        ["编号", "现值", "存在问题", "本期进展"], ["nx-target-4.1", 78, "征地", "并网"], ["zj-task-14", None, None, "见上"],
    ]  # fmt: skip
    assert answer(cli, rows)["new"] == 3
    assert show(cli, "nx-target-4")["indicators"][0]["actual"] == 78
    last = show(cli, "zj-task-13")["last_report"]
    assert (last["note"], last["problem"]) == ("开工", "缺资金")
    assert show(cli, "nx-target-4")["last_report"]["note"] == "并网"


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([["编号", "现值（千瓦）"], ["nx-target-4.1", 45000000]], 4500),
        ([["编号", "现值（亿千瓦）"], ["nx-target-4.1", 0.45]], 4500),
        ([["单位：亿千瓦"], ["编号", "现值"], ["nx-target-4.1", 0.45]], 4500),
        ([["编号", "现值", "计量单位"], ["nx-target-4.1", 0.45, "亿千瓦"]], 4500),
        ([["编号", "现值", "单位"], ["nx-target-4.1", 0.45, "亿千瓦"]], 4500),
        ([["编号", "现值", "本期进展"], [None, "亿千瓦"], ["nx-target-4.1", 0.45, "x"]], 4500),
        ([["编号", "现值"], ["nx-target-4.1", "45000000千瓦"]], 4500),
        ([["单位：万元"], ["编号", "现值"], ["nx-target-4.1", 4500]], 4500),
    ],
)
def test_units_of_measure_wherever_they_stand(cli: Cli, rows: list[list[Any]], value: int) -> None:
    assert answer(cli, rows)["new"] == 1
    assert show(cli, "nx-target-4")["indicators"][0]["actual"] == value


def test_progress_by_period_is_a_report_of_its_own_day_each(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["编号", "完成率", "1-10月进展情况", "截至11月20日完成情况", "目前进展情况"], ["zj-task-13", 30, "十月开工", "过半", "正在收尾"],
    ]  # fmt: skip
    assert answer(cli, rows)["new"] == 3
    found = json.loads(cli.ok("history", "zj-task-13", "--json"))
    assert {row["after"] for row in found if row["field"] == "note"} == {"十月开工", "过半", "正在收尾"}
    for day, note in (("2026-10-31", "十月开工"), ("2026-11-20", "过半"), ("2026-11-21", "正在收尾")):
        assert json.loads(cli.ok("show", "zj-task-13", "--as-of", day, "--json"))["last_report"]["note"] == note


def told(cli: Cli, id_: str, days: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the last report on an item as it was known on each of some days: day, progress, problem."""
    found = (json.loads(cli.ok("show", id_, "--as-of", day, "--json"))["last_report"] for day in days)
    return [(each["date"], each["note"], each["problem"] or "") for each in found]


@pytest.mark.parametrize(
    ("rows", "merged", "reports"),
    [
        ([["编号", "截至10月底进展", "存在问题"], ["zj-task-13", "开工", "缺资金"]], (), [("2026-10-31", "开工", "缺资金")]),
        (
            [["编号", "三季度进展", "一季度进展", "存在问题"], ["zj-task-13", "封顶", "开工", "缺资金"]], (),
            [("2026-03-31", "开工", ""), ("2026-09-30", "封顶", "缺资金")],
        ),
        (
            [["编号", "进展情况", None, None], [None, "1月", "2月", "3月"], ["zj-task-13", "开工", "主体", "封顶"]], ("B1:D1",),
            [("2026-01-31", "开工", ""), ("2026-02-28", "主体", ""), ("2026-03-31", "封顶", "")],
        ),
        ([["重点任务进展表（截至2026年10月底）"], ["编号", "进展情况", "存在问题"], ["zj-task-13", "开工", "无"]], (), [("2026-10-31", "开工", "无")]),
        ([["进展情况（截至11月20日）"], ["编号", "进展情况", "更新时间"], ["zj-task-13", "开工", "2026-11-18"]], (), [("2026-11-18", "开工", "")]),
    ],
)  # fmt: skip
def test_a_row_is_one_report_of_the_day_that_headings_or_a_title_name(
    cli: Cli, rows: list[list[Any]], merged: tuple[str, ...], reports: list[tuple[str, ...]]
) -> None:
    assert (found := answer(cli, rows, merged=merged))["new"] == len(reports), found
    assert found["ignored"] == []
    assert told(cli, "zj-task-13", [day for day, *_ in reports]) == reports


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("2026年1月重点任务进展表", date(2026, 1, 31)), ("重点任务三季度进展情况表", date(2026, 9, 30)), ("进展表（十月份）", date(2026, 10, 31)),
        ("重点任务1-10月进展情况", date(2026, 10, 31)), ("周报（11月9日—15日）", date(2026, 11, 15)), ("2026年10月31日", date(2026, 10, 31)),
        ("2026-10", date(2026, 10, 31)), ("202610", date(2026, 10, 31)), ("进展表20261031", date(2026, 10, 31)),
        ("台账2026.9.30", date(2026, 9, 30)), ("2026-W46", date(2026, 11, 15)), ("2026年第46周工作周报", date(2026, 11, 15)),
        ("任务202610", None), ("2026-2027", None), ("进展20261120093000", None), ("2026年11月进展表", None), ("2026年12月进展表", None), ("2026年10月底前完成的任务进展", None), ("请于10月25日前报送进展", None), ("三月三活动进展", None),
    ],
)  # fmt: skip
def test_the_period_by_which_a_table_is_called(title: str, day: date | None) -> None:
    period = period_named(title)
    called = None if period is None else day_called((period, title), NOON.date())
    assert (called and called[0]) == day


@pytest.mark.parametrize("where", ["title", "sheet", "file"])
def test_a_table_that_is_called_by_a_period_reports_on_it_and_says_so(cli: Cli, where: str) -> None:
    words = "2026年10月进展表"
    head = [[words]] if where == "title" else []
    rows: list[list[Any]] = [*head, ["编号", "进展情况"], ["zj-task-13", "开工"]]
    name, sheet = (f"{words}.xlsx" if where == "file" else "a.xlsx"), (words if where == "sheet" else "Sheet1")
    result = cli("import", workbook(cli.folder / name, rows, name=sheet), "--yes")
    assert f"按名称“{words}”记为 2026-10-31 的填报" in result.err
    assert show(cli, "zj-task-13")["last_report"]["date"] == "2026-10-31"


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("above", "below", "sheet", "day"),
    [
        ([], ["截至2026年10月31日"], "Sheet1", "2026-10-31"), ([], ["注：以上数据均截至2026年10月底。"], "Sheet1", "2026-10-31"),
        ([], [], "2026-10", "2026-10-31"), (["进展情况表", "2026年10月"], [], "Sheet1", "2026-10-31"),
        (["进展情况表", "（2026年10月）"], [], "Sheet1", "2026-10-31"), ([], [], "2027-10", "2026-11-21"),
        (["填报日期：2026年11月5日"], ["截至2026年10月31日"], "2026-09", "2026-11-05"), (["填报日期：____"], [], "2026-10", "2026-10-31"),
    ],
)  # fmt: skip
def test_what_dates_a_table_is_not_told_as_left_out(
    cli: Cli, above: list[str], below: list[str], sheet: str, day: str
) -> None:
    rows = [*([text] for text in above), ["编号", "进展情况"], ["zj-task-13", "开工"], *([text] for text in below)]
    result = cli("import", workbook(cli.folder / "a.xlsx", rows, name=sheet), "--yes")
    assert "未读取" not in result.err
    assert show(cli, "zj-task-13")["last_report"]["date"] == day
    add_plan(cli)
    items = [*rows[: len(above)], ["任务", "进展情况"], ["清淤", "开工"], *rows[len(above) + 2 :]]
    cli.ok("item", "import", "tt", "task", workbook(cli.folder / "b.xlsx", items, name=sheet), "--yes")
    assert show(cli, "tt-task-1")["last_report"]["date"] == day


def test_a_date_on_the_command_line_goes_before_that_of_a_title(cli: Cli) -> None:
    path = workbook(
        cli.folder / "a.xlsx", [["进展情况（截至2026年10月底）"], ["编号", "进展情况"], ["zj-task-13", "开工"]]
    )
    cli.ok("import", path, "--yes", "--date", "2026-11-05")
    assert show(cli, "zj-task-13")["last_report"]["date"] == "2026-11-05"


def test_progress_and_share_of_one_period_are_one_report_and_a_share_of_a_task_is_its_percent(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["编号", "1-10月进展", "1-10月累计完成"],
        ["zj-task-13", "封顶", "4成"],
        ["zj-task-14", "封顶", 80],
    ]
    found = answer(cli, rows)
    assert [(each["cell"], each["message"]) for each in found["errors"]] == [
        ("C3", "没有数值目标，请填“状态”和“完成率”，不填现值")
    ]
    assert answer(cli, rows[:2])["new"] == 1
    assert show(cli, "zj-task-13")["percent"] == 40


def test_a_column_of_plans_says_whose_numbers_those_of_its_rows_are(cli: Cli) -> None:
    rows = [
        ["方案", "编号", "进展情况"],
        ["浙江", "任务13", "甲"],
        ["江苏省", "任务4", "乙"],
        ["zj", "zj-task-17", "丙"],
    ]
    assert answer(cli, rows)["errors"] == []
    assert [show(cli, each)["last_report"]["note"] for each in ("zj-task-13", "js-task-4", "zj-task-17")] == [
        "甲",
        "乙",
        "丙",
    ]
    found = answer(
        cli, [rows[0], ["火星", "任务13", "丁"], ["js", "zj-task-17", "戊"], ["浙江省减污降碳方案", "zj-task-18", "己"]]
    )
    assert (found["new"], [(each["cell"], each["message"]) for each in found["errors"]]) == (1, [
        ("B2", "“方案”一列的“火星”：台账中没有，或不止一个；请写方案代码或地区，如 zj"),
        ("B3", "“方案”一列的“js”：编号 zj-task-17 不是它的事项；请写方案代码或地区，如 zj"),
    ])  # fmt: skip


def test_an_unknown_unit_in_a_column_is_an_error_of_its_cell(cli: Cli) -> None:
    found = answer(cli, [["编号", "填报单位", "进展"], ["zj-task-13", "某某局", "x"]])
    assert [(each["cell"], each["message"][:5]) for each in found["errors"]] == [("B2", "没有单位“")]


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("1-10月进展情况", date(2026, 10, 31)), ("一季度进展", date(2026, 3, 31)), ("2026年三季度进展", date(2026, 9, 30)),
        ("截至10月底工作进展", date(2026, 10, 31)), ("11月进展", date(2026, 11, 21)), ("12月进展", date(2025, 12, 31)),
        ("上半年完成情况", date(2026, 6, 30)), ("1至9月推进情况", date(2026, 9, 30)), ("前三季度情况", date(2026, 9, 30)),
        ("截至11月20日完成情况", date(2026, 11, 20)), ("2025年完成情况", date(2025, 12, 31)), ("十月完成", date(2026, 10, 31)),
        ("截至10月底", date(2026, 10, 31)), ("2025年实际", date(2025, 12, 31)), ("1-10月累计", date(2026, 10, 31)), ("去年完成值", date(2025, 12, 31)),
    ],
)  # fmt: skip
def test_periods_in_headings(label: str, day: date) -> None:
    period = REPORTS.heading(label).period
    assert period is not None
    assert period.day_meant(NOON.date()) == day


@pytest.mark.parametrize(
    "inner", ["2025年底", "2025年末", "截至2025年底", "2025年底数", "上年末", "2025年底，万千瓦", "2025年"]
)
def test_the_period_in_the_brackets_of_a_heading(inner: str) -> None:
    found = [REPORTS.heading(f"{label}（{inner}）") for label in ("现值", "实际完成")]
    assert [each.column for each in found] == ["value", "value"]
    assert [each.period and each.period.day_meant(NOON.date()) for each in found] == [date(2025, 12, 31)] * 2


@pytest.mark.parametrize(
    ("heading", "cell", "actual", "told"),
    [
        ("1-10月完成", 420, (420, "2026-10-31"), ""), ("完成情况", "4,200,000千瓦", (420, "2026-11-21"), ""),
        ("目前进展", "420", (420, "2026-11-21"), ""), ("2025年完成情况", 400, (400, "2025-12-31"), ""),
        ("10月完成", 420, (420, "2026-10-31"), "“10月完成”的 420 按累计数（现值）读取"), ("本月完成", 30, (None, None), "“本月完成”的 30 不是累计数"),
        ("1-10月完成", "已开工3个", (None, None), ""), ("现值（去年同期）", 400, (None, None), ""),
    ],
)  # fmt: skip
def test_a_figure_alone_in_a_column_of_progress_is_the_value_of_its_indicator(
    cli: Cli, heading: str, cell: Any, actual: tuple[Any, Any], told: str
) -> None:
    add_plan(cli)
    listed: list[list[Any]] = [["序号", "指标名称", "计量单位", "目标值"], [1, "光伏装机容量", "万千瓦", "≥500"]]
    cli.ok("item", "import", "tt", "target", workbook(cli.folder / "i.xlsx", listed), "--yes")
    rows: list[list[Any]] = [
        ["序号", "指标名称", "计量单位", "年度目标", heading, "存在问题"],
        [1, "光伏装机容量", "万千瓦", 500, cell, "用地"],
    ]
    result = cli("import", workbook(cli.folder / "r.xlsx", rows), "--yes", "--plan", "tt")
    assert (result.code, told in result.err, "注意" in result.err) == (0, True, bool(told)), result.err
    (indicator,) = show(cli, "tt-target-1")["indicators"]
    assert (indicator["actual"], indicator["actual_date"]) == actual


@pytest.mark.parametrize("label", ["投资完成情况", "13月进展", "十一月计划", "进展情况", "2月31日计划"])
def test_headings_that_name_no_period(label: str) -> None:
    assert REPORTS.heading(label).period is None


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("texts", "column", "day"),
    [
        (["9月份", "进展"], "note", "2026-09-30"), (["9月份", "完成率"], "percent", "2026-09-30"), (["9月份", "实际"], "value", "2026-09-30"),
        (["9月份", "计划"], None, None), (["2026年进展", "9月"], "note", "2026-09-30"), (["2026年", "9月", "存在问题"], "problem", "2026-09-30"),
        (["进展情况", "截至10月底"], "note", "2026-10-31"), (["2025年", "完成值"], "value", "2025-12-31"), (["11月上旬进展"], "note", "2026-11-10"),
        (["第46周进展"], "note", "2026-11-15"), (["11.9-11.15进展"], "note", "2026-11-15"), (["11.16-11.22进展"], "note", "2026-11-21"),
        (["2026年", "一季度"], None, "2026-03-31"), (["一季度"], None, "2026-03-31"), (["三季度工作计划"], None, None), (["年度目标完成情况"], "note", None),
        (["问题及建议", "问题"], "problem", None), (["问题及建议", "建议"], None, None), (["下步安排", "措施"], "next", None),
        (["进展情况", "累计进展"], "note", None), (["完成时限", "止"], "due", None), (["起止时间", "结束"], "due", None),
    ],
)  # fmt: skip
def test_a_heading_over_several_rows_is_one(texts: list[str], column: str | None, day: str | None) -> None:
    found = REPORTS.chain(texts)
    meant = found.period and found.period.day_meant(NOON.date()).isoformat()
    assert (found.column, meant) == (column, day)


@pytest.mark.anywhere
def test_headings_by_the_words_they_are_made_of() -> None:
    for column, labels in {
        "name": "议定事项 批示事项 考核事项 考核内容 民生实事 实事项目 建设任务 政府工作报告任务 问题描述 反馈问题 实施项目 考核指标内容",
        "due": "完成年份 目标年份 达标时限 最迟完成时间 到期时间 建设工期 工期 计划时间 最后期限 交付日期 竣工年月 完成时限③ 完成时限<年月>",
        "lead": "包保单位 单位名称 牵头单位1 责任单位名称 牵头委办局 1.牵头单位 牵头单位①",
        "note": "年初以来进展 2026年以来进展 本旬进展 贯彻落实情况 反馈情况 办理结果 阶段性成果 最新动态 工作总结",
        None: "会议内容 培训内容 采购项目 合同期限 保存期限 建设地点 资金来源",
    }.items():
        assert {label: REPORTS.heading(label).column for label in labels.split()} == dict.fromkeys(
            labels.split(), column
        )


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("head", "row", "merged", "reports"),
    [
        ([["编号", "9月份", None, "10月份", None], [None, "进展", "完成率", "进展", "完成率"]], ["a", 20, "b", 30], ("A1:A2", "B1:C1", "D1:E1"), 2),
        ([["编号", "一季度", "二季度"]], ["a", "b"], (), 0), ([["编号", "一季度", "二季度", "存在问题"]], ["a", "b", "c"], (), 2),
        ([["重点任务进展情况表"], ["编号", "2026年", None], [None, "一季度", "二季度"]], ["a", "b"], ("A2:A3", "B2:C2"), 2),
        ([["编号", "一季度", "进展情况"]], ["a", "b"], (), 1), ([["编号", "进展情况", None, "存在问题"]], ["a", None, "c"], ("B1:C1", "B2:C2"), 1),
        ([["填报时间：2026年10月28日"], ["编号", "截至10月底进展", "形象进度", "存在困难"]], ["封顶", "75%", "缺钱"], (), 1),
    ],
)  # fmt: skip
def test_reports_under_headings_of_periods(
    cli: Cli, head: list[list[Any]], row: list[Any], merged: tuple[str, ...], reports: int
) -> None:
    found = answer(cli, [*head, ["zj-task-13", *row]], merged=merged)
    assert found["new"] == reports
    assert [each["message"][:21] for each in found["errors"]] == ["“一季度”一列（B1）看不出是进展还是计划"] * (
        not reports
    )
    if "75%" in row:
        task = show(cli, "zj-task-13")
        last = task["last_report"]
        assert (task["percent"], last["date"], last["note"], last["problem"]) == (75, "2026-10-28", "封顶", "缺钱")


def test_a_column_of_regions_tells_the_shares(cli: Cli) -> None:
    cities = "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水".split()
    shares = workbook(cli.folder / "分解.xlsx", [["地区", "目标值"], *([city, 10] for city in cities), ["合计", 110]])
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    rows: list[list[Any]] = [["编号", "地区", "现值"], ["zj-target-12.1", "杭州", 3], ["zj-target-12.1", "宁波市", 4]]
    assert answer(cli, rows)["new"] == 2
    assert show(cli, "zj-target-12@杭州市")["indicators"][0]["actual"] == 3


def test_error_values_and_doubtful_shares(cli: Cli) -> None:
    rows: list[list[Any]] = [["编号", "完成率", "本期进展"], ["zj-task-13", "#DIV/0!", "x"], ["zj-task-14", 1, "#REF!"]]
    found = answer(cli, rows)
    assert [(each["cell"], each["message"][:9]) for each in found["errors"]] == [
        ("B2", "单元格显示的是错误"),
        ("C3", "单元格显示的是错误"),
    ]
    path = workbook(cli.folder / "a.xlsx", [["编号", "完成率"], ["zj-task-13", 0.45], ["zj-task-14", Shown(0.3, "0%")]])
    result = cli("import", path, "--yes")
    assert result.err.startswith(
        "注意：a.xlsx Sheet1 A2：zj-task-13（B2）：完成率填的是 0.45，按 0.45% 读取；如果是 45%，请改填 45 后重新导入\n"
    )
    assert show(cli, "zj-task-14")["percent"] == 30


def test_what_is_said_for_the_whole_table_in_one_cell_or_below_it(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["填报单位（盖章）：省建设厅    填报日期：2026年11月20日"], ["编号", "本期进展"], ["zj-task-12", "开工"], ["填报人：李四  联系电话：0000"],
    ]  # fmt: skip
    assert answer(cli, rows)["new"] == 1
    last = show(cli, "zj-task-12")["last_report"]
    assert (last["date"], last["unit"], last["by"]) == ("2026-11-20", "省建设厅", "李四")


def test_month_cells_as_days_of_reports_and_column_numbers_below_a_header(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["编号", "本期进展", "更新时间"], [1, 2, 3], ["zj-task-12", "开工", Shown(datetime(2026, 10, 1), 'yyyy"年"m"月"')],
    ]  # fmt: skip
    assert answer(cli, rows)["new"] == 1
    assert show(cli, "zj-task-12")["last_report"]["date"] == "2026-10-31"


def test_a_vertical_table_is_told(cli: Cli) -> None:
    found = answer(cli, [["编号", "zj-task-12"], ["事项", "x"], ["本期进展", "开工"], ["存在问题", "无"]])
    assert "表格是竖排的（A 列是栏目名称" in found["errors"][0]["message"]


def test_a_second_sheet_and_a_hidden_one_are_named(cli: Cli) -> None:
    path = workbook(
        cli.folder / "a.xlsx",
        [["编号", "本期进展", "备忘"], ["zj-task-12", "开工", "甲"]],
        more={"附表": [["姓名"], ["张三"]]},
    )
    answer = json.loads(cli.ok("import", path, "--dry-run", "--json"))
    assert [(each["sheet"], each["cell"], each["message"]) for each in answer["ignored"]] == [
        ("Sheet1", "C1", "“备忘”一列（1 格）未读取"), ("附表", None, "没有找到表头，这张工作表未读取"),
    ]  # fmt: skip
    assert "未读取：a.xlsx Sheet1 C1：“备忘”一列（1 格）未读取\n" in cli("import", path, "--dry-run").err


def test_the_separator_is_that_of_the_headings(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        '编号;完成率;本期进展\nzj-task-13;30;"新增1,200个, 完成3,400户, 共7,800人"\n'.encode()
    )
    cli.ok("import", tmp_path / "a.csv", "--yes")
    assert show(cli, "zj-task-13")["last_report"]["note"] == "新增1,200个, 完成3,400户, 共7,800人"
    (tmp_path / "b.csv").write_text('编号,本期进展\nzj-task-6,"已建"两座"充电站"\n', encoding="utf-8")
    assert "不是完整的 CSV：第 2 行的引号不成对" in cli("import", tmp_path / "b.csv", "--yes").err


def test_every_name_of_a_column_is_understood() -> None:
    assert {REPORTS.heading(name).column for names in REPORTS.aliases.values() for name in names} == set(
        REPORTS.aliases
    )


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("rows", "wrong", "left"),
    [
        (
            [
                ["编号", "填报人", "填报单位", "本期进展", "地区"], ["zj-task-12", "#REF!", None, "甲", None],
                ["zj-task-17", "张三", "#N/A", "乙", None], ["#REF!", "张三", None, "丙", None], ["zj-task-18", "张三", None, "丁", "#REF!"],
            ],
            ["B2", "C3", "A4", "E5"], [],
        ),
        ([["填报人：", "#N/A"], ["编号", "本期进展"], ["zj-task-12", "甲"]], ["B1"], []),
        (
            [["序号", "编号", "本期进展", "牵头单位", "完成时限", "备注", "其他"], ["#REF!", "zj-task-12", "x", *["#DIV/0!"] * 4]],
            ["A2", "D2", "E2", "F2", "G2"], [],
        ),
        ([["编号", "本期进展"], ["zj-task-12", "x", "#N/A"], ["合计", "#DIV/0!"], [None, "#N/A"]], [], ["C2", "B3", "B4"]),
        ([["编号", "事项", "完成情况"], ["zj-task-13", "#REF!", "#REF!"], ["#N/A"], [None, None, "#N/A"]], ["B2", "C2", "A3"], ["C4"]),
    ],
)  # fmt: skip
def test_error_values_are_errors_with_their_cells_in_every_column(
    cli: Cli, rows: list[list[Any]], wrong: list[str], left: list[str]
) -> None:
    for path in (workbook(cli.folder / "a.xlsx", rows), as_csv(cli.folder / "a.csv", rows, "utf-8", ",")):
        found = json.loads(cli("import", path, "--dry-run", "--json").out)
        assert [each["cell"] for each in found["errors"]] == wrong
        assert [each["cell"] for each in found["ignored"] if "错误值" in each["message"]] == left


def test_error_values_of_a_list_are_errors_in_every_column(cli: Cli) -> None:
    rows = [["序号", "工作任务", "责任单位", "其他"], ["#REF!", "清淤", "市水务局", "#N/A"]]
    result = cli("item", "import", "zj", "task", workbook(cli.folder / "a.xlsx", rows), "--yes", "--json")
    assert [each["cell"] for each in json.loads(result.out)["errors"]] == ["A2", "D2"]


def test_words_below_a_table_are_named(cli: Cli) -> None:
    rows = [
        ["编号", "本期进展"],
        ["zj-task-12", "开工"],
        ["注：数据为快报"],
        ["另：请省里支持"],
        ["合计"],
        ["填报人：张三"],
    ]
    said = cli("import", workbook(cli.folder / "a.xlsx", rows), "--yes").err
    assert [line.rpartition(" ")[2] for line in said.splitlines() if line.startswith("未读取")] == [
        "A3：表格下方的文字未读取：注：数据为快报", "A4：表格下方的文字未读取：另：请省里支持",
    ]  # fmt: skip


def test_words_of_another_item_beside_an_id_are_an_error_and_other_words_are_not(cli: Cli) -> None:
    first, second = (show(cli, f"zj-task-{number}") for number in (13, 14))
    for beside in (first["text"], first["title"] or first["text"], f"3.{first['text']}", "推进建筑节能"):
        assert answer(cli, [["编号", "事项", "进展"], ["zj-task-13", beside, f"说明{beside[:4]}"]])["errors"] == [], (
            beside
        )
    found = answer(cli, [["编号", "事项", "进展"], ["zj-task-13", second["text"], "x"]])
    assert [(each["cell"], each["message"]) for each in found["errors"]] == [
        ("B2", "编号 zj-task-13 与事项文字不符：这段文字是 zj-task-14；请核对")
    ]


def test_names_with_their_number_indicators_by_their_name_and_rows_of_groups(cli: Cli) -> None:
    text = show(cli, "zj-task-13")["text"]
    rows: list[list[Any]] = [
        ["序号", "事项", "完成率", "现值", "进展"], ["一", "建筑领域", "60%", None, "总体顺利"], [None, f"（五）{text}", "20%", None, "甲"],
        [None, "建筑垃圾综合利用率（%）", None, 80, "乙"], [None, "城市生活污水集中收集率", None, "75%", None],
    ]  # fmt: skip
    found = answer(cli, rows)
    assert (found["new"], found["errors"]) == (3, [])
    assert [(each["cell"], each["message"]) for each in found["ignored"]] == [
        ("A2", "分组行未读取：一 建筑领域 60% 总体顺利")
    ]
    assert [show(cli, id_)["indicators"][0]["actual"] for id_ in ("zj-target-24", "zj-target-20")] == [80, 75]


@pytest.mark.parametrize(
    ("rows", "actual"),
    [
        ([["指标名称", "现值"], ["可再生能源装机（千瓦）", 45000000]], ("2026-11-21", 4500)),
        ([["编号", "现值（2025年）"], ["nx-target-4.1", 4500]], ("2025-12-31", 4500)),
        ([["（单位：亩、亿千瓦）"], ["编号", "现值"], ["nx-target-4.1", 0.45]], ("2026-11-21", 4500)),
        ([["编号", "数据时点", "现值"], ["nx-target-4.1", "截至2026年9月", 4500]], ("2026-09-30", 4500)),
    ],
)
def test_what_belongs_to_a_figure_wherever_it_stands(cli: Cli, rows: list[list[Any]], actual: tuple[str, int]) -> None:
    if rows[0][0] == "指标名称":
        rows[1][0] = show(cli, "nx-target-4")["indicators"][0]["name"] + "（千瓦）"
    assert (found := answer(cli, rows))["new"] == 1, found
    indicator = show(cli, "nx-target-4")["indicators"][0]
    assert (indicator["actual_date"], indicator["actual"]) == actual


def test_a_line_of_values_before_the_words(cli: Cli) -> None:
    assert (found := answer(cli, [["编号", "当前进展"], ["zj-target-24", "现值：80%\n继续推进"]]))["new"] == 1, found
    target = show(cli, "zj-target-24")
    assert (target["indicators"][0]["actual"], target["last_report"]["note"]) == (80, "继续推进")


def test_the_leads_that_a_document_prints_are_no_difference(cli: Cli) -> None:
    policy = show(cli, "zj-policy-8")
    rows: list[list[Any]] = [["编号", "牵头单位", "本期进展"], ["zj-policy-8", "、".join(policy["lead_units"]), "x"]]
    assert answer(cli, rows)["ignored"] == []


def test_shares_that_may_be_fractions_and_states_that_figures_overrule_are_told(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["编号", "状态", "完成率（%）"],
        ["zj-task-13", "未启动", 1],
        ["zj-task-14", "进行中", 0.8],
    ]
    said = cli("import", workbook(cli.folder / "a.xlsx", rows), "--yes").err
    assert ("如果是 100%" in said, "如果是 80%" in said) == (True, True)
    assert "zj-task-13（B2）：状态填的是未启动，但有完成率或现值，按进行中写入" in said


def test_text_that_is_struck_out_in_a_row_that_stands_is_told(cli: Cli) -> None:
    rows: list[list[Any]] = [["编号", "本期进展", "完成率"], ["zj-task-13", "x", Shown(30, struck=True)]]
    said = cli("import", workbook(cli.folder / "a.xlsx", rows), "--yes").err
    assert "有 1 个单元格有删除线（如 C2），照常读取；请核对" in said


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("—", "2026-11-21"), ("____年__月__日", "2026-11-21"), ("截至10月底", "2026-10-31"), ("1-10月", "2026-10-31"),
        ("2026-10-31（星期六）", "2026-10-31"), ("10月25日—10月31日", "2026-10-31"), ("2026年10月31日止", "2026-10-31"), (2026.9, "2026-09-30"),
    ],
)  # fmt: skip
def test_days_of_rows_as_people_write_them(cli: Cli, written: Any, day: str) -> None:
    found = answer(cli, [["编号", "填报日期", "本期进展"], ["zj-task-13", written, "x"]])
    assert found["errors"] == []
    assert show(cli, "zj-task-13")["last_report"]["date"] == day


@pytest.mark.parametrize(
    ("cell", "evidence", "note"),
    [
        ("无", [], "x"), ("/", [], "x"), ("见附件1", [], "x\n佐证材料：见附件1"), ("浙环发〔2026〕1号", [], "x\n佐证材料：浙环发〔2026〕1号"),
        ("甲.txt、乙.txt", ["甲.txt", "乙.txt"], "x"), ("www.a.gov.cn/x", ["http://www.a.gov.cn/x"], "x"),
        ("http://www.a.gov.cn/x http://b.cn", ["http://www.a.gov.cn/x", "http://b.cn"], "x"),
    ],
)  # fmt: skip
def test_evidence_in_the_words_of_clerks(cli: Cli, cell: str, evidence: list[str], note: str) -> None:
    for name in ("甲.txt", "乙.txt"):
        (cli.folder / name).write_text("x", encoding="utf-8")
    assert answer(cli, [["编号", "本期进展", "佐证材料"], ["zj-task-13", "x", cell]])["errors"] == []
    task = show(cli, "zj-task-13")
    assert task["last_report"]["note"] == note
    shown = cli.ok("show", "zj-task-13")
    assert [
        name for name in ("甲.txt", "乙.txt", "http://www.a.gov.cn/x", "http://b.cn") if f"  {name}" in shown
    ] == evidence


def test_a_period_that_runs_beside_figures_without_one_is_one_report(cli: Cli) -> None:
    rows: list[list[Any]] = [["编号", "11月进展", "完成率", "存在问题"], ["zj-task-13", "主体", "60%", "缺资金"]]
    assert (found := answer(cli, rows))["new"] == 1, found
    last = show(cli, "zj-task-13")["last_report"]
    assert (last["date"], last["note"], last["problem"]) == ("2026-11-21", "主体", "缺资金")
    assert show(cli, "zj-task-13")["percent"] == 60
    rows = [["编号", "11月进展", "目前进展情况"], ["zj-task-14", "主体", "封顶"]]
    assert (found := answer(cli, rows))["new"] == 2, found


def test_a_share_alone_in_a_column_of_words_is_the_share_of_a_task(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["编号", "完成情况"],
        ["zj-task-13", "30%"],
        ["zj-task-14", Shown(0.4, "0%")],
        ["zj-task-15", "完成30%"],
    ]
    assert answer(cli, rows)["new"] == 3
    assert [show(cli, f"zj-task-{n}")["percent"] for n in (13, 14, 15)] == [30, 40, 0]


@pytest.mark.parametrize(
    ("head", "unit", "remark"),
    [
        ("填报部门：省财政厅", "省财政厅", False), ("责任单位：省财政厅", "省财政厅", False), ("单位：省财政厅", "省财政厅", False),
        ("单位：万元", None, False), ("省财政厅2026年10月进展表", None, True), ("省财政厅（盖章）", None, True), ("单位名称：某某项目部", None, True),
        ("统计时间：2026年10月31日", None, False),
    ],
)  # fmt: skip
def test_whose_table_it_is_in_other_words(cli: Cli, head: str, unit: str | None, remark: bool) -> None:
    result = cli(
        "import", workbook(cli.folder / "a.xlsx", [[head], ["编号", "本期进展"], ["zj-task-46", "x"]]), "--yes"
    )
    assert result.code == 0, result.err
    last = show(cli, "zj-task-46")["last_report"]
    assert ("没有填报单位" in result.err) == remark
    assert last["date"] == ("2026-10-31" if "10月" in head else "2026-11-21")
    assert unit is None or last["unit"] == unit


def test_a_name_that_another_region_prints_is_that_of_the_items_own_unit(cli: Cli) -> None:
    assert answer(cli, [["编号", "填报单位", "本期进展"], ["zj-task-6", "省发展和改革委员会", "x"]])["errors"] == []
    assert show(cli, "zj-task-6")["last_report"]["unit"] == "省发展改革委"


def test_a_table_of_another_kind_below_is_named_and_left(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["编号", "进展"], ["zj-task-13", "开工"], [], ["三、其他"], ["序号", "项目", "金额"], [1, "设备", "100"], [],
        ["序号", "事项", "进展"], [None, show(cli, "zj-task-14")["text"], "封顶"],
    ]  # fmt: skip
    found = answer(cli, rows)
    assert (found["new"], found["errors"]) == (2, [])
    assert ("A5", "另一张表（序号、项目、金额）没有可读取的栏目，未读取") in [
        (each["cell"], each["message"]) for each in found["ignored"]
    ]


@pytest.mark.anywhere
def test_what_stands_around_a_table_is_read_or_named_and_blank_fields_of_a_print_are_none(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["附件2"], ["2026年重点任务进展表（截至10月底）", None, None, "急件"], ["制表单位：省生态环境厅     2026年10月31日"], ["密级：内部"],
        ["编号", "本期进展", None, "内部批示"], ["zj-task-6", "开工"], [],
        ["填报人：王五", "审核人：赵六", "联系电话：123", "填报日期：____年__月__日"], ["已会商"],
    ]  # fmt: skip
    found = answer(cli, rows)
    assert {each["cell"]: each["message"].partition("：")[2] for each in found["ignored"]} == {
        "D2": "急件", "A4": "密级：内部", "D5": "内部批示", "A9": "已会商",
    }  # fmt: skip
    last = show(cli, "zj-task-6")["last_report"]
    assert [last[name] for name in ("date", "unit", "by", "note")] == ["2026-10-31", "省生态环境厅", "王五", "开工"]


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("line", "unit", "by", "day"),
    [
        (["填报单位：省生态环境厅（盖章）"], "省生态环境厅", "张三", "2026-11-21"),
        (["填报单位：", "省生态环境厅（公章） 填报日期：2026年10月31日"], "省生态环境厅", "张三", "2026-10-31"),
        (["填报单位：（盖章）　填表人：____"], "省生态环境厅", "张三", "2026-11-21"),
        (["填表单位：省生态环境厅　填表人：王五　审核：赵六　时间：10月31日"], "省生态环境厅", "王五", "2026-10-31"),
    ],
)
def test_whose_a_table_is_as_signatures_say_it(cli: Cli, line: list[Any], unit: str, by: str, day: str) -> None:
    rows = [
        ["进展表"],
        line,
        ["编号", "本期进展", "存在问题"],
        ["zj-task-6", "开工", "—"],
        [None, "（盖章）"],
        [None, None, "2026年11月25日"],
    ]
    found = answer(cli, rows)
    assert (found["new"], [each["cell"] for each in found["ignored"]]) == (1, ["B5", "C6"])
    last = show(cli, "zj-task-6")["last_report"]
    assert [last[name] for name in ("date", "unit", "by", "problem")] == [day, unit, by, None]


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("id_", "ids"),
    [
        ("任务13", ["zj-task-13"]), ("任务6、任务13", ["zj-task-6", "zj-task-13"]), ("zj-task-6,zj-task-13", ["zj-task-6", "zj-task-13"]),
        ("zj-task-12..13", ["zj-task-12", "zj-task-13"]),
    ],
)  # fmt: skip
def test_ids_of_the_plan_of_an_import_and_several_in_a_cell(cli: Cli, id_: str, ids: list[str]) -> None:
    for column in ["编号"] if len(ids) > 1 else ["编号", "序号"]:
        path = workbook(cli.folder / "a.xlsx", [[column, "进展情况"], [id_, f"开工{column}"]])
        cli.ok("import", path, "--plan", "zj", "--yes")
        assert [show(cli, each)["last_report"]["note"] for each in ids] == [f"开工{column}"] * len(ids)


@pytest.mark.anywhere
@pytest.mark.parametrize(
    "unit",
    ["省生态环境厅（盖章）", "省生态环境厅(公章)", "填报单位：省生态环境厅", "牵头单位：省生态环境厅", "省生态环境厅 张三", "省生态环境厅：王五",
     "省生态环境厅大气处", "省 生态环境厅", "“省生态环境厅”", "省生态环境厅。", "/", "无"],
)  # fmt: skip
def test_whose_row_it_is_in_the_words_of_a_cell(cli: Cli, unit: str) -> None:
    rows: list[list[Any]] = [["填报单位", "编号", "进展情况"], [unit, "zj-task-13", "开工"]]
    cli.ok("import", workbook(cli.folder / "a.xlsx", rows), "--yes")
    assert show(cli, "zj-task-13")["last_report"]["unit"] == "省生态环境厅"
    if len(unit) > 1:
        assert json.loads(cli.ok("todo", "--unit", unit, "--json"))


STATES = {
    "completed": "建成 已竣工 办结 完成（待验收） 按期完成 整改完成 全部建成", "in_progress": "前期 准备阶段 实施阶段 收尾 常态化推进 进展顺利 施工中 正在整改 基本完工 续建",
    "not_started": "未动工 暂未启动 待开工 没有开工 尚未实施", None: "正常 推进缓慢 滞后 暂缓 未完成 尚未完成 未建成 已申报 已办理 完成90% 完成（部分） 完成中 未验收 √ 是 否 绿 超期",
}  # fmt: skip


def test_what_is_a_state_and_what_only_says_how_it_goes() -> None:
    assert {word: state_code(word) for words in STATES.values() for word in words.split()} == {
        word: code for code, words in STATES.items() for word in words.split()
    }


def test_no_word_for_a_state_keeps_a_table_from_being_read(cli: Cli) -> None:
    words = ["滞后", "绿", "√", True, Shown(datetime(2026, 3, 4), "yyyy/m/d"), "—", "/", "完成90%", "不知道", "收尾"]
    rows = [[f"zj-task-{n}", word, f"进展{n}"] for n, word in enumerate(words, 1)]
    result = cli(
        "import", workbook(cli.folder / "s.xlsx", [["编号", "状态", "本期进展", "风险与问题"], *rows]), "--yes"
    )
    assert result.code == 0, result.err
    for word in ("滞后", "绿", "√", "TRUE", "2026/3/4", "完成90%", "不知道"):
        assert f"没有“{word}”这种状态；请填 未启动、进行中 或 申报办结；状态未采用" in result.err
    assert result.err.count("状态未采用") == 7
    assert "未读取" not in result.err
    assert [show(cli, f"zj-task-{n}")["last_report"]["note"] for n in (1, 6, 9)] == ["进展1", "进展6", "进展9"]
    assert [show(cli, f"zj-task-{n}")["state"] for n in (1, 6, 10)] == ["not_started", "not_started", "in_progress"]


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["编号", "责任单位", "进展"], ["zj-task-46", "省财政厅（牵头）", "甲"], [None, "省税务局", "乙"]], [("省财政厅", "甲"), ("省税务局", "乙")]),
        ([["编号", "进展", "完成率"], ["zj-task-46", "甲", 30], [None, "乙", None]], [(None, "甲\n乙")]),
        ([["编号", "进展", "完成率"], ["zj-task-46", "甲", 30], [None, "乙", 40]], []),
    ],
)  # fmt: skip
def test_rows_of_one_item_that_is_merged_over_them(
    tmp_path: Path, rows: list[list[Any]], said: list[tuple[str | None, str]]
) -> None:
    (found,) = read_returned(workbook(tmp_path / "a.xlsx", rows, merged=("A2:A3",))).found
    told = [
        (found.table.cell(cells, "unit") or None, found.table.cell(cells, "note")) for _, cells in found.table.rows()
    ]
    assert told == (said or [(None, "甲"), (None, "乙")])


def test_of_two_columns_of_words_the_last_is_the_item_or_else_the_first(cli: Cli) -> None:
    text = show(cli, "zj-task-13")["text"]
    for task, step in (("水环境", text), (text, "分三步")):
        assert (
            answer(cli, [["工作任务", "工作举措", "工作目标", "进展"], [task, step, "通水", f"说明{step[:2]}"]])[
                "errors"
            ]
            == []
        )
    found = answer(cli, [["工作任务", "工作举措", "工作目标", "进展"], [text, "分三步", "通水", "x"]])
    assert [(each["cell"], each["message"]) for each in found["ignored"]] == [("C1", "“工作目标”一列未读取")]


@pytest.mark.anywhere
@pytest.mark.parametrize("words", ["无变化", "暂无变化。", "同上期", "与上月相同", "无新的变化"])
def test_words_that_nothing_moved_are_the_report_that_nothing_moved(cli: Cli, words: str) -> None:
    cli.ok("log", "zj-task-13", "--note", "开工", "--date", "2026-10-01")
    cli.ok("import", workbook(cli.folder / "a.xlsx", [["编号", "进展情况"], ["zj-task-13", words]]), "--yes")
    report = show(cli, "zj-task-13")["last_report"]
    assert (report["date"], report["note"]) == ("2026-11-21", "无变化")


@pytest.mark.anywhere
def test_what_is_said_of_dates_and_truths_in_rows_is_true(cli: Cli) -> None:
    rows: list[list[Any]] = [["编号", "截至10月底进展", "填报时间"], ["zj-task-13", "开工", "2026年11月3日"]]
    said = cli("import", workbook(cli.folder / "a.xlsx", rows), "--yes").err
    assert "C1：“填报时间”一列不用于写明时段的各列" in said
    assert show(cli, "zj-task-13")["last_report"]["date"] == "2026-10-31"
    odd: list[list[Any]] = [["任务", "进展情况"], ["没有的", True]]
    said = cli("import", workbook(cli.folder / "b.xlsx", odd), "--plan", "zj", "--yes").err
    assert ("用 --plan" in said, "是%" in said) == (False, False)


@pytest.mark.anywhere
def test_a_figure_alone_in_an_annex_is_the_value_unless_it_stood_there(cli: Cli) -> None:
    add_plan(cli)
    listed = [
        ["指标名称", "计量单位", "目标值"],
        ["光伏装机容量", "万千瓦", "≥500"],
        ["风电装机容量", "万千瓦", "≥500"],
    ]
    cli.ok("item", "import", "tt", "target", workbook(cli.folder / "l.xlsx", listed), "--yes")
    cli.ok("log", "tt-target-2", "--note", "430")
    cli.ok("export", "annex", "--plan", "tt", "--progress", "-o", cli.folder / "a.xlsx")
    book = openpyxl.load_workbook(cli.folder / "a.xlsx")
    book["目标清单"]["F6"] = 430
    book.save(cli.folder / "a.xlsx")
    cli.ok("import", cli.folder / "a.xlsx", "--yes")
    assert [show(cli, f"tt-target-{n}")["indicators"][0]["actual"] for n in (1, 2)] == [430, None]


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("shown", "link", "evidence", "said"),
    [
        ("验收报告", "https://a.gov.cn/1", ["https://a.gov.cn/1"], ""), ("https://a.gov.cn", "https://a.gov.cn/", ["https://a.gov.cn"], ""),
        ("图纸", "file:///c:/a.pdf", [], "”不是网址，未采用"), ("报告", '=HYPERLINK("https://a.gov.cn/2","报告")', ["https://a.gov.cn/2"], ""),
    ],
)  # fmt: skip
def test_evidence_is_where_a_link_leads(cli: Cli, shown: str, link: str, evidence: list[str], said: str) -> None:
    path = cli.folder / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "进展情况", "佐证材料"])
        sheet.write_row(1, 0, ["zj-task-13", "开工"])
        if link.startswith("="):
            sheet.write_formula(1, 2, link, None, shown)
        else:
            sheet.write_url(1, 2, link, string=shown)
    result = cli("import", path, "--yes")
    assert said in result.err
    assert ("不是文件或网址" in result.err) == (not evidence)
    told = cli.ok("show", "zj-task-13")
    assert [each for each in evidence if each not in told] == []


def test_a_row_that_names_a_participant_reports_for_it_and_moves_no_light(cli: Cli) -> None:
    add_plan(cli)
    for text in ("建成城东污水处理厂", "新建雨污分流管网"):
        cli.ok("item", "add", "tt", "task", "--text", text, "--lead", "市水务局", "--participant", "市财政局", "--yes")
    rows: list[list[Any]] = [
        ["部门", "任务", "进展情况", "完成率"],
        ["市财政局", "建成城东污水处理厂", "资金已拨付", 100],
        ["市水务局", "新建雨污分流管网", "开工", 20],
    ]
    result = cli("import", workbook(cli.folder / "h.xlsx", rows), "--yes")
    assert (
        "tt-task-1（A2）：市财政局是参与单位，这一行按该单位的填报读取；状态、完成率、现值由牵头单位填，未采用"
        in result.err
    )
    assert "未读取" not in result.err
    found = [show(cli, f"tt-task-{n}") for n in (1, 2)]
    assert [(each["last_report"]["unit"], each["percent"], each["state"]) for each in found] == [
        ("市财政局", None, "not_started"), ("市水务局", 20, "in_progress"),
    ]  # fmt: skip
