"""How a number format shows a number: as a share, a day, a month, with words (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tracker.ledger.values import converted, plain
from tracker.sheets.reading.values import Displayed, Percent, Span, exact

PLAIN, PERCENT, DAY, MONTH, YEAR, TIME = range(6)
"""What a format makes of a number."""

_BUILT_IN = {
    **dict.fromkeys((9, 10), PERCENT), **dict.fromkeys((14, 15, 16, 22), DAY), 17: MONTH,
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), TIME),
    # Of Chinese programs: yyyy"年"m"月" and its like are months, h"时"mm"分" a time of day.
    **dict.fromkeys((27, 36, 50, 52, 57), MONTH), **dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), DAY),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), TIME),
}  # fmt: skip
_WORDS = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general', re.IGNORECASE)
_LAST_DAY = 2_958_466
"""The day after 9999-12-31, where spreadsheets stop counting."""


def built_in(number: int) -> int:
    """Return what a format does that programs know by its number."""
    return _BUILT_IN.get(number, PLAIN)


_TOKEN = re.compile(
    r'"([^"]*)"|[\\!](.)|[_*].|\[\$([^\]-]*)[^\]]*\]|\[([<>]=?|=|<>)(-?[\d.]+)\]|\[[^\]]*\]'
    r"|((?:[0#?]+(?:[,.]?[0#?]+)*\.?,*|general|g/通用格式)(?:e[+-][0#?]+)?)|(.)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = " \u3000\xa0()（）+-–—/.,，:;'¥￥$€£"
"""What a format puts around a number without saying anything of it."""
_COMPARED = {
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
    "=": float.__eq__,
    "<>": float.__ne__,
}


@dataclass(frozen=True, slots=True)
class Section:
    """What a part of a format does: the words before and after, by what the number is multiplied, for which numbers it is meant."""

    before: str
    after: str
    factor: Decimal | None
    least_digits: int
    is_percent: bool
    bound: tuple[str, float] | None

    @property
    def has_words(self) -> bool:
        """Whether something is said of the number: ≥, 千瓦."""
        return bool((self.before + self.after).strip(_SIGNS))

    def shown(self, number: float) -> Any:
        """Return the words with the number among them, all its digits kept; the number where there are no words."""
        if not self.has_words or (self.before + self.after == "%" and abs(number) <= 1):
            # Typed 45%, a cell with the format 0"%" keeps 0.45: whether that is 45 % is asked where it is read.
            return Percent(number) if self.is_percent else number
        if self.factor is None:
            return self.before
        digits = plain(converted(abs(exact(number)), self.factor))
        whole, point, rest = digits.partition(".")
        digits = (
            f"{'-' if number < 0 else ''}{whole.zfill(self.least_digits)}{point}{rest}{'%' if self.is_percent else ''}"
        )
        before, after = self.before, self.after
        if number < 0:  # a section of its own says so in its way: -0, (0)
            before, after = before.strip("-(（ "), after.strip(")） ")
        return Displayed(f"{before}{digits}{after}", Percent(number) if self.is_percent else number)


@dataclass(frozen=True, slots=True)
class Worded:
    """A format that shows numbers with words around them: #,##0"千瓦", "≥"0"万千瓦"."""

    sections: tuple[Section, ...]

    def shown(self, number: float) -> Any:
        """Return a number as the section shows it that is meant for it."""
        *others, last = self.sections
        bounds = [each.bound for each in others] if any(each.bound for each in others) else _BOUNDS[len(others)]
        chosen = (
            each for each, bound in zip(others, bounds, strict=False) if bound and _COMPARED[bound[0]](number, bound[1])
        )
        return next(chosen, last).shown(number)


_BOUNDS: tuple[tuple[tuple[str, float], ...], ...] = ((), ((">=", 0.0),), ((">", 0.0), ("<", 0.0)))
"""For which numbers the sections are meant but the last, where a format does not say."""
Kind = int | Worded
"""What a format makes of a number: one of the kinds above, or words around it."""


