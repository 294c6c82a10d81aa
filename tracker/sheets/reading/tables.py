"""Where the tables of a sheet are: headers in one to three rows, merged cells, several tables below one another, what lies beside them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from tracker.errors import Unclear
from tracker.ledger.column_names import heading
from tracker.ledger.values import is_measure
from tracker.sheets.reading.cells import folded, is_share, read_date
from tracker.sheets.reading.delimited import CsvRows
from tracker.sheets.reading.headings import (
    COMPUTED,
    EITHER,
    EXPORTED,
    Heading,
    Layout,
    Period,
    day_called,
    measure_in,
    measures_above,
    period_named,
    period_until,
)
from tracker.sheets.reading.rows import chapter_level, is_aside, is_header_again, is_note
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.values import column_name
from tracker.text import lazy_pattern

TITLE_ROWS = 100
"""How deep the first header is looked for."""
_NUMBERED = ("序号", "编号", "项次")
_OF_PERSONS = {"姓名", "电话", "手机", "手机号", "联系电话", "联系方式", "职务", "邮箱", "传真", "地址", "金额"}
"""Headings of tables of persons and sums, which are none of any door's."""
_FEWEST_HEADINGS = 3
_DEEPEST = 3
"""Rows that a header may take."""
_NAMED_CELLS = 20
"""Cells that are named one by one; of more, the number is said."""
_FOOT_ROWS = 12
"""How many of its last rows a signature below a table may take."""
_LONG_LABEL, _SHORT_LABEL = 40, 6
_WIDEST = 1 << 20
_SIGNED = (
    "填报单位|填表单位|报送单位|上报单位|填报部门|报送部门|制表单位|责任单位|责任部门|单位名称|(?<![一-龥])单位"
    "|统计时间|统计日期|截止日期|截止时间|报表期|(?<![一-龥])(?:日期|时间)|填报日期|填报时间|填表日期|填表时间|报送日期|报送时间|填报人|填表人|报送人|数据时点|截至日期"
    "|审核人|联系电话|联系方式|报送截止"
)
_BESIDE = "制表人|审核|复核人|复核|联系人|电话|手机|单位负责人|负责人|分管领导|日期|时间|单位"
_SIGNATURE = lazy_pattern(
    rf"({_SIGNED})\s*(?:\([^()]*\))?\s*:\s*(.*?)(?=\s*(?:{_SIGNED}|{_BESIDE})\s*(?:\([^()]*\))?\s*:|$)", re.DOTALL
)
"""What is said for a whole table behind a colon, also several in one cell: 填报单位：…  填报日期：…"""


_DATED = lazy_pattern(r"(\D+?)\s{2,}(20\d\d\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)", re.DOTALL)
"""A name and, far behind it, the day on which it was signed."""
_BLANK_FIELD = lazy_pattern(r"(?:20)?[_\s年月日]*")
"""What a printed form leaves to be filled in: ________, 20__年__月__日."""
_BEHIND = lazy_pattern(
    rf"\s*\((?:加?盖章|公章|签章|签字|签名|章|牵头)\)|\s+(?:{_SIGNED}|{_BESIDE})\s*(?:\([^()]*\))?\s*:.*$", re.DOTALL
)
"""What stands behind a name in a signature: its seal, and the next label: 市水务局（盖章）  填报日期：…"""
_SAID = lazy_pattern(r"(?!附)[一-龥]{2,8}\s*:\s*\S")
"""What is said of all the rows: 责任单位：市水务局, 完成时限：2026年底."""
_TITLE = lazy_pattern(
    r"附[件表录]?[\d一二三四五六七八九十]*[:：]?|\(?20\d\d年?(?:度|版)?\)?"
    r"|.*(?:[表单账案划点解工排况务标览要报总施])(?:\s*[(（][^()（）]*[)）])*"
)
"""What a line above a table is called by its last word: 清单, 任务分解表, 进展情况."""


class Left(NamedTuple):
    """Something of a sheet that was not taken: its cell (None: the sheet as a whole), and what it is."""

    cell: str | None
    message: str


