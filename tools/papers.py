"""Make the templates of the Word papers, by the layout of official documents (GB/T 9704).

    python -m tools.papers

They are files of the package, so that an office can take one, put its own red head on it, and use it with --template. A test fails
when one is stale.
"""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tracker.zipped import package

FOLDER = Path(__file__).resolve().parents[1] / "tracker" / "papers" / "templates"
TITLE, BODY, LEVEL_1, LEVEL_2, NUMBERS = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
SIZE, LINE = 16.0, 28.0
"""Points of the text, and from line to line: 22 lines a page."""
MARGINS = (37, 35, 28, 26)
"""Above, below, left and right of an upright page, in millimetres; a page laid across is the upright one turned."""
ACROSS = 297 - MARGINS[0] - MARGINS[1]
"""What the margins leave of a page laid across, in millimetres."""
UPRIGHT = 210 - MARGINS[2] - MARGINS[3]
CENTER, LEFT, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip


class Look(NamedTuple):
    """How paragraphs of a style look. indent: characters of the first line; line: points, None for the font's own."""

    font: str
    size: float
    place: Any = JUSTIFY
    indent: int = 0
    line: float | None = LINE


STYLES = {
    "公文标题": Look(TITLE, 22, CENTER, line=32),
    "公文正文": Look(BODY, SIZE, indent=2),
    "主送": Look(BODY, SIZE),
    "一级标题": Look(LEVEL_1, SIZE, indent=2),
    "二级标题": Look(LEVEL_2, SIZE, indent=2),
    "文号": Look(BODY, SIZE, CENTER),
    "落款": Look(BODY, SIZE, RIGHT),
    "附件标签": Look(LEVEL_1, SIZE, LEFT),
    "附件标题": Look(TITLE, 18, CENTER, line=28),
    "表头": Look(LEVEL_1, 10.5, CENTER, line=15),
    "表格": Look(BODY, 10, LEFT, line=13.5),
    "表格居中": Look(BODY, 10, CENTER, line=13.5),
    "表格分组": Look(LEVEL_2, 11, LEFT, line=16),
    "审批表": Look(BODY, 11, LEFT, line=16),
    "审批表栏目": Look(LEVEL_1, 11, CENTER, line=16),
    "说明": Look(BODY, 10.5, LEFT, line=16),
    "演示": Look(LEVEL_1, 10.5, CENTER, line=16),
}


def new_document(title: str) -> Any:
    """Return an empty document with our styles and an upright page numbered as official papers are."""
    document = Document()
    document.core_properties.author, document.core_properties.title = "tracker", title
    document.core_properties.comments = ""
    document.settings.odd_and_even_pages_header_footer = True
    _set_language(document)
    for name, look in STYLES.items():
        _add_style(document, name, look)
    _set_page(document.sections[0], upright=True)
    _number_pages(document.sections[0])
    return document


def _set_language(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(0)
    _set_font(normal.element.get_or_add_rPr(), BODY)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)


def _set_font(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), font)
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)


def _add_style(document: Any, name: str, look: Look) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.color.rgb = Pt(look.size), RGBColor(0, 0, 0)
    _set_font(style.element.get_or_add_rPr(), look.font)
    form = style.paragraph_format
    form.alignment, form.space_after, form.space_before, form.widow_control = look.place, Pt(0), Pt(0), False
    if look.line is not None:
        form.line_spacing = Pt(look.line)
    if look.indent:
        form.first_line_indent = Pt(look.size * look.indent)
        style.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), str(look.indent * 100))


def _set_page(section: Any, *, upright: bool) -> None:
    top, bottom, left, right = (Mm(each) for each in MARGINS)
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(210), Mm(297)) if upright else (Mm(297), Mm(210))
    if not upright:
        top, bottom, left, right = right, left, top, bottom
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = top, bottom, left, right
    section.header_distance, section.footer_distance = Mm(15), Mm(22 if upright else 15)


def _number_pages(section: Any) -> None:
    """Print — 1 — below: on the right of odd pages, on the left of even ones, one character in."""
    for footer, place in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = place
        ind = paragraph._p.get_or_add_pPr().get_or_add_ind()  # noqa: SLF001 - the library has no door to indents counted in characters
        ind.set(qn("w:rightChars" if place == RIGHT else "w:leftChars"), "100")
        for part in ("— ", "PAGE", " —"):
            run = paragraph.add_run("" if part == "PAGE" else part)
            run.font.size = Pt(14)
            _set_font(run._element.get_or_add_rPr(), NUMBERS)  # noqa: SLF001 - nor to the Chinese font
            if part == "PAGE":
                _add_field(run, part)


def _add_field(run: Any, code: str) -> None:
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._element.append(element)  # noqa: SLF001 - the library knows no fields


