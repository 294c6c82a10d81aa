"""The first minute: which plans, who we are, and the configuration, by options, by questions and by commands."""

import os
from pathlib import Path

import pytest

from tests.cli.ledgers import asked, unchanged
from tests.conftest import Cli


@pytest.fixture
def fresh(cli: Cli, tmp_path: Path) -> Cli:
    """The command line of a person who has no ledger yet."""
    cli.environ["TRACKER_DB"] = str(tmp_path / "new" / "ledger.sqlite3")
    return cli


def codes(cli: Cli) -> list[str]:
    return [plan["code"] for plan in asked(cli, "plan", "list")]


@pytest.mark.parametrize(
    ("words", "plans"),
    [("--plan zj", ["zj"]), ("--plan 浙江,cn", ["cn", "zj"]), ("--plan 江苏省", ["js"]), ("--plan=浙江省方案和宁夏；国家", ["cn", "nx", "zj"]), ("--empty", []),
     ("", ["cn", "nx", "cq", "zj", "js"])],
)  # fmt: skip
def test_only_the_plans_that_are_wanted(fresh: Cli, words: str, plans: list[str]) -> None:
    fresh.ok("init", *words.split())
    assert codes(fresh) == plans
    assert {unit["region"] for unit in asked(fresh, "unit", "list")} == set(plans)
    assert fresh("doctor").code == 0


def test_a_plan_that_does_not_ship_is_refused(fresh: Cli) -> None:
    result = fresh("init", "--plan", "sd")
    assert result.code == 2
    assert "没有随附的方案“sd”；随附的有：cn 国家、nx 宁夏、cq 重庆、zj 浙江、js 江苏" in result.err
    assert fresh("init", "--plan", "zj", "--empty").code == 2
    assert not Path(fresh.environ["TRACKER_DB"]).exists()


def test_what_would_be_refused_is_refused_before_anybody_is_asked(fresh: Cli) -> None:
    fresh.ok("init", "--plan", "zj,js")
    for words in (("plan", "add", "zj"), ("plan", "remove", "sd"), ("item", "retire", "zj-task-6", "--reason", " ")):
        result = fresh(*words, answers="y\n")
        assert result.code in (1, 2)
        assert "[y/N]" not in result.err
    asks = fresh("plan", "remove", "js", answers="n\n")
    assert "删除方案 js（57 项，还没有人填报）？ [y/N]" in asks.err
    assert codes(fresh) == ["zj", "js"]


def test_a_shipped_plan_is_added_by_its_code(fresh: Cli) -> None:
    fresh.ok("init", "--plan", "zj")
    assert fresh.ok("plan", "add", "js", "--yes").startswith("已载入方案 js：")
    assert codes(fresh) == ["zj", "js"]
    whole = [item["id"] for item in asked(fresh, "list", "--plan", "js")]
    fresh.environ["TRACKER_DB"] = str(fresh.folder / "all.sqlite3")
    fresh.ok("init")
    assert [item["id"] for item in asked(fresh, "list", "--plan", "js")] == whole
    assert fresh("plan", "add", "js", "--yes").code == 1


def test_a_plan_of_ones_own_does_not_bring_five_others_along(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "data"))
    del cli.environ["TRACKER_DB"]
    cli.ok("plan", "new", "sd", "--title", "山东省实施方案", "--region", "山东省")
    assert codes(cli) == ["sd"]


def test_a_terminal_asks_and_keeps_what_was_answered(fresh: Cli, tmp_path: Path) -> None:
    result = fresh("init", answers="山东\n没有.docx\n浙江\n浙江省生态环境厅\n4\n2\n40\n20号\n")
    assert result.code == 0
    assert "没有随附的方案“山东”" in result.err
    assert "找不到文件 没有.docx" in result.err
    assert "请输入 1、2、3 之一" in result.err
    assert "用 --db 或环境变量 TRACKER_DB 指向" in result.err
    assert f"已写入配置 {tmp_path / 'config.toml'}：plan = zj，issuer = 浙江省生态环境厅" in result.err
    assert "应为 1 到 31 之间的整数，不是“40”" in result.err
    assert "已记入台账：每月 20 日截止" in result.err
    assert {row["key"]: row["value"] for row in asked(fresh, "config", "show")}["report_closes"] == 20
    assert codes(fresh) == ["zj"]
    assert asked(fresh, "show", "目标20")["id"] == "zj-target-20"