@dataclass(slots=True, eq=False, repr=False)
class Table:
    """A table in a sheet: the rows of its header, its columns by name, what stands above it, where it ends.

    measures are the units of measure that headings, or a row below them, state, by column; dated are columns of progress that speak of a
    period, each with the column it is for; span: the columns of one of several tables side by side, first and behind the last; alone:
    those of dated that say nothing but their period, with their headings; yearly are target values of a year each; other: where a
    table that is none of the door's begins below; unread are columns with a heading that no
    door knows, with their headings; faulty are rows with a cell that shows an error.
    """

    sheet: Sheet
    top: int
    header: int
    columns: dict[str, int]
    headings: dict[str, str]
    meta: dict[str, tuple[Any, str]] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    measures: dict[int, str] = field(default_factory=dict)
    above_measures: tuple[str, ...] = ()
    dated: list[tuple[int, Period, str]] = field(default_factory=list)
    span: tuple[int, int] | None = None
    alone: list[tuple[int, str]] = field(default_factory=list)
    yearly: list[tuple[int, int]] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    named: list[tuple[int, Heading]] = field(default_factory=list)
    width: int = 0
    end: int | None = None
    faulty: set[int] = field(default_factory=set)
    other: int | None = None

    @property
    def measure(self) -> str | None:
        """The unit of measure that a line above states, where it states one."""
        return self.above_measures[0] if len(self.above_measures) == 1 else None

    @property
    def known(self) -> int:
        """How many of its columns say something to the door."""
        return len(self.columns) + len(self.dated)

    @property
    def is_listing(self) -> bool:
        """Whether it has columns that only a listing of ours has."""
        return any(each.label in COMPUTED for _, each in self.named)

    def cell(self, row: Sequence[Any], column: str) -> Any:
        """Return the value of a row in a column; empty where the table has no such column."""
        place = self.columns.get(column)
        return "" if place is None or place >= len(row) else row[place]

    def filled(self, row: Sequence[Any]) -> dict[str, Any]:
        """Return the cells of a row that are not empty, by column."""
        width = len(row)
        return {
            name: value
            for name, place in self.columns.items()
            if place < width and (value := row[place]) != "" and value is not None
        }

    def name(self, index: int, column: str) -> str:
        """Name a cell as a spreadsheet does; the first cell of the row where the table has no such column."""
        return self.sheet.place(index, self.columns.get(column, 0))

    def measure_of(self, row: Sequence[Any], column: str) -> str | None:
        """Return the unit of measure that a row's cell in the column for it, or the heading of a column, states for its figures."""
        if "measure" in self.columns and is_measure(own := self.cell(row, "measure")):
            return str(own).strip()
        for name in ("name", "title") if column == "value" else ():
            if (
                (text := self.cell(row, name))
                and isinstance(text, str)
                and (stated := measure_in(folded(text))) is not None
            ):
                return stated
        place = self.columns.get(column)
        return None if place is None else self.measures.get(place)

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows below the header that are neither blank nor hidden nor struck out, each with its place, from 0."""
        left_out = self.sheet.hidden_rows | self.struck_rows()
        last = self.end
        for index, cells in enumerate(self.sheet.rows):
            if index > self.header and (any(cells) or any(map(_is_filled, cells))):
                if last is not None and index >= last:
                    return
                if index in left_out:
                    continue
                if self.span is None:
                    yield index, cells
                elif any(map(_is_filled, cells[slice(*self.span)])):
                    yield index, [*[""] * self.span[0], *cells[slice(*self.span)]]

    def covers(self, row: int, place: int) -> bool:
        """Say whether a cell is one of its rows below the header."""
        is_below = self.header < row < (len(self.sheet.rows) if self.end is None else self.end)
        return is_below and (self.span is None or place in range(*self.span)) and row not in self.struck_rows()

    def is_aside(self, row: int) -> bool:
        """Say whether a row is a sum, a note or a signature, by what names it or what comes first in it, or says and names nothing."""
        cells = self.sheet.rows[row]
        if not any(map(_is_filled, cells)):
            return not any((row, self.columns.get(name)) in self.sheet.faults for name in ("id", "name", "title"))
        texts = [cells[at] for name in _NAMED_BY if (at := self.columns.get(name, len(cells))) < len(cells)]
        return any(isinstance(text, str) and is_aside(text) for text in (*texts, next(filter(_is_filled, cells), "")))

    def struck_rows(self) -> set[int]:
        """Return the rows of which all that names them is struck out."""
        if not self.sheet.struck:
            return set()
        naming = [self.columns[name] for name in ("id", "name", "title") if name in self.columns]
        rows = {row for row, column in self.sheet.struck if column in naming}
        return {
            row for row in rows
            if row > self.header and all(
                self.sheet.text(row, column) == "" or (row, column) in self.sheet.struck for column in naming
            )
        }  # fmt: skip

    def of_period(self, progress: Mapping[str, int], words: Mapping[str, int]) -> "Table":
        """Return the table with the columns of one period as its only columns of progress, beside further words of that report."""
        kept = {name: at for name, at in self.columns.items() if name in (*_NAMING, "unit", "by", "region")}
        columns = {**kept, **words, **progress}
        return replace(self, columns=columns, dated=[], headings={**self.headings, **dict.fromkeys(progress, "")})


_NAMED_BY = ("id", "number", "name", "title", "region", "city")
_NAMING = ("id", "number", "name", "title", "group", "section", "measure")


def _is_filled(value: Any) -> bool:
    return value not in ("", None)


def find_tables(sheet: Sheet, layout: Layout) -> list[Table]:
    """Return the tables of a sheet that have a header of the layout, from top to bottom.

    Raises Unclear for a table whose headings stand one below the other.
    """
    finder = _Finder(sheet, layout)
    tables = finder.tables()
    if not tables:
        finder.refuse_vertical()
    return tables


class _Finder:
    """The search for headers in one sheet."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self.sheet = sheet
        self.layout = layout
        self.rows = sheet.rows
        self.is_grid = isinstance(sheet.rows, list)
        # The deepest cell of each area that is merged downwards, and the widest across, by the place where it begins.
        self.tall = {(top, left): bottom for top, left, bottom, _ in sheet.merged if bottom > top}
        self.wide = {(top, left): right for top, left, _, right in sheet.merged if right > left}

    def tables(self) -> list[Table]:
        """Return the tables; those of a text file have one header, which may be repeated."""
        found: list[Table] = []
        index = 0
        total = len(self.rows) if self.is_grid else min(len(self.rows), TITLE_ROWS)
        while index < total and (found or index < TITLE_ROWS):
            if found and not self.is_grid and not self._begins_other(index):
                index += 1  # of a text file only the end of its one table is still looked for
                continue
            table = self._header_at(index) if self._may_begin(index) else None
            if table is None:
                if found and found[-1].end is None and self._begins_other(index):
                    for each in found:
                        each.end = index if each.end is None else each.end
                    found[-1].other = index
                index += 1
                continue
            if found and not self.is_grid:
                break
            for each in found:
                each.end = index if each.end is None else each.end
            before = found[-1] if found else None
            for part in self._side_by_side(table):
                self._look_around(part, before)
                found.append(part)
            index = found[-1].header + 1
        self._fill_down(found)
        for table in found:
            self._settle(table)
        return found

    def _side_by_side(self, table: Table) -> list[Table]:
        """Return the tables that stand side by side under one header, which repeats its headings: 地区 目标值 | 地区 目标值."""
        labels = [each.label for _, each in table.named]
        places = [place for place, _ in table.named]
        starts = [place for place, label in zip(places, labels, strict=True) if label == labels[0]]
        size = len(labels) // max(len(starts), 1)
        is_same = labels == labels[:size] * len(starts)
        are_apart = all(at - 1 not in places for at in starts[1:])
        if not self.is_grid or min(len(starts), size) <= 1 or not (is_same or are_apart):
            return [table]
        parts = []
        for at, (first, behind) in enumerate(pairwise([*starts, _WIDEST])):
            named = [(place, self._heading_at(table, place)) for place in places if first <= place < behind]
            part = self._with(Table(self.sheet, table.top, table.header, {}, {}), named)
            if part is None:
                return [table]
            part.span = (first if at else 0, behind)
            parts.append(part)
        return parts

    def _heading_at(self, table: Table, place: int) -> Heading:
        """Return the heading of a column, whatever became of it in a table of which it is one of two alike."""
        return self._labels(table.top, table.header)[place]

    def _may_begin(self, index: int) -> bool:
        """Say, at the cost of a glance, whether a row may begin a header: texts only, and one of them is a heading."""
        texts = [value for value in self.rows[index] if value != ""]
        # Kinds first: most rows have a date or a number, and no text of theirs need be understood.
        if any(value.__class__ is not str for value in texts):
            return False
        return any(len(text) <= _LONG_LABEL and self.layout.heading(text).column is not None for text in texts)

    def _begins_other(self, index: int) -> bool:
        """Say whether a row is the header of a table that is none of this door's: it numbers its rows and is not the header once more."""
        texts = [value for value in self.rows[index] if value != ""]
        if any(value.__class__ is not str or len(value) > _LONG_LABEL for value in texts):
            return False
        if sum(heading(value) in _OF_PERSONS for value in texts) > 1:
            return True
        return (
            len(texts) >= _FEWEST_HEADINGS and heading(texts[0]) in _NUMBERED and not is_header_again(self.rows[index])
        )

    def _header_at(self, index: int) -> Table | None:
        """Return the table whose header begins in a row, in the depth that tells most of it."""
        best: Table | None = None
        for depth in range(_DEEPEST):
            last = index + depth
            if last >= len(self.rows) or (depth and not self._continues(index, last)):
                break
            table = self._table(index, last)
            if table is not None and (
                best is None
                or table.known > best.known
                or self._is_within(last, index)
                or self._is_below_wide(last, index)
            ):
                best = table
        return best

    def _is_within(self, last: int, top: int) -> bool:
        """Say whether a row belongs to merged headings that begin above it."""
        return any(start[0] in range(top, last) and bottom >= last for start, bottom in self.tall.items())

    def _is_below_wide(self, last: int, top: int) -> bool:
        """Say whether all that a row says are words below headings that were merged across: 市级 | 县级 below 配合单位."""
        filled = [(place, value) for place, value in enumerate(self.rows[last]) if value != ""]
        return last > top and all(
            isinstance(value, str)
            and len(value) <= _SHORT_LABEL
            and any(row == last - 1 and left <= place <= right for (row, left), right in self.wide.items())
            for place, value in filled
        )

    def _continues(self, top: int, last: int) -> bool:
        """Say whether a row goes on with the header above it: under merged headings, or with headings where those have gaps."""
        cells = self.rows[last]
        texts = [value for value in cells if value != ""]
        if not texts or not all(isinstance(value, str) and len(value) <= _LONG_LABEL for value in texts):
            return False
        if self._is_within(last, top):
            return True
        above = self.rows[last - 1]
        known = [self.layout.heading(value).column for value in above if isinstance(value, str)]
        if not any(column is not None for column in known):
            return False
        fits = all(
            value == "" or place >= len(above) or above[place] == "" or (last - 1, place) in self.wide
            or self._is_group(last - 1, place)
            for place, value in enumerate(cells)
        )  # fmt: skip
        return fits and (
            any(self.layout.heading(value).column is not None for value in texts)
            # 1月 | 2月 below 进展情况 name a column only together with it.
            or any(
                value and (each := self._labels(last - 1, last)[place]).period and each.column
                for place, value in enumerate(cells)
            )
            or self._is_below_wide(last, top)
        )

    def _is_group(self, row: int, place: int) -> bool:
        """Say whether a heading has blanks to its right, as one over several columns has that was not merged."""
        cells = self.rows[row]
        own = self.layout.heading(cells[place]).column
        is_last = place + 1 >= len(cells)
        below = self.rows[row + 1]
        has_more = place + 1 < len(below) and below[place + 1] != ""
        # 责任单位 over 牵头 | 配合, where other headings have nothing below them.
        has_more = has_more and any(cell and not under for cell, under in zip(cells, below, strict=False))
        return (own is None or has_more) and (is_last or cells[place + 1] == "")

    def _labels(self, top: int, last: int) -> list[Heading]:
        """Return the headings of a header of one or more rows, by column: the lowest text, read together with those above it."""
        width = max(len(self.rows[row]) for row in range(top, last + 1))
        found = []
        for place in range(width):
            texts = [text for row in range(top, last + 1) if (text := self._label(row, place))]
            found.append(self.layout.chain([] if self._is_borrowed(top, place) else texts))
        return found

    def _is_borrowed(self, top: int, place: int) -> bool:
        """Say whether a column has no heading but those merged across it, and no content: merged cells of one column take two."""
        return self.is_grid and not any(place < len(cells) and cells[place] != "" for cells in self.rows[top:])

    def _label(self, row: int, place: int) -> str:
        """Return the text over a column in a row of a header; that of a cell merged across stands over each of its columns."""
        cells = self.rows[row]
        if place < len(cells) and isinstance(cells[place], str) and cells[place]:
            return str(cells[place])
        for (top, left), right in self.wide.items():
            if top == row and left < place <= right and left < len(cells) and isinstance(cells[left], str):
                return str(cells[left])
        return ""

    def _table(self, top: int, last: int) -> Table | None:
        """Return a table with the header in these rows, None where they are none."""
        return self._with(Table(self.sheet, top, last, {}, {}), list(enumerate(self._labels(top, last))))

    def _with(self, table: Table, labels: Sequence[tuple[int, Heading]]) -> Table | None:
        """Give a table its headings by column; None where these are not those of a header."""
        table.width = labels[-1][0] + 1 if labels else 0
        table.named = [(place, each) for place, each in labels if each.label]
        for place, each in sorted(table.named, key=lambda one: one[1].by_words):
            if each.measure is not None:
                table.measures[place] = each.measure
            if each.period is not None and each.column is not None:
                table.dated.append((place, each.period, each.column))
            elif each.year is not None:
                table.yearly.append((place, each.year))
            elif (
                each.column is None
                or each.column in self.layout.passed_over
                or (each.by_words and each.column in table.columns and each.column not in ("name", "participants"))
            ):
                table.unread.append((place, each.label))
            else:
                self._add_column(table, place, each)
        if self.layout.periods_alone and "note" not in (*table.columns, *(column for *_, column in table.dated)):
            table.alone = [(place, each.label) for place, each in table.named if each.period and each.column is None]
            table.dated += [
                (place, each.period, "note") for place, each in table.named if each.period and not each.column
            ]
            table.unread = [each for each in table.unread if each not in table.alone]
        unread = {place for place, _ in table.unread}
        table.named = [
            (place, each._replace(column=None, period=None) if place in unread else each) for place, each in table.named
        ]
        table.unread.sort()
        names = {*table.columns, *(column for *_, column in table.dated)}
        if table.yearly and self.layout.yearly and {"name", "title", "region"} & names:
            names.add(self.layout.yearly)
        return table if self.layout.makes_header(names) else None

    def _add_column(self, table: Table, place: int, each: Heading) -> None:
        """Take a column; where several go by one name, our own name for it comes first."""
        column = each.column or ""
        first = next(iter(self.layout.aliases.get(column, ())), None)
        if column not in table.columns or (each.label == first and table.headings[column] != each.label):
            table.columns[column], table.headings[column] = place, each.label

    def _look_around(self, table: Table, before: Table | None) -> None:
        """Read what stands above a table, and rows of units of measure or of column numbers right below its header."""
        start = 0 if before is None else before.header + 1
        above = list(self.rows[max(start, table.top - TITLE_ROWS) : table.top])
        table.above = tuple(str(value) for row in above for value in row if isinstance(value, str) and value.strip())
        if before is not None:
            # What stands between two tables may be rows of the first: only what is right above is the second's.
            table.above = tuple(text for row in above[-3:] for text in row if isinstance(text, str) and text.strip())
            table.meta = dict(before.meta)
        if self.layout.meta:
            offset = table.top - len(above)
            table.meta |= _meta(self.sheet, range(offset, table.top), self.layout)
            table.meta |= _until_above(table)
        table.above_measures = next(
            (each for text in table.above if (each := measures_above(text))), before.above_measures if before else ()
        )
        while table.header + 1 < len(self.rows) and self._take_under_header(table):
            table.header += 1

    def _take_under_header(self, table: Table) -> bool:
        """Take a row of units of measure, or of the numbers of columns, below a header; say whether it was one."""
        cells = self.rows[table.header + 1]
        filled = [(place, value) for place, value in enumerate(cells) if value != ""]
        if filled and all(is_measure(_bare(value)) for _, value in filled):
            table.measures.update((place, _bare(value)) for place, value in filled)
            return True
        return len(filled) > 2 and _are_column_numbers([value for _, value in filled])  # noqa: PLR2004 - two numbers may be a row's

    def _fill_down(self, tables: Sequence[Table]) -> None:
        """Repeat what a merged cell says in every row that it covers and that says something itself.

        What is merged across several columns is a heading.
        """
        if not tables or not self.sheet.merged or not self.is_grid:
            return
        rows, headers = self.rows, [(table.top, table.header) for table in tables]
        blank = {
            index
            for top, _, bottom, _ in self.sheet.merged
            for index in range(top, min(bottom + 1, len(rows)))
            if not any(map(_is_filled, rows[index]))
        }
        for top, left, bottom, right in self.sheet.merged:
            if bottom == top or right - left > 1 or top >= len(rows) or left >= len(rows[top]) or top <= headers[0][1]:
                continue
            if any(first <= top <= last for first, last in headers):
                continue
            if any(table.columns.get(name) == left for table in tables for name in self.layout.once):
                continue
            value = rows[top][left]
            for index in range(top + 1, min(bottom + 1, len(rows))):
                if index not in blank and value != "":
                    self._repeat(value, (top, left), index)

    def _repeat(self, value: Any, at: tuple[int, int], index: int) -> None:
        """Repeat what a merged cell says in one row below it; what lies there unseen is noted."""
        cells, left = self.rows[index], at[1]
        if left >= len(cells):
            cells.extend([""] * (left + 1 - len(cells)))
        if cells[left] not in ("", value):
            self.sheet.covered[index, left] = cells[left]
        cells[left] = value
        if at in self.sheet.struck:
            self.sheet.struck.add((index, left))

    def _settle(self, table: Table) -> None:
        """Decide what 单位 means by what stands below it, and read a signature below the table."""
        self._settle_progress(table)
        place = table.columns.pop(EITHER, None)
        if place is not None:
            texts = [cells[place] for _, cells in _first(table.rows(), 50) if place < len(cells) and cells[place] != ""]
            measures = sum(is_measure(text) for text in texts)
            meant = ["measure"] if measures * 2 > len(texts) else self.layout.either
            column = next((each for each in meant if each not in table.columns), None)
            if column is not None:
                table.columns[column], table.headings[column] = place, EITHER
            else:
                table.unread.append((place, EITHER))
        if self.layout.meta and self.is_grid:
            last = len(self.rows) if table.end is None else table.end
            foot = _meta(self.sheet, range(max(table.header + 1, last - _FOOT_ROWS), last), self.layout, labelled=True)
            table.meta = {**foot, **_until_below(table, last), **table.meta}

    def _settle_progress(self, table: Table) -> None:
        """Take a column called 进度 for words where it holds words, for shares where it holds nothing else, and no other column does."""
        here = {"percent", "note"} & table.columns.keys()
        column = here.pop() if len(here) == 1 else ""
        if not column or not table.headings[column].endswith("进度"):
            return
        place = table.columns[column]
        texts = [cells[place] for _, cells in _first(table.rows(), 50) if place < len(cells) and cells[place] != ""]
        if column == "percent":
            words = sum(isinstance(text, str) and not any(map(str.isdigit, folded(text)[:1])) for text in texts)
            is_other = 2 * words > len(texts)
        else:
            is_other = bool(texts) and all(is_share(text) for text in texts)
        if is_other:
            other = "note" if column == "percent" else "percent"
            table.columns[other], table.headings[other] = table.columns.pop(column), table.headings.pop(column)

    def refuse_vertical(self) -> None:
        """Refuse a table whose headings stand one below the other: it cannot be read row by row."""
        for place in range(3):
            labels = [
                self.layout.heading(cells[place]).column
                for cells in self.rows[:TITLE_ROWS]
                if place < len(cells) and isinstance(cells[place], str)
            ]
            found = {label for label in labels if label is not None}
            if len(found) > 1 and self.layout.makes_header(found) and self._is_across(place, labels):
                raise Unclear(
                    f"表格是竖排的（{column_name(place)} 列是栏目名称，每列一项）；请改为横排：第一行是表头，每行一项"
                )

    def _is_across(self, place: int, labels: Sequence[str | None]) -> bool:
        """Say whether headings that stand one below the other have their cells to the right: of two there must be several each."""
        wide = [len([value for value in cells[place + 1 :] if value != ""]) for cells in self.rows[:TITLE_ROWS]]
        return len({*labels} - {None}) > 2 or sum(number > 2 for number in wide) > 1  # noqa: PLR2004 - two may stand so by chance


