"""总体情况: figures put into sentences of official Chinese, the same for the report, the page, the bulletin and the letters.

A sentence is said only where its figures are known, and none, all and a first period have words of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.terms import KINDS, LIGHTS, PLAN_STATUS
from tracker.ledger.values import plain

NAMED = 5
"""How many units a sentence names."""


class Figures(NamedTuple):
    """What is told of a ledger, or a part of it, at a moment, and of the stretch of days that ends there.

    plans are (title, status); kinds, lights and states count items. lights_before and moved are None where there was no ledger before.
    moved counts among the items there at both moments, added, removed and carried_over
    (its book closed) those that were not; carried is the line on all closed books. events count items by what was entered of
    them (completed, closed, returned, extended, reported). silent are the lead units that owe reports, with the number of their items.
    before_ledger of the overdue ones fell due before their plan was in the ledger; closed_unmet of the closed did not meet their numbers;
    late of the reported ones made good a closed period's missed report (补报).
    """

    day: date
    period: str
    plans: Sequence[tuple[str, str]]
    kinds: Mapping[str, int]
    lights: Mapping[str, int]
    states: Mapping[str, int]
    overdue: int
    due_soon: int
    leads: int
    silent: Sequence[tuple[str, int]]
    events: Mapping[str, int]
    day_before: date | None = None
    lights_before: Mapping[str, int] | None = None
    moved: Mapping[str, int] | None = None
    added: int = 0
    removed: int = 0
    carried_over: int = 0
    before_ledger: int = 0
    closed_unmet: int = 0
    late: int = 0
    carried: str = ""

    @property
    def total(self) -> int:
        """How many items there are."""
        return sum(self.kinds.values())


def overall(figures: Figures) -> list[str]:
    """Return the paragraph in its sentences, three to five, and one on closed books; one where there is nothing to tell of."""
    carried = f"{figures.carried}，不计入以上各数。" if figures.carried else ""
    if not figures.total:
        nothing = f"没有在办事项；{figures.carried}。" if carried else "所列范围内尚无纳入台账管理的事项。"
        return [f"截至{chinese_day(figures.day)}，{nothing}"]
    told = (_scope(figures), _standing(figures), _movement(figures), _done(figures), _reporting(figures), carried)
    return [sentence for sentence in told if sentence]


def chinese_day(day: date) -> str:
    """Write a day as letters do: 2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_days(start: date, end: date) -> str:
    """Write a stretch of days as titles do: 2026年11月23日—29日, with month and year repeated where they change."""
    if start == end:
        return chinese_day(start)
    if start.year != end.year:
        return f"{chinese_day(start)}—{chinese_day(end)}"
    tail = f"{end.day}日" if start.month == end.month else f"{end.month}月{end.day}日"
    return f"{chinese_day(start)}—{tail}"


def plan_words(title: str, status: str) -> str:
    """Name a plan; a draft is marked wherever it is named."""
    return f"《{title}》" + (f"（{PLAN_STATUS['draft']}）" if status == "draft" else "")


def plans_words(plans: Sequence[tuple[str, str]]) -> str:
    """Name several plans as an office does: one or two by their titles, more by the first: 《甲方案》等5个方案; nothing for none."""
    named = [plan_words(*plan) for plan in plans]
    return "".join(named) if len(named) <= 2 else f"{named[0]}等{len(named)}个方案"  # noqa: PLR2004 - as many as a title takes


def difference(before: int, after: int) -> str:
    """Say how a number moved: 增加3项, 减少2项, 持平."""
    if before == after:
        return "持平"
    return f"{'增加' if after > before else '减少'}{abs(after - before)}项"


