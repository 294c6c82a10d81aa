"""What the keys of a terminal leave is no text: it is taken out at every door, with a line that says so."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Cli
from tracker.store.connection import Connection, reading
from tracker.store.location import Location
from tracker.text import cleaned, visible

KEYS = "新\x1b[D\x1b[3~建\x1b[H管\x7f网\x08\x1bOA第二行\x9b31m完\x00成"
PLAIN = "新建管网第二行完成"
SAID = "中的控制字符"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def stored(cli: Cli) -> str:
    """Return every text of the ledger in one."""
    with reading(Location(cli.environ["TRACKER_DB"])) as connection:
        rows = [
            *connection.all("SELECT note, problem, next FROM report"), *connection.all("SELECT data FROM event"),
            *connection.all('SELECT "by", unit, detail FROM change'), *connection.all("SELECT name FROM unit_name"),
            *connection.all("SELECT text, title, note FROM item"), *connection.all("SELECT title FROM plan"),
        ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False)


def said_once(cli: Cli, *words: object, answers: str | None = None) -> str:
    result = cli(*words, answers=answers)
    assert result.code == 0, result.err
    assert SAID in result.err
    assert not CONTROL.search(result.out.replace("\n", "") + result.err.replace("\n", ""))
    assert not CONTROL.search(stored(cli).replace("\n", ""))
    assert "\\u001b" not in stored(cli)
    return result.err


@pytest.mark.parametrize("option", ["--note", "--problem", "--next", "--by"])
def test_an_option(cli: Cli, option: str) -> None:
    said_once(cli, "log", "zj-task-6", "--percent", "5", option, KEYS)
    assert PLAIN in stored(cli)


def test_what_is_said_is_what_is_kept(cli: Cli) -> None:
    assert cli("log", "zj-task-6", "--note", KEYS).out.splitlines()[0].endswith(f"：{PLAIN}")
    assert f"增加别名 {PLAIN}" in cli("unit", "alias", "zj:省能源局", KEYS).out
    assert (cli("unit", "add", f"zj:{KEYS}局").code, cli("unit", "add", f"zj:{KEYS}局").code) == (0, 1)
    assert cli("config", "set", "issuer", KEYS).out.startswith(f"issuer = {PLAIN}")


def test_decisions_names_and_items(cli: Cli) -> None:
    said_once(
        cli, "extend", "zj-task-6", "--to", "2027-06-30", "--reason", KEYS, "--approved-by", "省政府", "--late", "--yes"
    )
    said_once(cli, "unit", "alias", "zj:省能源局", "能源" + KEYS)
    said_once(cli, "item", "add", "zj", "task", "--text", KEYS, "--lead", "省发展改革委")


def test_a_table_that_comes_back(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "填报.csv"
    path.write_text(f"编号,完成率,本期进展\nzj-task-6,20,{KEYS.replace(chr(0), '')}\n", encoding="utf-8")
    said_once(cli, "import", path, "--yes")
    assert PLAIN in stored(cli)
    # What was taken out is no news when the same table comes again.
    assert json.loads(cli("import", path, "--yes", "--json").out)["same"] == 1
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "完成率", "本期进展"])
    sheet.append(["zj-task-7", 20, "新_x001B_[D建"])
    book.save(tmp_path / "填报.xlsx")
    said_once(cli, "import", tmp_path / "填报.xlsx", "--yes")
    assert "新建" in stored(cli)


def test_a_form_says_few_lines_of_many_cells(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = "".join(f"zj-task-{number},{number},进展{number}\x1b[D\n" for number in range(1, 47))
    path.write_text("编号,完成率,本期进展\n" + lines, encoding="utf-8")
    result = cli("import", path, "--yes")
    assert result.err.count(SAID) <= 20
    assert "处类似提示未列出" in result.err


def test_line_breaks_and_tabs_are_text(cli: Cli) -> None:
    result = cli("log", "zj-task-6", "--note", "一\n二\r\n三\t四")
    assert (result.code, SAID in result.err) == (0, False)
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["last_report"]["note"] == "一\n二\r\n三\t四"


def test_cleaning_leaves_text_alone() -> None:
    assert cleaned("a\u202eb\u2028 \U0001f600") == "a\u202eb\u2028 \U0001f600"
    assert cleaned("旧\r行") == "旧\n行"
    assert visible("a\x1b\u202e\n\t") == "a\\x1b\\u202e\n\t"


def test_undo_says_what_it_takes_back_and_holds_its_hash(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.ok("log", "zj-task-6", "--percent", "30", "--note", "完成招标", "--problem", "用地")
    result = cli("undo", "--yes", "--dry-run")
    assert result.err == "将撤回：zj-task-6 进行中，完成率 30%，“完成招标”，“用地”\n"
    assert json.loads(cli("undo", "--yes", "--json", "--dry-run").out)["statements"] == [
        "zj-task-6 进行中，完成率 30%，“完成招标”，“用地”"
    ]
    other = cli.folder / "other.sqlite3"
    cli.ok("init", "--db", other)
    cli.ok("log", "zj-task-7", "--percent", "60", "--db", other)

    def swapped(_options: object, _question: str) -> bool:
        # While somebody thinks, another ledger with a change of the same number comes to bear the name.
        other.replace(cli.db)
        return True

    monkeypatch.setattr("tracker.cli.write_options.WriteOptions.confirm", swapped)
    result = cli("undo")
    assert result.code == 1
    assert "已不是刚才显示的那一次" in result.err
    assert "60" in json.dumps(json.loads(cli.ok("show", "zj-task-7", "--json"))["percent"])


def test_undo_of_undo_of_undo_costs_no_more_than_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.ok("log", "zj-task-6", "--percent", "30")
    for change in range(2, 62):
        cli.ok("undo", str(change), "--yes")
    queries: list[str] = []
    execute = Connection.execute

    def counted(self: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
        queries.append(sql)
        return execute(self, sql, parameters)

    monkeypatch.setattr(Connection, "execute", counted)
    cli.ok("undo", "62", "--yes")
    assert len(queries) < 150
