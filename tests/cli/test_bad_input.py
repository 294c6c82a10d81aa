"""Bad input: one clear Chinese line, the right exit code, an unchanged ledger (docs/contract.md)."""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.ledgers import content, refusal, unchanged
from tests.conftest import Cli
from tracker.store import connection as store

FIELDS = (
    "id、plan、kind、number、chapter、section、title、text、source、responsibility、lead_units、participating_units、open_ended、"
    "due、original_due、state、percent、met、overdue、days_overdue、due_soon、light、light_reason、planned_progress、lag、forecast、"
    "last_report、indicators、note、completed_on、closed_on、assessable、awaiting、start、extensions、main_lead、reported_units、"
    "unreported_units、returned、parent、children"
)
LISTED = f"{FIELDS}、progress、problem、next"

REFUSED = {
    "show 第六项": "编号“第六项”无法识别，请写成 zj-target-20 或 zj-target-20.3 的形式",
    "show zj-target-99": "没有事项 zj-target-99：zj 的目标编号为 1 到 35，最近的是 zj-target-35",
    "show zj-target-20.9": "没有指标 zj-target-20.9：zj-target-20 的指标为 zj-target-20.1 到 zj-target-20.4",
    "show zj-task-6.1": "zj-task-6 没有指标，请直接写 zj-task-6",
    "show xx-target-1": "没有事项 xx-target-1：没有方案 xx（现有 cn、nx、cq、zj、js）；是否指 nx-target-1",
    "show cn-policy-1": "没有事项 cn-policy-1：方案 cn 没有政策清单",
    "list --plan xx": "没有方案“xx”；现有方案：cn、nx、cq、zj、js，详见 tracker plan list",
    "list --unit 发改": "没有单位“发改”；是否指：省发展改革委、市发展改革委",
    "list --unit 财政部门": "没有单位“财政部门”；是否指：财政部、省财政厅、市财政局",
    "list --unit nx:市场监管厅": "没有单位“nx:市场监管厅”；是否指：自治区市场监督管理厅",
    "list --unit 航天": "没有单位“航天”；单位名录见 tracker unit list",
    "plan show xx": "没有方案“xx”；现有方案：cn、nx、cq、zj、js，详见 tracker plan list",
    "history zj-target-99": "没有事项 zj-target-99：zj 的目标编号为 1 到 35，最近的是 zj-target-35",
    "log zj-target-20 --value 78.5": (
        "zj-target-20 有 4 个指标，请写明是哪一个：zj-target-20.1 城市生活污水集中收集率；zj-target-20.2 城市污水处理率；"
        "zj-target-20.3 农村生活污水治理行政村覆盖率；zj-target-20.4 农村生活污水处理设施出水达标率"
    ),
    "log zj-target-3 --percent 20": "zj-target-3.1 是数值指标，请用 --value 填现值（单位：%），不填完成率",
    "log zj-task-6 --value 40": "zj-task-6 没有数值目标，请用 --state 和 --percent 填进展",
    "log zj-task-6 --percent 40 --date 2026-11-22": "填报日期 2026-11-22 在今天（2026-11-21）之后；不能写未来的日期",
    "log zj-task-6 --state closed": "状态不能直接填为已销号；销号请用 tracker close zj-task-6",
    "log zj-task-6": "zj-task-6：没有填写任何内容；请至少填 --state、--percent、--value、--note 之一，无变化请加 --same",
    "log zj-task-6 zj-task-99 --note 开工": "没有事项 zj-task-99：zj 的任务编号为 1 到 47，最近的是 zj-task-47",
    "log zj-task-6 --unit 省交通运输厅 --note 开工": (
        "省交通运输厅 不是 zj-task-6 的牵头或参与单位，不能填报；牵头单位：省生态环境厅"
    ),
    "log zj-task-6 --unit 省经信厅 --percent 40": (
        "省经信厅 是 zj-task-6 的参与单位，只能填 --note、--problem、--next、--evidence，状态和数值由牵头单位填"
    ),
    "log zj-task-6 --unit 财政部门 --note 开工": "没有单位“财政部门”；单位名录见 tracker unit list",
    "log zj-aim-1 --note 开工": "zj-aim-1 是总体目标，不填报进展",
    "undo 1 --yes": "第 1 号改动（init）不能撤销",
    "undo 999 --yes": "没有第 999 号改动；编号见 tracker history",
    "undo --yes": "张三 没有可以撤销的改动；指定他人的改动请写编号（见 tracker history）",
}

