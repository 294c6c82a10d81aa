"""Word papers from templates with fields: `{{ title }}`, `{%p for row in rows %}`, as docs/papers.md lists them.

A template may come from anybody, so it is opened as a stranger's package, and may hold fields, loops and conditions only: no calls, no
arithmetic, no names beyond those of its paper. What the ledger says is escaped wherever it goes.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from tracker.errors import Refused, reason_of
from tracker.ledger.values import shorten
from tracker.text import visible
from tracker.zipped import BROKEN, declares, is_bomb, is_locked, is_oddly_encoded, package

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

Names = Mapping[str, Any]
"""The fields of a paper: each with its meaning, or for a list of things the fields of one of them."""

FOLDER = Path(__file__).parent / "templates"
MAX_FILE = 16 * 1024 * 1024
"""Bytes of a template: a red head with its emblem takes 100,000."""
MAX_UNPACKED = 64 * 1024 * 1024
MAX_PARTS = 500
MAX_TEXT = 1024 * 1024
"""Bytes of a part that is filled in; ours take 20,000."""
MAX_TAGS = 1000
MAX_DEPTH = 3
"""Loops within each other: groups, their rows, the lines of a row."""
LOOP = frozenset(("index", "index0", "first", "last", "length"))
FILTERS = frozenset(("default", "first", "join", "last", "length", "lower", "trim", "upper"))
TESTS = frozenset(("defined", "undefined", "none", "string", "number", "even", "odd"))

_FILLED = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)[\w.-]*\.xml")
_ACTIVE = ("vbaproject", "vbadata", "word/activex/", "word/embeddings/", "macrosheets/")
_TYPES = (b"ms-word.document.macroEnabled", b"ms-word.template.macroEnabled")
_TEMPLATE_TYPE = b"wordprocessingml.template.main+xml"
_DOCUMENT_TYPE = b"wordprocessingml.document.main+xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Template:
    """A template of one kind of paper, read once and filled in for as many papers as are wanted."""

    def __init__(self, data: bytes, fields: Names, name: str) -> None:
        """Read a template. name is that of its file, for errors. Raises Refused in one line for one that may not be used."""
        self._name = name
        try:
            self._parts = _opened(data)
            self._filled = {part: self._compiled(part, fields) for part in self._parts if _FILLED.fullmatch(part)}
        except Refused as error:
            raise Refused(f"模板 {name}：{error}") from None

    def _compiled(self, part: str, fields: Names) -> Any:
        from jinja2 import TemplateError

        text = _tags_whole(self._parts[part])
        try:
            tree = _environment().parse(text)
            _check(tree, fields)
            return _environment().from_string(tree)
        except TemplateError as error:
            raise Refused(f"标签写法有误，在“{_near(text, error)}”附近；写法见 docs/papers.md") from None
        except RecursionError:
            raise Refused("标签嵌套过深；写法见 docs/papers.md") from None

    def fill(self, values: Mapping[str, Any]) -> bytes:
        """Return the paper with these values; the same values give the same bytes. Raises Refused where they do not fit."""
        from jinja2 import TemplateError, UndefinedError

        parts = dict(self._parts)
        for part, template in self._filled.items():
            try:
                text = template.render(values)
                expat.ParserCreate().Parse(text.encode(), True)
            except UndefinedError as error:
                raise Refused(f"模板 {self._name}：没有字段{_quoted(error)}；字段见 docs/papers.md") from None
            except (TemplateError, TypeError, ValueError) as error:
                raise Refused(
                    f"模板 {self._name} 无法填写（{shorten(str(error), 80)}）；写法见 docs/papers.md"
                ) from None
            except expat.ExpatError:
                raise Refused(
                    f"模板 {self._name} 填写后不是完整的 Word 文档：循环、条件的起止要在同一层，整段用 {{%p %}}，整行用 {{%tr %}}"
                ) from None
            parts[part] = text.encode()
        return package(parts)


def template_of(paper: str, fields: Names, path: Path | None = None) -> Template:
    """Return the template of a kind of paper: the office's own where a file is named, ours otherwise."""
    where = path or FOLDER / f"{paper}.docx"
    try:
        with where.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise Refused(f"模板 {where} 读不了：{reason_of(error)}；请检查路径") from None
    return Template(data, fields, where.name)


def names_of(fields: Names) -> Iterator[str]:
    """Yield the names of fields, those of the things in lists too."""
    for name, meaning in fields.items():
        yield name
        if isinstance(meaning, Mapping):
            yield from names_of(meaning)


# -- the package --------------------------------------------------------------------------------------------------------


