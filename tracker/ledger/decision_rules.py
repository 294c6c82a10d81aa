"""The life cycle of an item: who may decide what, and when (docs/contract.md, "completed, closed").

Pure: every function either refuses with one line that a person can act on, or returns what a decision will touch.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.judgement import IndicatorJudgement, Judgement
from tracker.ledger.model import Indicator, Item, part_of
from tracker.ledger.report_rules import check_in_force
from tracker.ledger.terms import LOGIN_ROLES, STATES

STATE_DECISIONS = ("complete", "return", "close", "reopen")
STATE_AFTER = {"complete": "completed", "return": "in_progress", "close": "closed", "reopen": "in_progress"}
DECISIONS = {
    "complete": "申报办结",
    "return": "退回",
    "close": "核查销号",
    "reopen": "重新打开",
    "extend": "延期",
    "assign": "明确单位",
    "forecast": "预判",
    "baseline": "基数",
    "milestone": "阶段目标",
    "main": "主牵头",
    "link": "关联",
}
"""What the decisions are called, in the order of an item's life."""
_FROM = {
    "complete": ("not_started", "in_progress"),
    "return": ("completed",),
    "close": ("completed",),
    "reopen": ("completed", "closed"),
}


class Past(NamedTuple):
    """A decision in force: what was decided about which part of the item (n), and from when it holds."""

    kind: str
    n: int | None
    date: date
    mark: str | None = None


def name_of(item: Item, n: int | None) -> str:
    """Return the id of an item or of one of its indicators."""
    return item.id if n is None else f"{item.id}.{n}"


def check_decidable(item: Item) -> None:
    """Refuse decisions about aims, which are never judged, and about retired items."""
    if item.kind == "aim":
        raise Refused(f"{item.id} 是总体目标，不办理进度和时限事项")
    check_in_force(item)


def check_day(item: Item, day: date, today: date) -> None:
    """Refuse a decision dated in the future or before the plan's period."""
    if day > today:
        raise Refused(f"日期 {day} 在今天（{today}）之后；不能写未来的日期")
    if day < item.period_start:
        raise Refused(f"日期 {day} 早于方案的实施起点 {item.period_start}；请检查 --date")


def check_order(item: Item, n: int | None, kind: str, past: Iterable[Past], day: date, mark: str | None = None) -> None:
    """Refuse a decision dated before one of its family on the same subject: it would not be the one in force today.

    The four decisions about the state are one family; every other kind is its own. mark tells apart decisions that do not
    touch each other: milestones of different dates, leads and participants.
    """
    family = STATE_DECISIONS if kind in STATE_DECISIONS else (kind,)
    later = [
        each
        for each in past
        if each.kind in family and each.mark == mark and each.date > day and (n is None or each.n in (None, n))
    ]
    if later:
        last = max(later, key=lambda each: each.date)
        raise Refused(
            f"{name_of(item, last.n)} 在 {last.date} 已有“{DECISIONS[last.kind]}”，本次日期 {day} 不能更早；"
            "请改 --date，或先撤销那一次（编号见 tracker history）"
        )


def parts_for(kind: str, item: Item, n: int | None) -> tuple[int | None, ...]:
    """Return the parts whose state a decision changes: (None,) for a row without indicators.

    On an item with indicators `complete` takes all open ones, `close` and `return` all declared ones, `reopen` all that are
    not open (docs/rules.md). Raises Refused where the state does not allow it, and for `close` while a part is still open.
    """
    if n is not None or not item.indicators:
        _check_state(kind, item, n)
        return (n,)
    fitting = tuple(each.n for each in item.indicators if each.state in _FROM[kind])
    if kind == "close" and any(each.is_open for each in item.indicators):
        missing = "、".join(name_of(item, each.n) for each in item.indicators if each.is_open)
        raise Refused(f"{item.id} 尚有指标未申报办结（{missing}），不能整项销号；可按指标销号")
    if not fitting:
        _check_state(kind, item, None)
        raise Refused(f"{item.id} 没有可以{DECISIONS[kind]}的指标：{_states(item)}")
    return fitting


def _states(item: Item) -> str:
    return "；".join(f"{name_of(item, each.n)} {STATES[each.state]}" for each in item.indicators)


def _check_state(kind: str, item: Item, n: int | None) -> None:
    name, subject = name_of(item, n), part_of(item, n)
    if subject.state in _FROM[kind]:
        return
    words = STATES[subject.state]
    if kind == "complete":
        since = f"（{subject.completed_on}）" if subject.completed_on else ""
        raise Refused(f"{name} {words}{since}，无需再次申报办结")
    if subject.is_open:
        done = {
            "close": "不能销号；请牵头单位先用 tracker complete 申报",
            "return": "无需退回",
            "reopen": "无需重新打开",
        }
        raise Refused(f"{name} {words}，尚未办结，{done[kind]}")
    raise Refused(
        f"{name} {words}，" + ("无需再次销号" if kind == "close" else f"不能退回；请用 tracker reopen {name}")
    )


