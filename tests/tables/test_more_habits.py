"""Further habits of offices, each a list that somebody invented: what was meant comes out."""

import csv
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tests.conftest import NOON, Cli
from tests.tables.making import Shown, add_plan, workbook
from tracker.errors import Unclear
from tracker.ledger.values import plain
from tracker.sheets.reading.cells import is_rough, read_date, read_due, read_percent, read_value
from tracker.sheets.reading.headings import REPORTS


def taken(cli: Cli, rows: list[list[Any]], kind: str = "task", **more: Any) -> tuple[list[dict[str, Any]], str]:
    """Take a list in; return the items that it brought, and what was said."""
    result = cli("item", "import", "tt", kind, workbook(cli.folder / "清单.xlsx", rows, **more), "--yes", "--json")
    assert result.code == 0, result.err
    return [json.loads(cli.ok("show", id_, "--json")) for id_ in json.loads(result.out)["ids"]], result.err


def test_headings_over_three_rows_and_a_second_table_with_its_chapter(cli: Cli) -> None:
    add_plan(cli)
    found, _ = taken(
        cli,
        [
            ["一、重点任务"], ["序号", "任务", None, "责任", None, "时间"], [None, "类别", "内容", "市级", None, None],
            [None, None, "主要任务", "牵头单位", "配合单位", "完成时限"], [1, "河道", "清淤二十公里", "市水务局", "市财政局", "2026年6月底"],
            [2, None, "整治岸坡", "市水务局", None, "2026年9月底"], [None], ["二、重点项目"],
            ["序号", "责任单位及联系人", "项目名称", "计划完工时间"], [1, "市交通局张三13800000000", "建设甲桥", "2027年底"],
        ],
        merged=("A2:A4", "B2:C2", "D2:E2", "B3:B4", "D3:E3", "F2:F3", "B5:B6"),
    )  # fmt: skip
    assert [(each["text"], each["chapter"], each["lead_units"], each["due"]) for each in found] == [
        ("清淤二十公里", "河道", ["市水务局"], "2026-06-30"), ("整治岸坡", "河道", ["市水务局"], "2026-09-30"),
        ("建设甲桥", "二、重点项目", ["市交通局"], "2027-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "due", "note"),
    [
        ("26年底", "2026-12-31", None), ("2026年中", "2026-06-30", None), ("年内", "2026-12-31", None), ("2026年内", "2026-12-31", None),
        ("收到文件后15个工作日内", None, "完成时限：收到文件后15个工作日内"), ("完成3轮整改后", None, "完成时限：完成3轮整改后"),
        (Shown(datetime(2026, 10, 1), "mmm-yy"), "2026-10-31", None), ("2026年3月至2027年6月", "2027-06-30", None),
    ],
)  # fmt: skip
def test_deadlines(cli: Cli, cell: Any, due: str | None, note: str | None) -> None:
    add_plan(cli)
    (item,), _ = taken(cli, [["工作任务", "责任单位", "完成时限"], ["清淤", "市水务局", cell]])
    assert (item["due"], item["note"]) == (due, note)


@pytest.mark.parametrize(
    ("cell", "day", "words"),
    [
        ("2026、10、1", "2026-10-01", False), ("26.10.1", "2026-10-01", False), ("202610", "2026-10-31", False), (202611, "2026-11-30", False),
        ("2026.10.", "2026-10-31", False), ("2026.6-2026.12", "2026-12-31", False), ("2026.6-12", "2026-12-31", False),
        ("2026.06.01-2026.12.15", "2026-12-15", False), ("12.31", "2026-12-31", False), ("2026年元旦前", "2025-12-31", False),
        ("2026年12月31日\n（其中一期6月底）", "2026-12-31", True), ("2027年6月（一期）、12月（二期）", "2027-12-31", True),
        ("2026年底主体完工，2027年底投用", "2027-12-31", True), ("2026年起", None, True), ("2026年7月1日起施行", None, True),
        ("2026年1月起长期坚持", None, True), ("2026年1月开始，2026年10月完成", "2026-10-31", True), ("2026年汛期前", None, True),
        ("2027年元旦春节前", None, True), ("2年", None, True), ("3个月内", None, True), ("26年三季度", "2026-09-30", False),
        ("3月", "2026-03-31", False), ("12月", "2026-12-31", False), ("11月内", "2026-11-30", False), ("3个月", None, True),
        ("一周内", None, True), ("两周", None, True), ("十日内", None, True), ("半年内", None, True), ("30日", "2026-11-30", False),
        ("年终", "2026-12-31", False), ("明年年终", "2027-12-31", False), ("岁末", "2026-12-31", False), ("“十五五”末期", "2030-12-31", False),
        ("元旦前", "2026-12-31", False), ("11月第4周", "2026-11-28", True), ("12月第一周", "2026-12-07", True),
    ],
)  # fmt: skip
def test_deadlines_in_further_words(cell: Any, day: str | None, words: bool) -> None:
    due = read_due(cell, NOON.date(), year=2026)
    assert (due.day and due.day.isoformat(), due.words is not None) == (day, words)


@pytest.mark.parametrize(
    ("cell", "measure", "stated", "value", "rough"),
    [
        ("四千辆", "万辆", None, "0.4", False), ("4千", "万辆", None, "0.4", False), ("四千", "万辆", None, "0.4", False), ("4千辆", "万辆", None, "0.4", False),
        ("七十八", "%", None, "78", False), ("十五万亩", "万亩", None, "15", False), ("一百二十", "个", None, "120", False), ("3千千瓦", "千瓦", None, "3000", False),
        (81, "%", "百分比", "81", False), (5, "%", "‰", "0.5", False), (81, "万千瓦", "万KW", "81", False), (90, "万千瓦", "兆瓦", "9", False),
        ("88.5万吨（预计）", "万吨", None, "88.5", True), ("9.5亿元（其中财政2亿元）", "万元", None, "95000", True), ("15+", "个", None, "15", True),
        ("5条（个）", "条（个）", None, "5", False), ("一期完工", "个", None, None, False), ("（5）", "个", None, None, False),
    ],
)  # fmt: skip
def test_values_in_words_and_in_other_units(
    cell: Any, measure: str, stated: str | None, value: str | None, rough: bool
) -> None:
    assert is_rough(cell) is rough
    if value is None:
        with pytest.raises(Unclear):
            read_value(cell, measure, stated)
    else:
        assert plain(read_value(cell, measure, stated) or Decimal()) == value


@pytest.mark.parametrize(
    ("cell", "share", "rough"),
    [
        ("约60%", 60, True), ("60％左右", 60, True), ("六成", 60, False), ("六成五", 65, False), ("百分之六十五", 65, False),
        ("百分之百", 100, False), ("一半", 50, False), ("近六成", None, False), ("60-70%", None, False),
    ],
)  # fmt: skip
def test_shares_in_words(cell: str, share: int | None, rough: bool) -> None:
    assert is_rough(cell) is rough
    if share is None:
        with pytest.raises(Unclear):
            read_percent(cell)
    else:
        assert read_percent(cell) == share


def test_a_year_in_a_cell_with_the_format_of_a_date_is_no_day_of_1905() -> None:
    for read in (read_due, read_date):
        with pytest.raises(Unclear):
            read(datetime(1905, 7, 18), NOON.date())


NOBODY = "见备注 详见附件2 未定 空 是 0 12 2项 全市 张三副市长 市政府分管副市长 副市长李四 社会资本 项目业主 待补充 略"


def test_what_cannot_be_read_of_progress_beside_new_items_stays_in_its_words(cli: Cli) -> None:
    add_plan(cli)
    found, said = taken(cli, [
        ["工作任务", "责任单位", "进展情况", "完成率", "状态"], ["清淤", "市水务局", "开工", "约60%", "进行中"],
        ["整治", "同上", "勘察", "近六成", "滞后"],
    ])  # fmt: skip
    assert [(each["lead_units"], each["percent"], each["last_report"]["note"]) for each in found] == [
        (["市水务局"], 60, "开工"), (["市水务局"], 0, "勘察；状态：滞后；完成率：近六成"),
    ]  # fmt: skip
    assert "D2：“约60%”是约数" in said


def test_indicators_of_several_levels_with_targets_by_year_under_one_heading(cli: Cli) -> None:
    add_plan(cli)
    found, _ = taken(cli, [
        ["序号", "一级指标", "二级指标", "单位", "2020年基数", "目标值", None, "牵头部门"], [None, None, None, None, None, "2025年", "2030年", None],
        [1, "能源", "非化石能源占比", "%", 12, 18, 25, "市发改委"], [2, None, "能耗强度", "吨标准煤/万元", None, "≤0.5", None, "市发改委"],
    ], "target", merged=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1", "H1:H2", "B3:B4"))  # fmt: skip
    assert [(each["chapter"], each["text"], [one["value"] for one in each["indicators"]]) for each in found] == [
        ("能源", "非化石能源占比", [18, 25]), ("能源", "能耗强度", [0.5]),
    ]  # fmt: skip


def test_a_target_in_words_beside_an_indicator_is_its_target(cli: Cli) -> None:
    add_plan(cli)
    found, _ = taken(cli, [
        ["指标", "目标", "责任单位"], ["固废利用率", "达到78%以上", "市工信局"], ["重污染天数", "基本消除", "市生态环境局"],
    ], "target")  # fmt: skip
    assert [(one["name"], one["comparator"], one["value"]) for each in found for one in each["indicators"]] == [
        ("固废利用率", ">=", 78), ("重污染天数基本消除", "qualitative", None),
    ]  # fmt: skip
    figures, _ = taken(cli, [["指标名称", "目标"], ["燃煤量", "≤28"], ["绿化率", 30]], "target")
    assert [(each["text"], each["indicators"][0]["value"]) for each in figures] == [("燃煤量", 28), ("绿化率", 30)]


def test_tasks_below_tasks(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "重点任务", "子任务", "责任单位"],
        [1, "水治理", "清淤", "市水务局"],
        [2, None, "截污", "市水务局"],
    ]
    found, _ = taken(cli, rows, merged=("B2:B3",))
    assert [(each["chapter"], each["text"]) for each in found] == [("水治理", "清淤"), ("水治理", "截污")]


@pytest.mark.parametrize("cell", ["2026年13月", "2026-02-30", "2026.13"])
def test_a_day_that_is_none_is_an_error(cli: Cli, cell: str) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "t.xlsx", [["工作任务", "责任单位", "完成时限"], ["清淤", "市水务局", cell]])
    result = cli("item", "import", "tt", "task", path, "--yes")
    assert (result.code, "C2" in result.err) == (1, True)


