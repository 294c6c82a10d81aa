"""What a slip of an item is pre-filled with: the item, its deadlines, how it stands, what was said last and by what it is proved."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tracker.actions.name_lookup import refs, whole_item
from tracker.actions.selection import Filter, find
from tracker.errors import Refused
from tracker.item_rows import place_words
from tracker.ledger.judgement import Judged, judge
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.summary import chinese_day, plan_words
from tracker.ledger.terms import STATES
from tracker.ledger.values import plain
from tracker.papers.slip import Slip
from tracker.papers.wording import indicator_lines
from tracker.store import queries
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import is_demo


def slip(connection: Connection, kind: str, text: str, when: PointInTime, parameters: Parameters) -> Slip:
    """Return the slip of an item. Raises Refused for an unknown one, and for a closing that nobody declared or that is done."""
    item = whole_item(connection, refs(connection, [text])[0], when)
    if item.state == "closed":
        raise Refused(f"{item.id} 已销号，不需要再办理")
    if kind == "close" and item.state != "completed":
        raise Refused(
            f"{item.id} 尚未申报办结（{STATES[item.state]}），不能申请销号；请先用 tracker complete {item.id} 申报"
        )
    plan = queries.plan_heads(connection, item.plan)[0]
    log = queries.load_item_log(connection, item.id, when)
    values = {
        **_words(item, plan, when),
        **_standing(Judged(item, judge(item, when.as_of, parameters)), when),
        **_told(item, log),
    }
    names = queries.evidence_names(connection, [item.id], when).get(item.id, ())
    return Slip(item.id, kind, {**values, "evidence": "\n".join(dict.fromkeys(names))}, is_demo(connection))


def slips_due(
    connection: Connection, kind: str, wanted: Filter, when: PointInTime, parameters: Parameters
) -> list[str]:
    """Return the ids of the items that call for a kind of slip: overdue, declared done, or not yet begun."""
    called = {
        "extend": wanted._replace(overdue=True), "close": wanted._replace(states=("completed",)),
        "assign": wanted._replace(states=("not_started",)),
    }[kind]  # fmt: skip
    return [each.item.id for each in find(connection, called, when, parameters)]


def _words(item: Item, plan: Mapping[str, Any], when: PointInTime) -> dict[str, str]:
    return {
        "date": chinese_day(when.as_of), "plan": plan_words(plan["title"], plan["status"]), "label": place_words(item, plan),
        "text": f"{item.title}：{item.text}" if item.title else item.text,
        "leads": "、".join(role.name for role in item.leads), "participants": "、".join(role.name for role in item.participants),
        "original_due": chinese_day(item.original_due) if item.original_due else "方案未载明",
        "due": chinese_day(item.due) if item.due else "未定", "source": item.source or "", "note": item.note or "",
    }  # fmt: skip


def _standing(each: Judged, when: PointInTime) -> dict[str, str]:
    item, judged = each
    parts = [STATES[item.state]]
    parts += [f"完成率{plain(judged.percent)}%"] if judged.percent is not None else []
    parts += [f"序时进度{plain(judged.planned)}%"] if judged.planned is not None else []
    parts += [f"已逾期{judged.days_overdue}天"] if judged.overdue else []
    return {"progress": "，".join(parts), "indicators": indicator_lines(each, when.as_of)}


def _told(item: Item, log: list[dict[str, Any]]) -> dict[str, str]:
    """Return what was said last, how often the deadline was moved, and who declared the work done when."""
    report = item.last_report
    declared = next((row for row in log if row["kind"] == "complete"), None)
    extended = Counter(row["n"] for row in log if row["kind"] == "extend")
    said = f"{chinese_day(report.date)}，{report.unit or report.by}：{report.note}" if report and report.note else ""
    return {
        "extensions": f"{max(extended.values(), default=0)}次", "said": said,
        "problem": (report and report.problem) or "", "next": (report and report.next) or "",
        "declared": f"{chinese_day(declared['date'])}，{declared['unit'] or declared['by']}" if declared else "",
    }  # fmt: skip
