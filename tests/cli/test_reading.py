"""Transcripts of the reading commands on the shipped plans, as they stood on 2026-11-21 with nothing reported."""

import csv
import io

import pytest

from tests.cli.ledgers import asked
from tests.conftest import NOON, Cli


def ids(cli: Cli, *words: object) -> list[str]:
    text = cli.ok("list", "--csv", "--fields", "id", *words)
    return [row["id"] for row in csv.DictReader(io.StringIO(text))]


# status


def test_status_is_one_line_a_plan_most_trouble_first(cli: Cli) -> None:
    assert cli.ok("status") == (
        "273 项，截至 2026-11-21，cq、zj 为征求意见稿\n"
        "方案                     亮灯                      总数    红    黄  核查    蓝    绿    灰  销号  逾期  临近  未填报\n"
        "zj 浙江省（征求意见稿）  █████████████████████···    91    79     0     0     0     0    12     0    79     0       0\n"
        "js 江苏省                ███████████·············    55    25     0     0     0     0    30     0    25     0       0\n"
        "cq 重庆市（征求意见稿）  ██████████··············    49    21     0     0     0     0    28     0    21     0       0\n"
        "nx 宁夏回族自治区        ███████████·············    43    19     0     0     0     0    24     0    19     0       0\n"
        "cn 国家                  █████···················    35     7     0     0     0     0    28     0     7     0       0\n"
        "图例：█ 红  ▓ 黄  ◆ 待核查  ▒ 蓝  ░ 绿  · 灰  ■ 已销号\n"
        "逾期中建账前到期 151 项；缺少基数和年度目标、待评估 5 项（tracker check unassessable）\n"
    )


@pytest.mark.parametrize("as_of", ["2026-11-21", "2026-06-01"])
def test_a_unit_that_its_plan_spells_two_ways_is_one_group(cli: Cli, as_of: str) -> None:
    cli.ok("log", "cq-task-9", "--state", "in_progress", "--unit", "cq:市住房城乡建委")  # so that June is judged anew
    groups = cli.ok("status", "--group", "unit", "--plan", "cq", "--csv", "--fields", "key,total", "--as-of", as_of)
    assert [line for line in groups.splitlines() if "住房" in line] == ["cq:市住房城乡建设委,25"]


def test_status_fits_a_bare_terminal(cli: Cli) -> None:
    cli.environ["COLUMNS"] = "80"
    assert cli.ok("status", "--group", "unit", "--plan", "zj", "--limit", 3) == (
        "91 项，截至 2026-11-21，方案 zj，zj 为征求意见稿\n"
        "牵头单位        亮灯       总数  红  黄 核查  蓝  绿  灰 销号 逾期 临近 未填报\n"
        "zj:省生态环境厅 █████████·   53  47   0    0   0   0   6    0   47    0      0\n"
        "zj:省建设厅     ██████████   11  11   0    0   0   0   0    0   11    0      0\n"
        "zj:省农业农村厅 ██████████    9   9   0    0   0   0   0    0    9    0      0\n"
        "图例：█ 红  ▓ 黄  ◆ 待核查  ▒ 蓝  ░ 绿  · 灰  ■ 已销号\n"
        "只显示前 3 行，共 22 行；用 --limit 0 查看全部，或用 -o FILE 存入文件\n"
    )


def test_status_by_region_and_chapter(cli: Cli) -> None:
    assert [line.split()[0] for line in cli.ok("status", "--group", "region").splitlines()[2:-2]] == [
        "浙江省", "江苏省", "重庆市", "宁夏回族自治区", "国家",
    ]  # fmt: skip
    chapters = cli.ok("status", "--group", "chapter", "--plan", "zj", "--csv", "--fields", "key,total")
    assert chapters.startswith("key,total\nzj:（无章节）,41\n")
    assert sum(int(line.rpartition(",")[2]) for line in chapters.splitlines()[1:]) == 91


