"""The bulletin (督办通报): how the work stands, whose items are in trouble, what is asked, and the tables in full. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tracker.ledger.calendar_spans import NamedSpan, title_words
from tracker.ledger.summary import Figures, chinese_day, difference, overall, plans_words
from tracker.ledger.terms import DEMO_LABEL, LIGHTS
from tracker.papers.wording import BLANK, chinese_number, number_blank, quoted, reply_words, told_days, whole_row

EVENTS = {"completed": "申报办结", "closed": "核查销号", "returned": "退回", "extended": "延期"}
"""What the annex tells of the period, in its order."""
NONE = "无"
FIELDS = {
    "demo": "演示台账的标记，其他台账为空", "title": "标题", "number": "文号", "recipients": "主送机关", "opening": "导语",
    "overall": "总体情况，逐段", "no_problems": "没有红灯、黄灯事项时的一句话，有则为空",
    "units": {"heading": "单位及红灯、黄灯项数", "paragraphs": "红灯、黄灯事项，逐段"},
    "requests": {"heading": "要求的序号", "text": "要求"},
    "annexes": "附件名称，逐个", "issuer": "落款单位", "date": "成文日期", "contact": "联系人和电话", "reply_by": "反馈期限",
    "counts": {
        "place": "序号", "unit": "单位", "total": "事项数", "closed": "已销号", "declared": "待核查", "red": "红灯", "yellow": "黄灯",
        "other": "其他", "unreported": "未按期填报",
    },
    "counts_label": "附件序号", "counts_name": "附件标题", "note": "统计表的注",
    "trouble_label": "附件序号", "trouble_name": "附件标题",
    "trouble": {
        "name": "红灯或黄灯", "count": "项数",
        "rows": {
            "text": "事项全文", "label": "清单和序号", "leads": "牵头单位", "due": "完成时限（原定）", "indicators": "指标、目标值和现值",
            "whole": "此行是否不跨页（1 或 0）", "reason": "亮灯原因", "problem": "存在问题", "next": "下步安排",
        },
    },
    "events_label": "附件序号", "events_name": "附件标题",
    "events": {"name": "办理情形", "rows": {"day": "日期", "content": "内容和理由"}},
    "silent_label": "附件序号", "silent_name": "附件标题", "silent": {"items": "事项"},
}  # fmt: skip
"""The fields of its template (docs/papers.md)."""


class Trouble(NamedTuple):
    """A red or yellow item in words. unit is its main lead, None where none is named; label says its place and, of several, its plan."""

    light: str
    unit: str | None
    name: str
    place: str
    label: str
    text: str
    leads: str
    due: str
    indicators: str
    reason: str
    problem: str
    next: str


class Event(NamedTuple):
    """A decision about an item in the period, in words."""

    what: str
    label: str
    text: str
    leads: str
    day: date | None
    content: str


class Count(NamedTuple):
    """How the items of one main lead stand; closed are all that were verified, unmet those of them without what was promised."""

    unit: str
    total: int
    lights: Mapping[str, int]
    closed: int
    declared: int
    unreported: int
    unmet: int = 0


class Silence(NamedTuple):
    """What a unit did not report on."""

    unit: str
    items: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Bulletin:
    """All that a bulletin tells. by_plan is each plan's name, its counts (total, closed and by light) and those before.

    narrowed says in a sentence of what items of its plans alone it tells, empty of all.
    """

    span: NamedSpan
    figures: Figures
    by_plan: Sequence[tuple[str, Mapping[str, int], Mapping[str, int] | None]]
    counts: Sequence[Count]
    trouble: Sequence[Trouble]
    events: Sequence[Event]
    silent: Sequence[Silence]
    narrowed: str = ""
    issuer: str | None = None
    number: str | None = None
    recipients: str | None = None
    contact: str | None = None
    reply_by: date | None = None
    day: date = field(default=date.min)
    is_demo: bool = False


def title_of(bulletin: Bulletin) -> str:
    """Return the title: which plans, which period."""
    about = plans_words(bulletin.figures.plans) or "台账事项"
    return f"关于{about}推进情况的督办通报（{title_words(bulletin.span)}）"


def overall_of(bulletin: Bulletin) -> list[str]:
    """Return the paragraphs of 总体情况: the whole, then plan by plan where there are several."""
    told = ["".join(overall(bulletin.figures))]
    if len(bulletin.by_plan) > 1:
        told += [_plan_line(*each) for each in bulletin.by_plan]
    return told


def _plan_line(name: str, now: Mapping[str, int], then: Mapping[str, int] | None) -> str:
    unmet = f"（另有未达目标销号{now['unmet']}项）" if now["unmet"] else ""
    parts = [f"共{now['total']}项，已销号{now['closed']}项{unmet}"]
    for light in ("red", "yellow"):
        change = ""
        if then is not None and then[light] != now[light]:
            change = f"（较上期{difference(then[light], now[light])}）"
        parts.append(f"{LIGHTS[light]}灯{now[light]}项{change}")
    return f"{name}：{'，'.join(parts)}。"


def units_of(bulletin: Bulletin) -> list[dict[str, Any]]:
    """Return the red and yellow items by main lead, those with most red first: reds one by one, yellows together."""
    by_unit: dict[str | None, list[Trouble]] = {}
    for each in bulletin.trouble:
        by_unit.setdefault(each.unit, []).append(each)
    ranked = sorted(
        by_unit.items(), key=lambda entry: (entry[0] is None, -_number(entry[1], "red"), -len(entry[1]), entry[0] or "")
    )
    told = []
    for place, (unit, items) in enumerate(ranked, start=1):
        counts = "，".join(
            f"{LIGHTS[light]}灯{_number(items, light)}项" for light in ("red", "yellow") if _number(items, light)
        )
        heading = f"（{chinese_number(place)}）{unit or '尚未明确牵头单位'}（{counts}）"
        told.append({"heading": heading, "paragraphs": _paragraphs(items)})
    return told


def _number(items: Sequence[Trouble], light: str) -> int:
    return sum(each.light == light for each in items)


def _paragraphs(items: Sequence[Trouble]) -> list[str]:
    """Return the red items one by one, those of which nothing but the same is known together; then the yellow ones."""
    told = []
    reds = alike(items, "red")
    for place, (names, each) in enumerate(reds, start=1):
        parts = [f"{names}：{told_days(each.reason)}"]
        parts += [f"存在问题：{_ended(each.problem)}"] if each.problem else []
        parts += [f"下步安排：{_ended(each.next)}"] if each.next else []
        told.append(f"{f'{place}.' if len(reds) > 1 else ''}{'。'.join(parts)}。")
    yellows = [f"{names}（{told_days(each.reason)}）" for names, each in alike(items, "yellow")]
    if yellows:
        told.append(f"{'另有' if reds else ''}黄灯事项：{'；'.join(yellows)}。")
    return told


def alike(items: Sequence[Trouble], light: str) -> list[tuple[str, Trouble]]:
    """Return the items of a light by what is told of them, each with the names of all of which it holds."""
    groups: dict[tuple[str, str, str], list[Trouble]] = {}
    for each in items:
        if each.light == light:
            groups.setdefault((each.reason, each.problem, each.next), []).append(each)
    told = []
    for same in groups.values():
        names = "、".join(f"{each.place}{quoted(each.name)}" for each in same)
        told.append((names, same[0] if len(same) == 1 else same[0]._replace(reason=f"均{same[0].reason}")))
    return told


def _ended(text: str) -> str:
    return " ".join(text.split()).rstrip("。；;.，")


def requests_of(bulletin: Bulletin, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what is asked: only what the figures call for. names are the annexes by what they hold."""
    figures = bulletin.figures
    reply = reply_words(bulletin.reply_by)
    asked = []
    if figures.lights.get("red"):
        asked.append(
            f"亮红灯事项的牵头单位要对照{names['trouble']}逐项分析原因，明确整改措施和完成时限，于{reply}前书面反馈整改情况；确需延期的，按程序办理延期。"
        )
    if figures.lights.get("yellow"):
        asked.append("亮黄灯事项的牵头单位要加快推进，尽快赶上序时进度。")
    if figures.events.get("returned"):
        asked.append("申报办结被退回的事项，要按照退回意见补充完善后重新申报。")
    if bulletin.silent:
        asked.append(f"未按期填报的单位（见{names['silent']}）要于{reply}前补报进展、存在问题和下步安排。")
    if figures.states.get("completed"):
        asked.append(
            f"申报办结待核查的{figures.states['completed']}项，请抓紧组织核查，符合要求的予以销号，不符合要求的予以退回。"
        )
    if not asked:
        going_on = figures.total > figures.states.get("closed", 0)
        asked.append(
            "各单位要按照任务分工和完成时限继续推进，按期填报进展。" if going_on else "本期没有需要办理的事项。"
        )
    return [
        {"heading": f"（{chinese_number(place)}）" if len(asked) > 1 else "", "text": text}
        for place, text in enumerate(asked, start=1)
    ]