def _first(rows: Iterable[tuple[int, list[Any]]], number: int) -> Iterator[tuple[int, list[Any]]]:
    for count, row in enumerate(rows):
        if count >= number:
            return
        yield row


def _bare(value: Any) -> str:
    return folded(value).strip("()").strip() if isinstance(value, str) else ""


def _are_column_numbers(values: Sequence[Any]) -> bool:
    """Say whether a row only counts the columns: 1 2 3 …, 甲 乙 1 2 …, (1) (2) (3), 一 二 三, A B C, 1栏 2栏."""
    texts = [str(int(value)) if isinstance(value, float) and value.is_integer() else _bare(value) for value in values]
    if texts[:1] == ["栏次"]:
        texts.pop(0)
    texts = [text.removesuffix("栏").lower() for text in texts]
    if any("".join(texts) == letters[: len(texts)] for letters in _LETTERS):
        return True
    while texts and texts[0] in _LETTERS[0]:
        texts.pop(0)
    return len(texts) > 1 and texts == [str(number) for number in range(1, len(texts) + 1)]


_LETTERS = ("甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十", "abcdefghijklmnopqrstuvwxyz")


def _meta(sheet: Sheet, rows: range, layout: Layout, *, labelled: bool = False) -> dict[str, tuple[Any, str]]:
    """Find what is said for a whole table (`META`), behind a colon or (labelled: not) in the cell beside."""
    found: dict[str, tuple[Any, str]] = {}
    for index in rows:
        row = sheet.rows[index]
        for place, value in enumerate(row):
            if not isinstance(value, str) or not value:
                continue
            beside = row[place + 1] if place + 1 < len(row) else ""
            for label, words in _said(folded(value), labelled=labelled):
                column = layout.said(label)
                if column is None or (label == EITHER and measures_above(f"{EITHER}：{words or beside}")):
                    continue
                sheet.signed.add((index, place))
                if column in found:
                    continue
                if words:
                    if not _BLANK_FIELD.fullmatch(words):
                        found[column] = words, sheet.place(index, place)
                elif not labelled or (beside != "" and not (isinstance(beside, str) and ":" in folded(beside))):
                    sheet.signed.add((index, place + 1))
                    found[column] = _value_beside(beside), sheet.place(index, place + 1)
    return found