def test_target_values_of_several_years(cli: Cli) -> None:
    add_plan(cli)
    found, said = taken(cli, [
        ["序号", "指标名称", "单位", "2025年目标值", "2030年目标", "责任单位"], [1, "PM2.5浓度", "微克/立方米", "≤30", 25, "市生态环境局"],
        [2, "优良天数比率", "%", 0.855, Shown(0.9, "0%"), "市生态环境局"],
    ], "target")  # fmt: skip
    assert [[(one["comparator"], one["value"], one["due"]) for one in each["indicators"]] for each in found] == [
        [("<=", 30, "2025-12-31"), ("<=", 25, "2030-12-31")], [(">=", 0.855, "2025-12-31"), (">=", 90, "2030-12-31")],
    ]  # fmt: skip
    assert "B3：目标值填的是 0.855，按 0.855% 读取；如果是 85.5%，请改填 85.5% 后重新导入" in said


@pytest.mark.parametrize(
    ("cell", "leads", "participants"),
    [
        ("（市交通局、市教育局按职责分工负责）", ["市交通局", "市教育局"], []), ("市水务局张三13800000000", ["市水务局"], []),
        ("市水务局牵头，市财政局、市发改委配合", ["市水务局"], ["市财政局", "市发改委"]), ("责任单位：市水务局；配合单位：各县区", ["市水务局"], []),
        ("市水务局\n市财政局", ["市水务局", "市财政局"], []), ("市水务局\n（盖章）", ["市水务局"], []), ("（盖章）市水务局", ["市水务局"], []),
        ("市水务局(主)、市财政局(协)", ["市水务局"], ["市财政局"]), ("市水务局、市财政局（配合）", ["市水务局"], ["市财政局"]),
        ("市水务局（第一责任）、市财政局", ["市水务局"], ["市财政局"]), ("市水务局，并市财政局", ["市水务局", "市财政局"], []),
        ("市住建局：王五", ["市住建局"], []), ("市财政局 李四（预算科）", ["市财政局"], []), ("市城管局，赵六局长", ["市城管局"], []),
        ("市城管局赵六局长", ["市城管局"], []), ("市住建局：王五、市财政局：李四", ["市住建局", "市财政局"], []),
        ("市水务局联合市财政局", ["市水务局", "市财政局"], []), *((nobody, [], []) for nobody in NOBODY.split()),
        ("市财政局-预算科", ["市财政局"], []), ("市财政局（预算科）", ["市财政局"], []), ("①市水务局②市财政局", ["市水务局", "市财政局"], []),
        ("“市水务局”", ["市水务局"], []), ("市 水 务 局", ["市水务局"], []), ("市水务局*+市财政局", ["市水务局", "市财政局"], []),
        ("【牵头】市水务局【配合】市财政局、市教育局", ["市水务局"], ["市财政局", "市教育局"]), ("[市水务局]", ["市水务局"], []),
        ("（牵头单位）市水务局（配合单位）市财政局", ["市水务局"], ["市财政局"]), ("【市水务局、市财政局】", ["市水务局", "市财政局"], []),
        (
            "市财政局、甲县人民政府、发改委、乙区住建局、库区管理局",
            ["市财政局", "甲县人民政府", "市发改委", "乙区住建局", "市库区管理局"], [],
        ),
        ("市级：市水务局；县级：各县区", ["市水务局"], []), ("市水务局分管副局长张三", ["市水务局"], []),
    ],
)  # fmt: skip
def test_cells_of_units(cli: Cli, cell: str, leads: list[str], participants: list[str]) -> None:
    add_plan(cli)
    (item,), _ = taken(cli, [["工作任务", "责任分工"], ["清淤", cell]])
    assert (item["lead_units"], item["participating_units"]) == (leads, participants)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_text_of_an_error_value_is_an_error_with_its_cell(cli: Cli, kind: str) -> None:
    add_plan(cli)
    path = cli.folder / f"t.{kind}"
    if kind == "csv":
        path.write_text("工作任务,责任单位,完成时限\n清淤,#REF!,2026年\n整治,市水务局,#N/A\n", "utf-8")
    else:
        workbook(
            path, [["工作任务", "责任单位", "完成时限"], ["清淤", "#REF!", "2026年"], ["整治", "市水务局", "#N/A"]]
        )
    result = cli("item", "import", "tt", "task", path, "--yes", "--json")
    assert [each["cell"] for each in json.loads(result.out)["errors"]] == ["B2", "C3"]


