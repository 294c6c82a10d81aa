"""Several items in one command: lists, ranges, ids from stdin, a batch of lines; one change, all of it or none."""

import json
from types import SimpleNamespace

import pytest

from tests.cli.ledgers import asked, unchanged
from tests.conftest import Cli, Result
from tracker.cli.commands import log


def piped(cli: Cli, text: str, *words: object) -> Result:
    """Run a command with a text on stdin that is no terminal."""
    return cli(*words, piped=text)


def test_show_several_is_an_array(cli: Cli) -> None:
    assert [item["id"] for item in asked(cli, "show", "zj-task-6..7", "zj-target-1")] == [
        "zj-task-6", "zj-task-7", "zj-target-1",
    ]  # fmt: skip
    assert asked(cli, "show", "zj-task-6")["id"] == "zj-task-6"
    text = cli.ok("show", "zj-task-6,zj-task-7")
    assert text.index("zj-task-6  任务 第 6 项") < text.index("\n\nzj-task-7  任务 第 7 项")


def test_ids_come_from_stdin_with_or_without_their_heading(cli: Cli) -> None:
    listed = cli.ok("list", "--kind", "policy", "--plan", "zj", "--fields", "id", "--csv")
    shown = json.loads(piped(cli, listed, "show", "-", "--json").out)
    assert [item["id"] for item in shown] == [f"zj-policy-{n}" for n in range(1, 10)]
    assert len(json.loads(piped(cli, "zj-task-6\n", "show", "-", "--json").out)) == 1
    assert piped(cli, "\n# 空\n", "show", "-").code == 2


def test_the_own_plan_need_not_be_written(cli: Cli) -> None:
    cli.environ["TRACKER_PLAN"] = "zj"
    assert asked(cli, "show", "目标20")["id"] == "zj-target-20"
    assert cli.ok("complete", "task-6").startswith("申报办结 zj-task-6")
    assert asked(cli, "explain", "任务6")["id"] == "zj-task-6"


def test_what_one_lead_said_answers_for_no_other_and_rows_of_others_are_passed_over(cli: Cli) -> None:
    cli.ok("log", "zj-task-17", "--unit", "省生态环境厅", "--note", "推进")
    result = cli("log", "zj-task-12", "zj-task-17", "--same", "--unit", "省生态环境厅")
    assert (result.code, result.out) == (0, "没有需要填报的事项\n")
    assert result.err.splitlines()[:2] == [
        "跳过 zj-task-12：省生态环境厅 不是本事项的牵头或参与单位，不能填报；牵头单位：省建设厅", "跳过 zj-task-17：当天已填报",
    ]  # fmt: skip
    assert "已填报 zj-task-17（2026-11-21，省建设厅）" in cli.ok(
        "log", "zj-task-12", "zj-task-17", "--same", "--unit", "省建设厅"
    )


def test_same_over_many_passes_over_what_needs_nothing(cli: Cli) -> None:
    cli.ok("log", "zj-task-7", "--percent", 40)
    cli.ok("complete", "zj-task-8")
    result = cli("log", "zj-task-6..8", "zj-aim-1", "--same")
    assert result.code == 0
    assert result.out == "已填报 zj-task-6（2026-11-21，省生态环境厅）：未启动；无变化\n"
    assert result.err == (
        "跳过 zj-task-7：当天已填报\n跳过 zj-task-8：申报办结\n跳过 zj-aim-1：是总体目标，不填报进展\n"
        "第 4 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n"
    )
    with unchanged(cli):
        assert cli("log", "zj-task-7..8", "--same").out == "没有需要填报的事项\n"
    assert cli("log", "zj-task-8", "--same").code == 1


BATCH = """# 第47周
zj-task-6 --percent 40 --note "新建 管网"
任务8 --state 完成 --unit 交通运输厅
zj-task-13..14 --same
"""


