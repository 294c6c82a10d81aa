"""Every registered command: it loads, has help, stands in the reference, and shares what all commands share."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.conftest import Cli
from tools import reference
from tracker.cli.app import COMMANDS, GROUP_HELP, Entry, load

READING = {"--as-of", "--known-at", "--json", "--csv", "--fields", "--sort", "--reverse", "--limit", "--output", "--db"}
WRITING = {"--by", "--unit", "--dry-run", "--yes", "--no-input", "--json", "--db"}


def entries() -> Iterator[tuple[str, Entry]]:
    for name, entry in COMMANDS.items():
        if isinstance(entry, dict):
            yield from ((f"{name} {member}", each) for member, each in entry.items())
        else:
            yield name, entry


EVERY = dict(entries())


def options(name: str) -> dict[str, Any]:
    command = load(name.rpartition(" ")[2], EVERY[name])
    return {option: param for param in command.params for option in param.opts if param.param_type_name == "option"}


@pytest.mark.parametrize("name", EVERY)
def test_the_table_says_what_the_docstring_says(name: str) -> None:
    module, _, function = EVERY[name].target.partition(":")
    callback = getattr(import_module(f"tracker.cli.commands.{module}"), function)
    assert callback.__doc__ is not None
    first = callback.__doc__.strip().splitlines()[0]
    assert first == EVERY[name].help
    assert not first.endswith(("。", ".", "；"))


@pytest.mark.parametrize("name", EVERY)
def test_every_option_and_argument_has_chinese_help(name: str) -> None:
    command = load(name.rpartition(" ")[2], EVERY[name])
    for param in command.params:
        if param.param_type_name == "argument" or getattr(param, "hidden", False):
            continue
        assert re.search("[\u4e00-\u9fff]|JSON", param.help or ""), (name, param.opts)
        assert all(re.fullmatch(r"--[a-z][a-z0-9-]*|-[a-z]", option) for option in param.opts)


def test_every_group_has_a_line_of_help() -> None:
    groups = {name for name, entry in COMMANDS.items() if isinstance(entry, dict)}
    assert groups == set(GROUP_HELP)
    assert all(GROUP_HELP[name] for name in groups)


@pytest.mark.parametrize(
    "name",
    ["status", "list", "show", "explain", "overdue", "todo", "history", "unit list", "plan list", "plan show", "index list",
     "config show"],
)  # fmt: skip
def test_reading_commands_share_their_options(name: str) -> None:
    assert set(options(name)) >= READING


@pytest.mark.parametrize(
    "name",
    ["log", "undo", "complete", "close", "return", "reopen", "extend", "assign", "forecast", "baseline", "milestone", "link", "init",
     "import", "plan add", "plan new", "plan revise", "item add", "item edit", "item retire", "breakdown", "unit alias", "unit rename",
     "index import", "export reminders", "restore"],
)  # fmt: skip
def test_writing_commands_share_their_options(name: str) -> None:
    assert set(options(name)) >= WRITING


# `export data` moves a ledger whole: what part of it is wanted, `list -o` gives.
@pytest.mark.parametrize("name", [name for name in EVERY if name.startswith("export ") and name != "export data"])
def test_every_export_narrows_by_plan_unit_and_kind(name: str) -> None:
    assert set(options(name)) >= {"--plan", "--unit", "--kind"}


def test_the_commands_of_the_contract_are_there() -> None:
    promised = (
        "status list show explain overdue todo log history undo assign extend complete return close reopen forecast baseline milestone"
        " link check import breakdown init backup restore doctor upgrade demo"
    ).split()
    grouped = {
        "export": "annex weekly form page reminders data", "index": "form import list compute",
        "plan": "list show read add new diff revise", "item": "add edit retire", "unit": "list alias rename",
        "config": "show path check", "db": "copy grant",
    }  # fmt: skip
    names = [*promised, *(f"{group} {member}" for group, members in grouped.items() for member in members.split())]
    assert [name for name in names if name not in EVERY] == []


def test_the_reference_is_what_the_commands_say() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.text(), "stale: run python -m tools.reference"


def test_every_command_stands_in_the_reference() -> None:
    page = reference.PAGE.read_text(encoding="utf-8")
    assert [name for name in EVERY if f"## tracker {name}\n" not in page] == []


def test_help_of_a_command(capsys: pytest.CaptureFixture[str], cli: Cli) -> None:
    assert cli("undo", "--help").code == 0
    assert capsys.readouterr().out == (
        "用法：tracker undo [选项] [CHANGE]\n"
        "\n"
        "撤销一次改动（默认为本人最近一次），撤销本身也留痕\n"
        "\n"
        "选项：\n"
        "  --by NAME      填报人（缺省登录名）\n"
        "  --unit NAME    代表哪个单位\n"
        "  --dry-run      只演示，不写入\n"
        "  --yes          不再询问确认\n"
        "  --no-input     从不询问\n"
        "  --json         输出 JSON\n"
        "  --db PATH|URL  台账位置（缺省 TRACKER_DB 或用户数据目录）\n"
        "  --help         显示本帮助\n"
    )


def test_help_of_the_program_lists_all_commands_in_their_order(capsys: pytest.CaptureFixture[str], cli: Cli) -> None:
    assert cli("--help").code == 0
    text = capsys.readouterr().out
    shown = re.findall(r"^  ([a-z]+) +\S", text.partition("命令：\n")[2].partition("\n选项：")[0], re.MULTILINE)
    assert shown == list(COMMANDS)
    assert text.endswith("check 另按监控插件约定：0 正常 1 警告 2 严重 3 未知。\n")


def test_version(cli: Cli) -> None:
    assert re.fullmatch(r"tracker \d+\.\d+\.\d+\n", cli.ok("--version"))
