"""Files that may be read and files that are refused, each with one line that says why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.plans.reading.makers import ofd_file, pdf_file, text_file, word_file
from tests.plans.reading.samples import STATE, tasks
from tests.plans.reading.test_annex_tables import cells
from tests.sheets.office import NEEDS_OFFICE, convert
from tracker.errors import Refused
from tracker.plans.reading import read_document
from tracker.plans.reading.document_file import read_stream
from tracker.plans.reading.formats import child, grids, html
from tracker.plans.reading.formats.grids import MAX_SPAN
from tracker.plans.reading.model import TARGET, Line, Table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    assert len(tasks(read_document(text_file(tmp_path / "方案.txt", STATE, encoding)))) == 4


def test_a_page_without_a_word_about_its_encoding(tmp_path: Path) -> None:
    body = "".join(f"<p>{line}</p>" for line in STATE.split("\n"))
    assert (
        len(tasks(read_document(text_file(tmp_path / "方案.htm", f"<html><body>{body}</body></html>", "gb18030")))) == 4
    )


def test_line_ends_of_every_system(tmp_path: Path) -> None:
    for end in ("\r\n", "\r", "\n"):
        assert len(tasks(read_document(text_file(tmp_path / "方案.txt", STATE.replace("\n", end))))) == 4


def test_word_and_pdf_give_the_same_tasks(tmp_path: Path) -> None:
    lines = [line for line in STATE.split("\n") if line]
    word = read_document(word_file(tmp_path / "方案.docx", list(lines)))
    printed = [part for line in lines for part in (line[:36], line[36:]) if part]
    pdf = read_document(pdf_file(tmp_path / "方案.pdf", [printed[:8], printed[8:]]))
    assert tasks(word) == tasks(pdf)
    assert len(tasks(word)) == 4


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def spanned(columns: str) -> bytes:
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr><w:p/></w:tc>'
    return f'<w:document xmlns:w="{main}"><w:body><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:body></w:document>'.encode()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"word/document.xml": b"0" * 30_000_000}, "压缩比异常"),
        ({f"word/{number}.xml": b"" for number in range(6000)}, "压缩炸弹"),
        ({"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"}, "含宏"),
        ({"word/document.xml": ENTITY}, "实体声明"),
        ({"word/document.xml": spanned("99999999")}, "列数不合常理"),
        ({"word/document.xml": b"<a/>"}, "已损坏"),
        ({"xl/workbook.xml": b"<a/>"}, "Excel 工作簿"),
        ({"content.xml": b"<a/>"}, "不是 Word 文档"),
    ],
)
def test_hostile_or_foreign_word_files(tmp_path: Path, parts: dict[str, bytes], reason: str) -> None:
    with pytest.raises(Refused, match=reason) as caught:
        read_stream(zipped(tmp_path / "方案.docx", parts))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 Office"),
        ("空.txt", b" \n ", "空的"),
        ("乱.txt", bytes(range(256)) * 9, "编码"),
        ("图.jpg", bytes(range(256)) * 9, "认不出"),
        ("坏.docx", b"PK\x03\x04 broken", "已损坏"),
        ("坏.pdf", b"%PDF-1.4\nbroken", "已损坏"),
        ("假.pdf", b"hello", "不是 PDF"),
        ("方案.txt", b"{\\rtf1\\ansi \\'d2\\'bb}", "这是 RTF 文档"),
        ("方案.doc", b"{\\rtf1\\ansi \\'d2\\'bb}", "这是 RTF 文档"),
        ("方案.wps", OLD + b"0" * 600, "这是 WPS 文字文档"),
        ("方案.docx", OLD + "EncryptedPackage\0".encode("utf-16-le"), "已加密"),
        ("方案.doc", OLD + "Workbook\0".encode("utf-16-le"), "这是工作簿或数据表"),
        ("方案.doc", OLD + "PowerPoint Document\0".encode("utf-16-le"), "演示文稿"),
        ("方案.doc", OLD + "WordDocument\0".encode("utf-16-le"), "已损坏或带有读不了的内容"),
        (
            "网页.mht",
            b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n",
            "网页存档",
        ),
        ("网页.html", b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>x", "网页存档"),
        ("清单.csv", "序号,事项,牵头单位\n1,建桩,省能源局\n".encode(), "这是工作簿或数据表"),
        ("扫描.txt", b"\x89PNG\r\n\x1a\n", "这是图片"),
        ("方案.doc", b"Rar!\x1a\x07", "压缩包"),
        ("方案.xml", b'<?xml version="1.0"?><?mso-application?>\n<w:wordDocument>', "Office 的 XML"),
        ("繁.txt", ("為落實國家有關要求，結合實際，制定本實施方案。" * 9).encode("big5"), "Big5"),
        ("七位.txt", ("市甲局负责推进。".encode("hz")) * 3, "HZ"),
        ("坏字.txt", "一、任务\n抓好落实\n".encode() + b"\xff" + "（市甲局负责）".encode(), "第 3 行有不属于 UTF-8"),
        ("半字.txt", "一、任务\n抓好落实（市甲局".encode()[:-1], "第 2 行有不属于 UTF-8"),
        ("坏国标.txt", "一、任务\n（市甲局负责）".encode("gb18030") + b"\xff", "第 2 行有不属于 GB18030"),
    ],
)
def test_files_that_are_no_document(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Refused, match=reason):
        read_stream(path)


@pytest.mark.parametrize(
    "text", ["為落實國家有關要求，制定方案", "为落实有关要求，制定方案。\n（市甲局、乙局负责）", "2025 plan"]
)
def test_traditional_letters_in_gb18030_are_no_big5(tmp_path: Path, text: str) -> None:
    stream = read_stream(text_file(tmp_path / "方案.txt", text * 5, "gb18030"))
    assert "".join(block.text for block in stream.blocks if isinstance(block, Line)) == (text * 5).replace("\n", "")


def test_a_missing_extra_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pdfplumber.py").write_text("raise ImportError('no module')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(child, "_surroundings", lambda: {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}."})
    with pytest.raises(Refused, match=r"读PDF需要附加组件，请执行 pip install 'tracker\[documents\]'"):
        read_stream(pdf_file(tmp_path / "方案.pdf", [["一、任务"]]))


def test_shading_makes_no_table(tmp_path: Path) -> None:
    path = tmp_path / "底纹.pdf"
    fills = "1 1 1 rg 0 0 595 842 re f 0.9 g " + " ".join(f"60 {y} 400 24 re f" for y in range(600, 780, 30)) + " 0 g"
    pdf_file(path, [[line for line in STATE.split("\n") if line][:9]], before=fills)
    assert not any(isinstance(block, Table) for block in read_stream(path).blocks)


def test_pages_that_are_only_pictures_are_told(tmp_path: Path) -> None:
    picture = "q 100 0 0 100 72 72 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
    stream = read_stream(pdf_file(tmp_path / "半.pdf", [["一、任务"], []], before=picture))
    assert stream.remarks == ("第2页只有图片，没有文字层，未读",)


def test_words_that_were_deleted_from_a_page(tmp_path: Path) -> None:
    page = "<p>下降<del>18</del><ins>20</ins>%</p><p>甲</p>"
    stream = read_stream(text_file(tmp_path / "页.html", page))
    assert [(block.text, bool(block.doubt)) for block in stream.blocks if isinstance(block, Line)] == [
        ("下降20%", True),
        ("甲", False),
    ]


LIST = [
    ["序号", "工作任务", "牵头单位"],
    ["1", "完善管理体系，形成闭环。", "市甲局"],
    ["2", "推动成果应用，加强监管。", "市乙局、市丙局"],
]


def test_lines_and_ruled_tables_of_an_ofd_file(tmp_path: Path) -> None:
    path = ofd_file(
        tmp_path / "方案.ofd", [["某市实施方案", LIST[:2]], [[LIST[0], LIST[2]], "（印发）"]], widths=[4, 8, 8]
    )
    stream = read_stream(path)
    assert [block.text for block in stream.blocks if isinstance(block, Line)] == ["某市实施方案", "（印发）"]
    assert [block.rows[1][1] for block in stream.blocks if isinstance(block, Table)] == [
        "完善管理体系，形\n成闭环。",
        "推动成果应用，加\n强监管。",
    ]
    assert cells(read_document(path), "task", "text", "leads") == [
        ("完善管理体系，形成闭环。", "市甲局"),
        ("推动成果应用，加强监管。", "市乙局、市丙局"),
    ]


def test_an_ofd_file_that_is_broken_locked_or_empty(tmp_path: Path) -> None:
    whole = ofd_file(tmp_path / "空.ofd", [[]])
    with pytest.raises(Refused, match="没有文字"):
        read_stream(whole)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("Encryptions.xml", "<a/>")
    with pytest.raises(Refused, match="OFD 文件已加密"):
        read_stream(whole)
    with pytest.raises(Refused, match="OFD 文件已损坏"):
        read_stream(zipped(tmp_path / "坏.ofd", {"OFD.xml": b"<a"}))


def test_a_row_that_a_browser_broke_over_pages(tmp_path: Path) -> None:
    page = "".join(
        f"<tr><td>{number}<td>{'完善管理体系，强化全程监管，' * 12}第{number}项⻓期坚持。<td>市甲局<td>市乙局、市丙局"
        for number in range(1, 31)
    )
    style = "<meta charset=utf-8><style>table{border-collapse:collapse}td,th{border:1px solid;font-size:18px}</style>"
    head = "<thead><tr><th>序号<th>工作任务<th>牵头单位<th>配合单位</thead>"
    source = text_file(tmp_path / "页.html", f"{style}<h1>某市任务清单</h1><table>{head}{page}</table>")
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("no browser here")
    path = tmp_path / "页.pdf"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={path}", str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = cells(read_document(path), "task", "number", "text", "leads", "participants")
    assert found == [
        (str(number), f"{'完善管理体系，强化全程监管，' * 12}第{number}项长期坚持。", "市甲局", "市乙局、市丙局")
        for number in range(1, 31)
    ]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "没有.txt", "没有这个文件"), (tmp_path, "这是一个目录")):
        with pytest.raises(Refused, match=said):
            read_stream(path)


def test_digits_whose_font_hangs_low_stay_in_their_sentence(tmp_path: Path) -> None:
    text = ["到2025年，并网规模达到4000万千瓦左右，", "光热电站达到300万千瓦以上。"]
    stream = read_stream(pdf_file(tmp_path / "公报.pdf", [text], low_digits=True))
    assert [block.text for block in stream.blocks if isinstance(block, Line)] == text


def test_signs_of_a_gazette_are_what_they_stand_for(tmp_path: Path) -> None:
    text = "«甲省减污方案»\n一、主要目标\n到２０２５年ꎬ污水处理率达到８\U001001b0６％ꎻ森林覆盖率达到６０％ꎮ\n"
    targets = read_document(text_file(tmp_path / "公报.txt", text)).of(TARGET)
    assert [each.cells["text"] for each in targets] == ["污水处理率达到8.6%。", "森林覆盖率达到60%。"]


def test_a_letter_that_only_its_font_knows_is_a_doubt(tmp_path: Path) -> None:
    text = "甲省减污方案\n一、主要目标\n到2025年，污水处理率达到8\ue5e56%。\n到2025年，森林覆盖率达到60%。\n"
    first, second = read_document(text_file(tmp_path / "方案.txt", text)).of(TARGET)
    assert "辨认不出" in first.doubts[""]
    assert "" not in second.doubts


def test_points_end_sentences_where_no_stop_does(tmp_path: Path) -> None:
    text = "甲省减污方案\n一、主要目标\n到2025年,污水处理率达到98.5%.森林覆盖率达到60%.\n"
    targets = read_document(text_file(tmp_path / "公报.txt", text)).of(TARGET)
    assert [each.cells["text"] for each in targets] == ["污水处理率达到98.5%。", "森林覆盖率达到60%。"]


def test_a_scanned_pdf_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="文字识别"):
        read_stream(pdf_file(tmp_path / "扫描.pdf", [[]]))


def test_a_pdf_that_takes_too_much_memory_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pdf_file(tmp_path / "大.pdf", [["一、任务"]])
    program = tmp_path / "child"
    program.write_text("#!/bin/sh\nexit 137\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(Refused, match="内存或时间过多"):
        read_stream(path)


def test_a_page_of_nested_boxes_and_wide_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = text_file(tmp_path / "深.html", "<html><body>" + "<div>" * 5000 + "一、任务")
    with pytest.raises(Refused, match="嵌套过深"):
        read_stream(deep)
    tables = text_file(tmp_path / "表.html", "<table>" * 600 + "<td>一、任务" + "</table>" * 600)
    assert "一、任务" in [block.text for block in read_stream(tables).blocks if isinstance(block, Line)]
    cells = "<td colspan=999 rowspan=999>甲</td>" * 50
    wide = f"<html><body><table><tr>{cells}</tr>{'<tr><td>乙</td></tr>' * 300}</table></body></html>"
    table = next(
        block for block in read_stream(text_file(tmp_path / "宽.html", wide)).blocks if isinstance(block, Table)
    )
    assert len(table.rows[0]) <= 2 * MAX_SPAN
    assert sum(1 for row in table.rows if row[1]) <= MAX_SPAN
    monkeypatch.setattr(grids, "MAX_CELLS", 1000)
    many = "<tr>" + "<td>甲</td>" * 9 + "</tr>"
    path = text_file(tmp_path / "多.html", f"<html><body><table>{many * 250}</table></body></html>")
    with pytest.raises(Refused, match="表格过大"):
        list(html.read(path, []))


def test_numbers_that_word_sets_by_itself(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for level, pattern in enumerate(("%1、", "（%2）"))
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    document.add_paragraph("某省实施方案")
    for level, text in [
        (0, "总体要求"),
        (1, "统筹。抓好。"),
        (0, "重点任务"),
        (1, "甲事。抓好。（省甲厅负责）"),
        (1, "乙事。抓好。（省乙厅负责）"),
    ]:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no other door
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    path = tmp_path / "方案.docx"
    document.save(str(path))
    found = read_document(path).of("task")
    assert [(task.cells["source"], task.cells["title"]) for task in found] == [
        ("二、（一）", "甲事"),
        ("二、（二）", "乙事"),
    ]


@NEEDS_OFFICE
def test_a_word_file_of_the_old_kind_reads_as_its_text(tmp_path: Path) -> None:
    lines = STATE.splitlines()
    table = [["序号", "工作任务", "牵头单位", "指导部门"], ["1", "建设充电桩300个。", "市能源局", "省能源局"]]
    word = word_file(tmp_path / "方案.docx", [*lines, "附件1", "某市任务清单", table])
    old = convert([word], "doc", tmp_path / "as")[0]
    assert old.read_bytes().startswith(OLD)
    new, before = read_document(word), read_document(old)
    for column in ("text", "leads", "participants", "due", "note"):
        assert cells(before, "task", column) == cells(new, "task", column)
    assert cells(before, "task", "note")[0][0] == "指导单位：省能源局"
