"""The rows of an import in the order in which they are taken in: those of one item together, from wherever in the files.

So each item is read once, and what the whole import says of it is known at once, though a long import never has all its
rows or items in memory. An item on which there are very many rows is taken in in several portions.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tracker.actions.imports.row_matcher import FoundRow, Row
from tracker.actions.imports.table_facts import TakenSheet
from tracker.row_buffer import Groups

if TYPE_CHECKING:
    from tracker.ledger.ids import Ref

ITEMS = 500
"""Items that are taken in together: what the ledger has about them is asked for in a few questions and then forgotten."""
HELD = 20_000
"""Rows that wait in memory; of more, the others wait in a file."""
ROWS = 30_000
"""Rows that are taken in together at most."""


class ItemGroups:
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
        self._refs: list[Ref] = []
        self._groups: dict[Ref, tuple[int, int]] = {}
        self._rows = Groups(HELD)
        self.count = 0

    def add(self, sheet: TakenSheet, found: FoundRow) -> None:
        """Add a row of one of the sheets."""
        index, cells, ref = found
        known = self._groups.get(ref)
        if known is None:
            place = self._places.setdefault(self._lead(ref.item), len(self._places))
            known = self._groups[ref] = place // ITEMS, len(self._refs)
            self._refs.append(ref)
        # The cells of a workbook are at hand anyway; those of a CSV are read again only with all before them.
        is_at_hand = isinstance(sheet.table.table.sheet.rows, list)
        self._rows.add(known[0], (sheet.number, index, None if is_at_hand else cells, known[1]))
        self.count += 1

    def _lead(self, item: str) -> str:
        """Return the one item that stands for all that are linked with one another."""
        while item in self._leading:
            item = self._leading[item]
        return item

    def groups(self) -> Iterator[Iterator[list[tuple[TakenSheet, Row]]]]:
        """Yield group after group: all rows about some items, in the order of the files, in portions of at most `ROWS`."""
        for rows in self._rows:
            yield self._portions(rows)

    def _portions(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[TakenSheet, Row]]]:
        sheets, refs = self._sheets, self._refs
        while portion := list(islice(rows, ROWS)):
            found: list[tuple[TakenSheet, Row]] = []
            for number, index, cells, ref in portion:
                source = sheets[number].table
                row = Row(source, index, source.table.sheet.rows[index] if cells is None else cells, refs[ref])
                found.append((sheets[number], row))
            yield found
