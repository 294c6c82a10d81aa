"""Interrupted people, with real processes: the ledger unchanged or the command complete, and the exit code right."""

import json
import os
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store.ledgers import commands, digest
from tests.store.processes import TRACKER, run, start, surroundings

posix = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and terminals are those of POSIX")
pytestmark = [posix, pytest.mark.skipif(shutil.which("bash") is None, reason="pipes are laid by bash")]


PATIENCE = 60
"""Seconds after which a screen that should change has failed a test."""


def on_screen(terminal: int, seconds: float) -> bytes | None:
    """Return what comes to the screen next, empty when the program has gone; None when nothing comes in time."""
    if not select.select([terminal], [], [], seconds)[0]:
        return None
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def at_a_terminal(
    db: Path, words: list[str], act: Callable[[int, int], None], again: str | None = None, **environ: str
) -> tuple[int, str]:
    """Run a command at a terminal of its own; act(process, terminal) is what the person does. Return exit code and screen.

    again is a key the person presses once more when nothing happens: an interrupt that arrives between a question and the
    wait for its answer is noticed with the next key only.
    """
    import pty

    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(TRACKER[0], [*TRACKER, *words], surroundings(db, **{"TERM": "xterm", **environ}))  # noqa: S606 - in a child of our own
    act(process, terminal)
    screen = b""
    until = time.monotonic() + PATIENCE
    while (part := on_screen(terminal, 5)) != b"":
        assert time.monotonic() < until, screen.decode("utf-8", "replace")
        if part is None and again:
            os.write(terminal, again.encode())
        screen += part or b""
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen.decode("utf-8", "replace").replace("\r\n", "\n")


def wait_for(terminal: int, words: str) -> str:
    """Read the screen until words stand on it."""
    screen = b""
    until = time.monotonic() + PATIENCE
    while words.encode() not in screen:
        part = on_screen(terminal, PATIENCE)
        assert part, screen.decode("utf-8", "replace")
        assert time.monotonic() < until, screen.decode("utf-8", "replace")
        screen += part
    return screen.decode("utf-8", "replace")


Dialogue = list[tuple[str, str | None]]
REST: Dialogue = [("本期进展", "\n"), ("存在问题", "\n"), ("下步安排", "\n")]
PROMPTS: dict[str, tuple[list[str], Dialogue]] = {
    "which indicator": (["log", "zj-target-20"], [("哪一个指标", None)]),
    "the value": (["log", "zj-target-17"], [("现值（", None)]),
    "the state": (["log", "zj-task-1"], [("状态（", None)]),
    "the percent": (["log", "zj-task-1"], [("状态（", "\n"), ("完成率（", None)]),
    "the note": (["log", "zj-target-17"], [("现值（", "300\n"), ("本期进展", None)]),
    "the second of two items": (
        ["log", "zj-target-17", "zj-target-19"],
        [("现值（", "300\n"), *REST, ("现值（", None)],
    ),
    "undo?": (["undo", "--by", "李四"], [("[y/N]", None)]),
    "the round's first question": (["log", "--unit", "省水利厅"], [("用水总量", None)]),
    "the round's last question": (
        ["log", "--unit", "省水利厅"],
        [("用水总量", "186\n"), ("万元地区", "q\n"), ("写入？", None)],
    ),
}
"""What a person is asked, and where they leave."""


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_leaving_at_a_prompt_changes_nothing(cli: Cli, name: str, key: str) -> None:
    words, dialogue = PROMPTS[name]
    cli.ok("log", "zj-task-9", "--percent", "5", "--by", "李四")
    before = digest(cli.db)

    def act(_process: int, terminal: int) -> None:
        for question, answer in dialogue:
            wait_for(terminal, question)
            os.write(terminal, (answer or key).encode())

    code, screen = at_a_terminal(cli.db, words, act, again=key)
    assert code == 130
    assert screen.endswith("已中断，未作任何改动\n")
    assert "Traceback" not in screen
    assert digest(cli.db) == before


