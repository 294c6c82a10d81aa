"""PDF to a stream, in a child process with limits of its own (`python -m tracker.plans.reading.portable FILE`).

A PDF can unpack to any size and keep a parser busy for hours; the child may use 2 GB and two minutes, then it is
ended and the file refused. Text outside tables becomes lines (with the indent that opens a paragraph), tables
become tables, page by page.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tracker
from tracker.errors import Refused
from tracker.plans.reading.model import Line, Place, Stream, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.plans.reading.model import Block

SECONDS = 120
MEMORY = 2 * 1024**3
MAX_PAGES = 600
MAX_LETTERS = 5_000_000
_INDENT = 1.2
_SNAP = 3


def read_pdf(source: Path) -> Stream:
    """Return the stream of a PDF. Raises Refused when it is locked, broken, too big, too slow or has no text layer."""
    name = source.name
    command = [sys.executable, "-m", "tracker.plans.reading.portable", str(source)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS + 10, check=False, env=_surroundings())  # noqa: S603 - our own module
    except subprocess.TimeoutExpired as problem:
        raise Refused(f"{name}：PDF 过于复杂，{SECONDS} 秒没有读完，已放弃") from problem
    try:
        answer = json.loads(done.stdout.decode("utf-8"))
    except (ValueError, UnicodeDecodeError) as problem:
        raise Refused(f"{name}：PDF 占用内存或时间过多，已放弃") from problem
    if "refused" in answer:
        raise Refused(f"{name}：{answer['refused']}")
    return Stream(tuple(_block(item) for item in answer["blocks"]), name)


def _surroundings() -> dict[str, str]:
    """Return the child's environment: this package must be found there too, wherever it lies."""
    root = str(Path(tracker.__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))}


def _block(item: dict[str, Any]) -> Block:
    if "rows" in item:
        places = tuple(Place(item["line"] + index, item["page"]) for index in range(len(item["rows"])))
        return Table(tuple(tuple(row) for row in item["rows"]), places)
    return Line(item["text"], Place(item["line"], item["page"]), bool(item["indented"]))


def _limit() -> None:
    """Bound this process's memory and time, where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


class _Stopped(Exception):
    """Why a PDF is refused, in Chinese."""


def _pages(path: str) -> dict[str, Any]:
    """Read a PDF in this process; return {"blocks": […]} or {"refused": why}."""
    try:
        return {"blocks": list(_read(path))}
    except _Stopped as reason:
        return {"refused": str(reason)}
    except MemoryError:
        return {"refused": "PDF 占用内存过多，已放弃"}
    except Exception as problem:  # noqa: BLE001 - a broken PDF fails in any way whatever; the child only says so
        locked = "Password" in f"{type(problem).__name__}{problem!r}"
        return {"refused": "PDF 已加密，请先解除密码再读" if locked else "PDF 已损坏，打不开"}


def _read(path: str) -> Iterator[dict[str, Any]]:
    import logging

    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    letters = 0
    with pdfplumber.open(path) as document:
        if len(document.pages) > MAX_PAGES:
            raise _Stopped(f"有 {len(document.pages)} 页，超过 {MAX_PAGES} 页的上限")
        for number, page in enumerate(document.pages, 1):
            for item in _page_blocks(page, number):
                letters += len(item.get("text", "")) + sum(len(cell) for row in item.get("rows", []) for cell in row)
                yield item
            page.close()
            if letters > MAX_LETTERS:
                raise _Stopped("文字过多，不像一份方案")
    if not letters:
        raise _Stopped("PDF 没有文字层（多为扫描件），请先做文字识别（OCR）再读")


def _page_blocks(page: Any, number: int) -> list[dict[str, Any]]:
    """Return a page's lines and tables, from top to bottom."""
    tables = [
        table for table in page.find_tables() if len(table.rows) > 1 and max(len(row.cells) for row in table.rows) > 1
    ]
    outside = page
    for table in tables:
        box = table.bbox
        outside = outside.filter(lambda thing, box=box: not _within(thing, box))
    placed: list[tuple[float, dict[str, Any]]] = []
    lines = outside.extract_text_lines(strip=True, return_chars=True, x_tolerance=_SNAP)
    left = min((line["x0"] for line in lines), default=0.0)
    for index, line in enumerate(lines, 1):
        size = line["chars"][0]["size"] if line["chars"] else 12
        indented = line["x0"] - left > _INDENT * size and line["x0"] - left < 3 * size
        placed.append((line["top"], {"text": line["text"], "page": number, "line": index, "indented": indented}))
    for table in tables:
        rows = [[cell or "" for cell in row] for row in table.extract(x_tolerance=_SNAP)]
        placed.append((table.bbox[1], {"rows": rows, "page": number, "line": 1}))
    placed.sort(key=lambda item: item[0])
    return [item for _, item in placed]


def _within(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    if thing.get("object_type") != "char":
        return False
    middle_x, middle_y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3])


if __name__ == "__main__":
    _limit()
    sys.stdout.buffer.write(json.dumps(_pages(sys.argv[1]), ensure_ascii=False).encode("utf-8"))
