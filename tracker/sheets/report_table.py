"""A sheet of rows for screen and print, written in a stream: rows of any number, one of them in memory (docs/files.md)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from tracker.sheets.layout import (
    A3,
    A4,
    FILLS,
    FORMULA_STARTS,
    LINE,
    LINE_MARGIN,
    MILLIMETRES,
    MOST_LINES,
    QUICK_SIZE,
    SMALL_SIZE,
    Block,
    holdable,
    lines_height,
    page_starts,
    quick_line_count,
    rooms_of,
)

Value = str | int | Decimal | date | None

FONT = "宋体"
SIZE = QUICK_SIZE
_SHRUNK = SMALL_SIZE / SIZE
_EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 of the calendar of workbooks."""

_TITLE_HEIGHT, _CAPTION_HEIGHT, _HEADER_HEIGHT, _ACROSS_HEIGHT = 26.0, 18.0, 30.0, LINE + 2 * LINE_MARGIN
"""The heights of the rows above the header, of the header, and of a heading within the rows, in points."""
_SIDE, _EDGE = 0.6, 0.75
"""Margins left and right, above and below, in inches."""
_PAGES = {
    A3: (420 - 2 * _SIDE * 25.4, 297 - 2 * _EDGE * 25.4),
    A4: (297 - 2 * _SIDE * 25.4, 210 - 2 * _EDGE * 25.4),
}
"""What the margins leave of a page, width and height in millimetres."""


class Column(NamedTuple):
    """A column: heading, width in characters, and what stands in it: text, center, date, percent, bar, count or light."""

    heading: str
    width: float
    holds: str = "text"


class Formats:
    """The looks of a workbook's cells, each made once."""

    def __init__(self, workbook: Any) -> None:
        def make(**looks: Any) -> Any:
            return workbook.add_format({"font_name": FONT, "font_size": SIZE, "valign": "vcenter", **looks})

        cell: dict[str, Any] = {"border": 1, "text_wrap": True}
        self.title = make(font_name="黑体", font_size=16, bold=False)
        self.top = make(font_name="黑体", font_size=16, align="center", text_wrap=True)
        self.caption = make(font_color="#404040")
        self.caption_wrapped = make(font_color="#404040", text_wrap=True)
        self.heading = make(font_name="黑体", bg_color="#D9E1F2", align="center", **cell)
        self.section = make(font_name="黑体", font_size=12)
        self.words = make(text_wrap=True)
        self.plan = make(font_name="黑体", font_size=12, bg_color="#D9D9D9")
        self.chapter = make(font_name="黑体", bg_color="#F2F2F2")
        self.by_kind = {
            "text": make(**cell),
            "center": make(align="center", **cell),
            "light": make(**cell),
            "date": make(align="center", num_format="yyyy-mm-dd", **cell),
            "percent": make(align="center", num_format='0.0"%"', **cell),
            "bar": make(align="center", num_format='0.0"%"', **cell),
            "count": make(align="center", num_format="0", **cell),
            "change": make(align="center", num_format="+0;-0;0", **cell),
            "score": make(align="center", num_format="0.00", **cell),
        }
        self.quoted = make(quote_prefix=True, **cell)
        self.earlier = make(font_color="#7F7F7F", **cell)
        small = {"valign": "top", "font_size": SMALL_SIZE, **cell}
        self.long = {
            self.by_kind["text"]: make(**small), self.quoted: make(quote_prefix=True, **small),
            self.earlier: make(font_color="#7F7F7F", **small),
        }  # fmt: skip
        """The looks of texts with more lines than a row can show: small, and from the top, so that none loses its beginning."""
        self.lights = {
            light: make(bg_color=fill, font_color=letters, **cell) for light, (fill, letters) in FILLS.items()
        }


