"""Counting judged items by plan, unit, chapter or region (DESIGN §4, status)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tracker.ledger.judgement import Judged
from tracker.ledger.terms import LIGHTS, STATES, WORK

GROUPINGS = ("plan", "unit", "chapter", "region")
GROUP_FIELDS = ("key", "total", "by_state", "by_light", "overdue", "due_soon", "unreported")
TO_BE_DETERMINED = "待明确"


def count(found: Iterable[Judged], group: str, plans: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for every group, most trouble first: red, then yellow, then overdue.

    An item counts once for each of its lead units; one without a lead counts under 待明确 (DESIGN §5).
    """
    groups: dict[str, dict[str, Any]] = {}
    for judged in found:
        if judged.item.kind not in WORK:
            continue
        for key in keys_of(judged, group, plans):
            row = groups.setdefault(key, _empty(key))
            _add(row, judged, key if group == "unit" else None)
    return sorted(groups.values(), key=_trouble)


def keys_of(judged: Judged, group: str, plans: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the groups in which an item counts: its plan, each of its lead units, its chapter or its region."""
    item = judged.item
    match group:
        case "plan":
            return [item.plan]
        case "unit":
            return [f"{item.plan}:{role.name}" for role in item.leads] or [f"{item.plan}:{TO_BE_DETERMINED}"]
        case "chapter":
            return [f"{item.plan}:{item.chapter or '（无章节）'}"]
        case _:
            return [item.region or str(plans[item.plan]["region"])]


def _empty(key: str) -> dict[str, Any]:
    return {
        "key": key, "total": 0, "by_state": dict.fromkeys(STATES, 0), "by_light": dict.fromkeys(_LIGHT_ORDER, 0),
        "overdue": 0, "due_soon": 0, "unreported": 0,
    }  # fmt: skip


_LIGHT_ORDER = ("red", "yellow", "blue", "green", "grey", "done")
assert set(_LIGHT_ORDER) == set(LIGHTS)  # noqa: S101 - the two must never part


def _add(row: dict[str, Any], judged: Judged, unit: str | None) -> None:
    item, judgement = judged
    row["total"] += 1
    row["by_state"][item.state] += 1
    if judgement.light is not None:
        row["by_light"][judgement.light.color] += 1
    row["overdue"] += judgement.overdue
    row["due_soon"] += judgement.due_soon
    silent = judgement.unreported
    row["unreported"] += bool(silent) if unit is None else unit.partition(":")[2] in silent


def _trouble(row: Mapping[str, Any]) -> tuple[Any, ...]:
    lights = row["by_light"]
    return -lights["red"], -lights["yellow"], -row["overdue"], -row["unreported"], row["key"]


def flat(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return groups with one column a state and a light instead of by_state and by_light, and the columns' names."""
    columns: dict[str, tuple[str, str | None]] = {}
    for name in names:
        parts = {"by_state": STATES, "by_light": _LIGHT_ORDER}.get(name)
        if parts is None:
            columns[name] = (name, None)
        else:
            columns.update({f"{name.removeprefix('by_')}_{part}": (name, part) for part in parts})
    return [
        {column: row[name] if part is None else row[name][part] for column, (name, part) in columns.items()} for row in rows
    ], list(columns)
