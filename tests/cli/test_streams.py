"""What Windows asks of pipes, consoles and names, played on any system; the real thing is tests/test_windows.py."""

import csv
import errno
import io
import json
import sys
from pathlib import Path

import pytest

from tests.conftest import NOON, Cli, Stream
from tracker import folders
from tracker.actions.evidence import attach
from tracker.cli import export_options, output, terminal
from tracker.cli.context import context
from tracker.cli.main import run
from tracker.errors import Refused
from tracker.store import ledger_files
from tracker.store.changeset import Author, writing
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.location import Location


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "ON_WINDOWS", True)
    monkeypatch.setattr(ledger_files, "ON_WINDOWS", True)


def piped(cli: Cli, *words: str) -> bytes:
    """Run a command whose stdout is a pipe of a Chinese Windows; return its bytes."""
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="gb18030", errors="backslashreplace", newline="\r\n")
    context.__init__(io.StringIO(), stdout, io.StringIO(), cli.environ, lambda: NOON)  # type: ignore[misc]
    assert run(words) == 0
    return raw.getvalue()


@pytest.mark.usefixtures("windows")
def test_json_in_a_pipe_is_ascii_which_every_program_reads(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", "推进😀")
    sent = piped(cli, "show", "zj-task-6", "--json")
    assert sent.isascii()
    assert b"\r" not in sent
    assert json.loads(sent)["last_report"]["note"] == "推进😀"


@pytest.mark.usefixtures("windows")
def test_csv_in_a_pipe_is_exact_in_the_code_page_of_the_console(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", "一\n二，5㎡😀")
    sent = piped(cli, "history", "--csv", "--fields", "field,after")
    assert b"\r" not in sent
    assert "一\n二".encode("gbk") in sent
    assert ["note", "一\n二，5㎡😀"] in list(csv.reader(io.StringIO(sent.decode("gb18030"))))


@pytest.mark.usefixtures("windows")
def test_text_in_a_pipe_has_the_line_ends_of_the_system(cli: Cli) -> None:
    sent = piped(cli, "list", "--limit", "2")
    assert sent.decode("gb18030").splitlines()[0].startswith("共 273 项")
    assert sent.count(b"\r\n") == sent.count(b"\n") > 3


@pytest.mark.posix
def test_elsewhere_a_pipe_gets_utf8(cli: Cli) -> None:
    for words in (("show", "zj-task-6", "--json"), ("list", "--csv")):
        assert "省生态环境厅".encode() in piped(cli, *words)


@pytest.mark.parametrize(
    ("page", "own", "codec"),
    [(936, {}, "gb18030"), (65001, {}, "utf-8"), (437, {}, "cp437"), (0, {}, "ascii"),
     # The embeddable Python is isolated: it reads none of these variables, so neither do we.
     (936, {"PYTHONIOENCODING": "utf-8"}, "gb18030" if sys.flags.ignore_environment else "ascii")],
)  # fmt: skip
def test_a_pipe_has_the_code_page_of_the_console(
    monkeypatch: pytest.MonkeyPatch, page: int, own: dict[str, str], codec: str
) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(terminal, "code_page", lambda: page)
    terminal.prepare(own)
    assert stdout.encoding == codec


@pytest.mark.usefixtures("windows")
def test_a_closed_pipe_is_no_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(output, "flush", closed)
    assert (cli("list").code, cli("check").code) == (0, 2)
    assert cli("list").err == ""


def test_a_console_that_takes_no_colour_gets_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: 24)
    del cli.environ["NO_COLOR"]
    assert "\x1b" in cli.ok("list", "--limit", 2)
    monkeypatch.setattr(terminal, "obeys_escapes", lambda _: False)
    for words in (("list", "--limit", "2"), ("status",), ("--help",), ("show", "zj-task-6")):
        assert "\x1b" not in cli.ok(*words)


def test_a_chinese_console_gives_two_columns_to_open_signs(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "code_page", lambda: 936)
    assert terminal.widens({})
    assert not terminal.widens({"WT_SESSION": "1"})
    try:
        terminal.widen()
        assert terminal.cells("“十四五”…") == 12
        assert terminal.cut("一二三四五", 7) == "一二 …"
        monkeypatch.setattr(Stream, "terminal", True)
        monkeypatch.setattr(output, "height", lambda: 24)
        for columns in (40, 80, 120):
            cli.environ["COLUMNS"] = str(columns)
            for words in (("list", "--limit", "20"), ("status",)):
                lines = cli.ok(*words).splitlines()[1:-2]
                assert max(map(terminal.cells, lines)) <= columns
        assert "#" in cli.ok("status")
    finally:
        terminal.widen(on=False)


class Missing(FileNotFoundError):
    """What Windows raises for a path that is longer than it takes."""

    winerror = 3


@pytest.mark.parametrize(("length", "told"), [(100, "文件或目录不存在；请检查权限"), (250, "文件名太长；请用短一些的")])
def test_a_path_that_is_too_long_is_called_so(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, length: int, told: str
) -> None:
    def refuse(_self: Path, *_: object) -> None:
        raise Missing(errno.ENOENT, "系统找不到指定的路径", "清" * length)

    monkeypatch.setattr(Path, "open", refuse)
    assert told in cli("list", "-o", tmp_path / "清单.csv").err


class Held(PermissionError):
    """What Windows raises for a file that another program has open."""

    winerror = 32


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("times", [1, 2])
def test_a_held_file_is_waited_for_once_and_then_told(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, times: int
) -> None:
    tried: list[str] = []
    real = Path.replace

    def replace(source: Path, target: Path) -> Path:
        tried.append(target.name)
        if len(tried) <= times:
            raise Held(errno.EACCES, "另一个程序正在使用此文件", str(source), None, str(target))
        return real(source, target)

    monkeypatch.setattr(folders, "HELD_SECONDS", 0)
    monkeypatch.setattr(Path, "replace", replace)
    result = cli("list", "-o", tmp_path / "清单.csv")
    assert len(tried) == 2
    if times == 1:
        assert result.code == 0
    else:
        assert result.err == (
            f"错误：无法写入 {tmp_path / '清单.csv'}：多半正在 Excel、WPS 等程序中打开；请关闭后重试，或换一个文件名\n"
        )
        assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".tmp")] == []


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("name", "said"),
    [("a:b.csv", "不允许的符号"), ("清单:1.csv", "不允许的符号"), ("问？?.csv", "不允许的符号"), ("CON.csv", "设备名"),
     ("nul", "设备名"), ("com1.csv", "设备名"), ("清单.csv.", "句点结尾"), ("清单.csv ", "句点结尾")],
)  # fmt: skip
def test_a_name_that_windows_takes_for_another_is_refused(cli: Cli, name: str, said: str) -> None:
    cli.ok("status")
    before = set(cli.folder.iterdir())
    result = cli("list", "--csv", "-o", cli.folder / name if ":" not in name else name)
    assert result.code == 1
    assert said in result.err
    assert result.err.count("\n") == 1
    assert set(cli.folder.iterdir()) == before


