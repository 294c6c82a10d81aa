"""How a database gets its name: what an earlier file left behind is never taken for its log, and nothing is lost of it."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import NOON, Cli
from tests.store.ledgers import commands, dump, findings
from tests.store.processes import run
from tracker.store import creation
from tracker.store.location import Location

READER = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN'); c.execute('SELECT 1 FROM change').fetchone();"
    "print(flush=True); sys.stdin.read()"
)


def left_behind(cli: Cli, suffix: str = "-wal") -> bytes:
    """Lose the ledger but not its log, as a kill and a slip of the hand do; return what the log holds."""
    with subprocess.Popen(
        [sys.executable, "-c", READER, cli.db], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        for number in range(3):
            cli.ok("log", "zj-target-20.1", "--value", f"1{number}")
        reader.kill()
    cli.db.unlink()
    if suffix != "-wal":
        cli.db.with_name(cli.db.name + "-wal").rename(cli.db.with_name(cli.db.name + suffix))
    content = cli.db.with_name(cli.db.name + suffix).read_bytes()
    assert content
    return content


def init(_cli: Cli, _backup: Path) -> list[str]:
    return ["init"]


def restore(_cli: Cli, backup: Path) -> list[str]:
    return ["restore", str(backup), "--yes"]


def copy(cli: Cli, backup: Path) -> list[str]:
    return ["db", "copy", str(backup), str(cli.db)]


def demo(cli: Cli, _backup: Path) -> list[str]:
    return ["demo", "--db", str(cli.db)]


def take_in(_cli: Cli, backup: Path) -> list[str]:
    return ["import", str(backup.with_name("exported")), "--yes"]


def back_up(cli: Cli, backup: Path) -> list[str]:
    return ["backup", str(cli.db), "--db", str(backup)]


@pytest.mark.parametrize(
    "make", [init, restore, copy, pytest.param(demo, marks=pytest.mark.anywhere), take_in, back_up]
)  # building the sample is long, its file is moved as those of restore and copy are
def test_a_log_that_outlived_its_ledger_is_moved_aside(
    cli: Cli, tmp_path: Path, make: Callable[[Cli, Path], list[str]]
) -> None:
    backup = tmp_path / "kept.sqlite3"
    cli.ok("backup", backup)
    cli.ok("export", "data", "-o", tmp_path / "exported")
    log = left_behind(cli)
    result = cli(*make(cli, backup))
    assert result.code == 0, result.err
    aside = [each for each in tmp_path.iterdir() if re.fullmatch(r"ledger\.sqlite3\.left-\d{8}-\d{6}-wal", each.name)]
    assert [each.read_bytes() for each in aside] == [log]
    assert str(aside[0]) in result.err
    assert findings(cli.db) == []
    assert "log" not in commands(cli.db) or make is demo
    assert cli("doctor").code == 0


def test_first_use_moves_it_aside_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    log = left_behind(cli)
    del cli.environ["TRACKER_DB"]
    monkeypatch.setenv("TRACKER_DATA_DIR", str(cli.folder))
    result = cli("list", "--limit", "1")
    assert "移存为" in result.err
    assert [each.read_bytes() for each in cli.folder.glob("*.left-*-wal")] == [log]
    assert commands(cli.folder / "ledger.sqlite3") == ["init"]


def test_a_rollback_journal_is_moved_aside_too(cli: Cli) -> None:
    journal = left_behind(cli, "-journal")
    result = cli("init")
    assert result.code == 0
    assert [each.read_bytes() for each in cli.folder.glob("*.left-*-journal")] == [journal]


def test_a_ledger_that_is_not_the_one_finished_is_not_said_to_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    log = left_behind(cli)
    db = tmp_path / "new.sqlite3"
    # Somebody lays the log of another ledger beside the name in the very moment.
    monkeypatch.setattr("tracker.store.ledger_files._set_aside", lambda path: Path(f"{path}-wal").write_bytes(log))
    result = cli("init", "--db", db)
    assert result.code == 1
    assert result.err.count("\n") == 1


@pytest.mark.posix
def test_a_link_that_leads_nowhere_is_not_the_place_of_a_new_ledger(cli: Cli, tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite3"
    link.symlink_to(tmp_path / "not mounted" / "ledger.sqlite3")
    for words in (("init",), ("restore", cli.db, "--yes"), ("log", "zj-task-6", "--percent", "5")):
        result = cli(*words, "--db", link)
        assert (result.code, result.out) == (1, ""), words
        assert link.is_symlink()
        assert not link.exists()


def test_a_copy_that_is_not_finished_has_no_name(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "copy.sqlite3"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tracker.store.transfer._prove_equal", killed)
    assert cli("db", "copy", cli.db, target).code == 130
    assert not target.exists()
    monkeypatch.undo()
    cli.ok("db", "copy", cli.db, target)
    assert sorted(dump(target)) == sorted(dump(cli.db))


def test_a_name_that_a_killed_run_left_stops_nobody(cli: Cli, tmp_path: Path) -> None:
    for name in (".copy.sqlite3", ".out.csv", ".ledger.sqlite3"):
        (tmp_path / f"{name}.{os.getpid()}.tmp").write_text("half", encoding="utf-8")
    cli.ok("backup", tmp_path / "copy.sqlite3")
    cli.ok("list", "--csv", "-o", tmp_path / "out.csv")
    cli.ok("restore", tmp_path / "copy.sqlite3", "--yes")


def test_a_ledger_with_two_names_is_refused(cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    os.link(cli.db, other)
    for words in (("log", "zj-task-6", "--percent", "5"), ("doctor",), ("status",), ("check",)):
        for db in (cli.db, other):
            result = cli(*words, "--db", db)
            assert result.code == (3 if words[0] == "check" else 1)
            assert "有 2 个名字（硬链接）" in result.err + result.out
    other.unlink()
    cli.ok("log", "zj-task-6", "--percent", "5")
    assert cli("doctor").code == 0


def test_a_backup_with_two_names_can_be_restored(cli: Cli, tmp_path: Path) -> None:
    backup = tmp_path / "a.sqlite3"
    cli.ok("backup", backup)
    os.link(backup, tmp_path / "b.sqlite3")
    cli.ok("restore", backup, "--yes")


HOT = (
    "import sqlite3, sys, os; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('PRAGMA journal_mode = DELETE');"
    "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN IMMEDIATE'); c.execute('CREATE TABLE big (t)');"
    "[c.execute('INSERT INTO big VALUES (?)', ('x' * 5000,)) for _ in range(200)]; os._exit(9)"
)


def test_a_change_that_another_program_left_half_done_is_told(cli: Cli) -> None:
    subprocess.run([sys.executable, "-c", HOT, str(cli.db)], check=False)
    journal = cli.db.with_name(cli.db.name + "-journal")
    assert journal.stat().st_size
    result = cli("status")
    assert (result.code, result.out) == (1, "")
    assert f"旁有 {journal.name}：其他程序写入时中断" in result.err
    assert cli("doctor", "--repair").code == 0
    assert not journal.exists()
    cli.ok("status")


@pytest.mark.posix
def test_what_is_no_plain_file_is_refused_at_once(cli: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for words in (
        ("status", "--db", pipe), ("restore", pipe, "--yes"), ("backup", pipe, "--force"), ("db", "copy", pipe, tmp_path / "n.sqlite3"),
        ("list", "--csv", "-o", pipe, "--force"),
    ):  # fmt: skip
        result = run(cli.db, *words)
        assert result.returncode == 1, words
        assert result.stderr.count("\n") == 1
        assert pipe.is_fifo()
    for name in ("TRACKER_CONFIG", "TRACKER_INDEX_GOALPOSTS"):
        environ = {"PATH": os.environ["PATH"], "TRACKER_DB": str(cli.db), "LC_ALL": "C.UTF-8", name: str(pipe)}
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *(["status"] if name == "TRACKER_CONFIG" else ["index", "compute", "--year", "2025"])],
            env=environ, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "不是普通文件" in done.stderr


def test_a_handle_that_failed_to_open_is_closed(tmp_path: Path) -> None:
    """An open handle stops every later move on Windows; here it would be a ResourceWarning."""
    torn = tmp_path / "torn.sqlite3"
    torn.write_text("no database\n" * 1000, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "tracker", "status", "--db", str(torn)],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ResourceWarning" not in done.stderr


@pytest.mark.anywhere
def test_a_replaced_sample_keeps_nothing_of_the_old(cli: Cli, tmp_path: Path) -> None:
    sample = tmp_path / "demo.sqlite3"
    cli.ok("demo", "--db", sample)
    cli.ok("log", "zj-task-6", "--note", "试用", "--db", sample)
    with closing(sqlite3.connect(sample)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM change").fetchone()
        cli.ok("log", "zj-task-7", "--note", "试用", "--db", sample)
        assert "正被其他程序" in cli("demo", "--db", sample, "--force").err
    cli.ok("demo", "--db", sample, "--force")
    assert findings(sample) == []
    assert "试用" not in json.dumps(dump(sample), ensure_ascii=False)


def test_every_new_ledger_stands_alone(tmp_path: Path) -> None:
    assert creation.create(Location(str(tmp_path / "l.sqlite3")), NOON, by="测试")
    shutil.copy(tmp_path / "l.sqlite3", tmp_path / "copy.sqlite3")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.sqlite3", "l.sqlite3"]
