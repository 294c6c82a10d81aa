"""Reminders (催办): what one unit has to do now, in neutral official words. Pure: judged items in, words out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tracker.ledger.figures import Figures
from tracker.ledger.judgement import Judged
from tracker.ledger.model import LastReport, Role
from tracker.ledger.naming import Unit
from tracker.ledger.terms import DEMO_LABEL, PLAN_STATUS
from tracker.ledger.values import shorten

TITLE = "减污降碳协同增效重点工作催办单"
LAST = 120
"""Characters of a last report in the text, where a line may be long."""
NEVER = "从未填报"
HEADINGS = ("编号", "事项", "完成时限", "催办原因", "最近填报")


class Line(NamedTuple):
    """One item of a reminder. reasons are codes of REASONS, words say them with their days.

    reported is the last report on the item, whoever made it: day, unit and what was said.
    """

    id: str
    name: str
    due: date | None
    reasons: tuple[str, ...]
    words: str
    reported: str
    days_overdue: int


REASONS = {"overdue": "逾期", "due_soon": "临近到期", "unreported": "未填报"}


class Head(NamedTuple):
    """What all reminders of one run have in common. sender is the unit that reminds, where one speaks."""

    day: date
    sender: str | None
    limits: Figures
    is_demo: bool


@dataclass(slots=True)
class Reminder:
    """What one unit is reminded of. plans are titles."""

    unit: Unit
    head: Head
    plans: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def count(self, reason: str) -> int:
        """Return how many items are in it for a reason."""
        return sum(reason in line.reasons for line in self.lines)


def reminders_of(
    found: Iterable[Judged], units: Mapping[int, Unit], plans: Mapping[str, Mapping[str, Any]], head: Head,
    only: set[int] | None,
) -> list[Reminder]:  # fmt: skip
    """Return a reminder for each lead unit that has something to do, in the order of their regions and names.

    only: no others than these units.
    """
    made: dict[int, Reminder] = {}
    for judged in found:
        for lead in judged.item.leads:
            line = _line(judged, lead, head.day)
            if line is None or (only is not None and lead.unit not in only):
                continue
            letter = made.setdefault(lead.unit, Reminder(units[lead.unit], head))
            letter.lines.append(line)
            title = _plan_words(plans[judged.item.plan])
            if title not in letter.plans:
                letter.plans.append(title)
    for letter in made.values():
        letter.lines.sort(key=_urgency)
    return sorted(made.values(), key=lambda letter: (letter.unit.region, letter.unit.id))


def _plan_words(plan: Mapping[str, Any]) -> str:
    return f"《{plan['title']}》" + (f"（{PLAN_STATUS['draft']}）" if plan["status"] == "draft" else "")


def _urgency(line: Line) -> tuple[int, int, date, str]:
    return -line.days_overdue, list(REASONS).index(line.reasons[0]), line.due or date.max, line.id


def _line(judged: Judged, lead: Role, day: date) -> Line | None:
    item, judgement = judged
    words: dict[str, str] = {}
    if judgement.overdue:
        words["overdue"] = f"逾期 {judgement.days_overdue} 天"
    if judgement.due_soon:
        words["due_soon"] = _days_left(judged, day)
    if lead.name in judgement.silent_units and judgement.period is not None:
        words["unreported"] = f"{judgement.period.name}未填报"
    if not words:
        return None
    text, reported = item.title or item.text, _last_words(item.last_report)
    return Line(item.id, text, _due(judged), tuple(words), "；".join(words.values()), reported, judgement.days_overdue)


def _last_words(report: LastReport | None) -> str:
    """Write the last report in one line: 2026-09-01 省建设厅：已开工；问题：缺资金；下步：申请."""
    if report is None:
        return NEVER
    parts = (report.note, report.problem and f"问题：{report.problem}", report.next and f"下步：{report.next}")
    said = "；".join(part.strip() for part in parts if part)
    return " ".join(f"{report.date} {report.unit or report.by}{'：' if said else ''}{said}".split())


def _due(judged: Judged) -> date | None:
    """Return the deadline that is meant: the earliest missed, else the next, else that of the item."""
    item, judgement = judged
    dues = [
        indicator.due
        for indicator, each in zip(item.indicators, judgement.indicators, strict=True)
        if (each.overdue if judgement.overdue else each.due_soon) and indicator.due is not None
    ]
    return min(dues, default=item.due)


def _days_left(judged: Judged, day: date) -> str:
    dues = [
        indicator.due
        for indicator, each in zip(judged.item.indicators, judged.judgement.indicators, strict=True)
        if each.due_soon and indicator.due is not None
    ]
    due = min(dues, default=judged.item.due)
    assert due is not None  # noqa: S101 - what is due soon has a due date
    left = (due - day).days
    return "今天到期" if left == 0 else f"还有 {left} 天到期"


# -- the words of the letter -------------------------------------------------------------------------------------------


def opening(letter: Reminder) -> str:
    """Return the paragraph that says what it is about: by which plan, how many items, for which reasons."""
    counts = {
        "overdue": "逾期 {} 项",
        "due_soon": f"{letter.head.limits.due_days} 天内到期 {{}} 项",
        "unreported": "本填报期未填报 {} 项",
    }
    parts = [words.format(letter.count(reason)) for reason, words in counts.items() if letter.count(reason)]
    overlap = (
        "（同一事项可能有几种情况）" if sum(len(line.reasons) for line in letter.lines) > len(letter.lines) else ""
    )
    return (
        f"按照{'、'.join(letter.plans)}的分工，截至{chinese_day(letter.head.day)}，你单位牵头的事项中有 {len(letter.lines)} 项需要办理："
        f"{'，'.join(parts)}{overlap}。具体如下。"
    )


def closing(letter: Reminder) -> str:
    """Return the paragraph that says what is asked: only what the reasons in it call for."""
    asked = []
    if letter.count("overdue") or letter.count("due_soon"):
        asked.append("已经完成的，请申报办结并附佐证材料；尚未完成的，请抓紧推进；确需延期的，请按程序办理延期")
    if letter.count("unreported"):
        asked.append("本期未填报的，请尽快填报进展、存在问题和下步安排，没有变化的填报“无变化”")
    return f"请核实上述事项。{'。'.join(asked)}。如与实际情况不符，请及时反馈。"


def chinese_day(day: date) -> str:
    """Write a day as letters do: 2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def row_of(line: Line, name: int, reported: int) -> tuple[str, str, str, str, str]:
    """Return the cells of a line, its name and its last report cut to these lengths."""
    due = line.due.isoformat() if line.due else "无"
    return line.id, shorten(line.name, name), due, line.words, shorten(line.reported, reported)


def letter_text(letter: Reminder) -> str:
    """Return the reminder as plain text, every item on a line of its own; lines end as Windows ends them."""
    rows = [
        f"{place}. {line.id}  {shorten(line.name, 60)}\n   完成时限 {line.due or '无'}；{line.words}{_last(line)}"
        for place, line in enumerate(letter.lines, start=1)
    ]
    parts = [
        *([DEMO_LABEL] if letter.head.is_demo else []), TITLE, "", f"{letter.unit.name}：", f"　　{opening(letter)}", "", *rows, "",
        f"　　{closing(letter)}", "", *signature(letter),
    ]  # fmt: skip
    return "\r\n".join("\n".join(parts).split("\n")) + "\r\n"


def _last(line: Line) -> str:
    return "" if line.reported in line.words else f"\n   最近填报 {shorten(line.reported, LAST)}"


def signature(letter: Reminder) -> Sequence[str]:
    """Return the lines under the letter: who reminds, and the day."""
    return [*([letter.head.sender] if letter.head.sender else []), chinese_day(letter.head.day)]