def test_a_hidden_column_is_told_and_a_list_of_persons_is_no_list(cli: Cli) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "t.xlsx", [["工作任务", "责任单位"], ["清淤", "市水务局"]], hidden_columns="B")
    assert "B 列是隐藏的列，照常读取；请核对" in cli("item", "import", "tt", "task", path, "--dry-run").err
    persons = workbook(cli.folder / "p.xlsx", [["序号", "名称", "单位", "电话"], [1, "张三", "市水务局", "138"]])
    assert cli("item", "import", "tt", "task", persons, "--yes").code == 1


def test_units_are_read_alike_at_every_door_and_none_is_made_of_a_placeholder(cli: Cli) -> None:
    added = json.loads(cli.ok("item", "add", "zj", "task", "--text", "测试", "--lead", "交通厅、省水利厅（盖章）", "--participant",
                              "/,各区县人民政府,文旅厅", "--json"))  # fmt: skip
    item = json.loads(cli.ok("show", added["id"], "--json"))
    assert (added["new_units"], item["lead_units"], item["participating_units"]) == (
        [], ["省交通运输厅", "省水利厅"], ["省文化和旅游厅"],
    )  # fmt: skip
    assert item["note"] == "原文另列：各区县人民政府"
    cli.ok("assign", "zj-task-6", "--lead", "住建厅,省发改委（牵头）")
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["lead_units"] == ["省建设厅", "省发展改革委"]
    for name in ("相关部门", "省某某新局", "/"):
        assert cli("assign", "zj-task-6", "--lead", name).code == 1


