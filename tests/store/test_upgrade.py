"""`tracker upgrade`, with a revision that is still to come: everything or nothing, a copy first, always explained."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store import next_version
from tests.store.ledgers import commands, digest, dump, findings
from tests.store.processes import surroundings
from tracker.store import ddl, upgrade, version

BACKUP = "ledger-auto-20261121-120000-000000-upgrade.sqlite3"


@pytest.fixture
def newer(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A ledger of version 0002 with data, in the hands of a program of version 0003."""
    cli.ok("log", "zj-task-1", "--percent", "10")
    for module, name in ((version, "REVISIONS"), (version, "HEAD"), (upgrade, "FOLDERS"), (ddl, "FOLDER")):
        monkeypatch.setattr(module, name, getattr(module, name))
    folder = cli.folder / "versions"
    folder.mkdir()
    next_version.install(folder)
    return cli


def stamp(db: Path, revision: str) -> None:
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_there_is_nothing_to_do(cli: Cli) -> None:
    before = digest(cli.db)
    assert cli.ok("upgrade") == f"台账 {cli.db} 已是最新版本 0002，无需升级\n"
    assert json.loads(cli.ok("upgrade", "--json")) == {"upgraded": [], "version": "0002", "backup": None}
    assert digest(cli.db) == before
    assert not cli.db.with_name("backups").exists()


def test_an_old_ledger_is_explained_and_untouched(newer: Cli) -> None:
    before = digest(newer.db)
    words = f"数据库 {newer.db} 是旧版台账（版本 0002），请先运行 tracker upgrade 升级（升级前自动备份）"
    for command in (("list",), ("log", "zj-task-1", "--percent", "20"), ("doctor",), ("undo", "--yes")):
        result = newer(*command)
        assert (result.code, result.out, result.err) == (1, "", f"错误：{words}\n")
    check = newer("check")
    assert (check.code, check.out) == (3, f"TRACKER UNKNOWN - {words}\n")
    assert digest(newer.db) == before


def test_listing_what_is_pending_never_writes(newer: Cli) -> None:
    before = digest(newer.db)
    assert newer.ok("upgrade", "--dry-run") == f"台账 {newer.db} 待升级：0003（未写入）\n"
    assert json.loads(newer.ok("upgrade", "--dry-run", "--json"))["pending"] == ["0003"]
    assert digest(newer.db) == before
    assert not newer.db.with_name("backups").exists()


def test_an_upgrade_copies_first_and_is_in_the_history(newer: Cli) -> None:
    before = dump(newer.db)
    result = newer("upgrade", "--by", "李四")
    backup = newer.db.with_name("backups") / BACKUP
    assert (result.code, result.err) == (0, f"升级前已备份到 {backup}\n")
    assert result.out == f"台账 {newer.db} 已升级到 0003（0003）\n"
    assert dump(backup) == before
    assert commands(newer.db) == ["init", "log", "upgrade"]
    (row,) = [row for row in json.loads(newer.ok("history", "--json")) if row["command"] == "upgrade"]
    assert (row["by"], row["id"]) == ("李四", None)
    newer.ok("log", "zj-task-1", "--percent", "20")
    assert newer.ok("upgrade") == f"台账 {newer.db} 已是最新版本 0003，无需升级\n"


def test_an_upgraded_ledger_passes_the_doctor(newer: Cli) -> None:
    newer.ok("upgrade")
    assert findings(newer.db) == []


def test_an_upgrade_that_fails_changes_nothing(newer: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILING_UPGRADE", "1")
    before = dump(newer.db)
    result = newer("upgrade")
    assert result.code == 1
    assert "half way" in result.err
    assert dump(newer.db) == before
    assert (newer.db.with_name("backups") / BACKUP).exists()
    monkeypatch.delenv("FAILING_UPGRADE")
    newer.ok("upgrade")


def test_an_old_backup_is_upgraded_while_it_is_restored(newer: Cli) -> None:
    newer.ok("backup", newer.folder / "old.sqlite3")
    newer.ok("upgrade")
    newer.ok("restore", newer.folder / "old.sqlite3", "--yes")
    assert commands(newer.db) == ["init", "log", "upgrade", "restore"]
    assert findings(newer.db) == []
    with closing(sqlite3.connect(newer.folder / "old.sqlite3")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)


def test_two_that_upgrade_at_once_do_it_once(cli: Cli) -> None:
    folder = cli.folder / "versions"
    folder.mkdir()
    words = [sys.executable, "-m", "tests.store.next_version", str(folder), "upgrade", "--json"]
    environ = surroundings(cli.db, SLOW_UPGRADE="0.5", PYTHONPATH=str(Path.cwd()))
    running = [
        subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], answers
    assert sorted(json.loads(out)["upgraded"] for out, _ in answers) == [[], [], ["0003"]]
    assert commands(cli.db) == ["init", "upgrade"]


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("9999", "由更新版本的 tracker 建立（版本 9999，本程序支持到 0002），请先升级本程序"),
        ("0000", "是过旧的台账（版本 0000），本程序从 0001 起支持；请先用旧版程序升级"),
    ],
)
def test_a_ledger_of_an_unknown_version_is_explained(cli: Cli, revision: str, words: str) -> None:
    stamp(cli.db, revision)
    before = digest(cli.db)
    for command in (
        ("status",), ("log", "zj-task-1", "--percent", "20"), ("upgrade",), ("upgrade", "--dry-run"), ("backup",), ("doctor",),
    ):  # fmt: skip
        result = cli(*command)
        assert (result.code, result.out, result.err) == (1, "", f"错误：数据库 {cli.db} {words}\n")
    check = cli("check")
    assert (check.code, check.out) == (3, f"TRACKER UNKNOWN - 数据库 {cli.db} {words}\n")
    assert digest(cli.db) == before
