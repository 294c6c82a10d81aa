"""Workbooks of every kind and every program as grids of what their cells mean."""

import base64
import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.sheets.office import NEEDS_OFFICE
from tests.tables.making import (
    STRICT_MAIN,
    STRICT_RELATIONS,
    Shown,
    package,
    saved_as,
    texts,
    workbook,
)
from tracker.errors import Refused
from tracker.sheets.reading.book import open_book
from tracker.sheets.reading.formats import DAY, MONTH, PERCENT, PLAIN, TIME, YEAR, kind_of, shown
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.values import Fault, Percent, Span

HEAD = f"<row>{texts('编号', '本期进展', '完成率')}</row>"
ROW = f'<row>{texts("zj-task-6", "开工")}<c s="1"><v>0.45</v></c></row>'


def first(path: Path) -> Sheet:
    book = open_book(path)
    return book.sheet(book.names[0][0])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"main": STRICT_MAIN, "relations": STRICT_RELATIONS},
        {"slash": "\\"},
        {"book": "xl/book2.xml", "links": "xl/_rels/book2.xml.rels"},
        {"part": "xl/tables/a.xml", "target": "/xl/tables/a.xml"},
        {"entry": '<sheet name="旧模块" sheetId="2" r:id=""/>'},
        {"after": '<mergeCells><mergeCell ref="E:F"/></mergeCells>'},
        {"after": '<dimension ref="A:C"/>'},
        {"state": "show"},
    ],
    ids=[
        "plain",
        "strict",
        "backslashes",
        "other book",
        "other part",
        "no part",
        "merged columns",
        "dimension",
        "no state",
    ],
)
def test_parts_are_found_by_their_relationships(cli: Cli, changes: dict[str, str]) -> None:
    path = package(cli.folder / "a.xlsx", HEAD + ROW, **changes)
    assert json.loads(cli.ok("import", path, "--yes", "--json"))["new"] == 1
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["percent"] == 45


def test_a_workbook_that_shows_no_sheet_is_refused(cli: Cli) -> None:
    said = cli("import", package(cli.folder / "a.xlsx", HEAD + ROW, state="hidden"), "--yes").err
    assert said.startswith("未读取：a.xlsx 进展：隐藏的工作表未读取\n错误：a.xlsx：没有找到表头；")


def test_elements_with_a_prefix_and_a_cell_far_to_the_right(tmp_path: Path) -> None:
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        '<x:c r="A1" t="str"><x:v>编号</x:v></x:c><x:c r="AB1" s="1"><x:f>1/2</x:f><x:v>0.5</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    found = first(package(tmp_path / "a.xlsx", "", sheet=sheet))
    assert (found.rows[0][0], found.rows[0][27], len(found.rows[0])) == ("编号", Percent(0.5), 28)
    assert isinstance(found.rows[0][27], Percent)
    assert found.formulas == {(0, 27)}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>0.785</v></c>", 0.785),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="e"><v>#REF!</v></c>', Fault("#REF!")),
        ("<c><f>1+1</f></c>", Fault()),
        ("<c><f>1+1</f><v></v></c>", Fault()),
        ('<c t="str"><f>A1</f></c>', Fault()),
        ("<c><f>1+1</f><v>2</v></c>", 2.0),
        ('<c t="str"><f>""</f><v></v></c>', ""),
        ('<c t="d"><v>2026-11-20</v></c>', datetime(2026, 11, 20)),
        ('<c t="d"><v>10:10:10</v></c>', time(10, 10, 10)),
        ('<c t="d"><v>改天</v></c>', "改天"),
        ('<c t="inlineStr"><is><r><t>甲</t></r><rPh sb="0" eb="1"><t>jia</t></rPh><r><t>乙</t></r></is></c>', "甲乙"),
        ('<c t="inlineStr"><is><t>a_x0009_b</t></is></c>', "a\tb"),
        ("<c><v>NaN</v></c>", Fault("NaN")),
        ('<c t="str"><f>DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>', ""),
        ('<c t="e" vm="1"><v>#VALUE!</v></c>', ""),
    ],
)
def test_what_a_cell_holds(tmp_path: Path, cell: str, value: Any) -> None:
    found = first(package(tmp_path / "a.xlsx", f"<row>{cell}{texts('x')}</row>"))
    assert found.rows[0][0] == value


def test_pictures_in_cells_are_told(cli: Cli) -> None:
    row = f'<row>{texts("zj-task-6", "开工")}<c t="str"><f>DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row>'
    path = package(cli.folder / "a.xlsx", f"<row>{texts('编号', '本期进展', '佐证材料')}</row>{row}")
    answer = json.loads(cli.ok("import", path, "--yes", "--json"))
    assert (answer["new"], answer["ignored"]) == (
        1, [{"file": "a.xlsx", "sheet": "进展", "cell": "C2", "message": "单元格中的图片未读取"}],
    )  # fmt: skip