def test_columns_of_words_side_by_side(cli: Cli) -> None:
    add_plan(cli)
    found, _ = taken(cli, [
        ["序号", "主要任务", "具体工作任务", "工作目标", "牵头单位", "责任单位", "配合单位", "整改时限"],
        [1, "水污染防治", "治理黑臭水体十条", "基本消除", "市水务局", "市住建局", "市财政局", "2026年11月"],
        [2, None, "建成污水厂两座", None, "市水务局", None, None, "国庆节前"],
    ], merged=("B2:B3",))  # fmt: skip
    assert [(each["text"], each["chapter"], each["participating_units"], each["due"], each["note"]) for each in found] == [
        ("治理黑臭水体十条", "水污染防治", ["市财政局", "市住建局"], "2026-11-30", "基本消除"),
        ("建成污水厂两座", "水污染防治", [], "2026-09-30", None),
    ]  # fmt: skip


def test_numbers_of_several_levels_make_chapters(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [["编号", "工作内容", "责任科室", "办结时间"], ["1", "大气治理", None, None], [1.1, "淘汰锅炉五十台", "市环保局", "2026年10月"],
            ["2", "水治理", None, None], ["2.1", "整治排口", "市水利局", "2026年"]]  # fmt: skip
    found, said = taken(cli, rows)
    assert [(each["chapter"], each["text"]) for each in found] == [
        ("1 大气治理", "淘汰锅炉五十台"),
        ("2 水治理", "整治排口"),
    ]
    assert "未读取" not in said


def test_tables_side_by_side(cli: Cli) -> None:
    add_plan(cli)
    found, said = taken(cli, [
        ["序号", "事项", "牵头单位", None, "序号", "事项", "牵头单位"], [1, "清淤", "市水务局", None, 3, "修路", "市交通局"],
        [2, "整治", "市财政局", None, None, None, None],
    ])  # fmt: skip
    assert ([each["text"] for each in found], "未读取" in said) == (["清淤", "整治", "修路"], False)


@pytest.mark.parametrize("cell", ["1.市水务局 2.市财政局", "①市水务局；②市财政局", "市水务局＼市财政局"])
def test_units_with_ordinals(cli: Cli, cell: str) -> None:
    add_plan(cli)
    (item,), _ = taken(cli, [["工作任务", "责任分工"], ["清淤", cell]])
    assert item["lead_units"] == ["市水务局", "市财政局"]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("存在的主要问题", "problem"), ("需要协调解决的问题", "problem"), ("下阶段工作计划", "next"), ("具体进展情况", "note"),
        ("完成情况说明", "note"), ("形象进度", "note"), ("本月完成率", "percent"), ("累计完成量", "value"), ("整改责任单位", "lead"),
        ("配合处室", "participants"), ("计划竣工时间", "due"), ("整改措施", "name"), ("上月完成率", None), ("序时完成率", None),
        ("督导单位", None), ("资金落实情况", None), ("目标完成时限", None), ("已完成", None), ("责任领导", None), ("计划完成值", None),
    ],
)  # fmt: skip
def test_headings_that_no_name_covers(heading: str, column: str | None) -> None:
    assert REPORTS.heading(heading).column == column


