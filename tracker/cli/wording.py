"""Captions, fields and figures in words, for the tables of rows (`tracker.item_rows`) and the pages of items on a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.options import FilterOptions
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column, cells
from tracker.ledger.terms import BASES, FORECASTS, LIGHTS, OPEN_STATES, RESPONSIBILITIES, STATES
from tracker.ledger.values import plain

Row = Mapping[str, Any]


def caption_for(options: ReadOptions, which: FilterOptions, rows: Iterable[Row] = ()) -> str:
    """Return the words that name the day, the active defaults, and the drafts among the plans of the rows."""
    parts = [f"截至 {options.day}"]
    if options.known_at:
        parts.append(f"录入截至 {options.known_at}")
    settings = context.settings
    for label, value, key in (("方案", which.plan, "plan"), ("单位", which.unit, "unit")):
        if value:
            active = not options.everything and value == settings[key]
            parts.append(f"{label} {value}" + ("（默认，--all 查看全部）" if active else ""))
    return "，".join((*parts, *drafts_among(options, (row["id"] for row in rows))))


def drafts_among(options: ReadOptions, ids: Iterable[str | None]) -> list[str]:
    """Return the words that mark the drafts among the plans of some items, none where there are none."""
    shown = {name.partition("-")[0] for name in ids if name is not None}
    drafts = [code for code in options.drafts if code in shown]
    named = "、".join(drafts[:DRAFTS_NAMED]) + (" 等" if len(drafts) > DRAFTS_NAMED else " ")
    return [f"{named}为征求意见稿"] if drafts else []


DRAFTS_NAMED = 8
"""How many drafts a caption names."""


def deadline_of(row: Row, as_of: date) -> date:
    """Return the date from which an overdue row's days count, or that to which a near-due row's days run."""
    if row["days_overdue"]:
        return as_of - timedelta(days=row["days_overdue"])
    open_dues = [
        each["due"] for each in row["indicators"]
        if each["due"] and each["due"] >= as_of and not each["met"] and each["state"] in OPEN_STATES
    ]  # fmt: skip
    earliest: date = min(open_dues, default=row["due"])
    return earliest


def label_of(name: str, *, edited: bool) -> str:
    """Return the name of a field; a figure of judgement goes by its own, which people type."""
    return (EDITED_NAMES if edited else FIELD_NAMES).get(name, name)


def told(name: str, value: Any, *, edited: bool) -> str:
    """Write the value of a field in a few words; a code of the plan's own words as what it means."""
    codes = _CODES.get(name) if edited else None
    return codes.get(value, brief(value)) if codes is not None and isinstance(value, str) else brief(value)


_CODES: Mapping[str, Mapping[str, str]] = {
    "responsibility": RESPONSIBILITIES, "basis": BASES, "direction": {"up": "越高越好", "down": "越低越好", "hold": "保持"},
}  # fmt: skip


FIELD_NAMES = {
    "state": "状态", "percent": "完成率", "value": "现值", "note": "进展", "problem": "问题", "next": "下步", "to": "延期至",
    "reason": "理由", "forecast": "预判", "due": "时限", "approved_by": "批准人", "units": "单位", "role": "角色",
    "date": "日期", "year": "年份", "kind": "类别", "sources": "来源", "lead_units": "牵头单位",
    "participating_units": "参与单位", "baseline_value": "基数", "baseline_year": "基期", "milestone": "阶段目标", "link": "关联",
    "opinion": "核查意见", "plan": "方案", "text": "内容", "unit": "单位", "name": "名称", "alias": "别名", "contact": "联系人",
    "report": "填报", "main_lead": "主牵头", "region": "地区", "unmet": "未达目标的理由", "form": "填报表",
    "access": "权限",
}  # fmt: skip
EDITED_NAMES = {
    **FIELD_NAMES, "title": "标题", "chapter": "章", "section": "节", "note": "备注", "source": "出处", "responsibility": "责任方式",
    "open_ended": "单位未列全", "lead_cell": "牵头单位栏", "participant_cell": "参与单位栏", "original_due": "原定时限",
    "name": "名称", "comparator": "要求", "start": "起点", "basis": "口径",
     "value": "目标值", "bound": "幅度", "aspirational": "力争", "measure": "计量单位",
    "scope": "范围", "direction": "方向",
}  # fmt: skip
"""The plan's own words, where a correction names them."""


