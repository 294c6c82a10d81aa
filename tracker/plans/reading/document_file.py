"""Files to streams: what a file is, by its bytes before its name; text here, every other format in a child with limits.

What is hostile, locked, of another kind or in an encoding that cannot be told is refused in one line that says what it is.
Bounds: 50 MB a file, 200 MB unpacked, 5 million letters of text.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import Refused, reason_of
from tracker.folders import check_plain
from tracker.plans.reading.model import Line, Place, Stream
from tracker.zipped import BROKEN, declares, is_bomb, is_locked, is_oddly_encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.plans.reading.model import Block

MAX_FILE = 50 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 5000
MAX_TEXT = 5_000_000
MAX_LINES = 400_000
MAX_XML = 50 * 1024 * 1024

READABLE = "txt、docx、doc、html、pdf、ofd"
_TABLE = "这是工作簿或数据表，不是方案文本"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_KINDS = (
    ("EncryptedPackage", "文件已加密，请先解除密码再读"),
    ("PowerPoint Document", "这是演示文稿（PowerPoint），不是方案文本；请另存为 docx 或 pdf 再读"),
    ("Workbook", _TABLE),
    ("Book", _TABLE),
)
_OTHER_OLE = {".xls", ".xlt", ".et", ".ppt", ".pps", ".dps"}
_FLAT_XML = re.compile(rb"\s*(?:<\?[^>]{0,300}\?>\s*)*<(?:\w+:wordDocument|pkg:package|Workbook|office:document)\b")
_OTHERS = (
    (b"{\\rtf", "这是 RTF 文档，请用 Word 或 WPS 另存为 docx 再读"),
    (b"\x89PNG", "这是图片，请先做文字识别（OCR）再读"),
    (b"\xff\xd8\xff", "这是图片，请先做文字识别（OCR）再读"),
    (b"GIF8", "这是图片，请先做文字识别（OCR）再读"),
    (b"BM", "这是图片，请先做文字识别（OCR）再读"),
    (b"II*\x00", "这是图片，请先做文字识别（OCR）再读"),
    (b"MM\x00*", "这是图片，请先做文字识别（OCR）再读"),
    (b"Rar!", "这是压缩包，请先解压再读"),
    (b"7z\xbc\xaf", "这是压缩包，请先解压再读"),
    (b"\x1f\x8b", "这是压缩包，请先解压再读"),
    (b"BZh", "这是压缩包，请先解压再读"),
    (b"\xfd7zXZ", "这是压缩包，请先解压再读"),
)
_TEXT_SUFFIXES = {".txt", ".text", ".md", ""}
_TABLE_SUFFIXES = {".csv", ".tsv"}
_WORKBOOK_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".ods"}
_HTML_SUFFIXES = {".html", ".htm", ".xhtml", ".shtml"}
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHT = re.compile(rb"^(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){1,30}", re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HZ = re.compile(r"~\{(?:[!-}][!-~])+?~\}")
_SEVEN_BIT = re.compile(r"\x1b\$?[()$*][A-HJ]?")
_LEVEL = 0.7
_MOSTLY = 0.9
_SAMPLE = 200_000


def is_table(path: Path | str) -> bool:
    """Tell a workbook or a CSV, which the reader of tables takes, from a document; a file that cannot be opened is neither."""
    source = Path(path)
    if not source.is_file():
        return False
    try:
        with source.open("rb") as file:
            head = file.read(8)
    except OSError:
        return False
    suffix = source.suffix.lower()
    if head.startswith(b"PK"):
        return _is_packed_table(source, suffix)
    if head.startswith(_OLE):
        return suffix != ".wps" and _holds_workbook(source.read_bytes().lower(), suffix)
    return suffix in _TABLE_SUFFIXES


def _is_packed_table(source: Path, suffix: str) -> bool:
    try:
        with zipfile.ZipFile(source) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()[:MAX_ENTRIES]}
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except BROKEN:
        return suffix in _WORKBOOK_SUFFIXES
    return "xl/workbook.xml" in names or b"spreadsheet" in mimetype or any(name.startswith("xl/") for name in names)


def _holds_workbook(folded: bytes, suffix: str) -> bool:
    """Tell an old workbook, locked or not, from an old Word file that holds a table, by the names in it (in small letters)."""
    is_word = _named("WordDocument") in folded and suffix not in _OTHER_OLE
    if _named("EncryptedPackage") in folded:
        return suffix in _WORKBOOK_SUFFIXES
    return not is_word and any(_named(stream) in folded for stream in ("Workbook", "Book"))


def read_stream(path: Path | str) -> Stream:
    """Return a document's lines and tables in reading order.

    Raises Refused when the file is missing, too large, locked, carries macros, is a bomb, or holds no text.
    """
    source = Path(path)
    with named(source):
        data = _bytes(source)
        kind = _kind(data, source.suffix.lower())
        if kind == "text":
            return _text(data, source.name)
    from tracker.plans.reading.formats.child import read_in_child

    return read_in_child(kind, source)


@contextmanager
def named(source: Path) -> Iterator[None]:
    """Let a refusal begin with the file's name."""
    try:
        yield
    except Refused as reason:
        raise Refused(f"{source.name}：{reason}") from reason


