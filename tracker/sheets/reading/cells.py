"""What a cell means: numbers with magnitudes and measures, percentages, dates, states, as people write them (docs/sheets.md).

Each function takes what a reader found and returns what the ledger keeps, None for an empty cell; raises Unclear with one
line that does not name the cell, which the caller knows.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tracker.errors import Refused, Unclear
from tracker.ledger.dates import parse_reported_date
from tracker.ledger.measures import converted, factor_between
from tracker.ledger.progress import HUNDRED
from tracker.ledger.terms import state_code
from tracker.ledger.values import parse_number, plain, shorten
from tracker.text import cleaned

NOTHING = {"", "-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "n/a", "N/A"}
"""What people write into a cell for figures when there is none."""

_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)(.*)", re.DOTALL)
_TIME_OF_DAY = re.compile(r"[T\s]+\d{1,2}(:\d{1,2}){1,2}(\.\d+)?$")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
"""Plain numbers that stand for days from 1954 to 2119: Excel counts from the end of 1899."""

_YES = {"1", "是", "√", "✓", "✔", "v", "y", "yes", "x", "无变化", "true", "对", "同上期"}
_NO = {"", "0", "否", "n", "no", "false", "有变化", "有"}


def folded(text: str) -> str:
    """Return a text with half-width digits, letters and signs, without blanks at its ends."""
    return unicodedata.normalize("NFKC", text).strip()


def read_text(value: Any) -> str | None:
    """Return the words of a cell, with plain line ends; None for an empty one."""
    if isinstance(value, str):
        return cleaned(value.replace("\r\n", "\n") if "\r" in value else value).strip() or None
    match value:
        case None:
            return None
        case bool():
            return "是" if value else "否"
        case int() | float():
            return plain(exact(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case _:
            return str(value)


def exact(value: float) -> Decimal:
    """Return the decimal that a spreadsheet's number was typed as: 78.5, not its binary neighbour."""
    return Decimal(int(value)) if float(value).is_integer() and abs(value) < 1e15 else Decimal(repr(float(value)))  # noqa: PLR2004 - beyond, a float has no unit digit


def read_percent(value: Any, *, shown_in_percent: bool = False) -> Decimal | None:
    """Return a share on the scale 0–100: 45, "45％", or 0.45 in a cell that is shown in percent."""
    number, unit = _figure(value, "完成率")
    if number is None:
        return None
    if unit not in ("", "%"):
        raise Unclear(f"完成率“{shorten(str(value))}”无法识别，请填写 0 到 100 之间的数字")
    if shown_in_percent and not isinstance(value, str):
        number = converted(number, HUNDRED)
    if not 0 <= number <= 100:  # noqa: PLR2004 - a share in percent
        shown = f"{plain(number)}%" if shown_in_percent else plain(number)
        raise Unclear(f"完成率 {shown} 超出范围，请填写 0 到 100 之间的数字")
    return number


def read_value(value: Any, measure: str | None, *, shown_in_percent: bool = False) -> Decimal | None:
    """Return a value in an indicator's measure. Another magnitude is converted only when the cell says so.

    4.2万 is 42000 where the measure is 辆, and 4.2 where it is 万辆; 42000辆 is 4.2 万辆; a bare number is taken as it is.
    """
    number, unit = _figure(value, "现值")
    if number is None:
        return None
    if shown_in_percent and not isinstance(value, str):
        number, unit = converted(number, HUNDRED), "%"
    return number if not unit else converted(number, _factor(unit, measure, str(value)))


def _figure(value: Any, what: str) -> tuple[Decimal | None, str]:
    """Split a cell into its number and the words after it."""
    if value is None:
        return None, ""
    if isinstance(value, (bool, date, time, timedelta)):
        raise Unclear(f"{what}“{shorten(str(value))}”不是数字，请填写如 61.5 的数字")
    if isinstance(value, (int, float)):
        return exact(value), ""
    return _figure_written(value, what)


@lru_cache(maxsize=4096)
def _figure_written(value: str, what: str) -> tuple[Decimal | None, str]:
    text = folded(value)
    if text in NOTHING:
        return None, ""
    match = _NUMBER.fullmatch(text.replace("−", "-"))
    if match is None or not match[1].strip("+-") or match[2].startswith((",", ".")):
        raise Unclear(f"{what}“{shorten(value)}”不是数字，请填写如 61.5 的数字")
    return parse_number(match[1], what=what), re.sub(r"\s+", "", match[2])


def _factor(unit: str, measure: str | None, shown: str) -> Decimal:
    """Return by what a figure given in one unit is multiplied to be in an indicator's measure."""
    try:
        return factor_between(unit, measure)
    except Refused:
        raise Unclear(
            f"现值“{shorten(shown)}”的单位与指标单位（{measure or '无单位'}）不符，请按指标单位填写数字"
        ) from None


def read_state(value: Any) -> str | None:
    """Return the code of a state."""
    text = read_text(value)
    return None if text is None else _state_called(text)


@lru_cache(maxsize=256)
def _state_called(text: str) -> str:
    word = folded(text)
    code = state_code(word)
    if code is None:
        raise Unclear(f"没有“{shorten(text)}”这种状态；请填 未启动、进行中 或 已办结")
    return code


def read_flag(value: Any) -> bool:
    """Say whether 无变化 is marked."""
    text = folded(read_text(value) or "").lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unclear(f"“无变化”一栏的“{shorten(text)}”无法识别；无变化请填 1，有变化请留空")


def read_date(value: Any, today: date, *, from_1904: bool = False) -> date | None:
    """Return the day of a report: a spreadsheet's date, its plain number, or a text or a number in eight digits.

    A text may name a month: 2026年10月 is its last day, and the month or the year that is running is today.
    """
    match value:
        case None | "":
            return None
        case datetime():
            return value.date()
        case date():
            return value
        case bool():
            raise Unclear("日期无法识别，请写成 2026-11-21 的形式")
        case int() | float() if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
            return start + timedelta(days=int(value))
        case int() | float():
            return _day_in_digits(value, today)
    return _day_written(str(value), today)


def _day_in_digits(value: float, today: date) -> date:
    """Return the day of the number 20261121; no other number that is too great or too small for a spreadsheet is a day."""
    text = f"{value:.15g}"
    if len(text) != len("20261121"):
        raise Unclear(f"日期“{value:g}”无法识别，请写成 2026-11-21 的形式")
    return parse_reported_date(text, today)


@lru_cache(maxsize=1024)
def _day_written(value: str, today: date) -> date | None:
    text = folded(value)
    return parse_reported_date(_TIME_OF_DAY.sub("", text), today) if text else None
