"""Text in a cell: what a workbook can hold, stored so that nothing in it runs and nothing is lost (docs/files.md)."""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.ledger.values import plain

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

from tracker.text import WORDS

LIMIT = WORDS
"""How many UTF-16 units a cell of a workbook holds."""

CUT = "…（超出单元格容量，全文见台账）"
"""What ends a text that was cut."""

_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
FORMULA_STARTS = ("=", "+", "-", "@", "'")
"""First characters that a spreadsheet program may take for the start of a formula, or swallow, when the cell is edited."""


def holdable(text: str) -> str:
    """Return a text as a workbook can hold it: cut visibly at the limit; code points that XML has no form for become U+FFFD."""
    if _IMPOSSIBLE.search(text):
        text = _IMPOSSIBLE.sub("\ufffd", text)
    if len(text) > LIMIT // 2 and len(text.encode("utf-16-le")) // 2 > LIMIT:
        room = (LIMIT - len(CUT)) * 2
        text = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT
    return text


def escaped(text: str) -> str:
    """Write control characters as OOXML does (_x0001_), and a text that looks like such an escape so that it stays itself.

    Spreadsheet programs show the characters that were meant. Line feed and tab need no escape.
    """
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", _ESCAPED.sub("_x005F_", text))


def looks_like_formula(text: str) -> bool:
    """Say whether a cell needs the mark "this is text" (quotePrefix), so that editing it does not make a formula of it."""
    return text.startswith(FORMULA_STARTS)


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
