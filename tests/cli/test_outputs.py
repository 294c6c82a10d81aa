"""No result takes the place of a ledger or of what belongs to it, whatever is forced; a named ledger that is missing is not made."""

import os
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store.processes import run, surroundings

RESULTS = (
    ("list", "--csv"), ("list", "--json"), ("status",), ("overdue",), ("show", "zj-task-6"), ("history",),
    ("export", "annex", "--plan", "zj"), ("export", "weekly"), ("export", "form", "--unit", "省发展改革委"), ("export", "page"),
    ("index", "form", "--year", "2025"),
)  # fmt: skip
"""Commands that write a file, with what they need to have something to write."""


def places(cli: Cli) -> dict[str, Path]:
    """Return files that are the ledger or belong to it, under several names."""
    (cli.folder / "note.txt").write_text("佐证", encoding="utf-8")
    cli.ok("log", "zj-task-6", "--note", "有", "--evidence", cli.folder / "note.txt")
    cli.ok("backup")
    (cli.folder / "deep").mkdir()
    links = {}
    if os.name == "posix":
        links = {
            "a link": cli.folder / "link",
            "through a folder that is a link": cli.folder / "folder" / "ledger.sqlite3",
        }
        (cli.folder / "link").symlink_to(cli.db)
        (cli.folder / "folder").symlink_to(cli.folder)
    (cli.folder / "hard").mkdir()
    os.link(next(cli.db.with_name("ledger.sqlite3.evidence").iterdir()), cli.folder / "hard" / "evidence.csv")
    cli.ok("backup", cli.folder / "mine.sqlite3")
    return {
        "the ledger": cli.db,
        "another spelling": cli.folder / "deep" / ".." / "ledger.sqlite3",
        **links,
        "its log": cli.db.with_name("ledger.sqlite3-wal"),
        "its shared memory": cli.db.with_name("ledger.sqlite3-shm"),
        "its journal": cli.db.with_name("ledger.sqlite3-journal"),
        "a piece of evidence": next(cli.db.with_name("ledger.sqlite3.evidence").iterdir()),
        "a new name among the evidence": cli.db.with_name("ledger.sqlite3.evidence") / "new.csv",
        "a backup": next(cli.db.with_name("backups").iterdir()),
        "somebody's backup elsewhere": cli.folder / "mine.sqlite3",
    }


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(each): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file() and each.suffix != ".toml"
    }


@pytest.mark.parametrize("named", ["the environment", "the command", "the program"])
def test_no_result_takes_the_place_of_a_ledger(cli: Cli, named: str) -> None:
    targets = places(cli)
    before = everything(cli.folder)
    db = cli.environ["TRACKER_DB"]
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    if named != "the environment":
        cli.environ["TRACKER_DB"] = str(cli.folder / "mine.sqlite3")
        first, last = (("--db", db), ()) if named == "the program" else ((), ("--db", db))
    for place, target in targets.items():
        for words in RESULTS if place in ("the ledger", "its log") else RESULTS[:1]:
            result = cli(*first, *words, "-o", target, "--force", *last)
            assert result.code in (1, 2), (place, words)
            assert result.err.count("\n") == 1
    assert everything(cli.folder) == before


def test_nor_does_a_copy_of_a_ledger(cli: Cli, tmp_path: Path) -> None:
    targets = places(cli)
    other = tmp_path / "other" / "ledger.sqlite3"
    cli.ok("init", "--db", other)
    cli.ok("log", "zj-task-7", "--note", "他人的", "--db", other)
    before = everything(cli.folder)
    for place, target in {**targets, "another ledger": other}.items():
        if place != "somebody's backup elsewhere":
            assert cli("backup", target, "--force").code == 1, place
        assert cli("db", "copy", cli.db, target).code == 1, place
    for target in (cli.db.with_name("ledger.sqlite3.evidence"), cli.db.with_name("backups")):
        assert cli("export", "data", "-o", target, "--force").code == 1
    assert everything(cli.folder) == before


