"""How high a row must be to show every line: measured by column width and the widths of the characters.

Programs do not measure merged or pre-set rows themselves, and a printer's font is not known when a sheet is made. So lines are
broken here as a spreadsheet program breaks them, with characters as wide and lines as high as in the widest of the fonts that
take the place of 仿宋_GB2312 and its kin where those are missing.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import east_asian_width

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
