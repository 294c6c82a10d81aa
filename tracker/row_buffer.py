"""Rows that wait: the last ones in memory, the many before them in a file that vanishes with the process."""

import marshal
from collections.abc import Iterator, Sequence
from io import BufferedRandom, BytesIO
from itertools import chain
from typing import Any

Row = tuple[Any, ...]
_IN_MEMORY = 1 << 20
"""Bytes for which no file is opened."""


class _Portions:
    """Portions of rows in a file without a name, each known by its place; a few are packed in memory."""

    def __init__(self) -> None:
        self._file: BufferedRandom | BytesIO = BytesIO()
        self._end = 0

    def __del__(self) -> None:
        """Let the file go with the rows."""
        self._file.close()

    def keep(self, rows: list[Row]) -> tuple[int, int]:
        """Pack rows and move them out of memory; return their place."""
        data = marshal.dumps(rows)
        if isinstance(self._file, BytesIO) and self._end + len(data) > _IN_MEMORY:
            from tempfile import TemporaryFile

            packed, self._file = self._file, TemporaryFile()  # noqa: SIM115 - it lives as long as the rows do
            self._file.write(packed.getbuffer())
        self._file.seek(self._end)
        self._file.write(data)
        place = self._end, len(data)
        self._end += len(data)
        return place

    def rows(self, place: tuple[int, int]) -> list[Row]:
        """Return the rows of a place."""
        self._file.seek(place[0])
        found: list[Row] = marshal.loads(self._file.read(place[1]))  # noqa: S302 - what this process wrote
        return found


class RowBuffer:
    """Rows of plain values in the order in which they came, as often as they are asked for.

    Only as many stay in memory as came since the last `spill`. spilled: how many came before.
    """

    def __init__(self) -> None:
        self._fresh: list[Row] = []
        self.spilled = 0
        self._portions = _Portions()
        self._places: list[tuple[int, int]] = []

    def append(self, row: Row) -> None:
        """Add a row: of numbers, texts, None, and lists and dictionaries of them."""
        self._fresh.append(row)

    def __bool__(self) -> bool:
        """Whether there are rows."""
        return bool(self._fresh or self._places)

    def __iter__(self) -> Iterator[Row]:
        """Return all rows, those that were moved out first."""
        return chain.from_iterable(chain(map(self._portions.rows, self._places), (self._fresh,)))

    @property
    def fresh(self) -> Sequence[Row]:
        """The rows since the last spill."""
        return self._fresh

    def mark(self) -> int:
        """Return how far the rows have come, for `cut`."""
        return len(self._fresh)

    def cut(self, mark: int) -> None:
        """Take back what was added since a mark, which holds until the next spill."""
        del self._fresh[mark:]

    def spill(self) -> None:
        """Move the rows out of memory."""
        if self._fresh:
            self._places.append(self._portions.keep(self._fresh))
            self.spilled += len(self._fresh)
            self._fresh = []


class Groups:
    """Rows of plain values that are given back group by group, however mixed they came; those that are too many wait in a file.

    Groups come in the order of their numbers, the rows of each in the order in which they came. held: how many rows, of all
    groups, wait in memory.
    """

    def __init__(self, held: int) -> None:
        self._held = held
        self._count = 0
        self._fresh: dict[int, list[Row]] = {}
        self._portions = _Portions()
        self._places: dict[int, list[tuple[int, int]]] = {}

    def add(self, group: int, row: Row) -> None:
        """Add a row to a group."""
        self._fresh.setdefault(group, []).append(row)
        self._count += 1
        if self._count >= self._held:
            self._spill()

    def _spill(self) -> None:
        for group, rows in self._fresh.items():
            self._places.setdefault(group, []).append(self._portions.keep(rows))
        self._fresh = {}
        self._count = 0

    def __iter__(self) -> Iterator[Iterator[Row]]:
        """Yield the rows of each group and let go of them; they are read as they are taken."""
        for group in sorted(self._places.keys() | self._fresh.keys()):
            yield self.take(group)

    def take(self, group: int) -> Iterator[Row]:
        """Yield the rows of one group and let go of them."""
        for place in self._places.pop(group, ()):
            yield from self._portions.rows(place)
        yield from self._fresh.pop(group, ())
