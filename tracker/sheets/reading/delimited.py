"""CSV that comes back: UTF-8 or GB18030, with commas, semicolons or tabs; what keeps a spreadsheet from running a text is undone."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

from tracker.errors import Refused

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_SEPARATORS = ",\t;"


MAX_CSV_ROWS = 1_000_000
"""Rows of one file: they are read one after the other, unlike those of a workbook."""
_HEAD = 1000
"""Rows that stay at hand, for whoever looks for a header."""


class CsvRows(Sequence[list[str]]):
    """The rows of a CSV file, one cell a text; read anew from its bytes each time, so that they are never all in memory.

    Raises Refused for what is no CSV.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._codec, text = decoded(data)
        csv.field_size_limit(1 << 20)
        head = text[:4096].splitlines()
        self._separator = max(_SEPARATORS, key=lambda mark: max((line.count(mark) for line in head), default=0))
        try:
            self._length = sum(1 for _ in self)
        except csv.Error as error:
            raise Refused(f"不是完整的 CSV（{error}）；请检查引号是否成对") from None
        if self._length > MAX_CSV_ROWS:
            raise Refused(f"有 {self._length} 行，超过 {MAX_CSV_ROWS} 行的上限；请拆分后导入")
        self._known = list(islice(self, _HEAD))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._length

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows."""
        text = io.TextIOWrapper(io.BytesIO(self._data), encoding=self._codec, newline="")
        for row in csv.reader(text, delimiter=self._separator, strict=True):
            yield [unguarded(cell) if cell[:1] == "'" else cell for cell in row]

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[str]]: ...
    def __getitem__(self, place: int | slice) -> list[str] | list[list[str]]:
        """Return some rows; only for those far down are all of them read."""
        stop = place.stop if isinstance(place, slice) else place
        if stop is None or not 0 <= stop < _HEAD:
            self._known = list(self)
        return self._known[place]


def decoded(data: bytes) -> tuple[str, str]:
    """Return codec and text, by its mark, as UTF-8, or as GB18030; raises Refused for bytes that are no text."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    codecs = [codec for mark, codec in marks if data.startswith(mark)] or ["utf-8", "gb18030"]
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return codec, text
    raise Refused("不是 UTF-8 或 GB18030 编码的 CSV；请另存为 .xlsx 或 UTF-8 编码的 CSV")


def unguarded(text: str) -> str:
    """Take off the apostrophe with which an exported text was kept from running as a formula (`cli.output.guarded`)."""
    return text[1:] if _GUARDED.match(text) else text