def is_unverified(item: Item) -> bool:
    """Say whether something of an item was declared done and waits to be verified (待核查)."""
    return item.state == "completed" or any(each.state == "completed" for each in item.indicators)


def unmet_parts(item: Item, judged: Judgement, parts: Iterable[int | None]) -> tuple[int | None, ...]:
    """Return those parts whose number is not met: a level is so only by the figure of its due year."""
    met = {
        each.n: found.met and found.attained.breach is None
        for each, found in zip(item.indicators, judged.indicators, strict=True)
    }
    numbers = {each.n for each in item.indicators if each.is_number}
    return tuple(n for n in parts if n in numbers and n is not None and not met[n])


def check_other_person(item: Item, parts: Iterable[int | None], person: str) -> None:
    """Refuse a closing by the one who declared completion: it must be verified by another person (docs/contract.md)."""
    for n in parts:
        declared_by = part_of(item, n).completed_by
        if declared_by is not None and same_person(declared_by, person):
            raise Refused(
                f"{name_of(item, n)} 由 {declared_by} 申报办结，须由另一人核查销号；请核查人用 --by 写明本人姓名"
            )


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's: blanks, width and case of letters do not matter."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


class Extension(NamedTuple):
    """One deadline that moves: of which part, and from which date (None: it gets its first one)."""

    n: int | None
    due: date | None


def extensions(item: Item, judged: Judgement, n: int | None, to: date, day: date, *, late: bool) -> list[Extension]:
    """Return the deadlines that an extension decided on a day moves to a later date (docs/rules.md, `extend`).

    On an item: those of its open, unmet indicators that have an earlier deadline; where none has one, all of these get their first.
    item and judged are as of that day. Raises Refused where there is nothing to move, where the new date is not later than
    the one in force, and after the deadline unless it is said to be late.
    """
    found = _unmet_parts(item, judged, n, to)
    for each in found:
        _check_extension(item, each, to, day, late=late, alone=n is not None)
    return found


def _unmet_parts(item: Item, judged: Judgement, n: int | None, to: date) -> list[Extension]:
    if n is not None or not item.indicators:
        subject = part_of(item, n)
        if not subject.is_open:
            raise Refused(f"{name_of(item, n)} {STATES[subject.state]}，无需延期")
        return [Extension(n, subject.due)]
    unmet = [
        each for each, standing in zip(item.indicators, judged.indicators, strict=True) if _may_move(each, standing)
    ]
    if not unmet:
        raise Refused(f"{item.id} 的指标都已达标或办结，无需延期；个别指标确需延期的请写明指标编号")
    dated = [each for each in unmet if each.due is not None]
    earlier = [each for each in dated if each.due is not None and each.due < to]
    return [Extension(each.n, each.due) for each in earlier or dated or unmet]


def _may_move(indicator: Indicator, standing: IndicatorJudgement) -> bool:
    return indicator.is_open and not standing.met


def _check_extension(item: Item, part: Extension, to: date, day: date, *, late: bool, alone: bool) -> None:
    name = name_of(item, part.n)
    if to <= item.period_start:
        raise Refused(f"{name} 的新时限 {to} 不晚于方案的实施起点 {item.period_start}")
    if part.due is None:
        return
    if to <= part.due:
        one = "；请按指标分别办理" if part.n is not None and not alone else ""
        raise Refused(f"{name} 现行时限为 {part.due}，新时限 {to} 必须更晚{one}")
    if day > part.due and not late:
        raise Refused(f"{name} 已于 {part.due} 到期，应在到期前办理延期；确需补办的请加 --late")


def extension_doubts(item: Item, moved: Iterable[Extension], to: date, day: date) -> list[str]:
    """Say what of an extension is worth a second thought: one more after the deadline, one past the plan's period.

    The period is the five-year one of the printed deadline; of a row without, that in which its new deadline lies.
    """
    found = []
    for each in moved:
        subject, name = part_of(item, each.n), name_of(item, each.n)
        if each.due is not None and day > each.due and subject.extensions:
            found.append(f"{name} 已延期 {subject.extensions} 次，现行时限 {each.due} 又已过，这次仍是到期后补办")
        end = None if subject.original_due is None else five_years_end(subject.original_due)
        if end is not None and to > end:
            found.append(f"{name} 的新时限 {to} 超出规划期（原定 {subject.original_due}，规划期至 {end}）")
    return found


def five_years_end(day: date) -> date:
    """Return the last day of the five-year period (五年规划) in which a day lies: those of 十四五 end on 2025-12-31."""
    return date(day.year + (-day.year % 5), 12, 31)


