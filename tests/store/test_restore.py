"""`tracker restore`: the examined copy in place, the old ledger kept, nothing in between."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.doctor.intruder import tamper
from tests.store.ledgers import commands, digest, dump, findings
from tracker.store import restoration
from tracker.store.location import Location

KEPT = "ledger-before-restore-20261121-120000.sqlite3"


@pytest.fixture
def copy(cli: Cli, tmp_path: Path) -> Path:
    """A backup made after the first of two reports."""
    path = tmp_path / "copy.sqlite3"
    cli.ok("log", "zj-task-1", "--percent", "10")
    cli.ok("backup", path)
    cli.ok("log", "zj-task-1", "--percent", "20")
    return path


def test_restore_keeps_the_old_ledger_and_is_itself_in_the_history(cli: Cli, copy: Path) -> None:
    before, source = dump(cli.db), digest(copy)
    result = cli("restore", copy, "--yes")
    kept = cli.db.with_name(KEPT)
    assert (result.code, result.err) == (0, f"原台账另存为 {kept}\n")
    assert result.out == f"台账 {cli.db} 已从备份 {copy} 恢复\n"
    assert commands(cli.db) == ["init", "log", "restore"]
    assert json.loads(cli.ok("show", "zj-task-1", "--json"))["percent"] == 10
    assert dump(kept) == before
    assert digest(copy) == source
    assert cli("doctor").code == 0
    assert cli("doctor", "--db", kept).code == 0
    cli.ok("log", "zj-task-1", "--percent", "30")
    assert cli("doctor").code == 0
    if os.name == "posix":
        assert (cli.db.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o600, 0o600)


def test_the_answer_as_json(cli: Cli, copy: Path) -> None:
    answer = json.loads(cli.ok("restore", copy, "--yes", "--json"))
    assert answer == {"file": str(copy), "db": str(cli.db), "change": 3, "kept": str(cli.db.with_name(KEPT))}


def test_restore_asks_and_takes_no_for_an_answer(cli: Cli, copy: Path) -> None:
    before = dump(cli.db)
    result = cli("restore", copy, answers="n\n")
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        f"用备份 {copy}（共 2 号改动，最后一号 2026-11-21 12:00）替换台账 {cli.db}？ [y/N] 未恢复，未作任何改动\n"
    )
    assert dump(cli.db) == before
    assert not cli.db.with_name(KEPT).exists()


@pytest.mark.parametrize("words", [[], ["--no-input"]])
def test_without_a_yes_and_nobody_to_ask_it_refuses(cli: Cli, copy: Path, words: list[str]) -> None:
    before = digest(cli.db)
    assert cli("restore", copy, *words).code == 2
    assert digest(cli.db) == before


def test_a_dry_run_changes_nothing(cli: Cli, copy: Path) -> None:
    before = sorted(
        (each.name, digest(each)) for each in cli.folder.iterdir() if each.is_file() and "-shm" not in each.name
    )
    assert cli.ok("restore", copy, "--dry-run").startswith("【演示，未写入】")
    after = sorted(
        (each.name, digest(each)) for each in cli.folder.iterdir() if each.is_file() and "-shm" not in each.name
    )
    assert after == before


def test_a_restore_is_not_undone_by_accident(cli: Cli, copy: Path) -> None:
    cli.ok("restore", copy, "--yes")
    assert cli("undo", "3", "--yes").err == "错误：第 3 号改动（restore）不能撤销\n"
    cli.ok("undo", "--yes")  # the last change of mine that can be: the report in the backup
    assert json.loads(cli.ok("show", "zj-task-1", "--json"))["percent"] is None


def test_a_copy_that_does_not_pass_the_doctor_is_refused(cli: Cli, copy: Path) -> None:
    tamper(copy, "UPDATE report SET percent = '99'")
    before = digest(cli.db)
    result = cli("restore", copy, "--yes")
    assert result.code == 1
    assert "检查出" in result.err
    assert f"tracker doctor --db {copy}" in result.err
    assert digest(cli.db) == before


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "不存在"),
        ("empty", "不是 tracker 台账"),
        ("text", "不是 SQLite 数据库或已损坏"),
        ("folder", "是一个目录"),
        ("another application's", "不是 tracker 台账"),
        ("cut off", "已损坏"),
        ("newer", "由更新版本的 tracker 建立（版本 9999"),
        ("older", "过旧的台账（版本 0000"),
        ("the ledger itself", "就是台账本身"),
    ],
)
def test_what_is_no_backup_is_refused(cli: Cli, copy: Path, tmp_path: Path, kind: str, words: str) -> None:
    source = _source(kind, cli, copy, tmp_path)
    before = digest(cli.db)
    result = cli("restore", source, "--yes")
    assert result.code == 1
    assert words in result.err
    assert result.err.count("\n") == 1
    assert digest(cli.db) == before
    assert not cli.db.with_name(KEPT).exists()
    assert [each for each in cli.folder.iterdir() if each.name.endswith(".tmp")] == []


def _source(kind: str, cli: Cli, copy: Path, tmp_path: Path) -> Path:
    other = tmp_path / "other.sqlite3"
    match kind:
        case "empty":
            other.touch()
        case "text":
            other.write_text("这不是数据库" * 500, encoding="utf-8")
        case "folder":
            other.mkdir()
        case "another application's":
            with closing(sqlite3.connect(other)) as connection:
                connection.execute("CREATE TABLE song (title TEXT)")
        case "cut off":
            other.write_bytes(copy.read_bytes()[:200_000])
        case "newer" | "older":
            shutil.copy(copy, other)
            with closing(sqlite3.connect(other, isolation_level=None)) as connection:
                connection.execute(
                    "UPDATE alembic_version SET version_num = ?", ("9999" if kind == "newer" else "0000",)
                )
        case "the ledger itself":
            return cli.db
    return other


def test_a_ledger_that_is_gone_comes_back(cli: Cli, copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        cli.db.with_name(cli.db.name + suffix).unlink(missing_ok=True)
    result = cli("restore", copy, "--yes")
    assert (result.code, result.err) == (0, "")
    assert commands(cli.db) == ["init", "log", "restore"]
    assert cli("doctor").code == 0


@pytest.mark.parametrize("damage", ["text", "empty", "cut off", "torn"])
def test_a_ledger_that_is_broken_is_put_aside_as_it_is(cli: Cli, copy: Path, damage: str) -> None:
    content = cli.db.read_bytes()
    for suffix in ("-wal", "-shm"):
        cli.db.with_name(cli.db.name + suffix).unlink(missing_ok=True)
    broken = {
        "text": b"nonsense " * 1000,
        "empty": b"",
        "cut off": content[:100_000],
        "torn": content[:81920] + bytes(range(256)) * 160 + content[81920 + 256 * 160 :],
    }[damage]
    cli.db.write_bytes(broken)
    result = cli("restore", copy, "--yes")
    assert result.code == 0, result.err
    assert commands(cli.db) == ["init", "log", "restore"]
    assert findings(cli.db) == []
    kept = cli.db.with_name(KEPT)
    assert result.err == f"原台账另存为 {kept}\n"
    assert kept.exists()
    if damage in ("text", "torn"):
        assert kept.read_bytes() == broken


def test_another_programs_database_is_not_overwritten(cli: Cli, copy: Path, tmp_path: Path) -> None:
    other = _source("another application's", cli, copy, tmp_path)
    before = digest(other)
    result = cli("restore", copy, "--yes", "--db", other)
    assert result.code == 1
    assert "不是 tracker 台账" in result.err
    assert digest(other) == before


def test_a_ledger_in_another_mode_is_overwritten_too(cli: Cli, copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    cli.ok("backup", other)  # not yet in write-ahead mode
    cli.ok("restore", copy, "--yes", "--db", other)
    assert commands(other) == ["init", "log", "restore"]


def test_what_is_written_while_the_old_ledger_is_copied_is_in_the_copy(
    cli: Cli, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_old = restoration.keep_old
    late = iter([True, False])

    def keep_and_let_somebody_write(location: Location, kept: Path) -> tuple[int, str]:
        before = keep_old(location, kept)
        if next(late):
            cli.ok("log", "zj-task-2", "--percent", "77")
        return before

    monkeypatch.setattr(restoration, "keep_old", keep_and_let_somebody_write)
    cli.ok("restore", copy, "--yes")
    assert commands(cli.db.with_name(KEPT)) == ["init", "log", "log", "log"]
    assert commands(cli.db) == ["init", "log", "restore"]


def test_a_ledger_that_never_rests_is_left_alone(cli: Cli, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoration, "overwrite", lambda *_: False)
    before = digest(cli.db)
    result = cli("restore", copy, "--yes")
    assert result.code == 1
    assert "正被不断写入" in result.err
    assert digest(cli.db) == before
    assert not cli.db.with_name(KEPT).exists()


def test_readers_keep_what_they_were_reading(cli: Cli, copy: Path) -> None:
    with closing(sqlite3.connect(cli.db, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM change").fetchone() == (3,)
        cli.ok("restore", copy, "--yes")
        assert reader.execute("SELECT max(command) FROM change").fetchone() == ("log",)
        reader.execute("COMMIT")
        assert reader.execute("SELECT max(command) FROM change").fetchone() == ("restore",)


def test_a_locked_ledger_is_left_alone(cli: Cli, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.store.connection.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(cli.db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = cli("restore", copy, "--yes")
        assert result.code == 1
        assert "正被其他程序占用" in result.err
        other.execute("ROLLBACK")
    assert not cli.db.with_name(KEPT).exists()


def test_evidence_comes_back_with_a_named_backup(cli: Cli, tmp_path: Path) -> None:
    paper, copy = tmp_path / "证明.txt", tmp_path / "copy.sqlite3"
    paper.write_text("原件", encoding="utf-8")
    cli.ok("log", "zj-task-1", "--note", "附件", "--evidence", paper)
    cli.ok("backup", copy)
    shutil.rmtree(cli.db.with_name("ledger.sqlite3.evidence"))
    cli.ok("restore", copy, "--yes")
    assert cli("doctor").code == 0
