"""`todo`, `explain` and the lights on the screens: the same in words on a terminal, in a pipe, without colour."""

import json
import re

import pytest
from openpyxl import load_workbook

from tests.conftest import NOON, Cli
from tracker.cli import output
from tracker.cli.commands.status import bar


def owed(cli: Cli, *words: str) -> list[tuple[str, list[str]]]:
    return [(row["id"], row["owes"]) for row in json.loads(cli.ok("todo", "--json", *words))]


def test_what_my_unit_owes(cli: Cli) -> None:
    cli.now = NOON.replace(year=2025, month=12, day=10)
    cli.environ["TRACKER_UNIT"] = "省建设厅"
    assert {tuple(reasons) for _, reasons in owed(cli)} == {("due_soon",)}  # the plan owes no reports yet
    cli.ok("config", "set", "report_from", "2025-10-26")
    assert {tuple(reasons) for _, reasons in owed(cli)} == {("due_soon", "unreported")}
    assert len(owed(cli)) == 11
    cli.ok("log", "zj-target-24", "--value", "90")  # makes up for November; only the figure of 2025 meets it
    assert dict(owed(cli))["zj-target-24"] == ["due_soon"]
    cli.ok("complete", "zj-task-12")
    assert "zj-task-12" not in dict(owed(cli))
    cli.ok("return", "zj-task-12", "--reason", "材料不全")
    cli.now = cli.now.replace(year=2026, month=1, day=5)
    found = owed(cli)
    assert (found[0][1], dict(found)["zj-task-12"]) == (
        ["overdue", "unreported"],
        ["overdue", "returned", "report_due"],
    )
    assert not {"zj-target-20", "zj-target-24"} & set(dict(found))  # the figures of 2025 are awaited
    cli.ok("log", "zj-task-12", "--note", "已补充")
    assert dict(owed(cli))["zj-task-12"] == ["overdue"]
    cli.ok("complete", "zj-task-12")
    assert "zj-task-12" not in dict(owed(cli))
    assert owed(cli, "--as-of", "2021-06-30", "--known-at", "2021-06-30") == owed(
        cli, "--as-of", "2021-06-30", "--known-at", "2021-07-01"
    )


def test_what_a_plan_asks_for_again_in_a_later_year_is_asked_for_once(cli: Cli) -> None:
    def asked() -> tuple[list[str], dict[object, bool]]:
        unit = "zj:省发展改革委（省能源局）"
        path = cli.folder / f"{cli.now:%Y%m%d}.xlsx"
        cli.ok("export", "form", "--unit", unit, "--plan", "zj", "-o", path)
        rows = {row[0].value: not row[9].protection.locked for row in load_workbook(path).worksheets[0].iter_rows()}
        names = ("zj-target-3", "zj-target-33")
        reports = [
            name for name, owes in owed(cli, "--unit", unit) if name in names and {"report_due", "unreported"} & {*owes}
        ]
        return reports, {f"{name}.1": rows[f"{name}.1"] for name in names}

    cli.now = NOON.replace(year=2025, month=3, day=10)
    cli.ok("config", "set", "report_from", "2025-01-01")
    assert asked() == (["zj-target-3"], {"zj-target-3.1": True, "zj-target-33.1": False})
    cli.now = NOON.replace(month=4, day=10)
    cli.ok("log", "zj-target-3", "--value", "23.5", "--year", "2025")
    cli.now = NOON.replace(month=4, day=28)
    assert asked() == (["zj-target-33"], {"zj-target-3.1": False, "zj-target-33.1": True})


