"""Word files (docx, dotx, also strict ones) as their reader sees them: what was inserted is taken, what was deleted is not.

Content stands in controls, smart tags, fields, text boxes and tables within tables; parts are found by their relationships,
whatever they are called. A paragraph with a change that nobody accepted or declined says so. Left out without a word are only
headers, footers, comments, the table of contents and the placeholder of an empty control.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused
from tracker.plans.reading.document_file import guard_zip
from tracker.plans.reading.formats.grids import MAX_SPAN, Grid, is_layout
from tracker.plans.reading.model import Line, Place, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.plans.reading.model import Block

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REVISED = "有未接受的修订或加了删除线的文字，按插入保留、删除去掉读取"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DELETED = frozenset({"del", "moveFrom"})
_INSERTED = frozenset({"ins", "moveTo"})
_NO_TEXT = frozenset(
    ("pPr rPr tblPr trPr tcPr tblGrid sectPr sdtPr sdtEndPr customXmlPr smartTagPr delText instrText rt").split()
)
_ELSEWHERE = {
    "altChunk": "嵌入了另一个文件（altChunk），其中的文字未读",
    "OLEObject": "有嵌入的对象（如 Excel 表格），其中的文字未读",
    "relIds": "有图示（SmartArt），其中的文字未读",
    "chart": "有图表，其中的文字未读",
}
"""What holds words that are not in the text of the document."""
_SIGNS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_MAX_RELATIONS = 5000
_CONTENTS = re.compile(r"toc \d|目录 ?\d", re.IGNORECASE)
_OFF = ("0", "false", "off", "none")


def read(path: Path, remarks: list[str]) -> Iterator[Block]:
    """Yield the lines and tables of a Word file in order. Raises Refused when it is none, locked, hostile or has macros."""
    guard_zip(path)
    with zipfile.ZipFile(path) as archive:
        yield from _Word(_Package(archive), remarks).blocks()


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Package:
    """The parts of a Word file, by name and by relationship."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
        targets = self.related("", "/officeDocument")
        self.main = next(iter(targets.values()), "word/document.xml")
        if self.main.lower() not in self._names:
            kind = self._other_kind()
            raise Refused(f"这是{kind}，不是 Word 文档；请另存为 docx、pdf 或 txt 再读")

    def _other_kind(self) -> str:
        names = self._names
        if any(name.startswith("xl/") for name in names):
            return "Excel 工作簿"
        if any(name.startswith("ppt/") for name in names):
            return "演示文稿（PowerPoint）"
        if "mimetype" in names and b"opendocument" in self._archive.read(names["mimetype"])[:100]:
            spread = b"spreadsheet" in self._archive.read(names["mimetype"])[:100]
            return "OpenDocument 表格（ods）" if spread else "OpenDocument 文档（odt）"
        return "压缩文件" if not any(name.endswith((".xml", ".rels", ".iwa")) for name in names) else "其他程序的文档"

    def part(self, name: str) -> Any:
        """Return the root of a part, or None when there is no such part."""
        from lxml import etree

        if name.lower() not in self._names:
            return None
        data = self._archive.read(self._names[name.lower()]).replace(_STRICT, _USUAL)
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))

    def related(self, part: str, ending: str) -> dict[str, str]:
        """Return relationship id → part name, for relationships of a part whose type ends so."""
        folder, name = posixpath.split(part)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in [] if root is None else root[:_MAX_RELATIONS]:
            if isinstance(relation.tag, str) and relation.get("Type", "").endswith(ending):
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "").replace("\\", "/")))
                found[relation.get("Id", "")] = target.lstrip("/")
        return found


