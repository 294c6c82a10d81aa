"""Drawing a table for people: one line a row, columns in line although a Chinese character takes two places.

Drawn by hand because rich needs as long for forty rows as everything else in a command takes together (docs/dependencies.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

_COLORS = {"red": 31, "yellow": 33, "grey": 90, "review": 35, "blue": 34, "green": 32, "done": 36}
_BOLD = 1
LEAST = 6
"""Columns below which nothing can be read: where the screen is too narrow, the widest column gives way down to this."""


class Column(NamedTuple):
    """One column of a table: its heading, how wide it may be (0: shares what is left), and its side.

    paint: the light of each character of a bar; its colour is laid on where colour may be used.
    """

    heading: str
    width: int = 0
    right: bool = False
    paint: Mapping[str, str] | None = None


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return len(text) if text.isascii() else len(text) + sum(character > "\u2e7f" for character in text)


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
    widths = share([column.width for column in columns], width - gap * (len(columns) - 1))
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


def share(widths: Sequence[int], room: int) -> list[int]:
    """Return the width of each column: the given ones, and equal parts of what is left for those of width 0.

    Where the given ones leave too little, the widest give way.
    """
    fixed = list(widths)
    open_places = [place for place, width in enumerate(widths) if not width]
    while sum(fixed) + LEAST * len(open_places) > room and max(fixed) > LEAST:
        fixed[fixed.index(max(fixed))] -= 1
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
    taken = 0
    for place, character in enumerate(text):
        wide = 2 if character > "\u2e7f" else 1
        if taken + wide > room - 1:
            return text[:place] + " " * (room - 1 - taken) + "…"
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
