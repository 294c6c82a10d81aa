"""Web pages to lines and tables; a table that only lays out the page is read as text, however deep it nests.

Every element is looked at once, whatever stands in what. What a page has around its text (navigation, scripts, footers) is
left out, unless a table stands in it; what is hidden too; <del> and <s> are left out and <ins> taken, with a doubt, as in Word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused
from tracker.plans.reading.document_file import decoded
from tracker.plans.reading.formats.grids import MAX_SPAN, Grid, is_layout
from tracker.plans.reading.lexicon import words_of
from tracker.plans.reading.model import Line, Place, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.plans.reading.model import Block

REVISED = "有修订标记（删除、插入），按插入保留、删除去掉读取"
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_HEAD = 4096
_NEVER = frozenset(words_of("head script style noscript template svg iframe select button del s strike"))
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AROUND = frozenset(words_of("nav header footer aside"))
_BLOCK = frozenset(
    words_of(
        "p div section article li ul ol h1 h2 h3 h4 h5 h6 br hr tr td th table blockquote pre dl dt dd center "
        "main body header figure form fieldset caption option textarea legend"
    )
)
_HEADINGS = ("h1", "h2", "h3")
_BROKEN = re.compile(r"[ \r\n\t]+")
_END = object()


def read(path: Path, remarks: list[str]) -> Iterator[Block]:
    """Yield the lines and tables of a page in order. Raises Refused for what is no text."""
    from lxml import etree

    data = path.read_bytes()
    declared = _CHARSET.search(data[:_HEAD])
    text = decoded(data, declared.group(1).decode("ascii").lower() if declared else "")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any("Excessive depth" in entry.message for entry in parser.error_log):  # what lies deeper is not in the tree
        raise Refused("网页嵌套过深，读不了；请用浏览器打开后另存为 docx 或 pdf 再读")
    if root is not None:
        page = _Page(root)
        yield from page.blocks()
        if page.hides:
            remarks.append("有设为隐藏的文字，未读")


def _tag(node: Any) -> str:
    return node.tag.rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


class _Page:
    """Reads one page from its beginning to its end."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._over_table = _above(root, ("table",))
        self._over_heading = _above(root, _HEADINGS)
        self._number = 1
        self._words: list[str] = []
        self._changed = False
        self.hides = False

    def blocks(self) -> Iterator[Block]:
        """Yield what the page shows."""
        stack: list[Any] = [self._root]
        while stack:
            node = stack.pop()
            if node is _END:
                yield from self._line()
            elif isinstance(node, str):
                self._words.append(node)
            elif _tag(node) == "table":
                table = self._table(node)
                yield from self._line()
                if table is None:
                    stack.extend(reversed(self._inside(node)))
                else:
                    yield table
                    self._number += 1
            else:
                stack.extend(reversed(self._inside(node)))
        yield from self._line()

    def _line(self) -> Iterator[Line]:
        for text in "".join(self._words).split("\n"):
            if text.strip():
                yield Line(text, Place(self._number, word="段"), doubt=REVISED if self._changed else "")
                self._number += 1
        self._words.clear()
        self._changed = False

    def _inside(self, node: Any) -> list[Any]:
        """Return what stands in an element in order: texts, elements, and _END where a line ends."""
        tag = _tag(node)
        if tag == "textarea" or not self._is_shown(node, tag):
            self._changed = self._changed or tag in ("del", "s", "strike")
            return [_END] if tag in _AROUND else []
        self._changed = self._changed or tag == "ins"
        kept = tag == "pre"
        parts: list[Any] = [_END] if tag in _BLOCK else []
        parts.append(_plain(node.text, kept=kept))
        for child in node:
            parts += [child, _plain(child.tail, kept=kept)]
        if tag in _BLOCK:
            parts.append(_END)
        return parts

    def _is_shown(self, node: Any, tag: str) -> bool:
        if tag in _AROUND:
            return node in self._over_table or (tag == "header" and node in self._over_heading)
        if not tag or tag in _NEVER:
            return False
        hidden = node.get("hidden") is not None or _UNSEEN.search(node.get("style", ""))
        self.hides = self.hides or bool(hidden and "".join(node.itertext()).strip())
        return not hidden

    def _table(self, table: Any) -> Table | None:
        """Return a table of data, or None for one that only lays out the page."""
        nested = table in self._over_table
        rows = [
            [(cell, self._text(cell, inner=not nested)) for cell in _within(row, ("td", "th"))]
            for row in _within(table, ("tr",))
        ]
        texts = _grid(rows)
        if not texts or is_layout(texts, nested=nested):
            return None
        if nested:
            texts = _grid([[(cell, self._text(cell, inner=True)) for cell, _ in row] for row in rows])
        for caption in _within(table, ("caption",)):
            self._words += ["\n", self._text(caption, inner=False), "\n"]
        return Table(texts, tuple(Place(self._number, word=f"段（表）第{row}行") for row in range(1, len(texts) + 1)))

    def _text(self, cell: Any, *, inner: bool) -> str:
        """Return the text of a cell, one line a paragraph; with what stands in tables within it, or without."""
        words: list[str] = []
        stack: list[Any] = [*reversed(self._inside(cell))]
        while stack:
            node = stack.pop()
            if node is _END:
                words.append("\n")
            elif isinstance(node, str):
                words.append(node)
            elif inner or _tag(node) != "table":
                stack.extend(reversed(self._inside(node)))
        return "\n".join(line for each in "".join(words).split("\n") if (line := each.strip()))


def _plain(text: str | None, *, kept: bool) -> str:
    if not text:
        return ""
    return text if kept else _BROKEN.sub(" ", text)


def _above(root: Any, tags: tuple[str, ...]) -> set[Any]:
    """Return every element in which one of these stands."""
    found: set[Any] = set()
    for node in root.iter(*tags):
        parent = node.getparent()
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parent.getparent()
    return found


def _within(node: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements of these tags below a node, not those within them or within another table."""
    stack = list(reversed(node))
    while stack:
        child = stack.pop()
        tag = _tag(child)
        if tag in tags:
            yield child
        elif tag not in ("table", "td", "th"):
            stack.extend(reversed(child))


def _grid(rows: list[list[tuple[Any, str]]]) -> tuple[tuple[str, ...], ...]:
    grid = Grid()
    for row in rows:
        grid.open_row()
        for cell, text in row:
            grid.put(text, _span(cell.get("colspan")), _span(cell.get("rowspan")))
    return grid.filled()


def _span(value: str | None) -> int:
    text = (value or "1").strip()
    return min(max(int(text), 1), MAX_SPAN) if text.isdecimal() and len(text) < 5 else 1  # noqa: PLR2004 - a span of 10000 is nonsense