def _bytes(source: Path) -> bytes:
    try:
        check_plain(source, "方案文件")
        size = source.stat().st_size
        if size > MAX_FILE:
            raise Refused(f"文件有 {size // 1024 // 1024} MB，超过 50 MB 的上限")
        data = source.read_bytes()
    except OSError as problem:
        raise Refused(f"读不了这个文件（{reason_of(problem)}）") from problem
    if not data.strip():
        raise Refused("文件是空的")
    return data


def _kind(data: bytes, suffix: str) -> str:
    """Return what reads a file: text, or a kind of `formats.child`. Raises Refused for what nothing reads."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if suffix == ".pdf":
        raise Refused("不是 PDF 文件")
    if data.startswith(_OLE):
        return _ole_kind(data, suffix)
    if data.startswith(b"PK"):
        return _zip_kind(data)
    _refuse_others(head)
    if suffix in _TABLE_SUFFIXES:
        raise Refused(_TABLE)
    if suffix in _HTML_SUFFIXES or _HTML_START.match(head):
        return "html"
    if suffix in _TEXT_SUFFIXES or not _CONTROL.search(head) or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    raise Refused(f"认不出的文件类型，可读 {READABLE}")


def _refuse_others(head: bytes) -> None:
    """Refuse by its name what begins like a kind of file that nothing reads."""
    opening = head.lstrip(b"\xef\xbb\xbf \r\n")
    for start, reason in _OTHERS:
        if opening.startswith(start) and (len(start) > 2 or b"\x00" in head):  # noqa: PLR2004 - BM may begin a text
            raise Refused(reason)
    if _is_mht(head):
        raise Refused("这是网页存档（MHT）或邮件，请用浏览器或 Word 打开后另存为 html 或 docx 再读")
    if _FLAT_XML.match(head):
        raise Refused("这是 Office 的 XML 文档，请用 Word 或 WPS 另存为 docx 再读")


def _ole_kind(data: bytes, suffix: str) -> str:
    """Return doc for a Word file of the old kind; other files in the same container are refused by what they are."""
    if suffix == ".wps":
        raise Refused("这是 WPS 文字文档（wps），请在 WPS 中另存为 docx 再读")
    folded = data.lower()
    is_word = _named("WordDocument") in folded
    for stream, reason in _OLE_KINDS:
        if _named(stream) in folded and not (
            is_word and suffix not in _OTHER_OLE and stream != "EncryptedPackage"
        ):  # a table within a text
            raise Refused(reason)
    if is_word:
        return "doc"
    raise Refused("旧版 Office 的文件，里面没有 Word 文档；请用 Word 或 WPS 另存为 docx 再读")


def _named(stream: str) -> bytes:
    """Return a name as the directory of an old Office file holds it, in small letters."""
    return f"{stream}\x00".lower().encode("utf-16-le")


def _zip_kind(data: bytes) -> str:
    return "ofd" if re.search(rb"PK\x03\x04.{26}/?OFD\.xml", data, re.DOTALL | re.IGNORECASE) else "docx"


def _is_mht(head: bytes) -> bool:
    found = _MHT.match(head.lstrip())
    fields = found.group().lower() if found else b""
    return b"mime-version:" in fields or (b"content-type: multipart" in fields)


def decoded(data: bytes, declared: str = "") -> str:
    """Return bytes as text: by their mark, as UTF-8, by the declared name, or as GB18030.

    Raises Refused for other encodings (Big5, HZ) by their name, and for a broken byte with its line.
    """
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, codec)
    text = _try(data, "utf-8")
    if text is None and _is_mostly_utf8(data):
        return _strictly(data, "utf-8")
    for codec in (declared, "gb18030") if text is None else ():
        text = _try(data, "gb18030" if codec in ("gb2312", "gbk") else codec) if codec else None
        if text is not None:
            if codec == "gb18030" and _is_big5(data):
                raise Refused("文字是 Big5（繁体）编码，请另存为 UTF-8 编码的文本再读")
            break
    if text is None:
        return _strictly(data, "gb18030")
    if "\x00" in text:
        raise Refused("不是文字，或不是 UTF-8、GB18030 编码的文字；请另存为 UTF-8 文本再读")
    if text.isascii() and (_HZ.search(text) or _SEVEN_BIT.search(text)):
        raise Refused("文字是 HZ 或 ISO-2022 编码（七位编码），请另存为 UTF-8 编码的文本再读")
    return _bounded(text)


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _strictly(data: bytes, codec: str) -> str:
    """Return bytes as text in this encoding, or refuse them with the line of the first byte that is none of it."""
    name = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}[codec]
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as problem:
        line = len(re.findall("\r\n|[\n\r]", data[: problem.start].decode(codec, "replace"))) + 1
        other = "" if codec != "gb18030" else "不是 UTF-8 编码，按 GB18030 编码读时"
        raise Refused(
            f"{other}第 {line} 行有不属于 {name} 编码的字节（{data[problem.start]:02X}），"
            "请改正这一行，或另存为 UTF-8 文本再读"
        ) from problem
    if "\x00" in text:
        raise Refused("不是文字，或不是 UTF-8、GB18030 编码的文字；请另存为 UTF-8 文本再读")
    return _bounded(text)


def _is_mostly_utf8(data: bytes) -> bool:
    """Tell UTF-8 with a few broken bytes from another encoding, where nearly no group of bytes is UTF-8."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = len(re.sub(r"[\x00-\x7f\ufffd]", "", text))
    return letters > 0 and letters * (1 - _MOSTLY) >= broken * _MOSTLY


