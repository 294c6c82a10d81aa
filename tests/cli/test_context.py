"""Defaults of plan, unit, person and day: from the environment or the configuration, named, lifted by --all (docs/contract.md)."""

from pathlib import Path

import pytest

from tests.cli.ledgers import asked
from tests.conftest import Cli

READS = ("list", "status", "overdue")


def caption(cli: Cli, *words: object) -> str:
    return cli.ok(*words, "--limit", 1).splitlines()[0]


@pytest.fixture(params=["environment", "configuration"])
def zj(request: pytest.FixtureRequest, cli: Cli) -> Cli:
    """A person who works on one plan for one unit."""
    if request.param == "environment":
        cli.environ |= {"TRACKER_PLAN": "zj", "TRACKER_UNIT": "省建设厅"}
    else:
        (cli.folder / "config.toml").write_text('plan = "zj"\nunit = "省建设厅"\n', encoding="utf-8")
    return cli


@pytest.mark.parametrize("command", READS)
def test_active_defaults_are_named_in_the_caption(zj: Cli, command: str) -> None:
    assert "，方案 zj（默认，--all 查看全部），单位 省建设厅（默认，--all 查看全部）" in caption(zj, command)


@pytest.mark.parametrize("command", READS)
def test_all_lifts_them(zj: Cli, command: str) -> None:
    assert "默认" not in caption(zj, command, "--all")
    assert "273 项，" in zj.ok("status", "--all")


def test_they_narrow_data_too(zj: Cli) -> None:
    assert {row["plan"] for row in asked(zj, "list")} == {"zj"}
    assert len(asked(zj, "list")) == 24
    assert len(asked(zj, "list", "--all")) == 273


def test_an_option_goes_before_a_default(zj: Cli) -> None:
    line = caption(zj, "list", "--plan", "nx", "--unit", "自治区生态环境厅")
    assert line == "共 42 项，截至 2026-11-21，方案 nx，单位 自治区生态环境厅"


def test_the_environment_goes_before_the_configuration(cli: Cli) -> None:
    (cli.folder / "config.toml").write_text('plan = "zj"\n', encoding="utf-8")
    cli.environ["TRACKER_PLAN"] = "nx"
    assert {row["plan"] for row in asked(cli, "list")} == {"nx"}


def test_check_looks_at_everything(zj: Cli) -> None:
    zj.environ["TRACKER_AS_OF"] = "2022-01-01"
    assert (
        zj("check").out
        == "TRACKER CRITICAL - 逾期 151 项（其中建账前到期 151，征求意见稿 100），临近到期 0 项 | overdue=151 due_soon=0\n"
    )


def test_a_report_speaks_for_the_default_unit(zj: Cli) -> None:
    assert zj.ok("log", "zj-target-20", "--note", "推进") == "已填报 zj-target-20（2026-11-21，省建设厅）：推进\n"
    assert zj("log", "zj-task-6", "--note", "推进").code == 1
    assert zj.ok("log", "zj-task-6", "--note", "推进", "--unit", "省经信厅").startswith(
        "已填报 zj-task-6（2026-11-21，省经信厅）"
    )


def test_the_person_is_by_then_setting_then_login(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "wang")
    cli.ok("log", "zj-task-6", "--note", "一", "--by", "李四")
    cli.ok("log", "zj-task-6", "--note", "二")
    del cli.environ["TRACKER_BY"]
    (cli.folder / "config.toml").write_text('by = "王五"\n', encoding="utf-8")
    cli.ok("log", "zj-task-6", "--note", "三")
    (cli.folder / "config.toml").unlink()
    cli.ok("log", "zj-task-6", "--note", "四")
    people = [row["by"] for row in asked(cli, "history") if row["field"] == "note"]
    assert people == ["李四", "张三", "王五", "wang"]


def test_the_day_from_the_environment(cli: Cli) -> None:
    cli.environ["TRACKER_AS_OF"] = "2025-12-20"
    assert "截至 2025-12-20" in caption(cli, "list")
    assert asked(cli, "status")["as_of"] == "2025-12-20"
    assert "截至 2021-01-01" in caption(cli, "list", "--as-of", "2021-01-01")
    cli.environ["TRACKER_AS_OF"] = "年中"
    assert cli("list").err == "错误：TRACKER_AS_OF 的日期“年中”无法识别，请写成 2026-11-21 的形式\n"


def test_a_report_is_of_today_whatever_day_is_looked_at(cli: Cli) -> None:
    cli.environ["TRACKER_AS_OF"] = "2025-12-20"
    assert cli.ok("log", "zj-task-6", "--note", "推进") == "已填报 zj-task-6（2026-11-21，省生态环境厅）：推进\n"


def test_the_ledger_by_option_in_either_place(cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    cli.ok("init", "--db", other, "--empty")
    for words in (["--db", other, "list"], ["list", "--db", other]):
        assert cli.ok(*words, "--csv", "--fields", "id") == "id\n"
