"""What is kept of an item beside its facts: the columns that follow from its history, as values.

How they are written is `store.projection.refresh`'s subject, and what they must be is held against history by `store.integrity.projection`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.dates import day_text
from tracker.ledger.model import Indicator, Item, Link, Milestone, Role
from tracker.ledger.parameters import Parameters
from tracker.ledger.replay import Statement
from tracker.ledger.values import plain
from tracker.store.projection import UNSURE_AT_ONCE, UNSURE_DAYS, UNSURE_DEADLINES, UNSURE_LIGHT, UNSURE_NEARNESS

_compact = json.JSONEncoder(separators=(",", ":")).encode


def projected_item(item: Item, statements: Sequence[Statement], parameters: Parameters) -> dict[str, Any]:
    """Return the kept columns of an item that was replayed, by name."""
    return {
        **projected_state(item, statements, parameters),
        "due": _text(item.due),
        "completed_on": _text(item.completed_on),
        "completed_by": item.completed_by,
        "completed_unit": item.completed_unit,
        "closed_on": _text(item.closed_on),
        "unmet": item.unmet,
        "owing_since": _text(item.owing_since),
        "extensions": item.extensions,
        "milestones": milestones_text(item.milestones),
        "forecast": item.forecast,
        "assigned": int(item.assigned),
        "edited": _edited(statements, None),
        "retired_on": _text(item.retired_on),
        "stale": 0,
    }


KeptSchedule = tuple[tuple[Any, ...], tuple[date | None, ...]]
"""The values of `SCHEDULE_COLUMNS`, and from when each lead owes the report asked about."""
SCHEDULE_COLUMNS = (
    "overdue_from", "overdue_due", "before_ledger", "next_due_first", "next_due_last", "unreported_from", "unreported_until",
    "awaiting_from", "awaiting_until", "unassessable_until", "unverified", "needs_judging", "needs_judging_from", "achieved", "light",
    "light_2_from", "light_2", "light_3_from", "light_3", "light_4_from", "light_4", "light_5_from", "light_5",
)  # fmt: skip
STATE_COLUMNS = ("state", "percent", "returned", "reported_on", "reported_entered", "last_report_id", *SCHEDULE_COLUMNS)
FIGURE_COLUMNS = (
    "state", "percent", "percent_on", "actual", "actual_date", "reported_values", "returned", "reported_on", "reported_entered"
)  # fmt: skip
ROLE_COLUMNS = ("reported_on", "reported_entered", "answered_until", "unreported_from")
"""The kept columns that a report may change: of an item, of its indicators, of a unit's part in it."""
LAST_REPORT = STATE_COLUMNS.index("last_report_id")


def projected_state(item: Item, statements: Iterable[Statement], parameters: Parameters) -> dict[str, Any]:
    """Return `STATE_COLUMNS` by name. statements: with the last report on the item at least."""
    return dict(
        zip(STATE_COLUMNS, state_values(item, last_report_of(statements), kept_schedule(item, parameters)), strict=True)
    )


def last_report_of(statements: Iterable[Statement]) -> int | None:
    """Return the key of the last report among some statements, as their order tells it."""
    reports = [(each.date, each.order) for each in statements if each.kind == "report"]
    return max(reports)[1] & ((1 << 40) - 1) if reports else None


def state_values(item: Item, last_report: int | None, kept: KeptSchedule) -> tuple[Any, ...]:
    """Return the values of `STATE_COLUMNS`."""
    return (
        item.state, _text(item.percent), item.returned, _text(item.reported_on), _text(item.reported_entered), last_report,
        *kept[0],
    )  # fmt: skip


