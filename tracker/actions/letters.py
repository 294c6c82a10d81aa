"""What Word papers are filled with: bulletins (督办通报), reminders (催办单) and slips (审批表)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.actions.changes import (
    TROUBLED,
    UNASSIGNED,
    Change,
    Changes,
    Mark,
    Moments,
    changes,
    figures,
    main_first,
    main_lead,
    own_rows,
)
from tracker.actions.name_lookup import kind_codes, unit_keys, unit_shown, whole_item
from tracker.actions.selection import Filter, find, find_open
from tracker.actions.todo import returned_reasons
from tracker.errors import Refused
from tracker.item_rows import place_words
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import Judged, by_trouble, judge
from tracker.ledger.model import Item, Role
from tracker.ledger.parameters import Parameters
from tracker.ledger.summary import chinese_day, plan_words
from tracker.ledger.terms import KINDS, STATES
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import plain
from tracker.papers.bulletin import EVENTS, Bulletin, Count, Event, Silence, Trouble
from tracker.papers.reminder import AGAIN, GROUPS, REASONS, Head, Line, Reminder
from tracker.papers.slip import Slip
from tracker.papers.wording import clause, deadline, due_words, indicator_lines, quoted, reason_words
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime, batches
from tracker.store.history import load_item_log
from tracker.store.ledger_labels import is_demo
from tracker.store.registry import item_keys, load_units, merged_units, plan_heads, region_named
from tracker.store.stated_parameters import load_parameters
from tracker.store.statements import Said, evidence_names, last_of_units, let_leads_speak, reminded_on


class _Names(NamedTuple):
    """How plans and units are named, where there are several: by their region, plans of one region by their title."""

    plans: Mapping[str, Mapping[str, Any]]
    regions: Counter[str]

    def unit(self, plan: str, name: str) -> str:
        return f"{name}（{self.plans[plan]['region']}）" if len(self.regions) > 1 else name

    def label(self, item: Item) -> str:
        words, plan = place_words(item, self.plans[item.plan]), self.plans[item.plan]
        if self.regions.total() == 1:
            return words
        return f"{plan['region']}{words}" if self.regions[plan["region"]] == 1 else f"《{plan['title']}》{words}"


def bulletin(connection: Connection, wanted: Filter, moments: Moments) -> Bulletin:
    """Return what the bulletin of a stretch of days tells; it is signed on the day of the later moment."""
    now: dict[str, Judged] = {}

    def passing(_: object, found: Iterable[Judged]) -> Iterator[Judged]:
        for each in found:
            now[each.item.id] = each
            yield each

    found = changes(connection, wanted, moments, passing)
    day = moments.later.as_of
    every = figures(connection, found)
    heads = {str(plan["code"]): plan for plan in plan_heads(connection, known_at=moments.later.known_at)}
    names = _Names(heads, Counter(heads[code]["region"] for code in {mark.plan for mark in found.after.values()}))
    troubled = [each for each in now.values() if each.judgement.light and each.judgement.light.color in TROUBLED]
    let_leads_speak(connection, (each.item for each in troubled), moments.later)
    told = [row for row in found.rows if row.what in EVENTS]
    items = {code: each.item for code, each in now.items()}
    gone = tuple({row.item for row in told} - items.keys())
    if gone:
        parameters = load_parameters(connection, moments.later.known_at)
        items |= {
            each.item.id: each.item for each in find(connection, wanted._replace(ids=gone), moments.later, parameters)
        }
    return Bulletin(
        span=moments.span, figures=every, by_plan=_by_plan(found, heads), counts=_counts(found, names),
        trouble=[_trouble(each, names, day) for each in sorted(troubled, key=_urgency)],
        events=[_event(row, items[row.item], names) for row in _once(told) if row.item in items],
        silent=_silent(found, items, names), day=day, is_demo=is_demo(connection), narrowed=_narrowed(connection, wanted),
    )  # fmt: skip


def _narrowed(connection: Connection, wanted: Filter) -> str:
    """Say of what items alone a bulletin tells, as the report and the page do above their figures; empty where of all."""
    region = "" if wanted.region is None else region_named(connection, wanted.region).name
    unit = unit_shown(connection, wanted.unit, wanted.plans)
    kinds = "、".join(KINDS[code] for code in dict.fromkeys(kind_codes(wanted.kinds or ())))
    parts = [region, f"{unit}牵头或参与" if unit else "", kinds]
    return f"本通报只涉及{'的'.join(part for part in parts if part)}{'' if kinds else '的'}事项。" if any(parts) else ""


def _urgency(each: Judged) -> tuple[Any, ...]:
    item, judged = each
    return (
        *by_trouble(judged.light and judged.light.color, judged.days_overdue, judged.lag),
        item.plan,
        item.number,
    )


def _by_plan(
    found: Changes, heads: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Mapping[str, int], Mapping[str, int] | None]]:
    def counts(marks: Mapping[str, Mark]) -> dict[str, Counter[str]]:
        each: dict[str, Counter[str]] = {}
        for mark in own_rows(marks).values():
            each.setdefault(mark.plan, Counter()).update(
                ("total", mark.light or "", "" if mark.state != "closed" else "unmet" if mark.unmet else "closed")
            )
        return each

    now = counts(found.after)
    then = None if found.before is None else counts(found.before)
    return [
        (plan_words(heads[code]["title"], heads[code]["status"]), each, None if then is None else then.get(code, Counter()))
        for code, each in now.items()
    ]  # fmt: skip


def _counts(found: Changes, names: _Names) -> list[Count]:
    """Return how the items of each main lead stand, those in most trouble first; each item counts under its light, as in the report."""
    by_unit: dict[str, list[Mark]] = {}
    for mark in found.after.values():
        main = main_lead(mark)
        by_unit.setdefault(UNASSIGNED if main is None else names.unit(mark.plan, main), []).append(mark)
    rows = [
        Count(
            unit, len(marks), Counter(mark.light for mark in marks if mark.light),
            sum(mark.state == "closed" for mark in marks), sum(mark.light == "review" for mark in marks),
            sum(mark.unreported for mark in marks), sum(mark.unmet for mark in marks),
        )
        for unit, marks in by_unit.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.lights.get("red", 0), -row.lights.get("yellow", 0), -row.total, row.unit))


def _trouble(each: Judged, names: _Names, day: date) -> Trouble:
    item, judged = each
    assert judged.light is not None  # noqa: S101 - only what has a light was asked for
    main = main_first(item)[0].counted_as if item.leads else None
    report = item.last_report
    text = f"{item.title}：{item.text}" if item.title else item.text
    return Trouble(
        judged.light.color, None if main is None else names.unit(item.plan, main), item.title or clause(item.text),
        place_words(item, names.plans[item.plan]), names.label(item), text, _leads(item), due_words(*deadline(each, day)),
        indicator_lines(each, day), reason_words(item, judged.light.reason),
        (report and report.problem) or "", (report and report.next) or "",
    )  # fmt: skip


def _leads(item: Item) -> str:
    return "、".join(role.name for role in item.leads) or UNASSIGNED


def _once(rows: Sequence[Change]) -> list[Change]:
    """Return the last of several decisions of one kind about an item (its indicators one by one)."""
    return list({(row.what, row.item): row for row in rows}.values())


def _event(row: Change, item: Item, names: _Names) -> Event:
    match row.what:
        case "extended":
            before = f"由{_day(row.before)}延至{_day(row.after)}" if row.before else f"定为{_day(row.after)}"
            content = before + (f"；{row.reason}" if row.reason else "")
        case "completed":
            content = f"{row.unit or row.by or ''}申报" + (f"；{row.reason}" if row.reason else "")
        case _:
            content = row.reason or STATES.get(row.after, "")
    return Event(row.what, names.label(item), item.title or item.text, _leads(item), row.date, content)


def _day(value: Any) -> str:
    return chinese_day(date.fromisoformat(str(value)))


def _silent(found: Changes, items: Mapping[str, Item], names: _Names) -> list[Silence]:
    by_unit: dict[str, list[str]] = {}
    for code, mark in found.after.items():
        for unit in mark.silent:
            if code in items:
                item = items[code]
                by_unit.setdefault(names.unit(mark.plan, unit), []).append(
                    f"{place_words(item, names.plans[item.plan])}{quoted(item.title or clause(item.text, 20))}"
                )
    return [Silence(unit, each) for unit, each in sorted(by_unit.items(), key=lambda entry: (-len(entry[1]), entry[0]))]


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
        {str(plan["code"]): plan for plan in plan_heads(connection, known_at=when.known_at)},
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
    for portion in batches(codes):
        for code, key in item_keys(changeset.connection, portion).items():
            words = "、".join(word for reason, word in REASONS.items() if reason in reasons[code])
            changeset.event("reminder", changeset.today, item=key, data={"units": units[code], "reason": words})
    return codes


def slip(connection: Connection, kind: str, ref: Ref, when: PointInTime, parameters: Parameters) -> Slip:
    """Return the slip of an item. Raises Refused for an unknown one, and for a closing that nobody declared or that is done."""
    item = whole_item(connection, ref, when)
    if item.state == "closed":
        raise Refused(f"{item.id} 已销号，不需要再办理")
    if kind == "close" and item.state != "completed":
        raise Refused(
            f"{item.id} 尚未申报办结（{STATES[item.state]}），不能申请销号；请先用 tracker complete {item.id} 申报"
        )
    let_leads_speak(connection, (item,), when)
    plan = plan_heads(connection, item.plan, when.known_at)[0]
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