def _opened(data: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file; raises Refused, without the file's name, for what is none or could do harm."""
    if data.startswith(_OLE):
        raise Refused("是旧版 .doc 或加密的文件；请用 Word 或 WPS 另存为不加密的 .docx")
    if len(data) > MAX_FILE:
        raise Refused(f"超过 {MAX_FILE >> 20} MB，不像公文模板")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _guard(archive.infolist())
            parts = {
                entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.filename.endswith("/")
            }
    except BROKEN:
        raise Refused("不是 Word 文档，或文件已损坏；请用 Word 或 WPS 另存为 .docx") from None
    types = parts.get("[Content_Types].xml", b"")
    if "word/document.xml" not in parts or not types:
        raise Refused("不是 Word 文档；请用 Word 或 WPS 另存为 .docx")
    if any(kind in types for kind in _TYPES):
        raise Refused("文件含宏，已拒绝；请另存为不含宏的 .docx")
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and (declares(content) or is_oddly_encoded(content)):
            raise Refused("内部 XML 带有实体声明或异常编码，已拒绝；请用 Word 或 WPS 另存为 .docx")
    parts["[Content_Types].xml"] = types.replace(_TEMPLATE_TYPE, _DOCUMENT_TYPE)
    return _cut_off(parts)


def _guard(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse by the directory alone: nothing is unpacked yet."""
    names = [entry.filename.lower() for entry in entries]
    if any(mark in name for mark in _ACTIVE for name in names):
        raise Refused("文件含宏或嵌入的对象，已拒绝；请另存为不含宏的 .docx")
    if (
        len(entries) > MAX_PARTS
        or sum(entry.file_size for entry in entries) > MAX_UNPACKED
        or any(map(is_bomb, entries))
    ):
        raise Refused("解压后过大，疑为压缩炸弹，已拒绝")
    if any(map(is_locked, entries)):
        raise Refused("文件已加密；请先去掉密码")
    if len(set(names)) != len(names):
        raise Refused("文件内有重名部件，已拒绝；请用 Word 或 WPS 另存为 .docx")


_RELATION = re.compile(rb"<Relationship\s[^>]*?TargetMode\s*=\s*[\"']External[\"'][^>]*?(?:/>|>\s*</Relationship>)")
_ATTACHED = re.compile(rb"<w:attachedTemplate\b[^>]*/>")


def _cut_off(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return parts that lead nowhere outside but by links to click on.

    That a paper was once made after somebody's own template is dropped: it names his folders, and is a known way in for macros.
    """
    for name in [name for name in parts if name.endswith(".rels")]:
        kept = _RELATION.sub(lambda match: b"" if b"/attachedTemplate" in match[0] else match[0], parts[name])
        if any(b"/hyperlink" not in each for each in _RELATION.findall(kept)):
            raise Refused("引用了外部的图片或文件；请改为嵌入，再另存为 .docx")
        parts[name] = kept
    if "word/settings.xml" in parts:
        parts["word/settings.xml"] = _ATTACHED.sub(b"", parts["word/settings.xml"])
    return parts


# -- the language -------------------------------------------------------------------------------------------------------


def _tags_whole(content: bytes) -> str:
    """Return a part with its tags in one piece each (Word cuts them up), a paragraph a line."""
    from docxtpl import DocxTemplate

    text = content.decode()
    if len(content) > MAX_TEXT or text.count("{%") + text.count("{{") + text.count("{#") > MAX_TAGS:
        raise Refused("正文过长或标签过多，不像公文模板")
    whole: str = DocxTemplate(io.BytesIO()).patch_xml(text)
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", whole)


@cache
def _environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        """A sandbox in which a name after a point is a field or a count of the loop, and never a method."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, Mapping) and attribute in obj:
                return obj[attribute]
            if isinstance(obj, LoopContext) and attribute in LOOP:
                return getattr(obj, attribute)
            return self.undefined(obj=obj, name=attribute)

    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_shown, keep_trailing_newline=True)
    environment.globals.clear()
    for table, allowed in ((environment.filters, FILTERS), (environment.tests, TESTS)):
        for name in set(table) - allowed:
            del table[name]
    return environment


def _shown(value: Any) -> Any:
    """Return a value as text of a paper: nothing for None, a new line where it has one, control characters made visible."""
    from markupsafe import Markup, escape

    if value is None:
        return ""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    text = visible(value.replace("\r\n", "\n").replace("\t", " "))
    return Markup(str(escape(text)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">'))  # noqa: S704 - just escaped


def _check(tree: "nodes.Template", fields: Names) -> None:
    """Refuse what a template may not hold, and fields that its paper does not have, by name."""
    from jinja2 import nodes

    allowed = (
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.For, nodes.If,
        nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter,
    )  # fmt: skip
    known = frozenset(names_of(fields))
    own = {"loop", *(each.target.name for each in tree.find_all(nodes.For) if isinstance(each.target, nodes.Name))}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, allowed):
            raise Refused(f"只能用字段、循环和条件，不能用 {type(node).__name__}；写法见 docs/papers.md")
        if isinstance(node, nodes.Name) and node.name not in own and node.name not in fields:
            raise _unknown(node.name, fields)
        if isinstance(node, nodes.Getattr) and node.attr not in known | LOOP:
            raise _unknown(node.attr, fields)
        if (isinstance(node, nodes.Filter) and node.name not in FILTERS) or (
            isinstance(node, nodes.Test) and node.name not in TESTS
        ):
            raise Refused(f"没有“{shorten(node.name)}”这种处理；可用：{'、'.join(sorted(FILTERS))}")
    if _depth(tree) > MAX_DEPTH:
        raise Refused(f"循环不能超过 {MAX_DEPTH} 层")
    if any(each.recursive for each in tree.find_all(nodes.For)):
        raise Refused("循环不能递归")


def _unknown(name: str, fields: Names) -> Refused:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(names_of(fields)), n=3, cutoff=0.6)
    hint = f"是否想用：{'、'.join(near)}" if near else f"可用字段：{'、'.join(fields)}"
    return Refused(f"没有字段“{shorten(name)}”；{hint}")


def _depth(node: "nodes.Node") -> int:
    from jinja2 import nodes

    inner = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)


def _near(text: str, error: Exception) -> str:
    """Return the words of the paragraph in which a tag is wrong."""
    lines = text.splitlines()
    place = min(max((getattr(error, "lineno", 1) or 1) - 1, 0), len(lines) - 1)
    return shorten(re.sub(r"<[^>]*>", "", lines[place]) if lines else "", 40)


def _quoted(error: Exception) -> str:
    names = re.findall(r"'([^']*)'", str(error))
    return f"“{shorten(names[-1])}”" if names else ""
