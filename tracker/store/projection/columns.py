"""What is kept of an item beside its facts: the columns that follow from its history, as values.

How they are written is `store.projection.refresh`'s subject, and what they must be is held against history by `store.integrity.projection`.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.history import Statement
from tracker.ledger.model import Indicator, Item, Link, Role
from tracker.ledger.values import plain


def projected_item(item: Item, statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the kept columns of an item that was replayed, by name."""
    return {
        **projected_state(item, statements),
        "due": _text(item.due),
        "completed_on": _text(item.completed_on),
        "completed_by": item.completed_by,
        "closed_on": _text(item.closed_on),
        "forecast": item.forecast,
        "assigned": int(item.assigned),
        "edited": _edited(statements, None),
        "retired_on": _text(item.retired_on),
        "stale": 0,
    }


SCHEDULE_COLUMNS = (
    "projected_from", "overdue_from", "next_due_first", "next_due_last", "needs_judging", "last_lead_report", "achieved", "light",
    "light_2_from", "light_2", "light_3_from", "light_3", "light_4_from", "light_4",
)  # fmt: skip
STATE_COLUMNS = ("state", "percent", "last_report_id", *SCHEDULE_COLUMNS)
FIGURE_COLUMNS = ("state", "percent", "actual", "actual_date", "reported_on", "reported_entered")
ROLE_COLUMNS = ("reported_on", "reported_entered")
"""The kept columns that a report may change: of an item, of its indicators, of a unit's part in it."""


def projected_state(item: Item, statements: Iterable[Statement]) -> dict[str, Any]:
    """Return `STATE_COLUMNS` by name. statements: with the last report on the item at least."""
    return dict(zip(STATE_COLUMNS, state_values(item, last_report_of(statements)), strict=True))


def last_report_of(statements: Iterable[Statement]) -> int | None:
    """Return the key of the last report among some statements, as their order tells it."""
    reports = [(each.date, each.order) for each in statements if each.kind == "report"]
    return max(reports)[1] & ((1 << 40) - 1) if reports else None


def state_values(item: Item, last_report: int | None) -> tuple[Any, ...]:
    """Return the values of `STATE_COLUMNS`."""
    return (item.state, _text(item.percent), last_report, *schedule_values(item))


def projected_indicator(indicator: Indicator, statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the kept columns of an indicator that was replayed, by name; `retired_on` apart."""
    points = [[point.date.isoformat(), plain(point.value)] for point in indicator.milestones]
    return {
        **projected_figures(indicator),
        "due": _text(indicator.due),
        "baseline_year": indicator.baseline_year,
        "baseline_value": _text(indicator.baseline_value),
        "completed_on": _text(indicator.completed_on),
        "completed_by": indicator.completed_by,
        "closed_on": _text(indicator.closed_on),
        "milestones": json.dumps(points, separators=(",", ":")) if points else None,
        "link": link_text(indicator.link),
        "edited": _edited(statements, indicator.n),
    }


def projected_figures(indicator: Indicator) -> dict[str, Any]:
    """Return `FIGURE_COLUMNS` by name."""
    return dict(zip(FIGURE_COLUMNS, figure_values(indicator), strict=True))


def figure_values(indicator: Indicator) -> tuple[Any, ...]:
    """Return the values of `FIGURE_COLUMNS`."""
    return (
        indicator.state, _text(indicator.percent), _text(indicator.actual), _text(indicator.actual_date),
        _text(indicator.reported_on), _text(indicator.reported_entered),
    )  # fmt: skip


LIGHTS_KEPT = 4
"""How many colours of an item's light follow one another in the kept state; what changes more often is judged."""
LOOSE_NEARNESS, LOOSE_TOLERANCE, LOOSE_LIGHT = 1, 2, 4
"""What of an item's light schedule the kept columns cannot hold, in `needs_judging`: more than two due dates that may be near, a result
that depends on the tolerance of 左右 (which the settings can change), more colours than there are columns.
"""


def schedule_values(item: Item) -> tuple[Any, ...]:
    """Return the values of `SCHEDULE_COLUMNS`: how an item stands on later days (`tracker.ledger.light_schedule`)."""
    from tracker.ledger.light_schedule import likeness

    key = (item.retired_on is None, likeness(item))
    kept = _schedules.get(key)
    if kept is None:
        if len(_schedules) >= OUTLOOKS_REMEMBERED:
            _schedules.clear()
        kept = _schedules[key] = _columns_of_schedule(item)
    return kept


OUTLOOKS_REMEMBERED = 5000
_schedules: dict[tuple[Any, ...], tuple[Any, ...]] = {}
"""Outlooks worked out lately: in a large ledger many rows stand alike."""


def _columns_of_schedule(item: Item) -> tuple[Any, ...]:
    from tracker.ledger.light_schedule import light_schedule

    found = light_schedule(item)
    dues = found.soon_dues if item.retired_on is None else ()
    needs_judging = (
        LOOSE_NEARNESS * (len(dues) > 2)  # noqa: PLR2004 - the first and the last have a column
        + LOOSE_TOLERANCE * found.by_tolerance
        + LOOSE_LIGHT * (len(found.steps) > LIGHTS_KEPT)
    )
    steps: list[tuple[str | None, str | None]] = [(_text(step.day), step.color) for step in found.steps[:LIGHTS_KEPT]]
    steps += [(None, None)] * (LIGHTS_KEPT - len(steps))
    return (
        _text(found.since), _text(found.overdue_from) if item.retired_on is None else None,
        _text(dues[0]) if len(dues) > 1 else None, _text(dues[-1]) if dues else None, needs_judging, found.heard,
        _text(found.percent), steps[0][1], *(value for step in steps[1:] for value in step),
    )  # fmt: skip


class KeptRoles(NamedTuple):
    """A unit's parts in an item as history leaves them: the plan's own rows by key, and those of an assignment."""

    planned: dict[int, tuple[int, str | None, str | None]]
    assigned: list[tuple[int, str, str, int, str | None, str | None]]


def projected_roles(item: Item, planned: Iterable[tuple[int, int, str, str]]) -> KeptRoles:
    """Return (active, reported_on, reported_entered) of the plan's rows, and whole rows for what an assignment added.

    planned gives the plan's rows as (key, unit, role, printed); an assigned row is (unit, role, printed, position,
    reported_on, reported_entered).
    """
    left = {(role.unit, kind, role.name): role for kind, roles in _roles(item) for role in roles}
    kept: dict[int, tuple[int, str | None, str | None]] = {}
    for row, unit, kind, printed in planned:
        role = left.pop((unit, kind, printed), None)
        kept[row] = (0, None, None) if role is None else (1, _text(role.reported_on), _text(role.reported_entered))
    return KeptRoles(kept, [
        (unit, kind, printed, position, _text(role.reported_on), _text(role.reported_entered))
        for position, ((unit, kind, printed), role) in enumerate(left.items(), start=1001)
    ])  # fmt: skip


def role_values(role: Role) -> tuple[Any, ...]:
    """Return the values of `ROLE_COLUMNS`."""
    return _text(role.reported_on), _text(role.reported_entered)


def _roles(item: Item) -> tuple[tuple[str, list[Any]], ...]:
    return ("lead", item.leads), ("participant", item.participants)


def link_text(link: Link | None) -> str | None:
    """Write a link in its kept form, JSON {kind, sources, weights, factors}."""
    return None if link is None else json.dumps(link.written(), separators=(",", ":"))


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
    return plain(value) if isinstance(value, Decimal) else value.isoformat()