def across(document: Any) -> None:
    """Begin a new page, laid across, for a table."""
    _set_page(document.add_section(WD_SECTION.NEW_PAGE), upright=False)


def upright(document: Any) -> None:
    """Begin a new page, upright again."""
    _set_page(document.add_section(WD_SECTION.NEW_PAGE), upright=True)


def add(document: Any, style: str, *texts: str, keep: bool = False) -> None:
    """Add paragraphs of a style. keep: on one page with what follows, so that no signature stands alone."""
    for text in texts:
        document.add_paragraph(text, style=style).paragraph_format.keep_with_next = keep or None


class Column(NamedTuple):
    """A column of a table: its heading, its width in millimetres, what stands in a cell, and how."""

    heading: str
    width: float
    text: str
    style: str = "表格"


def add_table(document: Any, columns: Sequence[Column], rows: str, group: str = "") -> None:
    """Add a table whose header is repeated on every page, with a row for each of the rows.

    rows: the loop over them (row in rows). group: the loop over groups, whose name stands in a row of its own above their rows.
    """
    table = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    _fix_layout(table, columns)
    header = table.add_row()
    _repeat(header)
    for cell, column in zip(header.cells, columns, strict=True):
        _write(cell, column.heading, "表头", column.width)
    tags = [("for " + rows, "endfor")] if not group else [("for " + group, "endfor"), ("for " + rows, "endfor")]
    for place, (opening, _) in enumerate(tags):
        _tag_row(table, opening)
        if group and place == 0:
            row = table.add_row()
            merged = row.cells[0].merge(row.cells[-1])
            _write(
                merged, "{{ group.name }}（{{ group.count }}项）", "表格分组", sum(column.width for column in columns)
            )
            _keep_with_next(merged)
    row = table.add_row()
    whole = OxmlElement("w:cantSplit")
    whole.set(qn("w:val"), "{{ row.whole }}")
    row._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - as for repeated rows
    for cell, column in zip(row.cells, columns, strict=True):
        _write(cell, column.text, column.style, column.width)
    for _, closing in reversed(tags):
        _tag_row(table, closing)


def _fix_layout(table: Any, columns: Sequence[Column]) -> None:
    for column, each in zip(table.columns, columns, strict=True):
        column.width = Mm(each.width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)  # noqa: SLF001 - the library has no door to cell margins


def _repeat(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - nor to repeated rows
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def _keep_with_next(cell: Any) -> None:
    cell.paragraphs[0].paragraph_format.keep_with_next = True


def _tag_row(table: Any, tag: str) -> None:
    table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr {tag} %}}")


def _write(cell: Any, text: str, style: str, width: float) -> None:
    cell.width = Mm(width)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    cell.paragraphs[0].style = style
    cell.paragraphs[0].add_run(text)


def saved(document: Any) -> bytes:
    """Return the file without what the library's own template brings along: its thumbnail, its many styles, its time."""
    styles = document.styles.element
    for style in list(styles):
        is_used = style.get(qn("w:styleId")) in USED or style.get(qn("w:customStyle")) == "1"
        if style.tag == qn("w:latentStyles") or (style.tag == qn("w:style") and not is_used):
            styles.remove(style)
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as file:
        parts = {name: file.read(name) for name in file.namelist() if not name.startswith(DROPPED)}
    for name, part in parts.items():
        if name.endswith(".rels") or name == "[Content_Types].xml":
            parts[name] = re.sub(_NAMED_DROPPED, b"", part)
    return package(parts)


USED = ("Normal", "DefaultParagraphFont", "TableNormal", "TableGrid", "Header", "Footer")
DROPPED = (
    "docProps/thumbnail",
    "customXml/",
    "word/stylesWithEffects",
    "word/numbering",
    "word/webSettings",
    "word/fontTable",
)
_NAMED_DROPPED = re.compile(
    rb"<(?:Relationship|Override)\b[^>]*(?:thumbnail|customXml|stylesWithEffects|numbering|webSettings|fontTable)[^>]*/>"
)


def _lines(first: str, *others: str) -> str:
    """Return the text of a cell: a field a line, none left empty by a field that says nothing."""
    more = "".join(f"{{% if row.{name} %}}\n{{{{ row.{name} }}}}{{% endif %}}" for name in others)
    return f"{{{{ row.{first} }}}}{more}"


# -- the papers ---------------------------------------------------------------------------------------------------------


