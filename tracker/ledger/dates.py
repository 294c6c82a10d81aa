"""Dates as people write them, and the calendar rules of `docs/rules.md`."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from tracker.errors import Unclear
from tracker.ledger.values import FULL_WIDTH, numeral_in_digits, shorten

EARLIEST, LATEST = 1900, 2999
"""Years of the dates that are taken: a slip of the pen is found out, and counting days from any of them stays a date."""
Span = tuple[date, date]
"""The first and the last of the days that a person named."""
day_text = lru_cache(maxsize=4096)(date.isoformat)
"""A day as it is kept, 2026-11-21: reports are of few days, and writing one takes ten times as long as remembering it."""


def parse_date(text: str, today: date, *, what: str = "日期") -> date:
    """Return the day on which something ends or is due: 2026-11-21, 2026年11月21日, 11月21日, 20261121, 上周五, 3天前.

    A week, month, quarter, half or whole year (2026-W47, 2026-11, 第三季度, 2026Q4, 上半年, 年底, 十四五) stands for its last
    day, as deadlines do in the plans, and a range for its end. Without a year the running one is meant. Raises Unclear when the
    text is no date, or one so far off that days could not be counted from it.
    """
    return parse_span(text, today, what=what)[1]


def parse_start(text: str, today: date, *, what: str = "日期", past: bool = False) -> date:
    """Return the day on which a range begins, written as for `parse_date`; a span of days stands for its first.

    past: what is asked about has happened, so that 12月28日 said in January is one of the year before.
    """
    return parse_span(text, today, what=what, past=past)[0]


def parse_reported_date(text: str, today: date, *, what: str = "日期") -> date:
    """Return the day of which a report speaks, written as for `parse_date`; without a year the last one that has begun.

    A span that is still running stands for today: nobody reports on its last day before it has come.
    """
    first, last = parse_span(text, today, what=what, past=True)
    return today if first <= today <= last else last


def parse_span(text: str, today: date, *, what: str = "日期", past: bool = False, example: str = "2026-11-21") -> Span:
    """Return the first and the last day that a person named; past and errors as for `parse_start`, which show the example."""
    try:
        span = _span(_plain(text), today, past)
    except (ValueError, OverflowError):
        span = None
    if span is None:
        raise Unclear(f"{what}“{shorten(text)}”无法识别，请写成 {example} 的形式")
    if not EARLIEST <= span[1].year <= LATEST:
        raise Unclear(f"{what}“{shorten(text)}”应在 {EARLIEST} 年到 {LATEST} 年之间")
    return span


_NUMERAL = r"[〇零○一二两三四五六七八九十]+(?=[年月日号天个周星礼季])"
_SHORT_YEAR = r"^(2\d)(?=([-/.])\d{1,2}\2\d{1,2}$|年\d{1,2}月)"
_TIME_OF_DAY = (
    r"(?:(?:[T\s]+\d{1,2}|(?<=[日号])\s*\d{1,2})(?:[:：]\d{1,2}){1,2}(?:\.\d+)?|(?<=[日号])\s*(?:\d{1,2}[时点]|下班))"
    "(?=以?前|之前|$)"
)
_LATIN = ((r"q([1-4])", r"第\1季度"), (r"w(\d{1,2})", r"第\1周"), (r"h1", "上半年"), (r"h2", "下半年"))


def _plain(text: str) -> str:
    """Return a date in one spelling: no blanks, small letters, digits before a unit of time, Chinese for Q4, W47 and H2."""
    if any(sign in text for sign in ":：时点班"):
        text = re.sub(_TIME_OF_DAY, "", text)
    text = re.sub(_SHORT_YEAR, r"20\1", "".join(text.translate(FULL_WIDTH).lower().split()))
    if not text.isascii():
        text = re.sub("(?<![一-龥])元月|(?<=[年年底于在至到])元月", "1月", text)
        text = re.sub(_NUMERAL, lambda found: numeral_in_digits(found[0]), text).replace("年年", "年")
    if any(sign in text for sign in "qwh"):
        for latin, chinese in _LATIN:
            text = re.sub(rf"[-/.]?{latin}$", chinese, text)
    return re.sub(r"^(\d{1,2})\.(\d\d)$", r"\1月\2日", text)


_POINTS = {
    "今天": 0, "今日": 0, "today": 0, "昨天": -1, "昨日": -1, "yesterday": -1, "明天": 1, "明日": 1, "tomorrow": 1,
    "前天": -2, "大前天": -3, "后天": 2, "大后天": 3,
}  # fmt: skip
_AGO = r"(\d{1,4}|半)(天|日|周|星期|礼拜|个月|年)(?:以|之)?(前|后)"
_EDGE = r"(.+?)([底末初])?(?:以前|之前|前)?"


def _span(text: str, today: date, past: bool) -> Span | None:
    if text in _POINTS:
        day = today + timedelta(days=_POINTS[text])
        return day, day
    if match := re.fullmatch(_AGO, text):
        day = _away(match[1], match[2], -1 if match[3] == "前" else 1, today)
        return day, day
    match = re.fullmatch(_EDGE, text)
    if match is None:
        return None
    named, edge = match.groups()
    # 年底, 月末 and 周末 are those of the running year, month and week.
    span = _named(f"本{named}" if edge and named in ("年", "季", "季度", "月", "周") else named, today, past)
    if span is None:
        return _range(text, today, past)
    if edge is None:
        return span
    return (span[0], span[0]) if edge == "初" else (span[1], span[1])


BETWEEN = (
    r"[—－–~～至到、]+|(?<=[年月日号度底])-(?=\d|[次翌来])|(?<=\d{4})-(?=\d{4})|(?<=\d)-(?=\d{1,2}月)|(?<=年\d)-|(?<=年\d\d)-"
    r"|(?<=\d)-(?=20\d\d\D|\d{1,2}\.\d{1,2}$)|(?<=20\d\d[./]\d)-|(?<=20\d\d[./]\d\d)-"
    r"|(?<=[月./]\d)-(?=\d{1,2}[日号]?$)|(?<=[月./]\d\d)-(?=\d{1,2}[日号]?$)"
)
"""What stands between the two ends of a range; the dash of 2026-11-21 does not."""


def _range(text: str, today: date, past: bool) -> Span | None:
    """Return the days of a range, whose end lacks what its beginning said: 12月25日-31日, 2026年11月至次年3月, 1-10月."""
    parts = [part for part in re.split(BETWEEN, text) if part]
    if len(parts) < 2:  # noqa: PLR2004 - a beginning and an end
        return None
    first, last = parts[0], parts[-1]
    begun = re.match(rf"(?:{_YEAR}[-/.]?)?(?:(?P<month>\d{{1,2}})[月./](?P<day>\d)?)?", first)
    year = None if begun is None or begun["year"] is None else _year(begun, today)
    if (
        begun is not None
        and begun["month"]
        and re.fullmatch(r"\d{1,2}[日号]" if begun["day"] is None else r"\d{1,2}[日号]?", last)
    ):
        last = f"{begun['month']}月{last}"
    following, has_year = re.match(FOLLOWING, last), re.match(_YEAR, last) is not None
    if year is not None and following is not None:
        last = f"{year + 1}年{last[following.end() :]}"
    elif year is not None and not has_year:
        last = f"{year}年{last}"
    end = _span(last, today, past)
    unit = re.search("[月日号周年]|季度?", last)
    begin = _span(first, today, past) or (_span(_plain(f"{first}{unit[0]}"), today, past) if unit else None)
    if begin is None or end is None:
        return None
    if begin[0] > end[1] and not has_year:  # 11月—3月 runs over the new year
        end = (_months_later(end[0], 12), _months_later(end[1], 12))
    return (begin[0], end[1]) if begin[0] <= end[1] else None


def _away(number: str, unit: str, sign: int, today: date) -> date:
    """Return the day so far before or after today; half a month is fifteen days."""
    if unit in ("天", "日"):
        return today + timedelta(days=sign * int(number))
    if unit in ("周", "星期", "礼拜"):
        return today + timedelta(days=sign * 7 * int(number))
    if number == "半" and unit != "年":
        return today + timedelta(days=sign * 15)
    months = 6 if number == "半" else int(number) * (12 if unit == "年" else 1)
    return _months_later(today, sign * months)


def _months_later(day: date, months: int) -> date:
    from dateutil.relativedelta import relativedelta

    later: date = day + relativedelta(months=months)
    return later


def _named(text: str, today: date, past: bool) -> Span | None:
    """Return the days that a name of the calendar means; of what has happened and has no year, those that are over."""
    for form in _FORMS:
        match = re.fullmatch(form.pattern, text)
        if match is None:
            continue
        span = form.span(match, today)
        groups = match.groupdict()
        if past and groups.get("year") is None and groups.get("which") is None:
            match form.cycle:
                case "year" if span[0] > today + timedelta(days=HALF_A_YEAR):
                    return form.span(match, _months_later(today, -12))
                case "month" if span[0] > today:
                    return form.span(match, _months_later(today.replace(day=1), -1))
                case "week" if span[0] > today:
                    return form.span(match, today - timedelta(days=7))
        return span
    return None


HALF_A_YEAR = 183
"""Days ahead from which a day without a year, of which a report speaks, is rather one of the year before: 12月28日 in January."""


class _Form(NamedTuple):
    """One way to write a date: its pattern, the days it means seen from a day, and after how long it comes round again."""

    pattern: str
    span: Callable[[re.Match[str], date], Span]
    cycle: str | None = None


_YEARS = {
    "今年": 0, "本年": 0, "当年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "下年": 1, "下1年": 1, "次年": 1, "翌年": 1, "来年": 1,
    "第2年": 1, "后年": 2,
}  # fmt: skip
FOLLOWING = "(?:[次翌来]|下[一1]?|第[二2])年"
"""The year after the one that was named: 2026年11月至次年3月."""
_YEAR = rf"(?P<year>\d{{4}}|{'|'.join(_YEARS)})年?度?"
_WHICH = r"(?:(?P<which>上上|上|本|这|当|下)个?)"
_WEEK = r"(?:周|星期|礼拜)"
_STEPS = {"上上": -2, "上": -1, "下": 1}


def _year(match: re.Match[str], today: date) -> int:
    word = match["year"]
    if word is None:
        return today.year
    return today.year + _YEARS[word] if word in _YEARS else int(word)


def _day(match: re.Match[str], today: date) -> Span:
    day = date(_year(match, today), int(match["month"]), int(match["day"]))
    return day, day


def _month_day(match: re.Match[str], today: date) -> Span:
    day = date(today.year, int(match["month"]), int(match["day"]))
    return day, day


def _third(match: re.Match[str], today: date) -> Span:
    """Return the first or second ten days of a month, or what is left of it."""
    first, last = _month(match, today)
    start = {"上": 1, "中": 11, "下": 21}[match["part"]]
    return first.replace(day=start), last if match["part"] == "下" else first.replace(day=start + 9)


def _months(year: int, month: int, number: int) -> Span:
    """Return the span of so many months from one on; raises ValueError for a month that does not exist."""
    return date(year, month, 1), last_day_of_month(year, month + number - 1)


def _month(match: re.Match[str], today: date) -> Span:
    return _months(_year(match, today), int(match["month"]), 1)


def _quarter(match: re.Match[str], today: date) -> Span:
    return _months(_year(match, today), 3 * int(match["part"]) - 2, 3)


def _half(match: re.Match[str], today: date) -> Span:
    return _months(_year(match, today), 1 if match["part"] in "上前" else 7, 6)


def _so_far(match: re.Match[str], today: date) -> Span:
    """Return the first so many months or quarters of a year: 前三季度, 前10个月."""
    number = int(match["number"]) * (1 if match["unit"] == "月" else 3)
    return _months(_year(match, today), 1, number)


def _whole(match: re.Match[str], today: date) -> Span:
    return _months(_year(match, today), 1, 12)


def _five_years(match: re.Match[str], today: date) -> Span:
    del today
    last = {"四": 2025, "五": 2030}[match["part"]]
    return date(last - 4, 1, 1), last_day_of_year(last)


def _iso_week(match: re.Match[str], today: date) -> Span:
    year = today.isocalendar().year if match["year"] is None else _year(match, today)
    return _week_from(date.fromisocalendar(year, int(match["week"]), 1))


def _week_from(monday: date) -> Span:
    return monday, monday + timedelta(days=6)


def _this_week(match: re.Match[str], today: date) -> Span:
    return _week_from(today + timedelta(days=7 * _STEPS.get(match["which"], 0) - today.weekday()))


def _weekday(match: re.Match[str], today: date) -> Span:
    day = _this_week(match, today)[0] + timedelta(days=min("一二三四五六日天".index(match["day"]), 6))
    return day, day


def _this_month(match: re.Match[str], today: date) -> Span:
    first = _months_later(today.replace(day=1), _STEPS.get(match["which"], 0))
    return _months(first.year, first.month, 1)


def _this_quarter(match: re.Match[str], today: date) -> Span:
    first = _months_later(date(today.year, today.month - (today.month - 1) % 3, 1), 3 * _STEPS.get(match["which"], 0))
    return _months(first.year, first.month, 3)


def _day_of_month(match: re.Match[str], today: date) -> Span:
    day = _this_month(match, today)[0].replace(day=int(match["day"]))
    return day, day


_FORMS = (
    # 2026.6-12 is no day, but the months from June on.
    _Form(r"(?P<year>\d{4})(?:年|([-/.、]))(?P<month>\d{1,2})(?(2)(?:\2|月)|[-/.月])(?P<day>\d{1,2})[日号]?", _day),
    _Form(rf"(?:{_YEAR})?第?(?P<week>\d{{1,2}})周", _iso_week, "year"),
    # Of 1949 to 2100 only: other eight digits are rather a figure.
    _Form(r"(?P<year>19(?:49|[5-9]\d)|20\d\d|2100)(?P<month>\d\d)(?P<day>\d\d)", _day),
    _Form(rf"(?:{_YEAR})?(?P<month>\d{{1,2}})月份?(?P<day>\d{{1,2}})[日号]?", _day, "year"),
    _Form(r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})", _month_day, "year"),
    _Form(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})月?份?", _month),
    _Form(r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])", _month),
    _Form(rf"(?:{_YEAR})?(?P<month>\d{{1,2}})月份?", _month, "year"),
    _Form(rf"(?:{_YEAR})?(?P<month>\d{{1,2}})月(?P<part>[上中下])旬", _third, "year"),
    _Form(rf"(?:{_YEAR})?第?(?P<part>[1-4])季度?", _quarter, "year"),
    _Form(rf"(?:{_YEAR})?(?P<part>[上下前后])半年", _half, "year"),
    _Form(rf"(?:{_YEAR})?前(?P<number>\d{{1,2}})个?(?P<unit>月|季)度?", _so_far, "year"),
    _Form(rf"{_YEAR}", _whole),
    _Form(r"[“”\"]?十(?P<part>[四五])五[“”\"]?(?:时期|期间|期)?", _five_years),
    _Form(rf"{_WHICH}{_WEEK}", _this_week),
    _Form(rf"{_WHICH}?{_WEEK}(?P<day>[一二三四五六日天])", _weekday, "week"),
    _Form(rf"{_WHICH}月", _this_month),
    _Form(rf"{_WHICH}?月?(?P<day>\d{{1,2}})[日号]", _day_of_month, "month"),
    _Form(rf"{_WHICH}季度?", _this_quarter),
)
"""Tried in this order, what options mostly say first. Compiled by re itself when first asked for: most commands are given no date."""


def parse_instant(text: str, today: date, *, what: str = "时刻") -> str:
    """Return a moment as the UTC text in which moments are kept; a day stands for its last moment, local time.

    Raises Unclear when the text is no moment.
    """
    cleaned = text.strip().translate(FULL_WIDTH)
    try:
        moment = datetime.fromisoformat(cleaned) if "T" in cleaned or ":" in cleaned else None
    except ValueError:
        raise Unclear(f"{what}“{shorten(text)}”无法识别，请写成 2026-11-21 或 2026-11-21T18:00 的形式") from None
    if moment is None:
        moment = datetime.combine(parse_date(cleaned, today, what=what), time.max)
    elif not EARLIEST <= moment.year <= LATEST:
        raise Unclear(f"{what}“{shorten(text)}”应在 {EARLIEST} 年到 {LATEST} 年之间")
    return instant_text(moment)


def instant_text(moment: datetime) -> str:
    """Write a moment as UTC text that sorts as it runs: 2026-11-21T05:19:31.123456Z."""
    from datetime import UTC

    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def last_day_of_year(year: int) -> date:
    """Return the day on which a deadline that names only a year falls due (docs/rules.md)."""
    return date(year, 12, 31)


def last_day_of_month(year: int, month: int) -> date:
    """Return the last day of a month; raises ValueError for a month that does not exist."""
    first = date(year, month, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def week_name(day: date) -> str:
    """Return the ISO week in which a day falls, written 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