def _value_beside(value: Any) -> Any:
    """Return what the cell beside a label says: without a seal and further labels, nothing where it was left to be filled in."""
    if not isinstance(value, str):
        return value
    words = _BEHIND.sub("", plain := folded(value))
    if _BLANK_FIELD.fullmatch(words):
        return ""
    return value if words == plain else words


def _said(text: str, *, labelled: bool) -> Iterator[tuple[str, str]]:
    """Yield the labels in a cell with what stands behind their colons; without a colon the cell may be a label itself."""
    for match in _SIGNATURE.finditer(text):
        words = _BEHIND.sub("", match[2]).strip(" ,，;；。")
        if not words and match[2].strip():
            words = "_"
        dated = _DATED.fullmatch(words)
        if dated is None:
            yield match[1], words
        else:  # 制表单位：市水务局      2026年10月31日
            yield match[1], dated[1]
            yield "填报日期", dated[2]
    if not labelled and ":" not in text and len(text) <= _LONG_LABEL:
        yield heading(text), ""


def _until_above(table: Table) -> dict[str, tuple[Any, str]]:
    """Return of what day the last title above a table says that it tells (截至2026年10月底), with its cell."""
    found: dict[str, tuple[Any, str]] = {}
    for index in range(max(table.top - TITLE_ROWS, 0), table.top):
        for place, value in enumerate(table.sheet.rows[index]):
            if isinstance(value, str) and value in table.above and (period := period_until(value)) is not None:
                found["until"] = period, table.sheet.place(index, place)
    return found


