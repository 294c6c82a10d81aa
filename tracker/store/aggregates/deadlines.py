"""Overdue and near due from the kept dates alone: what a monitor asks every minute, whatever the size of the ledger.

`item.overdue_from` is the first day on which an item is overdue, `overdue_due` the deadline from which that counts (a figure that is
awaited lies between them); `next_due_first` (where there is more than one) and `next_due_last` are the first and the last due date still
unsettled (`tracker.ledger.light_schedule`). They decide for nearly all items, by an index; for the
rest they only say that an item may be found, and the rules must judge it (`tracker.ledger.judgement`).
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.ledger.terms import WORK
from tracker.store.connection import Connection, Row
from tracker.store.filters import ItemFilter, PointInTime, facts, is_current


class Deadlines(NamedTuple):
    """Ids in the order of their plans; unsure holds what only the rules can decide, in `order` every id that may count."""

    overdue: set[str]
    due_soon: set[str]
    unsure: tuple[str, ...]
    order: tuple[str, ...]


class Count(NamedTuple):
    """How many are overdue and near due, apart from the items (by id) that only the rules can decide.

    before_ledger and drafts are of the overdue: due before the ledger knew them, and of drafts. extended: how many items have been
    given more time, overdue or not.
    """

    overdue: int
    due_soon: int
    before_ledger: int
    drafts: int
    extended: int
    unsure: tuple[str, ...]


class Place(NamedTuple):
    """Where an item stands among the overdue: the longest first, then in the order of plans."""

    overdue_due: str
    plan_id: int
    position: int
    id: int
    code: str


class First(NamedTuple):
    """The first of the overdue, how many there are, and the items that only the rules can decide (in neither).

    drafts: the plans among all of them that are drafts, of more than `DRAFTS` only so many.
    """

    places: list[Place]
    total: int
    drafts: tuple[str, ...]
    unsure: list[Place]


DRAFTS = 10
"""More drafts than a caption names."""


_NEAR = "withdrawn = 0 AND next_due_last IS NOT NULL"
_EXTENDED = (
    "withdrawn = 0 AND extensions > 0 AND retired_on IS NULL"
    " AND plan_id NOT IN (SELECT id FROM plan WHERE ended_on <= ?)"
)
_LATE = "item.withdrawn = 0 AND item.overdue_from IS NOT NULL AND item.overdue_from <= ?"
_LAST_NEAR = f"{_NEAR} AND next_due_last >= ? AND next_due_last <= ?"
_FIRST_NEAR = (
    "withdrawn = 0 AND next_due_first IS NOT NULL AND next_due_first >= ? AND next_due_first <= ? AND next_due_last > ?"
)


def count_deadlines(connection: Connection, when: PointInTime, days: int) -> Count | None:
    """Return how many items are overdue, or due within days from as_of; None where the kept dates do not answer.

    They answer for today and later days.
    """
    if not is_current(connection, when):
        return None
    today, until = _span(when.as_of, days)
    unsure = _unsure(connection)
    # Passes of one index are what a large ledger costs `check`: drafts are counted by their plans, not asked about of each item.
    late = f"SELECT count(*), count(*) FILTER (WHERE before_ledger = 1) FROM item WHERE {_LATE}"
    ((overdue, before_ledger),) = connection.all(late, (today,))
    ((drafts,),) = connection.all(f"SELECT count(*) FROM {_ITEMS_OF_DRAFTS} AND {_LATE}", (today,))
    due_soon = _number(connection, _LAST_NEAR, today, until) + _number(connection, _FIRST_NEAR, today, until, until)
    for _, first, is_before, is_draft, near_first, near_last in unsure:
        drafts -= bool(is_draft) and first is not None and first <= today
        overdue -= first is not None and first <= today
        before_ledger -= bool(is_before) and first is not None and first <= today
        due_soon -= any(each is not None and today <= each <= until for each in (near_first, near_last))
    extended = _number(connection, _EXTENDED, today)
    return Count(overdue, due_soon, before_ledger, drafts, extended, tuple(row[0] for row in unsure))


def count_extended(connection: Connection, wanted: ItemFilter) -> int:
    """Return how many items of those asked about have been given more time, as they stand now; overdue or not."""
    conditions, parameters = facts(wanted if wanted.kinds != WORK else wanted._replace(kinds=None))
    return _number(
        connection, " AND ".join((*conditions, "item.extensions > 0 AND item.retired_on IS NULL")), *parameters
    )


def ever_extended(connection: Connection) -> list[str]:
    """Return the ids of the items that were given more time at any moment, taken back since or not."""
    rows = connection.all(
        "SELECT code FROM item WHERE withdrawn = 0 AND id IN (SELECT item_id FROM event WHERE kind = 'extend')", ()
    )
    return [code for (code,) in rows]


def load_deadlines(connection: Connection, when: PointInTime, days: int) -> Deadlines | None:
    """Return what is overdue at as_of or due within days from then, None as `count_deadlines`."""
    if not is_current(connection, when):
        return None
    today, until = _span(when.as_of, days)
    unsure = tuple(row[0] for row in _unsure(connection))
    overdue = {code for (code,) in connection.all(f"SELECT code FROM item WHERE {_LATE}", (today,))} - {*unsure}
    near = connection.all(f"SELECT code FROM item WHERE {_LAST_NEAR}", (today, until))
    near += connection.all(f"SELECT code FROM item WHERE {_FIRST_NEAR}", (today, until, until))
    due_soon = {code for (code,) in near} - {*unsure}
    order = connection.all(
        f"SELECT code, plan_id, position, id FROM item WHERE {_LATE}"
        f" UNION SELECT code, plan_id, position, id FROM item WHERE {_LAST_NEAR}"
        f" UNION SELECT code, plan_id, position, id FROM item WHERE {_FIRST_NEAR}"
        f" UNION SELECT code, plan_id, position, id FROM item WHERE {_NEEDS_JUDGING}"
        f" UNION SELECT code, plan_id, position, id FROM item WHERE {_STALE} ORDER BY 2, 3, 4",
        (today, today, until, today, until, until),
    )
    return Deadlines(overdue, due_soon, unsure, tuple(row[0] for row in order))


def load_first_overdue(connection: Connection, when: PointInTime, wanted: ItemFilter, limit: int) -> First | None:
    """Return the items longest overdue of those asked about, by an index; None as `count_deadlines`.

    Of a item_filter only plans, kinds, units, states and due dates count.
    """
    if not is_current(connection, when):
        return None
    if wanted.kinds == WORK:
        wanted = wanted._replace(kinds=None)  # aims are never overdue; to ask would make the index read the items
    conditions, parameters = facts(wanted)
    asked = " AND ".join(conditions)
    names = "coalesce(overdue_due, ''), coalesce(overdue_from, '9'), plan_id, position, id, code"
    open_ones = "(item.stale = 1 OR item.needs_judging > 0 AND (item.needs_judging & 1) > 0)"
    left = connection.all(f"SELECT {names} FROM item WHERE {asked} AND {open_ones}", parameters)
    unsure = [Place(row[0], *row[2:]) for row in left]
    today = when.as_of.isoformat()
    late = f"{asked} AND {_LATE}"
    total = _number(connection, late, *parameters, today)
    rows = connection.all(
        f"SELECT overdue_due, plan_id, position, id, code FROM item WHERE {late} AND item.overdue_due IS NOT NULL"
        " ORDER BY overdue_due, plan_id, position, id LIMIT ?",
        (*parameters, today, limit + len(unsure)),
    )
    drafts = connection.all(
        "SELECT code FROM plan WHERE withdrawn = 0 AND status = 'draft'"
        f" AND EXISTS (SELECT 1 FROM item WHERE item.plan_id = plan.id AND {late}) ORDER BY id LIMIT ?",
        (*parameters, today, DRAFTS),
    )
    apart = {place.code for place in unsure}
    return First(
        [place for place in map(Place._make, rows) if place.code not in apart],
        total - sum(row[0] > "" and row[1] <= today for row in left),
        tuple(row[0] for row in drafts),
        unsure,
    )


_ITEMS_OF_DRAFTS = "plan CROSS JOIN item WHERE item.plan_id = plan.id AND plan.status = 'draft'"
_OF_DRAFT = "plan_id IN (SELECT id FROM plan WHERE status = 'draft')"
_NEEDS_JUDGING = "withdrawn = 0 AND needs_judging > 0"
_STALE = "withdrawn = 0 AND stale = 1"


def _unsure(connection: Connection) -> list[Row]:
    """Return what the kept dates leave open, with those dates.

    More runs of days or due dates than there are columns for, and reports that a server could not settle (`store.postgres.rights`).
    """
    names = f"code, overdue_from, before_ledger, {_OF_DRAFT}, next_due_first, next_due_last"
    rows = connection.all(
        f"SELECT {names} FROM item WHERE {_NEEDS_JUDGING} AND (needs_judging & 5) > 0 UNION SELECT {names} FROM item WHERE {_STALE}"
    )
    return list(rows)


def _number(connection: Connection, condition: str, *parameters: Any) -> int:
    row = connection.one(f"SELECT count(*) FROM item WHERE {condition}", parameters)
    assert row is not None  # noqa: S101 - a count is always given
    return int(row[0])


def _span(as_of: date, days: int) -> tuple[str, str]:
    until = as_of + timedelta(days=min(days, (date.max - as_of).days))
    return as_of.isoformat(), until.isoformat()
