"""What a cell may hold beside texts and plain numbers: a share shown in percent, a month shown as one, an error."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Self

from tracker.text import lazy_pattern


class Percent(float):
    """A number that its cell shows in percent: 0.45 is 45 %."""

    __slots__ = ()


class Displayed(str):
    """A number (number) as its cell shows it, with the words of its format: 4300千瓦, ≥500万千瓦."""

    __slots__ = ("number",)
    number: float

    def __new__(cls, text: str, number: float) -> Self:
        """Keep the number with the text."""
        found = super().__new__(cls, text)
        found.number = number
        return found


@dataclass(frozen=True, slots=True)
class Span:
    """A date that its cell shows as a month or a year: typed 2026年12月, a spreadsheet keeps the first of the month."""

    first: date
    last: date

    def __str__(self) -> str:
        """Return it as the cell shows it."""
        one_month = self.first.month == self.last.month
        return f"{self.first.year}年{self.first.month}月" if one_month else f"{self.first.year}年"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a usable value: it shows an error (shown: #DIV/0!), or is a formula that was never calculated (None)."""

    shown: str | None = None

    @property
    def message(self) -> str:
        """Say what is wrong with the cell and what to do."""
        if self.shown is None:
            return "单元格是公式，没有存下的值；请用 Excel 或 WPS 打开并保存后再导入，或复制后“选择性粘贴—数值”"
        return f"单元格显示的是错误值（{self.shown}），请改填数值或文字；没有数据请留空"

    @property
    def name(self) -> str:
        """Say what it is."""
        return "没有存下值的公式" if self.shown is None else f"错误值（{self.shown}）"

    def __str__(self) -> str:
        """Return it as the cell shows it."""
        return self.shown or "（公式）"


Value = str | int | float | bool | date | datetime | time | timedelta | Span | Fault
"""What a cell holds; empty ones hold an empty text."""


def exact(value: float) -> Decimal:
    """Return the decimal that a spreadsheet's number was typed as: 78.5, not its binary neighbour.

    A spreadsheet knows fifteen digits; what a float has beyond them comes from computing, or from the kind of file.
    """
    if float(value).is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - beyond, a float has no unit digit
        return Decimal(int(value))
    return Decimal(f"{float(value):.15g}")


def as_fault(text: str) -> "str | Fault":
    """Return a text that is an error value, as CSV files and pasted cells have it, as the fault it is; any other as it is."""
    return Fault(text.strip()) if _ERROR.fullmatch(text) else text


_ERROR = lazy_pattern(
    r"\s*(?:#(?:REF|DIV/0|VALUE|NUM|NULL|SPILL|CALC|FIELD|BLOCKED)!|#N/A|#NAME\?|#GETTING_DATA|Err:5\d\d)\s*"
)
ERROR_SIGNS = frozenset("#E")
"""What an error value begins with."""
PICTURE = lazy_pattern(r"(?i)=?(_xlfn\.)?DISPIMG\(")
"""What WPS writes into a cell that holds a picture, and into the text that is saved of it."""


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, row and column from 0, as a spreadsheet writes it: (4, 9) is J5."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """Return the name of a column, from 0: 27 is AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
