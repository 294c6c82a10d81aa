"""Tables as offices and programs write them: rows by openpyxl, packages part by part, files that LibreOffice saved."""

import csv
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.conftest import Cli
from tests.sheets.office import convert

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True)
class Shown:
    """A cell with a number format, and what else a spreadsheet can do to it."""

    value: Any
    form: str = "General"
    struck: bool = False
    comment: str | None = None


def workbook(
    path: Path, rows: list[list[Any]], *, merged: tuple[str, ...] = (), hidden: tuple[int, ...] = (), name: str = "Sheet1",
    more: Mapping[str, list[list[Any]]] | None = None, hidden_columns: str = "",
) -> Path:  # fmt: skip
    """Save rows as a workbook; cells may be `Shown`."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for title, lines in {name: rows, **(more or {})}.items():
        into = sheet if title == name else book.create_sheet(title)
        for row, values in enumerate(lines, 1):
            for column, value in enumerate(values, 1):
                shown = value if isinstance(value, Shown) else Shown(value)
                if shown.value is None:
                    continue
                cell = into.cell(row, column, shown.value)
                cell.number_format = shown.form
                if shown.struck:
                    cell.font = Font(strike=True)
                if shown.comment:
                    cell.comment = Comment(shown.comment, "x")
    for area in merged:
        sheet.merge_cells(area)
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    for letter in hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    book.save(path)
    return path


def package(path: Path, rows: str, **changes: str) -> Path:
    """Write a workbook part by part. rows: the XML of its rows; changes: other text for a part, by its short name."""
    main, relations = changes.get("main", MAIN), changes.get("relations", RELATIONS)
    office = "http://schemas.openxmlformats.org/package/2006"
    link = f'<Relationships xmlns="{office}/relationships">%s</Relationships>'
    one = '<Relationship Id="%s" Type="%s/%s" Target="%s"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/content-types"/>',
        "_rels/.rels": link % (one % ("r1", relations, "officeDocument", changes.get("book", "xl/workbook.xml"))),
        changes.get("book", "xl/workbook.xml"): (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="进展" sheetId="1" '
            f'state="{changes.get("state", "visible")}" r:id="r1"/>'
            f"{changes.get('entry', '')}</sheets></workbook>"
        ),
        changes.get("links", "xl/_rels/workbook.xml.rels"): link
        % (
            one % ("r1", relations, "worksheet", changes.get("target", "worksheets/sheet1.xml"))
            + one % ("r2", relations, "styles", "styles.xml")
        ),
        "xl/styles.xml": changes.get(
            "styles",
            f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs></styleSheet>',
        ),
        changes.get("part", "xl/worksheets/sheet1.xml"): changes.get("sheet")
        or f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{changes.get("after", "")}</worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("/", changes.get("slash", "/")), text)
    return path


def texts(*values: str) -> str:
    """Return cells with inline texts, without coordinates."""
    return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)


def saved_as(path: Path, kind: str) -> Path:
    """Let LibreOffice save a file as another kind."""
    return convert([path], kind, path.parent / kind)[0]


def add_plan(cli: Cli) -> Cli:
    """Add an empty plan of one's own, tt."""
    cli.ok("plan", "new", "tt", "--title", "测试市重点任务", "--region", "山东省")
    return cli


def with_xlsxwriter(path: Path, rows: list[list[Any]], merged: Iterable[str]) -> Path:
    """Save rows with XlsxWriter, which writes strings, dates and merged cells otherwise than openpyxl."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("表")
        for area in merged:
            sheet.merge_range(area, None)
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                shown = value if isinstance(value, Shown) else Shown(value)
                if shown.value is not None:
                    sheet.write(row, column, shown.value, book.add_format({"num_format": shown.form}))
    return path


def as_csv(path: Path, rows: list[list[Any]], codec: str, separator: str) -> Path:
    """Save rows as text, each cell as a spreadsheet shows it."""
    with path.open("w", encoding=codec, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([_as_shown(value) for value in values] for values in rows)
    return path


def _as_shown(cell: Any) -> str:
    shown = cell if isinstance(cell, Shown) else Shown(cell)
    match shown.value:
        case None:
            return ""
        case datetime() as day:
            return f"{day.year}年{day.month}月" if "月" in shown.form else day.date().isoformat()
        case float() if "%" in shown.form:
            return f"{shown.value * 100:.1f}%"
        case _:
            return str(shown.value)