def _until_below(table: Table, end: int) -> dict[str, tuple[Any, str]]:
    """Return of what day a line below a table, with nothing else in it, says that it tells: 注：数据截至2026年10月31日."""
    for index in range(max(table.header + 1, end - _FOOT_ROWS), end):
        filled = [(place, value) for place, value in enumerate(table.sheet.rows[index]) if value != ""]
        place, value = filled[0] if len(filled) == 1 else (0, "")
        if isinstance(value, str) and (period := period_until(value, alone=True)) is not None:
            table.sheet.signed.add((index, place))
            return {"until": (period, table.sheet.place(index, place))}
    return {}


def day_told(table: Table, file: str, today: date, now: date | None = None) -> tuple[date | None, str, str]:
    """Return the day of which a table says that it tells, None where it does not, with the cell, or what to mind of a name that says so.

    That is its 填报日期, 截至 above or below it, or the period that a title, the sheet or the file is called by (2026年1月进展表). now:
    the day that is given for all that names none: then only the first counts. Raises Unclear for a date that cannot be read.
    """
    for said in ("date", "until") if now is None else ("date",):
        value, cell = table.meta.get(said, (None, ""))
        if isinstance(value, Period):
            filled = read_date(table.meta.get("filled", ("", ""))[0], today, from_1904=table.sheet.from_1904)
            return value.day_meant(now or filled or today), cell, ""
        if (day := read_date(value, today, from_1904=table.sheet.from_1904)) is not None:
            return day, cell, ""
    names = () if now is not None else (*reversed(table.above), table.sheet.name or "", file.rpartition(".")[0])
    called = next(((period, name) for name in names if (period := period_named(name)) is not None), None)
    return (
        (None, table.meta.get("date", ("", ""))[1], "")
        if (told := day_called(called, today)) is None
        else (told[0], "", told[1])
    )


