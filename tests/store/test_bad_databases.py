"""A database that cannot be used: one clear line, exit 1 (check: 3), and nothing changed."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import Cli
from tracker.store.connection import explain_file
from tracker.store.location import Location

READ, WRITE, CHECK = ("list", "--limit", "1"), ("log", "zj-task-1", "--percent", "20"), ("check",)
KINDS = {
    "a folder": "是一个目录；请用 --db 指定数据库文件",
    "an empty file": "不是 tracker 台账；",
    "a text": "不是 SQLite 数据库或已损坏；",
    "cut off in the middle": "不是 SQLite 数据库或已损坏；",
    "cut off in the first page": "不是 SQLite 数据库或已损坏；",
    "another program's": "不是 tracker 台账；",
    "of a newer version": "由更新版本的 tracker 建立（版本 9999，本程序支持到 0002），请先升级本程序",
    "a device": "",
}


def make(kind: str, cli: Cli, path: Path) -> Path:
    match kind:
        case "a folder":
            path.mkdir()
        case "an empty file":
            path.touch()
        case "a text":
            path.write_text("这不是数据库\n" * 1000, encoding="utf-8")
        case "cut off in the middle":
            path.write_bytes(cli.db.read_bytes()[:150_000])
        case "cut off in the first page":
            path.write_bytes(cli.db.read_bytes()[:1000])
        case "another program's":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("CREATE TABLE song (title TEXT)")
        case "of a newer version":
            shutil.copy(cli.db, path)
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        case _:
            return Path(os.devnull)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_no_ledger_is_explained_and_left_alone(cli: Cli, tmp_path: Path, kind: str) -> None:
    path = make(kind, cli, tmp_path / "other")
    before = path.read_bytes() if path.is_file() else None
    for command in (READ, WRITE, ("status",), ("doctor",), ("backup",), ("undo", "--yes"), ("history",)):
        result = cli(*command, "--db", path)
        assert (result.code, result.out) == (1, ""), command
        assert result.err.count("\n") == 1
        assert KINDS[kind] in result.err
        assert str(path) in result.err
        assert "内部错误" not in result.err
    check = cli("check", "--db", path)
    assert (check.code, check.err) == (3, "")
    assert check.out.startswith("TRACKER UNKNOWN - ")
    assert check.out.count("\n") == 1
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_ledger_that_somebody_holds_can_be_read_and_says_so_to_writers(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.store.connection.TURN_SECONDS", 0.2)
    with closing(sqlite3.connect(cli.db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = cli(*WRITE)
        assert (result.code, result.out) == (1, "")
        assert result.err == f"错误：数据库 {cli.db} 正被其他程序占用，等待 0 秒后仍未释放；请稍后重试\n"
        cli.ok(*READ)
        assert cli("check").code == 2
        assert cli("doctor").code == 0
        other.execute("ROLLBACK")
    cli.ok(*WRITE)


def test_a_ledger_locked_even_for_readers_says_so(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.store.connection.BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(cli.db, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        result = cli(*READ)
        assert result.code == 1
        assert "正被其他程序占用" in result.err
        check = cli("check")
        assert (check.code, check.err) == (3, "")
        assert "正被其他程序占用" in check.out


NOBODY = 65534


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Be a user without any rights of their own, who is let through to a folder of the test.

    Within this process: the interpreter itself may lie where nobody can read it.
    """
    closed = [(each, each.stat().st_mode) for each in (folder, *folder.parents) if not each.stat().st_mode & 0o005]
    groups = os.getgroups()
    try:
        for each, mode in closed:
            each.chmod(mode | 0o005)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, 0)
        os.setresuid(NOBODY, NOBODY, 0)
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)
        for each, mode in closed:
            each.chmod(mode)


def warmed(cli: Cli, *commands: tuple[str, ...]) -> None:
    """Run commands on a ledger of their own, so that what they import is in memory."""
    for command in commands:
        cli(*command, "--db", cli.folder / "warm.sqlite3") if command != CHECK else cli("check")


root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user and mount"
)


@root
def test_a_file_without_the_right_to_read_it(cli: Cli) -> None:
    warmed(cli, READ, WRITE, CHECK)
    with nobody(cli.folder):
        for command in (READ, WRITE):
            result = cli(*command)
            assert (result.code, result.out) == (1, "")
            assert result.err == f"错误：没有读取数据库 {cli.db} 的权限；请检查文件权限\n"
        check = cli(*CHECK)
        assert (check.code, check.out) == (3, f"TRACKER UNKNOWN - 没有读取数据库 {cli.db} 的权限；请检查文件权限\n")


@root
def test_a_file_without_the_right_to_write_it_can_be_read(cli: Cli) -> None:
    warmed(cli, READ, WRITE, CHECK)
    for suffix in ("-wal", "-shm"):
        cli.db.with_name(cli.db.name + suffix).unlink(missing_ok=True)
    cli.db.chmod(0o644)
    before = cli.db.read_bytes()
    with nobody(cli.folder):
        cli.ok(*READ)
        assert cli(*CHECK).code == 2
        result = cli(*WRITE)
        assert (result.code, result.out) == (1, "")
        assert result.err == f"错误：数据库 {cli.db} 只读，无法写入；请检查文件和所在目录的权限\n"
    assert cli.db.read_bytes() == before


@root
def test_a_folder_nobody_may_enter(cli: Cli) -> None:
    warmed(cli, READ, WRITE, CHECK)
    inner = cli.folder / "inner"
    inner.mkdir(mode=0o700)
    db = inner / "ledger.sqlite3"
    shutil.copy(cli.db, db)
    with nobody(cli.folder):
        for command in (READ, WRITE):
            result = cli(*command, "--db", db)
            assert (result.code, result.out) == (1, "")
            assert result.err == f"错误：系统错误 {db}：没有权限；请检查路径、权限和磁盘\n"
        assert cli(*CHECK, "--db", db).code == 3


def test_a_file_system_that_cannot_lock_is_named() -> None:
    refusal = explain_file(sqlite3.OperationalError("locking protocol"), Location("/mnt/share/ledger.sqlite3"))
    assert str(refusal) == (
        "数据库 /mnt/share/ledger.sqlite3 所在的文件系统不能加锁（多为网络共享）；"
        "请移到本地磁盘，或改用 PostgreSQL（tracker db copy）"
    )


@pytest.mark.parametrize(
    "said",
    ["no such column: item.mood", "database or disk is full", "disk I/O error", "out of memory", "string or blob too big",
     "UNIQUE constraint failed: change.id", "FOREIGN KEY constraint failed", "unable to open database file", "no words for this"],
)  # fmt: skip
def test_what_the_driver_says_of_a_file_is_said_in_chinese(said: str) -> None:
    told = str(explain_file(sqlite3.OperationalError(said), Location("台账.sqlite3")))
    assert said not in told
    assert "；" in told
