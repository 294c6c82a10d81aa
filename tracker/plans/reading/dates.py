"""Deadlines in running text: 到2025年, 2022年6月底前, 十四五期间, 4月底前, 第二季度, 年内, 每年6月底前 (docs/files.md).

A year is due on its 31 December, 年底 likewise; 十四五 ends 2025-12-31. A year that only says since when, against which
base, or names a document is no deadline. A month or quarter without a year takes it from the plan's calendar, and says so.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from tracker.errors import Unclear
from tracker.ledger.dates import last_day_of_year
from tracker.ledger.deadlines import deadline_written
from tracker.plans.reading.punctuation import chinese_number
from tracker.plans.reading.reading_rules import Habit, habit

FIVE_YEAR_PLANS = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}

_YEAR = r"(?P<y>20[0-6]\d) ?年度?"
_UNTIL = "(?:不[晚迟]于|到|至|截至|截止|截止到|在)? ?"
_BEFORE = "(?:前|之前|以前)?"
_DAY = r"(?: ?(?P<d>\d{1,2}) ?[日号]|(?:份)?(?:底|末|(?P<third>[上中]旬|初)|下旬)?)"
_THIS = "(?P<rel>今年|本年度?|当年|明年|次年|翌年|来年)?的? ?"

YEARLESS = "yearless"

FORMS: tuple[Habit, ...] = (
    habit(
        "range",
        rf"{_UNTIL}20[0-6]\d ?年? ?[—\-–－~～至到]+ ?{_YEAR}(?:期间|底|末)?{_BEFORE}",
        "2023—2025年",
        "2021年至2023年底前",
    ),
    habit(
        "span",
        r"(?:自|从)?(?P<y0>20[0-6]\d) ?年 ?\d{1,2} ?月?(?: ?\d{1,2} ?日)?(?:起)? ?[—\-–－~～至到]{1,2} ?"
        r"(?:(?P<y>20[0-6]\d) ?年|(?P<rel>[次翌来]年))? ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?日|底|末)?",
        "2023年5月至10月",
        "2026年11月至次年3月",
        "2024年1月1日至12月31日",
        "2026年1—2月",
    ),
    habit("day", rf"{_UNTIL}{_YEAR} ?(?P<m>\d{{1,2}}) ?月{_DAY}{_BEFORE}", "2022年6月底前", "到2023年3月15日"),
    habit(
        "quarter",
        rf"{_UNTIL}{_YEAR} ?(?:[第前]?(?P<q>[一二三四1-4]) ?季度|(?P<h>[上下])半年)(?:底|末|内)?{_BEFORE}",
        "2025年第三季度",
        "2024年上半年",
    ),
    habit(
        "year",
        rf"{_UNTIL}{_YEAR}(?:年)?(?! ?\d{{1,2}} ?月)(?:底|末|内|期间)?{_BEFORE}",
        "到2025年",
        "2020年底前",
        unlike=("2022年7月起实施",),
    ),
    habit(
        "plan",
        '(?:到|至)?[“"]?(?P<five>十[一二三四五六]五)[”"]?(?:规划)?(?:(?:期间|时期|期末|末期|末|期内)(?:前|，)?|'
        '(?=[、和及与][“"]?十[一二三四五六]五[”"]?(?:期间|时期)))',
        "“十四五”期间",
        "“十四五”、“十五五”期间",
        "到十五五末",
    ),
    habit(
        YEARLESS,
        rf"(?<![\d年.\-—－~～至每]){_UNTIL}{_THIS}(?P<m>\d{{1,2}}) ?月(?:份)?"
        rf"(?:(?P<d>\d{{1,2}}) ?[日号](?:{_BEFORE[:-1]}|(?=，))|(?:底|末|(?P<third>[上中]旬)|下旬){_BEFORE}|前|之前|以前)",
        "4月底前",
        "明年6月底前",
        "11月30日前",
        unlike=("每年4月底前", "3月—5月", "4月和9月各开展一次"),
    ),
    habit(
        YEARLESS,
        r"(?<![\d年每])\d{1,2} ?月[底初]? ?[—\-–－~～至到]{1,2} ?(?P<rel>[次翌来明]年) ?(?P<m>\d{1,2}) ?月(?:底|末)?",
        "11月至次年3月",
        unlike=("每年11月至次年3月",),
    ),
    habit(
        YEARLESS,
        r"(?<![\d年每])(?:\d{1,2} ?月? ?[—\-–－~～至到]{1,2} ?)?(?P<m>\d{1,2}) ?月(?:份|期间)?"
        "(?=(?:集中|全面|组织)?(?:完成|开展|启动|出台|整治|召开|实施))",
        "6月份完成划定",
        "8至10月集中整治",
        unlike=("每年6月开展",),
    ),
    habit(
        YEARLESS,
        r"(?:^|(?<=[，。；：]))(?:\d{1,2} ?月? ?[—\-–－~～至到]{1,2} ?)?(?P<m>\d{1,2}) ?月(?:份)?(?=，)",
        "6月，分解任务",
        "2—3月，开展巡查",
        unlike=("每年6月，开展", "1月至6月完成投资"),
    ),
    habit(
        YEARLESS,
        rf"(?<![\d年每十]){_UNTIL}(?P<m>十[一二]?|[一二三四五六七八九]) ?月(?:份)?(?:底|末){_BEFORE}",
        "六月底前完成",
        "十二月底前",
        unlike=("每年六月底前",),
    ),
    habit(
        YEARLESS,
        rf"(?<![每按分个\d年]){_UNTIL}{_THIS}(?:[第前]?(?P<q>[一二三四1-4]) ?季度|(?P<h>[上下])半年)(?:底|末|内)?{_BEFORE}",
        "第二季度",
        "一季度末前",
        "上半年",
        unlike=("每季度", "按季度汇总"),
    ),
    habit(
        YEARLESS,
        rf"(?<![每年\d一二三四五六七八九十两几多]){_UNTIL}(?P<end>(?P<rel>今年|本年度?|当年|明年|次年|来年)?的? ?(?:年底|年末|年内)|"
        rf"(?P<rel2>今年|明年)(?:底|末|内)){_BEFORE}",
        "年底前",
        "今年年底前",
        "明年底前",
        "年内",
        unlike=("3年内", "每年年底前", "五年内"),
    ),
    habit(
        "all-year",
        "(?:^|(?<=[，；。、]))(?P<end>(?P<rel>今年|本年度|全年))(?=[^，。；来以]{2})，?",
        "全年新建管网20公里",
        unlike=("今年以来完成",),
    ),
)
"""How a deadline is written, in the order in which they are tried."""

_FIRST_MONTH = re.compile("(?<![一-龥\\d])元月|(?<=[年于在至到])元月")
_EVERY = re.compile(r"每(?:年|季度|半年|月)(?: ?\d{1,2} ?月)?(?:底|末|初)?(?: ?\d{1,2} ?日)?(?:前|之前)?")
_RELATIVE = re.compile("(?:今年|本年|当年|年内|年底前|明年|本月|近期)(?:底|内)?(?:前|之前)?")
_NOT_BEFORE = re.compile(
    "(?:(?<!占)比|较|与|以|对比|相比|自|从|[低高优大小少多早晚基始源]于|同比|（|［|有效期[至到为]?|有效期限[至到为]?)$"
)
_NOT_AFTER = re.compile(
    "[^，。；]{0,30}基础上|(?:以来|起|度|版|(?<!前)修订|相比|为基|基准|同期|水平|第|〕|的|注册|登记|出厂|生产的|投产的|建成的)"
)
_DATA_OF = re.compile("[^，。；]{0,30}(?:(?:企业|单位|项目|人员)(?:名单|名录|台账)|数据|情况|预测|报表)")
_REACHES = re.compile("(?:力争|分别|均|累计)*(?:达|提高到|提升到|降至|降到|控制在|超过|突破|不低于|不少于)")
_BESIDE = ("和", "、", "及", "，")
_EVENT = re.compile("印发|发布|出台|开始|制定|颁布|修订|编制")
_LEAD_IN = re.compile("(?:并|且|同时|其中|力争|争取|确保|努力|计划|预计|全省|全市|全区|在|，| ){0,3}$")
_LABEL_BEFORE = re.compile("^[^，：]{1,14}：|^[一-龥]{2,5}[省市州县区](?=$|，)")
_ACTION = re.compile("[底末](?:前|之前|以前)$|年内$")
_DECEMBER = 12
_THIRDS = {"上旬": "10", "初": "10", "中旬": "20"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years a plan holds for: `year` is what months without one belong to (0: none), `source` says where it stands.

    `whole` is true for a plan of that one year, whose numbers are due at its end.
    """

    year: int = 0
    source: str = ""
    whole: bool = False
    start: int = 0

    @property
    def end(self) -> date | None:
        """Return the last day of a one-year plan."""
        return date(self.start, _DECEMBER, 31) if self.whole else None

    @property
    def reason(self) -> str:
        """Return the words that mark a date as inferred."""
        return f"年份按{self.source}推定为{self.year}年"