def left_over(sheet: Sheet, tables: Sequence[Table], *, is_ours: bool = False) -> list[Left]:
    """Name everything in a sheet that its tables do not take: cells around them, columns, hidden and struck rows, comments, pictures.

    is_ours: what stands in its first column above the tables is ours, too.
    """
    found = list(_lines_above(sheet, tables[0].top, is_ours=is_ours))
    for table in tables:
        found += _unread_columns(table)
        found += _outside(table)
        if table.other is not None:
            labels = "、".join(str(value) for value in sheet.rows[table.other] if value != "")
            found.append(Left(sheet.place(table.other, 0), f"另一张表（{_short(labels)}）没有可读取的栏目，未读取"))
        found += [
            Left(sheet.place(row, 0), "这一行加了删除线，未读取")
            for row in sorted(table.struck_rows())
            if table.end is None or row < table.end
        ]
    hidden = sorted(row for row in sheet.hidden_rows if row < len(sheet.rows) and any(map(_is_filled, sheet.rows[row])))
    inside = [row for row in hidden if any(row > table.header for table in tables)]
    if inside:
        why = "筛选或隐藏" if sheet.filtered else "隐藏"
        which = _listed(row + 1 for row in inside)
        message = f"有 {len(inside)} 行被{why}（第 {which} 行），未读取；需要导入请先取消隐藏"
        found.append(Left(sheet.place(inside[0], 0), message))
    return found + lying_over(sheet)


