"""What a heading says: the column it stands for, by the names people use, the unit of measure in it, the period it speaks of."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.column_names import ALIASES, PATTERNS, column_named, column_resembled, first_of, heading
from tracker.ledger.dates import last_day_of_month
from tracker.ledger.values import factor_between, is_measure, numeral_in_digits, shorten
from tracker.sheets.reading.cells import folded
from tracker.text import lazy_pattern

CONTENT = ("state", "percent", "value", "standing", "note", "problem", "next", "evidence", "same")
"""Columns that a report can come from."""
IDENTITY = ("id", "number", "name", "title")
EITHER = "单位"
"""A heading that means an organisation in one table and a unit of measure in another; what stands below tells."""
META: Mapping[str, Sequence[str]] = {
    "unit": ALIASES["unit"], "named_unit": ("责任单位", "责任部门", "单位名称", EITHER),
    "date": (*ALIASES["date"], "数据时点", "统计时间", "统计日期", "截止日期", "截止时间", "报表期", "日期", "时间"), "by": ALIASES["by"],
    "reviewer": ("审核人", "审核", "审签人", "审核人签字"), "phone": ("联系电话", "联系方式", "电话"), "closing": ("报送截止",),
}  # fmt: skip
"""What may stand above or below a table, for the whole of it, by the names under which it is known.

named_unit: whose table it is in words that are not those of 填报单位.
"""

EXPORTED = frozenset({
    "plan", "kind", "number", "chapter", "section", "title", "text", "source", "responsibility", "lead_units",
    "participating_units", "open_ended", "due", "original_due", "state", "percent", "met", "overdue", "days_overdue", "due_soon",
    "light", "light_reason", "planned_progress", "lag", "forecast", "last_report", "indicators", "note", "completed_on",
    "closed_on", "assessable", "awaiting", "start", "extensions", "main_lead", "reported_units", "unreported_units", "returned",
    "parent", "children", "name", "comparator", "value", "bound", "aspirational", "measure", "baseline_year", "baseline_value",
    "scope", "direction", "actual", "actual_date", "achievement", "basis", "met_on", "met_late", "expected", "milestones", "trend",
    "id", "region", "stamp", "item", "n", "reported_on", "at", "change", "city", "year", "problem", "next", "unit", "by",
})  # fmt: skip
"""Columns that our own listings write (`docs/reference.md`): known, though a table that comes back is not read for them."""

COMPUTED = frozenset({
    "met", "overdue", "days_overdue", "due_soon", "light", "light_reason", "planned_progress", "lag", "achievement",
    "last_report", "owes", "unreported_units", "reported_units",
})  # fmt: skip
"""Columns that the ledger works out: a table with one of them is a listing of ours, and not a report that somebody wrote."""

_LISTED = {
    "chapter", "section", "title", "text", "source", "responsibility", "lead_units", "participating_units", "open_ended",
    "light_reason", "planned_progress", "days_overdue", "due_soon",
}  # fmt: skip
"""Columns of `list --csv`, which may write any of them: beside them `note` is the plan's remark, no report."""
_WHOLE_LIST = {"lead_units", "light_reason"}
"""Columns by which a listing with all its fields is known: nobody wrote a report into its `note`."""
_INDICATORS_LISTED = {
    "name", "comparator", "bound", "aspirational", "measure", "baseline_year", "baseline_value", "due", "original_due",
    "scope", "direction", "actual", "actual_date", "achievement", "met", "overdue", "lag",
}  # fmt: skip
"""Columns of `list --indicators --csv`, which may write any of them: beside them `value` is the target (docs/reference.md)."""

_PATTERN_HINT = lazy_pattern(r"(?:20)?[\dx]{2,4}[.\-/年][\dx]{1,2}(?:[.\-/月][\dx]{0,2}日?)?月?$|y{2,4}[-/.]?m{1,2}.*$")
"""How an office shows the way to write a date: 20XX.0X, yyyy-mm."""