def reminder() -> Any:
    """Return 催办单: a letter of one page, and its annex with every row in full."""
    document = new_document("催办单")
    add(document, "演示", "{%p if demo %}", "{{ demo }}", "{%p endif %}")
    add(document, "公文标题", "{{ title }}")
    add(document, "落款", "编号：{{ number }}")
    add(document, "主送", "{{ unit }}：")
    add(document, "公文正文", "{{ opening }}", "{%p for sentence in requests %}", "{{ sentence }}", "{%p endfor %}")
    add(document, "公文正文", "附件：催办事项清单（{{ count }}项）", keep=True)
    add(document, "落款", "{{ issuer }}", "{{ date }}", keep=True)
    add(document, "公文正文", "（联系人：{{ contact }}）")
    across(document)
    add(document, "附件标签", "附件")
    add(document, "附件标题", "催办事项清单")
    columns = (
        Column("序号", 11, "{{ row.place }}", "表格居中"),
        Column("事项、指标和现值", 92, _lines("label", "text", "indicators")),
        Column("完成时限", 32, "{{ row.due }}", "表格居中"),
        Column("催办原因", 37, "{{ row.reason }}"),
        Column("本单位最近填报", ACROSS - 172, "{{ row.said }}"),
    )
    add_table(document, columns, "row in group.rows", "group in groups")
    return document


def bulletin() -> Any:
    """Return 督办通报: three parts, and up to four annexes laid across."""
    document = new_document("督办通报")
    add(document, "演示", "{%p if demo %}", "{{ demo }}", "{%p endif %}")
    add(document, "公文标题", "{{ title }}")
    add(document, "文号", "{{ number }}")
    add(document, "主送", "{{ recipients }}：")
    add(document, "公文正文", "{{ opening }}")
    add(document, "一级标题", "一、总体情况")
    add(document, "公文正文", "{%p for paragraph in overall %}", "{{ paragraph }}", "{%p endfor %}")
    add(document, "一级标题", "二、存在的问题")
    add(document, "公文正文", "{%p if no_problems %}", "{{ no_problems }}", "{%p endif %}", "{%p for unit in units %}")
    add(document, "二级标题", "{{ unit.heading }}")
    add(
        document,
        "公文正文",
        "{%p for paragraph in unit.paragraphs %}",
        "{{ paragraph }}",
        "{%p endfor %}",
        "{%p endfor %}",
    )
    add(document, "一级标题", "三、下步要求")
    add(
        document,
        "公文正文",
        "{%p for request in requests %}",
        "{{ request.heading }}{{ request.text }}",
        "{%p endfor %}",
        keep=True,
    )
    add(document, "公文正文", "", keep=True)
    add(document, "公文正文", "{%p for annex in annexes %}", "{{ annex }}", "{%p endfor %}", keep=True)
    add(document, "公文正文", "", keep=True)
    add(document, "落款", "{{ issuer }}", "{{ date }}", keep=True)
    add(document, "公文正文", "（联系人：{{ contact }}）")
    across(document)
    number, text, leads = "{{ row.place }}", _lines("label", "text"), "{{ row.leads }}"
    _annex(document, "counts", "row in counts", (
        Column("序号", 13, number, "表格居中"), Column("单位", 74, "{{ row.unit }}"),
        *(Column(heading, width, f"{{{{ row.{name} }}}}", "表格居中") for heading, name, width in (
            ("事项数", "total", 19), ("已销号", "closed", 19), ("待核查", "declared", 19), ("红灯", "red", 19), ("黄灯", "yellow", 19),
            ("其他", "other", 19), ("未按期填报", "unreported", ACROSS - 201),
        )),
    ))  # fmt: skip
    add(document, "说明", "{{ note }}")
    add(document, "说明", "{%p if trouble %}")
    _annex(document, "trouble", "row in group.rows", (
        Column("序号", 11, number, "表格居中"), Column("事项", 66, text), Column("牵头单位", 36, leads),
        Column("完成时限", 32, "{{ row.due }}", "表格居中"), Column("亮灯原因、指标和现值", 43, _lines("reason", "indicators")),
        Column("存在问题、下步安排", ACROSS - 188, "{{ row.problem }}{% if row.next %}\n{{ row.next }}{% endif %}"),
    ), "group in trouble")  # fmt: skip
    add(document, "说明", "{%p endif %}", "{%p if events %}")
    _annex(document, "events", "row in group.rows", (
        Column("序号", 11, number, "表格居中"), Column("事项", 76, text), Column("牵头单位", 64, leads),
        Column("日期", 24, "{{ row.day }}", "表格居中"),
        Column("内容", ACROSS - 175, "{{ row.content }}"),
    ), "group in events")  # fmt: skip
    add(document, "说明", "{%p endif %}", "{%p if silent %}")
    _annex(document, "silent", "row in silent", (
        Column("序号", 13, number, "表格居中"), Column("单位", 54, "{{ row.unit }}"), Column("项数", 16, "{{ row.count }}", "表格居中"),
        Column("事项", ACROSS - 83, "{{ row.items }}"),
    ))  # fmt: skip
    add(document, "说明", "{%p endif %}")
    return document