def test_a_batch_of_lines_is_one_change(cli: Cli) -> None:
    cli.environ["TRACKER_PLAN"] = "zj"
    result = piped(cli, BATCH, "log", "-", "--json")
    recorded = json.loads(result.out)
    assert [(each["id"], each["change"], each["unit"]) for each in recorded] == [
        ("zj-task-6", 2, "省生态环境厅"), ("zj-task-8", 2, "省交通运输厅"), ("zj-task-13", 2, "省生态环境厅"),
        ("zj-task-14", 2, "省生态环境厅"),
    ]  # fmt: skip
    assert asked(cli, "show", "zj-task-6")["last_report"]["note"] == "新建 管网"


def test_a_wrong_line_stores_nothing_and_is_named(cli: Cli) -> None:
    for line, said in (
        ("zj-task-99 --percent 4", "错误：标准输入第 2 行：没有事项 zj-task-99"),
        ("zj-task-7 --percen 4", "错误：标准输入第 2 行“zj-task-7 --percen 4”：没有选项 --percen；是否想用：--percent"),
        ("zj-task-7", "错误：标准输入第 2 行“zj-task-7”：没有填写任何内容"),
        ('zj-task-7 --note "开', "引号不成对"),
        ("zj-task-7 --percent 4 --by 李四", "--by 请写在 tracker log - 之后"),
        ("zj-task-7 --help", "没有选项 --help"),
        # Blank lines and remarks are counted as an editor counts them.
        ("\n# 注\nzj-task-99 --percent 4", "错误：标准输入第 4 行：没有事项 zj-task-99"),
        # Of two lines about one thing and one day nobody can tell which is meant.
        ("zj-task-6 --state 未启动", "错误：标准输入第 2 行：zj-task-6 在第 1 行已写过；同一单位同一日期请合为一行"),
    ):
        with unchanged(cli):
            result = piped(cli, f"zj-task-6 --percent 40\n{line}\n", "log", "-")
        assert not result.out
        assert result.code in (1, 2)
        assert said in result.err


@pytest.mark.anywhere
def test_a_wrong_id_among_those_on_stdin_is_named_by_its_line(cli: Cli) -> None:
    for line, said in (("zj-task-99", "没有事项 zj-task-99"), ("zj-taks-4", "编号“zj-taks-4”无法识别")):
        result = piped(cli, f"zj-task-6..7\n\n{line}\n", "log", "-", "--same")
        assert (result.code, f"错误：标准输入第 3 行：{said}" in result.err) == (1, True)


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("--note “新建 管网”", "新建 管网"), ("--note=‘新建 管网’ --percent 40", "新建 管网"),
        ('--note "推进 “双碳” 工作"', "推进 “双碳” 工作"), ("--note 推进“双碳”工作", "推进“双碳”工作"),
    ],
)  # fmt: skip
def test_chinese_quotes_hold_words_together(cli: Cli, text: str, note: str) -> None:
    assert piped(cli, f"zj-task-6 {text}\n", "log", "-").code == 0
    assert asked(cli, "show", "zj-task-6")["last_report"]["note"] == note


def test_options_beside_the_dash_hold_for_every_id(cli: Cli) -> None:
    result = piped(cli, "zj-task-6\nzj-task-7\n", "log", "-", "--note", "年底通车")
    assert result.out.count("年底通车") == 2
    assert "第 2 号改动" in result.err


def test_a_batch_in_the_encodings_of_windows(cli: Cli) -> None:
    for percent, codec in enumerate(("utf-8", "utf-8-sig", "gb18030", "utf-16"), start=1):
        batch = f"zj-task-6 --percent {percent} --note 推进\r\n\r\nzj-task-7 --same\r\n".encode(codec)
        assert f"完成率 {percent}%；推进" in cli("log", "-", piped=batch).out
    assert "错误：标准输入不是 UTF-8" in cli("log", "-", piped=b"zj-task-6 --note \xff\xff\n").err


def test_a_backslash_in_a_line_is_that_of_a_path_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    line = r'zj-task-6 --evidence C:\报送\a.pdf --note "两 个"'
    for system, path in (("posix", "C:报送a.pdf"), ("nt", r"C:\报送\a.pdf")):
        monkeypatch.setattr(log, "os", SimpleNamespace(name=system))
        assert log.line_words(line) == ["zj-task-6", "--evidence", path, "--note", "两 个"]


