"""OFD (GB/T 33190) to lines and ruled tables: the library gives the pieces of text with their places, the rules are read here.

Cells come from the rules of a page, as in a PDF, and the text of a cell from the pieces that lie in it.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused
from tracker.plans.reading.document_file import guard_zip
from tracker.plans.reading.formats.pdf import MAX_PAGES
from tracker.plans.reading.model import Line, Place, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ofdkit import TextRun

    from tracker.plans.reading.model import Block

_SAME_LINE = 0.5
_GAP = 0.3
_INDENT = 1.2
_SMALLEST = 0.5
_THIN = 1.0
_SNAP = 1.0
_MAX_RULES = 20_000
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read(path: Path, remarks: list[str]) -> Iterator[Block]:
    """Yield the lines and tables of an OFD file. Raises Refused when it is locked, too long, or has no text."""
    import ofdkit

    guard_zip(path)
    with zipfile.ZipFile(path) as archive, ofdkit.open(path) as document:
        names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
        if "encryptions.xml" in names:
            raise Refused("OFD 文件已加密，请先解除密码再读")
        if len(document.pages) > MAX_PAGES:
            raise Refused(f"有 {len(document.pages)} 页，超过 {MAX_PAGES} 页的上限")
        empty = []
        for number, page in enumerate(document.pages, 1):
            name = names.get((page.location or "").replace("\\", "/").lstrip("/").lower())
            runs = _once(page.runs)
            if not runs:
                empty.append(number)
            yield from _page_blocks(runs, _tables(archive.read(name)) if name else [], number)
        if empty and len(empty) < len(document.pages):
            remarks.append(f"第{'、'.join(map(str, empty[:20]))}页没有文字（多为图片），未读")


def _once(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the pieces that show something, each once: a piece drawn twice at one place is only bold."""
    return list({(run.text, round(run.x, 1), round(run.y, 1)): run for run in runs if run.text.strip()}.values())


def _page_blocks(runs: list[TextRun], tables: list[Any], number: int) -> list[Block]:
    placed: list[tuple[float, Block]] = []
    for table in tables:
        inside = [run for run in runs if _lies_in(run, table.bbox)]
        if not inside:
            continue
        runs = [run for run in runs if not _lies_in(run, table.bbox)]
        rows = tuple(tuple(_cell_text(inside, cell) for cell in row.cells) for row in table.rows)
        placed.append((table.bbox[1], Table(rows, tuple(Place(row, number) for row in range(1, len(rows) + 1)))))
    lines = _lines(runs)
    left = min((line[0].x for line in lines), default=0.0)
    for index, line in enumerate(lines, 1):
        size = max(line[0].size, _SMALLEST)
        indented = _INDENT * size < line[0].x - left < 3 * size
        placed.append((line[0].y - size, Line(_joined(line), Place(index, number), indented)))
    placed.sort(key=lambda item: item[0])
    return [block for _, block in placed]


def _lies_in(run: TextRun, box: tuple[float, float, float, float]) -> bool:
    """Tell whether a piece begins in a box; its place is the foot of its first letter."""
    x, y = run.x + run.size / 2, run.y - run.size / 3
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _cell_text(runs: list[TextRun], cell: tuple[float, float, float, float] | None) -> str:
    if cell is None:
        return ""
    return "\n".join(_joined(line) for line in _lines([run for run in runs if _lies_in(run, cell)]))


def _lines(runs: list[TextRun]) -> list[list[TextRun]]:
    """Return the pieces line by line, each from left to right."""
    lines: list[list[TextRun]] = []
    for run in sorted(runs, key=lambda run: (run.y, run.x)):
        near = max(min(run.size, lines[-1][0].size), _SMALLEST) * _SAME_LINE if lines else 0.0
        if lines and abs(run.y - lines[-1][0].y) <= near:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.x) for line in lines]


def _joined(line: list[TextRun]) -> str:
    text: str = line[0].text
    for before, run in pairwise(line):
        apart = run.x - before.x - before.width > _GAP * max(run.size, _SMALLEST)
        text += (" " if apart else "") + run.text
    return text


def _tables(page: bytes) -> list[Any]:
    """Return the ruled tables of a page; its rules are the straight strokes and the filled shapes as thin as one."""
    from lxml import etree
    from pdfplumber.table import (
        Table as Ruled,
    )
    from pdfplumber.table import (
        cells_to_tables,
        edges_to_intersections,
        intersections_to_cells,
        merge_edges,
    )

    no_page: Any = None  # only asked for text, which is taken from the pieces
    root = etree.fromstring(page, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    rules = [rule for each in ([] if root is None else root.iter("{*}PathObject")) for rule in _rules(each)]
    if len(rules) > _MAX_RULES or Counter(rule["orientation"] for rule in rules)["h"] < 3:  # noqa: PLR2004 - a heading and a row
        return []
    edges = merge_edges(rules, _SNAP, _SNAP, _SNAP, _SNAP)
    cells = intersections_to_cells(edges_to_intersections(edges, _SNAP, _SNAP))
    found = [Ruled(no_page, group) for group in cells_to_tables(cells)]
    return [each for each in found if len(each.rows) > 1 and max(len(row.cells) for row in each.rows) > 1]


def _rules(shape: Any) -> Iterator[dict[str, Any]]:
    left, top, width, height = _numbers(shape.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
    stroked = (shape.get("Stroke") or "true").lower() == "true"
    if (shape.get("Fill") or "false").lower() == "true" and min(width, height) <= _THIN < max(width, height):
        middle_x, middle_y = left + width / 2, top + height / 2
        flat = width > height
        yield from (
            _rule(left, middle_y, left + width, middle_y) if flat else _rule(middle_x, top, middle_x, top + height)
        )
    elif stroked:
        a, b, c, d, e, f = _numbers(shape.get("CTM"), 6) or _IDENTITY
        for one, other in _strokes(shape.findtext("{*}AbbreviatedData") or ""):
            ends = [(left + a * x + c * y + e, top + b * x + d * y + f) for x, y in (one, other)]
            yield from _rule(*ends[0], *ends[1])


def _strokes(path: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight strokes of a path (M x y L x y … C); curves end one and are none."""
    words = path.replace(",", " ").split()
    start = at = (0.0, 0.0)
    index = 0
    while index < len(words):
        sign = words[index]
        here = _numbers(" ".join(words[index + 1 : index + 3]), 2)
        if sign == "C":
            yield at, start
            at = start
        elif here and sign in ("M", "S"):
            start = at = here[0], here[1]
        elif here and sign == "L":
            yield at, (here[0], here[1])
            at = here[0], here[1]
        index += 3 if here and sign in "MSL" else 1


def _rule(x0: float, y0: float, x1: float, y1: float) -> Iterator[dict[str, Any]]:
    flat, upright = abs(y0 - y1) <= _SMALLEST < abs(x0 - x1), abs(x0 - x1) <= _SMALLEST < abs(y0 - y1)
    if flat or upright:
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        yield {
            "x0": left, "x1": right, "top": top, "bottom": bottom, "width": right - left, "height": bottom - top,
            "orientation": "h" if flat else "v", "object_type": "line",
        }  # fmt: skip


def _numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """Return exactly so many numbers, or None."""
    try:
        found = tuple(float(part) for part in (text or "").split())
    except ValueError:
        return None
    return found if len(found) == count else None