def test_a_report_is_owed_from_the_first_day_of_its_period_on(cli: Cli) -> None:
    cli.environ["TRACKER_UNIT"] = "省建设厅"
    cli.ok("config", "set", "report_from", "2026-10-26")
    cli.ok("extend", "zj-task-12", "--to", "2029-12-31", "--reason", "r", "--approved-by", "a", "--late", "--yes")
    due = {"report_due": "2026年11月期待填报", "unreported": "2026年11月期未填报"}
    for day, code in ((21, "report_due"), (25, "report_due")):  # running, then its closing day
        cli.now = NOON.replace(day=day)
        assert dict(owed(cli))["zj-task-12"] == [code]
    cli.now = NOON.replace(month=12, day=2)  # the last day of the grace
    assert dict(owed(cli))["zj-task-12"] == ["report_due"]
    assert due["report_due"] in cli.ok("todo", "--limit", "0")
    cli.now = NOON.replace(month=12, day=3)
    assert dict(owed(cli))["zj-task-12"] == ["unreported"]
    assert due["unreported"] in cli.ok("todo", "--limit", "0")
    cli.ok("log", "zj-task-12", "--percent", "40")  # 补报, and December too
    assert "zj-task-12" not in dict(owed(cli))
    cli.now = NOON.replace(month=12, day=26)
    assert dict(owed(cli))["zj-task-12"] == ["report_due"]


@pytest.mark.parametrize("columns", [80, 120])
def test_the_printed_deadline_is_said_once(cli: Cli, columns: int) -> None:
    cli.environ["COLUMNS"] = str(columns)
    cli.ok("extend", "zj-task-12", "--to", "2026-11-30", "--reason", "r", "--approved-by", "a", "--late", "--yes")
    line = next(each for each in cli.ok("todo", "--unit", "省建设厅").splitlines() if each.startswith("zj-task-12"))
    assert "2026-11-30（原定2025-12-31）" in line if columns == 120 else "2026-11-30（延）" in line
    assert line.count("原定") == (columns == 120)


def test_a_participant_owes_nothing_and_a_unit_must_be_known(cli: Cli) -> None:
    assert "zj-target-20" not in dict(owed(cli, "--unit", "zj:省生态环境厅"))
    assert cli("todo").code == 2
    assert cli("todo", "--unit", "没有的厅").code == 1


def test_a_list_of_debts_reads_in_words(cli: Cli) -> None:
    cli.environ["COLUMNS"] = "80"
    lines = cli.ok("todo", "--unit", "省建设厅", "--limit", "1").splitlines()
    assert lines[0] == "待办 11 项，截至 2026-11-21，单位 省建设厅，zj 为征求意见稿"
    assert lines[1].split() == ["编号", "事项", "完成时限", "待办", "亮灯"]
    assert lines[2].split()[-3:] == ["2025-12-31", "逾期", "红"]
    cli.ok("config", "set", "report_from", "2026-01-01")
    assert cli.ok("todo", "--unit", "省建设厅", "--limit", "1").splitlines()[2].split()[-2:] == [
        "逾期、2026年10月期未填报",
        "红",
    ]


def test_explain_prints_every_input_step_and_rule(cli: Cli) -> None:
    cli.ok("baseline", "zj-target-20.1", "--value", "60", "--date", "2021-01-01")
    cli.ok("log", "zj-target-20.1", "--value", "66.66", "--date", "2023-06-30")
    page = cli.ok("explain", "zj-target-20.1", "--as-of", "2023-07-03")
    for line in (
        "指标 zj-target-20.1  城市生活污水集中收集率  黄：低于序时 16.6 个百分点",
        "  目标              不低于80%（力争）",
        "  基数              60%",
        "  现值              66.66%（2023-06-30）",
        "  达标                        否    2023-06-30 的值 66.66%，要求不低于80%；以 2025 年的数据为准，之后达到的记为逾期达标",
        "  完成率                      33.3    (66.66 − 60) ÷ (80 − 60) × 100，取 0–99.9，一位小数，四舍五入",
        "  序时进度                    50.0    已过 913 天 ÷ 全程 1825 天 × 100",
        "  滞后（百分点）              16.6    序时进度 49.9（2023-06-30） − 完成率 33.3",
        "  符合，据此亮灯  黄：低于序时 10 个百分点及以上——低于序时 16.6 个百分点",
        "  不符            红：低于序时超过 30 个百分点——滞后 16.6 个百分点",
        "  不符            绿：低于序时不到 10 个百分点——滞后 16.6 个百分点",
        "  不符            灰：尚无填报、未启动、尚无数据，或缺少基数和年度目标——不适用",
    ):
        assert line in page.splitlines()


