"""What a cell can hold, and widths, heights, pages and colours of sheets, for both writers of workbooks (openpyxl, XlsxWriter).

Text is stored so that nothing in it runs and nothing is lost (docs/files.md).

A row is made as high as every line of it needs. Programs do not measure merged or pre-set rows themselves, and a printer's font is
not known when a sheet is made. So lines are broken here as a spreadsheet program breaks them, with characters as wide and lines as
high as in the widest of the fonts that take the place of 仿宋_GB2312 and its kin where those are missing.

Columns are measured in the digits of a font that leaves them alike wide on every system. A program that lacks the normal font of a
workbook measures in the digits of whatever takes its place, and every column grows or shrinks with them. Noto Sans CJK comes with
the Linux desktops of the field (Kylin, UOS) and with every Chinese LibreOffice; where it is missing, on Windows, its place is taken by
宋体, 微软雅黑 or Arial, whose digits have the same width in whole pixels. (Arial and Liberation Sans, Calibri and Carlito are missing
together on a plain Linux: their place is taken there by DejaVu Sans, a sixth wider.)
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width

from tracker.ledger.terms import LIGHTS, SHOWN_LIGHTS
from tracker.ledger.values import plain
from tracker.text import WORDS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


LINE_PITCH = 1.5
"""Height of a line in units of the font size: Noto Sans CJK, the highest common substitute, needs 1.45."""

PADDING = 4.0
"""Points above and below the text of a cell together."""

HIGHEST = 360.0
"""The highest row that is made, in points: a program takes 409 at most, a landscape A4 page of the annex has 391."""

_NARROW = 0.62
_WIDE_LATIN = 0.95
_SAFETY = 0.97
_CELL_INSET = 4.5
"""Points at the sides of a cell that no text enters."""

_OPENERS = "（〔【《〈“‘「『([{"
_CLOSERS = "）〕】》〉”’」』)]},.:;!?%，。、；：！？％…℃"
_ATOM = re.compile(f"[{re.escape(_OPENERS)}]*(?:[0-9A-Za-z#$&*+/<=>@\\\\^_|~.-]+|.)[{re.escape(_CLOSERS)}]*")
"""What is not broken over two lines: a number or Latin word, with the brackets and points that stick to it."""


def points(width: float) -> float:
    """Return the room for text, in points, in a column of a width in millimetres."""
    return width / 25.4 * 72 - _CELL_INSET


@lru_cache(maxsize=4096)
def _ems(char: str) -> float:
    if east_asian_width(char) in "WFA":
        return 1.0
    return _WIDE_LATIN if char in "MWmw@%&" else _NARROW


def text_ems(text: str) -> float:
    """Return the length of a text in units of the font size."""
    return sum(map(_ems, text))


def line_count(text: str, width: float, size: float) -> int:
    """Return into how many lines a text of a font size is broken in a column of a width."""
    room = points(width) * _SAFETY / size
    return sum(_lines_of(paragraph, room) for paragraph in text.splitlines() or [""])


def _lines_of(paragraph: str, room: float) -> int:
    if len(paragraph) <= room:
        return 1
    lines, used = 1, 0.0
    for match in _ATOM.finditer(paragraph):
        length = text_ems(match[0])
        if used + length <= room:
            used += length
        elif length <= room:
            lines, used = lines + 1, length
        else:  # longer than a line: broken anywhere
            lines += int((used + length) / room)
            used = (used + length) % room
    return lines


def text_height(text: str, width: float, size: float) -> float:
    """Return the height, in points, that a cell needs to show all of a text."""
    return line_count(text, width, size) * size * LINE_PITCH + PADDING


def row_height(cells: Iterable[tuple[str, float]], size: float) -> float:
    """Return the height, in points, that a row needs. cells: each text with the width of its column."""
    return max((text_height(text, width, size) for text, width in cells), default=size * LINE_PITCH + PADDING)


NORMAL, NORMAL_SIZE = "Noto Sans CJK SC", 11
"""The normal font of our workbooks, in points. No cell is written in it."""
DIGIT = 8
"""Pixels of one of its digits, in which the widths of columns are stated."""
MILLIMETRES = DIGIT / 96 * 25.4
"""The same in millimetres: pixels are 96 to the inch."""


def open_workbook(target: Any, *, streamed: bool = False) -> Any:
    """Start a workbook (XlsxWriter) in the normal font that never takes a text for a number, an address or a formula.

    streamed: every sheet goes to disk row by row, in bounded memory; otherwise all is held, which is faster for a few rows.
    """
    import xlsxwriter

    return xlsxwriter.Workbook(
        target,
        {
            "constant_memory": streamed, "in_memory": not (streamed or isinstance(target, str)),
            "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            # the library takes the width of a digit from that of an empty column
            "default_format_properties": {"font_name": NORMAL, "font_size": NORMAL_SIZE}, "default_column_width": 72,
        },
    )  # fmt: skip


SLACK = 0.97
"""The share of a page that is filled: programs round the heights of rows each in its own way."""


class Block(NamedTuple):
    """Rows that stay together: the first sheet row, and their height in points."""

    first: int
    height: float


def page_starts(blocks: Iterable[Block], above: float, header: float, page: float) -> list[int]:
    """Return the sheet rows with which new pages begin.

    above: height of what stands over the first block on the first page; header: of the rows repeated on every other; page:
    of the paper between the margins. A block higher than a page begins one and runs on.
    """
    room = page * SLACK
    used = above
    starts = []
    fresh = True
    for block in blocks:
        if used + block.height > room and not fresh:
            starts.append(block.first)
            used = header
        used += block.height
        fresh = False
        if used > room:
            used = header + (used - header) % (room - header)
    return starts


A3, A4 = 8, 9
"""The codes of paper sizes in OOXML."""

FILLS = {
    "red": ("#FFC7CE", "#9C0006"), "yellow": ("#FFEB9C", "#7F6000"), "review": ("#E4DFEC", "#5B3A8C"), "blue": ("#DDEBF7", "#1F4E78"),
    "green": ("#C6EFCE", "#006100"), "grey": ("#EDEDED", "#404040"), "done": ("#FFFFFF", "#1F4E78"),
}  # fmt: skip
"""Background and letters of a cell that says a light in words; colour only repeats them."""
BARS = {
    "red": "#C00000", "yellow": "#FFC000", "review": "#8064A2", "blue": "#4472C4", "green": "#70AD47", "grey": "#A6A6A6", "done": "#1F4E78",
}  # fmt: skip
"""The colours of the lights in charts."""
assert set(FILLS) == set(BARS) == set(LIGHTS) == set(SHOWN_LIGHTS)  # noqa: S101 - the tables must never part

QUICK_SIZE = 10
"""The font size, in points, of sheets of any number of rows; below, lines of it are counted without being measured."""
LINE = 14.5
"""Height of a line in points, in the highest of the fonts that take the place of a missing one."""
LINE_MARGIN = 4.0
HIGHEST_ROW = 409.0
"""The highest row that spreadsheet programs take; of a longer text they show the beginning, and all of it in the edit line."""


MOST_LINES = int((HIGHEST_ROW - LINE_MARGIN) / LINE)
"""How many lines of `QUICK_SIZE` such a row shows."""
SMALL_SIZE = 7
"""The font size of a longer text: twice as much of it finds room."""


def rooms_of(widths: Sequence[float]) -> list[float]:
    """Return how many wide characters a line takes in columns of these widths.

    Half a character is kept free: some characters may not begin a line, and take the one before them along.
    """
    return [max(width * DIGIT / (QUICK_SIZE / 0.75) - 0.5, 1) for width in widths]


def quick_line_count(text: str, room: float) -> int:
    """Return into how many lines a text is broken in a column that takes so many wide characters.

    Counted by characters, not measured: a hundred thousand rows must not wait for it. It errs on the high side. A Latin
    letter counts for 5/8 of a wide one; in GB 18030 it has half its bytes.
    """
    lines = 0
    for part in text.split("\n"):
        length = (len(part) + 1.5 * len(part.encode("gb18030", "replace"))) / 4
        lines += max(ceil(length / room), 1)
    return lines


def lines_height(lines: int) -> float:
    """Return the height of a row, in points, that shows so many lines, as far as a row can."""
    return min(lines * LINE + LINE_MARGIN, HIGHEST_ROW)


LIMIT = WORDS
"""How many UTF-16 units a cell of a workbook holds."""

CUT = "…（超出单元格容量，全文见台账）"
"""What ends a text that was cut."""

_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
FORMULA_STARTS = ("=", "+", "-", "@", "'")
"""First characters that a spreadsheet program may take for the start of a formula, or swallow, when the cell is edited."""


def holdable(text: str) -> str:
    """Return a text as a workbook can hold it: cut visibly at the limit; code points that XML has no form for become U+FFFD."""
    if _IMPOSSIBLE.search(text):
        text = _IMPOSSIBLE.sub("\ufffd", text)
    if len(text) > LIMIT // 2 and len(text.encode("utf-16-le")) // 2 > LIMIT:
        room = (LIMIT - len(CUT)) * 2
        text = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT
    return text


def escaped(text: str) -> str:
    """Write control characters as OOXML does (_x0001_), and a text that looks like such an escape so that it stays itself.

    Spreadsheet programs show the characters that were meant. Line feed and tab need no escape.
    """
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", _ESCAPED.sub("_x005F_", text))


def looks_like_formula(text: str) -> bool:
    """Say whether a cell needs the mark "this is text" (quotePrefix), so that editing it does not make a formula of it."""
    return text.startswith(FORMULA_STARTS)


Value = str | int | Decimal | date | None


def set_value(sheet: "Worksheet", row: int, column: int, value: Value) -> None:
    """Put a value into a cell: text as text, whatever it begins with; nothing for None and the empty text."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        set_text(sheet, row, column, value)
    else:
        sheet.cell(row, column, value)


def set_text(sheet: "Worksheet", row: int, column: int, text: str) -> None:
    """Put a text into a cell so that it stays text: never a formula, control characters escaped."""
    cell = sheet.cell(row, column)
    cell.value = escaped(holdable(text))
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True


def value_text(value: Value) -> str:
    """Return the text as which a value is seen, for measuring; a decimal is a share in percent."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{plain(value)}%"
        case date():
            return value.isoformat()
        case _:
            return str(value)