def test_aims_are_in_no_count(cli: Cli) -> None:
    assert cli.ok("status", "--kind", "aim", "--csv", "--fields", "key,total") == "key,total\n"


# list and its filters


def test_list_leaves_aims_out_unless_asked(cli: Cli) -> None:
    assert len(ids(cli)) == 273
    assert ids(cli, "--kind", "aim", "--plan", "zj") == ["zj-aim-1", "zj-aim-2"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--plan zj --kind policy", [f"zj-policy-{n}" for n in range(1, 10)]),
        ("--plan 浙江省 --kind 政策", [f"zj-policy-{n}" for n in range(1, 10)]),
        ("--plan 浙江 --kind policies --search 标准", ["zj-policy-3"]),
        ("--unit zj:省能源局 --role lead", ["zj-target-3", "zj-target-7", "zj-target-33", "zj-task-2", "zj-task-3",
                                           "zj-task-7"]),
        ("--unit zj:省能源局 --role 参与", ["zj-target-5", "zj-target-6", "zj-target-30", "zj-task-36", "zj-task-38",
                                           "zj-task-39", "zj-task-44"]),
        ("--due-before 2024", ["nx-target-21"]),
        ("--overdue --plan nx --due-before 2025-12-31", ["nx-target-21"]),
        ("--search 排放，VOCs", []),
        ("--light 蓝、green", []),
    ],
)  # fmt: skip
def test_filters(cli: Cli, words: str, expected: list[str]) -> None:
    assert ids(cli, *words.split()) == expected


def test_every_word_of_a_search_must_be_there(cli: Cli) -> None:
    assert ids(cli, "--search", "排放 VOCs") == ["cn-task-13", "zj-task-6"]
    assert ids(cli, "--search", "排放 vocs 绿岛") == ["zj-task-6"]


def test_several_plans_and_kinds(cli: Cli) -> None:
    assert len(ids(cli, "--plan", "zj,nx", "--kind", "目标、task")) == 35 + 47 + 22 + 21


def test_a_unit_of_one_name_in_every_region(cli: Cli) -> None:
    everywhere = ids(cli, "--unit", "省能源局")
    assert {name.partition("-")[0] for name in everywhere} == {"zj", "js"}
    assert [name for name in everywhere if name.startswith("zj")] == ids(cli, "--unit", "ZJ：省能源局")


def test_reported_and_unreported(cli: Cli) -> None:
    policies = ("--plan", "zj", "--kind", "policy")
    assert ids(cli, "--unreported") == []  # no plan owes before the first report on it
    cli.ok("log", "zj-policy-1", "--note", "已起草", "--state", "in_progress")
    assert ids(cli, "--light", "绿") == ["zj-policy-1"]
    # The first period that opens afterwards is December's: it closes on 12-25 and its grace ends on 01-01.
    assert ids(cli, *policies, "--unreported", "--as-of", "2027-01-01") == []
    # zj-policy-2 is 待明确: nobody owes a report on it.
    owed = [f"zj-policy-{n}" for n in (1, 3, 4, 5, 6, 7, 8, 9)]
    assert ids(cli, *policies, "--unreported", "--as-of", "2027-01-02") == owed
    assert ids(cli, "--stale", "--as-of", "2027-01-01") == []
    assert ids(cli, "--stale", "--as-of", "2027-01-02") == ["zj-policy-1"]
    cli.now = NOON.replace(year=2026, month=12, day=20)
    cli.ok("log", "zj-policy-3", "--note", "已起草")
    answered = [name for name in owed if name != "zj-policy-3"]
    assert ids(cli, *policies, "--unreported", "--as-of", "2027-01-02") == answered


def test_state_filter(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "40")
    cli.ok("log", "zj-task-13", "--state", "completed")
    assert ids(cli, "--state", "进行中") == ["zj-task-6"]
    assert ids(cli, "--state", "in-progress,completed") == ["zj-task-6", "zj-task-13"]