_ANNEXES = {
    "counts": "各牵头单位事项情况统计表", "trouble": "红灯、黄灯事项清单", "events": "本期申报办结、销号、退回、延期事项清单",
    "silent": "未按期填报单位和事项清单",
}  # fmt: skip


def fields_of(bulletin: Bulletin) -> dict[str, Any]:
    """Return the values of a template's fields."""
    figures = bulletin.figures
    held = {"counts": True, "trouble": bulletin.trouble, "events": bulletin.events, "silent": bulletin.silent}
    kept = [name for name in _ANNEXES if held[name]]
    label = {name: f"附件{place if len(kept) > 1 else ''}" for place, name in enumerate(kept, start=1)}
    labels = {f"{name}_label": label.get(name, "") for name in _ANNEXES}
    titles = {f"{name}_name": text for name, text in _ANNEXES.items()}
    return {
        "demo": DEMO_LABEL if bulletin.is_demo else "", "title": title_of(bulletin),
        "number": bulletin.number or number_blank(bulletin.day),
        "recipients": bulletin.recipients or "各有关单位",
        "opening": f"现将截至{chinese_day(figures.day)}的推进情况通报如下。{bulletin.narrowed}",
        "overall": overall_of(bulletin), "units": units_of(bulletin),
        "no_problems": "" if bulletin.trouble else "没有亮红灯、黄灯的事项。", "requests": requests_of(bulletin, label),
        "annexes": [f"{'附件：' if place == 1 else '　　　'}{f'{place}.' if len(kept) > 1 else ''}{_ANNEXES[name]}"
                    for place, name in enumerate(kept, start=1)],
        "issuer": bulletin.issuer or BLANK, "date": chinese_day(bulletin.day), "contact": bulletin.contact or BLANK,
        "reply_by": reply_words(bulletin.reply_by),
        "counts": [_count_row(place, each) for place, each in enumerate(bulletin.counts, start=1)] or [_no_row()],
        "note": _note(bulletin),
        "trouble": _trouble_groups(bulletin.trouble), "events": _event_groups(bulletin.events),
        "silent": [_silent_row(place, each) for place, each in enumerate(bulletin.silent, start=1)],
        **labels, **titles,
    }  # fmt: skip