def lying_over(sheet: Sheet) -> list[Left]:
    """Name what lies over or in the cells of a sheet and is never taken: comments, pictures, text boxes."""
    found = limited(
        (Left(sheet.place(*place), f"批注未读取：{_short(text)}") for place, text in sorted(sheet.comments.items())),
        "批注",
    )
    under = (
        (place, f"合并单元格盖住的内容未读取：{_short(str(value))}") for place, value in sorted(sheet.covered.items())
    )
    found += limited((Left(sheet.place(*place), message) for place, message in under), "盖住的内容")
    found += limited((Left(sheet.place(*place), "单元格中的图片未读取") for place in sorted(sheet.pictures)), "图片")
    over = (
        (place, f"文本框未读取：{_short(text)}" if text else "图片未读取") for place, text in sorted(sheet.drawings)
    )
    found += limited((Left(sheet.place(*place), message) for place, message in over), "图片和文本框")
    return found


def _lines_above(sheet: Sheet, top: int, *, is_ours: bool) -> Iterator[Left]:
    """Name what stands above the first table and is no title, no chapter, no unit of measure and nothing that is said of it all."""
    is_titled = is_ours
    across = Counter(first for first, left, _, right in sheet.merged if right > left)
    for index in range(top):
        if index == top - 1 and across[index] > 1:
            return  # what groups the headings below it
        for place, value in enumerate(sheet.rows[index]):
            if value == "" or (index, place) in sheet.signed or (is_ours and place == 0):
                continue
            text = folded(value) if isinstance(value, str) else ""
            is_read = bool(chapter_level(text) or measures_above(text) or _is_signature(text) or period_until(text))
            is_read = is_read or (period_named(text, alone=True) is not None)
            is_title = text != "" and not any(each != "" for each in sheet.rows[index][:place])
            is_title = is_title and (not is_titled or _TITLE.fullmatch(text) is not None) and not _SAID.match(text)
            is_titled = is_titled or (is_title and not text.startswith("附") and not chapter_level(text))
            if not is_title and not is_read:
                yield Left(sheet.place(index, place), f"表格上方的内容未读取：{_short(str(value))}")