UNCLEAR = {
    "list --kind 规划": "没有“规划”这类事项；可用：target 目标、task 任务、policy 政策、aim 总体目标",
    "list --state 成功": "没有“成功”这种状态；可用：not_started 未启动、in_progress 进行中、completed 申报办结、closed 已销号、closed_unmet 已销号（未达目标）",
    "list --light purple": "没有“purple”这种亮灯；可用：red 红、yellow 黄、grey 灰、review 待核查、blue 蓝、green 绿、done 已销号",
    "list --role lead": "--role 要与 --unit 同用；请写明单位",
    "list --unit 省建设厅 --role 主办": "没有“主办”这种角色；可用：lead 牵头、participant 参与",
    "list --due-before 有空时": "--due-before 的日期“有空时”无法识别，请写成 2026-11-21 的形式",
    "list --due-after 2026-02-30": "--due-after 的日期“2026-02-30”无法识别，请写成 2026-11-21 的形式",
    "list --as-of 2026-13-01": "--as-of 的日期“2026-13-01”无法识别，请写成 2026-11-21 的形式",
    "list --known-at 刚才": "--known-at 的时刻“刚才”无法识别，请写成 2026-11-21 的形式",
    "list --limit -1": "--limit 的值“-1”应为 0 或正整数",
    "list --limit 三": "--limit 的值“三”应为 0 或正整数",
    "list --fields id,亮灯": f"--fields 中没有“亮灯”这个字段；可用字段：{LISTED}",
    "list --sort 亮灯": f"--sort 中没有“亮灯”这个字段；可用字段：{LISTED}",
    "list --json --csv": "--json 和 --csv 只能选一个",
    "status --json --csv": "--json 和 --csv 只能选一个",
    "explain zj-task-6 --json --csv": "--json 和 --csv 只能选一个",
    "list --plan ,": "有一个选项的值是空的（“,”）；请写上值，不限定时去掉该选项",
    "show zj-task-6 --sort 亮灯": f"--sort 中没有“亮灯”这个字段；可用字段：{FIELDS}",
    "list -o 台账.xlsx": "-o 台账.xlsx：这里只能写 .csv、.json 或文本文件；Excel 表请用 tracker export",
    "list --bogus": "没有选项 --bogus；可用选项见 tracker list --help",
    "list --unit 省水利厅 --plan zj --unit=省建设厅": "选项 --unit 写了不止一次；只能写一个值，可以取几个值的用逗号分开",
    "list --overdu": "没有选项 --overdu；是否想用：--overdue；可用选项见 tracker list --help",
    "list --plan": "选项 --plan 用法不对（后面缺少值）；用法见 tracker list --help",
    "list --json=yes": "选项 --json 用法不对（不带值）；用法见 tracker list --help",
    "list zj": "命令写法无法识别（多出参数 zj）；用法见 tracker list --help",
    "statu": "没有“statu”这个命令；是否想用：status",
    "plan lst": "没有“lst”这个命令；是否想用：list",
    "汇总": "没有“汇总”这个命令；可用命令见 tracker --help",
    "status --group 部门": "--group 没有“部门”这种分组；可用：plan、unit、chapter、region",
    "status --sort id": "--sort 中没有“id”这个字段；可用字段：key、total、by_state、by_light、overdue、due_soon、unreported、unassessable、extended、awaiting、unverified、before_ledger、closed_unmet",
    "overdue --within 一周": "--within 的值“一周”应为 0 或正整数",
    "show": "缺少 ID…；用法见 tracker show --help",
    "log --note 开工": "缺少 ID…；用法见 tracker log --help（在终端上单独运行 tracker log 可逐项填报）",
    "log zj-task-6 --percent 140": "完成率“140”超出范围，请填写 0 到 100 之间的数字",
    "log zj-task-6 --percent -1": "完成率“-1”超出范围，请填写 0 到 100 之间的数字",
    "log zj-task-6 --percent 大半": "完成率“大半”不是数字，请填写如 61.5 的数字",
    "log zj-task-6 --percent NaN": "完成率“NaN”不是有限的数字，请填写如 61.5 的数字",
    "log zj-target-3 --value nan": "现值“nan”不是有限的数字，请填写如 61.5 的数字",
    "log zj-target-3 --value Infinity": "现值“Infinity”不是有限的数字，请填写如 61.5 的数字",
    "log zj-target-3 --value 1e999": "现值“1e999”不是有限的数字，请填写如 61.5 的数字",
    "log zj-target-3 --value 好几万": "现值“好几万”不是数字，请填写如 61.5 的数字",
    "log zj-task-6 --state 成功": "没有“成功”这种状态；可用：not_started 未启动、in_progress 进行中、completed 申报办结",
    "log zj-task-6 --date 月中": "日期“月中”无法识别，请写成 2026-11-21 的形式",
    "log zj-task-6 --same --percent 3": "--same 表示无变化，不能与 --state、--percent、--value 同用",
    "undo 上一个": "改动编号 的值“上一个”应为 0 或正整数",
    "history --since 上旬": "--since 的日期“上旬”无法识别，请写成 2026-11-21 的形式",
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_the_ledger_refuses_exits_1(cli: Cli, line: str) -> None:
    assert refusal(cli, *line.split()) == (1, REFUSED[line])


@pytest.mark.parametrize("line", UNCLEAR)
def test_what_cannot_be_understood_exits_2(cli: Cli, line: str) -> None:
    assert refusal(cli, *line.split()) == (2, UNCLEAR[line])


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--as-of", "--as-of 的日期“”无法识别"), ("--known-at", "--known-at 的时刻“”无法识别"), ("--db", "--db 的值是空的"),
        ("--due-before", "--due-before 的日期“”无法识别"), ("--plan", "有一个选项的值是空的"), ("--kind", "有一个选项的值是空的"),
        ("--state", "有一个选项的值是空的"), ("--light", "有一个选项的值是空的"), ("--sort", "--sort 中没有“”这个字段"),
    ],
)  # fmt: skip
def test_an_empty_value_is_no_missing_option(cli: Cli, option: str, words: str) -> None:
    """An unset variable of a script must not pass for another question."""
    code, line = refusal(cli, "list", option, "")
    assert code == 2
    assert line.startswith(words)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import |", "FILE…|DIR"), ("import 回收 |", "FILE…|DIR"), ("item import zj task |", "FILE"), ("index import |", "FILE…"),
        ("plan add |", "DRAFT.xlsx|CODE"), ("plan revise zj |", "FILE"), ("verify |", "FILE"), ("db copy a.db |", "DST"), ("backup |", "[FILE]"),
        ("breakdown zj-target-20 --to 2030 --values |", "--values"), ("export reminders -o |", "--output"), ("list --csv -o |", "--output"),
    ],
)  # fmt: skip
def test_an_empty_path_is_not_the_folder_one_stands_in(cli: Cli, line: str, name: str) -> None:
    words = line.removesuffix("|").split()
    assert refusal(cli, *words, "")[1].startswith(f"{name} 是空的：没有写明文件")