class TableSheet:
    """One sheet: title, caption, header, rows; frozen, filtered, and set up for print when it is finished."""

    HEADER = 2

    def __init__(self, sheet: Any, formats: Formats, columns: Sequence[Column], title: str, caption: str) -> None:
        self.sheet = sheet
        self.formats = formats
        self.columns = columns
        self.streamed = bool(sheet.constant_memory)
        rooms = rooms_of([column.width for column in columns])
        self.cells = [
            (number, formats.by_kind[column.holds], room)
            for number, (column, room) in enumerate(zip(columns, rooms, strict=True))
        ]
        self.light_at = next((number for number, column in enumerate(columns) if column.holds == "light"), None)
        self.row = self.HEADER + 1
        self.blocks: list[Block] = []
        self.headings = 0
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        sheet.set_row(0, _TITLE_HEIGHT)
        sheet.write_string(0, 0, holdable(title), formats.title)
        sheet.set_row(1, _CAPTION_HEIGHT)
        sheet.write_string(1, 0, holdable(caption), formats.caption)
        sheet.set_row(self.HEADER, _HEADER_HEIGHT)
        for number, column in enumerate(columns):
            sheet.write_string(self.HEADER, number, column.heading, formats.heading)

    def add(self, values: Sequence[Value], light: str | None = None, earlier: Sequence[int] = ()) -> None:
        """Write a row; light is the colour of its light cell, earlier the places of words that are not of the period.

        Text stays text, whatever it begins with.
        """
        sheet, row, lines = self.sheet, self.row, 1
        long = self.formats.long
        for (number, wanted, room), value in zip(self.cells, values, strict=True):
            if value is None or value == "":
                sheet.write_blank(row, number, None, wanted)
            elif isinstance(value, str):
                own = quick_line_count(value, room) if len(value) > room or "\n" in value else 1
                look = wanted
                if number == self.light_at and light is not None:
                    look = self.formats.lights[light]
                elif number in earlier:
                    look = self.formats.earlier
                elif value.startswith(FORMULA_STARTS):
                    look = self.formats.quoted
                if own > MOST_LINES and look in long:
                    look, own = long[look], ceil(quick_line_count(value, room / _SHRUNK) * _SHRUNK)
                lines = max(lines, own)
                sheet.write_string(row, number, holdable(value), look)
            elif isinstance(value, date):
                sheet.write_number(row, number, value.toordinal() - _EPOCH, wanted)
            else:
                sheet.write_number(row, number, value, wanted)
        sheet.set_row(row, lines_height(lines))
        if self.streamed:
            # XlsxWriter keeps the height of every row to the end, though those before the last one are written.
            sheet.row_info.pop(row - 2, None)
            sheet.row_sizes.pop(row - 2, None)
        else:
            above = self.headings
            self.blocks.append(Block(row - above, lines_height(lines) + above * _ACROSS_HEIGHT))
            self.headings = 0
        self.row += 1

    def across(self, text: str, wanted: Any) -> None:
        """Write a heading within the rows. It is not merged, so that the sheet can still be sorted and filtered."""
        self.sheet.set_row(self.row, _ACROSS_HEIGHT)
        self.sheet.write_string(self.row, 0, holdable(text), wanted)
        for number in range(1, len(self.columns)):
            self.sheet.write_blank(self.row, number, None, wanted)
        self.headings += 1
        self.row += 1

    def finish(self, *, freeze: int = 0, paper: int = A4, printed: int | None = None, note: str = "") -> None:
        """Freeze the header (and the first columns), filter, draw data bars, and set up the print.

        printed: how many columns go on paper, where not all do; note: a 注 under the rows.
        """
        sheet, last = self.sheet, max(self.row - 1, self.HEADER)
        if self.row == self.HEADER + 1:
            self.across("（无）", self.formats.words)
            last = self.HEADER
        if note:
            sheet.set_row(self.row, _ACROSS_HEIGHT)
            sheet.write_string(self.row, 0, note, self.formats.caption)
            self.row += 1
        sheet.freeze_panes(self.HEADER + 1, freeze)
        sheet.autofilter(self.HEADER, 0, last, len(self.columns) - 1)
        for number, column in enumerate(self.columns):
            if column.holds == "bar" and last > self.HEADER:
                sheet.conditional_format(self.HEADER + 1, number, last, number, dict(_DATA_BAR))
        set_up_page(sheet, paper)
        sheet.repeat_rows(self.HEADER)
        on_paper = printed or len(self.columns)
        sheet.print_area(0, 0, self.row - 1, on_paper - 1)
        if any(block.first != row for row, block in enumerate(self.blocks, start=self.HEADER + 1)):
            self._break_pages(paper, on_paper)

    def _break_pages(self, paper: int, printed: int) -> None:
        """Begin pages so that no heading stands alone at the foot of one. A streamed sheet, of thousands of rows, has no breaks."""
        width, height = _PAGES[paper]
        columns = sum(column.width for column in self.columns[:printed]) * MILLIMETRES
        page = height / 25.4 * 72 * max(1, columns / width)
        above = _TITLE_HEIGHT + _CAPTION_HEIGHT + _HEADER_HEIGHT
        self.sheet.set_h_pagebreaks(page_starts(self.blocks, above, _HEADER_HEIGHT, page))


_DATA_BAR = {
    "type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": "#9DC3E6", "min_type": "num",
    "max_type": "num", "min_value": 0, "max_value": 100,
}  # fmt: skip


def set_up_page(sheet: Any, paper: int, edges: tuple[float, float] = (_EDGE, _EDGE)) -> None:
    """Set a sheet up for print: landscape, one page wide, page numbers as in official documents.

    edges: the margins above and below, in inches.
    """
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(left=_SIDE, right=_SIDE, top=edges[0], bottom=edges[1])
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C— &P —")