NO_CALENDAR = Calendar()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline in a clause: offsets, the day (None: recurring or relative), whether it opens the clause.

    `firm` is false for a bare year in the middle of a clause, which may merely be mentioned; `inferred` says whence the
    year of a date without one; `action` tells 6月底前, by which something is to be done, from 到2025年;
    `of_value` a year inside a clause that belongs to the value after it (占比2024年达60%).
    """

    begin: int
    end: int
    due: date | None
    opens: bool
    firm: bool
    inferred: str = ""
    action: bool = False
    of_value: bool = False


def deadlines(text: str, calendar: Calendar = NO_CALENDAR) -> list[Deadline]:
    """Return the deadlines of a clause (a masked shadow), in order."""
    if not ("年" in text or "月" in text or "季" in text or "五" in text):
        return []
    text = _FIRST_MONTH.sub("1月", text)
    taken: list[Deadline] = []
    for form in FORMS:
        for found in form.pattern.finditer(text):
            if any(found.start() < other.end and other.begin < found.end() for other in taken):
                continue
            if deadline := _deadline(form.means, found, text, calendar):
                taken.append(deadline)
    for pattern in (_EVERY, _RELATIVE):
        found_once = pattern.search(text)
        if found_once and not taken and ("前" in found_once.group() or "底" in found_once.group()):
            taken.append(
                Deadline(found_once.start(), found_once.end(), None, _leads(text[: found_once.start()]), firm=True)
            )
    taken.sort(key=lambda deadline: deadline.begin)
    return _opened_together(taken, text)


def _deadline(kind: str, found: re.Match[str], text: str, calendar: Calendar) -> Deadline | None:
    """Return the deadline a form gives at its place, or None where the words around it say it is none."""
    before = text[max(found.start() - 5, 0) : found.start()]
    if _NOT_BEFORE.search(before) and kind != "plan":
        return None
    if not re.search("[底末前内]$|期间", found.group()) and _EVENT.match(text, found.end()) and kind != YEARLESS:
        return None
    if _NOT_AFTER.match(text, found.end()) or (kind == "range" and text[found.end() : found.end() + 1] == "）"):
        return None
    if (
        kind in ("plan", "range")
        and _DATA_OF.match(text, found.end())
        and not found.group().endswith(("前", "底", "，"))
    ):
        return None
    yearless = kind in (YEARLESS, "all-year")
    if yearless and not calendar.year:
        return None
    if kind == "all-year" and not calendar.whole:
        return None
    due = _due(kind, found, calendar)
    if not due:
        return None
    opens = bool(_LEAD_IN.search(text[: found.start()]) and _leads(text[: found.start()]))
    firm = (
        opens
        or yearless
        or kind in ("plan", "range")
        or bool(re.search("到|至|前|底|末|内|月|期间", found.group()) or _REACHES.match(text, found.end()))
    )
    action = kind in ("span", "day", "quarter", YEARLESS) or bool(kind == "year" and _ACTION.search(found.group()))
    of_value = kind == "year" and not opens and bool(_REACHES.match(text, found.end()))
    inferred = calendar.reason if yearless else ""
    return Deadline(found.start(), found.end(), due, opens, firm, inferred, action=action, of_value=of_value)


def _leads(before: str) -> bool:
    """Tell whether nothing stands before a date but words that lead to it, or a label (具体指标：到2025年，…)."""
    before = _LABEL_BEFORE.sub("", before)
    return not re.sub("并|且|同时|其中|力争|争取|确保|努力|计划|预计|[全我本][省市区县州国域]|在|，| ", "", before)


def calendar_after(calendar: Calendar, found: list[Deadline]) -> Calendar:
    """Let a month without a year take that of the month before it (2023年3月底前…，6月底前…)."""
    said = [one.due.year for one in found if one.due and one.action and not one.inferred]
    return replace(calendar, year=said[-1], source="上文") if said and said[-1] != calendar.year else calendar


def _opened_together(found: list[Deadline], text: str) -> list[Deadline]:
    """Let 到2025年和2030年 open a clause with both years."""
    result: list[Deadline] = []
    for deadline in found:
        beside = bool(result) and text[result[-1].end : deadline.begin] in _BESIDE
        if beside and result[-1].opens:
            result.append(replace(deadline, opens=True, firm=True, of_value=False))
        elif beside and deadline.of_value:
            result[-1:] = [replace(result[-1], firm=True, of_value=True), deadline]
        else:
            result.append(deadline)
    return result


def _due(kind: str, found: re.Match[str], calendar: Calendar) -> date | None:
    said = found.groupdict()
    if kind == "plan":
        return date(FIVE_YEAR_PLANS[said["five"]], _DECEMBER, 31)
    year = int(said.get("y") or said.get("y0") or calendar.year)
    if (said.get("rel") or said.get("rel2") or "")[:1] in ("明", "次", "翌", "来"):
        year += 1
    if said.get("q") or said.get("h"):
        return _quarter_end(year, said.get("q") or "", said.get("h") or "")
    if not said.get("m"):
        return date(year, _DECEMBER, 31)
    month = said["m"] if said["m"].isdigit() else str(chinese_number(said["m"]))
    return _month_end(year, month, said.get("d") or _THIRDS.get(said.get("third") or ""))


def _month_end(year: int, month: str, day: str | None = None) -> date | None:
    """Return a day of a month, or its last day; None where there is no such month."""
    if not 1 <= int(month) <= _DECEMBER:
        return None
    last = monthrange(year, int(month))[1]
    return date(year, int(month), min(max(int(day), 1), last) if day else last)


def _quarter_end(year: int, quarter: str, half: str) -> date:
    """Return the last day of a quarter (第三季度, 3季度) or of half a year (上半年)."""
    place = "一二三四".find(quarter) + 1 if quarter else 0
    month = 3 * (place or int(quarter)) if quarter else {"上": 6}.get(half, _DECEMBER)
    return date(year, month, monthrange(year, month)[1])


_OF_TODAY = re.compile(r"^全年|[周天]|[本上下当这次]个?月|^月|^\d{1,2}[日号]|星期|礼拜")
"""Days that are told from the day on which they are said, and 全年, which in a plan is rather a standing task."""


def cell_day(text: str, calendar: Calendar = NO_CALENDAR) -> tuple[date | None, str]:
    """Return the last deadline of a cell (2023年12月底前, 2025年, 12月, 11月至次年3月) and why its year is inferred, if it is.

    A cell that is nothing but a deadline is read as in any table; of other words the deadlines in them count.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    year = calendar.year or date.max.year - 10
    with suppress(Unclear):
        said, later = (deadline_written(plain, last_day_of_year(each)) for each in (year, year + 1))
        if said.day and not said.words and not _OF_TODAY.search(plain) and (calendar.year or said.day == later.day):
            return said.day, "" if said.day == later.day else calendar.reason
    found = [deadline for deadline in deadlines(text, calendar) if deadline.due]
    last = max(found, key=lambda deadline: deadline.due or date.min, default=None)
    return (last.due, last.inferred) if last else (None, "")


def last_day(text: str, calendar: Calendar = NO_CALENDAR) -> date | None:
    """Return the last deadline of a cell such as 2023年12月底前 or 2025年; None when it names none."""
    return cell_day(text, calendar)[0]
