"""A reminder as a document of one A4 page, in the fonts and margins of official papers (GB/T 9704)."""

import io
import re
from typing import TYPE_CHECKING, Any

from tracker.ledger.terms import DEMO_LABEL
from tracker.papers.reminder import HEADINGS, TITLE, Reminder, closing, opening, row_of, signature
from tracker.sheets.package import normalised

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

ROWS = 7
"""Items in the table; more would leave the page. The others follow by their ids."""
NAME, REPORTED = 30, 36
"""Characters of an item's name and of its last report, whose day counts half: three lines of their columns."""
NAMED = 16
"""Ids that are listed under a full table."""
_WIDTHS = (23, 40.5, 23.5, 25, 44)
"""Of the columns, in millimetres: together the 156 that the margins leave."""
_TITLE_FONT, _TEXT_FONT, _HEADING_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udfff]")


def letter_docx(letter: Reminder) -> bytes:
    """Return the document. The same letter gives the same bytes."""
    from docx import Document

    document = Document()
    _set_page(document)
    if letter.head.is_demo:
        _paragraph(document, DEMO_LABEL, 10.5, _HEADING_FONT, place="center")
    _paragraph(document, TITLE, 20, _TITLE_FONT, place="center", space=(0, 10))
    _paragraph(document, f"{letter.unit.name}：", 14, _TEXT_FONT)
    _paragraph(document, opening(letter), 14, _TEXT_FONT, place="indent", space=(0, 6))
    _table(document, letter)
    left = letter.lines[ROWS:]
    if left:
        ids = "、".join(line.id for line in left[:NAMED]) + ("等" if len(left) > NAMED else "")
        _paragraph(document, f"另有 {len(left)} 项：{ids}，详见同名文本。", 9, _TEXT_FONT)
    _paragraph(document, closing(letter), 14, _TEXT_FONT, place="indent", space=(6, 10))
    for line in signature(letter):
        _paragraph(document, line, 14, _TEXT_FONT, place="right")
    buffer = io.BytesIO()
    document.save(buffer)
    return normalised(buffer.getvalue())


def _set_page(document: "Document") -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(30),
        Mm(25),
        Mm(28),
        Mm(26),
    )
    document.core_properties.author = "tracker"
    document.core_properties.title = TITLE
    document.core_properties.comments = ""
    # The style of the template would add its own space and its Latin font.
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(0)


def _paragraph(
    document: "Document", text: str, size: float, font: str, *, place: str = "", space: tuple[float, float] = (0, 0)
) -> None:
    """Add a paragraph. place: center, right, or indent for a first line two characters in; space: points before and after."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(space[0]), Pt(space[1]), Pt(size * 1.65)
    if place == "indent":
        form.first_line_indent = Pt(size * 2)
    elif place:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if place == "center" else WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph, text, size, font)


def _write(paragraph: "Paragraph", text: str, size: float, font: str, *, bold: bool = False) -> None:
    """Add text in a font for both scripts; what a document cannot hold becomes visible."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(_CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text))
    run.font.size, run.font.name, run.bold = Pt(size), font, bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - the library has no door to the Chinese font
    fonts.set(qn("w:eastAsia"), font)


def _table(document: "Document", letter: Reminder) -> None:
    from docx.shared import Mm

    shown = letter.lines[:ROWS]
    table: Any = document.add_table(rows=1 + len(shown), cols=len(HEADINGS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Mm(width)
    for place, heading in enumerate(HEADINGS):
        _cell(table.cell(0, place), heading, place, _HEADING_FONT)
    for row, line in enumerate(shown, start=1):
        for place, text in enumerate(row_of(line, NAME, REPORTED)):
            _cell(table.cell(row, place), text, place, _TEXT_FONT)


def _cell(cell: Any, text: str, place: int, font: str) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.shared import Mm, Pt

    cell.width = Mm(_WIDTHS[place])
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing = Pt(12.5)
    _write(paragraph, text, 9, font)