def _is_signature(text: str) -> bool:
    """Say whether words are a signature or the like, which is no content of a table."""
    return is_aside(text) and not is_note(text)


def _unread_columns(table: Table) -> Iterator[Left]:
    """Name the columns with a heading that no door knows, and with something in them."""
    unread = [(place, label) for place, label in table.unread if label not in EXPORTED]
    if not unread:
        return
    headed = {place for place, _ in table.named}
    counts: Counter[int] = Counter()
    rows = table.rows() if isinstance(table.sheet.rows, list) else _first(table.rows(), TITLE_ROWS)
    for index, cells in rows:
        filled = (place for place, _ in unread if place < len(cells) and cells[place] != "")
        counts.update(place for place in filled if (index, place) not in table.sheet.signed)
    for place, label in unread:
        if counts[place]:
            yield Left(table.sheet.place(table.header, place), f"“{_short(label)}”一列（{counts[place]} 格）未读取")
        elif place and place - 1 not in headed:
            yield Left(table.sheet.place(table.header, place), f"表格以外的内容未读取：{_short(label)}")


def _outside(table: Table) -> list[Left]:
    """Name the cells beside a table: in columns without a heading."""
    known = {place for place, _ in table.named}
    rows = table.sheet.rows
    if isinstance(rows, CsvRows) and rows.width <= table.width:
        return []
    why = "这一行比表头长（文字中有没加引号的分隔符？），多出的" if isinstance(rows, CsvRows) else "表格以外的"
    found = (
        Left(table.sheet.place(index, place), f"{why}内容未读取：{_short(str(value))}")
        for index, cells in table.rows()
        if len(cells) > table.width or len(known) < table.width
        for place, value in enumerate(cells)
        if value != "" and place not in known and (index, place) not in table.sheet.signed
        if not _is_covered(table, index, place) and not (isinstance(value, str) and _is_signature(value))
    )
    return limited(found, "表格以外的单元格")


def _is_covered(table: Table, row: int, place: int) -> bool:
    """Say whether a cell begins a row that names nothing: a chapter, a note, a sum."""
    naming = [table.columns[name] for name in ("id", "name", "title") if name in table.columns]
    return place == 0 and all(table.sheet.text(row, column) == "" for column in naming)


def words_in(table: Table, row: int, cells: Sequence[Any]) -> Iterator[Left]:
    """Name the words of a row that is none of a table's items, if they are no sum and no signature."""
    known = {place for place, _ in table.named}
    found = [
        (place, value)
        for place, value in enumerate(cells)
        if isinstance(value, str) and len(value) > 1 and not _is_signature(value)
        if (row, place) not in table.sheet.signed and (place in known or _is_covered(table, row, place))
    ]
    if found:
        words = _short("；".join(dict.fromkeys(value for _, value in found)))
        yield Left(table.sheet.place(row, found[0][0]), f"表格下方的文字未读取：{words}")


def whole_row(table: Table, row: int, cells: Sequence[Any], name: str) -> Iterator[Left]:
    """Name a row for the whole of what a table gives by parts (全省, 合计), where it has a figure; name: the column of the parts."""
    column = "value" if "value" in table.columns else name
    if column != name and table.cell(cells, column) not in ("", None):
        words = str(table.cell(cells, name) or next(value for value in cells if value != ""))
        yield Left(table.sheet.place(row, table.columns[column]), f"“{_short(words)}”一行不是地区的数，未读取")


def limited(found: Iterable[Left], what: str) -> list[Left]:
    """Return what is named one by one, and one line for the rest."""
    listed: list[Left] = []
    more = 0
    for each in found:
        if len(listed) < _NAMED_CELLS:
            listed.append(each)
        else:
            more += 1
    if more:
        listed.append(Left(None, f"另有 {more} 处{what}未读取"))
    return listed


def _listed(numbers: Iterable[int]) -> str:
    texts = [str(number) for number in numbers]
    return "、".join(texts[:10]) + (" 等" if len(texts) > 10 else "")  # noqa: PLR2004 - a line stays a line


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"  # noqa: PLR2004 - a line stays a line
