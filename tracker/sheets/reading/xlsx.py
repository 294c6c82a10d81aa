"""Workbooks of Office Open XML (.xlsx), strict or transitional, whichever program wrote them (ECMA-376 part 1, 18)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from math import isfinite
from typing import Any

from tracker.errors import Refused
from tracker.sheets.reading import formats
from tracker.sheets.reading.package import DAMAGED, Attributes, Package, is_true, local
from tracker.sheets.reading.sheet import Area, Grid, Sheet
from tracker.sheets.reading.values import PICTURE, Fault

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_AREA_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_LINK = re.compile(r'=?HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_OWN_COMMENT = re.compile(r"上期填报（\d{4}-\d{2}-\d{2}")
"""How the comments of our own forms begin (`sheets.form`)."""
_THREADED = "[Threaded comment]"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sheet in the list of sheets."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """An .xlsx: its sheets of cells, in their order, each read when it is asked for."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._links = package.links(package.main)
        self._entries: list[_Entry] = []
        self._from_1904 = False
        self.left_out: list[str] = []
        package.parse(package.main, self._element)

    def _element(self, tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if tag == "workbookPr":
            self._from_1904 = is_true(attributes.get("date1904"))
        elif tag == "sheet":
            name = attributes.get("name", "")
            id_ = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            link = self._links.get(id_)
            if link is not None and link.kind == "worksheet" and link.part in self._package:
                self._entries.append(_Entry(name, link.part, attributes.get("state") in ("hidden", "veryHidden")))
            elif link is not None and link.kind == "worksheet":
                raise Refused("不是完整的 Excel 工作簿：缺少部件；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
            elif link is not None and link.kind != "chartsheet":
                self.left_out.append(name)

    @property
    def names(self) -> list[tuple[str | None, bool]]:
        """The names of the sheets, each with whether it is hidden."""
        return [(entry.name, entry.hidden) for entry in self._entries]

    @property
    def subject(self) -> str:
        """What the workbook says it is about, in its properties: our own say which export they are (tracker:annex:zj)."""
        return self.property_of("subject")

    def property_of(self, name: str) -> str:
        """Return a property of the workbook; empty without it."""
        part = next((link.part for link in self._package.links("").values() if link.kind == "core-properties"), None)
        return self._package.text_of(part, name) if part is not None and part in self._package else ""

    def sheet(self, name: str | None) -> Sheet:
        """Read a sheet; raises Refused when it is broken or its content has no bounds."""
        entry = next(entry for entry in self._entries if entry.name == name)
        found = _SheetReader(self._texts, self._styles, from_1904=self._from_1904)
        self._package.parse(entry.part, found.start, found.end, found.data)
        sheet = found.finished(entry.name, hidden=entry.hidden)
        sheet.comments = self._comments(entry.part)
        if found.links:
            targets = self._package.targets(entry.part)
            sheet.links |= {place: target for place, id_ in found.links.items() if (target := targets.get(id_))}
        for link in self._package.links(entry.part).values():
            if link.kind == "drawing" and link.part in self._package:
                sheet.drawings += _drawings(self._package, link.part)
        return sheet

    def _linked(self, kind: str) -> str | None:
        return next(
            (link.part for link in self._links.values() if link.kind == kind and link.part in self._package), None
        )

    @cached_property
    def _texts(self) -> "list[tuple[str, bool, bool]]":
        part = self._linked("sharedStrings")
        if part is None:
            return []
        found = _TextReader()
        self._package.parse(part, found.start, found.end, found.data)
        return found.texts

    @cached_property
    def _styles(self) -> "list[tuple[formats.Kind, bool]]":
        part = self._linked("styles")
        return [] if part is None else _styles(self._package.elements(part), _struck_fonts(self._package, part))

    def _comments(self, part: str) -> dict[tuple[int, int], str]:
        """Return the comments of a sheet, those in threads last; those that our own forms carry are left out."""
        found: dict[tuple[int, int], str] = {}
        links = [link for link in self._package.links(part).values() if link.part in self._package]
        for kind in ("comments", "threadedComment"):
            for link in links:
                if link.kind == kind:
                    found.update(_comment_texts(self._package, link.part))
        return {place: text for place, text in found.items() if text and not _OWN_COMMENT.match(text)}


class _TextReader:
    """The shared texts, each with whether all, and whether a part of it, is struck out; readings of characters are no part of them."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, bool, bool]] = []
        self._parts: list[str] = []
        self._inside = self._reading = False
        self._struck = self._plain = False
        self._run_struck = False

    def start(self, tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if tag == "si":
            self._parts = []
            self._struck = self._plain = self._run_struck = False
        elif tag == "t":
            self._inside = not self._reading
        elif tag == "rPh":
            self._reading = True
        elif tag == "r":
            self._run_struck = False
        elif tag == "strike":
            self._run_struck = is_true(attributes.get("val", "1"))

    def data(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)
            if text.strip():
                self._struck, self._plain = self._struck or self._run_struck, self._plain or not self._run_struck

    def end(self, tag: str) -> None:
        tag = local(tag)
        if tag == "t":
            self._inside = False
        elif tag == "rPh":
            self._reading = False
        elif tag == "si":
            self.texts.append(
                (decoded("".join(self._parts)), self._struck and not self._plain, self._struck and self._plain)
            )


def decoded(text: str) -> str:
    """Return a text with the characters that XML has no form for: _x0001_ stands for one."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _struck_fonts(package: Package, part: str) -> set[int]:
    found: set[int] = set()
    count, inside = -1, False
    for tag, attributes in package.elements(part):
        if tag == "fonts":
            inside = True
        elif tag in ("fills", "borders", "cellStyleXfs", "cellXfs"):
            inside = False
        elif inside and tag == "font":
            count += 1
        elif inside and tag == "strike" and is_true(attributes.get("val", "1")):
            found.add(count)
    return found


def _styles(elements: Iterator[tuple[str, Attributes]], struck: set[int]) -> list[tuple[formats.Kind, bool]]:
    """Return what each style of a cell shows: the kind of its number format, and whether its text is struck out."""
    written: dict[int, formats.Kind] = {}
    found: list[tuple[formats.Kind, bool]] = []
    inside = False
    for tag, attributes in elements:
        if tag == "numFmt" and "formatCode" in attributes:
            written[_number(attributes.get("numFmtId"))] = formats.kind_of(attributes["formatCode"])
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            number = _number(attributes.get("numFmtId"))
            kind = written[number] if number in written else formats.built_in(number)
            found.append((kind, _number(attributes.get("fontId")) in struck))
    return found


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0


class _SheetReader:
    """The cells of one sheet, as they come."""

    def __init__(
        self, texts: list[tuple[str, bool, bool]], styles: list[tuple[formats.Kind, bool]], *, from_1904: bool
    ) -> None:
        self._texts = texts
        self._kinds = styles
        self._from_1904 = from_1904
        self._grid = Grid()
        self._columns: dict[str, int] = {}
        self._tags: dict[str, str] = {}
        self._in_data = False
        self._row = self._column = -1
        self._type = self._style = ""
        self._parts: list[str] = []
        self._taking: str | None = None
        self._value: str | None = None
        self._formula: str | None = None
        self._reading = False
        self._run_struck = False
        self._struck: set[bool] = set()
        self._sheet = Sheet(None, self._grid.rows, from_1904=from_1904)
        self._merged: list[Area] = []
        self.links: dict[tuple[int, int], str] = {}
        self._has_picture = False

    def finished(self, name: str, *, hidden: bool) -> Sheet:
        """Return the sheet when all of it was read."""
        sheet = self._sheet
        sheet.name, sheet.hidden, sheet.merged = name, hidden, tuple(self._merged)
        return sheet

    def start(self, tag: str, attributes: Attributes) -> None:
        name = self._tags.get(tag)
        if name is None:
            name = self._tags[tag] = local(tag)
        if self._in_data:
            self._start_in_data(name, attributes)
        elif name == "sheetData":
            self._in_data = True
        elif name == "mergeCell":
            area = area_of(attributes.get("ref", ""))
            if area is not None:
                self._merged.append(area)
        elif name == "col":
            self._col(attributes)
        elif name == "autoFilter":
            self._sheet.filtered = True
        elif name == "hyperlink" and (area := area_of(attributes.get("ref", ""))) is not None:
            self.links[area[:2]] = next((value for key, value in attributes.items() if key.endswith(":id")), "")

    def _start_in_data(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "f"):
            self._taking, self._parts = name, []
        elif name == "t":
            self._taking = None if self._reading else "t"
        elif name == "row":
            reference = attributes.get("r")
            self._row = int(reference) - 1 if reference is not None and reference.isdigit() else self._row + 1
            self._column = -1
            is_hidden = is_true(attributes.get("hidden")) or _is_zero(attributes.get("ht"))
            if is_hidden and self._row <= _LAST_ROW:
                self._sheet.hidden_rows.add(self._row)
        elif name == "is":
            self._parts, self._run_struck, self._struck = [], False, set()
        elif name == "rPh":
            self._reading = True
        elif name == "r":
            self._run_struck = False
        elif name == "strike":
            self._run_struck = is_true(attributes.get("val", "1"))

    def _begin_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None:
                match = _REFERENCE.fullmatch(reference)
                if match is None:
                    raise Refused(DAMAGED)
                column = self._columns[letters] = column_of(match[1])
            self._column = column
            row = reference[len(letters) :]
            if row and int(row) - 1 != self._row:
                self._row = int(row) - 1
        if self._row < 0:
            raise Refused(DAMAGED)
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._has_picture = "vm" in attributes
        self._value = self._formula = None

    def data(self, text: str) -> None:
        if self._taking is not None:
            self._parts.append(text)
            if self._taking == "t" and text.strip():
                self._struck.add(self._run_struck)

    def end(self, tag: str) -> None:
        if not self._in_data:
            return
        name = self._tags.get(tag)
        if name == "v":
            self._value, self._taking = "".join(self._parts), None
        elif name == "c":
            self._end_cell()
        elif name == "f":
            self._formula, self._taking = "".join(self._parts), None
            if (link := _LINK.match(self._formula)) is not None:
                self._sheet.links[self._row, self._column] = link[1]
        elif name == "t":
            self._taking = None
        elif name == "is":
            self._value = "".join(self._parts)
        elif name == "rPh":
            self._reading = False
        elif name == "sheetData":
            self._in_data = False

    def _end_cell(self) -> None:
        value, formula = self._value, self._formula
        if value is None and formula is None:
            return
        place = (self._row, self._column)
        number = _number(self._style)
        kind, struck = self._kinds[number] if number < len(self._kinds) else (formats.PLAIN, False)
        if formula is not None and PICTURE.match(formula):
            self._sheet.pictures.add(place)
            return
        found: Any
        if formula is not None and (value is None or (not value and self._type != "str")):
            found = Fault()
        elif not value:
            self._sheet.formulas.update([place] if formula is not None else ())  # its value is an empty text
            return
        else:
            found = self._read(value, kind)
            if isinstance(found, Fault) and self._has_picture:
                self._sheet.pictures.add(place)
                return
            _, whole, part = self._texts[int(value)] if self._type == "s" else ("", *self._struck_inline)
            struck = struck or whole
            if part and not struck:
                self._sheet.partly_struck.add(place)
            if formula is not None:
                self._sheet.formulas.add(place)
        if found == "":
            return
        if struck:
            self._sheet.struck.add(place)
        self._grid.put(*place, found)

    @property
    def _struck_inline(self) -> tuple[bool, bool]:
        """Whether all, and whether a part, of a text in the cell itself is struck out."""
        return (self._struck == {True}, len(self._struck) > 1) if self._type == "inlineStr" else (False, False)

    def _read(self, value: str, kind: formats.Kind) -> Any:
        """Return what a stored value means, by the type of its cell."""
        try:
            if self._type == "s":
                return self._texts[int(value)][0]
            if self._type == "n":
                number = float(value)
                if not isfinite(number):
                    return Fault(value)
                return number if kind == formats.PLAIN else formats.shown(number, kind, from_1904=self._from_1904)
            if self._type in ("str", "inlineStr"):
                return decoded(value)
            if self._type == "b":
                return is_true(value.strip())
            if self._type == "e":
                return Fault(value)
            if self._type == "d":
                return _moment(value, kind)
        except (ValueError, IndexError):
            raise Refused(DAMAGED) from None
        return value

    def _col(self, attributes: Attributes) -> None:
        if is_true(attributes.get("hidden")) or _is_zero(attributes.get("width")):
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self._sheet.hidden_columns.update(range(max(first - 1, 0), min(last, _LAST_COLUMN + 1)))


def _is_zero(measure: str | None) -> bool:
    """Say whether a row or a column was drawn shut: its height or width is 0."""
    return bool(measure) and not (measure or "").strip("0.")


def _moment(value: str, kind: formats.Kind) -> Any:
    """Read a day or a time of day in ISO 8601; what is neither stays a text."""
    try:
        moment = datetime.fromisoformat(value.removesuffix("Z"))
    except ValueError:
        try:
            return time.fromisoformat(value)
        except ValueError:
            return value
    return formats.span_of(moment.date(), kind) if kind in (formats.MONTH, formats.YEAR) else moment


def column_of(letters: str) -> int:
    """Return the place of a column, from 0: AB is 27."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def area_of(reference: str) -> Area | None:
    """Return the area that B2:D4, or a column as a whole (E:F), names; None for what names none."""
    columns = _AREA_COLUMNS.fullmatch(reference.strip())
    if columns is not None:
        return 0, column_of(columns[1]), _LAST_ROW, column_of(columns[2])
    corners = [_REFERENCE.fullmatch(part) for part in reference.strip().split(":")]
    if not corners or any(corner is None for corner in corners):
        return None
    rows = [int(corner[2]) - 1 for corner in corners if corner is not None]
    places = [column_of(corner[1]) for corner in corners if corner is not None]
    return min(rows), min(places), max(rows), max(places)


def _drawings(package: Package, part: str) -> list[tuple[tuple[int, int], str]]:
    """Return what lies over the cells of a sheet, each where it begins: text boxes with their words, pictures without any."""
    found: list[tuple[tuple[int, int], str]] = []
    path: list[str] = []
    at, words, has_picture = [0, 0], [""], [False]

    def start(tag: str, _: Attributes) -> None:
        name = local(tag)
        path.append(name)
        if name.endswith("Anchor"):
            at[:], words[:], has_picture[:] = [0, 0], [], [False]
        elif name == "pic":
            has_picture[0] = True
        elif name == "p":
            words.append("")

    def data(text: str) -> None:
        if path[-2:-1] == ["from"] and path[-1] in ("row", "col") and text.strip().isdigit():
            at[path[-1] == "col"] = int(text)
        elif path[-1] == "t" and words and "Fallback" not in path:
            words[-1] += text

    def end(tag: str) -> None:
        path.pop()
        text = "\n".join(filter(None, words)).strip()
        if local(tag).endswith("Anchor") and (text or has_picture[0]):
            found.append(((at[0], at[1]), text))

    package.parse(part, start, end, data)
    return found


def _comment_texts(package: Package, part: str) -> dict[tuple[int, int], str]:
    """Return the texts of the comments in a part, old or in threads, by cell."""
    found: dict[tuple[int, int], list[str]] = {}
    at: list[tuple[int, int] | None] = [None]
    taking = [False]

    def start(tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name in ("comment", "threadedComment"):
            area = area_of(attributes.get("ref", ""))
            at[0] = None if area is None else area[:2]
        taking[0] = name in ("t", "text") and at[0] is not None

    def data(text: str) -> None:
        if taking[0] and at[0] is not None:
            found.setdefault(at[0], []).append(text)

    def end(_: str) -> None:
        taking[0] = False

    package.parse(part, start, end, data)
    texts = {place: decoded("".join(parts)).strip() for place, parts in found.items()}
    return {place: text for place, text in texts.items() if not text.startswith(_THREADED)}