_PLANNED = ("计划", "预计", "拟", "建议")


class Period(NamedTuple):
    """The period of which a column of progress speaks: year (None: not said, -1: the last), first month, last, last day (0: its end).

    since: its first day, where it is no exact day (11月上旬); week: of a year by ISO, instead of months.
    """

    year: int | None
    first: int
    last: int
    day: int = 0
    since: int = 0
    week: int = 0

    def span(self, year: int) -> tuple[date, date]:
        """Return its first and its last day in a year."""
        if self.week:
            monday = date.fromisocalendar(year, min(self.week, date(year, 12, 28).isocalendar().week), 1)
            return monday, monday + timedelta(days=6)
        last = last_day_of_month(year, self.last)
        return date(year, self.first, self.since or 1), last.replace(day=min(self.day or last.day, last.day))

    @property
    def ends(self) -> tuple[int, date, int]:
        """Its place among others by its end; one without a year is the latest of its kind, the longer goes first."""
        first, last = self.span(2024)
        return self.year or date.max.year, last, first.toordinal()

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return (self.first, self.last, self.day, self.week) == (1, 12, 0, 0)

    def within(self, outer: "Period | None") -> "Period":
        """Return it as part of another that stands over it: 9月 below 2026年."""
        if outer is None:
            return self
        return (outer if self.is_year else self)._replace(year=self.year or outer.year)

    def day_meant(self, today: date) -> date:
        """Return the day of a report on it: its last; today while it runs. A period without year is the latest that has begun."""
        year = today.year - 1 if self.year == -1 else self.year or today.year
        first, last = self.span(year)
        if self.year is None and first > today:
            first, last = self.span(year - 1)
        is_day = self.day and not self.since
        return today if first <= today <= last and not is_day else last


class Heading(NamedTuple):
    """A heading as it was understood. label: without what differs from sheet to sheet; column: None for one that is not known.

    year: that for which a target value is (2025年目标值). by_words: by a pattern of words and not by a name, so that a name goes first.
    """

    label: str
    column: str | None = None
    measure: str | None = None
    period: Period | None = None
    year: int | None = None
    by_words: bool = False


