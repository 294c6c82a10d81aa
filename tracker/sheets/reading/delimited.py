"""Tables as text: UTF-8, UTF-16 or GB18030, with commas, semicolons, tabs or bars.

What keeps a spreadsheet from running a text is undone.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, overload

from tracker.errors import Refused
from tracker.sheets.reading.values import ERROR_SIGNS, PICTURE, Fault, as_fault
from tracker.text import lazy_pattern

_GUARDED = lazy_pattern(r"'+[=+\-@\t\r]")
_SEPARATORS = ",\t;|，"
_TITLE_LINES = 100
_WHOLE_LINE = 3
"""From so many headings on, a line of nothing else is the line of headings."""
"""How deep the line of headings is looked for."""

MAX_CSV_ROWS = 1_000_000
"""Rows of one file: they are read one after the other, unlike those of a workbook."""
_HEAD = 1000
"""Rows that stay at hand, for whoever looks for a header."""


class CsvRows(Sequence[list[str]]):
    """The rows of a CSV file, one cell a text; read anew from its bytes each time, so that they are never all in memory.

    The separator is the one at which the line of headings falls apart (is_heading knows one). width: how many cells the longest row
    has, blank ones at its end not counted; pictures: cells that held one; faults: error values; both are blank here. Raises
    Refused for what is no CSV.
    """

    def __init__(self, data: bytes, is_heading: Callable[[str], bool] = bool) -> None:
        self._data = data
        self._codec, text = decoded(data)
        csv.field_size_limit(1 << 20)
        self._is_plain = not any(map(text.__contains__, _SIGNS)) and _YEAR_AND_MONTH.search(text) is None
        self._separator = _separator(list(islice(io.StringIO(text), _TITLE_LINES)), is_heading)
        self._length = self.width = 0
        for row in self._written():
            self._length += 1
            if len(row) > self.width and any(row[self.width :]):
                self.width = len(row)
        if self._length > MAX_CSV_ROWS:
            raise Refused(f"有 {self._length} 行，超过 {MAX_CSV_ROWS} 行的上限；请拆分后导入")
        marked = [
            ((row, column), cell)
            for row, cells in enumerate(self._written() if any(map(text.__contains__, _MARKS)) else ())
            for column, cell in enumerate(cells)
            if cell[:1] in _SPECIAL
        ]
        self.pictures = {place for place, cell in marked if PICTURE.match(cell)}
        found = ((place, _formula(cell) if cell[0] == "=" else as_fault(cell)) for place, cell in marked)
        self.faults = {place: fault for place, fault in found if isinstance(fault, Fault)}
        self._known = list(islice(self, _HEAD))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._length

    def __iter__(self) -> Iterator[list[Any]]:
        """Return the rows, what keeps a text from running undone; raises Refused for quotation marks that do not fit."""
        return self._written() if self._is_plain else map(_values, self._written())

    def _written(self) -> Iterator[list[str]]:
        """Yield the rows as they are written."""
        text = io.TextIOWrapper(io.BytesIO(self._data), encoding=self._codec, newline="")
        reader = csv.reader(text, delimiter=self._separator, strict=True)
        begun = 1
        try:
            for row in reader:
                begun = reader.line_num + 1
                yield row
        except csv.Error as error:
            if "field larger" in str(error):
                raise Refused(f"第 {begun} 行有一格超过 1 MB；请删去或拆分后导入") from None
            raise Refused(
                f'不是完整的 CSV：第 {begun} 行的引号不成对，或引号后面还有文字；文字中的引号请写成两个（""），或另存为 .xlsx'
            ) from None

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


def _separator(lines: Sequence[str], is_heading: Callable[[str], bool]) -> str:
    """Return the separator that leaves most headings in one line; where no line has any, the most frequent of the first."""
    best, most = "", 0
    for line in lines:
        for mark in _SEPARATORS:
            if mark in line:
                parts = [part.strip().strip('"') for part in line.split(mark)]
                known = sum(map(is_heading, parts))
                if known > max(most, 1):
                    best, most = mark, known
                if known == len(parts) >= _WHOLE_LINE:
                    return mark
    if best:
        return best
    return max(",\t;", key=lambda mark: max((line.count(mark) for line in lines), default=0))


def decoded(data: bytes) -> tuple[str, str]:
    """Return codec and text, by its mark, as UTF-8, or as GB18030; raises Refused for bytes that are no text."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    codecs = [codec for mark, codec in marks if data.startswith(mark)] or [*_unmarked(data), "utf-8", "gb18030"]
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return codec, text
    raise Refused("不是 UTF-8、UTF-16 或 GB18030 编码的 CSV；请另存为 .xlsx 或 UTF-8 编码的 CSV")


def _unmarked(data: bytes) -> list[str]:
    """Return the kinds of UTF-16 that a text without a mark may be: its line ends and separators have a zero beside them."""
    units = [data[place : place + 2] for place in range(0, min(len(data), 4096), 2)]
    counts = {codec: sum(units.count(sign.encode(codec)) for sign in "\n,\t;|") for codec in ("utf-16-le", "utf-16-be")}
    likelier = max(counts, key=lambda codec: counts[codec])
    return [likelier] if counts[likelier] else []


_SPECIAL = ERROR_SIGNS | {"'", "="}
_SIGNS = ("'", "=", "#", "Err:5")
"""Without any of these a text has no cell that is another than it says, but for months typed as numbers."""
_MARKS = ("!", "#N", "#GETTING", "Err:5", ",=", ";=", "\t=", '"=', "\n=")
"""What only a text can hold that has an error value or a formula in a cell: `#REF!`, `#N/A`, `#NAME?`, `=DISPIMG(…)` of WPS."""


_YEAR_AND_MONTH = lazy_pattern(r"20\d\d\.1")
"""What a spreadsheet writes for the number 2026.1, typed as 2026.1 or 2026.10."""


_TEXT_FORMULA = lazy_pattern(r'="((?:[^"]|"")*)"')
"""How programs write a text so that a spreadsheet keeps it one: ="0012"."""
_FORMULA = lazy_pattern(r"=[-+(\s]*(?:\$?[A-Za-z]{1,3}\$?\d+|[A-Za-z][A-Za-z.]*\().*")


def _formula(text: str) -> Any:
    """Return what a spreadsheet shows of a cell that begins with =; one that computes has no value in a text."""
    if PICTURE.match(text):
        return ""
    if (quoted := _TEXT_FORMULA.fullmatch(text)) is not None:
        return quoted[1].replace('""', '"')
    return Fault() if _FORMULA.fullmatch(text) else text


def _values(row: Sequence[str]) -> list[Any]:
    return [_value(cell) if cell[:1] in _SPECIAL or cell[-2:] == ".1" else cell for cell in row]


def _value(text: str) -> Any:
    if text[0] not in _SPECIAL:
        return float(text) if _YEAR_AND_MONTH.fullmatch(text) else text
    if text[0] == "=":
        return "" if isinstance(shown := _formula(text), Fault) else shown
    if text[0] == "'":
        return unguarded(text)
    return "" if isinstance(as_fault(text), Fault) else text


def unguarded(text: str) -> str:
    """Take off the apostrophe with which an exported text was kept from running as a formula (`cli.output.guarded`)."""
    return text[1:] if _GUARDED.match(text) else text
