"""What a terminal, a console or a pipe takes: columns of a text, tables and colours, code pages, escapes, a closed end.

A table is one line a row, columns in line although a Chinese character takes two places. A pipe gets plain lines, drawn by hand:
rich needs as long for forty rows as everything else in a command takes together (docs/architecture.md). A terminal gets rich's
table in the widths that are shared out here. Windows differs in code pages, escapes and closed ends; elsewhere every answer is
the plain one. The rule for redirected output is told to users in docs/start.md: text and CSV in the code page of the console,
which cmd and PowerShell both read; JSON in ASCII.
"""

import errno
import io
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import IO, Any, NamedTuple

from tracker import folders

_COLORS = {"red": 31, "yellow": 33, "grey": 90, "review": 35, "blue": 34, "green": 32, "done": 36}
_BOLD = 1
LEAST, SHORT = 6, 10
"""Where the screen is too narrow, the widest column gives way down to the first; what is no wider than the second (a date, a
number) says nothing when it is cut."""

LONG = 200
"""Letters of one remark on a screen; the whole text is in --json and in every sheet."""


class Column(NamedTuple):
    """One column of a table: its heading, how wide it may be (0: shares what is left), and its side.

    paint: the light of each character of a bar; its colour is laid on where colour may be used. whole: never cut (an id).
    """

    heading: str
    width: int = 0
    right: bool = False
    paint: Mapping[str, str] | None = None
    whole: bool = False


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character two, a combining mark none."""
    return len(text) if text.isascii() else sum(map(_cell, text))


_WIDE = {"W", "F"}
"""The classes of width (Unicode, East_Asian_Width) of characters that take two columns."""


def widen(*, on: bool = True) -> None:
    """Count two columns for signs that Unicode leaves open (…, “, █) from now on: the console of a Chinese Windows."""
    (_WIDE.add if on else _WIDE.discard)("A")
    _cell.cache_clear()


@lru_cache(maxsize=8192)
def _cell(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


_PIECE = r"[（“《「]*(?:[!-~]+|.)[，。；、：）”》」… ]*"
"""What stays in one line: a word or a Chinese character, with the punctuation around it."""


PIPE_WIDTH = 80
"""Columns of running text in a pipe, whatever the width of a terminal, so that the reference can hold it."""


def indented(text: str, by: int = 4) -> str:
    """Keep the lines of a text of several lines apart from those of the page they stand on."""
    return text.replace("\n", "\n" + " " * by)


def folded(text: str, indent: int = 0, width: int = PIPE_WIDTH, *, first: int | None = None) -> str:
    """Break a text of one line into lines of a width, those after the first indented; first: where the first begins."""
    lines, taken = [""], indent if first is None else first
    for piece in re.findall(_PIECE, text):
        if lines[-1] and taken + cells(piece.rstrip()) > width:
            lines.append("")
            taken = indent
        lines[-1] += piece
        taken += cells(piece)
    return f"\n{' ' * indent}".join(line.rstrip() for line in lines)


def _floor(width: int, *, whole: bool) -> int:
    """Return down to how many columns of the screen a column may be cut."""
    return width if whole or 0 < width <= SHORT else LEAST


def readable(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """Return the places of the columns that find room: where all do not, the widest in the middle are left out."""
    kept = list(range(len(columns)))
    while (middle := [place for place in kept[2:-1] if not columns[place].whole]) and width < (
        sum(_floor(columns[place].width, whole=columns[place].whole) for place in kept) + gap * (len(kept) - 1)
    ):
        kept.remove(max(middle, key=lambda place: columns[place].width or width))
    return kept


def widths_of(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """Return how wide each column is drawn."""
    room = width - gap * (len(columns) - 1)
    return share([column.width for column in columns], room, [column.whole for column in columns])


def draw(
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    width: int,
    gap: int,
    lights: Sequence[str | None] | None,
) -> list[str]:
    """Return the lines of a table: headings, then rows, each cut to the width.

    lights gives each row's light, laid on its last column; None: no colour at all. A column of width 0 shares what the others
    leave. Texts must be safe and of one line.
    """
    widths = widths_of(columns, width, gap)
    between = " " * gap
    sides = [column.right for column in columns]
    heads = [fit(column.heading, room, right=column.right) for column, room in zip(columns, widths, strict=True)]
    if lights is None:
        lines = [between.join(heads)]
        lines += [between.join(map(fit, row, widths, sides)) for row in rows]
        return [line.rstrip() for line in lines]
    lines = [_colored(between.join(heads).rstrip(), _BOLD)]
    for place, row in enumerate(rows):
        parts = [fit(text, room, right=right) for text, room, right in zip(row, widths, sides, strict=True)]
        parts = [_painted(part, column.paint) for part, column in zip(parts, columns, strict=True)]
        light = lights[place] if place < len(lights) else None
        last = parts[-1].rstrip()
        lines.append(between.join([*parts[:-1], _colored(last, _COLORS[light]) if light and last else last]).rstrip())
    return lines


def share(widths: Sequence[int], room: int, whole: Sequence[bool] = ()) -> list[int]:
    """Return the width of each column: the given ones, and equal parts of what is left for those of width 0.

    Where the given ones leave too little, the widest give way, but for those that are whole or short.
    """
    fixed = list(widths)
    open_places = [place for place, width in enumerate(widths) if not width]
    floors = [_floor(width, whole=bool(whole) and whole[place]) for place, width in enumerate(widths)]
    while sum(fixed) + LEAST * len(open_places) > room:
        widest = max(range(len(fixed)), key=lambda place: (fixed[place] > floors[place], fixed[place]), default=0)
        if fixed[widest] <= floors[widest]:
            break
        fixed[widest] -= 1
    left = max(room - sum(fixed), LEAST * len(open_places))
    for rank, place in enumerate(open_places):
        # The first of several takes what does not divide.
        fixed[place] = -(-left // (len(open_places) - rank))
        left -= fixed[place]
    return fixed


def fit(text: str, room: int, right: bool = False) -> str:
    """Cut a text to so many columns, ending in an ellipsis, or fill it up with blanks."""
    taken = cells(text) if len(text) <= room else room + 1
    if taken > room:
        text = cut(text, room)
        taken = room
    blanks = " " * (room - taken)
    return blanks + text if right else text + blanks


def cut(text: str, room: int) -> str:
    """Return the beginning of a text that is too long, an ellipsis at its end, exactly so many columns wide."""
    taken, room = 0, room - _cell("…")
    for place, character in enumerate(text):
        wide = _cell(character)
        if taken + wide > room:
            return text[:place] + " " * (room - taken) + "…"
        taken += wide
    return text


def _painted(text: str, paint: Mapping[str, str] | None) -> str:
    """Lay on a bar the colour of each of its signs."""
    if not paint:
        return text
    runs = ((sign, "".join(run)) for sign, run in groupby(text))
    return "".join(_colored(run, _COLORS[paint[sign]]) if sign in paint else run for sign, run in runs)


def _colored(text: str, color: int) -> str:
    return f"\x1b[{color}m{text}\x1b[0m"


def colored(text: str, light: str) -> str:
    """Lay the colour of a light on a text."""
    return _colored(text, _COLORS[light])


LIGHT_STYLES = {
    "red": "red",
    "yellow": "yellow",
    "grey": "bright_black",
    "blue": "blue",
    "green": "green",
    "review": "magenta",
    "done": "cyan",
}


def rich_table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], *, width: int, gap: int, lights: Sequence[str | None]
) -> Any:
    """Return the same as rich's table; texts must be safe and of one line."""
    from rich.segment import Segment
    from rich.style import Style
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=0, header_style="bold")
    widths = widths_of(columns, width, gap)
    between = [" " * gap] * (len(columns) - 1) + [""]
    for column, room, blanks in zip(columns, widths, between, strict=True):
        table.add_column(fit(column.heading, room, right=column.right) + blanks, width=room + len(blanks), no_wrap=True)
    styles = {name: Style.parse(style) for name, style in LIGHT_STYLES.items()}
    for place, row in enumerate(rows):
        light = styles[lights[place] or ""] if place < len(lights) and lights[place] else None
        drawn: list[Any] = []
        for text, column, room, blanks in zip(row, columns, widths, between, strict=True):
            fitted = fit(text, room, right=column.right)
            runs = _runs(fitted, column.paint) if column.paint else [(fitted, None)]
            parts = [Segment(run, styles[color] if color else None) for run, color in runs]
            drawn.append(_Cell([*parts, Segment(blanks)]))
        if light is not None:
            drawn[-1].parts[0] = Segment(drawn[-1].parts[0].text, light)
        table.add_row(*drawn)
    return table


def _runs(text: str, paint: Mapping[str, str]) -> list[tuple[str, str | None]]:
    return [("".join(run), paint.get(sign)) for sign, run in groupby(text)]


class _Cell:
    """A cell that is as wide as its column already: rich need not wrap, cut and fill it again, which is half of its time."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts

    def __rich_console__(self, _console: Any, _options: Any) -> list[Any]:
        return self.parts


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