def _note(bulletin: Bulletin) -> str:
    unmet = sum(each.unmet for each in bulletin.counts)
    more = f"；已销号含未达目标销号{unmet}项" if unmet else ""
    return f"注：几个单位共同牵头的事项，计入主牵头单位（未明确的计入首位牵头单位）{more}。"


def _count_row(place: int, each: Count) -> dict[str, Any]:
    red, yellow = each.lights.get("red", 0), each.lights.get("yellow", 0)
    return {
        "place": place, "unit": each.unit, "total": each.total, "closed": each.closed, "declared": each.declared, "red": red,
        "yellow": yellow, "whole": 1, "other": each.total - each.closed - each.declared - red - yellow, "unreported": each.unreported,
    }  # fmt: skip


def _silent_row(place: int, each: Silence) -> dict[str, Any]:
    words = "、".join(each.items)
    return {"place": place, "unit": each.unit, "count": len(each.items), "items": words, "whole": whole_row(words)}


def _no_row() -> dict[str, Any]:
    numbers = dict.fromkeys(("total", "closed", "declared", "red", "yellow", "other", "unreported"), 0)
    return {"place": "", "unit": NONE, "whole": 1, **numbers}


def _trouble_groups(items: Sequence[Trouble]) -> list[dict[str, Any]]:
    groups, place = [], 0
    for light in ("red", "yellow"):
        rows = []
        for each in items:
            if each.light == light:
                place += 1
                told = {"problem": _told("问题：", each.problem), "next": _told("下步：", each.next)}
                whole = whole_row(each.text, each.indicators, "".join(told.values()))
                rows.append({**each._asdict(), "place": place, **told, "whole": whole})
        if rows:
            groups.append({"name": f"{LIGHTS[light]}灯", "count": len(rows), "rows": rows})
    return groups


def _told(name: str, text: str) -> str:
    return name + text if text else ""


def _event_groups(events: Sequence[Event]) -> list[dict[str, Any]]:
    groups, place = [], 0
    for what, name in EVENTS.items():
        rows = []
        for each in events:
            if each.what == what:
                place += 1
                day = str(each.day or "")
                rows.append({"place": place, **each._asdict(), "day": day, "whole": whole_row(each.text, each.content)})
        if rows:
            groups.append({"name": name, "count": len(rows), "rows": rows})
    return groups