def _is_big5(data: bytes) -> bool:
    """Tell Big5 from GB18030: as GB18030 few of its characters are usual ones, as Big5 most are."""
    sample = data[:_SAMPLE]
    as_big5 = sample.decode("big5", "ignore")
    if not as_big5.strip() or _try(data, "big5") is None:
        return False
    usual = _share_of(sample.decode("gb18030", "ignore"), "gb2312", b"\xb0", b"\xf7")
    return usual < _LEVEL < _share_of(as_big5, "big5", b"\xa4", b"\xc6")


def _share_of(text: str, codec: str, first: bytes, last: bytes) -> float:
    """Return which share of the letters lies between two lead bytes of an encoding, where its usual characters stand."""
    letters = [letter for letter in text if ord(letter) >= 0x3400]  # noqa: PLR2004 - where Chinese characters begin
    inside = sum(first <= letter.encode(codec, "ignore")[:1] <= last for letter in letters)
    return inside / len(letters) if letters else 0.0


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise Refused(f"文字超过 {MAX_TEXT // 10000} 万字，不像一份方案")
    return text


def _text(data: bytes, name: str) -> Stream:
    text = decoded(data)
    if not text.strip():
        raise Refused("文件里没有文字")
    pages = text.count("\f")
    blocks: list[Block] = []
    page = 1
    for number, printed in enumerate(re.split(r"\r\n|[\n\r\u2028\u2029\x85]", text), 1):
        for index, part in enumerate(printed.split("\f")):
            page += 1 if index else 0
            blocks.append(Line(part, Place(number, page if pages else None)))
    if len(blocks) > MAX_LINES:
        raise Refused(f"超过 {MAX_LINES // 10000} 万行，不像一份方案")
    return Stream(tuple(blocks), name)


def guard_zip(source: Path) -> None:
    """Refuse a zip-based office file that is broken, locked, a bomb, carries macros or declares entities."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
                raise Refused(
                    f"解压后过大（{unpacked // 1024 // 1024} MB、{len(entries)} 个部件），疑为压缩炸弹，已拒绝"
                )
            if any(map(is_bomb, entries)):
                raise Refused("压缩比异常，疑为压缩炸弹，已拒绝")
            if any(map(is_locked, entries)):
                raise Refused("文件已加密，请先解除密码再读")
            names = {entry.filename.lower() for entry in entries}
            if any(entry.endswith(("vbaproject.bin", "vbadata.xml")) for entry in names):
                raise Refused("文件含宏，已拒绝；请另存为不含宏的 docx")
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    if entry.file_size > MAX_XML:
                        raise Refused("内部 XML 部件过大，不像一份方案")
                    content = archive.read(entry)
                    if declares(content) or is_oddly_encoded(content):
                        raise Refused("内部 XML 带有实体声明或异常编码，已拒绝")
    except BROKEN as problem:
        raise Refused("文件已损坏，打不开") from problem