CITIES = ("杭州", "宁波", "温州", "嘉兴", "湖州", "绍兴", "金华", "衢州", "舟山", "台州", "丽水")


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (("各市", "年度目标任务（%）"), lambda city: (city, 91)), (("行政区划", "2025年目标值"), lambda city: (f"{city}市人民政府", "91%")),
        (("单位", "建筑垃圾综合利用率"), lambda city: (city, "≥91%")), (("地区", "2024年", "2025年"), lambda city: (city, 88, "91%以上")),
        (("市、县（市、区）", "下达任务"), lambda city: (f"{city[0]} {city[1]} 市", Shown(0.91, "0%"))),
        (("地区", "指标名称", "目标"), lambda city: (city, "建筑垃圾综合利用率", 91)),
    ],
)  # fmt: skip
def test_shares_in_every_shape(cli: Cli, heads: tuple[str, ...], cells: Any) -> None:
    path = workbook(cli.folder / "分解.xlsx", [list(heads), *(list(cells(city)) for city in CITIES), ["合计", 90]])
    cli.ok("breakdown", "zj-target-24", "--to", "cities", "--rule", "mean", "--values", path)
    found = json.loads(cli.ok("show", "zj-target-24@丽水市", "--json"))
    assert [(one["value"], one["measure"]) for one in found["indicators"]] == [(91, "%")]


