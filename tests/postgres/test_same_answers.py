"""The same commands give the same answers on a server as on a file."""

import json
from pathlib import Path

from tests.conftest import Cli
from tests.forms.test_import_tables import counts
from tests.forms.test_shown import SINCE, TOLD, exports, later
from tests.server import Server

SCRIPT: tuple[tuple[str, ...], ...] = (
    ("log", "zj-target-20.1", "--value", "78.5", "--note", "新建管网"),
    ("log", "zj-target-10.2", "zj-target-15", "--value", "60"),
    ("log", "zj-target-23.2", "--value", "80", "--date", "2026-11-01"),
    ("log", "zj-target-33", "--value", "25"),
    ("log", "zj-task-7", "--unit", "省能源局", "--percent", "50", "--problem", "缺资金"),
    ("undo", "--yes"),
    ("log", "nx-target-13", "--value", "309.8", "--unit", "自治区林草局"),
    ("breakdown", "zj-target-4.2", "--to", "cities", "--rule", "met"),
    ("log", "zj-target-4", "--region", "杭州市", "--state", "completed"),
    ("unit", "rename", "省建设厅", "省住房城乡建设厅"),
    ("item", "add", "zj", "task", "--text", "专项核查", "--lead", "省生态环境厅", "--due", "2026-12-31"),
    ("item", "edit", "zj-task-48", "--due", "2026-12-15"),
    ("log", "zj-policy-2", "--unit", "财政厅", "--note", "研究"),
    ("log", "zj-task-6", "--percent", "10"),
    ("log", "zj-task-6", "--percent", "20"),
    ("undo", "--yes"),
    ("undo", "--yes"),
    ("undo", "15", "--yes"),
)
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("list", "--json"),
    ("list", "--json", "--kind", "aim"),
    ("list", "--indicators", "--csv"),
    ("overdue", "--json"),
    ("overdue", "--limit", "5", "--csv"),
    *(("status", "--group", group, "--json") for group in ("plan", "unit", "chapter", "region")),
    ("list", "--csv", "--fields", "id,text,due,lead_units,participating_units,percent,light,days_overdue,due_soon"),
    ("list", "--csv", "--fields", "id,light", "--light", "red", "--unreported"),
    ("check",),
    ("show", "zj-target-6", "--json"),
    ("list", "--unit", "省能源局", "--json"),
    ("list", "--as-of", "2026-11-10", "--json"),
    ("list", "--known-at", "2026-11-20", "--json"),
    ("unit", "list", "--json"),
    ("plan", "list", "--json"),
    ("check", "--json"),
    ("check", "all", "--json"),
    ("history", "--csv", "--fields", "change,by,unit,command,id,field,before,after"),
    ("history", "zj-task-48", "--csv", "--fields", "change,id,field,after"),
)


def test_the_same_story_on_both_engines(cli: Cli, pg: Cli) -> None:
    cli.now = pg.now
    for words in SCRIPT:
        ours, theirs = cli(*words), pg(*words)
        assert (theirs.code, theirs.out, theirs.err) == (ours.code, ours.out, ours.err), words
    for words in QUESTIONS:
        assert pg(*words).out == cli(*words).out, words


def test_an_export_of_a_server_is_held_against_what_it_showed(pg: Cli) -> None:
    later(pg, TOLD)
    made = list(exports(pg))
    later(pg, SINCE)
    for path in made:
        assert counts(pg.ok("import", path, "--yes", "--json"))[:2] == (0, 0)


def test_a_ledger_moves_to_the_server_and_back_unchanged(cli: Cli, ledger: Server, tmp_path: Path) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--note", "甲'乙\"=1")
    ledger.sql(None, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    there = json.loads(cli.ok("db", "copy", cli.db, ledger.owner, "--json"))
    back = json.loads(cli.ok("db", "copy", ledger.owner, tmp_path / "back.sqlite3", "--json"))
    assert there == back
    assert there["rows"]["report"] == 1
    known = "min(reltuples) > 0, bool_and(relallvisible = relpages)"
    assert ledger.sql(None, f"SELECT {known} FROM pg_class WHERE relname IN ('item', 'report')") == [(True, True)]
    before = cli.ok("list", "--json")
    cli.environ["TRACKER_DB"] = str(tmp_path / "back.sqlite3")
    assert cli.ok("list", "--json") == before
    assert cli("db", "copy", cli.db, ledger.owner).code == 1
    assert cli.ok("undo", "--yes").startswith("已撤销第 2 号改动")


def test_the_password_of_an_address_is_never_shown(cli: Cli) -> None:
    result = cli("list", "--db", "postgresql+psycopg://me:hush-hush@127.0.0.1:1/none")
    assert result.code == 1
    assert "hush-hush" not in result.out + result.err
    assert "me@127.0.0.1:1/none" in result.err
