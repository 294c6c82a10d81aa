"""What a cell means: numbers with magnitudes and measures, percentages, dates, states, as people write them (docs/forms.md).

Each function takes what a reader found and returns what the ledger keeps, None for an empty cell; raises Unclear with one
line that does not name the cell, which the caller knows.
"""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tracker.errors import Refused, Unclear
from tracker.ledger.dates import last_day_of_year, parse_reported_date
from tracker.ledger.deadlines import Due, deadline_written
from tracker.ledger.progress import HUNDRED
from tracker.ledger.terms import state_code
from tracker.ledger.values import (
    MAGNITUDES,
    converted,
    factor_between,
    is_measure,
    numeral_in_digits,
    parse_number,
    plain,
    shares_in_digits,
    shorten,
)
from tracker.sheets.reading.values import Displayed, Fault, Percent, Span, exact
from tracker.text import cleaned, lazy_pattern

REMEMBERED = 4096
"""Texts of cells whose meaning is kept: the figures, states and days of a column repeat."""
NOTHING = {"", "-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "n/a", "N/A"}
"""What people write into a cell for figures when there is none."""


def is_placeholder(value: Any) -> bool:
    """Say whether a cell holds nothing but a sign for nothing: —, /."""
    # Words begin with a letter or a figure, nearly always: of those nothing more need be asked.
    return isinstance(value, str) and not value[:1].isalnum() and _DASHES.fullmatch(folded(value)) is not None


_DASHES = lazy_pattern(r"[-—–－/\\]+")


_NUMBER = lazy_pattern(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)(.*)", re.DOTALL)
_EARLIEST_DAY = 1949
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 80_000
"""Plain numbers that stand for days from 2000 to 2119: Excel counts from the end of 1899. 20261 is no day of 1955."""

_YES = {"1", "是", "√", "✓", "✔", "v", "y", "yes", "x", "无变化", "true", "对", "同上期"}
_NO = {"", "0", "否", "n", "no", "false", "有变化", "有"}


def folded(text: str) -> str:
    """Return a text with half-width digits, letters and signs, without blanks at its ends."""
    return unicodedata.normalize("NFKC", text).strip()


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
"""Characters without width that web pages and chats leave in a text."""


def read_text(value: Any) -> str | None:
    """Return the words of a cell, with plain line ends; None for an empty one."""
    if isinstance(value, str):
        if value.isprintable():
            return value.strip() or None
        text = cleaned(value.replace("\r\n", "\n") if "\r" in value else value)
        return text.translate(_UNSEEN).strip() or None
    match value:
        case None:
            return None
        case bool():
            return "是" if value else "否"
        case Percent():
            return f"{plain(converted(exact(value), HUNDRED))}%"
        case int() | float():
            return plain(exact(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case Fault():
            raise Unclear(value.message)
        case _:
            return str(value)


def shown(value: Any) -> str:
    """Return a cell as a spreadsheet shows it, for a message: TRUE, 2026/3/4."""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value.year}/{value.month}/{value.day}" if isinstance(value, date) else str(value)


def read_percent(value: Any) -> Decimal | None:
    """Return a share on the scale 0–100: 45, "45％", or 0.45 in a cell that is shown in percent."""
    return _share_written(value) if value.__class__ is str else _share(value)


def _share(value: Any) -> Decimal | None:
    number, unit = _figure(value, "完成率")
    if number is None:
        return None
    if unit not in ("", "%"):
        raise Unclear(f"完成率“{shorten(str(value))}”无法识别，请填写 0 到 100 之间的数字")
    if not 0 <= number <= 100:  # noqa: PLR2004 - a share in percent
        shown = f"{plain(number)}%" if isinstance(value, Percent) else plain(number)
        raise Unclear(f"完成率 {shown} 超出范围，请填写 0 到 100 之间的数字")
    return number


_share_written = lru_cache(maxsize=REMEMBERED)(_share)
"""The same for words, which repeat in a column. A text that is shown of a number (`Displayed`) equals one that was written."""


def read_value(value: Any, measure: str | None, stated: str | None = None, *, what: str = "现值") -> Decimal | None:
    """Return a value in an indicator's measure. Another magnitude is converted only when the table says so.

    4.2万 is 42000 where the measure is 辆, and 4.2 where it is 万辆; 42000辆 is 4.2 万辆. A bare number is in the unit of measure that
    its heading, a line above or a column states (stated), and without one it is taken as it is.
    """
    number, unit = _figure(value, what)
    if number is None:
        return None
    unit = unit or stated or ""
    return number if not unit else converted(number, _factor(unit, measure, read_text(value) or "", what))


def without_bound(value: Any) -> tuple[Any, str]:
    """Return a figure without the words of its bound, and the comparator they say: ≧90, 90%以上, 不超过30, 达到90 (which says none).

    What a list of targets takes for a bound is one here; with other words before it the cell comes back as it is.
    """
    if not isinstance(value, str):
        return value, ""
    from tracker.plans.reading.target_values import bound_of

    return bound_of(folded(value).replace(" ", "")) or (value, "")


def is_share(value: Any) -> bool:
    """Say whether a figure is a share by its own words or format: 45%, 六成, 0.45 shown in percent."""
    try:
        return _figure(value, "")[1] == "%"
    except Unclear:
        return False


def is_doubtful_share(value: Any, measure: str | None = "%", stated: str | None = None) -> bool:
    """Say whether a share was written as 0.45 or 1 in a cell that is not shown in percent: it may mean 45 % or 100 %.

    stated: the unit of measure of the column, which does not tell how its figures are written.
    """
    if measure != "%" or stated not in (None, "%"):
        return False
    if isinstance(value, str):
        return _is_fraction(value)
    return not isinstance(value, (Percent, bool)) and isinstance(value, (int, float)) and 0 < value <= 1


@lru_cache(maxsize=REMEMBERED)
def _is_fraction(text: str) -> bool:
    text = folded(text)
    return text[:1] in "0.1" and _FRACTION.fullmatch(text) is not None


_FRACTION = lazy_pattern(r"0?\.0*[1-9]\d*|1(?:\.0+)?")


def _figure(value: Any, what: str) -> tuple[Decimal | None, str]:
    """Split a cell into its number and the words after it."""
    if isinstance(value, str):
        found = _displayed_figure(value) or _figure(value.number, what) if isinstance(value, Displayed) else None
        return found or figure_written(value, what)
    if value is None:
        return None, ""
    if isinstance(value, Fault):
        raise Unclear(value.message)
    if isinstance(value, (bool, date, time, timedelta, Span)):
        raise Unclear(f"{what}“{shorten(shown(value))}”不是数字，请填写如 61.5 的数字")
    if isinstance(value, Percent):
        return converted(exact(value), HUNDRED), "%"
    return exact(value), ""


def _displayed_figure(value: Displayed) -> tuple[Decimal, str] | None:
    """Return the figure that a format makes of a number; None where its words are no unit of measure: 共81, 81达标."""
    with suppress(Unclear):
        number, unit = figure_written(str(value), "")
        if number is not None and (not unit or unit in MAGNITUDES or is_measure(unit)):
            return number, unit
    return None


_ROUGH = lazy_pattern(r"^(?:大约|约|大致)为?\s*|\s*(?:左右|上下|[余多])$|(?<=\d)[余多](?=\D)")
_SHARE = lazy_pattern(r"\d+%")
_BLANK_IN_NUMBER = lazy_pattern(r"(?<=\d) (?=\d{3}(?!\d))")


def is_rough(value: Any) -> bool:
    """Say whether more was said of a figure than the number that is read: 约60%, 60万左右, 88.5万吨（预计）, 15+."""
    if not isinstance(value, str):
        return False
    return _is_rough(value) or (isinstance(value, Displayed) and _displayed_figure(value) is None)


@lru_cache(maxsize=REMEMBERED)
def _is_rough(value: str) -> bool:
    text = folded(value)
    if is_plain_number(text) or _ROUGH.search(text) is not None:
        return not is_plain_number(text)
    return _without_remark(text) not in (text, re.sub("[()]", "", text))


def rough_words(value: Any) -> str:
    """Say what to mind of a figure of which `is_rough` holds."""
    words = "是约数，按所写的数读取" if _ROUGH.search(folded(str(value))) else "只读取其中的数"
    return f"“{shorten(str(value))}”{words}；请核对"


_REMARK = lazy_pattern(r"(?<=.)(?:\+|\(([^()]*)\))$")
_MANY = lazy_pattern("[千百](?![瓦米克卡伏焦赫分兆乏])")
_SPELLED = lazy_pattern("[一二两三四五六七八九十百千零〇]+")


def _without_remark(text: str) -> str:
    """Return a figure without the brackets behind it; those of a measure are its own: 5条（个）, 430（万千瓦）."""
    found = _REMARK.search(text)
    if found is None:
        return text
    before = text[: found.start()].rstrip()
    if not is_measure(found[1]):
        return before
    return f"{before}{found[1]}" if is_plain_number(before) else text


def _spelled_in_digits(text: str) -> str:
    """Return a figure whose number is a Chinese numeral in digits: 四千辆, 十五万亩; other words as they are."""
    found = _SPELLED.match(text)
    rest = "" if found is None else text[found.end() :].strip()
    is_figure = found is not None and (not rest or rest in MAGNITUDES or is_measure(rest))
    if found is None or not is_figure:
        return text
    number = numeral_in_digits(found[0])
    # 四千 where 万辆 are counted is 4千辆, as 4千 is.
    return f"{plain(Decimal(number).scaleb(-3).normalize())}千" if "千" in found[0] and not rest else f"{number}{rest}"


_FIRST_SIGNS = frozenset("+-−.约大左上零〇一二两三四五六七八九十百千万亿半").union(word[0] for word in NOTHING if word)
"""What a figure in words, or a word for none, may begin with."""


def may_be_figure(text: str) -> bool:
    """Say, at the cost of a glance, whether a text may be a figure or a word for none."""
    return not text or text[0] in _FIRST_SIGNS or text[0].isdecimal()


def is_plain_number(text: str) -> bool:
    """Say whether a text is digits and nothing else, but for one point between them: most figures are."""
    whole, point, rest = text.partition(".")
    return text.isascii() and whole.isdigit() and (rest.isdigit() or not point)


@lru_cache(maxsize=REMEMBERED)
def figure_written(value: str, what: str) -> tuple[Decimal | None, str]:
    """Split a figure in words into its number and what stands behind it: 约60%, 四成五, 4.2 万辆; None for a word for nothing."""
    text = folded(value)
    if is_plain_number(text):
        return parse_number(text, what=what), ""
    if not may_be_figure(text):
        raise Unclear(f"{what}“{shorten(value)}”不是数字，请填写如 61.5 的数字")
    text = _BLANK_IN_NUMBER.sub("", _without_remark(_ROUGH.sub("", text)))
    if not text.isascii():
        text = share if _SHARE.fullmatch(share := shares_in_digits(text)) else _spelled_in_digits(text)
    if text in NOTHING:
        return None, ""
    match = _NUMBER.fullmatch(text.replace("−", "-"))
    if match is None or not match[1].strip("+-") or match[2].startswith((",", ".")):
        raise Unclear(f"{what}“{shorten(value)}”不是数字，请填写如 61.5 的数字")
    number, unit = parse_number(match[1], what=what), re.sub(r"\s+", "", match[2])
    if (many := _MANY.match(unit)) is None or unit == many[0]:
        return number, unit
    return converted(number, Decimal(1000 if many[0] == "千" else 100)), unit[1:]


def _factor(unit: str, measure: str | None, shown: str, what: str) -> Decimal:
    """Return by what a figure given in one unit is multiplied to be in an indicator's measure."""
    try:
        return factor_between(unit, measure)
    except Refused:
        given = "" if unit in folded(shown).replace(" ", "") else f"（{unit}）"
        raise Unclear(
            f"{what}“{shorten(shown)}”的单位{given}与指标单位（{measure or '无单位'}）不符，请按指标单位填写数字"
        ) from None


def read_state(value: Any) -> str | None:
    """Return the code of a state, None for none; raises Unclear for other words, also for what is said of progress (滞后, 正常, 绿)."""
    text = shown(value) if isinstance(value, (bool, date)) else read_text(value)
    return None if text is None or is_placeholder(text) else _state_called(text)


def is_judgement(value: Any) -> bool:
    """Say whether the words of a state say how the work goes, not where it stands: 滞后, 正常, 绿, √."""
    return isinstance(value, str) and re.search(_JUDGED, value) is not None


_JUDGED = (
    "正常|滞后|缓慢|超期|逾期|超时|超前|提前|按期|延期|预警|风险|困难|停滞|停工|暂[缓停]|中止|终止|取消|[红黄蓝绿灰]|[√×✓✔]|未完成|未达|达标|理想|较[好差快慢]|良好|一般|"
    "已(?:申报|办理|落实|整改|验收|上报)|\\d|^[是否好差优良中快慢]$"
)


@lru_cache(maxsize=256)
def _state_called(text: str) -> str:
    word = folded(text)
    code = state_code(word)
    if code is None:
        raise Unclear(f"没有“{shorten(text)}”这种状态；请填 未启动、进行中 或 申报办结")
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
    if value is None or isinstance(value, str):
        return _day_written(value, today) if value else None
    match value:
        case Fault():
            raise Unclear(value.message)
        case date() | Span() if (value.first if isinstance(value, Span) else value).year < _EARLIEST_DAY:
            # 2026 or 2026.10 typed into a cell with the format of a date is a day of 1905.
            raise Unclear(f"日期格式的单元格里是 {str(value)[:10]}，像是只填了年份或月份；请写成 2026-11-21 的形式")
        case Span():
            return today if value.first <= today <= value.last else value.last
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


def read_year(value: Any, today: date) -> int | date | None:
    """Return the year whose figure a value is (数据时点): 2025, 2025年末, 2025-12-31; another day as that day."""
    match value:
        case int() | float() if EARLIEST_YEAR <= value <= LATEST_YEAR and value == int(value):
            return int(value)
        case str() if (written := _YEAR.fullmatch(_AROUND_DAY.sub("", folded(value)))) is not None:
            return int(written[1])
        case Span() if value.first.year >= _EARLIEST_DAY:
            day: date | None = value.last
        case _:
            day = read_date(value, today)
    return day.year if day is not None and (day.month, day.day) == (12, 31) else day


_YEAR = lazy_pattern(r"(20\d\d)\s*(?:年度?)?(?:全年|年?底|年?末)?(?:数据?)?")


def _day_in_digits(value: float, today: date) -> date:
    """Return the day of the number 20261121; no other number that is too great or too small for a spreadsheet is a day."""
    text = f"{value:.15g}"
    if (month := _MONTH_IN_DIGITS.fullmatch(text)) is not None:
        return parse_reported_date(f"{month[1]}年{month[2]}月", today)
    if len(text) != len("20261121"):
        raise Unclear(_no_day(text))
    return parse_reported_date(text, today)


_MONTH_IN_DIGITS = lazy_pattern(r"(20\d\d)\.([2-9]|1[12])")
"""A month typed as a number that can be no other: 2026.12, 2026.9. 2026.1 may have been 2026.10."""


def _no_day(text: str) -> str:
    """Say why a number is no date: of 2026.1 it cannot be told whether October or January was typed."""
    if re.fullmatch(r"(?:19|20)\d\d\.\d{1,2}", text):
        return f"日期“{text}”是数字，2026.1 与 2026.10 在表格中无法区分；请写成 2026-10 或 2026年10月"
    return f"日期“{text}”无法识别，请写成 2026-11-21 的形式"


@lru_cache(maxsize=1024)
def _day_written(value: str, today: date) -> date | None:
    text = folded(value)
    if _SERIAL.fullmatch(text):
        return read_date(int(text), today)
    if text in NOTHING or (text[0] in "_年月日" and not re.sub(r"[_\s年月日]+", "", text)):
        return None  # —, or the blanks of a printed form: ____年__月__日
    return parse_reported_date(text if text.isascii() else _AROUND_DAY.sub("", text), today)


_AROUND_DAY = lazy_pattern(
    r"^截[至止]到?|\s*\((?:星期|周|礼拜)[一二三四五六日天]\)$|\s*(?:星期|礼拜)[一二三四五六日天]$|止$"
)
"""What people write around a day: 截至…, …（星期六）, …止."""
_SERIAL = lazy_pattern(r"[2-7]\d{4}")
"""The number of a day as a spreadsheet writes it into a CSV file where its cell has no format."""


_YEAR_IN_TEXT = lazy_pattern(r"(20\d\d)\s*年")


def year_in(texts: Iterable[str]) -> int | None:
    """Return the year that titles above a table name, where they name one only."""
    years = {int(year) for text in texts for year in _YEAR_IN_TEXT.findall(folded(text))}
    return years.pop() if len(years) == 1 else None


def read_due(value: Any, today: date, *, year: int | None = None, from_1904: bool = False) -> Due:
    """Return a deadline: a month, quarter or year is due on its last day, and one without a year is in that of the table.

    Words that name no day are kept as words; a cell that holds neither raises Unclear.
    """
    match value:
        case Span() if value.first.year >= _EARLIEST_DAY:
            return Due(value.last)
        case int() | float() if (
            not isinstance(value, bool) and EARLIEST_YEAR <= value <= LATEST_YEAR and value == int(value)
        ):
            return Due(last_day_of_year(int(value)))
        case int() | float() if len(text := f"{value:.15g}") == len("202611") and text.isdigit():
            return deadline_written(text, today)
        case int() | float() if (month := _MONTH_IN_DIGITS.fullmatch(f"{value:.15g}")) is not None:
            return deadline_written(f"{month[1]}年{month[2]}月", today)
        case str():
            text = folded(value)
            if _SERIAL.fullmatch(text):
                return Due(read_date(int(text), today))
            return (
                Due()
                if text in NOTHING
                else deadline_written(text, date(year, 12, 31) if year not in (None, today.year) else today)
            )
        case _:
            return Due(read_date(value, today, from_1904=from_1904))


EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
"""Numbers that stand for a year in a column of deadlines."""