def test_a_person_who_thinks_keeps_nobody_waiting(cli: Cli) -> None:
    def act(_process: int, terminal: int) -> None:
        wait_for(terminal, "现值（")
        other = run(cli.db, "log", "zj-target-17", "--value", "250", "--by", "李四")
        assert other.returncode == 0, other.stderr
        assert other.stderr.startswith("第 2 号改动")
        for answer in ("300\n", "\n", "\n", "\n", "\n"):
            os.write(terminal, answer.encode())

    code, _ = at_a_terminal(cli.db, ["log", "zj-target-17"], act)
    assert code == 0
    assert commands(cli.db) == ["init", "log", "log"]


@pytest.mark.parametrize("hang_up", [signal.SIG_DFL, signal.SIG_IGN], ids=["told", "nohup"])
@pytest.mark.parametrize("name", ["the value", "the round's first question", "the round's last question"])
def test_a_closed_terminal_changes_nothing(cli: Cli, name: str, hang_up: signal.Handlers) -> None:
    import pty

    words, dialogue = PROMPTS[name]
    before = digest(cli.db)
    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGHUP, hang_up)
        os.execvpe(TRACKER[0], [*TRACKER, *words], surroundings(cli.db))  # noqa: S606 - in a child of our own
    for question, answer in dialogue:
        wait_for(terminal, question)
        os.write(terminal, (answer or "").encode())
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    # Who is not told by a signal finds out when asking (an interrupt) or when writing (an answer that could not be written).
    assert os.waitstatus_to_exitcode(status) in ((130, 1) if hang_up == signal.SIG_IGN else (-signal.SIGHUP, 130))
    assert digest(cli.db) == before


# The weekly round at terminals of their own: what was confirmed is kept and nothing else.

ROUND = ["log", "--unit", "省建设厅"]
KEYS = "\n" * 26
"""Eleven items that one unit owes of the plan zj: twenty-five questions and the yes, nothing changed."""


@pytest.fixture
def zj(cli: Cli) -> Cli:
    (cli.db.parent / "config.toml").write_text('plan = "zj"\n', encoding="utf-8")
    return cli


def size(terminal: int, columns: int, lines: int) -> None:
    """Give a terminal a size, as a person does who pulls at the window."""
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def asked_next(terminal: int) -> str:
    """Read the screen until a question stands at its end."""
    came, screen = b"", ""
    while not re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", screen).endswith(("：", "返回）")):
        part = on_screen(terminal, PATIENCE)
        assert part, screen
        came += part
        screen = came.decode("utf-8", "replace")
    return screen


@pytest.mark.parametrize(("kind", "columns", "lines"), [("xterm", 80, 24), ("xterm", 120, 40), ("dumb", 80, 24)])
def test_a_round_of_eleven_items_is_twenty_six_keys(zj: Cli, kind: str, columns: int, lines: int) -> None:
    screens = []

    def act(_process: int, terminal: int) -> None:
        size(terminal, columns, lines)
        for key in KEYS:
            screens.append(asked_next(terminal))
            os.write(terminal, key.encode())

    code, rest = at_a_terminal(zj.db, ROUND, act, TERM=kind)
    assert code == 0, rest
    assert "写入？" in screens[-1]
    assert rest.count("已填报 zj-") == 11
    assert commands(zj.db) == ["init", "log"]


def test_a_pulled_window_and_a_paste_of_several_lines_lose_nothing(zj: Cli) -> None:
    def act(_process: int, terminal: int) -> None:
        for answer in ("80\n", "\n", "\n", "\n", "\x1b[200~收集\n处理\x1b[201~\n", "\n", "\n", "q\n", "\n"):
            asked_next(terminal)
            size(terminal, 70 + 9 * len(answer), 30)
            os.write(terminal, answer.encode())

    code, rest = at_a_terminal(zj.db, ROUND, act, TERM="xterm")
    assert code == 0, rest
    shown = json.loads(run(zj.db, "show", "zj-target-20", "--json").stdout)
    assert (shown["indicators"][0]["actual"], shown["last_report"]["note"]) == (80, "收集\n处理")


def test_a_paste_that_runs_on_confirms_nothing(zj: Cli) -> None:
    """Without brackets around a paste its lines are so many answers; the last question hears only what is typed after it."""
    before = digest(zj.db)

    def act(_process: int, terminal: int) -> None:
        asked_next(terminal)
        os.write(terminal, b"80\nq\n\n\n\n")
        wait_for(terminal, "写入？")
        assert on_screen(terminal, 1) is None
        assert digest(zj.db) == before
        os.write(terminal, b"\n")

    code, rest = at_a_terminal(zj.db, ROUND, act, TERM="dumb")
    assert code == 0, rest
    assert "已填报 zj-target-20.1" in rest


