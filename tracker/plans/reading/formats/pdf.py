"""PDF to lines (with the indent that opens a paragraph) and ruled tables, page by page.

Rules are what is stroked, and filled shapes as thin as a stroke; a filled shape with an area is shading and makes no table.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused
from tracker.plans.reading.model import Line, Place, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.plans.reading.model import Block

MAX_PAGES = 600
_INDENT = 1.2
_SNAP = 3
_LINE = 0.35
_THIN = 3.0
_NEARLY = 0.01
_CMYK = 4
_DESCENT = 0.12


def read(path: Path, remarks: list[str]) -> Iterator[Block]:
    """Yield the lines and tables of a PDF. Raises Refused when it is locked, too long, or has no text layer."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    logging.disable()
    try:
        document = pdfplumber.open(path)
    except PdfminerException as problem:
        if "Password" in repr(problem):
            raise Refused("PDF 已加密，请先解除密码再读") from problem
        raise
    with document:
        if len(document.pages) > MAX_PAGES:
            raise Refused(f"有 {len(document.pages)} 页，超过 {MAX_PAGES} 页的上限")
        pictures: list[int] = []
        empty = True
        columns: tuple[int, ...] = ()
        for number, page in enumerate(document.pages, 1):
            if page.chars:
                empty = False
            elif page.images:
                pictures.append(number)
            blocks, columns = _page_blocks(page, number, columns)
            yield from blocks
            page.close()
    if empty:
        raise Refused("PDF 没有文字层（多为扫描件），请先做文字识别（OCR）再读")
    if pictures:
        remarks.append(f"第{'、'.join(map(str, pictures[:20]))}页只有图片，没有文字层，未读")


def _page_blocks(page: Any, number: int, before: tuple[int, ...]) -> tuple[list[Block], tuple[int, ...]]:
    """Return a page's lines and tables, from top to bottom, and where the columns of its last table stand.

    before: where those of the page before stand; a single row in the same columns is the middle of one that began there.
    """
    _stand_on_baseline(page.chars)
    ruled = page.filter(_is_rule_or_text)
    tables = [
        table
        for table in ruled.find_tables({"explicit_horizontal_lines": _open_ends(ruled)})
        if max(len(row.cells) for row in table.rows) > 1 and (len(table.rows) > 1 or _alike(_sides(table), before))
    ]
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda thing: not any(_within(thing, box) for box in boxes)) if boxes else page
    # Letters and digits of two sizes stand on one line, their tops apart.
    tolerance = {"x_tolerance": _SNAP, "y_tolerance": max(_SNAP, _LINE * _usual_size(page.chars))}
    placed: list[tuple[float, Block]] = []
    lines = outside.extract_text_lines(strip=True, return_chars=True, **tolerance)
    left = min((line["x0"] for line in lines), default=0.0)
    for index, line in enumerate(lines, 1):
        size = line["chars"][0]["size"] if line["chars"] else 12
        indented = _INDENT * size < line["x0"] - left < 3 * size
        placed.append((line["top"], Line(line["text"], Place(index, number), indented)))
    for table in tables:
        rows = tuple(tuple(cell or "" for cell in row) for row in table.extract(**tolerance))
        places = tuple(Place(row, number) for row in range(1, len(rows) + 1))
        placed.append((table.bbox[1], Table(rows, places)))
    placed.sort(key=lambda item: item[0])
    return [item for _, item in placed], _sides(max(tables, key=lambda table: table.bbox[1])) if tables else ()


def _sides(table: Any) -> tuple[int, ...]:
    """Return where the upright rules of a table stand."""
    return tuple(sorted({round(cell[0]) for row in table.rows for cell in row.cells if cell}))


def _alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= _SNAP for a, b in zip(one, other, strict=True))


def _stand_on_baseline(chars: list[dict[str, Any]]) -> None:
    """Let each upright letter's box stand on its baseline.

    A box is told from what its font says of itself, and the fonts of gazettes say that digits hang a line below the letters beside
    them: the years and amounts of a sentence would be read as a line of their own.
    """
    for char in chars:
        _, skewed, slanted, _, _, baseline = char["matrix"]
        if skewed or slanted:
            continue
        shift = (baseline - _DESCENT * char["size"]) - char["y0"]
        for side in ("y0", "y1"):
            char[side] += shift
        for side in ("top", "bottom", "doctop"):
            char[side] -= shift


def _usual_size(chars: list[dict[str, Any]]) -> float:
    sizes = sorted(char["size"] for char in chars)
    return float(sizes[len(sizes) // 2]) if sizes else 0.0


def _open_ends(page: Any) -> list[float]:
    """Return where the upright rules of a table end without a level one: a browser breaks a row over pages and closes neither part."""
    upright = page.vertical_edges
    level = [edge["top"] for edge in page.horizontal_edges if edge["width"] > _THIN]  # the foot of a rule is none
    if not upright:
        return []
    ends = []
    for side, outermost in (("top", min), ("bottom", max)):
        at = outermost(edge[side] for edge in upright)
        columns = {round(edge["x0"]) for edge in upright if abs(edge[side] - at) <= _SNAP}
        if len(columns) > 2 and not any(abs(each - at) <= _SNAP for each in level):  # noqa: PLR2004 - two columns have three rules
            ends.append(at)
    return ends


def _is_rule_or_text(thing: dict[str, Any]) -> bool:
    """Tell what may draw a table from what only shades or decorates a page."""
    if thing["object_type"] not in ("rect", "curve", "line"):
        return True
    if thing.get("stroke") and not _is_white(thing.get("stroking_color")):
        return True
    thin = min(thing["width"], thing["height"]) <= _THIN
    return thing["object_type"] == "line" or (
        thin and bool(thing.get("fill")) and not _is_white(thing.get("non_stroking_color"))
    )


def _is_white(colour: Any) -> bool:
    parts = [
        part for part in (colour if isinstance(colour, tuple | list) else [colour]) if isinstance(part, int | float)
    ]
    if len(parts) == _CMYK:
        return max(parts) <= _NEARLY
    return bool(parts) and min(parts) >= 1 - _NEARLY


def _within(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    if thing.get("object_type") != "char":
        return False
    middle_x, middle_y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3])