def percent_of(part: int, whole: int) -> Decimal:
    """Return a share in percent with one decimal, never rounded to nothing or to all; 0 of nothing."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else 0
    return Decimal(min(max(tenths, 1 if part else 0), 1000 if part == whole else 999) if whole else 0) / 10


def share(part: int, whole: int) -> str:
    """Write a share in percent (`percent_of`)."""
    return f"{plain(percent_of(part, whole))}%"


def _scope(figures: Figures) -> str:
    named = [(number, f"{KINDS[kind]}{number}项") for kind, number in figures.kinds.items() if number]
    parts = f"（{'、'.join(words for _, words in named)}）" if len(named) > 1 else ""
    about = plans_words(figures.plans)
    leads = f"，由{figures.leads}个单位牵头" if figures.leads else ""
    return f"截至{chinese_day(figures.day)}，{about}纳入台账管理的事项共{figures.total}项{parts}{leads}。"


def _standing(figures: Figures) -> str:
    total, declared = figures.total, figures.states.get("completed", 0)
    closed = figures.states.get("closed", 0) - figures.closed_unmet
    if closed == total:
        return f"全部{total}项均已核查销号。"
    parts = [f"已销号{closed}项，占{share(closed, total)}" if closed else "尚无事项销号"]
    if figures.closed_unmet:
        parts[0] += f"（另有未达目标销号{figures.closed_unmet}项，不计入）"
    parts += [f"申报办结待核查{declared}项"] if declared else []
    red, yellow = figures.lights.get("red", 0), figures.lights.get("yellow", 0)
    if red or yellow:
        parts.append(
            "亮"
            + "、".join(
                f"{LIGHTS[light]}灯{number}项" for light, number in (("red", red), ("yellow", yellow)) if number
            )
        )
    else:
        parts.append("无红灯、黄灯事项")
    if red and figures.overdue:
        early = f"含建账前到期{figures.before_ledger}项" if figures.before_ledger else ""
        if early and figures.before_ledger == figures.overdue:
            early = "均为建账前到期"
        parts[-1] += f"，其中逾期{figures.overdue}项{f'（{early}）' if early else ''}"
    parts += [f"近期到期{figures.due_soon}项"] if figures.due_soon else []
    return "；".join(parts) + "。"


def _movement(figures: Figures) -> str:
    if figures.moved is None or figures.lights_before is None or figures.day_before is None:
        return "上期末台账尚未建立，不作增减比较。"
    since = f"与上期（{chinese_day(figures.day_before)}）相比"
    moved = [(LIGHTS[light], figures.moved.get(light, 0)) for light in ("red", "yellow")]
    if any(number for _, number in moved):
        words = "，".join(f"{name}灯{difference(0, number)}" for name, number in moved)
    else:
        words = "红灯、黄灯事项数均持平"
    parts = [f"{words}"]
    parts += [f"另新纳入{figures.added}项"] if figures.added else []
    parts += [f"{'' if figures.added else '另'}调出{figures.removed}项"] if figures.removed else []
    parts += [f"{'' if len(parts) > 1 else '另'}结转{figures.carried_over}项"] if figures.carried_over else []
    return f"{since}，{'，'.join(parts)}。"


_EVENTS = {"completed": "申报办结", "closed": "核查销号", "returned": "退回", "extended": "办理延期"}


def _done(figures: Figures) -> str:
    told = [f"{words}{figures.events[what]}项" for what, words in _EVENTS.items() if figures.events.get(what)]
    reported = figures.events.get("reported", 0)
    late = f"（其中补报上一填报期{figures.late}项）" if figures.late else ""
    parts = [f"有{reported}项填报了进展{late}" if reported else "没有事项填报进展"]
    parts += [f"{'、'.join(told)}"] if told else []
    return f"{figures.period}{'，'.join(parts)}。"


def _reporting(figures: Figures) -> str:
    if not figures.leads:
        return ""
    if not figures.silent:
        return "各牵头单位没有应报未报事项。"
    named = sorted(figures.silent, key=lambda each: -each[1])
    words = "、".join(f"{unit}{number}项" for unit, number in named[:NAMED])
    if len(named) == 1:
        return f"{words}未按期填报。"
    whole = "各牵头单位均有事项" if len(named) == figures.leads else f"{len(named)}个单位"
    return f"{whole}未按期填报，" + (f"未填报较多的有{words}等。" if len(named) > NAMED else f"分别为{words}。")
