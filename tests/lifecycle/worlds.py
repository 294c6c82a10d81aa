"""Looking at a ledger from a test: every item of interest as it stands, by whatever way it is read."""

from datetime import date
from pathlib import Path
from typing import Any

from tracker.item_rows import item_view
from tracker.ledger.judgement import judge
from tracker.ledger.model import Indicator, Role
from tracker.ledger.parameters import Parameters
from tracker.store.connection import reading
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.location import Location

EVER = "9999"
"""A known-at later than any entry: it asks for everything, and always by replaying history."""


def days_of(each: Indicator) -> tuple[date | None, ...]:
    """Return every day that is kept of an indicator."""
    return each.completed_on, each.closed_on, each.reported_on, each.reported_entered


def _voice(role: Role) -> tuple[Any, ...]:
    """Return what is kept of a unit's part: of the periods that it answered the last one."""
    until = max((each.last for each in role.answers), default=None)
    return role.unit, role.name, role.reported_on, role.reported_entered, role.named_on, until


def standing(db: Path, ids: tuple[str, ...], as_of: date, known_at: str | None = None) -> list[dict[str, Any]]:
    """Return how items stand, with what their views leave out: links, milestones, who declared, who reported."""
    with reading(Location(str(db))) as connection:
        items = load_items(connection, ItemFilter(ids=ids), PointInTime(as_of, known_at))
    return [
        {
            **item_view(item, judge(item, as_of, Parameters())),
            "hidden": [item.completed_by, item.assigned, *map(_voice, (*item.leads, *item.participants))],
            "hidden_indicators": [
                (each.link, each.milestones, each.percent, each.completed_by, *days_of(each)) for each in item.indicators
            ],
        }
        for item in items
    ]  # fmt: skip
