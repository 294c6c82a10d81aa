"""Stored text is kept to the letter and never obeyed: not by the terminal, not by the table writer, not by a spreadsheet."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.cli.ledgers import asked
from tests.conftest import Cli, Stream
from tracker.cli import output
from tracker.cli.terminal import cells

NASTY = "\x1b[31m红\x1b]0;标题\x07 [bold]粗[/bold] :smile: \x9b2J \u202e倒\u2066 \x7f 一行\n二行\t=1+1"
SHOWN = "\\x1b[31m红\\x1b]0;标题\\x07 [bold]粗[/bold] :smile: \\x9b2J \\u202e倒\\u2066 \\x7f 一行\n    二行    =1+1"


def obeyed(text: str) -> set[str]:
    """Return the characters of a text that a terminal would obey."""
    return {
        char
        for char in text
        if char != "\n" and (ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u202e\u2066\u200f")
    }


@pytest.fixture
def nasty(cli: Cli, uncleaned: None) -> Cli:  # noqa: ARG001 - it writes as older versions did
    cli.ok("log", "zj-task-6", "--note", NASTY, "--problem", NASTY, "--next", NASTY, "--by", "张\x1b[1m三")
    return cli


def test_it_is_stored_as_it_is(nasty: Cli) -> None:
    report = asked(nasty, "show", "zj-task-6")["last_report"]
    assert (report["note"], report["problem"], report["next"], report["by"]) == (NASTY, NASTY, NASTY, "张\x1b[1m三")


def test_it_is_shown_and_not_obeyed(nasty: Cli) -> None:
    assert f"：{SHOWN}\n" in nasty.ok("show", "zj-task-6")
    for words in (
        ["show", "zj-task-6"],
        ["history"],
        ["history", "zj-task-6"],
        ["list", "--fields", "id,last_report"],
        ["list"],
    ):
        assert obeyed(nasty.ok(*words)) == set()


def test_what_was_typed_is_answered_without_harm(cli: Cli) -> None:
    result = cli("log", "zj-task-6", "--note", NASTY)
    assert obeyed(result.out + result.err) == set()
    for words in (
        ["show", NASTY],
        ["list", "--unit", NASTY],
        ["list", "--as-of", NASTY],
        ["undo", NASTY],
        [NASTY],
        ["list", f"--{NASTY}"],
    ):
        result = cli(*words)
        assert result.code in (1, 2)
        assert obeyed(result.out + result.err) == set()
        assert [line.partition("：")[0] for line in result.err.splitlines()] == ["注意", "错误"]


def test_json_escapes_it_and_reads_back_the_same(nasty: Cli) -> None:
    text = nasty.ok("history", "--json")
    assert obeyed(text) == set()
    assert {row["after"] for row in json.loads(text) if row["field"] == "note"} == {NASTY}


def test_csv_keeps_it_in_a_pipe_and_shows_it_on_a_terminal(nasty: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("history", "--csv", "--fields", "field,after")
    rows = list(csv.reader(io.StringIO(nasty.ok(*words))))
    assert ["note", NASTY] in rows
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: None)
    assert obeyed(nasty.ok(*words)) == set()


def test_a_lone_surrogate_breaks_nothing(cli: Cli) -> None:
    cli.ok("show", "zj-task-6")
    for words in (
        ["list", "--search", "\udc80"],
        ["list", "--search", "\udc80", "--json"],
        ["log", "zj-task-6", "--note", "\udc80"],
    ):
        assert cli(*words).code in (0, 1, 2)


@given(st.text())
def test_safe_leaves_nothing_to_obey_and_plain_text_alone(text: str) -> None:
    safe = output.safe(text)
    assert obeyed(safe) == set()
    assert not any("\ud800" <= char <= "\udfff" for char in safe)
    if text.isprintable():
        assert safe == text


@given(st.text())
def test_json_of_any_text_reads_back(text: str) -> None:
    encoded = output.to_json([{"text": text}])
    assert json.loads(encoded) == [{"text": text}]


@given(st.text())
def test_a_csv_cell_begins_with_no_formula(text: str) -> None:
    cell = output.cell_text(text)
    assert cell in (text, f"'{text}")
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"} or cell.lstrip("+-").replace(".", "", 1).isdecimal()


# Colour and width.


def test_colour_only_on_a_terminal_that_wants_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: 24)
    del cli.environ["NO_COLOR"]
    coloured = cli.ok("list", "--limit", 2)
    assert "\x1b[31m红" in coloured
    plain = cli.ok("list", "--limit", 2, "--no-color")
    assert "\x1b" not in plain
    assert plain == cli.ok("--no-color", "list", "--limit", 2)
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        cli.environ[name] = value
        assert cli.ok("list", "--limit", 2) == plain
        del cli.environ[name]


def test_a_long_list_on_a_terminal_is_cut_and_says_so(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.ok("list").count("\n") == 275
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: 24)
    shown = cli.ok("list").splitlines()
    assert len(shown) == 53
    assert shown[0] == "共 273 项，截至 2026-11-21，cq、zj 为征求意见稿"
    assert shown[-1] == "只显示前 50 行，共 273 行；用 --limit 0 查看全部，或用 -o FILE 存入文件"
    assert cli.ok("list", "--limit", 0).count("\n") == 275
    assert len(json.loads(cli.ok("list", "--json"))) == 273


def test_status_is_one_screen_on_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: 24)
    assert cli.ok("status", "--group", "unit").count("\n") < 24
    assert cli.ok("status", "--group", "unit", "--limit", 0).count("\n") == 129


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_an_id_is_never_cut_and_no_line_is_too_long(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    cli.environ["COLUMNS"] = str(columns)
    plain = cli.ok("list", "--limit", 20)
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: 24)
    for text in (plain, cli.ok("list", "--limit", 20)):
        lines = text.splitlines()[1:-1]
        assert max(map(cell_len, lines)) <= columns
        assert all(re.match(r"[a-z]+-target-\d+ ", line) for line in lines[1:])


def test_a_narrow_screen_leaves_columns_out_and_says_which(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stream, "terminal", True)
    cli.environ["COLUMNS"] = "40"
    result = cli("overdue", "--limit", "3")
    assert result.err == "窗口较窄，未显示：牵头单位、完成时限\n"
    assert re.search(r"^zj-target-31  编制大气 … +1056 天  红$", result.out, re.MULTILINE), result.out
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--unit", "省建设厅")
    assert "  zj-target-20.1  " in cli.ok("history", "--limit", "2")


def test_a_pipe_may_ask_for_colours(cli: Cli) -> None:
    del cli.environ["NO_COLOR"]
    plain = cli.ok("list", "--limit", 2)
    cli.environ["FORCE_COLOR"] = "1"
    coloured = cli.ok("list", "--limit", 2)
    assert "\x1b[31m红" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
    cli.environ["NO_COLOR"] = "1"
    assert cli.ok("list", "--limit", 2) == plain


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("浙江", 4), ("ｱｲｳ", 3), ("e\u0301", 1), ("\u200b", 0), ("👍", 2), ("“十四五”…", 9), ("ＡＢ", 4)],
)
def test_a_text_takes_the_columns_it_has_on_a_terminal(text: str, columns: int) -> None:
    assert cells(text) == columns


def test_a_terminal_of_unknown_size_has_80_columns(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "_terminal_size", lambda: (0, 0))
    del cli.environ["COLUMNS"]
    assert max(map(cell_len, cli.ok("list", "--limit", 9).splitlines()[1:-1])) in (78, 79, 80)
