"""Rows that wait to be written: the last ones in memory, the many before them in a file that vanishes with the process."""

import marshal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from io import BufferedRandom

Row = tuple[Any, ...]
_SIZE = 8
"""Bytes before each portion of the file that give its length."""


class Spool:
    """Rows of plain values in the order in which they came. Only as many stay in memory as came since the last `spill`."""

    def __init__(self) -> None:
        self._fresh: list[Row] = []
        self._file: BufferedRandom | None = None

    def append(self, row: Row) -> None:
        """Add a row: numbers, texts and None only."""
        self._fresh.append(row)

    def __del__(self) -> None:
        """Let the file go with the rows."""
        if self._file is not None:
            self._file.close()

    def __bool__(self) -> bool:
        """Whether there are rows."""
        return bool(self._fresh) or self._file is not None

    def __iter__(self) -> Iterator[Row]:
        """Yield all rows, those that were moved out first."""
        if self._file is not None:
            self._file.seek(0)
            while size := self._file.read(_SIZE):
                rows = self._file.read(int.from_bytes(size))
                yield from marshal.loads(rows)  # noqa: S302 - what this process wrote into a file without a name
        yield from self._fresh

    def mark(self) -> int:
        """Return how far the rows have come, for `cut`."""
        return len(self._fresh)

    def cut(self, mark: int) -> None:
        """Take back what was added since a mark, which holds until the next spill."""
        del self._fresh[mark:]

    def spill(self) -> None:
        """Move the rows out of memory."""
        if self._fresh:
            if self._file is None:
                from tempfile import TemporaryFile

                self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the rows do
            self._file.seek(0, 2)
            rows = marshal.dumps(self._fresh)
            self._file.write(len(rows).to_bytes(_SIZE) + rows)
            self._fresh = []