@pytest.mark.parametrize("name", ["控制.csv", "console.csv", "com10.xlsx", "a.nul", ".csv"])
def test_other_names_are_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "ON_WINDOWS", True)
    folders.check_name(Path("D:/台账") / name)


def test_a_file_that_names_itself_is_no_device() -> None:
    assert export_options.file_name("con") == "_con"
    assert export_options.file_name("周报:2026. ") == "周报_2026"


@pytest.mark.usefixtures("windows")
def test_a_drive_that_is_another_machines_folder_is_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_files, "_drive_type", lambda _: 4)
    assert ledger_files.network_share(Path("台账.sqlite3")) == "网络驱动器"
    monkeypatch.setattr(ledger_files, "_drive_type", lambda _: 3)
    assert ledger_files.network_share(Path("台账.sqlite3")) is None


@pytest.mark.posix
def test_evidence_of_a_form_that_was_filled_in_on_windows_is_found(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "佐证").mkdir()
    (tmp_path / "佐证" / "验收.pdf").write_bytes(b"1")
    with writing(Location(str(cli.db)), Author("张三", None), "import", NOON) as draft:
        (item,) = load_items(draft.connection, ItemFilter(ids=("zj-task-6",)), PointInTime(NOON.date(), None))
        attach(draft, item, None, "佐证\\验收.pdf", within=tmp_path)
        for text, said in (
            ("D:\\佐证\\验收.pdf", "请写相对路径"),
            ("..\\验收.pdf", "含有“..”"),
            ("\\\\服务器\\a.pdf", "请写相对路径"),
        ):
            with pytest.raises(Refused, match=said):
                attach(draft, item, None, text, within=tmp_path)
    assert "验收.pdf  SHA-256" in cli.ok("show", "zj-task-6")


def test_a_password_file_of_any_windows_editor_is_read(tmp_path: Path) -> None:
    from tracker.cli.commands.db import _password

    file = tmp_path / "密码.txt"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file.write_bytes("s3cret 口令\r\n第二行".encode(encoding))
        assert _password(str(file)) == "s3cret 口令"
    file.write_bytes(b"\xff\xfftest")
    with pytest.raises(Refused, match="编码无法识别"):
        _password(str(file))
