"""A document read in a process of its own, with limits of time and memory.

    python -m tracker.plans.reading.formats.child KIND FILE

A PDF or a Word file can unpack to any size, a page can nest without end, and the libraries that read them fail in any way
whatever. So each runs in a child that may use 2 GB and two minutes; what it says beside its answer is never shown.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
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
MAX_LETTERS = 5_000_000
KINDS = {"docx": "Word 文档", "doc": "旧版 Word 文档", "html": "网页", "pdf": "PDF", "ofd": "OFD 文件"}
"""Kind of document → what it is called. The reader of a kind is `read(path, remarks)` of the module of that name."""
_WHOLE = frozenset({"docx", "doc", "html"})


def read_in_child(kind: str, source: Path) -> Stream:
    """Return the stream of a document of this kind. Raises Refused when it is locked, broken, too big, too slow or empty."""
    what = KINDS[kind]
    command = [sys.executable, "-m", "tracker.plans.reading.formats.child", kind, str(source)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS + 10, check=False, env=_surroundings())  # noqa: S603 - our own module
    except subprocess.TimeoutExpired as problem:
        raise Refused(f"{source.name}：{what}过于复杂，{SECONDS} 秒没有读完，已放弃") from problem
    try:
        said = json.loads(done.stdout.decode("utf-8"))
    except (ValueError, UnicodeDecodeError) as problem:
        raise Refused(f"{source.name}：读{what}占用内存或时间过多，已放弃") from problem
    return stream_of(kind, source, said)


def stream_of(kind: str, source: Path, said: dict[str, Any]) -> Stream:
    """Return the stream that a child told of. Raises Refused, with the file's name, when it told why it took none."""
    if "refused" in said:
        raise Refused(f"{source.name}：{said['refused']}")
    return Stream(tuple(map(_block, said["blocks"])), source.name, kind in _WHOLE, tuple(said["remarks"]))


def _surroundings() -> dict[str, str]:
    """Return the child's environment: this package must be found there too, wherever it lies."""
    root = str(Path(tracker.__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))}


def _packed(block: Block) -> list[Any]:
    if isinstance(block, Line):
        return [block.text, _place(block.place), block.indented, block.doubt]
    return [block.rows, [_place(place) for place in block.places], block.doubts]


def _place(place: Place) -> tuple[int, int | None, str]:
    return place.line, place.page, place.word


def _block(item: list[Any]) -> Block:
    if isinstance(item[0], str):
        return Line(item[0], Place(*item[1]), item[2], item[3])
    rows, places, doubts = item
    return Table(tuple(map(tuple, rows)), tuple(Place(*place) for place in places), doubts=tuple(doubts))


def limit() -> None:
    """Bound this process's memory and time, where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def answer(kind: str, path: Path) -> dict[str, Any]:
    """Read a document in this process; return {"blocks": […], "remarks": […]} or {"refused": why}."""
    what, remarks = KINDS[kind], list[str]()
    try:
        reader = import_module(f"tracker.plans.reading.formats.{kind}")
        blocks = list(_bounded(reader.read(path, remarks)))
    except Refused as reason:
        return {"refused": str(reason)}
    except ImportError:
        return {"refused": f"读{what}需要附加组件，请执行 pip install 'tracker[documents]'"}
    except MemoryError:
        return {"refused": f"读{what}占用内存过多，已放弃"}
    except RecursionError:
        return {"refused": f"{what}嵌套过深，读不了"}
    except Exception:  # noqa: BLE001 - the libraries fail on a broken file in any way (docs/reliability.md)
        return {"refused": f"{what}已损坏，打不开"}
    if not any(map(_says_something, blocks)):
        return {
            "refused": f"文件里没有文字（{remarks[0] if remarks else '多为图片或扫描件'}），请先做文字识别（OCR）或另存为 docx 再读"
        }
    return {"blocks": list(map(_packed, blocks)), "remarks": list(dict.fromkeys(remarks))}


def _bounded(blocks: Iterator[Block]) -> Iterator[Block]:
    """Pass the blocks on while they are no more than any plan has."""
    letters = 0
    for block in blocks:
        texts = _texts(block)
        letters += sum(map(len, texts)) + len(texts)
        if letters > MAX_LETTERS:
            raise Refused(f"文字超过 {MAX_LETTERS // 10000} 万字，不像一份方案")
        yield block


def _texts(block: Block) -> list[str]:
    return [block.text] if isinstance(block, Line) else [cell for row in block.rows for cell in row]


def _says_something(block: Block) -> bool:
    return any(text.strip() for text in _texts(block))


def main(kind: str, path: str) -> None:
    """Answer on standard output; whatever a library prints goes elsewhere."""
    limit()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with out:
        out.write(json.dumps(answer(kind, Path(path)), ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
