"""Transcripts of log, history and undo."""

import pytest

from tests.cli.ledgers import asked, content, refusal, unchanged
from tests.conftest import Cli, Result

UNDO_HINT = "，计入2026年11月期；填错可运行 tracker undo 撤销\n"


def history(cli: Cli, *words: object) -> list[tuple[object, ...]]:
    return [
        tuple(row[key] for key in ("change", "command", "id", "field", "before", "after"))
        for row in asked(cli, "history", *words)
    ]


# log


def test_a_value(cli: Cli) -> None:
    assert cli("log", "zj-target-20.1", "--value", "78.5", "--note", "新建管网") == Result(
        0,
        "已填报 zj-target-20.1（2026-11-21，省建设厅）：现值 78.5；新建管网\n",
        f"第 2 号改动{UNDO_HINT}",
    )
    assert cli("log", "zj-target-20.1", "--value", "79") == Result(
        0,
        "已填报 zj-target-20.1（2026-11-21，省建设厅）：现值 79（上期 78.5）\n",
        f"第 3 号改动{UNDO_HINT}",
    )


def test_a_value_for_a_target_with_one_indicator_needs_no_number(cli: Cli) -> None:
    assert cli.ok("log", "zj-target-3", "--value", "20.8") == (
        "已填报 zj-target-3.1（2026-11-21，省发展改革委（省能源局））：现值 20.8\n"
    )


@pytest.mark.parametrize("text", ["1,234.50", "1234.50", "１２３４．５０", " 1234.50 ", "+1234.50"])
def test_numbers_as_people_write_them(cli: Cli, text: str) -> None:
    cli.ok("log", "zj-target-3", "--value", text)
    assert '"actual": 1234.50,' in cli.ok("show", "zj-target-3", "--json")


def test_a_percent_sets_the_work_in_progress(cli: Cli) -> None:
    assert (
        cli.ok("log", "zj-task-6", "--percent", "40％") == "已填报 zj-task-6（2026-11-21，省生态环境厅）：完成率 40%\n"
    )
    item = asked(cli, "show", "zj-task-6")
    assert (item["state"], item["percent"]) == ("in_progress", 40)


def test_everything_a_report_can_say(cli: Cli) -> None:
    assert cli.ok(
        "log", "zj-task-6", "--state", "进行中", "--percent", 40, "--note", "开工", "--problem", "缺资金", "--next", "申请专项",
        "--date", "2026年10月31日", "--by", "李四",
    ) == "已填报 zj-task-6（2026-10-31，省生态环境厅）：进行中；完成率 40%；开工；问题：缺资金；下步：申请专项\n"  # fmt: skip
    assert asked(cli, "show", "zj-task-6")["last_report"] == {
        "date": "2026-10-31", "unit": "省生态环境厅", "by": "李四", "note": "开工", "problem": "缺资金", "next": "申请专项",
    }  # fmt: skip


def test_several_at_once_are_one_change(cli: Cli) -> None:
    assert cli("log", "zj-task-6", "zj-task-13", "zj-target-20.2", "--same") == Result(
        0,
        "已填报 zj-task-6（2026-11-21，省生态环境厅）：未启动；无变化\n"
        "已填报 zj-task-13（2026-11-21，省生态环境厅）：未启动；无变化\n"
        "已填报 zj-target-20.2（2026-11-21，省建设厅）：未启动；无变化\n",
        f"第 2 号改动{UNDO_HINT}",
    )
    assert cli.ok("undo", "--yes").endswith("：zj-target-20、zj-task-13、zj-task-6\n")