@pytest.mark.anywhere
def test_a_workbook_with_no_sheet_to_be_seen_and_a_page_are_called_what_they_are(cli: Cli) -> None:
    for state in ("hidden", "veryHidden"):
        path = package(cli.folder / f"{state}.xlsx", HEAD + ROW, state=state)
        answer = cli("import", path, "--yes")
        assert (answer.code, "进展：隐藏的工作表未读取" in answer.err) == (1, True)
    page = cli.folder / "a.html"
    page.write_text("<html><table></table></html>")
    assert "这是网页格式（HTML）的表格" in cli("item", "import", "zj", "task", page, "--yes").err


def test_macros_are_refused_and_a_workbook_without_them_is_read(cli: Cli) -> None:
    plain = package(cli.folder / "a.xlsm", HEAD + ROW)
    assert json.loads(cli.ok("import", plain, "--dry-run", "--json"))["new"] == 1
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "文件含宏；请另存为不含宏的 .xlsx" in cli("import", plain, "--yes").err


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0%", PERCENT), ("0.00%;[Red]-0.00%", PERCENT), ("General", PLAIN), ("0.00E+00", PLAIN), ("@", PLAIN),
        ("yyyy-mm-dd", DAY), ('yyyy"年"m"月"', MONTH), ("[$-804]yyyy/mm;@", MONTH), ("mmm-yy", MONTH), ('yyyy"年"', YEAR),
        ('m"月"d"日"', DAY), ("h:mm:ss", TIME), ("yyyy-mm-dd hh:mm", DAY), ("[h]:mm", TIME),
        ('_ "¥"* #,##0.00_ ', PLAIN),
    ],
)  # fmt: skip
def test_number_formats(code: str, kind: int) -> None:
    assert kind_of(code) == kind


WORDED: tuple[tuple[str, float, Any], ...] = (
    ('#,##0"千瓦"', 4300, "4300千瓦"), ('"≥"0"万千瓦"', 500, "≥500万千瓦"), ('0"月"', 6, "6月"), ('0"‰"', 82, "82‰"),
    ('#,##0"元"', 4300.456, "4300.456元"), (r'0\.0,"万元"', 12345, "1.2345万元"), ('[>=10000]0.0,"千";0"个"', 20000, "20千"),
    ('[>=10000]0.0,"千";0"个"', 200, "200个"), ('0"万";[Red]-0"万"', -5, "-5万"), ('0"万"_);(0"万")', -5, "-5万"), ('"约"0%', 0.45, "约45%"),
    ('0.0"%"', 45.2, "45.2%"), ('"XM"000', 5, "XM005"), ('0.00"万";;"无"', 0, "无"), ("#,##0[$元-804]", 3, "3元"),
    # Nothing is said of these numbers; 45% typed into 0"%" is kept as 0.45.
    ('0.0"%"', 0.45, 0.45), ("[$¥-804]#,##0.00", 3, 3), ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, 0), ('@"厅"', 5, 5),
    ("(#,##0);(#,##0)", -5, -5), ('000"-"0000"号"', 12, 12),
)  # fmt: skip


@pytest.mark.parametrize(("code", "number", "seen"), WORDED)
def test_a_number_is_read_with_the_words_that_its_format_shows(code: str, number: float, seen: Any) -> None:
    assert shown(number, kind_of(code)) == seen


ROWS: list[list[Any]] = [
    ["编号", "完成率", "更新时间", "完成时限", "本期进展", "天数"],
    ["zj-task-6", Shown(0.45, "0%"), Shown(datetime(2026, 11, 20), "yyyy-mm-dd"), Shown(datetime(2026, 12, 1), 'yyyy"年"m"月"'),
     "第一行\n第二行", 12.5],
    ["zj-task-12", Shown(0.3, "0.0%"), None, None, Shown("不要了", struck=True), 1],
    ["zj-task-13", None, None, None, "隐藏", None],
]  # fmt: skip


@NEEDS_OFFICE
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_is_the_same_in_every_kind_that_libreoffice_saves(tmp_path: Path, kind: str) -> None:
    months = ('[$-804]yyyy"年"m"月";@', '[DBNum1][$-804]yyyy"年"m"月";@', 'm"月底"', 'yyyy"年"m"月"d"日";@')
    more = [[Shown(number, code)] for code, number, _ in WORDED] + [
        [Shown(datetime(2026, 12, 1), code)] for code in months
    ]
    path = workbook(tmp_path / "a.xlsx", ROWS + more, hidden=(4,), merged=("F2:F3",))
    found = first(saved_as(path, kind))
    assert found.rows[len(ROWS) :] == first(path).rows[len(ROWS) :]
    values = found.rows[1]
    assert values[:2] == ["zj-task-6", 0.45]
    assert isinstance(values[1], Percent)
    assert values[2] == datetime(2026, 11, 20)
    assert values[3] == Span(date(2026, 12, 1), date(2026, 12, 31))
    assert values[4:] == ["第一行\n第二行", 12.5]
    assert (2, 4) in found.struck
    assert found.hidden_rows & {3}
    assert tuple(found.merged) == ((1, 5, 2, 5),)


