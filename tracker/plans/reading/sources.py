"""Files to streams: text (UTF-8, GB18030), Word, HTML, PDF. What is hostile or locked is refused in one line.

Bounds: 50 MB a file, 200 MB unpacked, 5 million letters of text, 600 pages; a PDF is read by a child process with
its own limits of time and memory, because a PDF can unpack to any size.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import Refused
from tracker.plans.reading.lexicon import words_of
from tracker.plans.reading.model import Line, Place, Stream, Table
from tracker.zipped import BROKEN, declares, is_bomb, is_locked, is_oddly_encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag
    from docx.table import Table as WordTable

    from tracker.plans.reading.model import Block

MAX_FILE = 50 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 5000
MAX_TEXT = 5_000_000
MAX_LINES = 400_000
MAX_SPAN = 100
MAX_CELLS = 200_000
MAX_XML = 50 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_SUFFIXES = {".txt", ".text", ".md", ".csv", ".tsv", ""}
_HTML_START = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_DROPPED_TAGS = words_of("script style noscript template nav header footer aside form button select svg iframe")
_BLOCK_TAGS = frozenset(
    words_of(
        "p div section article li ul ol h1 h2 h3 h4 h5 h6 br hr tr td th table blockquote pre dl dt dd center "
        "main body header figure"
    )
)


def read_stream(path: Path | str) -> Stream:
    """Return a document's lines and tables in reading order.

    Raises Refused when the file is missing, too large, locked, carries macros, is a bomb, or holds no text.
    """
    source = Path(path)
    data = _bytes(source)
    name = source.name
    suffix = source.suffix.lower()
    if data.startswith(b"%PDF-") or suffix == ".pdf":
        return _pdf(source, data)
    if data.startswith(_OLE):
        raise Refused(f"{name}：旧版 Word/Excel 文档或加密文档，请先用密码打开并另存为 docx 再读")
    if data.startswith(b"PK"):
        return _word(source)
    if suffix in (".html", ".htm", ".xhtml", ".mht") or _HTML_START.match(data[:4096]):
        return _html(data, name)
    if suffix in _TEXT_SUFFIXES or not _CONTROL.search(data[:4096]):
        return _text(data, name)
    raise Refused(f"{name}：认不出的文件类型，可读 txt、docx、html、pdf")


def _bytes(source: Path) -> bytes:
    try:
        if not source.is_file():
            raise Refused(f"{source.name}：没有这个文件，请检查路径")
        size = source.stat().st_size
        if size > MAX_FILE:
            raise Refused(f"{source.name}：文件有 {size // 1024 // 1024} MB，超过 50 MB 的上限")
        data = source.read_bytes()
    except OSError as problem:
        raise Refused(f"{source.name}：读不了这个文件（{problem.strerror or problem}）") from problem
    if not data.strip():
        raise Refused(f"{source.name}：文件是空的")
    return data


def decoded(data: bytes, name: str, declared: str = "") -> str:
    """Return bytes as text: by their mark, as UTF-8, by the declared name, or as GB18030."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            declared = codec
    codecs = [declared] if declared.startswith(("utf-16", "utf-8-sig")) else ["utf-8", declared, "gb18030", "big5"]
    for codec in codecs:
        try:
            text = data.decode(codec) if codec else None
        except (UnicodeDecodeError, LookupError):
            continue
        if text is not None and "\x00" not in text:
            return _bounded(text, name)
    raise Refused(f"{name}：不是 UTF-8 或 GB18030 编码的文字，请另存为 UTF-8 文本再读")


def _bounded(text: str, name: str) -> str:
    if len(text) > MAX_TEXT:
        raise Refused(f"{name}：文字超过 {MAX_TEXT // 10000} 万字，不像一份方案")
    return text