@dataclass(frozen=True)
class Layout:
    """The columns that one door knows, and what of them makes a row a header.

    wanted says so in words; meta may stand above the table; either: what 单位 means where no unit of measure stands below it, the first
    that the table does not have yet; periods: whether columns of progress may speak of a period, periods_alone: also with nothing but
    that; yearly: the column that a heading with a year is for (2025年目标值), years_alone: also with nothing but the year; patterns:
    what tells a heading that no name covers; once: columns in which a merged cell says one thing, not one in each row; passed_over:
    columns that are known and told not to be read.
    """

    aliases: Mapping[str, Sequence[str]]
    makes_header: Callable[[Collection[str]], bool]
    wanted: str
    meta: Mapping[str, Sequence[str]] = field(default_factory=dict)
    either: Sequence[str] = ()
    periods: bool = False
    periods_alone: bool = False
    yearly: str | None = None
    years_alone: bool = False
    patterns: Mapping[str, Callable[[str], object]] = field(default_factory=dict)
    once: Sequence[str] = ()
    passed_over: Sequence[str] = ()
    _names: dict[str, str] = field(default_factory=dict)
    _meta: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the names round."""
        self._names.update((name, column) for column, names in self.aliases.items() for name in names)
        self._meta.update((name, said) for said, names in self.meta.items() for name in names)

    def heading(self, text: Any) -> Heading:
        """Read a heading; a cell that is no text is none."""
        return _understood(self, text) if isinstance(text, str) and text else _NONE

    def chain(self, texts: Sequence[str]) -> Heading:
        """Read the words over a column, of one row of a header or of several, as one heading; no words are none.

        The lowest that are known say what the column is for, alone or with those above and below them (完成 over 时限, 进展情况 over
        10月); a period or a year that stands over them is theirs (9月份 over 进展 | 完成率, 2025年 over 目标值).
        """
        if not texts:
            return _NONE
        own, above = self.heading(texts[-1]), [self.heading(text) for text in texts[:-1]]
        if own.column is None and own.period is None and above:
            joined = (self.heading("".join(order)) for order in (texts[::-1], texts))
            own = next((each for each in joined if each.column is not None and first_of(each.label) == each.label), own)
        outer = None
        for each in above:
            if each.period is not None and each.column in (None, *CONTENT):
                outer = each.period.within(outer)
            elif each.year is not None and _YEAR_ALONE.fullmatch(each.label):
                outer = Period(each.year, 1, 12)
        if own.column == "name" and above[-1:] and above[-1].column == "next":
            own = own._replace(column="next")  # 下步安排 over 措施 | 时间
        if own.period is not None and own.column is None:
            nearest = next((each for each in reversed(above) if each.column in CONTENT), _NONE)
            own = own._replace(column=nearest.column, measure=own.measure or nearest.measure)
        if own.column == self.yearly and own.year is None:
            years = [each.year or (each.period.year if each.period and each.period.is_year else None) for each in above]
            return own._replace(year=next(filter(None, reversed(years)), None))
        if own.period is None and (outer is None or own.column not in CONTENT):
            return own
        label = "".join(text for text in dict.fromkeys(map(heading, texts)))
        return own._replace(period=outer if own.period is None else own.period.within(outer), label=label)

    def said(self, label: str) -> str | None:
        """Return what a label above or below a table says of the whole of it."""
        return self._meta.get(label)

    def column(self, label: str) -> str | None:
        """Return the column that a label is a name of, also behind words that change nothing."""
        column = column_named(label, self._names)
        # 计划完成时间 is a deadline; 计划完成值 is nothing that was done.
        return None if label.startswith(_PLANNED) and column in CONTENT else column

    def resembled(self, label: str) -> str | None:
        """Return the column of which a label has the words, where it is no name of one."""
        return column_resembled(label, self.patterns)

    def __hash__(self) -> int:
        """Layouts are told apart by being different ones."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """See `__hash__`."""
        return self is other


_TARGET = lazy_pattern(
    "[到至]?(20\\d\\d)年?[度底末]?的?(?:分解|分配|下达|计划|规划|年度)*"
    "(?:目标值?|指标值?|计划[值数]?|规划[值数]?|预期[值数]?|考核[值数]|目标任务[值数]?|任务[量数]?)"
)
_YEAR_ALONE = lazy_pattern("(20\\d\\d)年[度底末]?")
_NUMBERED = lazy_pattern(r"^\d{1,2}[.、]|(?<=[一-龥])\d$|<[^<>]*>")
"""What may stand around the words of a heading: 1.牵头单位, 完成时限③, 牵头单位2, 完成时限<年月>."""
_NONE = Heading("")
_LONGEST = 60


@lru_cache(maxsize=4096)
def _understood(layout: Layout, text: str) -> Heading:
    if len(text) > _LONGEST:
        return Heading(text[:_LONGEST])
    label = heading(text)
    if text[-1:].isdigit() and text.isascii() and "(" not in text and layout.column(label) is None:
        return Heading(label)  # a figure, a day, an id: cells of text files are texts
    if "同期" in text:
        return Heading(label)  # what was a year ago is told beside what is
    if label == EITHER and layout.either:
        return Heading(label, EITHER)
    for each in _spellings(label, text):
        column = layout.column(each)
        if column is not None:
            return _beside(layout, label, column, text)
    measure = measure_in(folded(text))
    year = _YEAR_ALONE if layout.years_alone else _TARGET
    dated = re.sub(
        '^[“"]?十([四五])五[”"]?(?:期?末|时期|期间)?',
        lambda found: f"{'2025' if found[1] == '四' else '2030'}年",
        label,
    )
    if layout.yearly is not None and (target := year.fullmatch(label) or _TARGET.fullmatch(dated)) is not None:
        return Heading(label, layout.yearly, measure, year=int(target[1]))
    column, period = _dated(layout, label) if layout.periods else (None, None)
    if period is not None:
        return Heading(label, column, measure, period)
    column = layout.resembled(label)
    return Heading(label) if column is None else _beside(layout, label, column, text)._replace(by_words=True)


def _spellings(label: str, text: str) -> Iterator[str]:
    """Yield the ways in which a heading may name its column, one after the other: mostly the first does."""
    yield label
    yield re.sub(r"\s+", "", folded(text)).lower()
    if "\n" in text:
        yield heading(text.partition("\n")[0])
    yield _PATTERN_HINT.sub("", label) or label
    yield first_of(label)
    yield _NUMBERED.sub("", label)


def _beside(layout: Layout, label: str, column: str, text: str) -> Heading:
    """Return a heading with what stands beside its name: a unit of measure, the period of progress, the year of a target."""
    year = target_year(text) if column == layout.yearly else None
    return Heading(label, column, measure_in(folded(text)), _period_beside(layout, column, text), year)


def target_year(text: str) -> int | None:
    """Return the year for which a heading says that a target value is, also in brackets: 目标值（2030年）, 目标值（“十五五”末）."""
    dated = re.sub("十([四五])五", lambda found: f"{2025 if found[1] == '四' else 2030}年", folded(text))
    return max(map(int, re.findall(r"(?<![\d较比以自从])20\d\d(?!\d)", dated)), default=None)


_MONTHS = {"一": 1, "二": 2, "三": 3, "四": 4}
_TEN_DAYS = {"上": (10, 1), "中": (20, 11), "下": (0, 21)}
_LAST_YEAR = lazy_pattern("^(?:上|去)年度?(?:末|底)?")
_PROGRESS = lazy_pattern("(?:工作|项目|任务)?(?:最新|目前)?(?:进展|完成|推进|落实|开展|办理)(?:情况)?|工作情况|情况")
_PERIODS: tuple[tuple[str, Callable[[re.Match[str]], tuple[int, ...]]], ...] = (
    (r"(\d{1,2})月?份?[-—–~～至到](\d{1,2})月份?", lambda m: (int(m[1]), int(m[2]))),
    (r"(\d{1,2})[月.](\d{1,2})[日号]?[-—–~～至到](?:(\d{1,2})[月.])?(\d{1,2})[日号]?",
     lambda m: (int(m[1]), int(m[3] or m[1]), int(m[4]), int(m[2]))),
    (r"(\d{1,2})[月.](\d{1,2})[日号]?", lambda m: (int(m[1]), int(m[1]), int(m[2]))),
    (r"(\d{1,2})月份?([上中下])旬", lambda m: (int(m[1]), int(m[1]), *_TEN_DAYS[m[2]])),
    (r"第(\d{1,2})周", lambda m: (1, 12, 0, 0, int(m[1]))),
    (r"第?([一二三四1-4])季度末?", lambda m: _quarter(m[1])),
    ("(上|下)半年", lambda m: (1, 6) if m[1] == "上" else (7, 12)),
    ("前三季度", lambda _: (1, 9)),
    (r"(\d{1,2})月份?(?:底|末)?", lambda m: (int(m[1]), int(m[1]))),
    ("(?:全年|年度|年?[底末]|年)", lambda _: (1, 12)),
)  # fmt: skip
"""The words of a period, behind those of a year, with its months, last day, first day and week (`Period`)."""
_UNTIL = r"(?:截至|截止到?|至|到)?(?:(20\d\d)年?[.\-/]?)?(.*?)"
_BEGINS = lazy_pattern(
    r"(截[至止]到?|至|到)?(?:(?P<year>20\d\d)(?:年(?:度|[底末])?|[.\-/])?|(?P<last>[上去]年度?[底末]?))?"
    rf"(?P<words>{'|'.join(re.sub('[(](?![?])', '(?:', pattern) for pattern, _ in _PERIODS)})?(?:以来)?的?"
)
"""The period at the beginning of a heading, also behind 截至."""


def _quarter(text: str) -> tuple[int, int]:
    number = _MONTHS.get(text) or int(text)
    return 3 * number - 2, 3 * number


def _dated(layout: Layout, label: str) -> tuple[str | None, Period | None]:
    """Return the column and the period of a heading that begins with one: 1-10月进展情况, 2025年完成率, 截至10月底; no column for 10月.

    1-10月 may head what is planned; 截至10月底 heads figures or words of what was done.
    """
    label = _in_digits(label)
    begun = _BEGINS.match(label)
    year = None if begun is None else -1 if begun["last"] else int(begun["year"] or 0) or None
    if begun is None or (year is None and not begun["words"]):
        return None, None
    period, rest = _period_said(year, begun["words"] or ""), first_of(label[begun.end() :])
    if not rest:
        is_vague = period is None or (period.is_year and year in (None, -1))
        return (None, None) if is_vague else ("note" if (begun[1] or "").startswith("截") else None, period)
    if _PROGRESS.fullmatch(rest):
        column: str | None = "note"
    elif rest in ("累计", "实际"):
        column = "value"
    else:
        column = layout._names.get(rest) or layout.resembled(rest)  # noqa: SLF001 - the names of the layout, without words before them
    is_doubtful = (
        year is None and period is not None and period.is_year and column == "note" and not _PROGRESS.fullmatch(rest)
    )
    return (column, period) if column in CONTENT and not is_doubtful else (None, None)


def _in_digits(words: str) -> str:
    """Return words with the numerals of months and weeks in digits: 十一月, 第四周."""
    return re.sub("[一二三四五六七八九十]+(?=[月周])", lambda found: numeral_in_digits(found[0]), words)


def _period_beside(layout: Layout, column: str, text: str) -> Period | None:
    """Return the period in the brackets of a heading of progress: 现值（2025年）, 进展情况（截至10月底）."""
    if not layout.periods or column not in CONTENT:
        return None
    for match in _BRACKETS.finditer(folded(text)):
        for part in re.split("[,，;；、]", re.sub(r"\s+", "", match[1] or match[2] or "")):
            said = re.fullmatch(f"{_UNTIL}(?:的?数据?|值|情况)?", part)
            if (
                said is not None
                and (said[1] or said[2])
                and (found := _period_said(int(said[1]) if said[1] else None, said[2]))
            ):
                return found
    return None


_UNTIL_IN_TITLE = lazy_pattern(
    r"(?:截至|截止到?)\s*(?:(20\d\d)\s*年)?\s*([^()（）\s,，。;；、]{2,7}?)(?:\d{1,2}[时点])?(?=[()（）\s,，。;；、]|$)"
)
_MONTHS_IN_TITLE = lazy_pattern(
    r"(?:(20\d\d)年)?(\d{1,2}月?[-—–~至到]\d{1,2}月份?|第?[一二三四]季度|前三季度|[上下]半年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?)"
    r"(?![\d日号底末前初上中下一二三四五六七八九十]|[一-龥]{0,4}(?:计划|安排|打算))"
)
_DAYS_IN_TITLE = lazy_pattern(
    r"(?:(20\d\d)年)?(\d{1,2})[月.]\d{1,2}日?[-—–~至到]+(?:20\d\d年)?(?:(\d{1,2})[月.])?(\d{1,2})日?(?!\d)"
    r"|^(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日$"
)
_DIGITS_IN_TITLE = lazy_pattern(
    r"(?<!\d)(20\d\d)([-._/]?)(0[1-9]|1[0-2]|(?<=\D)[1-9])(?:\2(0[1-9]|[12]\d|3[01]|(?<=\D)[1-9]))?(?![\d月]|[-—–~～至到])"
)
_WEEK_IN_TITLE = lazy_pattern(r"(20\d\d)(?:年第?(?=\d{1,2}周)|-?[wW](?=\d))(\d{1,2})周?")
_AROUND_UNTIL = lazy_pattern(
    r"\(?(?:(?:备?注|说明)\d?[:：]|\d[.、])?\(?(?:以上|本表|表中|所有|各项)?的?"
    r"(?:数据|进展情况|进展|情况|统计)?(?:均|为)*\|[)。；;]*"
)
"""What may stand around 截至2026年10月31日 below a table that is told until then."""
_OF_PROGRESS = lazy_pattern("进展|进度|完成|情况|调度|月报|季报|周报|台账")


def period_until(title: str, *, alone: bool = False) -> Period | None:
    """Return the period of which a line beside a table says that it is told: …进展情况表（截至2026年10月底）; alone: and nothing else."""
    text = folded(title)
    match = _UNTIL_IN_TITLE.search(text)
    if match is None or (alone and _AROUND_UNTIL.fullmatch(f"{text[: match.start()]}|{text[match.end() :]}") is None):
        return None
    return _period_said(int(match[1]) if match[1] else None, match[2])


def period_named(title: str, *, alone: bool = False) -> Period | None:
    """Return the period in the name of a table, a sheet or a file: 2026年1月进展表, 三季度进展情况, 2026-10, 周报（11月16日—11月22日）.

    alone: where the name is nothing but the period.
    """
    text = re.sub(r"\s+", "", folded(title))
    if (days := _DAYS_IN_TITLE.search(text)) is not None:
        year, month, day = days[1] or days[5], int(days[3] or days[2] or days[6]), int(days[4] or days[7])
        found, period = days, _period(int(year) if year else None, month, month, day)
    elif (week := _WEEK_IN_TITLE.search(text)) is not None:
        found, period = week, _period(int(week[1]), 1, 12, week=int(week[2]))
    elif (digits := _DIGITS_IN_TITLE.search(text)) is not None:
        found, period = digits, _period(int(digits[1]), int(digits[3]), int(digits[3]), int(digits[4] or 0))
    elif not text.isascii() and (months := _MONTHS_IN_TITLE.search(text)) is not None:
        found, period = months, _period_said(int(months[1]) if months[1] else None, months[2])
    else:
        return None
    is_whole = found[0] == text.strip("()")
    return period if is_whole or (not alone and (found is days or _OF_PROGRESS.search(text))) else None


def speaks_of_progress(title: str) -> bool:
    """Say whether a title is one of a table of progress, and not of what is planned."""
    return _OF_PROGRESS.search(title) is not None and not any(
        word in title for word in ("计划", "安排", "目标", "分解")
    )


def day_called(said: tuple[Period, str] | None, today: date) -> tuple[date, str] | None:
    """Return the day of a period by which a table is called, with what to mind; None for one that runs or is still to come."""
    if said is None or (day := said[0].day_meant(today)) >= today:
        return None
    return day, f"按名称“{shorten(said[1])}”记为 {day} 的填报；不是这一天的，请写明填报日期，或加 --date"


def _period_said(year: int | None, words: str) -> Period | None:
    words = _in_digits(words)
    if year is None and (last := _LAST_YEAR.match(words)):
        year, words = -1, words[last.end() :]
    if not words:
        return Period(year, 1, 12)
    found = next(((months, match) for pattern, months in _PERIODS if (match := re.fullmatch(pattern, words))), None)
    return None if found is None else _period(year, *found[0](found[1]))


def _period(year: int | None, first: int, last: int, day: int = 0, since: int = 0, week: int = 0) -> Period | None:
    is_sound = 1 <= first <= last <= 12 and 0 <= day <= 31 and since <= 29 and week <= 53  # noqa: PLR2004 - a calendar
    return Period(year, first, last, day, since, week) if is_sound else None


def _is_report(found: Collection[str]) -> bool:
    return any(name in found for name in IDENTITY) and any(name in found for name in CONTENT)


def _is_list(found: Collection[str]) -> bool:
    beside = {
        "number",
        "lead",
        "participants",
        "due",
        "target",
        "group",
        "section",
        "remark",
        "measure",
        EITHER,
        *CONTENT,
    }
    if "name" not in found and {*found} & beside <= {"number", "remark", EITHER}:
        return False  # 名称 and 单位 alone are those of a list of persons or of goods
    if not {"name", "title"} & set(found):
        return "target" in found and bool({"lead", "due"} & set(found))  # 年度目标 | 责任单位: it is the item
    return bool(beside & set(found) or {"name", "title"} <= set(found))


REPORTS = Layout(
    {**ALIASES, "note": (*ALIASES["note"], "做法"), "plan": ("方案", "方案名称", "所属方案", "方案代码", "plan")}, _is_report,
    "表头要有“编号”（或“序号”“事项”）一列，以及“本期进展”“状态”“完成率”“现值”“存在问题”等至少一列",
    meta=META, either=("unit",), periods=True, periods_alone=True, yearly="target", patterns=PATTERNS,
    passed_over=("remark", "source", "start"),
)  # fmt: skip
"""Tables of what was done: forms, weeklies, annexes with progress, a department's own."""
ITEMS = Layout(
    ALIASES, _is_list, "表头要有“事项”（或“工作任务”“指标名称”等）一列，以及“牵头单位”“完成时限”等至少一列",
    meta=META, either=("lead",), periods=True, yearly="target", years_alone=True, patterns=PATTERNS,
)  # fmt: skip
"""Plain lists of what is to be done."""


