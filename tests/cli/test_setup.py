"""The ledger's own commands: first use, init, backup, config."""

import json
import os
import re
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import platformdirs
import pytest

from tests.cli.ledgers import content, refusal, unchanged
from tests.conftest import Cli
from tracker import folders


def test_first_use_makes_the_ledger_and_says_so(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "新建" / "ledger.sqlite3"
    del cli.environ["TRACKER_DB"]
    monkeypatch.setenv("TRACKER_DATA_DIR", str(path.parent))
    result = cli("status", "--csv", "--fields", "key,total")
    assert (result.code, result.out) == (0, "key,total\nzj,91\njs,55\ncq,49\nnx,43\ncn,35\n")
    assert result.err == (
        f"已建立台账 {path}，载入五个方案（来源见 tracker plan list）\n"
        "数据汇集方式：表格回收（本机台账）：各单位填报 Excel 表，由协调人导入\n"
    )
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert cli("status").err == ""


def test_the_way_data_comes_together_is_named(cli: Cli, tmp_path: Path) -> None:
    # An old configuration that names it is no error, and has no say: the address has.
    (tmp_path / "config.toml").write_text('mode = "postgresql"\n', encoding="utf-8")
    assert "数据汇集方式：表格回收（本机台账）" in cli("init", "--db", tmp_path / "new.sqlite3").err


def test_init_twice_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    assert cli("init", "--db", path, "--json").out == json.dumps({"db": str(path), "created": True}, indent=2) + "\n"
    before = content(path)
    assert (
        cli.ok("init", "--db", path)
        == f"台账 {path} 已存在，未作改动；增加随附方案请用 tracker plan add，如 tracker plan add zj\n"
    )
    assert content(path) == before


def test_init_empty_and_dry(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    assert cli.ok("init", "--db", path, "--dry-run") == f"【演示，未写入】将建立台账 {path}\n"
    assert not path.exists()
    cli.ok("init", "--db", path, "--empty", "--by", "李四")
    assert cli.ok("list", "--db", path, "--csv", "--fields", "id") == "id\n"
    assert cli.ok("history", "--db", path, "--csv", "--fields", "by,command") == "by,command\n李四,init\n"


def test_backup(cli: Cli, tmp_path: Path) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    path = tmp_path / "备份.sqlite3"
    with unchanged(cli):
        assert cli.ok("backup", path) == f"已备份到 {path}\n"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cli.ok("show", "zj-task-6", "--db", path) == cli.ok("show", "zj-task-6")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_without_a_name_goes_beside_the_ledger(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "backups" / "ledger-20261121-120000-000000.sqlite3"
    assert cli.ok("backup") == f"已备份到 {path}\n"
    assert path.is_file()


def test_config_path_and_check(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert cli.ok("config", "path") == f"{path}\n"
    assert cli.ok("config", "check") == f"配置无误：{path}（尚无配置文件，全部用缺省值）\n"
    path.write_text('plan = "zj"\nbackups_kept = 3\n', encoding="utf-8")
    assert cli.ok("config", "check") == f"配置无误：{path}\n"


def test_config_show_names_value_origin_and_source(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('plan = "zj"\nevidence_required = true\n', encoding="utf-8")
    cli.ok("config", "set", "red_lag", "40.5")
    rows = {row["key"]: row for row in json.loads(cli.ok("config", "show", "--json"))}
    assert rows["red_lag"] == {
        "key": "red_lag", "value": 40.5, "origin": "台账", "env": None, "meaning": "低于序时超过多少个百分点亮红灯",
        "source": "docs/rules.md", "values": "0–100",
    }  # fmt: skip
    assert (rows["evidence_required"]["value"], rows["plan"]["origin"]) == (True, "配置文件")
    assert (rows["by"]["value"], rows["by"]["origin"]) == ("张三", "环境变量 TRACKER_BY")
    assert rows["yellow_lag"]["origin"] == "内置默认"
    table = cli.ok("config", "show").splitlines()
    assert table[0] == f"配置文件：{tmp_path / 'config.toml'}"
    assert any(re.match("red_lag +40.5 +台账 +0–100 +低于序时超过多少个百分点亮红灯", line) for line in table)


def test_a_wrong_configuration_is_refused_by_every_command(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    for text, words in (
        (
            "red_lag = 40\n",
            f"配置文件 {path} 的 red_lag 影响判断，改由台账统一规定；请删去这一项，由协调人运行 tracker config set red_lag 40",
        ),
        ("evidence_required = 3\n", f"配置文件 {path} 的 evidence_required：“3”应为 true 或 false"),
        ("backups_kept = 1.5\n", f"配置文件 {path} 的 backups_kept：“1.5”应为 0 到 3660 之间的整数"),
    ):
        path.write_text(text, encoding="utf-8")
        for command in (["config", "check"], ["list"], ["log", "zj-task-6", "--note", "开工"]):
            with unchanged(cli):
                result = cli(*command)
            assert (result.code, result.err) == (1, f"错误：{words}\n")
        assert cli("check").out == f"TRACKER UNKNOWN - {words}\n"


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ("red_lag 200", 2, "red_lag 应为 0 到 100 之间的数，不是“200”"),
        ("red_lag 5", 1, "yellow_lag（10）不能大于 red_lag（5）"),
        ("due_days 1.5", 2, "due_days 应为 0 到 3660 之间的整数，不是“1.5”"),
    ],
)
def test_a_wrong_figure_of_judgement_is_not_stored(cli: Cli, words: str, code: int, line: str) -> None:
    assert refusal(cli, "config", "set", *words.split()) == (code, line)


def test_an_unknown_key_lists_the_known_ones(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("red = 3\n", encoding="utf-8")
    assert "中没有“red”这一项；可用的有：plan、unit、by、" in cli("config", "check").err


def test_a_configuration_that_is_no_toml(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("red_lag 30", encoding="utf-8")
    result = cli("list")
    assert result.code == 1
    assert result.err.startswith(f"错误：配置文件 {tmp_path / 'config.toml'} 第 1 行“red_lag 30”无法识别")
    assert cli.ok("config", "path") == f"{tmp_path / 'config.toml'}\n"


@pytest.mark.skipif(sys.platform not in ("linux", "win32"), reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize("base", [None, "", "/srv/people/zhang", "relative"])
def test_the_users_folders_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch, base: str | None) -> None:
    monkeypatch.delenv("TRACKER_DATA_DIR", raising=False)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        if base is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, base)
    assert str(folders.ledger_folder()) == platformdirs.user_data_dir("tracker", appauthor=False)
    assert str(folders.config_folder()) == platformdirs.user_config_dir("tracker", appauthor=False)


def test_the_folder_of_the_ledger_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    assert folders.ledger_folder() == tmp_path


def test_a_configuration_that_is_a_folder(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    assert cli("config", "check").err == (
        f"错误：配置文件 {tmp_path / 'config.toml'} 无法读取：是一个目录；请修正，或用 tracker config path 查看位置\n"
    )
    assert cli.ok("config", "path") == f"{tmp_path / 'config.toml'}\n"


def test_the_settings_fit_a_bare_terminal(cli: Cli) -> None:
    cli.environ["COLUMNS"] = "80"
    assert cli.ok("config", "show").splitlines()[1:5] == [
        "配置项             值        来自                 含义",
        "plan                         内置默认             默认方案（--plan）",
        "unit                         内置默认             默认单位（--unit）",
        "by                 张三      环境变量 TRACKER_BY  默认填报人（--by），缺省为登 …",
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("report_closes", "周五"), "“周五”只用于按周填报，现为按月填报；请写几号，31 为月底"),
        (("report_closes", ""), "report_closes 没有写截止日；请写几号（31 为月底），按周填报写星期几"),
        (("report_every", "week"), "按周填报须有截止的星期几（1–7），现为 25；请一并设定"),
        (("report_every", "week", "report_closes", "31"), "按周填报须有截止的星期几（1–7），现为 31；请一并设定"),
    ],
)
def test_a_calendar_without_its_closing_day_is_refused(cli: Cli, words: tuple[str, ...], line: str) -> None:
    refused = cli("config", "set", *words)
    assert (refused.code > 0, refused.out, line in refused.err) == (True, "", True), refused.err


def test_a_closing_day_is_not_taken_over_from_weeks_to_months(cli: Cli) -> None:
    cli.ok("config", "set", "report_closes", "5")
    told = "由按月改为按周填报，须一并设定截止日是星期几，如 tracker config set report_every week report_closes 5"
    assert told in cli("config", "set", "report_every", "week").err
    cli.ok("config", "set", "report_every", "week", "report_closes", "周五")
    assert "由按周改为按月填报，须一并设定截止日是几号" in cli("config", "set", "report_every", "month").err
    assert cli("config", "unset", "report_every").code == 1
    cli.ok("config", "set", "report_every", "month", "report_closes", "25")
    shown = {row["key"]: row["value"] for row in json.loads(cli.ok("config", "show", "--json"))}
    assert (shown["report_every"], shown["report_closes"]) == ("month", 25)