class _Word:
    """Reads one Word file, paragraph by paragraph; `_changed` is whether the words read last hold an open change."""

    def __init__(self, package: _Package, remarks: list[str]) -> None:
        self._remarks = remarks
        root = package.part(package.main)
        self._body = next((child for child in root if _name(child) == "body"), None)
        if self._body is None:
            raise Refused("这不是 Word 文档，或文档已损坏，打不开")
        styles, numbers = (self._single(package, name) for name in ("styles", "numbering"))
        self._numbers = WordNumbers(numbers, styles)
        self._contents = _styles_of_contents(styles)
        self._notes = {kind: self._single(package, kind) for kind in _NOTES.values()}
        self._called: list[tuple[str, str]] = []
        self._count = 0
        self._changed = False

    @staticmethod
    def _single(package: _Package, kind: str) -> Any:
        names = package.related(package.main, f"/{kind}")
        return package.part(next(iter(names.values()))) if names else None

    def blocks(self) -> Iterator[Block]:
        """Yield the body, then the notes that it calls."""
        yield from self._blocks(self._body)
        for kind, number in dict.fromkeys(self._called):
            root = self._notes[kind]
            note = next((each for each in ([] if root is None else root) if each.get(f"{W}id") == number), None)
            if note is not None:
                yield from self._blocks(note)

    def _blocks(self, parent: Any) -> Iterator[Block]:
        """Yield what stands in a body, a cell, a text box; a paragraph whose own end was deleted goes on in the next."""
        held = ""
        for child in self._opened(parent):
            kind = _name(child)
            if kind == "tbl":
                yield from self._table(child)
            elif kind in _ELSEWHERE:
                self._remarks.append(_ELSEWHERE[kind])
            elif kind == "p":
                self._count += 1
                boxes: list[Any] = []
                mark = _mark_of(child)
                deleted = mark is not None and _name(mark) in _DELETED
                self._changed = mark is not None or bool(held)
                text = self._text(child, boxes)
                text = held + (self._numbers.before(child) if text or not deleted else "") + text
                held = text if deleted else ""
                if not deleted and not self._is_contents(child):
                    yield from self._lines(text)
                for box in boxes:
                    yield from self._blocks(box)
        if held:
            self._changed = True
            yield from self._lines(held)

    def _lines(self, text: str) -> Iterator[Line]:
        doubt = REVISED if self._changed else ""
        if doubt:
            self._remarks.append(REVISED)
        for part in text.split("\n"):
            yield Line(part, Place(self._count, word="段"), doubt=doubt)

    def _opened(self, parent: Any) -> Iterator[Any]:
        """Yield the paragraphs and tables of a part, those within controls, tags and insertions too."""
        for child in parent:
            kind = _name(child)
            if kind in ("p", "tbl", "tr", "tc", "altChunk"):
                yield child
            elif kind in _DELETED:
                self._remarks.append(REVISED)
            elif kind == "AlternateContent":
                yield from self._opened(_chosen(child))
            elif kind and kind not in _NO_TEXT and not _is_placeholder(child):
                yield from self._opened(child)

    def _is_contents(self, paragraph: Any) -> bool:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return style is not None and style.get(f"{W}val") in self._contents

    def _text(self, element: Any, boxes: list[Any]) -> str:
        """Return the words of a paragraph; what stands in its text boxes is left to the caller."""
        words: list[str] = []
        stack = [element]
        while stack:
            node = stack.pop()
            kind = _name(node)
            if kind in ("t", "textpath", "br", "cr") or kind in _SIGNS:
                words.append(_said(node, kind))
            elif kind == "txbxContent":
                boxes.append(node)
            elif kind == "AlternateContent":
                stack.extend(reversed(_chosen(node)))
            elif self._is_taken(node, kind):
                stack.extend(reversed(node))
        return "".join(words)

    def _is_taken(self, node: Any, kind: str) -> bool:
        """Tell whether what stands in a part of a paragraph belongs to its words, and note what is left out."""
        if kind in _NOTES:
            self._called.append((_NOTES[kind], node.get(f"{W}id", "")))
        elif kind in _ELSEWHERE:
            self._remarks.append(_ELSEWHERE[kind])
        hidden, struck = _marked(node, "vanish"), _marked(node, "strike", "dstrike")
        if hidden and any(_name(each) == "t" for each in node):
            self._remarks.append("有设为隐藏的文字，未读")
        self._changed = self._changed or struck or kind in _DELETED | _INSERTED
        return (
            bool(kind) and not hidden and not struck and kind not in _NO_TEXT | _DELETED and not _is_placeholder(node)
        )

    def _table(self, table: Any) -> Iterator[Block]:
        """Yield a table of data as one block, a table that lays out the page as what stands in its cells."""
        grid, places, doubts = Grid(), list[Place](), list[str]()
        cells: list[list[Block]] = []
        number, nested = self._count + 1, False
        for row in self._opened(table):
            if _name(row) != "tr" or row.find(f"{W}trPr/{W}del") is not None:
                if _name(row) == "tr":
                    self._remarks.append(REVISED)
                continue
            grid.open_row()
            changed = row.find(f"{W}trPr/{W}ins") is not None
            for cell in self._opened(row):
                if _name(cell) != "tc":
                    continue
                read = list(self._blocks(cell))
                nested = nested or any(isinstance(block, Table) for block in read)
                changed = changed or any(isinstance(block, Line) and block.doubt for block in read)
                across, goes_on = _span(cell)
                grid.put(grid.above() if goes_on else _cell_text(read), across)
                if not goes_on:
                    cells.append(read)
            places.append(Place(number, word=f"段（表）第{len(grid.rows)}行"))
            doubts.append(REVISED if changed else "")
            self._remarks.extend([REVISED] if changed else [])
        rows = grid.filled()
        if rows and not is_layout(rows, nested=nested):
            yield Table(rows, tuple(places), doubts=tuple(doubts))
        else:
            for read in cells:
                yield from read


