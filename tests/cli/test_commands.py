"""Every registered command: it loads, has help, stands in the reference, and shares what all commands share."""

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.conftest import Cli, Result
from tools import reference
from tracker.cli.app import load
from tracker.cli.command_table import ALIASES, COMMANDS, PANELS, RIGHTS, Group, each_command

READING = {"--as-of", "--known-at", "--json", "--csv", "--fields", "--sort", "--reverse", "--limit", "--output", "--db"}
WRITING = {"--by", "--unit", "--dry-run", "--yes", "--no-input", "--json", "--db"}


EVERY = dict(each_command())


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


@pytest.mark.parametrize("name", EVERY)
def test_every_command_has_its_place_right_and_example(name: str) -> None:
    command = EVERY[name]
    assert command.panel in PANELS
    assert command.right in RIGHTS
    assert command.example.split()[: len(name.split())] == name.split()


@pytest.mark.parametrize("name", EVERY)
def test_the_example_of_a_command_can_be_read(name: str) -> None:
    given = shlex.split(EVERY[name].example)[len(name.split()) :]
    load(name.rpartition(" ")[2], EVERY[name]).make_context(name, given).close()


def test_the_keys_of_a_command_are_words_or_a_name_that_exists() -> None:
    for command in EVERY.values():
        module, _, constant = command.json.partition(":")
        assert getattr(import_module(module), constant) if constant else re.fullmatch(r"[a-z_ ]*", command.json)


def test_a_group_stands_in_the_panel_of_its_members() -> None:
    for entry in COMMANDS.values():
        if isinstance(entry, Group):
            assert {member.panel for member in entry.members.values()} == {entry.panel}


def test_at_most_ten_commands_may_be_called_in_chinese() -> None:
    assert len(ALIASES) <= 10
    assert all(" ".join(words) in EVERY for words in ALIASES.values())


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


def test_help_of_a_command(cli: Cli) -> None:
    text = (
        "用法：tracker undo [选项] [CHANGE]\n"
        "\n"
        "撤销一次改动（默认为本人最近一次），撤销本身也留痕\n"
        "\n"
        "例：\n"
        "  tracker undo 12\n"
        "\n"
        "参数：\n"
        "  [CHANGE]  改动编号，缺省为本人最近一次；一次导入的几号写成 4..19\n"
        "\n"
        "通用选项：\n"
        "  --by NAME      填报人（缺省登录名）\n"
        "  --unit NAME    代表哪个单位\n"
        "  --dry-run      只演示，不写入\n"
        "  --yes          不再询问确认\n"
        "  --no-input     从不询问\n"
        "  --json         输出 JSON\n"
        "  --db PATH|URL  台账位置（缺省 TRACKER_DB 或用户数据目录）\n"
        "  -h, --help     显示本帮助\n"
        "\n"
        "服务器上需要填报权限；可用 tracker undo 撤销。\n"
    )
    for words in ("undo --help", "undo -h", "help undo", "--no-color help undo", "撤销 -h", "帮助 撤销"):
        assert cli(*words.split()) == Result(0, text, "")


def test_help_of_the_program_lists_all_commands_by_use(cli: Cli) -> None:
    text = cli.ok("--help")
    for words in ("-h", "help", "--no-color help"):
        assert cli.ok(*words.split()) == text
    places = [text.index(f"{title}\n") for title in PANELS.values()]
    assert places == sorted(places)
    shown = re.findall(r"^  ([a-z]+) +\S", text[places[0] :].partition("\n选项")[0], re.MULTILINE)
    assert shown == list(COMMANDS)
    assert text.endswith("check 另按监控插件约定：0 正常 1 警告 2 严重 3 未知。\n")
    assert max(map(cell_len, text.splitlines())) <= 80


def test_a_group_alone_shows_its_page_and_wants_a_command(cli: Cli) -> None:
    page = cli.ok("export", "-h")
    assert cli("export") == Result(2, page, "错误：请在 tracker export 之后写明命令\n")
    assert cli() == Result(2, cli.ok("-h"), "错误：请在 tracker 之后写明命令\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("weekly", "请用 tracker export weekly"), ("form", "请用 tracker export form 或 tracker index form"),
        ("stat", "是否想用：status"), ("overdu", "是否想用：overdue"), ("re", "是否想用：return、reopen"),
        ("lst", "是否想用：list"), ("qqq", "可用命令见 tracker --help"), ("export week", "是否想用：weekly"),
        ("备份", "是否想用：backup、restore"), ("通报", "是否想用：export bulletin"),
        ("目标20", "这是编号，查看用 tracker show 目标20，填报用 tracker log 目标20"),
    ],
)  # fmt: skip
def test_a_command_that_is_none_is_told_with_what_was_meant(cli: Cli, words: str, hint: str) -> None:
    result = cli(*words.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(f"这个命令；{hint}\n")


def test_commands_may_be_called_in_chinese(cli: Cli) -> None:
    assert cli.ok("逾期", "--json") == cli.ok("overdue", "--json")
    assert cli.ok("--db", cli.environ["TRACKER_DB"], "总览") == cli.ok("status")
    assert cli("检查").code == 2
    assert "周报" in cli("周报", "-o", f"{cli.folder}/").err


def test_of_the_framework_only_what_it_gives_out_is_used() -> None:
    """The bound on typer is for its speed (docs/architecture.md); what this names is all that a newer one must have."""
    import typer
    from typer.core import TyperCommand, TyperGroup

    usage_error = typer.BadParameter.__bases__[0]
    assert usage_error.__name__ == "UsageError"
    for owner, names in (
        (TyperGroup, "get_command list_commands resolve_command get_help make_context invoke commands"),
        (TyperCommand, "parse_args get_help get_params make_context callback"),
    ):
        made = owner(name="x")
        assert [name for name in names.split() if not hasattr(made, name)] == []
    sources = [path.read_text(encoding="utf-8") for name in ("tracker", "tools") for path in Path(name).rglob("*.py")]
    assert not [text for text in sources if re.search(r"typer[.]_|typer._click|_click", text)]


def test_version(cli: Cli) -> None:
    assert re.fullmatch(r"tracker \d+\.\d+\.\d+\n", cli.ok("--version"))