def interrupted(db: Path, *words: str, after: float) -> tuple[int, str]:
    process = start(db, *words)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.parametrize("after", [0.02, 0.06, 0.1, 0.14, 0.18, 0.25])
def test_an_interrupt_at_any_moment_is_told_truly(cli: Cli, after: float) -> None:
    code, err = interrupted(cli.db, "log", "zj-task-1", "zj-task-2", "zj-task-3", "--percent", "50", after=after)
    written = commands(cli.db) == ["init", "log"]
    with closing(sqlite3.connect(cli.db)) as connection:
        assert connection.execute("SELECT count(*) FROM report").fetchone()[0] == (3 if written else 0)
    if code == 0:
        assert written
    elif code == 130:
        # So early, or so late, that nothing more could be said: nothing untrue was.
        assert "未作任何改动" not in err if written else "第 2 号改动" not in err
    else:
        # The interpreter itself was still starting: not a line of ours had run.
        assert code == -signal.SIGINT or "KeyboardInterrupt" in err
        assert not written


BASH = shutil.which("bash") or ""


def shell(db: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH, "-c", f"tracker() {{ '{sys.executable}' -m tracker \"$@\"; }}; {line}"],
        env=surroundings(db), capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "command", ["list", "list --json", "list --csv", "history", "show zj-target-21", "--help", "unit list"]
)
def test_a_reader_that_has_seen_enough_is_no_error(cli: Cli, command: str) -> None:
    result = shell(cli.db, f"tracker {command} | head -1; exit ${{PIPESTATUS[0]}}")
    assert result.returncode == 0
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1


def test_a_reader_that_has_gone_does_not_change_the_verdict_of_check(cli: Cli) -> None:
    assert shell(cli.db, "tracker check | true; exit ${PIPESTATUS[0]}").returncode == 2
    assert shell(cli.db, "tracker check --as-of 2021-06-01 | true; exit ${PIPESTATUS[0]}").returncode == 0


def test_a_report_is_kept_although_nobody_reads_that_it_was(cli: Cli) -> None:
    result = shell(cli.db, "tracker log zj-task-1 --percent 10 2>/dev/null | true; exit ${PIPESTATUS[0]}")
    assert result.returncode == 0
    assert commands(cli.db) == ["init", "log"]


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


@full
@pytest.mark.parametrize("command", ["list", "list --json", "status", "--help", "config show", "history", "doctor"])
def test_a_full_stdout_is_an_error(cli: Cli, command: str) -> None:
    result = shell(cli.db, f"tracker {command} > /dev/full")
    assert result.returncode == 1
    assert result.stderr == "错误：结果无法写出（磁盘已满），输出不完整，未作任何改动\n"


@full
def test_a_full_stdout_after_a_report_says_that_the_report_is_in(cli: Cli) -> None:
    result = shell(cli.db, "tracker log zj-task-1 --percent 10 > /dev/full")
    assert result.returncode == 1
    assert result.stderr.endswith("错误：结果无法写出（磁盘已满），输出不完整，第 2 号改动已写入（tracker history）\n")
    assert commands(cli.db) == ["init", "log"]


@full
def test_check_with_a_full_stdout_is_unknown(cli: Cli) -> None:
    result = shell(cli.db, "tracker check > /dev/full")
    assert result.returncode == 3
    assert result.stderr == "TRACKER UNKNOWN - 结果无法写出（磁盘已满），输出不完整，未作任何改动\n"


@full
def test_a_full_stderr_stops_nothing(cli: Cli) -> None:
    assert shell(cli.db, "tracker log zj-task-1 --percent 10 2> /dev/full").returncode == 0
    assert shell(cli.db, "tracker list > /dev/full 2> /dev/full").returncode == 1


@pytest.mark.parametrize(
    ("command", "code"), [("list >&-", 0), ("check >&-", 2), ("log zj-task-1 --percent 1 >&- 2>&-", 0), ("list <&-", 0)]
)
def test_closed_streams_are_no_streams(cli: Cli, command: str, code: int) -> None:
    result = shell(cli.db, f"tracker {command}")
    assert result.returncode == code
    assert "Traceback" not in result.stderr
