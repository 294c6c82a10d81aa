"""Texts made to harm are stored to the letter, obeyed by nobody, and found again as they are."""

import csv
import io
import json
import re
import time
import zipfile
from pathlib import Path

import pytest

from tests.cli.ledgers import asked, content, refusal, unchanged
from tests.conftest import Cli
from tests.hostile.lines import TEXTS, Line, lines
from tracker.text import WORDS

SQL = "'; DROP TABLE report; --\" OR 1=1 %_\\ ? :x $1 {0} %s"
ESCAPES = "\x1b[2J\x1b]0;x\x07\x9b31m\u202e\u2066\u200f"
MARKS = "\u202e\u2066\u200f"
"""What is left of it: control characters are no text (tests/hostile/test_keys.py)."""
MARKUP = "[bold red]粗[/bold red] [link=file:///etc/passwd]x[/link] :smile: \\[x]"
NOTES = (
    SQL,
    MARKS + "尾",
    MARKUP,
    "=cmd|'/c calc'!A1",
    "@SUM(A1)",
    "\ufeff标",
    "𠮷\U0001f600",
    "a\r\nb\tc",
    "甲\u2028乙",
    "NULL",
    "None",
    "{}",
    "' '",
)


@pytest.mark.parametrize("note", NOTES)
def test_a_note_is_kept_to_the_letter(cli: Cli, note: str) -> None:
    cli.ok("log", "zj-task-6", "--note", note, "--problem", note, "--by", f"张{note}")
    report = asked(cli, "show", "zj-task-6")["last_report"]
    assert (report["note"], report["problem"]) == (note, note)
    assert report["by"] == f"张{note}".strip()
    for words in (
        ("show", "zj-task-6"),
        ("history",),
        ("list", "--search", note),
        ("undo", "--yes", "--by", f"张{note}"),
    ):
        result = cli(*words)
        assert result.code == 0, result.err
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.out + result.err)
    cli.ok("doctor")


@pytest.mark.parametrize(
    "line", [line for line in lines() if line.arguments or line.options], ids=lambda line: " ".join(line.name)
)
def test_no_option_reaches_the_database_as_sql(cli: Cli, line: Line) -> None:
    """Every text option of every command is given the same metacharacters, one at a time."""
    before = {name for name in content(cli.db) if name.startswith("CREATE")}
    arguments = [SQL for metavar in line.arguments if not metavar.startswith("[")]
    for option, switch in line.options:
        if not switch and option not in ("--db", "--output"):
            result = cli(*line.name, *arguments, option, SQL)
            assert "内部错误" not in result.err, (option, result.err)
            assert "syntax error" not in result.err + result.out
            assert "unrecognized token" not in result.err + result.out
    assert {name for name in content(cli.db) if name.startswith("CREATE")} == before


