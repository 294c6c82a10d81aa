"""Backups: whole, private, made while others work, and never half."""

import json
import os
import re
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import NOON, Cli
from tests.store.ledgers import commands, digest, dump, findings
from tests.store.processes import run
from tracker.errors import Refused
from tracker.store.backups import automatic
from tracker.store.location import Location

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and limits are those of POSIX")


def test_a_backup_holds_everything_and_proves_itself(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "10", "--note", "第一次")
    result = cli("backup")
    path = cli.db.with_name("backups") / "ledger-20261121-120000-000000.sqlite3"
    assert (result.code, result.out, result.err) == (0, f"已备份到 {path}\n", "")
    assert dump(path) == dump(cli.db)
    assert findings(path) == []
    second = json.loads(cli.ok("backup", "--json"))
    assert second == {"path": str(path.with_name("ledger-20261121-120000-000000-2.sqlite3"))}


@posix
def test_backups_are_private_whatever_the_umask(cli: Cli) -> None:
    before = os.umask(0)
    try:
        cli.ok("backup")
        cli.ok("backup", cli.folder / "copy.sqlite3")
    finally:
        os.umask(before)
    folder = cli.db.with_name("backups")
    modes = [each.stat().st_mode & 0o777 for each in (folder, *folder.iterdir(), cli.folder / "copy.sqlite3")]
    assert modes == [0o700, 0o600, 0o600]


def test_a_named_target_takes_the_evidence_along(cli: Cli, tmp_path: Path) -> None:
    paper = tmp_path / "证明.txt"
    paper.write_text("原件", encoding="utf-8")
    cli.ok("log", "zj-task-1", "--note", "附件", "--evidence", paper)
    assert "佐证材料仍在" in cli("backup").err
    target = tmp_path / "elsewhere" / "copy.sqlite3"
    target.parent.mkdir()
    result = cli("backup", target)
    assert result.err == f"佐证材料已复制到 {target}.evidence\n"
    shutil.rmtree(cli.db.with_name("ledger.sqlite3.evidence"))
    assert cli("doctor").code == 1
    assert cli("doctor", "--db", target).code == 0


def test_where_a_backup_cannot_go(cli: Cli, tmp_path: Path) -> None:
    taken = tmp_path / "taken.sqlite3"
    taken.write_text("mine", encoding="utf-8")
    for target, words in (
        (taken, f"文件 {taken} 已存在；加 --force 覆盖，或换一个文件名"),
        (cli.db, f"{cli.db} 就是台账本身，不会被覆盖；请换一个文件名"),
        (tmp_path / "no" / "copy.sqlite3", f"目录 {tmp_path / 'no'} 不存在；请先建立该目录"),
    ):
        result = cli("backup", target)
        assert (result.code, result.out, result.err) == (1, "", f"错误：{words}\n")
    assert cli("backup", cli.db, "--force").code == 1
    assert taken.read_text(encoding="utf-8") == "mine"
    cli.ok("backup", taken, "--force")
    assert dump(taken) == dump(cli.db)