def test_what_no_reader_should_unpack(tmp_path: Path) -> None:
    sheet = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    with pytest.raises(Refused, match="实体声明"):
        first(package(tmp_path / "a.xlsx", "", sheet=sheet))


def test_files_of_the_first_excels_are_called_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(bytes.fromhex("0902060000001000") + bytes(64))
    with pytest.raises(Refused, match=r"Excel 5\.0 以前的文件"):
        open_book(path)


def document(path: Path, cells: str, styles: str = "") -> Path:
    """Write an .ods with one row of cells."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(
        f'xmlns:{short}="{office}:{long}:1.0"'
        for short, long in (
            ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
            ("draw", "drawing"), ("svg", "svg-compatible"),
        )
    )  # fmt: skip
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="表"><table:table-row>{cells}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    return path


STRUCK = '<style:style style:name="T" style:family="text"><style:text-properties style:text-line-through-type="single"/></style:style>'
MONTH_STYLE = (
    '<number:date-style style:name="N"><number:month/><number:text>月</number:text></number:date-style>'
    '<style:style style:name="ce" style:data-style-name="N"/>'
)
BOX = "<draw:custom-shape><text:p><text:span>抓紧</text:span></text:p><draw:enhanced-geometry/></draw:custom-shape>"
STAMP = "<draw:frame><draw:image><text:p/></draw:image><svg:desc>公章</svg:desc></draw:frame>"


@pytest.mark.parametrize(
    ("cell", "value", "drawings", "partly_struck"),
    [
        (f"<text:p>甲</text:p>{BOX}", "甲", [((0, 0), "抓紧")], False),
        (f"<text:p>甲</text:p>{STAMP}", "甲", [((0, 0), "")], False),
        (STAMP, "", [((0, 0), "")], False),
        ("<text:p><text:ruby><text:ruby-base>开工</text:ruby-base><text:ruby-text>kaigong</text:ruby-text></text:ruby></text:p>", "开工", [], False),
        ('<text:p><text:span text:style-name="T">旧</text:span>新</text:p>', "旧新", [], True),
        ('|table:style-name="ce" office:value-type="date" office:date-value="2026-12-01"', Span(date(2026, 12, 1), date(2026, 12, 31)), [], False),
        ('|table:formula="of:=[.A1]"', Fault(), [], False),
        ('|table:formula="of:=[.A1]" office:value-type="string" office:string-value=""', "", [], False),
    ],
    ids=["text box", "picture", "picture alone", "reading aid", "partly struck", "month", "never calculated", "empty text"],
)  # fmt: skip
@pytest.mark.anywhere
def test_what_a_cell_of_opendocument_holds(
    tmp_path: Path, cell: str, value: Any, drawings: list[Any], *, partly_struck: bool
) -> None:
    inside, _, attributes = cell.partition("|")
    cells = f"<table:table-cell {attributes}>{inside}</table:table-cell><table:table-cell><text:p>x</text:p></table:table-cell>"
    found = first(document(tmp_path / "a.ods", cells, STRUCK + MONTH_STYLE))
    assert (found.rows[0][0], found.drawings, (0, 0) in found.partly_struck) == (value, drawings, partly_struck)


@pytest.mark.anywhere
def test_text_boxes_pictures_and_partly_struck_texts_are_told(cli: Cli) -> None:
    import xlsxwriter

    picture = io.BytesIO(
        base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
    )
    with xlsxwriter.Workbook(cli.folder / "a.xlsx") as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["编号", "本期进展", "佐证材料"])
        sheet.write(1, 0, "zj-task-6")
        sheet.write_string(1, 2, '=DISPIMG("ID_1",1)')
        sheet.write_rich_string(1, 1, book.add_format({"font_strikeout": True}), "旧内容", "新内容")
        sheet.insert_textbox(1, 1, "抓紧")
        sheet.insert_image(1, 2, "p.png", {"image_data": picture})
        sheet.merge_range("D2:D3", "缺钱")
        sheet.write_row(0, 3, ["存在问题"])
        sheet.write_row(2, 0, ["zj-task-12", "开工"])
        sheet.write_string(2, 3, "缺地")
    answer = cli("import", cli.folder / "a.xlsx", "--yes")
    assert "有 1 个单元格有删除线（如 B2）" in answer.err
    for words in (
        "C2：单元格中的图片未读取",
        "B2：文本框未读取：抓紧",
        "C2：图片未读取",
        "D3：合并单元格盖住的内容未读取：缺地",
    ):
        assert words in answer.err


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.anywhere
def test_text_of_two_bytes_a_sign_without_a_mark(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('编号,完成率,佐证材料\n一,1,"=DISPIMG(""ID_1"",1)"\n'.encode(codec))
    found = first(path)
    assert (list(found.rows), found.pictures) == ([["编号", "完成率", "佐证材料"], ["一", "1", ""]], {(1, 2)})
