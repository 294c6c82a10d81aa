"""Workbooks as packages of XML parts: looked through before anything is unpacked, read by a parser that expands nothing.

Parts are found by their relationships and streamed: what they unpack to is counted, a declared type ends the reading, and names
of elements count without their prefix, which every program chooses for itself (docs/forms.md).
"""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import IO, NamedTuple
from xml.parsers import expat

from tracker.errors import Refused
from tracker.zipped import BROKEN, is_bomb, is_locked

MAX_PART = 320 * 1024 * 1024
"""Bytes of one unpacked part. 100,000 rows of progress take 72 million."""

MAX_UNPACKED = 480 * 1024 * 1024
"""Bytes of all unpacked parts together."""

MAX_PARTS = 4000

DAMAGED = "文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx"
_DECLARED = "内部 XML 带有实体声明，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx"
_CHUNK = 1 << 16
_FORBIDDEN = (
    ("xl/workbook.bin", "这是二进制工作簿（.xlsb）；请另存为 .xlsx"),
    ("vbaproject.bin", "文件含宏；请另存为不含宏的 .xlsx"),
    ("xl/macrosheets/", "文件含宏表；请另存为不含宏的 .xlsx"),
    ("xl/externallinks/", "文件含有指向其他文件的外部链接；请在“数据—编辑链接”中断开后另存"),
    ("word/document.xml", "这是 Word 文档，不是工作簿；请发回 .xlsx"),
    ("ppt/presentation.xml", "这是演示文稿，不是工作簿；请发回 .xlsx"),
    ("index/document.iwa", "这是 Numbers 表格；请导出为 .xlsx"),
)

Attributes = dict[str, str]


class Link(NamedTuple):
    """A relationship of a part: its kind (the last word of its type) and the part that it leads to."""

    kind: str
    part: str


class Package:
    """A package that passed the guards. Raises Refused, in one line without the file's name, for one that does not."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except BROKEN:
            raise Refused(DAMAGED) from None
        self._names = {_folded(entry.filename): entry for entry in entries if not entry.filename.endswith("/")}
        _guard(entries, self._names)

    def __contains__(self, part: str) -> bool:
        """Say whether there is a part of that name, however it is spelled."""
        return _folded(part) in self._names

    @cached_property
    def main(self) -> str:
        """The part that holds the list of sheets."""
        found = next((link.part for link in self.links("").values() if link.kind == "officeDocument"), None)
        if found is not None and found in self:
            return found
        if "xl/workbook.xml" in self:
            return "xl/workbook.xml"
        raise Refused("不是 Excel 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx")

    def links(self, part: str) -> Mapping[str, Link]:
        """Return the relationships of a part by their ids; those of the package for no part. Links out of it are left out."""
        folder = posixpath.dirname(part)
        found: dict[str, Link] = {}
        for attributes in self._relations(part):
            if attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[attributes.get("Id", "")] = Link(attributes.get("Type", "").rpartition("/")[2], path)
        return found

    def targets(self, part: str) -> Mapping[str, str]:
        """Return where the relationships of a part lead that lead out of the package, by their ids."""
        return {
            each.get("Id", ""): each.get("Target", "")
            for each in self._relations(part)
            if each.get("TargetMode") == "External"
        }

    def _relations(self, part: str) -> list[Attributes]:
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self:
            return []
        return [attributes for tag, attributes in self.elements(listed) if tag == "Relationship"]

    def elements(self, part: str) -> Iterator[tuple[str, Attributes]]:
        """Yield the elements of a small part, each with its attributes, names without prefixes."""
        found: list[tuple[str, Attributes]] = []
        self.parse(part, lambda tag, attributes: found.append((local(tag), attributes)))
        return iter(found)

    def text_of(self, part: str, wanted: str) -> str:
        """Return the text in the first element of a name in a small part, empty where there is none."""
        texts: list[str] = []
        inside: list[bool] = []

        def start(tag: str, _: Attributes) -> None:
            inside.append(local(tag) == wanted)

        def data(text: str) -> None:
            if inside and inside[-1]:
                texts.append(text)

        self.parse(part, start, lambda _: inside.pop(), data)
        return "".join(texts)

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], object],
        end: Callable[[str], object] | None = None,
        data: Callable[[str], object] | None = None,
    ) -> None:
        """Send the elements and texts of a part to handlers, as it is unpacked; raises Refused for a part that cannot be read."""
        entry = self._names.get(_folded(part))
        if entry is None:
            raise Refused("不是完整的 Excel 工作簿：缺少部件；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_declarations
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if data is not None:
            parser.CharacterDataHandler = data
        try:
            with self._archive.open(entry) as stream:
                _feed(parser, stream, entry.file_size)
        except (expat.ExpatError, *BROKEN):
            raise Refused(DAMAGED) from None


def _feed(parser: expat.XMLParserType, stream: IO[bytes], stated: int) -> None:
    """Parse a stream to its end, and no farther than the directory of the package says that it goes."""
    read = 0
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > stated:
            raise Refused(DAMAGED)
        parser.Parse(chunk)
    if read < stated:
        raise Refused(DAMAGED)
    parser.Parse(b"", True)


def _refuse_declarations(*_: object) -> None:
    raise Refused(_DECLARED)


def local(tag: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return tag.rpartition(":")[2]


def is_true(text: str | None) -> bool:
    """Read a truth value of XML."""
    return text in ("1", "true", "on")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _guard(entries: list[zipfile.ZipInfo], names: Mapping[str, zipfile.ZipInfo]) -> None:
    """Refuse by the directory alone: nothing is unpacked yet."""
    for mark, words in _FORBIDDEN:
        if any(name.endswith(mark) if mark.endswith(".bin") else name.startswith(mark) for name in names):
            raise Refused(words)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED or any(entry.file_size > MAX_PART for entry in entries):
        raise Refused(
            f"解压后过大（{unpacked >> 20} MB、{len(entries)} 个部件），已拒绝；"
            "如有大片带格式的空行，请选中后删除整行，再另存"
        )
    for entry in entries:
        if is_locked(entry):
            raise Refused("文件已加密；请先去掉密码，另存为 .xlsx")
        if is_bomb(entry):
            raise Refused("压缩比异常，疑为压缩炸弹，已拒绝")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("压缩方式异常，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
    if len(names) != sum(not entry.filename.endswith("/") for entry in entries):
        raise Refused("文件内有重名部件，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