def test_shares_of_several_indicators_and_of_tables_side_by_side(cli: Cli) -> None:
    heads = ["地区", "集中收集率", "污水处理率", "行政村覆盖率", "出水达标率"]
    rows: list[list[Any]] = [
        [*heads, *heads],
        *([CITIES[n], 81, 98, 95, 95, *([CITIES[n + 6], 82, 98, 95, 95] if n < 5 else [])] for n in range(6)),
    ]
    cli.ok("breakdown", "zj-target-20", "--to", "cities", "--values", workbook(cli.folder / "分解.xlsx", rows))
    found = [json.loads(cli.ok("show", f"zj-target-20@{city}市", "--json"))["indicators"] for city in ("杭州", "丽水")]
    assert [[one["value"] for one in each] for each in found] == [[81, 98, 95, 95], [82, 98, 95, 95]]


def test_a_share_against_the_sense_of_its_indicator_is_refused(cli: Cli) -> None:
    path = workbook(cli.folder / "分解.xlsx", [["地区", "目标值"], *([city, "≤90%"] for city in CITIES)])
    result = cli("breakdown", "zj-target-24", "--to", "cities", "--rule", "mean", "--values", path)
    assert (result.code, "“≤90%”与指标的要求（不低于90%）相反" in result.err) == (1, True)


def test_a_figure_of_a_period_is_a_report_of_its_day_and_words_under_progress_are_words(cli: Cli) -> None:
    path = workbook(cli.folder / "进展.xlsx", [
        ["编号", "1—10月累计完成", "工作进度"], ["zj-target-24", Shown(0.885, "0.0%"), None], ["zj-task-6", None, "主体工程封顶"],
    ])  # fmt: skip
    cli.ok("import", path, "--yes")
    target, task = (json.loads(cli.ok("show", id_, "--json")) for id_ in ("zj-target-24", "zj-task-6"))
    assert (target["indicators"][0]["actual"], target["indicators"][0]["actual_date"]) == (88.5, "2026-10-31")
    assert (task["percent"], task["last_report"]["note"]) == (0, "主体工程封顶")


def test_what_a_department_changed_in_columns_that_are_not_read_is_told(cli: Cli) -> None:
    path = workbook(cli.folder / "进展.xlsx", [
        ["编号", "牵头单位", "完成时限", "进展情况", "备注"], ["zj-task-6", "生态环境厅", "2025年底", "开工", None],
        ["zj-task-13", "省建设厅", "2027年底", "开工", "请求延期"], ["zj-task-24", None, "长期", "开工", None],
    ])  # fmt: skip
    said = cli("import", path, "--dry-run").err
    assert (
        "C3：“完成时限”与台账不同的有 1 行（如 C3：表中 2027-12-31，台账 2025-12-31），未读取；需要调整请用 tracker extend"
        in said
    )
    assert "B3：“牵头单位”与台账不同的有 1 行（如 B3：表中 省建设厅，台账 省生态环境厅）" in said
    assert "E1：“备注”一列（1 格）未读取" in said