def test_explain_as_data(cli: Cli) -> None:
    view = json.loads(cli.ok("explain", "zj-target-20", "--json"))
    assert (view["light"], [part["id"][-1] for part in view["parts"]]) == ("red", ["1", "2", "3", "4"])
    assert [rule["key"] for rule in view["parts"][0]["rules"] if rule["decides"]] == ["overdue"]
    rows = cli.ok("explain", "zj-task-6", "--csv").splitlines()
    assert rows[0] == "part,kind,key,name,detail,result"
    assert "zj-task-6,rule,overdue,逾期,逾期 325 天 · 台账无填报（建账前到期）,true" in rows


def test_an_aim_is_not_judged(cli: Cli) -> None:
    assert cli.ok("explain", "zj-aim-1").splitlines()[1] == "总体目标只作列示，不评价进度，不亮灯"


ASIDE = "逾期中建账前到期 151 项；缺少基数和年度目标、待评估 5 项（tracker check unassessable）"


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("group", ["plan", "unit", "chapter", "region"])
def test_status_fits_its_screen(cli: Cli, group: str, columns: int) -> None:
    from rich.cells import cell_len

    cli.environ["COLUMNS"] = str(columns)
    lines = cli.ok("status", "--group", group).splitlines()
    assert max(map(cell_len, lines)) <= columns
    assert lines[1].split()[1:] == (
        ["亮灯", "总数", "红", "黄", "核查", "蓝", "绿", "灰", "销号", "逾期", "临近", "未填报"]
    )
    legend = next(n for n, line in enumerate(lines) if line.startswith("图例："))
    assert "；".join(lines[legend + 1 :]) == ("" if group == "unit" else ASIDE)
    reds = [int(line.split()[-10]) for line in lines[2:legend]]
    assert reds == sorted(reds, reverse=True)


def test_a_narrow_window_keeps_the_figures_and_drops_the_bar(cli: Cli) -> None:
    cli.environ["COLUMNS"] = "60"
    assert "亮灯" not in cli.ok("status")
    assert "zj 浙江省" in cli.ok("status")


def test_a_bar_shows_every_light_that_occurs() -> None:
    lights = {"red": 1, "yellow": 0, "blue": 1, "green": 97, "grey": 0, "done": 1}
    assert bar(lights, 10) == "█▒░░░░░░░■"
    assert bar(dict.fromkeys(lights, 0), 10) == ""


def test_where_blocks_cannot_be_shown_the_bar_is_plain(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conftest.Stream.encoding", "gbk", raising=False)
    shown = cli.ok("status")
    assert "图例：# 红  = 黄  ? 待核查  + 蓝  - 绿  . 灰  * 已销号" in shown
    shown.encode("gbk")


def test_colour_only_repeats_the_words(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [cli.ok(*words) for words in (("status",), ("overdue", "--limit", "3"), ("list", "--limit", "3"))]
    del cli.environ["NO_COLOR"]
    monkeypatch.setattr(output, "has_color", lambda: True)
    colored = [cli.ok(*words) for words in (("status",), ("overdue", "--limit", "3"), ("list", "--limit", "3"))]
    assert all("\x1b[31m" in text for text in colored)
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", text) for text in colored]
    assert [[line.rstrip() for line in text.splitlines()] for text in bare] == [text.splitlines() for text in plain]


def test_what_is_near_due_is_listed_with_the_date_that_counts(cli: Cli) -> None:
    cli.now = NOON.replace(year=2023, month=12, day=10)
    line = next(each for each in cli.ok("overdue", "--within", "30").splitlines() if each.startswith("zj-target-31"))
    assert line.split()[-5:] == ["2023-12-31", "剩", "21", "天", "灰"]  # zj-target-31.2 has no report
    parts = json.loads(cli.ok("explain", "zj-target-31", "--json"))["parts"]
    assert [part["light"] for part in parts] == ["blue", "grey", "grey", "grey"]
