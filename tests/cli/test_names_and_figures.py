"""Sentences of the contract that are easily missed: names with their region, figures with commas, the past of registries, encodings."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import NOON, Cli
from tracker.errors import Unclear
from tracker.ledger.dates import parse_date
from tracker.ledger.values import parse_number


def leads(cli: Cli, id_: str) -> list[str]:
    found: list[str] = json.loads(cli.ok("show", id_, "--json"))["lead_units"]
    return found


@pytest.mark.parametrize(
    "name", ["省发展改革委", "zj:省发展改革委", "zj：省发展改革委", "浙江:省发展改革委", "ZJ:省发展改革委"]
)
def test_a_name_with_its_region_is_that_name(cli: Cli, name: str) -> None:
    cli.ok("assign", "zj-policy-2", "--lead", name)
    assert leads(cli, "zj-policy-2") == ["省发展改革委"]
    added = cli("item", "add", "zj", "task", "--text", "归集数据", "--lead", name)
    assert (added.code, added.err) == (0, "")
    assert leads(cli, "zj-task-48") == ["省发展改革委"]


def test_a_new_unit_is_called_without_its_region(cli: Cli) -> None:
    cli.ok("item", "add", "zj", "task", "--text", "归集数据", "--lead", "zj:省数据局", "--yes")
    assert leads(cli, "zj-task-48") == ["省数据局"]


@pytest.mark.parametrize(
    "words", [("assign", "zj-policy-2", "--lead"), ("item", "add", "zj", "task", "--text", "归集", "--lead")]
)
def test_a_unit_of_another_region_is_refused(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli(*words, "js:省水利厅")
    assert (result.code, result.err) == (1, "错误：单位“js:省水利厅”不是方案 zj 所在地区（zj）的单位\n")


@pytest.mark.parametrize(
    "words",
    [
        ("item", "retire", "zj-target-20.1", "--reason", "x", "--yes"),
        ("item", "edit", "zj-target-20.1", "--text", "改"),
    ],
)
def test_what_is_done_to_a_whole_item_is_not_done_by_the_id_of_a_part(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli(*words)
    assert (result.code, result.err) == (1, "错误：zj-target-20.1 是一个指标；这里是对整个事项，请写 zj-target-20\n")


@pytest.mark.parametrize("text", ["4,2", "1，5", "3,14,15", "1,0000", "4_5", "1_000", ",5", "5,"])
def test_a_comma_that_parts_no_thousands_is_not_passed_over(text: str) -> None:
    with pytest.raises(Unclear):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "number"), [("42,000", "42000"), ("１，２３４．５", "1234.5"), ("-1,234,567", "-1234567")]
)
def test_commas_between_thousands(text: str, number: str) -> None:
    assert str(parse_number(text)) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("十四五", "2025-12-31"),
        ("“十五五”期末", "2030-12-31"),
        ("十四五末", "2025-12-31"),
        ("十五五期间", "2030-12-31"),
    ],
)
def test_a_five_year_plan_is_a_date(text: str, day: str) -> None:
    assert parse_date(text, NOON.date()).isoformat() == day


def test_the_running_month_is_today_for_what_is_said_and_its_end_for_a_deadline(cli: Cli, tmp_path: Path) -> None:
    assert "（2026-11-21，" in cli.ok("log", "zj-task-6", "--percent", "40", "--date", "2026年11月")
    assert "（2026-10-31，" in cli.ok("log", "zj-task-6", "--percent", "30", "--date", "2026年10月")
    path = tmp_path / "rows.csv"
    path.write_text("编号,完成率\nzj-task-12,40\n", encoding="utf-8")
    cli.ok("import", path, "--yes", "--date", "2026-11")
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["last_report"]["date"] == "2026-11-21"
    cli.ok("extend", "zj-task-6", "--to", "2026年11月", "--reason", "工程延期", "--approved-by", "省领导", "--late")
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["due"] == "2026-11-30"


def test_plans_and_units_as_they_were(cli: Cli) -> None:
    before = NOON.isoformat()
    cli.now = NOON + timedelta(days=1)
    cli.ok("plan", "new", "sd", "--title", "山东省方案", "--region", "山东省")
    cli.ok("item", "add", "sd", "task", "--text", "开展试点")
    cli.ok("item", "retire", "zj-task-9", "--reason", "并入", "--yes")
    cli.ok("unit", "alias", "zj:省水利厅", "水厅")
    cli.ok("unit", "rename", "zj:省建设厅", "省住建厅")

    def plans(*words: str) -> dict[str, int]:
        return {row["code"]: row["tasks"] for row in json.loads(cli.ok("plan", "list", "--json", *words))}

    assert (plans()["sd"], plans()["zj"]) == (1, 46)
    assert "sd" not in plans("--known-at", before)
    assert plans("--as-of", "2026-11-21")["zj"] == 47
    assert "所问的时刻" in cli("plan", "show", "sd", "--known-at", before).err
    units = {row["name"]: row["aliases"] for row in json.loads(cli.ok("unit", "list", "--json", "--region", "zj"))}
    assert (units["省水利厅"], units["省住建厅"]) == (["水厅"], ["省建设厅"])
    for past in (("--known-at", before), ("--as-of", "2026-11-21")):
        units = {
            row["name"]: row["aliases"] for row in json.loads(cli.ok("unit", "list", "--json", "--region", "zj", *past))
        }
        assert (units["省水利厅"], units["省建设厅"]) == ([], [])


@pytest.mark.parametrize(
    "command", ["plan list", "plan show zj", "unit list", "region list", "show zj-task-6", "plan diff zj js"]
)
@pytest.mark.parametrize("wrong", [("--as-of", "xx"), ("--known-at", "zz"), ("--limit", "-1")])
def test_what_a_command_has_no_use_for_is_understood_all_the_same(
    cli: Cli, command: str, wrong: tuple[str, str]
) -> None:
    assert cli(*command.split(), *wrong).code == 2


def test_todo_keeps_its_caption_with_chosen_fields(cli: Cli) -> None:
    cli.environ |= {"TRACKER_PLAN": "zj", "TRACKER_UNIT": "省建设厅"}
    caption = cli.ok("todo").splitlines()[0].partition("，")[2]
    assert cli.ok("todo", "--fields", "id").splitlines()[0].partition("，")[2] == caption
    assert "默认" in caption
    assert "征求意见稿" in caption


@pytest.mark.posix  # Windows has a rule of its own: test_streams
@pytest.mark.parametrize(
    "words", [("list", "--json"), ("list", "--csv"), ("status", "--group", "unit", "--json"), ("check", "--json")]
)
def test_data_in_a_pipe_is_utf_8_whatever_the_system_speaks(cli: Cli, words: tuple[str, ...]) -> None:
    environ = {**os.environ, **cli.environ, "PYTHONIOENCODING": "gbk"}
    told = subprocess.run([sys.executable, "-m", "tracker", *words], env=environ, capture_output=True, check=False)
    assert any("一" <= letter <= "龥" for letter in told.stdout.decode("utf-8"))


def test_a_reminder_keeps_nothing_from_being_taken_back(cli: Cli, tmp_path: Path) -> None:
    cli.ok("log", "zj-task-6", "--percent", "7")
    cli.ok("export", "reminders", "--plan", "zj", "-o", tmp_path / "催办")
    cli.ok("undo", "2", "--yes")
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["percent"] is None
    cli.ok("doctor")


def test_a_figure_beside_a_declaration_says_that_work_goes_on_where_a_link_leads(cli: Cli) -> None:
    cli.ok("log", "zj-target-33.1", "--unit", "省能源局", "--value", "30", "--state", "completed")
    earlier = json.loads(cli.ok("show", "zj-target-3", "--json"))["indicators"][0]
    assert (earlier["actual"], earlier["state"]) == (30, "in_progress")


def test_a_sign_wants_a_number(cli: Cli) -> None:
    result = cli("item", "add", "zj", "target", "--text", "目标", "--indicator", "处理率 >= 高")
    assert (result.code, "后面应是数字" in result.err) == (2, True)
