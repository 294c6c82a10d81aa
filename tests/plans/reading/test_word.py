"""Word files as their reader sees them: changes, controls, fields, boxes, tables, strict files, parts under other names."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.plans.reading.samples import tasks
from tracker.errors import Refused
from tracker.plans.reading import read_document
from tracker.plans.reading.document_file import read_stream
from tracker.plans.reading.formats import docx
from tracker.plans.reading.model import Line, Table

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.plans.reading.model import Stream

USUAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def line(inside: str, mark: str = "") -> str:
    properties = f"<w:pPr><w:rPr>{mark}</w:rPr></w:pPr>" if mark else ""
    return f"<w:p>{properties}{inside if inside.startswith('<') else run(inside)}</w:p>"


def table(*rows: list[str]) -> str:
    cells = ("".join(f"<w:tc>{cell if cell.startswith('<') else line(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def word(path: Path, *body: str, main: str = "word/document.xml", space: str = USUAL, **parts: str) -> Path:
    """Write a Word file with this body; `parts` are other parts related to the body, by the end of their kind."""
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{RELATED}/{kind}" Target="/other/{kind}.xml"/>' for kind in parts
    )
    folder, _, name = main.rpartition("/")
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w") as archive:
        top = f'<Relationship Id="r1" Type="{RELATED}/officeDocument" Target="{main}"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{top}</Relationships>')
        archive.writestr(f"{folder}/_rels/{name}.rels", f'<Relationships xmlns="{package}">{relations}</Relationships>')
        text = f'<w:document xmlns:w="{space}" {SPACES}><w:body>{"".join(body)}</w:body></w:document>'
        archive.writestr(main, text)
        for kind, inside in parts.items():
            archive.writestr(f"other/{kind}.xml", inside)
    return path


def texts(stream: Stream) -> list[str]:
    return [block.text for block in stream.blocks if isinstance(block, Line) and block.text]


INSERTED, DELETED = '<w:ins w:id="1"/>', '<w:del w:id="1"/>'
TAKEN = "<w:ins>" + run("二十") + "</w:ins>"
GONE = "<w:del><w:r><w:delText>十八</w:delText></w:r></w:del>"


@pytest.mark.parametrize(
    ("inside", "read"),
    [
        (run("下降") + GONE + TAKEN + run("吨"), "下降二十吨"),
        ("<w:moveFrom>" + run("旧处") + "</w:moveFrom>" + "<w:moveTo>" + run("新处") + "</w:moveTo>", "新处"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("市经信局") + "</w:sdtContent></w:sdt>" + run("负责"), "市经信局负责"),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("点此输入") + "</w:sdtContent></w:sdt>" + run("甲"), "甲"),
        ('<w:smartTag w:element="date">' + run("2025年") + "</w:smartTag>" + run("底"), "2025年底"),
        ('<w:fldSimple w:instr="DOCPROPERTY x">' + run("20") + "</w:fldSimple>" + run("%"), "20%"),
        (run("甲") + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("乙"), "甲乙"),
        ("<w:hyperlink>" + run("链接") + "</w:hyperlink><w:r><w:noBreakHyphen/><w:t>1</w:t></w:r>", "链接-1"),
        ("<w:r><w:ruby><w:rt>" + run("yin") + "</w:rt><w:rubyBase>" + run("音") + "</w:rubyBase></w:ruby></w:r>", "音"),
        ('<w:r><w:pict><v:shape><v:textpath string="红头文件"/></v:shape></w:pict></w:r>', "红头文件"),
    ],
)  # fmt: skip
def test_what_a_reader_of_the_paragraph_sees(tmp_path: Path, inside: str, read: str) -> None:
    assert texts(read_stream(word(tmp_path / "方案.docx", line(inside)))) == [read]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(tmp_path: Path) -> None:
    stream = read_stream(
        word(tmp_path / "方案.docx", line("抓好", DELETED), line("落实。"), line(GONE, DELETED), line("甲"))
    )
    assert texts(stream) == ["抓好落实。", "甲"]


def test_open_changes_are_doubted_where_they_stand_and_on_the_plan(tmp_path: Path) -> None:
    plan = [
        line("某市实施方案"),
        line("一、重点任务"),
        line("（一）推进甲事。抓好甲事落实到位。（市甲局负责）"),
        line(f"<w:ins>{run('（二）推进乙事。到2025年，处理率达到20%。（市乙局负责）')}</w:ins>", INSERTED),
    ]
    draft = read_document(word(tmp_path / "方案.docx", *plan))
    assert [task.doubts for task in draft.of("task")] == [{}, {"": docx.REVISED}]
    assert [target.doubts.get("") for target in draft.of("target")] == [docx.REVISED]
    assert docx.REVISED in draft.of("plan")[0].doubts[""]
    assert "有未接受的修订" in docx.REVISED


def test_deleted_rows_and_inserted_rows_of_a_table(tmp_path: Path) -> None:
    rows = table(["序号", "任务", "牵头单位"], ["1", "甲", "市甲局"], ["2", "乙", "市乙局"])
    head, first, second = (f"<w:tr>{row}" for row in rows.split("<w:tr>")[1:])
    changed = f"<w:trPr>{DELETED}</w:trPr>", f"<w:trPr>{INSERTED}</w:trPr>"
    first, second = (row.replace("<w:tr>", f"<w:tr>{mark}") for row, mark in zip((first, second), changed, strict=True))
    stream = read_stream(word(tmp_path / "方案.docx", f"<w:tbl>{head}{first}{second}"))
    assert [(block.rows[1:], block.doubts[1:]) for block in stream.blocks if isinstance(block, Table)] == [
        ((("2", "乙", "市乙局"),), (docx.REVISED,))
    ]


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{line('某市文件')}</w:txbxContent>"
    shape = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(read_stream(word(tmp_path / "方案.docx", line(run("正文") + shape)))) == ["正文", "某市文件"]


def test_a_control_around_everything_and_tables_within_tables(tmp_path: Path) -> None:
    data = table(["序号", "任务", "牵头单位"], ["1", "完善体系", "市甲局"], ["2", "推动应用", "市乙局"])
    page = table([line("某市任务清单") + data + line("印发")])
    body = f"<w:sdt><w:sdtContent>{page}</w:sdtContent></w:sdt>"
    stream = read_stream(word(tmp_path / "方案.docx", body))
    assert texts(stream) == ["某市任务清单", "印发"]
    assert [len(block.rows) for block in stream.blocks if isinstance(block, Table)] == [3]


def test_a_small_table_within_a_cell_of_a_list_stays_in_its_row(tmp_path: Path) -> None:
    inner = table(["甲", "乙"], ["丙", "丁"])
    data = table(["序号", "任务", "牵头单位"], ["1", line("完善体系") + inner, "市甲局"])
    (block,) = read_stream(word(tmp_path / "方案.docx", data)).blocks
    assert isinstance(block, Table)
    assert block.rows[1] == ("1", "完善体系\n甲　乙\n丙　丁", "市甲局")


def test_merged_cells_repeat_their_text(tmp_path: Path) -> None:
    down = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"
    data = table(
        ["任务", "牵头单位", "期限"], [down[0] + line("甲"), "市甲局", "年底"], [down[1] + line(""), "市乙局", "年底"]
    )
    (block,) = read_stream(word(tmp_path / "方案.docx", data)).blocks
    assert isinstance(block, Table)
    assert [row[0] for row in block.rows] == ["任务", "甲", "甲"]


@pytest.mark.parametrize(
    ("name", "main", "space"),
    [
        ("模板.dotx", "word/document.xml", USUAL),
        ("严格.docx", "word/document.xml", STRICT),
        ("异名.docx", "w2/content2.xml", USUAL),
    ],
)
def test_templates_strict_files_and_parts_under_other_names(tmp_path: Path, name: str, main: str, space: str) -> None:
    plan = (line(text) for text in ("某市实施方案", "一、任务", "（一）推进甲事。抓好落实。（市甲局负责）"))
    assert tasks(read_document(word(tmp_path / name, *plan, main=main, space=space)))


def test_notes_are_read_after_the_text_and_contents_are_not(tmp_path: Path) -> None:
    called = run("甲事") + '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnotes xmlns:w="{USUAL}"><w:footnote w:id="2">{line("第一家为牵头单位")}</w:footnote></w:footnotes>'
    style = '<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    contents = '<w:p><w:pPr><w:pStyle w:val="T1"/></w:pPr>' + run("一、任务 3") + "</w:p>"
    path = word(
        tmp_path / "方案.docx",
        contents,
        line(called),
        line("乙事"),
        footnotes=notes,
        styles=f'<w:styles xmlns:w="{USUAL}">{style}</w:styles>',
    )
    assert texts(read_stream(path)) == ["甲事", "乙事", "第一家为牵头单位"]


def test_what_stands_elsewhere_is_told(tmp_path: Path) -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>不印</w:t></w:r>"
    struck = "<w:r><w:rPr><w:strike/></w:rPr><w:t>9</w:t></w:r>"
    stream = read_stream(
        word(
            tmp_path / "方案.docx",
            line("甲"),
            '<w:altChunk r="1"/>',
            line(run("乙") + hidden),
            line(struck + run("3万套")),
        )
    )
    assert texts(stream) == ["甲", "乙", "3万套"]
    assert [block.doubt for block in stream.blocks if isinstance(block, Line)] == ["", "", docx.REVISED]
    assert stream.remarks == (
        "嵌入了另一个文件（altChunk），其中的文字未读",
        "有设为隐藏的文字，未读",
        docx.REVISED,
    )


def test_a_word_file_that_is_only_a_picture(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="文字识别"):
        read_stream(word(tmp_path / "扫描.docx", line("<w:r><w:drawing/></w:r>")))