def projected_indicator(indicator: Indicator, statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the kept columns of an indicator that was replayed, by name; `retired_on` apart."""
    return {
        **projected_figures(indicator),
        "due": _text(indicator.due),
        "baseline_year": indicator.baseline_year,
        "baseline_value": _text(indicator.baseline_value),
        "completed_on": _text(indicator.completed_on),
        "completed_by": indicator.completed_by,
        "completed_unit": indicator.completed_unit,
        "closed_on": _text(indicator.closed_on),
        "unmet": indicator.unmet,
        "owing_since": _text(indicator.owing_since),
        "extensions": indicator.extensions,
        "milestones": milestones_text(indicator.milestones),
        "link": link_text(indicator.link),
        "edited": _edited(statements, indicator.n),
    }


def milestones_text(milestones: Sequence[Milestone]) -> str | None:
    """Write milestones in their kept form, JSON [[date, value], …]."""
    points = [[point.date.isoformat(), plain(point.value)] for point in milestones]
    return _compact(points) if points else None


def projected_figures(indicator: Indicator) -> dict[str, Any]:
    """Return `FIGURE_COLUMNS` by name."""
    return dict(zip(FIGURE_COLUMNS, figure_values(indicator), strict=True))


def figure_values(indicator: Indicator) -> tuple[Any, ...]:
    """Return the values of `FIGURE_COLUMNS`."""
    values = [[day_text(each.date), plain(each.value), day_text(each.entered)] for each in indicator.values]
    return (
        indicator.state, _text(indicator.percent), _text(indicator.percent_on), _text(indicator.actual),
        _text(indicator.actual_date), _compact(values) if values else None, indicator.returned,
        _text(indicator.reported_on), _text(indicator.reported_entered),
    )  # fmt: skip


LIGHTS_KEPT = 5
"""How many colours of an item's light follow one another in the kept state; what changes more often is judged."""
NEVER = "9999-12-31"


def kept_schedule(item: Item, parameters: Parameters) -> KeptSchedule:
    """Return how an item stands on later days (`tracker.ledger.light_schedule`)."""
    from tracker.ledger.light_schedule import schedule_key

    key = (parameters.of(item.plan), item.retired_on is None, schedule_key(item, parameters))
    kept = _schedules.get(key)
    if kept is None:
        if len(_schedules) >= SCHEDULES_REMEMBERED:
            _schedules.clear()
        kept = _schedules[key] = _columns_of_schedule(item, parameters)
    return kept


SCHEDULES_REMEMBERED = 5000
_schedules: dict[tuple[Any, ...], KeptSchedule] = {}
"""Schedules worked out lately: in a large ledger many rows stand alike."""


def _columns_of_schedule(item: Item, parameters: Parameters) -> KeptSchedule:
    from tracker.ledger.decision_rules import is_unverified
    from tracker.ledger.light_schedule import light_schedule

    found = light_schedule(item, parameters)
    here = item.retired_on is None
    dues = found.soon_dues if here else ()
    needs_judging = (
        UNSURE_DEADLINES * (not found.is_whole)
        + UNSURE_DAYS * (found.plain_until is not None)
        + UNSURE_LIGHT * (len(found.steps) > LIGHTS_KEPT)
        + UNSURE_NEARNESS * (len(dues) > 2)  # noqa: PLR2004 - the first and the last have a column
    )
    # Of deadlines the columns may say too little at once, of the rest from a day on.
    needs_judging_from = [found.plain_until, *(step.day for step in found.steps[LIGHTS_KEPT : LIGHTS_KEPT + 1])]
    since = (
        None
        if needs_judging & UNSURE_AT_ONCE
        else min((day for day in needs_judging_from if day is not None), default=None)
    )
    steps: list[tuple[str | None, str | None]] = [(_text(step.day), step.color) for step in found.steps[:LIGHTS_KEPT]]
    steps += [(None, None)] * (LIGHTS_KEPT - len(steps))
    columns = (
        _text(found.overdue.start) if found.overdue and here else None,
        _text(found.overdue_due) if here else None,
        int(found.before_ledger),
        _text(dues[0]) if len(dues) > 1 else None, _text(dues[-1]) if dues else None,
        _text(found.unreported and found.unreported.start), _text(found.unreported and found.unreported.end),
        _text(found.awaiting and found.awaiting.start), _text(found.awaiting and found.awaiting.end),
        (_text(found.unassessable.end) or NEVER) if found.unassessable else None,
        int(is_unverified(item)), needs_judging, _text(since), _text(found.percent), steps[0][1],
        *(value for step in steps[1:] for value in step),
    )  # fmt: skip
    return columns, found.silent


class KeptRoles(NamedTuple):
    """A unit's parts in an item as history leaves them: the plan's own rows by key, and those of an assignment."""

    planned: dict[int, tuple[Any, ...]]
    assigned: list[tuple[Any, ...]]


ROLE = ("active", *ROLE_COLUMNS, "main_lead", "named_on")
"""The kept columns of a unit's part in an item."""


def projected_roles(item: Item, planned: Iterable[tuple[int, int, str, str]], parameters: Parameters) -> KeptRoles:
    """Return the values of `ROLE` of the plan's rows, and whole rows for what an assignment added.

    planned gives the plan's rows as (key, unit, role, printed); an assigned row is (unit, role, printed, position) and the values
    of `ROLE`. Units are read in the order of the plan's rows, those of an assignment behind them: a row of the plan stands only
    for the next unit, so that an assignment's order is kept.
    """
    left = {(role.unit, kind, role.name): role for kind, roles in _roles(item) for role in roles}
    silent = dict(zip((lead.unit for lead in item.leads), kept_schedule(item, parameters)[1], strict=True))
    kept: dict[int, tuple[Any, ...]] = {}
    for row, unit, kind, printed in planned:
        following = next((each for each in left if each[1] == kind), None)
        role = left.pop(following) if following == (unit, kind, printed) else None
        kept[row] = (
            (0, *(None,) * len(ROLE_COLUMNS), 0, None) if role is None else _role_values(item, kind, role, silent)
        )
    return KeptRoles(kept, [
        (unit, kind, printed, position, *_role_values(item, kind, role, silent))
        for position, ((unit, kind, printed), role) in enumerate(left.items(), start=1001)
    ])  # fmt: skip


def _role_values(item: Item, kind: str, role: Role, silent: Mapping[int, date | None]) -> tuple[Any, ...]:
    is_main = kind == "lead" and item.main_lead == role.unit
    return 1, *_voice(role, silent.get(role.unit) if kind == "lead" else None), int(is_main), _text(role.named_on)


def _voice(role: Role, silent_from: date | None) -> tuple[Any, ...]:
    until = max((each.last for each in role.answers), default=None)
    return _text(role.reported_on), _text(role.reported_entered), _text(until), _text(silent_from)


def role_values(item: Item, kept: KeptSchedule) -> list[tuple[Any, ...]]:
    """Return the values of `ROLE_COLUMNS` and the key of the unit, of every unit of an item."""
    silent = dict(zip((lead.unit for lead in item.leads), kept[1], strict=True))
    return [
        *((*_voice(role, silent.get(role.unit)), role.unit) for role in item.leads),
        *((*_voice(role, None), role.unit) for role in item.participants),
    ]


def _roles(item: Item) -> tuple[tuple[str, list[Any]], ...]:
    return ("lead", item.leads), ("participant", item.participants)


def link_text(link: Link | None) -> str | None:
    """Write a link in its kept form, JSON {kind, sources, weights, factors}."""
    return None if link is None else _compact(link.written())


def _edited(statements: Iterable[Statement], n: int | None) -> str | None:
    """Return what edits of an item (n None) or an indicator changed, as JSON for reading to lay over."""
    kept: dict[str, Any] = {}
    for statement in sorted(statements, key=lambda each: (each.date, each.order)):
        if statement.kind == "edit" and statement.n == n:
            kept.update(statement.data)
    return json.dumps(kept, ensure_ascii=False) if kept else None


def retired_on(statements: Iterable[Statement], n: int) -> str | None:
    """Return the day from which an indicator is retired, None while it stands."""
    days = [each.date for each in statements if each.kind == "retire" and each.n == n]
    return _text(min(days)) if days else None


def _text(value: date | Decimal | None) -> str | None:
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else day_text(value)
