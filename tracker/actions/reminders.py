"""Letters about items: reminders (催办单), what each lead unit owes and how often it was reminded; and slips (审批表), pre-filled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.actions.name_lookup import refs, unit_keys, whole_item
from tracker.actions.selection import Filter, find, find_open
from tracker.actions.todo import returned_reasons
from tracker.errors import Refused
from tracker.item_rows import place_words
from tracker.ledger.judgement import Judged, judge
from tracker.ledger.model import Item, Role
from tracker.ledger.parameters import Parameters
from tracker.ledger.summary import chinese_day, plan_words
from tracker.ledger.terms import KINDS, STATES
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import plain
from tracker.papers.reminder import AGAIN, GROUPS, REASONS, Head, Line, Reminder
from tracker.papers.slip import Slip
from tracker.papers.wording import deadline, due_words, indicator_lines, reason_words
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.history import load_item_log
from tracker.store.ledger_labels import is_demo
from tracker.store.registry import item_keys, load_units, merged_units, plan_heads
from tracker.store.statements import Said, evidence_names, last_of_units, reminded_on

NEVER = "从未填报"


class _Known(NamedTuple):
    """What the ledger knows beside the items, each read once for all of them."""

    plans: Mapping[str, Mapping[str, Any]]
    returned: Mapping[str, str]
    said: Mapping[tuple[str, int], Sequence[Said]]
    reminded: Mapping[str, Sequence[tuple[date, Sequence[str]]]]


def reminders(connection: Connection, wanted: Filter, head: Head, parameters: Parameters) -> list[Reminder]:
    """Return what each lead unit has to do on a day, of the items a filter lets through, in the order of regions and names."""
    when = PointInTime(head.day)
    found = [
        each for each in find_open(connection, wanted, when, parameters) if each.item.leads and _calls(each, parameters)
    ]
    codes = [each.item.id for each in found]
    named = {unit.id: unit for unit in load_units(connection)}
    merged = merged_units(connection)
    units = {key: named[merged.get(key, key)] for key in named}  # one letter for units that were merged
    only = None if wanted.unit is None else {unit.id for unit in unit_keys(connection, wanted.unit)}
    known = _Known(
        {str(plan["code"]): plan for plan in plan_heads(connection)},
        returned_reasons(each.item for each in found),
        last_of_units(connection, codes, when),
        reminded_on(connection, codes, when),
    )
    made: dict[int, Reminder] = {}
    for each in found:
        for lead in each.item.leads:
            line = (
                None
                if only is not None and lead.unit not in only
                else _line(each, lead, units[lead.unit], known, head, parameters)
            )
            if line is None:
                continue
            letter = made.setdefault(units[lead.unit].id, Reminder(units[lead.unit], head))
            if all(each.id != line.id for each in letter.lines):
                letter.lines.append(line)
            plan = known.plans[each.item.plan]
            if (about := (str(plan["title"]), str(plan["status"]))) not in letter.plans:
                letter.plans.append(about)
    return sorted(made.values(), key=lambda letter: (letter.unit.region, letter.unit.id))


def _calls(each: Judged, parameters: Parameters) -> bool:
    """Say whether an item may call for a reminder of any unit at all."""
    judged = each.judgement
    is_behind = judged.lag is not None and judged.lag >= parameters.yellow_lag
    return judged.overdue or judged.due_soon or is_behind or bool(judged.silent_units) or each.item.is_open


def _line(each: Judged, lead: Role, unit: Unit, known: _Known, head: Head, parameters: Parameters) -> Line | None:
    """Return what one unit has to do about an item; None where it has nothing to do."""
    item, judged = each
    words = _reasons(each, lead, known.returned.get(item.id), head.day, parameters)
    if not words:
        return None
    due, original = deadline(each, head.day)
    codes = tuple(code for code in GROUPS if code in words)
    said = known.said.get((item.id, lead.unit), ())
    days = _reminded(known.reminded.get(item.id, ()), unit, _since(codes[0], due, said), head.day)
    text = f"{item.title}：{item.text}" if item.title else item.text
    return Line(
        item.id, place_words(item, known.plans[item.plan]), text, indicator_lines(each, head.day), due_words(due, original), codes,
        "；".join(words[code] for code in codes), _said_words(said, item),
        (-judged.days_overdue, due or date.max, item.plan, list(KINDS).index(item.kind), item.number),
        len(days) + 1, days[-1] if days else None,
    )  # fmt: skip


def _reasons(each: Judged, lead: Role, returned: str | None, day: date, parameters: Parameters) -> dict[str, str]:
    """Return why a unit is reminded of an item, by the codes of GROUPS, in words."""
    judged = each.judgement
    words: dict[str, str] = {}
    if judged.overdue:
        told = reason_words(each.item, judged.light.reason) if judged.light is not None else ""
        words["overdue"] = told if "逾期" in told else f"逾期{judged.days_overdue}天"
    if returned is not None:
        words["returned"] = f"申报办结被退回{f'：{returned}' if returned else ''}"
    if judged.lag is not None and judged.lag >= parameters.yellow_lag and not judged.overdue:
        words["behind"] = f"低于序时进度{plain(judged.lag)}个百分点"
    if lead.name in judged.silent_units and judged.period is not None:
        words["unreported"] = f"{judged.period.name}未填报"
    if judged.due_soon:
        due = deadline(each, day)[0]
        words["due_soon"] = (
            "今日到期" if due == day else f"还有{(due - day).days}天到期" if due is not None else "临近到期"
        )
    return words


def _said_words(said: Iterable[Said], item: Item) -> str:
    """Write what a unit said last: the day, and its words; where it gave none, its figures."""
    said = list(said)
    if not said:
        return NEVER
    words = [
        "；".join(
            part.strip()
            for part in (one.note, one.problem and f"问题：{one.problem}", one.next and f"下步：{one.next}")
            if part and part.strip()
        )
        for one in said
    ]
    told = [each for each in dict.fromkeys(words) if each] or [_figure_words(one, item) for one in said]
    return f"{said[-1].date}：{'；'.join(dict.fromkeys(told))}"


def _figure_words(one: Said, item: Item) -> str:
    if one.value is not None:
        indicator = next((each for each in item.indicators if each.n == one.n), None)
        return f"报送数值{plain(one.value)}{indicator.measure or '' if indicator else ''}"
    if one.percent is not None:
        return f"完成率{plain(one.percent)}%"
    return STATES[one.state] if one.state else "无变化"


def _since(reason: str, due: date | None, said: Sequence[Said]) -> date | None:
    """Return the day since which something is owed: an answer settles what was asked before it, but not a missed deadline."""
    if reason == "overdue":
        return due
    return said[-1].date if said else None


def _reminded(days: Iterable[tuple[date, Sequence[str]]], unit: Unit, since: date | None, today: date) -> list[date]:
    """Return on which days a unit was reminded before; within so few days it is the same reminder sent again."""
    found: list[date] = []
    for day, names in days:
        if {unit.name, *unit.aliases}.isdisjoint(names) or (since is not None and day <= since):
            continue
        if (today - day).days >= AGAIN and (not found or (day - found[-1]).days >= AGAIN):
            found.append(day)
    return found


def record_reminders(changeset: Changeset, letters: Sequence[Reminder]) -> list[str]:
    """Add to a changeset that the items of these reminders were called for: once an item, with all units and reasons."""
    units: dict[str, list[str]] = {}
    reasons: dict[str, set[str]] = {}
    for letter in letters:
        for line in letter.lines:
            units.setdefault(line.id, []).append(letter.unit.name)
            reasons.setdefault(line.id, set()).update(line.reasons)
    codes = list(units)
    for start in range(0, len(codes), _PORTION):
        for code, key in item_keys(changeset.connection, codes[start : start + _PORTION]).items():
            words = "、".join(word for reason, word in REASONS.items() if reason in reasons[code])
            changeset.event("reminder", changeset.today, item=key, data={"units": units[code], "reason": words})
    return codes


_PORTION = 500
"""Ids named in one query, under every driver's limit for parameters."""


def slip(connection: Connection, kind: str, text: str, when: PointInTime, parameters: Parameters) -> Slip:
    """Return the slip of an item. Raises Refused for an unknown one, and for a closing that nobody declared or that is done."""
    item = whole_item(connection, refs(connection, [text])[0], when)
    if item.state == "closed":
        raise Refused(f"{item.id} 已销号，不需要再办理")
    if kind == "close" and item.state != "completed":
        raise Refused(
            f"{item.id} 尚未申报办结（{STATES[item.state]}），不能申请销号；请先用 tracker complete {item.id} 申报"
        )
    plan = plan_heads(connection, item.plan)[0]
    log = load_item_log(connection, item.id, when)
    values = {
        **_words(item, plan, when),
        **_standing(Judged(item, judge(item, when.as_of, parameters)), when),
        **_told(item, log),
    }
    names = evidence_names(connection, [item.id], when).get(item.id, ())
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