def _text(data: bytes, name: str) -> Stream:
    text = decoded(data, name)
    if not text.strip():
        raise Refused(f"{name}：文件里没有文字")
    pages = text.count("\f")
    blocks: list[Block] = []
    page = 1
    for number, printed in enumerate(re.split(r"\r\n|[\n\r\u2028\u2029\x85]", text), 1):
        for index, part in enumerate(printed.split("\f")):
            page += 1 if index else 0
            blocks.append(Line(part, Place(number, page if pages else None)))
    if len(blocks) > MAX_LINES:
        raise Refused(f"{name}：超过 {MAX_LINES // 10000} 万行，不像一份方案")
    return Stream(tuple(blocks), name)


def guard_zip(source: Path, what: str) -> None:
    """Refuse a zip-based office file that is broken, locked, a bomb, carries macros or declares entities."""
    name = source.name
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
                raise Refused(
                    f"{name}：解压后过大（{unpacked // 1024 // 1024} MB、{len(entries)} 个部件），疑为压缩炸弹，已拒绝"
                )
            if any(map(is_bomb, entries)):
                raise Refused(f"{name}：压缩比异常，疑为压缩炸弹，已拒绝")
            if any(map(is_locked, entries)):
                raise Refused(f"{name}：文件已加密，请先解除密码再读")
            names = {entry.filename.lower() for entry in entries}
            if any(entry.endswith(("vbaproject.bin", "vbadata.xml")) for entry in names):
                raise Refused(f"{name}：文件含宏，已拒绝；请另存为不含宏的 {what}")
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    if entry.file_size > MAX_XML:
                        raise Refused(f"{name}：内部 XML 部件过大，不像一份方案")
                    content = archive.read(entry)
                    if declares(content) or is_oddly_encoded(content):
                        raise Refused(f"{name}：内部 XML 带有实体声明或异常编码，已拒绝")
    except BROKEN as problem:
        raise Refused(f"{name}：文件已损坏，打不开") from problem


def _word(source: Path) -> Stream:
    guard_zip(source, "docx")
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        body = archive.read("word/document.xml") if "word/document.xml" in names else b""
    if any(len(span) > len(str(MAX_SPAN)) for span in re.findall(rb'gridSpan[^<>]{0,20}val="(\d+)"', body)):
        raise Refused(f"{source.name}：表格合并的列数不合常理，已拒绝")
    if not body:
        kind = "Excel 工作簿" if "xl/workbook.xml" in names else "OFD/ODT 或其他压缩文件"
        raise Refused(f"{source.name}：这是{kind}，不是 Word 文档；请另存为 docx、pdf 或 txt 再读")
    try:
        import docx
        import docx.table

        from tracker.plans.reading.numbering import WordNumbers
    except ImportError as problem:
        raise Refused("读 Word 文档需要附加组件，请执行 pip install 'tracker[documents]'") from problem
    blocks: list[Block] = []
    try:
        document = docx.Document(str(source))
        numbers = WordNumbers(document)
        for number, item in enumerate(document.iter_inner_content(), 1):
            if isinstance(item, docx.table.Table):
                blocks.append(_word_table(item, number))
            else:
                text = numbers.before(item) + item.text
                blocks.extend(Line(part, Place(number, word="段")) for part in text.split("\n"))
    except (
        Exception
    ) as problem:  # the library of Word files fails on a broken one in any way whatever (docs/fuzzing.md)
        raise Refused(f"{source.name}：Word 文档已损坏，打不开") from problem
    return _checked(blocks, source.name)


