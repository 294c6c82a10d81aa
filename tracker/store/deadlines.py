"""Overdue and near due from the kept dates alone: what a monitor asks every minute, whatever the size of the ledger.

`item.overdue_from` and `item.soon_due` are the earliest and the last due date still unmet. They decide alone for most
items; for the rest they only say that an item may be found, and the rules must judge it (`tracker.ledger.judgement`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.store.connection import Connection


class Deadlines(NamedTuple):
    """Ids in the order of their plans; unsure holds what only the rules can decide, in `order` every id that may count."""

    overdue: set[str]
    due_soon: set[str]
    unsure: tuple[str, ...]
    order: tuple[str, ...]


_SOFT = (
    "EXISTS (SELECT 1 FROM indicator WHERE indicator.item_id = item.id AND indicator.withdrawn = 0"
    " AND indicator.retired_on IS NULL AND ("
    "(indicator.actual IS NOT NULL"
    " AND (indicator.direction = 'hold' OR indicator.comparator = '~' OR indicator.bound = '~'))"
    " OR (item.overdue_from < ? AND item.soon_due > ? AND indicator.due >= ? AND indicator.due <= ?)))"
)
"""Whether the tolerance or the day asked about may decide (左右, a level to be held; without a value nothing is met), or
a due date between an early and a late one may be near.
"""


def load_deadlines(connection: Connection, as_of: date, days: int, kinds: Sequence[str]) -> Deadlines | None:
    """Return what is overdue at as_of or due within days from then, None where the kept dates do not answer.

    They do not when something in the ledger is dated after as_of, or on a server, whose reporters leave items to be
    settled later.
    """
    newest = connection.one("SELECT value FROM ledger WHERE name = 'newest_date'")
    today = as_of.isoformat()
    if not connection.is_sqlite or newest is None or str(newest[0]) > today:
        return None
    until = (as_of + timedelta(days=min(days, (date.max - as_of).days))).isoformat()
    rows = connection.all(
        f"SELECT code, overdue_from, soon_due, {_SOFT} FROM item WHERE overdue_from <= ? AND withdrawn = 0"
        f" AND retired_on IS NULL AND kind IN ({', '.join('?' for _ in kinds)}) ORDER BY plan_id, position, id",
        (today, until, today, until, until, *kinds),
    )
    overdue: set[str] = set()
    due_soon: set[str] = set()
    unsure: list[str] = []
    for code, first, last, soft in rows:
        if soft:
            unsure.append(code)
            continue
        if first < today:
            overdue.add(code)
        if first >= today or today <= last <= until:
            due_soon.add(code)
    return Deadlines(overdue, due_soon, tuple(unsure), tuple(row[0] for row in rows))
