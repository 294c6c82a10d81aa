"""Which items a question is about, in the store's own terms, and the same as a condition of SQL."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from tracker.store.connection import marks

Key = TypeVar("Key")

TO_BE_DETERMINED, NO_CHAPTER = "待明确", "（无章节）"
"""Under what an item without a lead, and one without a chapter, is counted (docs/rules.md)."""


class ItemFilter(NamedTuple):
    """Which items are asked about, in the store's own terms. Each part narrows; None and False let everything through.

    places: names of regions of shares, and codes of plans for their own rows. role narrows units. without: plans (by code) that
    are left out: their book is closed, and nobody named them. rules: what one of these rules of `check` finds (`aggregates.overview`).
    """

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
    rules: tuple[str, ...] | None = None
    keys: tuple[int, ...] | None = None


PLAN_OF = "(SELECT code FROM plan WHERE plan.id = item.plan_id)"


def facts(wanted: ItemFilter) -> tuple[list[str], list[Any]]:
    """Return the conditions on `item` that do not depend on the day asked about, with their parameters."""
    conditions = ["item.withdrawn = 0"]
    parameters: list[Any] = []
    for column, values in (
        ("item.kind", wanted.kinds),
        ("item.state", wanted.states),
        (f"coalesce(NULLIF(item.region, ''), {PLAN_OF})", wanted.places),
    ):
        if values is not None:
            conditions.append(f"{column} IN ({marks(values)})")
            parameters += values
    if wanted.plans is not None:
        conditions.append(
            f"item.plan_id IN (SELECT id FROM plan WHERE withdrawn = 0 AND code IN ({marks(wanted.plans)}))"
        )
        parameters += wanted.plans
    if wanted.without:
        conditions.append(f"item.plan_id NOT IN (SELECT id FROM plan WHERE code IN ({marks(wanted.without)}))")
        parameters += wanted.without
    if wanted.units is not None:
        role, given = ("", ()) if wanted.role is None else (" AND role = ?", (wanted.role,))
        conditions.append(
            f"item.id IN (SELECT item_id FROM responsibility WHERE active = 1{role} AND unit_id IN ({marks(wanted.units)}))"
        )
        parameters += (*given, *wanted.units)
    for comparison, day in (("<", wanted.due_before), (">", wanted.due_after)):
        if day is not None:
            conditions.append(f"item.due {comparison} ?")
            parameters.append(day.isoformat())
    return conditions, parameters


def batches(keys: Sequence[Key], size: int = 400) -> Iterator[Sequence[Key]]:
    """Cut keys into portions that a query can name one by one."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
