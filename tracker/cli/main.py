"""Entry of the command line, and the one place where errors become messages and exit codes (DESIGN §4)."""

import errno
from collections.abc import Sequence

from tracker.cli import output
from tracker.cli.runtime import runtime
from tracker.errors import TrackerError

INTERRUPTED = 130
UNKNOWN = 3
"""What `check` answers for every error, by the convention of monitoring plugins."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Nothing escapes but SystemExit of the interpreter itself."""
    checking = _is_check(arguments)
    try:
        code = _run(arguments)
        output.flush()
    except KeyboardInterrupt:
        output.message("\n已中断，未作任何改动")
        code = INTERRUPTED
    except TrackerError as error:
        code = _refuse(str(error), error.exit_code, checking=checking)
    except OSError as error:
        code = _system_error(error, checking=checking)
    except Exception as error:
        if runtime.debug:
            raise
        code = _refuse(f"程序内部错误（{type(error).__name__}：{error}）；请加 --debug 重新运行并报告", 1, checking=checking)
    return code


def _run(arguments: Sequence[str]) -> int:
    from typer import Abort

    from tracker.cli.app import root
    from tracker.cli.wording import usage_error

    try:
        result = root().main(list(arguments), prog_name="tracker", standalone_mode=False)
    except Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        wording = usage_error(error)
        if wording is None:
            raise
        raise wording from None
    return result if isinstance(result, int) else 0


def _is_check(arguments: Sequence[str]) -> bool:
    """Say whether the command is `check`, whatever options of the program stand before it."""
    words = iter(arguments)
    for word in words:
        if word == "--db":
            next(words, None)
        elif not word.startswith("-"):
            return word == "check"
    return False


def _refuse(text: str, code: int, *, checking: bool) -> int:
    if checking:
        output.line(f"TRACKER UNKNOWN - {' '.join(text.split())}")
        return UNKNOWN
    output.message(f"错误：{text}")
    return code


def _system_error(error: OSError, *, checking: bool) -> int:
    if error.errno == errno.EPIPE or isinstance(error, BrokenPipeError):
        output.close_quietly()
        return 0
    if error.errno == errno.ENOSPC:
        output.close_quietly() if error.filename is None else None
        return _refuse("磁盘已满，输出不完整；请清理空间后重试", 1, checking=checking)
    if runtime.debug:
        raise error
    place = f" {error.filename}" if error.filename else ""
    return _refuse(f"系统错误{place}：{error.strerror or error}", 1, checking=checking)