def test_unchanged_keeps_the_figures(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--value", "97.5")
    cli.ok("log", "zj-target-20.2", "--same", "--date", "2026-11-21")
    indicator = asked(cli, "show", "zj-target-20")["indicators"][1]
    assert (indicator["state"], indicator["actual"]) == ("in_progress", 97.5)


def test_unchanged_moves_no_part_of_an_item(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--value", "97.5")
    cli.ok("log", "zj-target-20", "--same")
    item = asked(cli, "show", "zj-target-20")
    states = [indicator["state"] for indicator in item["indicators"]]
    assert states == ["not_started", "in_progress", "not_started", "not_started"]
    assert item["last_report"]["note"] == "无变化"


def test_a_participant_too_may_say_that_nothing_changed(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    assert cli.ok("log", "zj-task-6", "--same", "--unit", "省经信厅") == (
        "已填报 zj-task-6（2026-11-21，省经信厅）：无变化\n"
    )
    item = asked(cli, "show", "zj-task-6")
    assert (item["percent"], item["state"]) == (40, "in_progress")


def test_unchanged_on_a_later_number_goes_to_the_earlier_one(cli: Cli) -> None:
    cli.ok("log", "zj-target-3", "--value", 24, "--state", "completed")
    assert "已填报 zj-target-3.1（" in cli.ok("log", "zj-target-33.1", "--same")
    assert cli("log", "zj-target-3.1", "--same").err == "错误：zj-target-3.1 申报办结，无需填报“无变化”\n"


@pytest.mark.parametrize(
    "words",
    [
        ("log", "zj-task-6", "--percent", 3, "--date", ""),
        ("complete", "zj-task-6", "--date", ""),
        ("extend", "zj-policy-2", "--to", "", "--reason", "理由", "--approved-by", "省政府"),
        ("item", "edit", "zj-task-6", "--due", ""),
        ("unit", "rename", "zj:省建设厅", "省住建厅", "--date", ""),
    ],
)
def test_an_empty_date_is_not_today(cli: Cli, words: tuple[object, ...]) -> None:
    code, line = refusal(cli, *words)
    assert (code, "日期“”无法识别" in line) == (2, True)


def test_blanks_say_nothing(cli: Cli) -> None:
    code, line = refusal(cli, "log", "zj-task-6", "--note", "  ", "--problem", "")
    assert (code, line.startswith("zj-task-6：没有填写任何内容")) == (1, True)


def test_an_item_named_twice_is_reported_once(cli: Cli) -> None:
    assert cli.ok("log", "zj-task-6", "ZJ-Task-06", "--percent", 5).count("已填报") == 1


def test_what_is_older_than_the_report_in_force_is_history(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", 79)
    cli.ok("log", "zj-task-6", "--percent", 40)
    assert cli("log", "zj-target-20.1", "--value", 75, "--date", "2026-06-30").err.startswith(
        "注意：zj-target-20.1：台账已有 2026-11-21 的现值 79；本次 75 的日期为 2026-06-30，记为历史数据\n"
    )
    assert cli("log", "zj-task-6", "--percent", 30, "--date", "2026-06-30").err.startswith(
        "注意：zj-task-6：台账已有 2026-11-21 的填报；本次日期为 2026-06-30，记为历史数据\n"
    )
    assert asked(cli, "show", "zj-target-20")["indicators"][0]["actual"] == 79
    assert asked(cli, "show", "zj-task-6")["percent"] == 40


@pytest.mark.parametrize(
    ("item", "text", "kept"),
    [
        ("zj-target-20.1", "78.5%", "78.5"),
        ("zj-target-20.1", "７８．５％", "78.5"),
        ("zj-target-12", "4万辆", "4"),
        ("zj-target-12", "35,000 辆", "3.5"),
        ("zj-target-12", "3.5万", "3.5"),
        ("zj-target-7.2", "30000000千瓦", "3000"),
        ("zj-target-9.1", "5百分点", "5"),
    ],
)
def test_a_value_with_its_measure(cli: Cli, item: str, text: str, kept: str) -> None:
    assert f"：现值 {kept}\n" in cli.ok("log", item, "--value", text)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("zj-target-20.1", "--value", "78.5吨"), 1),
        (("zj-target-9.1", "--value", "5%"), 1),
        (("zj-target-12", "--value", "4万辆", "--measure", "辆"), 2),
        (("zj-target-12", "--value", "4abc"), 2),
        (("zj-target-12", "--value", "万辆"), 2),
        (("zj-target-12", "--value", "4" * 5000 + "辆"), 2),
        (("zj-task-6", "--percent", "4", "--measure", "吨"), 2),
    ],
)
def test_a_measure_that_does_not_fit(cli: Cli, words: tuple[str, ...], code: int) -> None:
    assert refusal(cli, "log", *words)[0] == code


@pytest.mark.parametrize(
    ("item", "unit", "found"),
    [
        ("zj-task-6", "生态", "省生态环境厅"),
        ("zj-task-6", "zj:省经信厅", "省经信厅"),
        ("js-task-8", "省生态环境厅", "省生态环境厅"),
        ("zj-target-3", "省能源局", "省发展改革委（省能源局）"),
        ("zj-policy-2", "财政厅", "省财政厅"),
    ],
)
def test_the_item_says_which_unit_is_meant(cli: Cli, item: str, unit: str, found: str) -> None:
    assert f"，{found}）" in cli.ok("log", item, "--unit", unit, "--note", "研究")


def test_a_unit_that_may_be_several_lists_them(cli: Cli) -> None:
    two = "单位“厅”不明确，可能是：zj:省生态环境厅、zj:省经信厅；请写全称"
    assert refusal(cli, "log", "zj-task-6", "--unit", "厅", "--note", "研究") == (1, two)
    assert refusal(cli, "complete", "zj-task-6", "--unit", "厅") == (1, two)
    code, line = refusal(cli, "log", "zj-policy-2", "--unit", "厅", "--note", "研究")
    assert (code, line.endswith(" 等 12 个；请写全称")) == (1, True)


def test_a_unit_of_another_region_has_no_part(cli: Cli) -> None:
    code, line = refusal(cli, "log", "js-task-8", "--unit", "zj:省生态环境厅", "--note", "研究")
    assert (code, line.startswith("zj:省生态环境厅 不是 js-task-8 的牵头或参与单位")) == (1, True)


def test_several_leads_and_no_unit_named(cli: Cli) -> None:
    result = cli("log", "zj-task-9", "--percent", 10)
    assert result.out == "已填报 zj-task-9（2026-11-21）：完成率 10%\n"
    assert result.err.startswith("注意：zj-task-9 有 3 个牵头单位，未写明单位的填报不计入任何单位；可用 --unit 写明\n")
    assert cli.ok("log", "zj-task-9", "--percent", 20, "--unit", "交通运输厅") == (
        "已填报 zj-task-9（2026-11-21，省交通运输厅）：完成率 20%\n"
    )


def test_a_participant_adds_a_note(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-11-01")
    assert cli.ok("log", "zj-task-6", "--unit", "省经信厅", "--note", "已配合") == (
        "已填报 zj-task-6（2026-11-21，省经信厅）：已配合\n"
    )
    item = asked(cli, "show", "zj-task-6")
    assert (item["percent"], item["state"], item["last_report"]["unit"]) == (40, "in_progress", "省经信厅")


@pytest.mark.parametrize("item", ["zj-policy-2", "js-target-28", "nx-target-1"])
def test_a_row_without_a_lead_takes_anybodys_report(cli: Cli, item: str) -> None:
    region = item.partition("-")[0]
    for unit in ("省财政厅", "省林业局") if region == "zj" else ("自治区财政厅",):
        assert f"，{unit}）：已研究\n" in cli.ok("log", item, "--unit", unit, "--note", "已研究")


def test_a_dry_run_says_what_would_be_and_stores_nothing(cli: Cli) -> None:
    with unchanged(cli):
        assert cli("log", "zj-task-6", "--percent", 40, "--dry-run") == Result(
            0, "【演示，未写入】已填报 zj-task-6（2026-11-21，省生态环境厅）：完成率 40%\n", ""
        )


def test_completed_equals_complete(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--state", "已办结")
    item = asked(cli, "show", "zj-task-6")
    assert (item["state"], item["completed_on"], item["percent"], item["light"]) == (
        "completed",
        "2026-11-21",
        100,
        "review",
    )
    assert cli("log", "zj-task-6", "--percent", 50) == Result(
        1, "", "错误：zj-task-6 申报办结，不能再改状态和完成率；需要时先用 tracker return 或 tracker reopen\n"
    )


def test_what_is_completed_still_takes_the_figure_of_its_due_year(cli: Cli) -> None:
    cli.ok("complete", "zj-target-20.2")
    cli.ok("log", "zj-target-20.2", "--value", "98.5", "--year", "2025")
    shown = asked(cli, "show", "zj-target-20")["indicators"][1]
    assert (shown["state"], shown["actual"], shown["met"]) == ("completed", 98.5, True)
    assert cli("log", "zj-target-20.2", "--value", "97", "--state", "进行中").code == 1


def test_completing_on_unmet_numbers_is_allowed_with_a_warning(cli: Cli) -> None:
    result = cli("log", "zj-target-20.2", "--value", "97.5", "--state", "completed")
    assert result.code == 0
    assert result.err.startswith(
        "注意：zj-target-20.2 城市污水处理率：目标不低于98%，现值 97.5%，未达目标即申报办结，由核查人判断\n"
    )


def test_a_repeated_number_is_reported_once(cli: Cli) -> None:
    """zj-target-33 repeats the measures of the 2025 rows for 2030: a report on either goes to the earlier one."""
    rows = {row["id"]: row for row in asked(cli, "list", "--plan", "zj", "--indicators")}
    result = cli("log", "zj-target-33.1", "--value", 25)
    assert result.code == 0
    assert "zj-target-33.1 与 " in result.err
    source = result.out.removeprefix("已填报 ").partition("（")[0]
    assert rows[source]["due"] < rows["zj-target-33.1"]["due"]
    after = {row["id"]: row["actual"] for row in asked(cli, "list", "--plan", "zj", "--indicators")}
    assert after[source] == after["zj-target-33.1"] == 25


# history


def test_history_names_what_was_added_and_renamed(cli: Cli) -> None:
    cli.ok("plan", "new", "sd", "--title", "山东方案", "--region", "山东省")
    cli.ok("item", "add", "zj", "task", "--text", "省领导交办", "--lead", "省科技厅")
    cli.ok("undo", "--yes")
    cli.ok("unit", "alias", "zj:省科技厅", "科技厅")
    cli.ok("unit", "rename", "zj:省科技厅", "省科学技术厅")
    assert history(cli)[1:] == [
        (2, "plan new", None, "plan", None, "山东方案"),
        (3, "item add", "zj-task-48", "text", None, "省领导交办"),
        (4, "undo", "zj-task-48", "text", "省领导交办", None),
        (5, "unit alias", None, "alias", "zj:省科技厅", "科技厅"),
        (6, "unit rename", None, "unit", "zj:省科技厅", "zj:省科学技术厅"),
    ]


def test_an_added_item_begins_its_history(cli: Cli) -> None:
    cli.ok("item", "add", "zj", "task", "--text", "省领导交办", "--lead", "省科技厅")
    cli.ok("log", "zj-task-48", "--percent", 5)
    assert [row[1:4] for row in history(cli, "zj-task-48")] == [
        ("item add", "zj-task-48", "text"), ("log", "zj-task-48", "state"), ("log", "zj-task-48", "percent"),
    ]  # fmt: skip


def test_history_names_every_field_before_and_after(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40, "--note", "开工")
    cli.ok("log", "zj-task-6", "--state", "completed")
    cli.ok("undo", "--yes")
    assert history(cli, "zj-task-6") == [
        (2, "log", "zj-task-6", "state", "not_started", "in_progress"),
        (2, "log", "zj-task-6", "percent", None, 40),
        (2, "log", "zj-task-6", "note", None, "开工"),
        (3, "log", "zj-task-6", "state", "in_progress", "completed"),
        (4, "undo", "zj-task-6", "state", "completed", "in_progress"),
    ]


def test_history_of_one_indicator(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", 70)
    cli.ok("log", "zj-target-20.2", "--value", 97)
    cli.ok("log", "zj-target-20", "--note", "全面推进")
    assert [(change, name) for change, _, name, *_ in history(cli, "zj-target-20.2")] == [
        (3, "zj-target-20.2"), (3, "zj-target-20.2"), (4, "zj-target-20"),
    ]  # fmt: skip


def test_history_since(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", "一")
    cli.now = cli.now.replace(day=25)
    cli.ok("log", "zj-task-6", "--note", "二")
    assert [row[0] for row in history(cli, "--since", "2026-11-25")] == [3]
    assert [row[0] for row in history(cli, "--since", "2026-11-21T12:00")] == [1, 2, 3]
    assert [row[0] for row in history(cli, "--since", "2026-11-21T12:01")] == [3]


# undo


def test_undo_takes_back_exactly_one_command(cli: Cli) -> None:
    before = cli.ok("list", "--json")
    cli.ok("log", "zj-task-6", "--percent", 40)
    middle = cli.ok("list", "--json")
    cli.ok("log", "zj-task-6", "zj-task-13", "--note", "推进")
    assert cli.ok("undo", "--yes") == "已撤销第 3 号改动（张三，2026-11-21 12:00，log）：zj-task-13、zj-task-6\n"
    assert cli.ok("list", "--json") == middle
    assert cli.ok("undo", "--yes") == "已撤销第 2 号改动（张三，2026-11-21 12:00，log）：zj-task-6\n"
    assert cli.ok("list", "--json") == before
    assert cli("undo", "--yes").err == "错误：张三 没有可以撤销的改动；指定他人的改动请写编号（见 tracker history）\n"


def test_an_undo_can_be_undone(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    after = cli.ok("list", "--json")
    cli.ok("undo", "--yes")
    assert cli.ok("undo", 3, "--yes") == "已撤销第 3 号改动（张三，2026-11-21 12:00，undo）：zj-task-6\n"
    assert cli.ok("list", "--json") == after


def test_undo_refuses_what_a_later_change_stands_on(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    cli.ok("log", "zj-task-6", "--percent", 50)
    with unchanged(cli):
        assert cli("undo", 2, "--yes") == Result(
            1, "", "错误：第 2 号改动不能撤销：其后第 3 号改动（log）也改了 zj-task-6；请先撤销第 3 号\n"
        )
    cli.ok("undo", 3, "--yes")
    cli.ok("undo", 2, "--yes")
    with unchanged(cli):
        assert cli("undo", 2, "--yes") == Result(1, "", "错误：第 2 号改动（log）已经撤销过\n")


def test_an_undo_under_which_something_was_taken_away_stays(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 10)
    cli.ok("log", "zj-task-6", "--percent", 20)
    cli.ok("undo", "--yes")
    cli.ok("undo", "--yes")
    code, line = refusal(cli, "undo", 4, "--yes")
    assert (code, line) == (
        1, "第 4 号改动不能撤销：其后第 5 号改动（undo）动了更早的第 2 号；请先撤销第 5 号",
    )  # fmt: skip
    cli.ok("undo", 5, "--yes")
    cli.ok("undo", 4, "--yes")
    assert asked(cli, "show", "zj-task-6")["percent"] == 20
    assert history(cli, "zj-task-6")[-1] == (7, "undo", "zj-task-6", "percent", 10, 20)


def test_undo_of_another_indicator_stands_alone(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", 70)
    cli.ok("log", "zj-target-20.2", "--value", 97)
    cli.ok("undo", 2, "--yes")
    indicators = asked(cli, "show", "zj-target-20")["indicators"]
    assert [indicator["actual"] for indicator in indicators] == [None, 97, None, None]


def test_undo_takes_ones_own_last_change(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    cli.ok("log", "zj-task-13", "--percent", 50, "--by", "李四")
    assert cli.ok("undo", "--yes").startswith("已撤销第 2 号改动（张三，")
    assert cli.ok("undo", "--yes", "--by", "李四").startswith("已撤销第 3 号改动（李四，")


def test_a_dry_undo(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    with unchanged(cli):
        assert (
            cli.ok("undo", "--dry-run")
            == "【演示，未写入】已撤销第 2 号改动（张三，2026-11-21 12:00，log）：zj-task-6\n"
        )


def test_nothing_is_ever_removed(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    reports = [line for line in content(cli.db) if 'INSERT INTO "report"' in line]
    cli.ok("undo", "--yes")
    assert [line for line in content(cli.db) if 'INSERT INTO "report"' in line] == reports