def test_enter_takes_what_is_usual_and_an_end_makes_nothing(fresh: Cli) -> None:
    assert fresh("init", answers="zj\n").code == 130
    assert not Path(fresh.environ["TRACKER_DB"]).exists()
    assert fresh("init", answers="\n\n\n\n").code == 0
    assert len(codes(fresh)) == 5
    assert not (fresh.folder / "config.toml").exists()


def test_a_document_of_ones_own_leads_to_its_draft(fresh: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fresh.folder)
    text = "某省减污降碳协同增效实施方案\n一、主要目标\n到2025年，全省森林覆盖率达到30%。（省林业局负责）\n"
    Path("某省 方案.txt").write_text(text, encoding="utf-8")
    result = fresh("init", answers='"某省 方案.txt"\n\n\n\n')
    assert Path("某省 方案-草稿.xlsx").is_file(), result.err
    quoted = '"某省 方案-草稿.xlsx"' if os.name == "nt" else "'某省 方案-草稿.xlsx'"
    assert f"再运行 tracker plan add {quoted}" in result.err
    assert codes(fresh) == []


def test_in_a_ledger_of_one_plan_its_code_need_not_be_written(fresh: Cli) -> None:
    fresh.ok("init", "--plan", "zj")
    assert asked(fresh, "show", "任务6")["id"] == "zj-task-6"
    fresh.ok("plan", "add", "js", "--yes")
    assert "没有写是哪个方案的" in fresh("show", "任务6").err


def test_nobody_is_asked_who_said_what_is_wanted(fresh: Cli) -> None:
    assert fresh("init", "--plan", "zj", answers="").code == 0


def test_settings_are_set_and_taken_back(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# 我的配置\nplan = 'cn'\n", encoding="utf-8")
    assert cli.ok("config", "set", "plan", "zj") == f"plan = zj（{path}）\n"
    cli.ok("config", "set", "issuer", "省厅's “处”")
    cli.ok("config", "set", "evidence_required", "是")
    assert path.read_text(encoding="utf-8").startswith("# 我的配置\nplan = 'zj'\n")
    shown = {row["key"]: row["value"] for row in asked(cli, "config", "show")}
    assert (shown["plan"], shown["issuer"], shown["evidence_required"]) == ("zj", "省厅's “处”", True)
    cli.ok("config", "unset", "plan")
    assert {row["key"]: row["value"] for row in asked(cli, "config", "show")}["plan"] == ""
    for words in (("set", "colour", "red"), ("set", "backups_kept", "many"), ("unset", "colour")):
        before = path.read_bytes()
        assert cli("config", *words).code in (1, 2)
        assert path.read_bytes() == before
    cli.environ["TRACKER_PLAN"] = "js"
    assert "注意：环境变量 TRACKER_PLAN 仍然有效" in cli("config", "set", "plan", "zj").err


def test_a_setting_says_what_it_takes(cli: Cli) -> None:
    shown = cli.ok("config", "show")
    assert "可取的值" in shown
    assert "week 周、month 月、quarter 季、year 年" in shown
    assert all(row["values"] for row in asked(cli, "config", "show"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_configuration_of_any_windows_editor_is_read(cli: Cli, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "config.toml").write_bytes('unit = "省生态环境厅"\r\n'.encode(encoding))
    assert "单位 省生态环境厅（默认" in cli.ok("list")


def test_a_windows_path_in_double_quotes_is_explained(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('plan = "zj"\nindex_goalposts = "D:\\台账\\标杆.csv"\n', encoding="utf-8")
    with unchanged(cli):
        result = cli("list")
    assert result.code == 1
    assert '第 2 行“index_goalposts = "D:\\台账\\标杆.csv"”：双引号里的反斜杠要写两个；路径请用单引号' in result.err


def test_how_entries_come_together_is_what_the_address_says(cli: Cli) -> None:
    from tracker.cli.ledger_finder import mode_of
    from tracker.store.location import Location

    assert mode_of(Location("postgresql://server/tracker")) == "postgresql"
    assert mode_of(Location(str(cli.db))) == "forms"
    if os.name == "posix":
        cli.db.chmod(0o660)
        assert mode_of(Location(str(cli.db))) == "file"
