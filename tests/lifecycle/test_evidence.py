"""Evidence: kept under its hash beside the ledger, shown, and checked."""

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from tests.conftest import Cli
from tracker.actions import evidence
from tracker.actions.evidence import attach, verify_evidence
from tracker.errors import Refused
from tracker.store.changeset import Author, writing
from tracker.store.connection import reading
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.location import Location

CONTENT = "验收意见".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def scan(cli: Cli) -> Path:
    """A file to attach."""
    path = cli.folder / "验收意见.pdf"
    path.write_bytes(CONTENT)
    return path


def folder(cli: Cli) -> Path:
    return Location(str(cli.db)).evidence


def findings(cli: Cli) -> list[str]:
    location = Location(str(cli.db))
    with reading(location) as connection:
        return [each.kind for each in verify_evidence(connection, location)]


def test_a_file_is_kept_under_its_hash_for_its_owner_only(cli: Cli, scan: Path) -> None:
    before = os.umask(0)
    try:
        cli.ok("log", "zj-target-20.2", "--value", "98", "--evidence", scan)
    finally:
        os.umask(before)
    kept = folder(cli) / DIGEST
    assert kept.read_bytes() == CONTENT
    if os.name == "posix":
        assert [stat.S_IMODE(path.stat().st_mode) for path in (folder(cli), kept)] == [0o700, 0o600]
    assert [path.name for path in folder(cli).iterdir()] == [DIGEST]
    assert f"佐证材料：\n  验收意见.pdf  SHA-256 {DIGEST}\n" in cli.ok("show", "zj-target-20")
    assert findings(cli) == []


def test_the_same_content_is_kept_once_and_never_overwritten(cli: Cli, scan: Path) -> None:
    cli.ok("log", "zj-target-20.2", "--note", "一", "--evidence", scan)
    kept = folder(cli) / DIGEST
    first = kept.stat().st_ino
    cli.ok("complete", "zj-task-6", "--evidence", scan)
    assert kept.stat().st_ino == first
    kept.write_bytes(b"altered")
    assert "被改动过" in cli("log", "zj-task-7", "--note", "二", "--evidence", scan).err
    assert kept.read_bytes() == b"altered"
    assert findings(cli) == ["altered", "altered"]
    kept.unlink()
    assert findings(cli) == ["missing", "missing"]


def test_it_has_the_date_of_the_statement_it_came_with(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", "一", "--date", "2026-06-30", "--evidence", "https://example.org/a")
    cli.ok("complete", "zj-task-6", "--date", "2026-09-30", "--evidence", "https://example.org/b")
    pages = [
        cli.ok("show", "zj-task-6", "--as-of", day).count("https://example.org/")
        for day in ("2026-06-29", "2026-06-30", "2026-09-30")
    ]
    assert pages == [0, 1, 2]


@pytest.mark.parametrize("words", [("log", "zj-task-6", "--note", "一"), ("complete", "zj-task-6")])
def test_every_piece_that_is_named_is_kept(cli: Cli, scan: Path, words: tuple[str, ...]) -> None:
    cli.ok(*words, "--evidence", scan, "--evidence", "https://example.org/a")
    shown = cli.ok("show", "zj-task-6")
    assert f"验收意见.pdf  SHA-256 {DIGEST}\n" in shown
    assert "  https://example.org/a\n" in shown


def test_a_dry_run_copies_nothing(cli: Cli, scan: Path) -> None:
    cli.ok("log", "zj-target-20.2", "--note", "一", "--evidence", scan, "--dry-run")
    assert not folder(cli).exists()


def test_a_refused_report_leaves_no_evidence_in_the_ledger(cli: Cli, scan: Path) -> None:
    cli.ok("complete", "zj-task-6")
    assert cli("log", "zj-task-7", "zj-task-6", "--percent", "5", "--evidence", scan).code == 1
    assert "佐证材料" not in cli.ok("show", "zj-task-7")


def test_an_undo_takes_it_from_the_screen_and_leaves_the_file(cli: Cli, scan: Path) -> None:
    cli.ok("log", "zj-target-20.2", "--note", "一", "--evidence", scan)
    cli.ok("undo", "--yes")
    assert "佐证材料" not in cli.ok("show", "zj-target-20")
    assert (folder(cli) / DIGEST).exists()


def test_a_web_address_is_kept_as_it_is(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--evidence", "https://example.org/a?b=1")
    assert "  https://example.org/a?b=1\n" in cli.ok("show", "zj-target-20")
    assert not folder(cli).exists()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://example.org/a", "只能是 http:// 或 https://"),
        ("file:///etc/passwd", "只能是 http:// 或 https://"),
        ("javascript:alert(1)", "只能是 http:// 或 https://"),
        ("https://", "只能是 http:// 或 https://"),
        ("https://user:secret@example.org/", "含有账号或密码"),
        ("https://example.org/a b", "空白或控制字符"),
        ("https://example.org/\x1b[31m", "空白或控制字符"),
        ("https://example.org/" + "a" * 2000, "超过 2000 个字符"),
        ("http://[::1", "无法识别"),
    ],
)
def test_what_is_no_web_address_is_refused(cli: Cli, address: str, words: str) -> None:
    result = cli("log", "zj-target-20.2", "--evidence", address)
    assert (result.code, words in result.err) == (1, True), result.err
    assert "secret" not in result.err


