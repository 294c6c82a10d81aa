"""Plans that come as tables: `plan read` takes what `item import` takes, and the two name each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.sheets.office import NEEDS_OFFICE, convert
from tests.tables.making import Shown, workbook

HEADER = ["序号", "重点任务", "具体措施", "牵头单位", "配合单位", "完成时限", "备注"]
ROWS: list[list[Any]] = [
    ["青禾市2026年降碳重点任务分解表"],
    HEADER,
    ["一、能源"],
    [1, "发展光伏", "新增光伏装机20万千瓦。", "市发改委、能源局", "——", "6月底前", "逐月调度"],
    [2, None, "推进屋顶改造。", "市住建局\n市财政局", "各县区政府", "年底前", None],
    ["二、交通"],
    [3, "更新车辆", "淘汰老旧货车300辆以上。", "市交通局 张三 13800000000", None, None, None],
    ["合计", "3项"],
    ["注：未注明时限的，均于2026年11月底前完成。"],
]


def read(cli: Cli, path: Path, code: int = 0) -> dict[str, Any]:
    result = cli("plan", "read", path, "--code", "tt", "--json")
    assert result.code == code, result.err
    answer: dict[str, Any] = json.loads(result.out)
    return answer


def tasks(answer: dict[str, Any], *columns: str) -> list[Any]:
    found = [tuple(item[column] for column in columns) for item in answer["items"] if item["kind"] == "task"]
    return [each[0] for each in found] if len(columns) == 1 else found


EXPECTED: list[Any] = [
    ("一、能源", "发展光伏", "新增光伏装机20万千瓦。", ["市发改委", "市能源局"], [], "2026-06-30"),
    ("一、能源", "发展光伏", "推进屋顶改造。", ["市住建局", "市财政局"], [], "2026-12-31"),
    ("二、交通", "更新车辆", "淘汰老旧货车300辆以上。", ["市交通局"], [], "2026-11-30"),
]
COLUMNS = ("chapter", "title", "text", "lead_units", "participating_units", "original_due")


def test_a_table_that_divides_the_work_is_read_as_a_plan(cli: Cli) -> None:
    answer = read(cli, workbook(cli.folder / "a.xlsx", ROWS, merged=("B4:B5",), name="任务分解"))
    assert tasks(answer, *COLUMNS) == EXPECTED
    assert [answer["plan"][key] for key in ("title", "region", "period_start")] == [
        "青禾市2026年降碳重点任务分解表", "青禾市", "2026-01-01",
    ]  # fmt: skip
    assert answer["plan"]["unused"] == []
    assert tasks(answer, "place") == ["任务分解第4行", "任务分解第5行", "任务分解第7行"]
    assert tasks(answer, "note")[1:] == ["原文另列：各县区政府", "原文附注：张三 13800000000"]
    assert tasks(answer, "doubts")[0] == {"due": "年份按标题推定为2026年"}
    indicators = [each for item in answer["items"] for each in item["indicators"]]
    assert [(each["name"], each["comparator"], each["value"], each["original_due"]) for each in indicators] == [
        ("新增光伏装机", "=", 20, "2026-06-30"), ("淘汰老旧货车", ">=", 300, "2026-11-30"),
    ]  # fmt: skip


@NEEDS_OFFICE
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_every_kind_of_workbook_gives_the_same_plan(cli: Cli, kind: str) -> None:
    path = convert([workbook(cli.folder / "a.xlsx", ROWS, merged=("B4:B5",))], kind, cli.folder / "as")[0]
    assert tasks(read(cli, path), *COLUMNS) == EXPECTED
    if kind == "xls":
        assert tasks(read(cli, path.rename(path.with_suffix(".et"))), *COLUMNS) == EXPECTED


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_of_offices(cli: Cli, codec: str) -> None:
    text = "序号,事项,牵头单位,完成时限\n1,建成充电桩五百个,省能源局,2027-12-31\n2,更新公交车三百辆,省交通运输厅,2027年6月\n"
    path = cli.folder / "某省充电桩任务清单.csv"
    path.write_bytes(text.encode(codec))
    answer = read(cli, path)
    assert tasks(answer, "text", "lead_units", "original_due") == [
        ("建成充电桩五百个", ["省能源局"], "2027-12-31"), ("更新公交车三百辆", ["省交通运输厅"], "2027-06-30"),
    ]  # fmt: skip
    assert answer["plan"]["doubts"]["title"] == "表中没有标题，取自文件名"


def test_lists_of_several_kinds_are_told_apart_by_their_titles(cli: Cli) -> None:
    path = workbook(
        cli.folder / "a.xlsx", ROWS, name="任务",
        more={
            "目标清单": [["序号", "指标", "单位", "2025年", "2030年", "责任单位"], [1, "森林覆盖率", "%", 45, 46.5, "市林业局"]],
            "年度": [["指标", "目标", "单位"], ["空气优良天数", "300天以上", "天"], ["劣V类断面", 0, "个"]],
            "指标": [["指标名称", "目标值", "计量单位", "牵头单位", "完成时限"], ["污水处理率", "≥98", "%", "市水务局", Shown(2027)]],
            "政策清单": [["序号", "政策措施", "牵头单位"], [1, "出台绿电奖励办法", "市财政局"]],
        },
    )  # fmt: skip
    answer = read(cli, path)
    kinds = [item["kind"] for item in answer["items"]]
    assert {kind: kinds.count(kind) for kind in kinds} == {"target": 7, "task": 3, "policy": 1}
    listed = [
        (each["name"], each["comparator"], each["value"], each["measure"], each["original_due"])
        for item in answer["items"] for each in item["indicators"]
    ][:5]  # fmt: skip
    assert listed == [
        ("森林覆盖率", "=", 45, "%", "2025-12-31"),
        ("森林覆盖率", "=", 46.5, "%", "2030-12-31"),
        ("空气优良天数", ">=", 300, "天", "2026-12-31"),
        ("劣V类断面", "=", 0, "个", "2026-12-31"),
        ("污水处理率", ">=", 98, "%", "2027-12-31"),
    ]


def test_what_a_plan_does_not_take_is_named(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["某市任务清单"],
        ["工作任务", "牵头单位", "完成时限", "投资", "进展情况", "指导部门"],
        ["清淤河道", "市水务局", "2026.10", 5, "已开工", "省水利厅"],
        ["修复岸线", "市水务局", Shown("=1/0"), None, None, None],
        ["作废", "市水务局", "2026年", None, None, None],
    ]
    answer = read(cli, workbook(cli.folder / "a.xlsx", rows, hidden=(5,)))
    assert [(each["cell"], each["message"]) for each in answer["ignored"]] == [
        ("D2", "“投资”一列（1 格）未读取"),
        ("A5", "有 1 行被隐藏（第 5 行），未读取；需要导入请先取消隐藏"),
        ("C4", "单元格是公式，没有存下的值；请用 Excel 或 WPS 打开并保存后再导入，或复制后“选择性粘贴—数值”"),
        ("E2", "“进展情况”一列（1 格）未读取；方案载入后用 tracker import 导入进展"),
    ]
    assert tasks(answer, "text", "original_due", "note") == [
        ("清淤河道", "2026-10-31", "指导单位：省水利厅"), ("修复岸线", None, None),
    ]  # fmt: skip
    assert "C4：单元格是公式，没有存下的值" in tasks(answer, "doubts")[1]["due"]


def test_what_a_year_asks_for_beside_a_task_is_its_target(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["某市重点任务分解表"],
        ["序号", "工作任务", "2026年目标", "责任单位"],
        [1, "建设充电设施", "新建充电桩300个", "市能源局"],
        [2, "推进分布式光伏建设", "新增20万千瓦", "市能源局"],
        [3, "发展储能", "装机达到50万千瓦以上", "市能源局"],
    ]
    answer = read(cli, workbook(cli.folder / "a.xlsx", rows))
    assert tasks(answer, "text", "note")[0] == ("建设充电设施", "2026年：新建充电桩300个")
    targets = [one for item in answer["items"] for one in item["indicators"]]
    assert [[each[key] for key in ("name", "value", "original_due")] for each in targets] == [
        ["新建充电桩", 300, "2026-12-31"],
        ["新增分布式光伏", 20, "2026-12-31"],
        ["储能装机", 50, "2026-12-31"],
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["监测站", "第1周"], [3, 4], [5, 6]], "没有找到表头"),
        ([["编号", "本期进展"], ["zj-task-6", "开工"]], "这是进展表，请用 tracker import"),
        ([["事项", "牵头单位"], [12.5, "市水务局"]], "不像事项清单"),
    ],
)
def test_a_table_that_is_no_plan_is_refused(cli: Cli, rows: list[list[Any]], words: str) -> None:
    result = cli("plan", "read", workbook(cli.folder / "a.xlsx", rows), "--code", "tt", "-o", cli.folder / "d.xlsx")
    assert (result.code, words in result.err, (cli.folder / "d.xlsx").exists()) == (1, True, False)


def test_a_draft_of_indicators_says_what_is_missing_and_which_list_it_is(cli: Cli) -> None:
    rows: list[list[Any]] = [["序号", "指标名称", "单位", "2025年目标"], [1, "森林覆盖率", "%", 42.5]]
    said = cli("plan", "read", workbook(cli.folder / "a.xlsx", rows), "--code", "zz", "-o", cli.folder / "d.xlsx").err
    assert "请在“方案”页填写标题、地区，逐行核对" in said
    assert "tracker item import 方案代码 target " in said


def test_a_plan_in_a_table_is_reviewed_and_loaded(cli: Cli) -> None:
    draft = cli.folder / "d.xlsx"
    table = workbook(cli.folder / "a.xlsx", ROWS, merged=("B4:B5",))
    said = cli("plan", "read", table, "--code", "tt", "-o", draft)
    assert "加进已有的方案，请用 tracker item import" in said.err
    cli.ok("plan", "add", draft, "--yes")
    assert [row["text"] for row in json.loads(cli.ok("list", "--plan", "tt", "--kind", "task", "--json"))] == [
        row[2] for row in EXPECTED
    ]
    assert "请用 tracker plan add" in cli("plan", "read", draft, "--json").err


def test_a_list_names_the_reader_of_plans(cli: Cli) -> None:
    table = workbook(cli.folder / "a.xlsx", ROWS)
    assert "请用 tracker plan read a.xlsx" in cli("item", "import", "nowhere", "task", table, "--yes").err
    text = cli.folder / "方案.docx"
    text.write_bytes(b"PK\x03\x04")
    assert "请用 tracker plan read 方案.docx" in cli("item", "import", "zj", "task", text, "--yes").err


def test_a_plan_of_a_region_with_units_is_loaded_with_these(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["浙江省2026年重点任务清单"],
        ["序号", "重点任务", "责任单位"],
        [1, "推进甲工程建设", "生态环境厅、省发改委、省甲乙局"],
    ]
    table, draft = workbook(cli.folder / "a.xlsx", rows), cli.folder / "d.xlsx"
    cli.ok("plan", "read", table, "--code", "z2", "-o", draft)
    result = cli("plan", "add", draft, "--region", "浙江省", "--yes")
    assert (result.code, result.err) == (0, "注意：名录中没有“省甲乙局”，将作为新单位列入\n")
    assert json.loads(cli.ok("show", "z2-task-1", "--json"))["lead_units"] == [
        "省生态环境厅",
        "省发展改革委",
        "省甲乙局",
    ]


def test_cells_that_cannot_be_read_and_columns_without_use_are_named(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作任务", "牵头单位", "属性", "完成时限"], [1, "建成甲厂", "市水务局", "约束性", "2026年底"],
        [2, '="完成"&"乙厂"', "市水务局", None, "2026年底"], [3, "建丙厂", "#REF!", None, None], ["注：由督查室督办"],
    ]  # fmt: skip
    answer = read(cli, workbook(cli.folder / "a.xlsx", rows))
    assert [each["cell"] for each in answer["ignored"]] == ["D1", "B3", "C4", "A5"]


@pytest.mark.anywhere
def test_the_same_as_above_is_read_under_deadlines_too(cli: Cli) -> None:
    rows: list[list[Any]] = [["2026年重点任务分解表"], ["序号", "工作任务", "牵头单位", "完成时限"], [1, "建设甲工程", "市水务局", "2026年9月底"],
                             [2, "建设乙工程", "同上", "同上"], [3, "丁工程", "市住建局", "长期"], [4, "戊工程", "〃", "〃"]]  # fmt: skip
    found = tasks(read(cli, workbook(cli.folder / "a.xlsx", rows)), "original_due", "note")
    assert found == [("2026-09-30", None), ("2026-09-30", None), (None, "完成时限：长期"), (None, "完成时限：长期")]
