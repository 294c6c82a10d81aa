"""Templates of Word papers: fields are filled in, and nothing else of a stranger's template is obeyed."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.conftest import Cli
from tools import papers
from tracker.errors import Refused
from tracker.papers import bulletin, reminder, slip
from tracker.papers.template import FOLDER, Template

FIELDS = {"title": "标题", "rows": {"name": "名称", "lines": {"text": "一行"}}}
VALUES: Mapping[str, Any] = {
    "title": "通报",
    "rows": [{"name": "甲", "lines": [{"text": "一"}]}, {"name": "乙", "lines": []}],
}


def word(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same package with other parts, or with further ones."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return buffer.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def filled(*paragraphs: str, values: Mapping[str, Any] = VALUES) -> list[str]:
    made = Template(word(*paragraphs), FIELDS, "模板.docx").fill(values)
    return [each.text for each in Document(io.BytesIO(made)).paragraphs]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        Template(data, FIELDS, "模板.docx").fill(VALUES)
    text = str(refused.value)
    assert text.startswith("模板 模板.docx")
    assert "\n" not in text
    return text


def test_fields_loops_and_conditions() -> None:
    assert filled(
        "{{ title }}", "{%p for row in rows %}", "{{ loop.index }}.{{ row.name }}{% if not row.lines %}（无）{% endif %}", "{%p endfor %}"
    ) == ["通报", "1.甲", "2.乙（无）"]  # fmt: skip


def test_a_field_may_be_called_as_a_method_of_python_is() -> None:
    fields = {"rows": {"items": "事项"}}
    made = Template(word("{% for row in rows %}{{ row.items }}{% endfor %}"), fields, "x").fill(
        {"rows": [{"items": "甲、乙"}]}
    )
    assert Document(io.BytesIO(made)).paragraphs[0].text == "甲、乙"
    with pytest.raises(Refused, match="没有字段“items”"):
        Template(word("{% for row in rows %}{{ row.items }}{% endfor %}"), fields, "x").fill({"rows": [{}]})


def test_what_the_ledger_says_stays_text() -> None:
    values = {"title": "<w:p/>&{{ 7*7 }}\x07\n第二行", "rows": []}
    assert filled("《{{ title }}》", values=values) == ["《<w:p/>&{{ 7*7 }}\\x07\n第二行》"]


def test_tags_that_word_cut_into_pieces_are_whole() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("《{", "{ ti", "tle }", "}》"):
        paragraph.add_run(piece).bold = piece == "{ ti"
    buffer = io.BytesIO()
    document.save(buffer)
    made = Template(buffer.getvalue(), FIELDS, "x").fill(VALUES)
    assert [each.text for each in Document(io.BytesIO(made)).paragraphs] == ["《通报》"]


def test_headers_are_filled_too_and_a_dotx_becomes_a_docx() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ title }}"
    buffer = io.BytesIO()
    document.save(buffer)
    types = part(buffer.getvalue(), "[Content_Types].xml").replace(b"document.main+xml", b"template.main+xml")
    made = Template(changed(buffer.getvalue(), {"[Content_Types].xml": types}), FIELDS, "x").fill(VALUES)
    assert Document(io.BytesIO(made)).sections[0].header.paragraphs[0].text == "通报"


def test_the_same_values_give_the_same_bytes() -> None:
    template = Template(word("{{ title }}"), FIELDS, "x")
    assert template.fill(VALUES) == template.fill(VALUES)
    with zipfile.ZipFile(io.BytesIO(template.fill(VALUES))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ titel }}", "没有字段“titel”；是否想用：title"),
        ("{{ 文号 }}", "没有字段“文号”；可用字段：title、rows"),
        ("{% for row in rows %}{{ row.titel }}{% endfor %}", "没有字段“titel”"),
        ("{{ rows.name }}", "没有字段“name”"),
        ("{{ title", "标签写法有误，在“{{ title”附近"),
        ("{% for row in rows %}", "标签写法有误"),
        ("{{ title|shout }}", "没有“shout”这种处理；可用：default"),
    ],
)
def test_what_is_wrong_is_told_by_name(text: str, said: str) -> None:
    assert said in refusal(word("前言", text))


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title.__class__ }}",
        "{{ title['__class__'] }}",
        "{{ rows|attr('append') }}",
        "{{ range(999999999) }}",
        "{{ 'a' * 999999999 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ title ~ title }}",
        "{{ title.upper() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ title|center(999999999) }}",
        "{% set x = title %}",
        "{% macro m() %}{% endmacro %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% for a in rows recursive %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% for d in rows %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
        "{{ self }}",
    ],
)
def test_a_template_is_not_a_program(text: str) -> None:
    assert refusal(word(text))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word/vbaProject.bin": b"x"}, "含宏"),
        ({"word/embeddings/oleObject1.bin": b"x"}, "嵌入的对象"),
        ({"word/activeX/activeX1.xml": b"<x/>"}, "含宏或嵌入的对象"),
        ({"word/x.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}, "实体声明"),
        ({"word/x.xml": " <x/>".encode("utf-16")}, "异常编码"),
        ({"word/x.bin": b"\0" * 40_000_000}, "压缩炸弹"),
        ({"word/x.bin": b"\0" * 70_000_000}, "过大"),
        ({"word/document.xml": b"<x>{{ title }}</x><y/>"}, "不是完整的 Word 文档"),
        ({"word/document.xml": b"<x>" + b"{% if title %}{% endif %}" * 600 + b"</x>"}, "标签过多"),
        (
            {"word/_rels/document.xml.rels": b'<R><Relationship Id="a" Type="http://x/image" Target="http://x/a.png" TargetMode="External"/></R>'},
            "引用了外部的图片或文件",
        ),
    ],
)  # fmt: skip
def test_a_strangers_package_is_looked_through(parts: dict[str, bytes], said: str) -> None:
    assert said in refusal(changed(word("{{ title }}"), parts))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是 Word 文档"),
        (b"<html>", "不是 Word 文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 512, "旧版 .doc"),
        (b"PK\x03\x04" + b"x" * 512, "不是 Word 文档"),
        (b"x" * (17 << 20), "超过 16 MB"),
        (changed(word(), {"word/document.xml": b""})[:-30], "损坏"),
    ],
)
def test_what_is_no_word_file(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_macros_are_known_by_the_type_of_the_document_too() -> None:
    types = part(word("x"), "[Content_Types].xml").replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main", b"vnd.ms-word.document.macroEnabled.main"
    )
    assert "含宏" in refusal(changed(word("x"), {"[Content_Types].xml": types}))


def test_where_a_template_came_from_is_not_passed_on() -> None:
    data = word("{{ title }}")
    settings = part(data, "word/settings.xml").replace(
        b"</w:settings>", b'<w:attachedTemplate r:id="rId9"/></w:settings>'
    )
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
        b'Type="http://x/attachedTemplate" Target="file:///C:/Users/wang/Normal.dotm" TargetMode="External"/></Relationships>'
    )
    made = Template(
        changed(data, {"word/settings.xml": settings, "word/_rels/settings.xml.rels": rels}), FIELDS, "x"
    ).fill(VALUES)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert not any(
            b"wang" in package.read(name) or b"attachedTemplate" in package.read(name) for name in package.namelist()
        )


@pytest.mark.parametrize("name", papers.PAPERS)
def test_the_templates_that_ship_are_what_the_script_makes(name: str) -> None:
    assert (FOLDER / f"{name}.docx").read_bytes() == papers.saved(papers.PAPERS[name]())


def test_an_offices_own_template_on_the_command_line(cli: Cli, tmp_path: Path) -> None:
    own = tmp_path / "红头.docx"
    own.write_bytes(word("浙江省生态环境厅文件", "{{ unit }}：{{ opening }}"))
    cli.ok("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅", "--template", own)
    (made,) = (cli.folder / "催办").glob("*.docx")
    assert [each.text[:10] for each in Document(str(made)).paragraphs] == [
        "浙江省生态环境厅文件",
        "省科技厅：按照《浙江",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("没有.docx", None, "不存在"),
        ("模板.txt", b"x", "不是 Word 文档"),
        ("模板.docx", b"x", "不是 Word 文档"),
        ("模板.docx", word("{{ nummer }}"), "没有字段“nummer”；是否想用：number"),
    ],
)
def test_a_wrong_template_writes_and_records_nothing(cli: Cli, name: str, content: bytes | None, said: str) -> None:
    own = cli.folder / name
    if content is not None:
        own.write_bytes(content)
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅", "--template", own)
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert said in told.err
    assert not (cli.folder / "催办").exists()
    assert "export reminders" not in cli.ok("history", "--json")


def test_the_page_lists_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "papers.md").read_text(encoding="utf-8")
    for fields in (reminder.FIELDS, bulletin.FIELDS, slip.FIELDS):
        for name, meaning in flat(fields):
            assert f"`{name}`" in page
            assert meaning is None or meaning in page


def flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name, meaning in fields.items():
        yield name, meaning if isinstance(meaning, str) else None
        if isinstance(meaning, Mapping):
            yield from flat(meaning)