def test_a_blank_name_is_no_person(cli: Cli) -> None:
    assert refusal(cli, "log", "zj-task-6", "--note", "开工", "--by", " ") == (2, "填报人不能为空；请用 --by 写明姓名")


def test_an_ambiguous_unit_lists_its_candidates(cli: Cli) -> None:
    code, line = refusal(cli, "list", "--unit", "zj:省")
    assert code == 1
    assert line.startswith("单位“zj:省”不明确，可能是：zj:省生态环境厅、zj:省发展改革委、")
    assert line.endswith("；请写全称")


def test_an_undo_without_a_yes_is_not_made(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    question = "撤销第 2 号改动（张三，2026-11-21 12:00，log）需要确认：请在终端运行，或加 --yes（--dry-run 可先演示）"
    assert refusal(cli, "undo") == (2, question)
    assert refusal(cli, "undo", "--no-input") == (2, question)


def test_one_bad_id_stores_none_of_the_reports(cli: Cli) -> None:
    with unchanged(cli):
        assert cli("log", "zj-task-6", "zj-task-7", "zj-task-99", "--same").code == 1


# The database.


def test_a_database_that_is_a_directory(cli: Cli, tmp_path: Path) -> None:
    line = f"数据库 {tmp_path} 是一个目录；请用 --db 指定数据库文件"
    for words in (["list"], ["log", "zj-task-6", "--note", "开工"], ["init"], ["undo", "--yes"], ["backup"]):
        assert refusal(cli, *words, "--db", tmp_path) == (1, line)


def test_a_database_that_is_not_sqlite(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite3"
    path.write_text("这不是数据库，" * 100, encoding="utf-8")
    line = f"文件 {path} 不是 SQLite 数据库或已损坏；请用 --db 指定台账，或用 tracker restore 从备份恢复"
    before = path.read_bytes()
    for words in (["list"], ["log", "zj-task-6", "--note", "开工"], ["init"]):
        assert refusal(cli, *words, "--db", path) == (1, line)
    assert path.read_bytes() == before


def test_a_database_of_another_program(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    line = f"数据库 {path} 不是 tracker 台账；请用 --db 指定台账，或用 tracker init --db 在新位置建立"
    for words in (["list"], ["log", "zj-task-6", "--note", "开工"], ["init"]):
        assert refusal(cli, *words, "--db", path) == (1, line)


def test_a_database_from_a_newer_version(cli: Cli) -> None:
    with closing(sqlite3.connect(cli.db)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (["list"], ["log", "zj-task-6", "--note", "开工"], ["init"]):
        code, line = refusal(cli, *words)
        assert code == 1
        assert line.startswith(f"数据库 {cli.db} 由更新版本的 tracker 建立（版本 9999，本程序支持到 ")
        assert line.endswith("），请先升级本程序")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_database(cli: Cli) -> None:
    before = content(cli.db)
    cli.db.chmod(0)
    result = cli("list")
    cli.db.chmod(0o600)
    assert (result.code, result.err) == (1, f"错误：没有读取数据库 {cli.db} 的权限；请检查文件权限\n")
    assert content(cli.db) == before


def test_a_locked_database(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(store, "TURN_SECONDS", 0.05)
    with closing(sqlite3.connect(cli.db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = cli("log", "zj-task-6", "--note", "开工")
        assert cli("list").code == 0  # readers do not wait for a writer
        other.execute("ROLLBACK")
    assert result.code == 1
    assert re.fullmatch(
        rf"错误：数据库 {re.escape(str(cli.db))} 正被其他程序占用，等待 \d+ 秒后仍未释放；请稍后重试\n", result.err
    )


def test_a_database_address_of_an_unknown_kind(cli: Cli) -> None:
    assert refusal(cli, "list", "--db", "mysql://me:secret@host/ledger") == (
        2,
        "数据库地址“mysql://me@host/ledger”无法识别，请写文件路径或 postgresql+psycopg://… 地址",
    )


# Output files.


@pytest.mark.parametrize(
    "words", [["list"], ["list", "--csv"], ["show", "zj-task-6", "--json"], ["status"], ["overdue"]]
)
def test_an_output_file_that_exists_stays(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "out.csv"
    path.write_text("旧", encoding="utf-8")
    assert refusal(cli, *words, "-o", path) == (1, f"文件 {path} 已存在；加 --force 覆盖，或换一个文件名")
    assert path.read_text(encoding="utf-8") == "旧"
    cli.ok(*words, "-o", path, "--force")
    assert path.read_text(encoding="utf-8") != "旧"


def test_an_output_folder_that_does_not_exist(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "周报"
    for words in (["list", "-o", folder / "a.csv"], ["backup", folder / "b.sqlite3"]):
        assert refusal(cli, *words) == (1, f"目录 {folder} 不存在；请先建立该目录")
    assert not folder.exists()


def test_an_output_file_that_is_a_directory(cli: Cli, tmp_path: Path) -> None:
    assert refusal(cli, "list", "-o", tmp_path) == (1, f"输出位置 {tmp_path} 是一个目录；请写明文件名")
    if os.name == "nt":
        return  # where a device is known by its name (test_streams.py)
    assert refusal(cli, "list", "-o", "/dev/null", "--force") == (
        1,
        "输出位置 /dev/null 是设备，不是文件；请写明文件名，不存文件时去掉 -o",
    )
    assert refusal(cli, "list", "--csv", "-o", f"{tmp_path}/neu/")[0] == 2


def test_a_backup_onto_what_exists(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite3"
    shutil.copy(cli.db, path)
    assert refusal(cli, "backup", path) == (1, f"文件 {path} 已存在；加 --force 覆盖，或换一个文件名")
    assert refusal(cli, "backup", cli.db, "--force") == (1, f"{cli.db} 就是台账本身，不会被覆盖；请换一个文件名")


# `check` speaks to monitors: every error is UNKNOWN, on stdout.

UNKNOWN = {
    "check 逾期": (
        "没有检查规则“逾期”；可用：overdue、due-soon、behind、stale、unreported、unassigned、unverified、implausible、"
        "unassessable、conflict、no-baseline、all"
    ),
    "check --as-of 月中": "--as-of 的日期“月中”无法识别，请写成 2026-11-21 的形式",
    "check --crit-overdue 三": "--crit-overdue 的值“三”应为 0 或正整数",
    "check --warn-days -1": "--warn-days 的值“-1”应为 0 或正整数",
    "check --bogus": "没有选项 --bogus；可用选项见 tracker check --help",
    "check --known-at 刚才": "--known-at 的时刻“刚才”无法识别，请写成 2026-11-21 的形式",
    "check --as-of a|b=1": "--as-of 的日期“a/b=1”无法识别，请写成 2026-11-21 的形式",
}


@pytest.mark.parametrize("line", UNKNOWN)
def test_check_answers_unknown(cli: Cli, line: str) -> None:
    result = cli(*line.split())
    assert (result.code, result.out, result.err) == (3, f"TRACKER UNKNOWN - {UNKNOWN[line]}\n", "")


def test_check_creates_no_ledger(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    result = cli("check", "--db", path)
    assert result.code == 3
    assert (
        result.out
        == f"TRACKER UNKNOWN - 台账 {path} 不存在，未新建；请检查路径，共享目录是否已连接；确要在此新建请运行 tracker init\n"
    )
    assert not path.exists()


def test_a_crash_of_check_is_unknown(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.actions.checks.run_checks", None)
    monkeypatch.setattr("tracker.cli.commands.check.run_checks", None)
    result = cli("check")
    assert result.code == 3
    assert result.out.startswith("TRACKER UNKNOWN - 程序内部错误（TypeError：")
    assert "Traceback" not in result.err
    assert "Traceback" in cli("check", "--debug").err