def _said(node: Any, kind: str) -> str:
    """Return what a leaf of a paragraph says: letters, a sign, the end of a line (that of a page or column says nothing)."""
    if kind in ("br", "cr"):
        return "\n" if node.get(f"{W}type") in (None, "textWrapping") else ""
    return _SIGNS.get(kind) or (node.get("string") if kind == "textpath" else node.text) or ""


def _cell_text(blocks: list[Block]) -> str:
    """Return the text of a cell; a table within it line by line."""
    parts = [
        block.text if isinstance(block, Line) else "\n".join("　".join(dict.fromkeys(row)) for row in block.rows)
        for block in blocks
    ]
    return "\n".join(parts)


def _mark_of(paragraph: Any) -> Any:
    """Return the change (ins, del, moveFrom, moveTo) of a paragraph's own end, or None."""
    marks = paragraph.find(f"{W}pPr/{W}rPr")
    return None if marks is None else next((each for each in marks if _name(each) in _DELETED | _INSERTED), None)


def _chosen(alternatives: Any) -> Any:
    """Return what stands in the first choice that has content, else in the fallback: the two say the same."""
    branches = [each for each in alternatives if _name(each) in ("Choice", "Fallback") and len(each)]
    return branches[0] if branches else []


def _is_placeholder(control: Any) -> bool:
    """Tell a control that nobody filled in: what stands in it is its own prompt."""
    shown = control.find(f"{W}sdtPr/{W}showingPlcHdr") if _name(control) == "sdt" else None
    return shown is not None and shown.get(f"{W}val", "1") not in _OFF


def _marked(run: Any, *signs: str) -> bool:
    """Tell a run that has one of some signs of form (vanish, strike) in force."""
    marks = (run.find(f"{W}rPr/{W}{sign}") for sign in signs) if _name(run) == "r" else ()
    return any(mark is not None and mark.get(f"{W}val", "1") not in _OFF for mark in marks)


def _span(cell: Any) -> tuple[int, bool]:
    """Return how many columns a cell covers, and whether it goes on from the cell above."""
    span, merge = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
    across = span.get(f"{W}val", "1") if span is not None else "1"
    if len(across) > len(str(MAX_SPAN)):
        raise Refused("表格合并的列数不合常理，已拒绝")
    return (
        max(int(across), 1) if across.isdecimal() else 1,
        merge is not None and merge.get(f"{W}val", "continue") == "continue",
    )


