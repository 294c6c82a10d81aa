"""Entry of the command line, and the one place where errors become messages and exit codes (docs/contract.md)."""

import errno
import os
from collections.abc import Sequence
from typing import NamedTuple

from tracker.cli import output, terminal
from tracker.cli.command_table import COMMANDS, Group, command_place, spelled
from tracker.cli.context import context
from tracker.errors import TrackerError, Unclear, listeners, reason_of, remedy_of
from tracker.ledger.values import shorten
from tracker.store.location import hide_secrets
from tracker.text import cleaned

_NOTICES = 20
"""How many lines of notice one command writes; of more only their number, for a file may have a million such cells."""
_noticed: dict[str, None] = {}


def _notice(text: str) -> None:
    """Write what a deep room has to say, each line once."""
    if text not in _noticed:
        _noticed[text] = None
        if len(_noticed) <= _NOTICES:
            output.message(text)


listeners.append(_notice)
INTERRUPTED = 130
UNKNOWN = 3
"""What `check` answers for every error, by the convention of monitoring plugins."""


class _Asked(NamedTuple):
    """What decides how an error is told: `check` speaks to monitors, and to scripts with --json."""

    checking: bool
    as_json: bool
    as_csv: bool


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Nothing escapes but SystemExit of the interpreter itself."""
    _noticed.clear()
    if "_TRACKER_COMPLETE" in context.environ:
        from tracker.cli.completion import answer

        answer(context.environ)
        return 0
    context.written, context.is_sample, context.is_labelled = None, False, False
    arguments = _reordered(arguments)
    asked = _Asked(_is_check(arguments), "--json" in arguments, "--csv" in arguments)
    code: int | None = None
    try:
        code = _run(arguments)
        if not any(asked):
            # What is not a screen with the label above it (a report taken in, a file written) has it beside.
            output.label(beside=True)
        if len(_noticed) > _NOTICES:
            output.message(f"另有 {len(_noticed) - _NOTICES} 处类似提示未列出")
        output.flush()
    except KeyboardInterrupt:
        output.message(f"\n已中断，{_standing()}")
        code = INTERRUPTED
    except TrackerError as error:
        code = _refuse(str(error), error.exit_code, asked)
    except OSError as error:
        code = _system_error(error, asked, code)
    except Exception as error:  # noqa: BLE001 - the guard of `check`, and one line instead of a traceback (docs/contract.md)
        _trace()
        code = _refuse(_unforeseen(error), 1, asked)
    return code


def _run(words: Sequence[str]) -> int:
    """Parse and run. The framework's own main is passed by: it would turn a closed pipe into exit 1, an interrupt into silence."""
    words = _plain(words)
    if _is_page(words):
        return 0
    if words and words[0] in ("--install-completion", "--show-completion"):
        from tracker.cli.completion import set_up

        set_up(words)
        return 0
    from typer import Exit

    from tracker.cli.app import root

    program = root()
    try:
        with program.make_context("tracker", list(words)) as line:
            result = program.invoke(line)
    except Exit as leaving:
        return leaving.exit_code
    except Exception as error:
        from tracker.cli.help import usage_error

        told = usage_error(error)
        if told is None:
            raise
        raise told from None
    return result if isinstance(result, int) else 0


def _is_page(words: Sequence[str]) -> bool:
    """Write the page of the program or of a group where it is asked for; the framework is not needed for them.

    Raises Unclear, after the page, where a command is missing.
    """
    rest = [word for word in words if word not in SWITCHES]
    group = COMMANDS.get(rest[0]) if rest else None
    asked = rest[1:] if isinstance(group, Group) else rest
    if asked not in ([], ["--help"], ["-h"]):
        return False
    from tracker.cli.help import group_page, program_page, show

    context.no_color = "--no-color" in words
    show(group_page(rest[0], group) if isinstance(group, Group) else program_page())
    if not asked:
        raise Unclear(f"请在 tracker{f' {rest[0]}' if rest else ''} 之后写明命令")
    return True


def _plain(words: Sequence[str]) -> list[str]:
    """Return the words without control characters, so that what a command says is what it keeps.

    The name of a file that bears some is left, and so is an address, which may hold a password and is not to be shown.
    """
    return [
        word
        if word.isprintable() or "://" in word or "password" in word.lower() or os.path.lexists(word)
        else cleaned(word)
        for word in words
    ]


SWITCHES = ("--no-color", "--debug")


def _reordered(arguments: Sequence[str]) -> list[str]:
    """Return the line in one spelling, the program's own switches before the command: they are understood wherever they stand."""
    return spelled(sorted(arguments, key=lambda word: word not in SWITCHES))


def _is_check(words: Sequence[str]) -> bool:
    """Say whether the command is `check`, whatever options of the program stand before it."""
    place = command_place(words)
    return place is not None and words[place] == "check"


def _refuse(text: str, code: int, asked: _Asked) -> int:
    if not asked.checking:
        output.message(f"错误：{text}")
        return code
    # What follows the bar is performance data to a monitor.
    words = " ".join(text.split()).replace("|", "/")
    try:
        if asked.as_json:
            output.print_json({"status": "UNKNOWN", "message": words, "rules": []})
        else:
            output.line(f"TRACKER UNKNOWN - {words}")
        output.flush()
    except OSError:
        return _untold(words, asked)
    return UNKNOWN


def _untold(text: str, asked: _Asked) -> int:
    """Say on stderr what stdout did not take."""
    output.forsake_stdout()
    output.message(f"TRACKER UNKNOWN - {text}" if asked.checking else f"错误：{text}")
    return UNKNOWN if asked.checking else 1


def _system_error(error: OSError, asked: _Asked, code: int | None) -> int:
    """Tell a failure of the system. code is the command's own, where only writing its answer failed."""
    if terminal.is_closed(error):
        # A reader that has seen enough is no error; what `check` had found stays its exit code.
        output.forsake_stdout()
        return code if code is not None else UNKNOWN if asked.checking else 0
    _trace()
    if error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG):
        return _untold(f"结果无法写出（{reason_of(error)}），输出不完整，{_standing()}", asked)
    place = f" {shorten(str(error.filename), 120)}" if error.filename else ""
    return _refuse(f"系统错误{place}：{reason_of(error)}；{remedy_of(error, '请检查路径、权限和磁盘')}", 1, asked)


def _unforeseen(error: Exception) -> str:
    """Say what failed: a name that no file can have, wherever it was first used, or a mistake of ours."""
    if isinstance(error, UnicodeEncodeError) or (isinstance(error, ValueError) and "null byte" in str(error)):
        return "文件名或文字中有无法使用的字符（空字符、不成对的代理字符，或不是 UTF-8 的输入）；请改正后重新输入"
    return hide_secrets(f"程序内部错误（{type(error).__name__}：{error}）；请加 --debug 重新运行并报告")


def _standing() -> str:
    """Say what became of the ledger, so that nobody has to guess after an interrupt."""
    return "未作任何改动" if context.written is None else f"第 {context.written} 号改动已写入（tracker history）"


def _trace() -> None:
    if context.debug:
        import traceback

        output.message(traceback.format_exc())