def test_a_result_beside_the_ledger_is_written(cli: Cli) -> None:
    cli.ok("backup")
    cli.ok("list", "--csv", "-o", cli.folder / "ledger.csv")
    cli.ok("list", "--csv", "-o", cli.folder / "ledger.csv", "--force")
    cli.ok("list", "--csv", "-o", cli.db.with_name("backups") / "清单.csv")


EVERY = (
    ("status",), ("list",), ("todo", "--unit", "省生态环境厅"), ("log", "zj-target-20.1", "--value", "5"), ("complete", "zj-task-6"), ("undo", "--yes"),
    ("history",), ("doctor",), ("backup",), ("upgrade",), ("export", "page", "-o", "x.html"), ("export", "data", "-o", "x"),
    ("index", "list"), ("plan", "list"), ("unit", "list"),
)  # fmt: skip


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_named_ledger_that_is_not_there_is_not_made(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    missing = tmp_path / "srv" / "tracker" / "ledger.sqlite3"
    cli.environ["TRACKER_DB"] = str(missing)
    for each in (words, (*words, "--db", str(missing)), ("--db", str(missing), *words)):
        result = cli(*each)
        assert (result.code, result.out) == (1, "")
        assert result.err == (
            f"错误：台账 {missing} 不存在，未新建；请检查路径，共享目录是否已连接；确要在此新建请运行 tracker init\n"
        )
    assert not missing.parent.parent.exists()


@pytest.mark.parametrize(
    "text",
    [
        "host=127.0.0.1 password=hunter2 dbname=x", "password=hunter2", "user=a password = 'hunter2'", "Server=s;Pwd=hunter2",
        "postgresql:hunter2", "postgresql:/u:hunter2@h/x", "mysql:hunter2", "sqlite:hunter2.db", "file:hunter2?mode=rw",
        "http:hunter2",
    ],
)  # fmt: skip
def test_a_text_that_is_no_place_is_refused_unrepeated(cli: Cli, tmp_path: Path, text: str) -> None:
    cli.environ["TRACKER_DB"] = text
    before = everything(tmp_path)
    for words in (("status",), ("init",), ("log", "zj-task-6", "--percent", "5"), ("check",), ("demo", "--db", text)):
        result = cli(*words)
        assert result.code == (3 if words[0] == "check" else 2), words
        assert "hunter2" not in result.out + result.err
        assert "postgresql+psycopg://" in result.out + result.err
    assert everything(tmp_path) == before
    assert not Path(text).exists()


def test_quotation_marks_around_a_path_are_told(cli: Cli) -> None:
    cli.environ["TRACKER_DB"] = '"C:\\台账\\ledger.sqlite3"'
    assert cli("status").err == (
        '错误：台账路径两端带着引号；cmd 中 set TRACKER_DB="…" 会把引号也记进去，'
        "请写 set TRACKER_DB=C:\\台账\\ledger.sqlite3（不加引号）\n"
    )


@pytest.mark.posix
def test_a_file_whose_name_looks_like_an_address_is_a_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cli.ok("init", "--db", "./data:2026.sqlite3")
    cli.ok("status", "--db", "data:2026.sqlite3")


@pytest.mark.skipif(os.name != "posix", reason="HOME is of POSIX")
@pytest.mark.parametrize("home", ["", ".", "relative"])
def test_an_empty_home_is_no_place(tmp_path: Path, home: str) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    environ = surroundings(tmp_path / "none", HOME=home, TRACKER_DB="", TRACKER_CONFIG="")
    # The tests' own user has a home that must stay as it is: only where the ledger would be is asked.
    import subprocess
    import sys

    code = "from tracker.folders import ledger_folder, config_folder; print(ledger_folder()); print(config_folder())"
    said = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=folder, capture_output=True, text=True, check=True
    )
    import pwd

    own = pwd.getpwuid(os.getuid()).pw_dir
    assert said.stdout.split() == [f"{own}/.local/share/tracker", f"{own}/.config/tracker"]
    assert list(folder.iterdir()) == []
    assert run(tmp_path / "none", "status", "--db", "~nobody-of-this-name/x").stderr.startswith("错误：不知道“~nobody")