def test_a_search_is_for_letters_not_for_patterns(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", "完成 100%_了")
    for pattern in ("%", "_", "*", "?", ".*", "[a-z]"):
        assert all(
            pattern in json.dumps(item, ensure_ascii=False) for item in asked(cli, "list", "--search", pattern)
        ), pattern


@pytest.mark.parametrize("text", [text for text in TEXTS if any("\ud800" <= char <= "\udfff" for char in text)])
@pytest.mark.parametrize(
    "option", ["--note", "--problem", "--next", "--by", "--evidence", "--value", "--date", "--unit", "--state"]
)
def test_half_a_character_is_refused_wherever_it_stands(cli: Cli, option: str, text: str) -> None:
    code, line = refusal(cli, "log", "zj-task-6", "--note" if option != "--note" else "--next", "x", option, text)
    assert code in (1, 2)
    assert "\\ud" in line or "无法保存" in line or "无法使用" in line or "代理" in line


@pytest.mark.parametrize(
    "words",
    [
        ("unit", "alias", "省建设厅", "\ud800"), ("unit", "rename", "zj:省建设厅", "\ud800"), ("plan", "new", "sd", "--title", "\ud800", "--region", "x"),
        ("item", "add", "zj", "task", "--text", "\ud800"), ("item", "edit", "zj-task-6", "--text", "\ud800"), ("extend", "zj-task-6", "--to", "2027", "--reason", "\ud800"),
        ("assign", "zj-policy-2", "--lead", "\ud800"), ("return", "zj-task-6", "--reason", "\ud800"), ("forecast", "zj-task-6", "at_risk", "--reason", "\ud800"),
        ("breakdown", "zj-target-3", "--to", "\ud800"), ("import", "\ud800.csv", "--yes"), ("backup", "\ud800"), ("list", "-o", "\ud800.csv"), ("restore", "\ud800", "--yes"),
        ("demo", "--db", "\ud800"), ("region", "import", "\ud800"), ("index", "import", "\ud800", "--yes"), ("config", "show", "--db", "\ud800"),
    ],
)  # fmt: skip
def test_half_a_character_breaks_no_command(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    with unchanged(cli):
        result = cli(*words)
    assert result.code in (0, 1, 2)
    assert "内部错误" not in result.err


def test_a_note_longer_than_any_cell_is_refused_at_every_door(cli: Cli, tmp_path: Path) -> None:
    note = "长" * (WORDS + 1)
    table = tmp_path / "in.csv"
    table.write_text(f"编号,本期进展\nzj-task-6,{note}\n", encoding="utf-8")
    for words in (
        ("log", "zj-task-6", "--note", note),
        ("log", "zj-task-6", "--problem", note),
        ("log", "zj-task-6", "--next", note),
        ("complete", "zj-task-6", "--note", note),
        ("assign", "zj-task-6", "--lead", "zj:省生态环境厅", "--reason", note),
        ("import", table, "--yes"),
    ):
        with unchanged(cli):
            result = cli(*words)
        assert result.code in (1, 2), words[:2]
        assert len(result.err) < 2000


def test_the_longest_note(cli: Cli) -> None:
    """Kept whole, shown short, in bounded time: a screen is for people."""
    note = "长" * WORDS
    began = time.process_time()
    cli.ok("log", "zj-task-6", "--note", note)
    for words in (
        ("list",),
        ("show", "zj-task-6"),
        ("history",),
        ("status",),
        ("todo", "--unit", "zj:省生态环境厅"),
        ("overdue",),
        ("explain", "zj-task-6"),
    ):
        out = cli.ok(*words)
        assert len(out) < 200_000, words
    assert asked(cli, "show", "zj-task-6")["last_report"]["note"] == note
    cli.ok("undo", "--yes")
    assert time.process_time() - began < 20


def test_ids_of_other_plans_do_not_leak_in(cli: Cli) -> None:
    """A report goes where the id says, and a form of one plan moves nothing of another."""
    before = {item["id"]: item for item in asked(cli, "list")}
    cli.ok("log", "js-task-6", "--note", "x", "--unit", before["js-task-6"]["lead_units"][0])
    after = {item["id"]: item for item in asked(cli, "list")}
    assert {name for name in before if before[name] != after[name]} == {"js-task-6"}
    assert refusal(cli, "log", "zj-task-6", "--note", "x", "--unit", "js:省工业和信息化厅")[0] == 1


def test_no_cell_of_a_sheet_is_a_formula(cli: Cli, tmp_path: Path) -> None:
    for number, text in enumerate(("=1+1", "+1", "-1", "@x", '=HYPERLINK("http://x")', "\t=1", "{=1}"), start=1):
        cli.ok("log", f"zj-task-{number}", "--note", text, "--problem", text)
    for words in (
        ("weekly", "--plan", "zj"),
        ("annex", "--plan", "zj", "--progress"),
        ("form", "--unit", "zj:省生态环境厅"),
    ):
        path = tmp_path / f"{words[0]}.xlsx"
        cli.ok("export", *words, "-o", path)
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    formulas = re.findall(rb"<f[ >].*?</f>", archive.read(name))
                    assert not any(b"HYPERLINK" in each or b"1+1" in each for each in formulas), name
    rows = list(csv.reader(io.StringIO(cli.ok("history", "--csv", "--fields", "after"))))
    assert not any(row[0][:1] in ("=", "+", "-", "@") and not row[0].lstrip("+-").isdigit() for row in rows if row)


def test_a_message_about_a_hostile_file_name_is_harmless(cli: Cli, tmp_path: Path) -> None:
    for name in (f"{ESCAPES}.csv", f"{MARKUP.replace('/', '-')}.csv", "a\nb.csv"):
        (tmp_path / name).write_text("没有表头\n", encoding="utf-8")
        result = cli("import", tmp_path / name, "--yes")
        assert result.code == 1
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.err)
    assert "[bold red]" in cli("import", tmp_path / "[bold red]x.csv", "--yes").err


def test_json_of_anything_reads_back(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", SQL + ESCAPES + MARKUP)
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["last_report"]["note"] == SQL + MARKS + MARKUP
