"""The rows of an import in the order in which they are taken in: those of one item together, from wherever in the files.

So each item is read once, and what the whole import says of it is known at once, though neither the rows nor the items of a
long import are ever all in memory.
"""

from collections.abc import Iterable, Iterator, Sequence

from tracker.actions.import_naming import Row
from tracker.actions.import_sheets import TakenSheet
from tracker.ledger.ids import Ref
from tracker.store.spool import Groups

ITEMS = 500
"""Items that are taken in together: what the ledger has about them is asked for in a few questions and then forgotten."""
HELD = 20_000
"""Rows that wait in memory; of more, the others wait in a file."""


class Gathering:
    """Rows that wait for the others about the same items. Items come in the order in which the files first name them.

    linked: pairs of items (by id) of which one has an indicator that repeats one of the other, so that reports go from it there.
    """

    def __init__(self, sheets: Sequence[TakenSheet], linked: Iterable[tuple[str, str]]) -> None:
        self._sheets = sheets
        self._leading: dict[str, str] = {}
        for one, other in linked:
            if self._lead(one) != self._lead(other):
                self._leading[self._lead(one)] = self._lead(other)
        self._places: dict[str, int] = {}
        self._rows = Groups(HELD)
        self.count = 0

    def add(self, sheet: TakenSheet, row: Row) -> None:
        """Add a row of one of the sheets."""
        place = self._places.setdefault(self._lead(row.ref.item), len(self._places))
        # The cells of a workbook are at hand anyway; those of a CSV are read again only with all before them.
        cells = None if isinstance(row.source.table.sheet.rows, list) else row.cells
        self._rows.add(place // ITEMS, (sheet.number, row.index, cells, tuple(row.ref)))
        self.count += 1

    def _lead(self, item: str) -> str:
        """Return the one item that stands for all that are linked with one another."""
        while item in self._leading:
            item = self._leading[item]
        return item

    def portions(self) -> Iterator[list[tuple[TakenSheet, Row]]]:
        """Yield all rows about some items, in the order of the files, and let go of them."""
        for rows in self._rows:
            yield [self._row(*row) for row in rows]

    def _row(
        self, number: int, index: int, cells: Sequence[str] | None, ref: tuple[str, str, int, str | None, int | None]
    ) -> tuple[TakenSheet, Row]:
        sheet = self._sheets[number]
        source = sheet.table
        return sheet, Row(source, index, source.table.sheet.rows[index] if cells is None else cells, Ref(*ref))