def test_figures_as_a_cell_of_a_table_has_them(cli: Cli) -> None:
    for written, said in (
        ("0.45", "如果是 45%，请改填 45"), ("四成五", "按 45% 读取"), ("约45", "按 45% 读取"), ("百分之四十五", "按 45% 读取"),
        ("40以上", "完成率“40以上”不是数字"),
    ):  # fmt: skip
        assert said in cli("log", "zj-task-6", "--percent", written, "--dry-run").err
    for written, said in (
        ("0.785", "如果是 78.5%，请改填 78.5"), ("约78.5", "按 78.5 读取"), ("七成八", "按 78% 读取"),
        ("80以上", "现值“80以上”不是数字"), ("78。5", "现值“78。5”不是数字"), ("78.5吨", "计量单位“吨”与“%”不能换算"),
        ("78.5（预计）", "按 78.5 读取"), ("78余", "按 78 读取"), ("1/2", "现值“1/2”不是数字"), ("4abc", "现值“4abc”不是数字"),
    ):  # fmt: skip
        assert said in cli("log", "zj-target-20.1", "--value", written, "--dry-run").err
    for written, value in (("4.2GW", "420"), ("4 200", "4200"), ("4200000千瓦", "420"), ("4e2", "400")):
        assert f"：现值 {value}" in cli.ok(
            "log", "zj-target-7.3", "--value", written, "--unit", "省能源局", "--dry-run"
        )


def test_state_in_the_words_of_people(cli: Cli) -> None:
    for word, state in (
        ("未开工", "not_started"),
        ("进行", "in_progress"),
        ("推进中", "in_progress"),
        ("完成", "completed"),
    ):
        cli.ok("log", "zj-task-6", "--state", word)
        assert asked(cli, "show", "zj-task-6")["state"] == state
    assert cli("log", "zj-task-7", "--state", "销号").code == 1


def test_a_list_narrowed_to_what_a_rule_finds(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    assert [item["id"] for item in asked(cli, "list", "--rule", "unverified")] == ["zj-task-6"]
    for rule in ("overdue", "unassigned", "no-baseline"):
        (checked,) = json.loads(cli("check", rule, "--json").out)["rules"]
        assert {item["id"] for item in asked(cli, "list", "--rule", rule)} == {
            code.rpartition(".")[0] or code for code in checked["ids"]
        }
    assert {item["plan"] for item in asked(cli, "list", "--rule", "overdue", "--plan", "js")} == {"js"}
    assert cli("list", "--rule", "green").code == 2
    assert cli.ok("list", "--rule", "unverified", "--csv").count("\n") == 2


def test_the_words_of_the_last_report_are_fields_on_demand(cli: Cli) -> None:
    cli.ok("log", "zj-task-29", "--note", "开工", "--problem", "缺资金", "--next", "争取专项")
    fields = ("--fields", "id,progress,problem,next,forecast,note")
    (row,) = (row for row in asked(cli, "list", "--kind", "task", "--plan", "zj", *fields) if row["progress"])
    assert row == {
        "id": "zj-task-29", "progress": "开工", "problem": "缺资金", "next": "争取专项", "forecast": None, "note": None,
    }  # fmt: skip
    assert "zj-task-29,开工,缺资金,争取专项,," in cli.ok("list", "--csv", *fields)
    assert "progress" not in asked(cli, "list", "--limit", "1")[0]


def test_an_export_says_which_default_narrows_it(cli: Cli) -> None:
    cli.environ["TRACKER_PLAN"] = "zj"
    said = "只含默认方案 zj 的内容；要全部请加 --all\n"
    assert cli("export", "page", "-o", cli.folder / "a.html").err.startswith(said)
    assert said not in cli("export", "page", "--all", "-o", cli.folder / "b.html").err
    assert said not in cli("export", "page", "--plan", "js", "-o", cli.folder / "c.html").err
