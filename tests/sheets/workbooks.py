"""Small questions to a workbook that was read back."""

from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet


def day(text: str) -> datetime:
    """Return a date as it comes back from a workbook."""
    return datetime.fromisoformat(text)


def footer_of(sheet: Worksheet) -> str:
    """Return the words in the middle of a sheet's footer."""
    assert sheet.oddFooter is not None
    return str(sheet.oddFooter.center.text)