def _section(code: str) -> Section | None:
    """Read a part of a format; None for one with words between its digits, or of more than a number."""
    words, between, bound = ["", ""], "", None
    factor, digits, percent = Decimal(1), "", False
    for quoted, escaped, currency, comparator, limit, run, other in _TOKEN.findall(code):
        literal = quoted or escaped or (currency if digits else "")
        if comparator:
            bound = (comparator, float(limit))
        elif run:
            if digits and between != ".":
                return None
            # 0\.0 shows the tens of a number as its point: 0\.0,"万元".
            factor = factor.scaleb(-3 * (len(run) - len(run.rstrip(","))) - (len(run.rstrip(",")) if digits else 0))
            digits, between, words[1] = digits or run.lower(), "", ""
        elif other == "%":
            percent, factor = True, factor * 100
        elif other in ("@", "*") or (other.isascii() and other.isalpha()):
            return None
        elif literal or other:
            words[bool(digits)] += literal or other
            between = words[1]
    least = len(digits.split(".")[0].replace(",", "").lstrip("#?")) if "g" not in digits else 1
    return Section(words[0], words[1], factor if digits else None, least, percent, bound)


@lru_cache(maxsize=512)
def kind_of(code: str) -> Kind:
    """Return what a format does that is written out: 0.0%, yyyy"年"m"月", m/d/yyyy h:mm, #,##0"千瓦"."""
    kind = _plain_kind(code)
    if kind not in (PLAIN, PERCENT):
        return kind
    sections = [_section(part) for part in _PARTS.findall(code)][:3]
    known = tuple(each for each in sections if each is not None)
    return Worded(known) if any(each.has_words for each in known) and len(known) == len(sections) else kind


_PARTS = re.compile(r'(?:^|(?<=;))((?:"[^"]*"|\\.|[^;"\\])*)')


def _plain_kind(code: str) -> int:
    section = _WORDS.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "%" in section:
        return PERCENT
    has_time = "h" in section or "s" in section
    if "d" in section:
        return DAY
    if "y" in section or "e" in section.replace("e+", "").replace("e-", ""):
        return DAY if has_time else (MONTH if "m" in section else YEAR)
    if has_time:
        return TIME
    return MONTH if "m" in section else PLAIN


def shown(number: float, kind: Kind, *, from_1904: bool = False) -> Any:
    """Return what a number is that a format shows: a share, a day (with its time), a month or a year, a text with it, or itself."""
    if kind == PLAIN:
        return number
    if isinstance(kind, Worded):
        return kind.shown(float(number))
    if kind == PERCENT:
        return Percent(number)
    if not 0 <= number < _LAST_DAY:
        return number
    if kind == TIME and number < 1:
        return moment_of(1 + number).time()
    moment = moment_of(number, from_1904=from_1904)
    if kind in (MONTH, YEAR):
        return span_of(moment.date(), kind)
    return moment


_DISPLAY = re.compile(r"(\D*?)[-−]?(0*)([\d,]*(?:\.(\d+))?)(%?)(\D*)", re.DOTALL)
_FACTORS = tuple(Decimal(1).scaleb(power) for power in (0, -3, -4, -6, -8, 2))


def shown_as(number: float, display: str, *, is_percent: bool) -> Any:
    """Return a number of which only the text is known that its cell shows: 4,300千瓦, 1.2万元; with all its digits."""
    found = _DISPLAY.fullmatch(display.strip())
    if found is None or not found[2] + found[3].strip(",."):
        has_words = bool(display.strip(_SIGNS)) and not any(map(str.isdigit, display))
        return display.strip() if has_words else Percent(number) if is_percent else number
    before, zeros, digits, places, percent, after = found.groups()
    after = after if is_percent else percent + after
    figure, step = Decimal(zeros + digits.replace(",", "")), Decimal(1).scaleb(-len(places or ""))
    value = abs(exact(number))
    factor = next((each for each in _FACTORS if abs(value * each - figure) < step), None)
    if factor is None:
        return display.strip()
    least = len(zeros + digits.partition(".")[0]) if zeros else 1
    return Section(before, after, factor, least, is_percent, None).shown(number)


def moment_of(number: float, *, from_1904: bool = False) -> datetime:
    """Return the moment that a count of days stands for, to the second."""
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no time zone
    if not from_1904 and number < 60:  # noqa: PLR2004 - the 29 February 1900 that never was
        start += timedelta(days=1)
    return start + timedelta(seconds=round(number * 86_400))


def span_of(day: date, kind: int) -> Span:
    """Return the month or the year in which a day lies."""
    if kind == YEAR:
        return Span(date(day.year, 1, 1), date(day.year, 12, 31))
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
