"""Versions of a plan: what changed between two, and moving a loaded plan to the new one with its history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.actions.plans import add_rows
from tracker.ledger.model import Indicator, Item
from tracker.ledger.values import plain
from tracker.plans.plan_diff import PlanDiff, diff_plans
from tracker.plans.shipped import PlanRows
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.registry import PLAN_FIELDS, item_key, plan_heads

Rows = dict[str, list[dict[str, str]]]
_FILES = {"target": "targets", "task": "tasks", "policy": "policies", "aim": "aims"}
_WORDS = ("chapter", "section", "title", "text", "source", "responsibility", "lead_cell", "participant_cell", "note")
_INDICATOR_WORDS = ("name", "comparator", "value", "bound", "measure", "scope", "direction")


def rows_of_plan(connection: Connection, code: str, day: date) -> Rows:
    """Return a loaded plan in the shape of the shipped files, as it stands at a day; shares of regions are left out."""
    plan = plan_heads(connection, code)[0]
    rows: Rows = {"plans": [{**{name: plan[name] or "" for name in PLAN_FIELDS if name != "revision"}, "seed": ""}]}
    rows.update({name: [] for name in ("targets", "indicators", "tasks", "policies", "aims", "units")})
    for item in load_items(connection, ItemFilter(plans=(code,)), PointInTime(day)):
        if item.region is None:
            rows[_FILES[item.kind]].append(_item_row(item))
            rows["indicators"] += [_indicator_row(item, indicator) for indicator in item.indicators]
    return rows


def _item_row(item: Item) -> dict[str, str]:
    return {
        "plan": item.plan, "number": str(item.number), "chapter": item.chapter or "", "section": item.section or "",
        "title": item.title or "", "text": item.text, "source": item.source or "",
        "responsibility": "" if item.kind == "aim" else item.responsibility,
        "open_ended": "1" if item.open_ended else "", "leads": "、".join(role.name for role in item.leads),
        "participants": "、".join(role.name for role in item.participants), "lead_cell": item.lead_cell or "",
        "participant_cell": item.participant_cell or "", "due": _day(item.original_due), "note": item.note or "",
    }  # fmt: skip


def _indicator_row(item: Item, indicator: Indicator) -> dict[str, str]:
    return {
        "plan": item.plan, "target": str(item.number), "n": str(indicator.n), "name": indicator.name,
        "comparator": indicator.comparator, "value": "" if indicator.value is None else plain(indicator.value),
        "bound": indicator.bound or "", "aspirational": "1" if indicator.aspirational else "",
        "measure": indicator.measure or "", "baseline_year": str(indicator.baseline_year or ""),
        "baseline_value": "" if indicator.baseline_value is None else plain(indicator.baseline_value),
        "due": _day(indicator.original_due), "scope": indicator.scope or "", "direction": indicator.direction or "",
        "same_as": "", "sum_of": "", "note": indicator.note or "",
    }  # fmt: skip


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def revise(changeset: Changeset, code: str, new: Rows) -> PlanDiff:
    """Add to a changeset all that moves a loaded plan to a new version; return what changed.

    What is the same keeps its id, history and progress, whatever number the new version gives it (the number goes into
    the note); rows that are new follow with new numbers; rows that are gone are retired today.
    """
    connection = changeset.connection
    old = rows_of_plan(connection, code, changeset.today)
    new = {**new, "plans": [{**row, "code": code} for row in new.get("plans", [])]}
    for name in ("targets", "indicators", "tasks", "policies", "aims"):
        new[name] = [{**row, "plan": code} for row in new.get(name, [])]
    diff = diff_plans(old, new)
    taken = {new_id: old_id for old_id, new_id in diff.mapping.items()}
    items = {item.id: item for item in load_items(connection, ItemFilter(plans=(code,)), PointInTime(changeset.today))}
    additions = PlanRows(units=new.get("units", []))
    for kind, name in _FILES.items():
        _settle_kind(changeset, kind, new, name, taken, items, additions)
    for item in items.values():
        if item.region is None and item.id not in diff.mapping:
            key = item_key(connection, item.id)
            changeset.event("retire", changeset.today, item=key, data={"reason": "新版方案中已无此项"})
    add_rows(changeset, [additions])
    return diff


def _settle_kind(
    changeset: Changeset,
    kind: str,
    new: Rows,
    name: str,
    taken: Mapping[str, str],
    items: Mapping[str, Item],
    additions: PlanRows,
) -> None:
    numbers = [item.number for item in items.values() if item.kind == kind and item.region is None]
    following = max(numbers, default=0)
    for row in new[name]:
        new_id = f"{row['plan']}-{kind}-{row['number']}"
        if new_id in taken and taken[new_id] in items:
            _move(changeset, items[taken[new_id]], row, new, additions)
            continue
        following += 1
        getattr(additions, name).append({**row, "number": str(following)})
        additions.indicators.extend(
            {**each, "target": str(following), "same_as": "", "sum_of": ""}
            for each in new["indicators"]
            if kind == "target" and each["target"] == row["number"]
        )


def _move(changeset: Changeset, item: Item, row: dict[str, str], new: Rows, additions: PlanRows) -> None:
    key = item_key(changeset.connection, item.id)
    data: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for name in _WORDS:
        old = getattr(item, name)
        value = row.get(name) or None
        if name == "note":
            value = _note(item, row)
        if value != old and not (name in ("source", "title") and value is None):
            data[name], before[name] = value, old
    if not item.indicators and (row.get("due") or None) != (_day(item.original_due) or None):
        data["original_due"], before["original_due"] = row.get("due") or None, _day(item.original_due) or None
    if data:
        changeset.event("edit", changeset.today, item=key, data=data, before=before)
    _move_units(changeset, key, item, row)
    if item.kind == "target":
        _move_indicators(
            changeset, key, item, [each for each in new["indicators"] if each["target"] == row["number"]], additions
        )


def _note(item: Item, row: dict[str, str]) -> str | None:
    """Return the new note; where the new version numbers a row otherwise, the note says so, the id stays."""
    note = row.get("note") or item.note or ""
    if int(row["number"]) != item.number:
        mark = f"新版序号 {row['number']}"
        note = note if mark in note else "；".join(part for part in (note, mark) if part)
    return note or None


def _move_units(changeset: Changeset, key: int | None, item: Item, row: dict[str, str]) -> None:
    from tracker.store.plan_rows import unit_keys_of

    for role, column, roles in (("lead", "leads", item.leads), ("participant", "participants", item.participants)):
        names = [name for name in (row.get(column) or "").split("、") if name]
        if names != [each.name for each in roles]:
            units = unit_keys_of(changeset.connection, item.plan, names)
            changeset.event(
                "assign", changeset.today, item=key, data={"role": role, "units": units},
                before={"units": [[each.unit, each.name] for each in roles]},
            )  # fmt: skip


def _move_indicators(
    changeset: Changeset, key: int | None, item: Item, rows: list[dict[str, str]], additions: PlanRows
) -> None:
    """Match indicators by name, then by place; change what differs, add what is new, retire what is gone."""
    left = list(item.indicators)
    following = max((each.n for each in left), default=0)
    for place, row in enumerate(rows):
        match = next((each for each in left if each.name == row["name"]), None)
        if (
            match is None
            and place < len(item.indicators)
            and item.indicators[place] in left
            and len(rows) == len(item.indicators)
        ):
            match = item.indicators[place]
        if match is None:
            following += 1
            additions.indicators.append(
                {**row, "target": str(item.number), "n": str(following), "same_as": "", "sum_of": ""}
            )
            continue
        left.remove(match)
        _move_indicator(changeset, key, item, match, row)
    for indicator in left:
        changeset.event("retire", changeset.today, item=key, n=indicator.n, data={"reason": "新版方案中已无此指标"})


def _move_indicator(
    changeset: Changeset, key: int | None, item: Item, indicator: Indicator, row: dict[str, str]
) -> None:
    old = _indicator_row(item, indicator)
    names = [name for name in _INDICATOR_WORDS if (row.get(name) or "") != old[name]]
    data: dict[str, Any] = {name: row.get(name) or None for name in names}
    before: dict[str, Any] = {name: old[name] or None for name in names}
    if (row.get("due") or "") != old["due"]:
        data["original_due"], before["original_due"] = row.get("due") or None, old["due"] or None
    if bool(row.get("aspirational")) != indicator.aspirational:
        data["aspirational"], before["aspirational"] = bool(row.get("aspirational")), indicator.aspirational
    if data:
        changeset.event("edit", changeset.today, item=key, n=indicator.n, data=data, before=before)