# overdue


def test_overdue_counts_from_the_date_that_was_missed(cli: Cli) -> None:
    assert cli.ok("overdue", "--plan", "zj", "--limit", 2) == (
        "逾期 79 项，截至 2026-11-21，方案 zj，zj 为征求意见稿\n"
        "编号          事项                                            牵头单位                        完成时限        逾期  亮灯\n"
        "zj-target-31  编制大气污染物和温室气体排放融合清单（完成期 …  省生态环境厅                    2023-12-31   1056 天  红\n"
        "zj-target-1   主要污染物总量减排完成国家下达的控制目标。      省生态环境厅                    2025-12-31    325 天  红\n"
        "只显示前 2 行，共 79 行；用 --limit 0 查看全部，或用 -o FILE 存入文件\n"
    )


def test_overdue_with_what_is_near(cli: Cli) -> None:
    assert cli.ok("overdue", "--as-of", "2025-12-20", "--within", 30, "--plan", "nx", "--limit", 2) == (
        "逾期 1 项，临近到期 18 项，截至 2025-12-20，方案 nx\n"
        "编号          事项                                            牵头单位                        完成时限        逾期  亮灯\n"
        "nx-target-21  全区危险废物处置能力与产废情况总体匹配。        自治区生态环境厅、自治区发展 …  2022-12-31   1085 天  红\n"
        "nx-target-1   单位地区生产总值二氧化碳排放比2020年下降16%。   未注明                          2025-12-31  剩 11 天  蓝\n"
        "只显示前 2 行，共 19 行；用 --limit 0 查看全部，或用 -o FILE 存入文件\n"
    )


def test_nothing_is_overdue_on_the_day_itself(cli: Cli) -> None:
    assert cli.ok("overdue", "--as-of", "2022-12-31", "--plan", "nx", "--csv", "--fields", "id") == "id\n"
    assert cli.ok("overdue", "--as-of", "2023-01-01", "--plan", "nx", "--csv", "--fields", "id,days_overdue") == (
        "id,days_overdue\nnx-target-21,1\n"
    )


# show


def test_and_others_end_the_list_in_which_the_document_prints_them(cli: Cli) -> None:
    lead = "  牵头单位：省生态环境厅、省自然资源厅、省林业局等（按职责分工负责）\n  完成时限：无\n"
    assert lead in cli.ok("show", "js-task-20")
    assert "  牵头单位：省建设厅（牵头负责）\n  参与单位：省经信厅、省自然资源厅、省生态环境厅等\n" in cli.ok(
        "show", "zj-target-24"
    )