def is_known(text: str) -> bool:
    """Say whether a text is a heading that any door knows."""
    return REPORTS.heading(text).column is not None or text.strip().lower() in EXPORTED


def is_report_named(labels: Sequence[str]) -> Mapping[str, str | None]:
    """Return what two names mean otherwise in our own listings: `note` is the plan's remark, `value` the target."""
    written = set(labels)
    ours: dict[str, str | None] = {}
    if written & _LISTED:
        ours["note"] = None
    if written & _INDICATORS_LISTED:
        ours["value"] = "target"
    return ours


def is_whole_list(labels: Collection[str]) -> bool:
    """Say whether labels are those of a listing of ours with all its fields."""
    return set(labels) >= _WHOLE_LIST


_BRACKETS = lazy_pattern(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_ABOVE = r"[^\s()：:,，;；、]{1,16}"
_LABELLED = lazy_pattern(rf"^\(?(?:计量|数量|数据|金额|指标)?单位[:：]\s*({_ABOVE}(?:[,，;；、]{_ABOVE}){{0,5}})\)?$")


def measure_in(heading: str) -> str | None:
    """Return the unit of measure in the brackets of a heading, or behind a stroke; None where it states none."""
    for match in _BRACKETS.finditer(heading):
        for part in re.split("[,，;；]", match[1] or match[2] or ""):
            inner = re.sub(r"^(?:计量)?单位[:：]?", "", part.strip()).strip()
            if is_measure(inner):
                return inner
    _, stroke, rest = heading.partition("/")
    return rest.strip() if stroke and is_measure(rest) else None


def measures_above(text: Any) -> tuple[str, ...]:
    """Return the units of measure that a line above a table states for all of it: 单位：亿元, （单位：亩、万元）; none for other lines."""
    if not isinstance(text, str):
        return ()
    match = _LABELLED.match(re.sub(r"\s+", "", text.replace("（", "(").replace("）", ")")))
    found = () if match is None else tuple(re.split("[,，;；、]", match[1]))
    return found if all(map(is_measure, found)) else ()


def agrees(given: str, wanted: str | None) -> bool:
    """Say whether a figure in one unit of measure can be told in another."""
    try:
        factor_between(given, wanted)
    except Refused:
        return False
    return True
