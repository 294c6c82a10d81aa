"""What a question is about: which items, in the store's own terms and as conditions of SQL, and as of when."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from tracker.store.connection import Connection, marks

Key = TypeVar("Key")


class ItemFilter(NamedTuple):
    """Which items are asked about, in the store's own terms. Each part narrows; None and False let everything through.

    ids: of items; keys: of their rows; found: the same, of any number. places: names of regions of shares, and codes of plans
    for their own rows. role narrows units. without: plans (by code) that are left out: their book is closed, and nobody named
    them. rules: what one of these rules of `check` finds. What has to be judged (lights, overdue, due_soon, unreported, stale, rules)
    narrows where the database has it kept; who loads items judges it (`actions.selection`).
    own_rows: without the shares of regions.
    """

    ids: tuple[str, ...] | None = None
    keys: tuple[int, ...] | None = None
    plans: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    units: tuple[int, ...] | None = None
    role: str | None = None
    states: tuple[str, ...] | None = None
    lights: tuple[str, ...] | None = None
    overdue: bool = False
    due_soon: bool = False
    unreported: bool = False
    stale: bool = False
    due_before: date | None = None
    due_after: date | None = None
    places: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    own_rows: bool = False
    rules: tuple[str, ...] | None = None
    found: tuple[int, ...] | None = None


PLAN_OF = "(SELECT code FROM plan WHERE plan.id = item.plan_id)"


EVERYTHING = ItemFilter()


def planned(wanted: ItemFilter) -> tuple[list[str], list[Any]]:
    """Return the conditions on `item` that hold at any time, with their parameters: of its id, its plan and its kind."""
    conditions: list[str] = []
    parameters: list[Any] = []
    for condition, values in (
        ("item.code IN ({})", wanted.ids),
        ("item.id IN ({})", wanted.keys),
        ("item.plan_id IN (SELECT id FROM plan WHERE code IN ({}))", wanted.plans),
        ("item.kind IN ({})", wanted.kinds),
    ):
        if values is not None:
            conditions.append(condition.format(marks(values)))
            parameters += values
    return conditions, parameters


UNMET = "closed_unmet"
"""As a state that is asked for: closed although its numbers were not met (已销号（未达目标）)."""


def _unmet(states: Sequence[str] | None) -> str:
    return " OR item.state = 'closed' AND item.unmet IS NOT NULL" if UNMET in (states or ()) else ""


def facts(wanted: ItemFilter) -> tuple[list[str], list[Any]]:
    """Return the conditions on `item` as it stands now that do not depend on the day asked about, with their parameters."""
    conditions, parameters = planned(wanted)
    conditions.append("item.withdrawn = 0")
    role, given = ("", ()) if wanted.role is None else (" AND role = ?", (wanted.role,))
    for condition, values, before in (
        (f"(item.state IN ({{}}){_unmet(wanted.states)})", wanted.states, ()),
        (f"coalesce(NULLIF(item.region, ''), {PLAN_OF}) IN ({{}})", wanted.places, ()),
        ("item.plan_id NOT IN (SELECT id FROM plan WHERE code IN ({}))", wanted.without or None, ()),
        (
            f"item.id IN (SELECT item_id FROM responsibility WHERE active = 1{role} AND unit_id IN ({{}}))",
            wanted.units,
            given,
        ),
    ):
        if values is not None:
            conditions.append(condition.format(marks(values)))
            parameters += (*before, *values)
    if wanted.own_rows:
        conditions.append("item.region IS NULL")
    for comparison, day in (("<", wanted.due_before), (">", wanted.due_after)):
        if day is not None:
            conditions.append(f"item.due {comparison} ?")
            parameters.append(day.isoformat())
    return conditions, parameters


def batches(keys: Sequence[Key], size: int = 400) -> Iterator[Sequence[Key]]:
    """Cut keys into portions that a query can name one by one."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


class PointInTime(NamedTuple):
    """The two dates of every question: what was true on as_of, as far as recorded by known_at (None: by now)."""

    as_of: date
    known_at: str | None = None


CAME_AND_WENT = (
    " LEFT JOIN change added ON added.id = {0}.added_by LEFT JOIN change gone ON gone.id = NULLIF({0}.withdrawn, 0)"
)
"""What `was_there` asks of a table: the changes that a plan or item came in by and was taken out by."""


def was_there(table: str, known_at: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition, with its parameters, that a plan or item was in the ledger then (None: is there now)."""
    if known_at is None:
        return f"{table}.withdrawn = 0", ()
    return "(added.at IS NULL OR added.at <= ?) AND (gone.at IS NULL OR gone.at > ?)", (known_at, known_at)


def is_current(connection: Connection, when: PointInTime) -> bool:
    """Say whether the kept current state answers a question."""
    if when.known_at is not None:
        return False
    row = connection.one("SELECT value FROM ledger WHERE name = 'newest_date'")
    return row is None or str(row[0]) <= when.as_of.isoformat()
