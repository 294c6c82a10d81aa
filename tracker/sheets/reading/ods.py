"""Spreadsheets of OpenDocument (.ods), as LibreOffice and WPS write them (OpenDocument 1.3, part 3)."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from tracker.errors import Refused
from tracker.sheets.reading import formats
from tracker.sheets.reading.package import DAMAGED, Attributes, Package, local
from tracker.sheets.reading.sheet import Area, Grid, Sheet
from tracker.sheets.reading.values import Fault

CONTENT = "content.xml"
_MOST_COPIES = 1000
"""Copies of a filled row or cell that are taken; more are a filling to the end of the sheet, not a table."""
_DATE_PARTS = ("year", "month", "day", "hours")


class Document:
    """An .ods: all of it is read at once, since all its sheets are one part."""

    def __init__(self, package: Package) -> None:
        if "META-INF/manifest.xml" in package and any(
            tag == "encryption-data" for tag, _ in package.elements("META-INF/manifest.xml")
        ):
            raise Refused("文件已加密；请先去掉打开密码，另存为 .xlsx")
        reader = _Reader()
        if "styles.xml" in package:
            package.parse("styles.xml", reader.start, reader.end, reader.data)
        package.parse(CONTENT, reader.start, reader.end, reader.data)
        if not reader.is_spreadsheet:
            raise Refused("这是 ODF 文档，不是表格；请发回 .xlsx")
        self._sheets = reader.sheets

    @property
    def names(self) -> list[tuple[str | None, bool]]:
        """The names of the sheets, each with whether it is hidden."""
        return [(sheet.name, sheet.hidden) for sheet in self._sheets]

    def sheet(self, name: str | None) -> Sheet:
        """Return a sheet."""
        return next(sheet for sheet in self._sheets if sheet.name == name)


class _Reader:
    """The sheets of a document, as they come."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.is_spreadsheet = False
        self._styles: dict[str, dict[str, str]] = {}
        self._months: dict[str, set[str]] = {}
        self._style = self._format = ""
        self._grid = Grid()
        self._merged: list[Area] = []
        self._row = self._column = 0
        self._cells: list[tuple[int, Any, Attributes]] = []
        self._row_copies = 1
        self._hidden_row = False
        self._cell: Attributes | None = None
        self._lines: list[str] = []
        self._spans: list[bool] = []
        self._struck: set[bool] = set()
        self._drawn = 0
        self._drawing: list[str] = []
        self._has_image = self._in_drawing = self._in_aid = False
        self._comment: list[str] | None = None
        self._comments: dict[int, str] = {}
        self._depth = 0
        self._column_styles: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:  # noqa: C901, PLR0912 - one case an element
        name = local(tag)
        if name == "table" and tag.startswith("table:"):
            self._depth += 1
            if self._depth == 1:
                self._begin_sheet(attributes)
        elif self._depth > 1:
            return
        elif tag.startswith("draw:") or self._drawn:
            self._start_drawing(tag, name)
        elif name == "table-column":
            self._begin_column(attributes)
        elif name == "table-row":
            self._row_copies = _count(attributes, "table:number-rows-repeated")
            self._hidden_row = attributes.get("table:visibility") in ("collapse", "filter")
            self._cells, self._column, self._comments = [], 0, {}
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._lines, self._comment, self._struck = attributes, [], None, set()
        elif name == "annotation":
            self._comment = []
        elif name == "p" and self._cell is not None:
            (self._lines if self._comment is None else self._comment).append("")
        elif name == "a" and self._cell is not None and self._depth == 1 and "xlink:href" in attributes:
            self.sheets[-1].links[self._row, self._column] = attributes["xlink:href"]
        elif name == "span":
            style = self._styles.get(attributes.get("text:style-name", ""), {})
            self._spans.append(style.get("strike", "none") != "none")
        elif name == "ruby-text":
            self._in_aid = True
        elif name in ("s", "tab", "line-break") and self._cell is not None:
            self.data({"tab": "\t", "line-break": "\n"}.get(name, " " * _count(attributes, "text:c")))
        elif (name == "style" or _is_format(tag)) and "style:name" in attributes:
            self._begin_style(name, attributes)
        elif name == "map" and self._format:
            # yyyy"年"m"月";@ is the format of a text, which leads to that of a date.
            self._months[self._format] |= self._months.get(attributes.get("style:apply-style-name", ""), set())
        elif name == "text-properties" and self._style:
            lines = (attributes.get(f"style:text-line-through-{each}") for each in ("style", "type"))
            self._styles[self._style]["strike"] = next(filter(None, lines), "none")
        elif name == "table-properties" and self._style:
            self._styles[self._style]["display"] = attributes.get("table:display", "true")
        elif name in _DATE_PARTS and self._format:
            self._months[self._format].add(name)
        elif name == "spreadsheet":
            self.is_spreadsheet = True

    def _start_drawing(self, tag: str, name: str) -> None:
        """Take an element in or of what is drawn over the cells: a text box, a picture."""
        self._drawn += tag.startswith("draw:")
        if tag == "draw:image":
            self._has_image = True
        elif tag == "draw:object":  # a chart or the like, of which the image is a copy
            self._has_image = False
        elif name == "p":
            self._drawing.append("")
            self._in_drawing = True

    def _end_drawing(self, tag: str) -> None:
        self._drawn -= tag.startswith("draw:")
        self._in_drawing = self._in_drawing and local(tag) != "p"
        if self._drawn:
            return
        words = "\n".join(filter(None, self._drawing)).strip()
        if self._depth and (words or self._has_image):
            self.sheets[-1].drawings.append(((self._row, self._column), words))
        self._drawing, self._has_image = [], False

    def data(self, text: str) -> None:
        if self._drawn:
            if self._in_drawing:
                self._drawing[-1] += text
            return
        lines = self._lines if self._comment is None else self._comment
        if self._cell is not None and lines and self._depth == 1 and not self._in_aid:
            lines[-1] += text
            if self._comment is None and text.strip():
                self._struck.add(bool(self._spans) and self._spans[-1])

    def end(self, tag: str) -> None:  # noqa: C901 - one case an element
        name = local(tag)
        if name == "table" and tag.startswith("table:"):
            self._depth -= 1
            if self._depth == 0:
                self.sheets[-1].merged = tuple(self._merged)
        elif self._depth > 1:
            return
        elif self._drawn:
            self._end_drawing(tag)
        elif name == "span":
            self._spans.pop()
        elif name == "ruby-text":
            self._in_aid = False
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "annotation":
            self._comments[self._column] = "\n".join(self._comment or ()).strip()
            self._comment = None
        elif name == "table-row":
            self._end_row()
        elif name == "style":
            self._style = ""
        elif _is_format(tag):
            self._format = ""

    def _begin_style(self, name: str, attributes: Attributes) -> None:
        if name == "style":
            self._style = attributes["style:name"]
            above = self._styles.get(attributes.get("style:parent-style-name", ""), {})
            own = {"format": attributes["style:data-style-name"]} if "style:data-style-name" in attributes else {}
            self._styles[self._style] = {**above, **own}
        else:
            self._format = attributes["style:name"]
            self._months[self._format] = set()

    def _begin_sheet(self, attributes: Attributes) -> None:
        self._grid, self._merged, self._row, self._column_styles = Grid(), [], 0, []
        self._column = 0
        style = self._styles.get(attributes.get("table:style-name", ""), {})
        hidden = style.get("display") == "false"
        self.sheets.append(Sheet(attributes.get("table:name", ""), self._grid.rows, hidden=hidden))

    def _begin_column(self, attributes: Attributes) -> None:
        copies = min(_count(attributes, "table:number-columns-repeated"), 16_384)
        if attributes.get("table:visibility") in ("collapse", "filter"):
            first = len(self._column_styles)
            self.sheets[-1].hidden_columns.update(range(first, first + min(copies, _MOST_COPIES)))
        self._column_styles += [attributes.get("table:default-cell-style-name", "")] * copies

    def _end_cell(self) -> None:
        attributes = self._cell or {}
        copies = _count(attributes, "table:number-columns-repeated")
        value = self._value(attributes)
        if value != "" or "table:number-rows-spanned" in attributes or "table:number-columns-spanned" in attributes:
            self._cells += [(self._column + place, value, attributes) for place in range(min(copies, _MOST_COPIES))]
        if self._struck == {True, False}:
            self.sheets[-1].partly_struck.add((self._row, self._column))
        elif self._struck == {True}:
            self.sheets[-1].struck.add((self._row, self._column))
        self._column += copies
        self._cell = None

    def _style_of(self, attributes: Attributes) -> dict[str, str]:
        default = self._column_styles[self._column] if self._column < len(self._column_styles) else ""
        return self._styles.get(attributes.get("table:style-name", default), {})

    def _value(self, attributes: Attributes) -> Any:
        """Return what a cell holds, by the type that it states."""
        kind, text = attributes.get("office:value-type", ""), "\n".join(self._lines)
        number = attributes.get("office:value", "")
        if "table:formula" in attributes and not (kind or number or text):
            return Fault()  # never calculated
        if attributes.get("calcext:value-type") == "error" or (
            text.startswith(("#", "Err:")) and "table:formula" in attributes and kind in ("string", "float", "")
        ):
            return Fault(text or "#N/A")
        try:
            if kind in ("percentage", "float", "currency"):
                return formats.shown_as(float(number), text, is_percent=kind == "percentage")
            if kind == "boolean":
                return attributes.get("office:boolean-value") == "true"
            if kind == "date":
                return self._moment(attributes)
        except ValueError:
            raise Refused(DAMAGED) from None
        return attributes.get("office:string-value", text) if kind == "string" or not kind else text

    def _moment(self, attributes: Attributes) -> Any:
        moment = datetime.fromisoformat(attributes["office:date-value"])
        parts = self._months.get(self._style_of(attributes).get("format", ""), {"day"})
        if parts and parts.isdisjoint(("day", "hours")):
            day = date(moment.year, moment.month, moment.day)
            return formats.span_of(day, formats.MONTH if "month" in parts else formats.YEAR)
        return moment

    def _end_row(self) -> None:
        sheet = self.sheets[-1]
        filled = any(value != "" for _, value, _ in self._cells) or self._comments
        for row in range(self._row, self._row + min(self._row_copies, _MOST_COPIES if filled else 0)):
            if self._hidden_row:
                sheet.hidden_rows.add(row)
            for column, text in self._comments.items():
                sheet.comments[row, column] = text
            for column, value, attributes in self._cells:
                self._place(sheet, row, column, value, attributes)
        self._row += self._row_copies

    def _place(self, sheet: Sheet, row: int, column: int, value: Any, attributes: Attributes) -> None:
        down, across = (_count(attributes, f"table:number-{each}-spanned") for each in ("rows", "columns"))
        if down > 1 or across > 1:
            self._merged.append((row, column, row + down - 1, column + across - 1))
        if value == "":
            return
        if "table:formula" in attributes and not isinstance(value, Fault):
            sheet.formulas.add((row, column))
        if self._style_of(attributes).get("strike", "none") != "none":
            sheet.struck.add((row, column))
        self._grid.put(row, column, value)


def _is_format(tag: str) -> bool:
    return tag.startswith("number:") and tag.endswith("-style")


def _count(attributes: Attributes, name: str) -> int:
    count = 1
    with suppress(ValueError):
        count = int(attributes.get(name, "1"))
    return max(count, 1)