def _styles_of_contents(styles: Any) -> frozenset[str]:
    """Return the styles of lines in a table of contents."""
    if styles is None:
        return frozenset()
    named = ((style, style.find(f"{W}name")) for style in styles.iter(f"{W}style"))
    return frozenset(
        style.get(f"{W}styleId", "")
        for style, name in named
        if name is not None and _CONTENTS.fullmatch(name.get(f"{W}val", ""))
    )


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "chineseLegalSimplified"}
)
_DIGITS = "零一二三四五六七八九"
_MAX_LEVELS = 9
_TEN = 10
_HUNDRED = 100


class WordNumbers:
    """The automatic numbers of one Word document, asked for paragraph by paragraph in order."""

    def __init__(self, root: Any, styles: Any) -> None:
        """Read the roots of the numbering part and the styles part of a document, either of which may be None."""
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles = {} if styles is None else {each.get(f"{_W}styleId"): each for each in styles.iter(f"{_W}style")}
        if root is None:
            return
        abstract = {node.get(f"{_W}abstractNumId"): node for node in root.findall(f"{_W}abstractNum")}
        for number in root.findall(f"{_W}num"):
            link = number.find(f"{_W}abstractNumId")
            if link is not None and link.get(f"{_W}val") in abstract:
                self._levels[number.get(f"{_W}numId")] = _levels(abstract[link.get(f"{_W}val")])

    def before(self, paragraph: Any) -> str:
        """Return the number Word prints before a paragraph, or an empty text."""
        place = self._place(paragraph)
        if place is None or place[0] not in self._levels:
            return ""
        number, level = place
        shapes = self._levels[number]
        if level not in shapes:
            return ""
        counts = self._counts.setdefault(number, [0] * _MAX_LEVELS)
        counts[level] = counts[level] + 1 if counts[level] else shapes[level][2]
        counts[level + 1 :] = [0] * (_MAX_LEVELS - level - 1)
        return re.sub(r"%(\d)", lambda found: self._value(shapes, counts, int(found.group(1)) - 1), shapes[level][1])

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """Return (list, level) of a paragraph, from itself or its style."""
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        named = self._styles.get(style.get(f"{_W}val")) if style is not None else None
        for element in (paragraph, named):
            found = element.find(f"{_W}pPr/{_W}numPr") if element is not None else None
            if found is not None:
                number, level = found.find(f"{_W}numId"), found.find(f"{_W}ilvl")
                text = level.get(f"{_W}val", "0") if level is not None else "0"
                if number is None or not text.isdecimal():
                    return None
                return number.get(f"{_W}val", ""), min(int(text), _MAX_LEVELS - 1)
        return None

    @staticmethod
    def _value(shapes: dict[int, tuple[str, str, int]], counts: list[int], level: int) -> str:
        shape = shapes.get(level, ("decimal", "", 1))
        value = counts[level] or shape[2]
        return chinese(value) if shape[0] in _CHINESE else str(value) if shape[0].startswith("decimal") else ""


def _levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    """Return level → (format, pattern, start) of an abstract list; bullets have no pattern."""
    result: dict[int, tuple[str, str, int]] = {}
    for level in abstract.findall(f"{_W}lvl"):
        form, text, start = (level.find(f"{_W}{name}") for name in ("numFmt", "lvlText", "start"))
        kind = form.get(f"{_W}val", "decimal") if form is not None else "decimal"
        pattern = text.get(f"{_W}val", "") if text is not None and kind != "bullet" else ""
        first = start.get(f"{_W}val", "1") if start is not None else "1"
        if level.get(f"{_W}ilvl", "0").isdecimal() and "%" in pattern:
            result[int(level.get(f"{_W}ilvl", "0"))] = (kind, pattern, int(first) if first.isdecimal() else 1)
    return result


def chinese(value: int) -> str:
    """Return a number up to 99 as a Chinese numeral (12 → 十二), a larger one in digits."""
    if not 0 < value < _HUNDRED:
        return str(value)
    tens, ones = divmod(value, _TEN)
    return ("" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")
