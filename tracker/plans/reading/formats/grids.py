"""Cells to tables: spans filled in, and which tables only lay out a page and are to be read as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.errors import Refused
from tracker.plans.reading.flattened_tables import role_of
from tracker.plans.reading.punctuation import CHAPTER_RANKS, mark_at, shadow

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SPAN = 100
MAX_CELLS = 200_000
_HEADING_ROWS = 4
_MIN_KNOWN = 2
_ANSWERED = re.compile("（(?:责任|牵头|主办)|(?:责任|牵头|主办)单位：")
_PROSE = 60
_YEAR = re.compile(r"20[0-4]\d ?年")


class Grid:
    """A table as it is read cell by cell: a merged cell repeats its text at every place that it covers."""

    def __init__(self) -> None:
        """Begin an empty table."""
        self.rows: list[dict[int, str]] = []
        self._reaching: dict[int, tuple[int, str]] = {}
        self._cells = 0

    def open_row(self) -> None:
        """Begin a row; cells that reach down from above stand in it already. Raises Refused past any plan's size."""
        self.rows.append({column: text for column, (_, text) in self._reaching.items()})
        self._reaching = {column: (left - 1, text) for column, (left, text) in self._reaching.items() if left > 1}
        self._count(len(self.rows[-1]) + 1)

    def put(self, text: str, across: int = 1, down: int = 1) -> None:
        """Put a cell at the next free place of the row. Raises Refused past any plan's size."""
        row = self.rows[-1]
        column = 0
        for _ in range(min(across, MAX_SPAN)):
            while column in row:
                column += 1
            if column > MAX_SPAN:
                return
            row[column] = text
            if down > 1:
                self._reaching[column] = (min(down, MAX_SPAN) - 1, text)
            self._count(1)

    def _count(self, cells: int) -> None:
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise Refused("表格过大，不像一份方案")

    def above(self) -> str:
        """Return the text above the next free place of the row, for a cell that goes on from there."""
        column = 0
        while column in self.rows[-1]:
            column += 1
        return self.rows[-2].get(column, "") if len(self.rows) > 1 else ""

    def filled(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows, all of one width."""
        width = max((max(row, default=-1) + 1 for row in self.rows), default=0)
        if width * len(self.rows) > MAX_CELLS:
            raise Refused("表格过大，不像一份方案")
        return tuple(tuple(row.get(column, "") for column in range(width)) for row in self.rows)


def is_layout(rows: Sequence[Sequence[str]], *, nested: bool) -> bool:
    """Tell a table that only lays out a page: one row or column, tables within it, or chapters of text in its cells.

    A table with a heading of columns as lists of tasks have it is never one.
    """
    if len(rows) < 2 or len(rows[0]) < 2:  # noqa: PLR2004 - one row or one column is no table
        return True
    if any(sum(map(_is_known, dict.fromkeys(row))) >= _MIN_KNOWN for row in rows[:_HEADING_ROWS]):
        return False
    return nested or any(_holds_chapters(cell) for row in rows for cell in dict.fromkeys(row))


def _is_known(heading: str) -> bool:
    return bool(role_of(heading) or _YEAR.match(shadow(heading)))


def _holds_chapters(cell: str) -> bool:
    """Tell whether a cell is a piece of a document: some paragraphs that open a chapter, or articles with who answers for them."""
    lines = cell.split("\n")
    marks = [mark for line in lines if (mark := mark_at(shadow(line.strip())))]
    if len(marks) > 1 and "。" in cell and _ANSWERED.search(shadow(cell)):
        return True
    if len(cell) < _PROSE or len(lines) < 3 or "。" not in cell:  # noqa: PLR2004 - heading, sentence, heading
        return False
    return any(mark.rank in CHAPTER_RANKS for mark in marks)
