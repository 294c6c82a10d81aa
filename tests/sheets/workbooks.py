"""Small questions to a workbook that was read back."""

from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet


def day(text: str) -> datetime:
    """Return a date as it comes back from a workbook."""
    return datetime.fromisoformat(text)


def footer_of(sheet: Worksheet) -> str:
    """Return the words in the footer of a sheet's odd pages, in the middle or at the right."""
    footer = sheet.oddFooter
    assert footer is not None
    return str(footer.center.text or footer.right.text)