def test_show_a_target(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--note", "新建管网 120 公里", "--date", "2026-11-20")
    assert cli.ok("show", "zj-target-20") == (
        "zj-target-20  目标 第 20 项  浙江省减污降碳协同创新区建设实施方案（征求意见稿）\n"
        "城市生活污水集中收集率力争达到80%以上，城市污水处理率达到98%以上；农村生活污水治理行政村覆盖率和处理设施出水达标率达95%以上。\n"
        "  出处：附件1 一、目标清单 第20项\n"
        "  牵头单位：省建设厅（牵头负责）\n"
        "  参与单位：省生态环境厅\n"
        "  总要求：以下各项工作均需各市、县（市、区）落实，以下不再列出\n"
        "  完成时限：2025-12-31\n"
        "  状态：进行中\n"
        "  序时进度：100%\n"
        "  亮灯：红：逾期 325 天 · 尚无2025年数据，现值78.5%（zj-target-20.1 城市生活污水集中收集率）\n"
        "  最近填报：2026-11-20 省建设厅 张三：新建管网 120 公里\n"
        "  指标 zj-target-20.1  城市生活污水集中收集率：目标 不低于80%（力争）；现值 78.5%（2026-11-20）；时限 2025-12-31；逾期未达标\n"
        "  指标 zj-target-20.2  城市污水处理率：目标 不低于98%；未启动；时限 2025-12-31；逾期未达标\n"
        "  指标 zj-target-20.3  农村生活污水治理行政村覆盖率：目标 不低于95%；未启动；时限 2025-12-31；逾期未达标\n"
        "  指标 zj-target-20.4  农村生活污水处理设施出水达标率：目标 不低于95%；未启动；时限 2025-12-31；逾期未达标\n"
        "记录（新的在前）：\n"
        "  2026-11-20  省建设厅 张三  指标 1 填报：进行中；现值 78.5；新建管网 120 公里\n"
    )


def test_show_an_article(cli: Cli) -> None:
    assert cli.ok("show", "cn-task-4") == (
        "cn-task-4  任务 第 4 项  减污降碳协同增效实施方案\n"
        "强化生态环境分区管控\n"
        "对城市化、农产品主产和重点生态功能三类地区分类施策，“三线一单”管控体现碳达峰碳中和要求，探索产业准入与退出清单，"
        "促使落后过剩产能和城区重污染企业退出。\n"
        "  章节：三、加强源头防控\n"
        "  出处：三、（四）\n"
        "  牵头单位：生态环境部、国家发展改革委、工业和信息化部、自然资源部、水利部（按职责分工负责）\n"
        "  完成时限：无\n"
        "  状态：未启动\n"
        "  亮灯：灰：尚无填报\n"
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "zj-target-20",
        "ZJ-Target-020",
        "浙江-目标-20",
        "浙江省-目标-20",
        "ｚｊ－ｔａｒｇｅｔ－２０",
        "zj-target-20.3",
        " zj–target–20 ",
        "zj—目标—20.04",
        "zj-target-20。3",
    ],
)
def test_an_id_in_any_spelling(cli: Cli, spelling: str) -> None:
    assert cli.ok("show", spelling, "--fields", "id") == "id：zj-target-20\n"


# units and plans


@pytest.mark.parametrize("spelling", ["zj", "ZJ", "浙江", "浙江省"])
def test_a_region_in_any_spelling(cli: Cli, spelling: str) -> None:
    assert ids(cli, "--region", spelling) == ids(cli, "--plan", "zj")
    assert {row["region"] for row in asked(cli, "unit", "list", "--region", spelling)} == {"zj"}
    narrowed = ids(cli, "--unit", f"{spelling}:省生态环境厅")
    assert narrowed == ids(cli, "--plan", "zj", "--unit", "省生态环境厅")


def test_a_unit_in_brackets_of_either_width(cli: Cli) -> None:
    assert ids(cli, "--unit", "省发展改革委(省能源局)") == ids(cli, "--unit", "省发展改革委（省能源局）") != []


def test_unit_list(cli: Cli) -> None:
    assert cli.ok("unit", "list", "--region", "ZJ", "--search", "能源") == (
        "单位共 2 个\n"
        "地区    单位                                牵头  参与  其他名称\n"
        "zj      省能源局                               1     0\n"
        "zj      省发展改革委（省能源局）               5     7  省发展改革委、省能源局\n"
    )
    assert cli.ok("unit", "list", "--search", "航天", "--csv", "--fields", "name") == "name\n"


def test_plan_list(cli: Cli) -> None:
    assert cli.ok("plan", "list") == (
        "方案共 5 个\n"
        "代码  地区            方案                                                                  性质        目标  任务  政策\n"
        "cn    国家            减污降碳协同增效实施方案                                              正式印发       9    26     0\n"
        "nx    宁夏回族自治区  减污降碳协同增效行动实施方案                                          未注明        22    21     0\n"
        "cq    重庆市          重庆市减污降碳协同增效实施方案                                        征求意见稿    23    26     0\n"
        "zj    浙江省          浙江省减污降碳协同创新区建设实施方案                                  征求意见稿    35    47     9\n"
        "js    江苏省          江苏省减污降碳协同增效实施方案                                        正式印发      28    27     0\n"
    )