@pytest.mark.posix
def test_what_is_no_plain_file_is_refused(cli: Cli, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link, pipe, empty, large = (cli.folder / name for name in ("link", "pipe", "empty", "large"))
    link.symlink_to(scan)
    os.mkfifo(pipe)
    empty.touch()
    large.write_bytes(b"x" * 2048)
    monkeypatch.setattr(evidence, "MAX_BYTES", 1024)
    for path, words in (
        (link, "符号链接"), (pipe, "不是普通文件"), (empty, "空文件"), (large, "超过"), (cli.folder, "是文件夹"),
        (cli.folder / "none.pdf", "不存在"), ("/dev/zero", "不是普通文件"), (" ", "不是文件路径或网址"),
        (cli.folder / "x" / ".." / scan.name, "含有“..”"), (scan / "below", "无法读取"),
    ):  # fmt: skip
        result = cli("log", "zj-target-20.2", "--note", "一", "--evidence", path)
        assert (result.code, words in result.err) == (1, True), (path, result.err)
    assert not folder(cli).exists()


@pytest.mark.posix
def test_a_form_names_only_files_beside_it(cli: Cli, scan: Path, tmp_path: Path) -> None:
    own = tmp_path / "forms"
    own.mkdir()
    (own / "a.txt").write_text("一", encoding="utf-8")
    (own / "out").symlink_to(tmp_path, target_is_directory=True)
    with writing(Location(str(cli.db)), Author("张三"), "import", cli.now) as draft:
        item = load_items(draft.connection, ItemFilter(ids=("zj-task-6",)), PointInTime(draft.today))[0]
        attach(draft, item, None, "a.txt", within=own)
        for path in (str(scan), f"out/{scan.name}"):
            with pytest.raises(Refused, match="不在所附文件夹内"):
                attach(draft, item, None, path, within=own)
    assert "a.txt" in cli.ok("show", "zj-task-6")


def test_a_folder_that_cannot_be_written_is_said(cli: Cli, scan: Path) -> None:
    folder(cli).write_text("in the way", encoding="utf-8")
    result = cli("log", "zj-target-20.2", "--note", "一", "--evidence", scan)
    assert (result.code, "无法保存佐证材料" in result.err) == (1, True)
    assert json.loads(cli.ok("show", "zj-target-20", "--json"))["last_report"] is None


@pytest.mark.posix
def test_a_strange_file_name_is_kept_harmless(cli: Cli) -> None:
    path = os.fsencode(cli.folder) + b"/\xff\x1b[31m.pdf"
    with open(path, "wb") as file:  # noqa: PTH123 - a name that is not text
        file.write(CONTENT)
    cli.ok("log", "zj-target-20.2", "--note", "一", "--evidence", os.fsdecode(path))
    assert "\x1b" not in cli.ok("show", "zj-target-20")