@pytest.mark.anywhere
def test_papers_of_ours_that_come_back_untouched_name_nothing(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--percent", "30", "--note", "开工", "--unit", "省建设厅")
    papers = [("export", "weekly"), ("list", "--csv"), ("list", "--indicators", "--csv"), ("overdue", "--csv")]
    papers += [("export", "annex", "--progress", "--plan", code) for code in ("cn", "nx", "cq", "zj", "js")]
    for number, words in enumerate(papers):
        path = cli.folder / f"{number}.{'csv' if '--csv' in words else 'xlsx'}"
        cli.ok(*words, "-o", path)
        found = json.loads(cli.ok("import", path, "--dry-run", "--json"))
        assert (found["new"] + found["changed"], found["ignored"], found["errors"]) == (0, [], []), words
        assert found["same"] > 20, words


@pytest.mark.anywhere
@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_every_cell_that_was_changed_in_a_paper_of_ours_is_told(cli: Cli) -> None:
    """A report, an annex and a listing are held against what they said when they were made, but for what is read of them."""
    weekly, annex = cli.folder / "周报.xlsx", cli.folder / "附件.xlsx"
    cli.ok("export", "weekly", "--plan", "zj", "-o", weekly)
    cli.ok("export", "annex", "--plan", "zj", "--progress", "-o", annex)
    for path, name, read in (
        (weekly, "进展台账", {"本期进展", "现值", "完成率", "存在问题", "下步安排", "佐证材料"}),
        (annex, "任务清单", {"当前进展", "完成率"}),
    ):
        book = openpyxl.load_workbook(path)
        sheet = book[name]
        head: Any = next(row for row in sheet.iter_rows() if row[0].value == "序号")
        columns = {str(cell.value): cell.column for cell in head if cell.value and cell.value not in read}
        at = next(row[0].row for row in sheet.iter_rows(min_row=head[0].row + 1) if row[0].value == 6 and row[2].value)
        wanted = set()
        for label, column in columns.items():
            if label not in ("编号", "序号"):
                sheet.cell(at, column).value = {"完成时限": "2028年", "更新时间": "2026-11-20"}.get(label, "县水务局")
                wanted.add((name, sheet.cell(at, column).coordinate, f"“{label}”与导出时不同的有 1 行"))
        sheet.cell(sheet.max_row + 2, 3).value = "请审定"
        wanted.add((name, f"C{sheet.max_row}", "写入的内容未读取：请审定"))
        if path == weekly:
            book["概览"]["A1"], book["概览"]["J40"] = "改过的字", "请领导阅"
            wanted |= {("概览", "J40", "写入的内容未读取：请领导阅"), ("概览", "A1", "被改动")}
        book.save(path)
        left = json.loads(cli.ok("import", path, "--dry-run", "--json"))["ignored"]
        assert {(each["sheet"], each["cell"], each["message"].partition("（")[0]) for each in left} == wanted

    listing = cli.folder / "清单.csv"
    cli.ok("list", "--plan", "zj", "--csv", "-o", listing)
    rows = list(csv.reader(listing.read_text("utf-8-sig").splitlines()))
    read = {"id", "state", "percent", "stamp"}
    rows[40] = [value if label in read else "改过的字" for label, value in zip(rows[0], rows[40], strict=True)]
    listing.write_text("\n".join(",".join(f'"{value}"' for value in row) for row in [*rows, ["注：请审定"]]), "utf-8")
    left = json.loads(cli.ok("import", listing, "--dry-run", "--json"))["ignored"]
    told = [each["message"].partition("（")[0] for each in left]
    assert told == [
        "表格下方的文字未读取：注：请审定",
        *(f"“{label}”与导出时不同的有 1 行" for label in rows[0] if label not in read),
    ]


def test_a_table_of_regions_without_figures_shares_nothing_out(cli: Cli) -> None:
    path = workbook(cli.folder / "分解.xlsx", [["地区", "目标值"], ["合计", 90]])
    result = cli("breakdown", "zj-target-24", "--to", "cities", "--values", path)
    assert (result.code, "表中没有一个地区的目标值" in result.err) == (1, True)


def test_a_row_of_nothing_but_words_in_a_numbered_list_is_told(cli: Cli) -> None:
    add_plan(cli)
    found, said = taken(
        cli, [["序号", "工作任务", "牵头单位"], [1, "清淤", "市水务局"], [None, "内部批示字样，请阅", None]]
    )
    assert [each["text"] for each in found] == ["清淤", "内部批示字样，请阅"]
    assert "这一行只有文字“内部批示字样，请阅”，没有单位和时限" in said