def check_assignable(item: Item, role: str, planned: Iterable[str]) -> None:
    """Refuse to replace participants that the plan itself names (docs/contract.md); a lead may be corrected.

    planned are the names the plan gives for that role. Participants may be added where the plan ends its list with 等.
    """
    names = "、".join(planned)
    if names and role == "participant" and not item.open_ended:
        raise Refused(f"{item.id} 的参与单位已由方案写明（{names}），不能另行指定")


Field = tuple[str, Any, Any]
"""A field with what it was before and after: texts, numbers, lists of names, or objects; None for nothing."""


def fields_of(kind: str, data: Mapping[str, Any], before: Mapping[str, Any]) -> list[Field]:
    """Return the fields that a decision set. data is what it says, before what its fields were.

    Of one that cannot be understood, all that it says as it stands.
    """
    try:
        kept = _kept_fields(kind, data, before)
    except (AttributeError, LookupError, TypeError, ValueError):
        kept = _plain(data, before)
    return [(name, with_figures(name, old), with_figures(name, new)) for name, old, new in kept]


_FIGURES = {"percent", "value", "baseline_value"}
"""Fields that hold a measured number; it is kept as text, and told as the number it is."""


def with_figures(name: str, kept: Any) -> Any:
    """Return what is kept of a field with its figures as exact decimals."""
    if isinstance(kept, str) and name in _FIGURES:
        try:
            return Decimal(kept)
        except InvalidOperation:
            return kept  # not ours; shown as it is
    if isinstance(kept, Mapping) and name == "milestone":
        return {key: with_figures(key, value) for key, value in kept.items()}
    return kept


def _kept_fields(  # noqa: PLR0911 - one for each kind
    kind: str, data: Mapping[str, Any], before: Mapping[str, Any]
) -> list[Field]:
    if kind in STATE_AFTER:
        return [("state", before.get("state"), STATE_AFTER[kind]), *_plain(data, before)]
    match kind:
        case "config":
            return [(data["figure"], before.get(data["figure"]), data["value"])]
        case "form":
            return [("form", None, f"{'、'.join(data['units'])}（{'、'.join(data['plans'])}，{data['period']}）")]
        case "main":
            return [("main_lead", before.get("main_lead"), data.get("name"))]
        case "extend":
            rest = {name: value for name, value in data.items() if name != "to"}
            return [("due", before.get("due"), data["to"]), *_plain(rest, before)]
        case "assign":
            name = "lead_units" if data["role"] == "lead" else "participating_units"
            return [(name, before.get(name), [unit[1] for unit in data["units"]])]
        case "baseline":
            return [(f"baseline_{name}", before.get(f"baseline_{name}"), value) for name, value in data.items()]
        case "milestone":
            point = None if data.get("value", data.get("percent")) is None else dict(data)
            return [("milestone", before.get("milestone"), point)]
        case "link":
            link = None if data["kind"] is None else {"kind": data["kind"], "sources": data["sources"]}
            return [("link", before.get("link"), link)]
    return _plain(data, before) if kind not in _REGISTERED else [_registered(kind, data, before)]


_REGISTERED = ("rename", "alias", "contact", "merge", "grant", "revoke")


def _member(login: str, holds: Sequence[tuple[str, str | None]]) -> str | None:
    """Say what a login may do in the ledger: each role, and for which units."""
    units: dict[str, list[str]] = {}
    for role, unit in holds:
        units.setdefault(role, []).extend([] if unit is None else [unit])
    parts = [
        f"{LOGIN_ROLES[role]}（{'、'.join(names)}）" if names else LOGIN_ROLES[role] for role, names in units.items()
    ]
    return f"{login} {'、'.join(parts)}" if parts else None


def _contact(unit: Any, told: Mapping[str, Any]) -> str | None:
    parts = [str(told[name]) for name in ("person", "phone", "email") if told.get(name)]
    return f"{unit}：{'，'.join(parts)}" if parts else None


def _registered(kind: str, data: Mapping[str, Any], before: Mapping[str, Any]) -> Field:
    """Return what a unit got, beside what it had: a name, whom to ask, the unit that it was merged into; or a login."""
    match kind:
        case "grant" | "revoke":
            return "access", _member(data["login"], before["holds"]), _member(data["login"], data["holds"])
        case "alias":
            return "alias", data.get("of"), data["alias"]
        case "contact":
            return "contact", _contact(data.get("of"), before), _contact(data.get("of"), data)
        case "merge":
            return "unit", data["of"], data["name"]
    return "unit", f"{data['region']}:{data['old']}", f"{data['region']}:{data['new']}"


def _plain(data: Mapping[str, Any], before: Mapping[str, Any]) -> list[Field]:
    return [(name, before.get(name), value) for name, value in data.items()]
