"""What the streams of a process take: encoding and line ends of a pipe, escapes and wide signs of a console, a closed end.

Windows differs in each of them; elsewhere every answer is the plain one. The rule for redirected output is told to users in
docs/start.md: text and CSV in the code page of the console, which cmd and PowerShell both read; JSON in ASCII.
"""

import errno
import io
import os
import sys
from collections.abc import Mapping
from typing import IO

from tracker import folders

_CHINESE = (936, 54936)
_EAST_ASIAN = (932, *_CHINESE, 949, 950)
"""Code pages whose consoles give signs such as …, “ and █ two columns."""


def code_page() -> int:
    """Return the code page of the console that this process belongs to; 0 where there is none."""
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetConsoleOutputCP())


def prepare(environ: Mapping[str, str]) -> None:
    """Have the standard streams write what the program that reads them expects (Windows).

    PowerShell decodes a program's output by the console's code page, cmd's commands read it so, and Excel and Notepad of the
    same Windows open it; Python would take the system's page, which `chcp` does not move. Who set Python's own variables has
    said what he wants.
    """
    own = environ.get("PYTHONIOENCODING") and not sys.flags.ignore_environment
    page = 0 if own or sys.flags.utf8_mode else code_page()
    for stream in (sys.stdout, sys.stderr) if page else ():
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding=_codec(page), errors="backslashreplace")


def _codec(page: int) -> str:
    """Return Python's codec for a code page; GB18030 writes all that GBK can the same, and every other character too."""
    return "utf-8" if page == 65001 else "gb18030" if page in _CHINESE else f"cp{page}"  # noqa: PLR2004 - Windows' number for UTF-8


def for_data(stream: IO[str]) -> bool:
    """Make a stream exact to the character and the line end for JSON and CSV; return whether it takes more than ASCII as UTF-8.

    A terminal gets what it can show. On Windows a pipe keeps the console's code page where that has every character.
    """
    if not isinstance(stream, io.TextIOWrapper) or stream.isatty():
        return True
    encoding = stream.encoding.lower().replace("-", "")
    is_chinese = folders.ON_WINDOWS and encoding in ("gbk", "cp936", "gb18030")
    if folders.ON_WINDOWS or encoding != "utf8":
        stream.reconfigure(encoding="gb18030" if is_chinese else "utf-8", errors="backslashreplace", newline="\n")
    return not is_chinese


def obeys_escapes(stream: IO[str]) -> bool:
    """Say whether a terminal obeys escape sequences: a console of Windows does once it is asked to, an old one never."""
    if sys.platform != "win32":
        return True
    import ctypes
    import msvcrt

    try:
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno()))
    except (OSError, ValueError):
        return False
    mode, kernel = ctypes.c_ulong(), ctypes.windll.kernel32
    return bool(kernel.GetConsoleMode(handle, ctypes.byref(mode)) and kernel.SetConsoleMode(handle, mode.value | 4))


def drop_typed() -> None:
    """Forget what was typed or pasted at the terminal and not read yet."""
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    elif sys.stdin.isatty():
        import termios

        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def widens(environ: Mapping[str, str]) -> bool:
    """Say whether the terminal gives two columns to signs that Unicode leaves open (ambiguous): the old console in Chinese."""
    return "WT_SESSION" not in environ and code_page() in _EAST_ASIAN


def is_closed(error: OSError) -> bool:
    """Say whether a write failed because its reader has gone; Windows says of a closed pipe that the argument is invalid."""
    return error.errno == errno.EPIPE or (folders.ON_WINDOWS and error.errno == errno.EINVAL and error.filename is None)


def lead_nowhere(stream: IO[str]) -> None:
    """Let what is still to be written to a stream go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
