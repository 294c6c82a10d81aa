"""Counting judged items by plan, unit, chapter or region (docs/contract.md, status)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.ledger.terms import LIGHT_KEYS, NO_CHAPTER, STATES, TO_BE_DETERMINED, WORK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.ledger.judgement import Judged

GROUPINGS = ("plan", "unit", "chapter", "region")
NUMBERS = ("overdue", "due_soon", "unreported", "unassessable", "extended", "awaiting", "unverified", "before_ledger",
           "closed_unmet")  # fmt: skip
"""What is counted of a group beside states and lights: before_ledger is a part of 逾期, closed_unmet of 已销号."""
GROUP_FIELDS = ("key", "total", "by_state", "by_light", *NUMBERS)


class Tally(NamedTuple):
    """Groups, most trouble first: red, then yellow, then overdue; how many items there are, and of which plans."""

    groups: list[dict[str, Any]]
    total: int
    plans: tuple[str, ...]


def count(found: Iterable[Judged], group: str, plans: Mapping[str, Mapping[str, Any]]) -> Tally:
    """Count judged items by a group of `GROUPINGS`.

    An item counts once for each of its lead units; one without a lead counts under 待明确 (docs/rules.md). plans, by code, are
    asked for their region only.
    """
    groups: dict[str, dict[str, Any]] = {}
    seen: dict[str, None] = {}
    total = 0
    for judged in found:
        total += 1
        seen[judged.item.plan] = None
        if judged.item.kind not in WORK:
            continue
        for key in keys_of(judged, group, plans):
            row = groups.setdefault(key, _empty(key))
            _add(row, judged, key if group == "unit" else None)
    return Tally(sorted(groups.values(), key=_by_trouble), total, tuple(seen))


def keys_of(judged: Judged, group: str, plans: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the groups in which an item counts: its plan, each of its lead units, its chapter or its region."""
    item = judged.item
    match group:
        case "plan":
            return [item.plan]
        case "unit":
            names = dict.fromkeys(role.counted_as for role in item.leads) or (TO_BE_DETERMINED,)
            return [f"{item.plan}:{name}" for name in names]
        case "chapter":
            return [f"{item.plan}:{item.chapter or NO_CHAPTER}"]
        case _:
            return [item.region or str(plans[item.plan]["region"])]


def _empty(key: str) -> dict[str, Any]:
    return {
        "key": key, "total": 0, "by_state": dict.fromkeys(STATES, 0), "by_light": dict.fromkeys(LIGHT_KEYS, 0),
        **dict.fromkeys(NUMBERS, 0),
    }  # fmt: skip


def _add(row: dict[str, Any], judged: Judged, unit: str | None) -> None:
    from tracker.ledger.decision_rules import is_unverified  # where the kept columns answer, its rules are not needed

    item, judgement = judged
    row["total"] += 1
    row["by_state"][item.state] += 1
    if judgement.light is not None:
        row["by_light"][judgement.light.color] += 1
    row["overdue"] += judgement.overdue
    row["due_soon"] += judgement.due_soon
    row["unreported"] += is_unreported(judged, None if unit is None else unit.partition(":")[2])
    row["unassessable"] += not judgement.assessable and not judgement.settled
    row["extended"] += item.extensions > 0
    row["awaiting"] += judgement.awaiting
    row["unverified"] += is_unverified(item)
    row["before_ledger"] += judgement.before_ledger
    row["closed_unmet"] += item.is_closed_unmet


def is_unreported(judged: Judged, unit: str | None) -> bool:
    """Say whether a lead unit owes a report on an item; unit: the name of the one that counts, None for any of them."""
    silent = judged.judgement.silent_units
    if unit is None:
        return judged.judgement.unreported
    return any(role.counted_as == unit and role.name in silent for role in judged.item.leads)


def _by_trouble(row: Mapping[str, Any]) -> tuple[Any, ...]:
    lights = row["by_light"]
    return -lights["red"], -lights["yellow"], -row["overdue"], -row["unreported"], row["key"]


def joined(counted: Tally, rows: Iterable[Sequence[Any]], plans: Mapping[str, int]) -> Tally:
    """Add what was counted elsewhere, of so many items of each plan, by code.

    A row has a group's key, a state, a light (None for none), how many items, and `NUMBERS` of them.
    """
    groups = {row["key"]: row for row in counted.groups}
    for key, state, light, number, *numbers in rows:
        row = groups.get(key)
        if row is None:
            row = groups[key] = _empty(key)
        row["total"] += number
        row["by_state"][state] += number
        if light is not None:
            row["by_light"][light] += number
        for name, more in zip(NUMBERS, numbers, strict=True):
            row[name] += more
    names = tuple(dict.fromkeys((*plans, *counted.plans)))
    return Tally(sorted(groups.values(), key=_by_trouble), sum(plans.values()) + counted.total, names)


def flat(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return groups with one column a state and a light instead of by_state and by_light, and the columns' names."""
    columns: dict[str, tuple[str, str | None]] = {}
    for name in names:
        parts = {"by_state": STATES, "by_light": LIGHT_KEYS}.get(name)
        if parts is None:
            columns[name] = (name, None)
        else:
            columns.update({f"{name.removeprefix('by_')}_{part}": (name, part) for part in parts})
    return [
        {column: row[name] if part is None else row[name][part] for column, (name, part) in columns.items()}
        for row in rows
    ], list(columns)
