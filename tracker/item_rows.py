"""Items as flat rows (docs/contract.md, JSON): the one shape for screen, files, sheets and pages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.ledger.judgement import IndicatorJudgement, Judgement
from tracker.ledger.model import Indicator, Item
from tracker.ledger.terms import KINDS, LISTS

ITEM_FIELDS = (
    "id", "plan", "kind", "number", "chapter", "section", "title", "text", "source", "responsibility", "lead_units",
    "participating_units", "open_ended", "due", "original_due", "state", "percent", "met", "overdue", "days_overdue",
    "due_soon", "light", "light_reason", "planned_progress", "lag", "forecast", "last_report", "indicators", "note",
    "completed_on", "closed_on", "assessable", "awaiting", "start", "extensions", "main_lead", "reported_units",
    "unreported_units", "returned", "parent", "children",
)  # fmt: skip
INDICATOR_FIELDS = (
    "id", "name", "comparator", "value", "bound", "aspirational", "measure", "baseline_year", "baseline_value", "due",
    "original_due", "scope", "direction", "state", "actual", "actual_date", "achievement", "met", "overdue", "lag",
    "basis", "met_on", "met_late", "assessable", "awaiting", "expected", "milestones", "trend",
)  # fmt: skip


def item_view(item: Item, judged: Judgement) -> dict[str, Any]:
    """Return an item and its judgement as one flat row; values are texts, whole numbers, decimals, dates, lists, None."""
    report = item.last_report
    return {
        "id": item.id,
        "plan": item.plan,
        "kind": item.kind,
        "number": item.number,
        "chapter": item.chapter,
        "section": item.section,
        "title": item.title,
        "text": item.text,
        "source": item.source,
        "responsibility": item.responsibility,
        "lead_units": [role.name for role in item.leads],
        "participating_units": [role.name for role in item.participants],
        "open_ended": item.open_ended,
        "due": item.due,
        "original_due": item.original_due,
        "state": item.state,
        "percent": judged.percent,
        "met": None if item.kind == "aim" else judged.met,
        "overdue": judged.overdue,
        "days_overdue": judged.days_overdue,
        "due_soon": judged.due_soon,
        "light": judged.light.color if judged.light else None,
        "light_reason": judged.light.reason if judged.light else "方案已结束" if judged.is_ended else None,
        "planned_progress": judged.planned,
        "lag": judged.lag,
        "forecast": item.forecast,
        "last_report": None
        if report is None
        else {
            "date": report.date,
            "unit": report.unit,
            "by": report.by,
            "note": report.note,
            "problem": report.problem,
            "next": report.next,
        },
        "indicators": [
            indicator_view(item, indicator, each)
            for indicator, each in zip(item.indicators, judged.indicators, strict=True)
        ],
        "note": item.note,
        "completed_on": item.completed_on,
        "closed_on": item.closed_on,
        "assessable": judged.assessable,
        "awaiting": judged.awaiting,
        "start": item.begins,
        "extensions": item.extensions,
        "main_lead": None
        if item.main_lead is None
        else next((role.name for role in item.leads if role.unit == item.main_lead), None),
        "reported_units": list(judged.answered_units),
        "unreported_units": list(judged.silent_units),
        "returned": judged.returned,
        "parent": item.parent,
        "children": list(item.children),
    }


def indicator_view(item: Item, indicator: Indicator, judged: IndicatorJudgement) -> dict[str, Any]:
    """Return an indicator and its judgement as one flat row."""
    return {
        "id": f"{item.id}.{indicator.n}",
        "name": indicator.name,
        "comparator": indicator.comparator,
        "value": indicator.value,
        "bound": indicator.bound,
        "aspirational": indicator.aspirational,
        "measure": indicator.measure,
        "baseline_year": indicator.baseline_year,
        "baseline_value": indicator.baseline_value,
        "due": indicator.due,
        "original_due": indicator.original_due,
        "scope": indicator.scope,
        "direction": indicator.direction,
        "state": indicator.state,
        "actual": indicator.actual,
        "actual_date": indicator.actual_date,
        "achievement": judged.achievement,
        "met": judged.met,
        "overdue": judged.overdue,
        "lag": judged.lag,
        "basis": indicator.basis,
        "met_on": judged.attained.met_on,
        "met_late": judged.attained.met_late,
        "assessable": judged.assessable,
        "awaiting": judged.awaiting,
        "expected": judged.expected,
        "milestones": [{"date": point.date, "value": point.value} for point in indicator.milestones],
        "trend": None if (trend := judged.trend) is None else trend._asdict(),
    }


_LOCATOR = "附件|附表|第?[（(]?[一二三四五六七八九十百零〇0-9]+(?:[、）)．.条章节项]|$)"
"""What names a place of a document: 三、（六）, （四）, 第十二条, 附件1."""


def indicator_rows(views: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row an indicator, each with the id of its item, for `--indicators`."""
    return [{"item": view["id"], **row} for view in views for row in view["indicators"]]


def place_words(item: Item, plan: Mapping[str, Any]) -> str:
    """Say where an item stands in its plan, for papers that name no ids: 目标清单第20项, 方案三、（六）, 任务第4项（杭州市）.

    What an office added itself stands in no plan, whatever it says of where it comes from (自建, 领导批示).
    """
    if plan["annex_label"] or plan["annex_title"]:
        words = f"{LISTS.get(item.kind, KINDS[item.kind])}第{item.number}项"
    elif item.source and re.match(_LOCATOR, item.source):
        words = f"方案{item.source}"
    else:
        words = f"{KINDS[item.kind]}第{item.number}项"
    return words + (f"（{item.region}）" if item.region else "")
