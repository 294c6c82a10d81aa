"""Making a ledger: whole, private, once, whoever else starts at the same moment."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store.ledgers import commands, findings
from tests.store.processes import run, start


def test_many_that_start_at_once_make_one_ledger(tmp_path: Path) -> None:
    db = tmp_path / "new" / "ledger.sqlite3"
    # First use makes the user's own ledger only, which `init` can name as well.
    running = [start(db, "init", "--json") for _ in range(4)] + [
        start(db, "list", "--limit", "1", "--json", TRACKER_DB="", TRACKER_DATA_DIR=str(db.parent)) for _ in range(2)
    ]
    answers = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 6, answers
    made = [json.loads(out)["created"] for out, _ in answers[:4]]
    said = sum("已建立台账" in err for _, err in answers)
    assert sum(made) <= 1
    assert said == 1
    assert commands(db) == ["init"]
    assert findings(db) == []
    assert [each.name for each in db.parent.iterdir() if each.name.endswith(".tmp")] == []


def test_init_twice_changes_nothing(cli: Cli) -> None:
    before = cli.db.read_bytes()
    said = f"台账 {cli.db} 已存在，未作改动；增加随附方案请用 tracker plan add，如 tracker plan add zj\n"
    assert cli.ok("init") == said
    assert json.loads(cli.ok("init", "--json")) == {"db": str(cli.db), "created": False}
    assert cli.db.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_file_and_folders_are_private_whatever_the_umask(tmp_path: Path) -> None:
    db = tmp_path / "a" / "b" / "ledger.sqlite3"
    result = run(db, "init", umask=0)
    assert result.returncode == 0
    assert [each.stat().st_mode & 0o777 for each in (db.parent.parent, db.parent, db)] == [0o700, 0o700, 0o600]
    run(db, "log", "zj-task-1", "--percent", "1", umask=0)
    assert {each.stat().st_mode & 0o777 for each in db.parent.iterdir()} == {0o600}


def test_every_ledger_has_an_identity_of_its_own(tmp_path: Path) -> None:
    ids = set()
    for name in ("a", "b"):
        db = tmp_path / f"{name}.sqlite3"
        run(db, "init", "--empty")
        with closing(sqlite3.connect(db)) as connection:
            ids.add(connection.execute("SELECT value FROM ledger WHERE name = 'id'").fetchone()[0])
    assert len(ids) == 2


def test_a_place_that_cannot_be_written(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    result = cli("init", "--db", file / "ledger.sqlite3")
    assert (result.code, result.out) == (1, "")
    reason = "路径中有一段不是目录" if os.name == "posix" else "文件或目录不存在"
    assert result.err == f"错误：无法在 {file} 建立台账：{reason}；请用 --db 指定可写的位置\n"


@pytest.mark.skipif(os.name != "posix", reason="limits are those of POSIX")
def test_a_ledger_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    db = tmp_path / "ledger.sqlite3"
    result = run(db, "init", preexec_fn=limit)
    assert result.returncode == 1
    assert result.stderr.startswith("错误：")
    assert str(db) in result.stderr
    assert ".tmp" not in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == []
