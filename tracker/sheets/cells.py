"""Values into the cells of a workbook made with openpyxl, and how they are seen there."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.ledger.values import plain
from tracker.sheets.cell_text import escaped, holdable, looks_like_formula

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | date | None


def set_value(sheet: "Worksheet", row: int, column: int, value: Value) -> None:
    """Put a value into a cell: text as text, whatever it begins with; nothing for None and the empty text."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        set_text(sheet, row, column, value)
    else:
        sheet.cell(row, column, value)


def set_text(sheet: "Worksheet", row: int, column: int, text: str) -> None:
    """Put a text into a cell so that it stays text: never a formula, control characters escaped (`sheets.cell_text`)."""
    cell = sheet.cell(row, column)
    cell.value = escaped(holdable(text))
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True


def shown(value: Value) -> str:
    """Return the text as which a value is seen, for measuring; a decimal is a share in percent."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{plain(value)}%"
        case date():
            return value.isoformat()
        case _:
            return str(value)