def test_a_folder_as_target_gets_a_name_with_the_moment(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    cli.ok("backup", folder)
    cli.ok("backup", folder)
    assert sorted(each.name for each in folder.iterdir()) == [
        "ledger-20261121-120000-000000-2.sqlite3",
        "ledger-20261121-120000-000000.sqlite3",
    ]


def test_no_ledger_no_backup(cli: Cli, tmp_path: Path) -> None:
    result = cli("backup", "--db", tmp_path / "none.sqlite3")
    assert result.code == 1
    assert "不存在" in result.err
    assert not (tmp_path / "none.sqlite3").exists()


def test_a_backup_under_load_is_one_moment_of_the_ledger(cli: Cli) -> None:
    stop = threading.Event()
    failures: list[str] = []

    def write() -> None:
        count = 0
        while not stop.is_set():
            result = run(cli.db, "log", "zj-task-1", "zj-task-2", "--percent", count % 100)
            count += 1
            if result.returncode:
                failures.append(result.stderr)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        copies = [Path(json.loads(cli.ok("backup", "--json"))["path"]) for _ in range(6)]
    finally:
        stop.set()
        thread.join()
    assert failures == []
    for copy in copies:
        assert findings(copy) == []
    assert len(commands(copies[0])) <= len(commands(copies[-1])) <= len(commands(cli.db))


def test_space_is_looked_at_before_copying(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(cli.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100_000))
    result = cli("backup")
    assert result.code == 1
    assert re.fullmatch(
        r"错误：磁盘空间不足：备份 .* 需要 0\.\d MB，只剩 0\.1 MB；请清理空间或换一个位置\n", result.err
    )
    assert not list(cli.folder.glob("backups/*"))


@posix
def test_a_copy_that_does_not_fit_leaves_nothing(cli: Cli) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    before = digest(cli.db)
    result = run(cli.db, "backup", preexec_fn=limit)
    assert result.returncode == 1
    assert result.stderr.startswith("错误：磁盘已满或无法写入，备份 ")
    assert not list(cli.folder.glob("backups/*"))
    assert digest(cli.db) == before


def test_automatic_copies_are_kept_to_the_last_few(cli: Cli) -> None:
    location = Location(str(cli.db))
    cli.ok("backup")
    folder = cli.db.with_name("backups")
    (own,) = folder.iterdir()
    other = folder / "other-auto-20200101-000000-000000-import.sqlite3"
    other.write_text("not ours", encoding="utf-8")
    made = [automatic(location, NOON + timedelta(hours=hours), "import", 3) for hours in range(5)]
    assert {*folder.iterdir()} == {own, other, *made[2:]}
    last = automatic(location, NOON + timedelta(hours=4), "revise", 3)
    assert last is not None
    assert last.name == "ledger-auto-20261121-160000-000000-revise.sqlite3"
    assert {*folder.iterdir()} == {own, other, *made[3:], last}
    assert findings(last) == []
    only = automatic(location, NOON + timedelta(hours=5), "upgrade", 0)
    assert {*folder.iterdir()} == {own, other, only}


def test_what_a_killed_backup_left_is_swept_away_after_a_day(cli: Cli) -> None:
    cli.ok("backup")
    folder = cli.db.with_name("backups")
    fresh, old = folder / ".a.sqlite3.1.tmp", folder / ".b.sqlite3.2.tmp"
    for file in (fresh, old):
        file.write_text("half", encoding="utf-8")
    os.utime(old, (1_700_000_000, 1_700_000_000))
    cli.ok("backup")
    assert fresh.exists()
    assert not old.exists()


def test_a_torn_ledger_is_not_copied_as_if_it_were_whole(cli: Cli) -> None:
    content = bytearray(cli.db.read_bytes())
    for page in range(20, 30):
        content[page * 4096 : page * 4096 + 64] = bytes(range(64))
    cli.db.write_bytes(bytes(content))
    result = cli("backup")
    assert result.code == 1
    assert not list(cli.folder.glob("backups/*"))


def test_an_automatic_copy_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="不存在"):
        automatic(Location(str(tmp_path / "none.sqlite3")), NOON, "import", 3)


def test_a_bulk_import_copies_the_ledger_as_it_was_before(cli: Cli, tmp_path: Path) -> None:
    codes = [row["id"] for row in json.loads(cli.ok("list", "--kind", "task", "--json", "--fields", "id"))]
    rows = tmp_path / "rows.csv"
    rows.write_text("\n".join(["编号,本期进展", *(f"{code},推进中" for code in codes)]) + "\n", encoding="utf-8")
    before = dump(cli.db)
    result = cli("import", rows, "--yes")
    path = cli.db.with_name("backups") / "ledger-auto-20261121-120000-000000-import.sqlite3"
    assert result.code == 0
    assert f"导入前已备份到 {path}\n" in result.err
    assert dump(path) == before
    assert commands(cli.db) == ["init", "import"]


def test_a_small_import_does_not(cli: Cli, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("编号,本期进展\nzj-task-1,推进中\n", encoding="utf-8")
    cli.ok("import", rows, "--yes")
    assert not cli.db.with_name("backups").exists()
