"""A sheet as every reader of files makes it: a grid of values that keeps the place of each cell, and what else was in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.errors import Refused
from tracker.sheets.reading.values import Fault, cell_name

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file. 100,000 rows of progress take 5 million."""
MAX_ROWS = 250_000
MAX_CELLS = 12_000_000
"""Cells of a sheet, each row from its first to its farthest cell with content."""

Rows = Sequence[list[Any]]
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 0."""


@dataclass(slots=True, eq=False, repr=False)
class Sheet:
    """A sheet as a grid: rows of values from its first row and column on, empty cells as empty text; rows may be shorter than others.

    name is None for CSV. formulas are the cells whose stored value was computed; struck those whose text is struck out; signed those
    that say something for a whole table; partly_struck those with a part of it struck out; faults those without a
    usable value, taken out of the grid (`cleared`) before its tables are looked for; comments and links by cell; pictures: cells that
    hold one and nothing else; covered: what lies unseen below merged cells; drawings: what lies over a cell, the words of a text box
    or none for a picture; blind: what the kind of file does not let be seen, in words.
    """

    name: str | None
    rows: Rows
    merged: Sequence[Area] = ()
    hidden: bool = False
    from_1904: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    partly_struck: set[tuple[int, int]] = field(default_factory=set)
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    pictures: set[tuple[int, int]] = field(default_factory=set)
    covered: dict[tuple[int, int], Any] = field(default_factory=dict)
    drawings: list[tuple[tuple[int, int], str]] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    signed: set[tuple[int, int]] = field(default_factory=set)
    blind: str = ""

    def cleared(self) -> "Sheet":
        """Return the sheet with blank cells for its faults: they are told by their cells, and nobody takes them for a value."""
        for row, place in self.faults if isinstance(self.rows, list) else ():
            self.rows[row][place] = ""
        return self

    def place(self, row: int, column: int) -> str:
        """Name a cell as a spreadsheet does."""
        return cell_name(row, column)

    def text(self, row: int, column: int) -> Any:
        """Return what a cell holds, empty beyond the end of its row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(map(any, self.rows))


class Grid:
    """Rows being filled, cell by cell, within bounds."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._cells = 0

    def put(self, row: int, column: int, value: Any) -> None:
        """Put a value into a cell; raises Refused where there would be too many rows or cells."""
        rows = self.rows
        if row >= MAX_ROWS:
            raise too_far(row, column)
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        missing = column - len(cells)
        if missing < 0:
            cells[column] = value
            return
        self._cells += missing + 1
        if self._cells > MAX_CELLS:
            raise too_far(row, column)
        if missing:
            cells.extend([""] * missing)
        cells.append(value)


def too_far(row: int, column: int) -> Refused:
    """Return the error for a sheet whose content has no bounds."""
    return Refused(f"内容一直到第 {row + 1} 行、第 {column + 1} 列，范围过大；请删去表格以外的内容再另存")