def brief(value: Any) -> str:
    """Write the value of a field in a few words."""
    match value:
        case None | [] | True:
            return "收回" if value else "（空）"
        case str():
            return STATES.get(value) or FORECASTS.get(value) or value
        case list():
            return "、".join(map(str, value))
        case Decimal():
            return plain(value)
        case {"date": day, "value": amount}:
            return f"{day} 为 {plain(amount)}"
        case {"date": day, "percent": share}:
            return f"{day} 为 {plain(share)}%"
        case {"kind": kind, "sources": sources}:
            return LINK_WORDS[str(kind)].format("、".join(sources))
        case _:
            return str(value)


LINK_WORDS = {
    "same": "与 {} 为同一指标", "sum": "{} 的合计", "mean": "{} 的加权平均", "min": "{} 的最小值",
    "met": "{} 中达标的个数", "met_share": "{} 中达标的比例",
    "index": "协同指数的测算",
}  # fmt: skip


def field_words(name: str, before: Any, after: Any, *, edited: bool = False) -> str:
    """Write one change of a field; what was not there before is only named. edited: a correction of the plan's words."""
    label, now = label_of(name, edited=edited), told(name, after, edited=edited)
    if before is None or before == []:
        return f"{label} {now}"
    return f"{label} {told(name, before, edited=edited)} → {now}"


def demand_of(row: Row) -> str:
    """Write what an indicator row asks in words."""
    from tracker.ledger.lights import demand_words
    from tracker.ledger.model import Indicator

    return demand_words(
        Indicator(
            0,
            row["name"],
            row["comparator"],
            row["value"],
            row["bound"],
            measure=row["measure"],
            direction=row["direction"],
        )
    )


def name_of(row: Row) -> str:
    """Return the name of an item: its title, or its text where the plan gives none."""
    return str(row["title"] or row["text"])


def responsibility_words(row: Row) -> str:
    """Return what stands where no lead unit does."""
    return {"tbd": "待明确", "by_reference": "参照其他方案", "unstated": "未注明"}.get(
        row["responsibility"], "各有关单位"
    )


def light_words(row: Row) -> str:
    """Return the light in words; nothing for an aim."""
    return LIGHTS[row["light"]] if row["light"] else ""


def percent_words(value: Decimal | None) -> str:
    """Write a share."""
    return "" if value is None else f"{plain(value)}%"


def value_words(value: Decimal | None, measure: str | None) -> str:
    """Write a value with its measure."""
    return "" if value is None else f"{plain(value)}{measure or ''}"


def state_words(row: Row) -> str:
    """Return the state of an item; one that was closed although its numbers were not met says so."""
    return STATES[row["state"]] + ("（未达）" if row["state"] == "closed" and not row.get("met", True) else "")


def due_text(row: Row, due: date | None) -> str:
    """Write a deadline in force, and beside it the printed one where that is another; where room is short, a sign of it."""
    printed = next(
        (each["original_due"] for each in row.get("indicators", ()) if each["due"] == due), row["original_due"]
    )
    if due is None or printed in (None, due):
        return text_of(due)
    return f"{due}（原定{printed}）" if output.width() >= 110 else f"{due}（延）"  # noqa: PLR2004 - room for both


def due_column(dues: Sequence[str]) -> Column:
    """Return the column of deadlines, as wide as they are."""
    return Column("完成时限", max([10, *map(cells, dues)]))


def text_of(day: date | None) -> str:
    """Write a day, nothing for none."""
    return "" if day is None else day.isoformat()


def local_time(at: str) -> str:
    """Write a moment of the ledger as local time."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def fitted_width(rows: Iterable[Sequence[str]], place: int, heading: str, most: int) -> int:
    """Return the width of a column that shows its heading and what stands in it, up to most."""
    return min(max(cells(heading), *(cells(row[place]) for row in rows), 0), most)


def widest(rows: Sequence[Row]) -> int:
    """Return the width of the column of ids, which are never cut."""
    return max((cells(row["id"]) for row in rows), default=8)