def test_plan_show(cli: Cli) -> None:
    assert cli.ok("plan", "show", "江苏") == (
        "代码：js\n"
        "方案：江苏省减污降碳协同增效实施方案\n"
        "地区：江苏省\n"
        "性质：正式印发\n"
        "印发日期：2023-01-09\n"
        "印发机关：江苏省生态环境厅、江苏省发展和改革委员会、江苏省工业和信息化厅、江苏省住房和城乡建设厅、江苏省交通运输厅、江苏省农业农村厅\n"
        "实施起点：2021-01-01\n"
        "备注：通知未印文号；印“此件公开发布”，经省碳达峰碳中和工作领导小组同意\n"
        "条数：目标 28，任务 27，政策 0，总体目标 2\n"
    )


# check


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (
            "",
            2,
            "TRACKER CRITICAL - 逾期 151 项（其中建账前到期 151，征求意见稿 100），临近到期 0 项 | overdue=151 due_soon=0",
        ),
        (
            "--as-of 2025-12-20",
            2,
            "TRACKER CRITICAL - 逾期 2 项（其中建账前到期 2，征求意见稿 1），临近到期 150 项 | overdue=2 due_soon=150",
        ),
        (
            "--as-of 2025-12-20 --warn-days 5",
            2,
            "TRACKER CRITICAL - 逾期 2 项（其中建账前到期 2，征求意见稿 1），临近到期 0 项 | overdue=2 due_soon=0",
        ),
        (
            "--as-of 2025-12-20 --crit-overdue 3",
            1,
            "TRACKER WARNING - 逾期 2 项（其中建账前到期 2，征求意见稿 1），临近到期 150 项 | overdue=2 due_soon=150",
        ),
        ("--as-of 2022-12-20", 1, "TRACKER WARNING - 逾期 0 项，临近到期 1 项 | overdue=0 due_soon=1"),
        ("--as-of 2022-01-01", 0, "TRACKER OK - 逾期 0 项，临近到期 0 项 | overdue=0 due_soon=0"),
        ("overdue", 2, "TRACKER CRITICAL - 逾期 151 项（其中建账前到期 151，征求意见稿 100） | overdue=151"),
        ("due-soon --as-of 2025-12-20", 1, "TRACKER WARNING - 临近到期 150 项 | due_soon=150"),
        ("overdue --as-of 2022-12-20", 0, "TRACKER OK - 逾期 0 项 | overdue=0"),
    ],
)
def test_check(cli: Cli, words: str, code: int, line: str) -> None:
    result = cli("check", *words.split())
    assert (result.code, result.out, result.err) == (code, f"{line}\n", "")


def test_check_finds_what_overdue_and_list_show(cli: Cli) -> None:
    """The index on open due dates that `check` and `overdue` use gives what the whole listing gives."""
    for day in ("2022-12-20", "2023-06-01", "2025-12-20", "2026-11-21", "2031-01-01"):
        listed = ids(cli, "--as-of", day, "--overdue")
        every = cli.ok("list", "--as-of", day, "--csv", "--fields", "id,overdue,due_soon").splitlines()[1:]
        rows = [line.split(",") for line in every]
        late = sorted(name for name, overdue, _ in rows if overdue == "true")
        soon = sum(1 for *_, due_soon in rows if due_soon == "true")
        assert sorted(listed) == late
        assert f"overdue={len(late)} due_soon={soon}\n" in cli("check", "--as-of", day).out


def test_indicators_are_narrowed_by_a_rule_as_items_are(cli: Cli) -> None:
    found = {row["id"] for row in asked(cli, "list", "--rule", "unassessable")}
    assert {row["item"] for row in asked(cli, "list", "--indicators", "--rule", "unassessable")} == found != set()
