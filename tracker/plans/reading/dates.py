"""Deadlines in running text: 到2025年, 2020年底前, 2022年6月底前, 十四五期间, 2023—2025年, 每年6月底前 (DESIGN §5).

A year is due on its 31 December, 年底 likewise; 十四五 ends 2025-12-31. A year that only says since when, against
which base, or names a document is no deadline.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

FIVE_YEAR_PLANS = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}

_YEAR = r"(20[0-4]\d) ?年"
_UNTIL = "(?:到|至|截至|截止|截止到|在)? ?"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "range",
        re.compile(rf"{_UNTIL}20[0-4]\d ?年? ?[—\-–－~至到]+ ?{_YEAR}(?:期间|底|末)?(?:前|之前)?"),
    ),
    (
        "span",
        re.compile(
            r"(?:自|从)?20[0-4]\d ?年 ?\d{1,2} ?月(?: ?\d{1,2} ?日)?(?:起)? ?[—\-–－~～至到]{1,2} ?"
            r"(?:(20[0-4]\d) ?年)? ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?日|底|末)?"
        ),
    ),
    (
        "day",
        re.compile(
            rf"{_UNTIL}{_YEAR} ?(\d{{1,2}}) ?月(?: ?(\d{{1,2}}) ?日|(?:份)?(?:底|末|中旬|上旬|下旬)?)(?:前|之前|以前)?"
        ),
    ),
    (
        "quarter",
        re.compile(rf"{_UNTIL}{_YEAR} ?(?:第?([一二三四1-4]) ?季度|([上下])半年)(?:底|末|内)?(?:前|之前|以前)?"),
    ),
    ("year", re.compile(rf"{_UNTIL}{_YEAR}(?:年)?(?:底|末|内|期间)?(?:前|之前|以前)?")),
    ("plan", re.compile("(?:到|至)?“?(十[一二三四五六]五)”?(?:规划)?(?:期间|时期|期末|末期|末|期内)(?:前|，)?")),
)
_EVERY = re.compile(r"每(?:年|季度|半年|月)(?: ?\d{1,2} ?月)?(?:底|末|初)?(?: ?\d{1,2} ?日)?(?:前|之前)?")
_RELATIVE = re.compile("(?:今年|本年|当年|年内|年底前|明年|本月|近期)(?:底|内)?(?:前|之前)?")
_NOT_BEFORE = re.compile("(?:比|较|与|以|对比|相比|自|从|于|同比|（|［)$")
_NOT_AFTER = re.compile("(?:以来|起|度|版|修订|相比|为基|基准|同期|水平|第|〕)")
_EVENT = re.compile("印发|发布|出台|开始|制定|颁布|修订|编制")
_LEAD_IN = re.compile("(?:并|且|同时|其中|力争|争取|确保|努力|计划|预计|全省|全市|全区|在|，| ){0,3}$")
_LABEL_BEFORE = re.compile("^[^，：]{1,14}：|^[一-龥]{2,5}[省市州县区](?=$|，)")
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline in a clause: offsets, the day (None: recurring or relative), whether it opens the clause."""

    begin: int
    end: int
    due: date | None
    opens: bool
    firm: bool


def deadlines(text: str) -> list[Deadline]:
    """Return the deadlines of a clause (a masked shadow), in order.

    `firm` is false for a bare year in the middle of a clause, which may merely be mentioned.
    """
    taken: list[Deadline] = []
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if any(found.start() < other.end and other.begin < found.end() for other in taken):
                continue
            if _NOT_BEFORE.search(text[max(found.start() - 4, 0) : found.start()]) and kind != "plan":
                continue
            if not re.search("[底末前内]$|期间", found.group()) and _EVENT.match(text, found.end()):
                continue
            if _NOT_AFTER.match(text, found.end()) or (kind == "range" and text[found.end() : found.end() + 1] == "）"):
                continue
            due = _due(kind, found)
            if due:
                opens = bool(_LEAD_IN.search(text[: found.start()]) and _leads(text[: found.start()]))
                firm = opens or kind in ("plan", "range") or bool(re.search("到|至|前|底|末|内|月|期间", found.group()))
                taken.append(Deadline(found.start(), found.end(), due, opens, firm))
    for pattern in (_EVERY, _RELATIVE):
        found_once = pattern.search(text)
        if found_once and not taken and ("前" in found_once.group() or "底" in found_once.group()):
            taken.append(
                Deadline(found_once.start(), found_once.end(), None, _leads(text[: found_once.start()]), firm=True)
            )
    taken.sort(key=lambda deadline: deadline.begin)
    return _opened_together(taken, text)


def _leads(before: str) -> bool:
    """Tell whether nothing stands before a date but words that lead to it, or a label (具体指标：到2025年，…)."""
    before = _LABEL_BEFORE.sub("", before)
    return not re.sub("并|且|同时|其中|力争|争取|确保|努力|计划|预计|[全我本][省市区县州国域]|在|，| ", "", before)


def _opened_together(found: list[Deadline], text: str) -> list[Deadline]:
    """Let 到2025年和2030年 open a clause with both years."""
    result: list[Deadline] = []
    for deadline in found:
        if result and result[-1].opens and text[result[-1].end : deadline.begin] in ("和", "、", "及", "，"):
            result.append(Deadline(deadline.begin, deadline.end, deadline.due, opens=True, firm=True))
        else:
            result.append(deadline)
    return result


def _due(kind: str, found: re.Match[str]) -> date | None:
    if kind == "plan":
        return date(FIVE_YEAR_PLANS[found.group(1)], 12, 31)
    year = int(found.group(1) or re.search(r"20\d\d", found.group()).group())  # type: ignore[union-attr]
    if kind == "quarter":
        return _quarter_end(year, found.group(2) or "", found.group(3) or "")
    if kind not in ("day", "span"):
        return date(year, 12, 31)
    month = int(found.group(2))
    if not 1 <= month <= _DECEMBER:
        return None
    last = monthrange(year, month)[1]
    day = int(found.group(3)) if found.group(3) else last
    return date(year, month, min(max(day, 1), last))


def _quarter_end(year: int, quarter: str, half: str) -> date:
    """Return the last day of a quarter (第三季度, 3季度) or of half a year (上半年)."""
    place = "一二三四".find(quarter) + 1 if quarter else 0
    month = 3 * (place or int(quarter)) if quarter else {"上": 6}.get(half, _DECEMBER)
    return date(year, month, monthrange(year, month)[1])


def last_day(text: str) -> date | None:
    """Return the last deadline of a cell such as 2023年12月底前 or 2025年; None when it names none."""
    days = [deadline.due for deadline in deadlines(text) if deadline.due]
    if not days:
        bare = re.fullmatch(r"(20[0-4]\d)(?:[.\-/](\d{1,2}))?(?:[.\-/](\d{1,2}))?(?:底|末)?(?:前|之前)?", text.strip())
        if bare:
            year, month = int(bare.group(1)), int(bare.group(2) or _DECEMBER)
            if 1 <= month <= _DECEMBER:
                last = monthrange(year, month)[1]
                return date(year, month, min(int(bare.group(3) or last), last))
    return max(days, default=None)