def _word_table(table: WordTable, number: int) -> Table:
    rows = [tuple(cell.text for cell in row.cells) for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    padded = tuple(row + ("",) * (width - len(row)) for row in rows)
    return Table(padded, tuple(Place(number, word="段（表）") for _ in padded))


def _html(data: bytes, name: str) -> Stream:
    try:
        from bs4 import BeautifulSoup
    except ImportError as problem:
        raise Refused("读网页需要附加组件，请执行 pip install 'tracker[documents]'") from problem
    declared = _CHARSET.search(data[:4096])
    text = decoded(data, name, declared.group(1).decode("ascii").lower() if declared else "")
    try:
        soup = BeautifulSoup(text, "lxml")
        for tag in soup(list(_DROPPED_TAGS)):
            if not tag.find("table"):
                tag.decompose()
        blocks = list(_html_blocks(soup))
    except (RecursionError, AssertionError) as problem:
        raise Refused(f"{name}：网页嵌套过深，读不了") from problem
    return _checked(blocks, name)


def _html_blocks(soup: BeautifulSoup) -> Iterator[Block]:
    """Yield the lines and the tables of a page; a table that only lays out the page is read as text."""
    from bs4 import Tag
    from bs4.element import NavigableString, PageElement

    number, words = 1, ""
    stack: list[PageElement | None] = [soup.body or soup]
    while stack:
        node = stack.pop()
        if node is None:
            if words.strip():
                yield Line(words, Place(number, word="段"))
                number += 1
            words = ""
        elif isinstance(node, NavigableString):
            if type(node) is NavigableString:
                words += re.sub(r"[\r\n\t]+", " ", str(node))
        elif isinstance(node, Tag):
            table = _html_table(node, number) if node.name == "table" else None
            if table:
                if words.strip():
                    yield Line(words, Place(number, word="段"))
                words, number = "", number + 1
                yield table
                continue
            block = node.name in _BLOCK_TAGS
            children: list[PageElement | None] = [
                *([None] if block else []),
                *node.children,
                *([None] if block else []),
            ]
            stack.extend(reversed(children))
    if words.strip():
        yield Line(words, Place(number, word="段"))


def _html_table(node: Tag, number: int) -> Table | None:
    """Return a data table with its spans filled in, or None for one that only lays out the page."""
    if node.find("table"):
        return None
    grid: list[dict[int, str]] = []
    pending: dict[int, tuple[int, str]] = {}
    total = 0
    for row in node.find_all("tr"):
        grid.append(_html_row(row, pending))
        total += len(grid[-1])
        if total > MAX_CELLS:
            raise Refused("网页里的表格过大，不像一份方案")
    width = max((max(cells, default=-1) + 1 for cells in grid), default=0)
    if width < 2 or len(grid) < 2:  # noqa: PLR2004 - one column or one row is layout
        return None
    rows = tuple(tuple(cells.get(column, "") for column in range(width)) for cells in grid)
    return Table(rows, tuple(Place(number, word="段（表）") for _ in rows))


def _html_row(row: Tag, pending: dict[int, tuple[int, str]]) -> dict[int, str]:
    """Return a row's cells by column; `pending` holds the cells that reach down from rows above."""
    cells = {column: text for column, (_, text) in pending.items()}
    for column, (left, text) in list(pending.items()):
        if left > 1:
            pending[column] = (left - 1, text)
        else:
            del pending[column]
    column = 0
    for cell in row.find_all(["td", "th"], recursive=False):
        if len(cells) > MAX_SPAN:
            break
        text = cell.get_text("\n", strip=True)
        across, down = _span(cell.get("colspan")), _span(cell.get("rowspan"))
        for _ in range(across):
            while column in cells:
                column += 1
            cells[column] = text
            if down > 1:
                pending[column] = (down - 1, text)
    return cells


def _span(value: object) -> int:
    text = str(value or "1")
    return min(max(int(text), 1), MAX_SPAN) if text.isdecimal() and len(text) < 5 else 1  # noqa: PLR2004 - a span of 10000 is nonsense


def _checked(blocks: list[Block], name: str) -> Stream:
    letters = sum(
        len(block.text) if isinstance(block, Line) else sum(len(cell) for row in block.rows for cell in row)
        for block in blocks
    )
    if letters > MAX_TEXT:
        raise Refused(f"{name}：文字超过 {MAX_TEXT // 10000} 万字，不像一份方案")
    if not letters:
        raise Refused(f"{name}：文件里没有文字")
    return Stream(tuple(blocks), name, whole=True)


def _pdf(source: Path, data: bytes) -> Stream:
    if not data.startswith(b"%PDF-") and b"%PDF-" not in data[:1024]:
        raise Refused(f"{source.name}：不是 PDF 文件")
    from tracker.plans.reading.portable import read_pdf

    return read_pdf(source)
