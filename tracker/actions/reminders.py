"""Making reminders and recording on the items that they were made (issue 4)."""

from collections.abc import Sequence
from datetime import date

from tracker.actions.listing import Filter, find
from tracker.actions.lookup import unit_keys
from tracker.ledger.figures import Figures
from tracker.ledger.naming import split_region
from tracker.papers.reminder import REASONS, Head, Reminder, reminders_of
from tracker.store import queries
from tracker.store.as_of import When
from tracker.store.captions import is_demo
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection


def reminders(connection: Connection, wanted: Filter, day: date, sender: str | None, limits: Figures) -> list[Reminder]:
    """Return what each lead unit has to do on a day, of the items a filter lets through."""
    found = find(connection, wanted, When(day), limits)
    units = {unit.id: unit for unit in queries.load_units(connection)}
    plans = {str(plan["code"]): plan for plan in queries.load_plans(connection)}
    sender = None if sender is None else split_region(sender)[1]
    head = Head(day, sender, limits, is_demo(connection))
    only = None if wanted.unit is None else {unit.id for unit in unit_keys(connection, wanted.unit)}
    return reminders_of(found, units, plans, head, only)


def record_reminders(draft: Changeset, letters: Sequence[Reminder]) -> list[str]:
    """Add to a draft that the items of these reminders were called for: once an item, with all units and reasons."""
    units: dict[str, list[str]] = {}
    reasons: dict[str, set[str]] = {}
    for letter in letters:
        for line in letter.lines:
            units.setdefault(line.id, []).append(letter.unit.name)
            reasons.setdefault(line.id, set()).update(line.reasons)
    codes = list(units)
    for start in range(0, len(codes), _PORTION):
        for code, key in queries.item_keys(draft.connection, codes[start : start + _PORTION]).items():
            words = "、".join(word for reason, word in REASONS.items() if reason in reasons[code])
            draft.event("reminder", draft.today, item=key, data={"units": units[code], "reason": words})
    return codes


_PORTION = 500
"""Ids named in one query, under every driver's limit for parameters."""
