"""Pages about one thing on terminals of every width: folded, never cut, the same words as in a pipe."""

import re

import pytest
from rich.cells import cell_len

from tests.conftest import Cli, Stream
from tracker.cli import output
from tracker.cli.terminal import folded

COLUMNS = [40, 80, 120, 200]
PAGES = [("show", "zj-target-20"), ("explain", "zj-target-20.1"), ("explain", "zj-aim-1"), ("show", "zj-aim-1")]


@pytest.fixture
def terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    cli.ok("log", "zj-target-20.2", "--value", "97.5", "--note", "第一行\n第二行" + "推进" * 60, "--unit", "省建设厅")
    monkeypatch.setattr(Stream, "terminal", True)
    monkeypatch.setattr(output, "height", lambda: 24)
    return cli


def words(text: str) -> str:
    return re.sub(r"[\s─│╭╮╰╯：…]+", "", text)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_within_its_terminal(terminal: Cli, page: tuple[str, str], columns: int) -> None:
    terminal.environ["COLUMNS"] = str(columns)
    lines = terminal.ok(*page).splitlines()
    assert max(map(cell_len, lines)) <= columns
    assert page[1].partition(".")[0] in lines[0]
    assert not any(line.lstrip().startswith(("，", "。", "；", "）")) for line in lines)


@pytest.mark.parametrize("page", PAGES)
def test_a_terminal_says_what_a_pipe_says(
    terminal: Cli, monkeypatch: pytest.MonkeyPatch, page: tuple[str, str]
) -> None:
    drawn = terminal.ok(*page)
    monkeypatch.setattr(Stream, "terminal", False)
    assert words(terminal.ok(*page)) == words(drawn)


def test_a_screen_reader_gets_plain_lines(terminal: Cli) -> None:
    terminal.environ["TERM"] = "dumb"
    assert not re.search(
        "[─│╭]", terminal.ok("show", "zj-target-20") + terminal.ok("help", "log") + terminal.ok("list")
    )


def test_a_light_has_its_colour_on_a_page_and_in_a_pipe_that_asks_for_it(
    terminal: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    del terminal.environ["NO_COLOR"]
    assert "\x1b[31m红：逾期" in terminal.ok("show", "zj-target-20")
    monkeypatch.setattr(Stream, "terminal", False)
    plain = terminal.ok("show", "zj-target-20")
    terminal.environ["FORCE_COLOR"] = "1"
    coloured = terminal.ok("show", "zj-target-20")
    assert "\x1b[31m红：逾期" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


@pytest.mark.parametrize("columns", COLUMNS)
def test_what_a_unit_owes_keeps_within_its_terminal(terminal: Cli, columns: int) -> None:
    terminal.environ["COLUMNS"] = str(columns)
    lines = terminal.ok("todo", "--unit", "省建设厅").splitlines()[1:]
    assert max(map(cell_len, lines)) <= columns
    assert all(re.match(r"zj-[a-z]+-\d+ ", line) for line in lines[1:])


def test_what_does_not_fit_goes_on_in_line() -> None:
    assert folded("一二三（四五），六 abc def", 2, 8) == "一二三\n  （四\n  五），\n  六 abc\n  def"


def test_chosen_fields_have_words_on_a_screen_and_codes_in_a_pipe(
    terminal: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("list", "--fields", "id,kind,state,light,forecast,overdue", "--search", "污水集中收集率", "--plan", "zj")
    terminal.ok("forecast", "zj-target-20", "off_track")
    drawn = words(terminal.ok(*asked))
    assert "编号类别状态亮灯预判逾期" in re.sub(r"\x1b\[\d+m", "", drawn)
    assert "zj-target-20目标进行中红难以按期是" in re.sub(r"\x1b\[\d+m", "", drawn)
    monkeypatch.setattr(Stream, "terminal", False)
    assert "zj-target-20targetin_progressredoff_tracktrue" in words(terminal.ok(*asked))