def _annex(document: Any, name: str, rows: str, columns: Sequence[Column], group: str = "") -> None:
    """Add an annex on a page of its own; the first stands on the page that was begun for it."""
    label = document.add_paragraph(f"{{{{ {name}_label }}}}", style="附件标签")
    label.paragraph_format.page_break_before = name != "counts"
    add(document, "附件标题", f"{{{{ {name}_name }}}}")
    add_table(document, columns, rows, group)


Rows = Sequence[tuple[Sequence[tuple[str, str]], float]]
"""The rows of a form to be filled in by hand: pairs of a heading and what stands beside it, and the least height in millimetres."""
SIGNED = "\n\n　　　　　　　签字（盖章）：　　　　　　　年　　月　　日"


def add_form(document: Any, rows: Rows) -> None:
    """Add a form of four columns; a single pair goes across."""
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    table.autofit = False
    widths = (28, 50, 28, UPRIGHT - 106)
    _fix_layout(table, [Column("", width, "") for width in widths])
    for pairs, height in rows:
        row = table.add_row()
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        cells = row.cells
        if len(pairs) == 1:
            cells = (cells[0], cells[1].merge(cells[3]))
        for place, (heading, text) in enumerate(pairs):
            _write(cells[2 * place], heading, "审批表栏目", widths[2 * place])
            _write(cells[2 * place + 1], text, "审批表", widths[2 * place + 1] if len(pairs) > 1 else UPRIGHT - 28)


def _slip(name: str, *rows: tuple[Sequence[tuple[str, str]], float], foot: str = "") -> Callable[[], Any]:
    def make() -> Any:
        document = new_document(name)
        # A form has to stand on one page: it may go nearer to its edges than a letter does.
        document.sections[0].top_margin, document.sections[0].bottom_margin = Mm(22), Mm(20)
        document.sections[0].footer_distance = Mm(12)
        add(document, "演示", "{%p if demo %}", "{{ demo }}", "{%p endif %}")
        add(document, "公文标题", "{{ title }}")
        add(document, "说明", "编号：{{ number }}　　　　　　　　　　　　填表日期：{{ date }}")
        about: Rows = (
            ([("方案", "{{ plan }}")], 9), ([("事项", "{{ label }}\n{{ text }}")], 16),
            ([("牵头单位", "{{ leads }}"), ("参与单位", "{{ participants }}")], 9),
        )  # fmt: skip
        add_form(document, (*about, *rows))
        if foot:
            add(document, "说明", foot)
        return document

    return make


_DUE = ([("原定时限", "{{ original_due }}"), ("现行时限", "{{ due }}")], 9)
_STANDING = ([("完成情况", "{{ progress }}\n{{ indicators }}")], 16)
slip_extend = _slip(
    "延期申请审批表", _DUE, ([("申请延期至", "{{ to }}"), ("已延期", "{{ extensions }}")], 9), _STANDING,
    ([("最近填报", "{{ said }}")], 12), ([("存在问题", "{{ problem }}")], 12), ([("延期理由", "{{ reason }}")], 20),
    ([("下步安排", "{{ next }}")], 14), ([("申请单位意见", SIGNED)], 24), ([("审核单位意见", SIGNED)], 24), ([("批准意见", SIGNED)], 24),
)  # fmt: skip
slip_close = _slip(
    "销号申请审批表", _DUE, ([("申报办结", "{{ declared }}"), ("已延期", "{{ extensions }}")], 9), _STANDING,
    ([("完成说明", "{{ said }}")], 16), ([("佐证材料", "{{ evidence }}")], 16), ([("申请单位意见", SIGNED)], 26),
    ([("核查意见", "□ 同意销号　□ 未达目标，同意销号　□ 退回" + SIGNED)], 30), ([("审定意见", SIGNED)], 26),
    foot="核查人与申报人不得为同一人。",
)  # fmt: skip
slip_assign = _slip(
    "工作任务交办单", ([("完成时限", "{{ due }}"), ("反馈期限", "{{ reply_by }}")], 9), ([("事项来源", "{{ source }}")], 10),
    ([("工作要求", "{{ indicators }}")], 20), ([("交办意见", SIGNED)], 34), ([("承办单位意见", SIGNED)], 34),
    ([("办理结果", "")], 40), ([("交办单位", "{{ issuer }}"), ("联系人", "{{ contact }}")], 10),
)  # fmt: skip


PAPERS: dict[str, Callable[[], Any]] = {
    "bulletin": bulletin, "reminder": reminder, "slip_extend": slip_extend, "slip_close": slip_close, "slip_assign": slip_assign,
}  # fmt: skip


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in PAPERS.items():
        (FOLDER / f"{name}.docx").write_bytes(saved(make()))


if __name__ == "__main__":
    main()
