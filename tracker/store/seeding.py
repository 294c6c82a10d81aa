"""Loading the shipped plans into a new ledger."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.plans.shipped import PlanRows, shipped_plans
from tracker.store import current
from tracker.store.connection import Connection
from tracker.store.writing import Author, Draft, flush


def seed_ledger(connection: Connection, now: datetime, *, by: str, with_plans: bool) -> None:
    """Fill an empty schema: the ledger's identity, the shipped regions and plans, and the change that says so."""
    for name, value in (("id", str(uuid.uuid4())), ("newest_date", ""), ("demo", "")):
        connection.execute("INSERT INTO ledger (name, value) VALUES (?, ?)", (name, value))
    draft = Draft(connection, Author(by), "init", now, force=True)
    flush(draft)
    if with_plans:
        rows = shipped_plans()
        _insert(connection, "region", rows.regions, ("code", "name", "parent", "level"))
        insert_plans(connection, rows, added_by=None)


def insert_plans(connection: Connection, rows: PlanRows, added_by: int | None) -> list[int]:
    """Insert plans with their units, items and indicators; return the keys of the new items.

    rows are in the shape of the shipped files. Units that exist are reused; everything else must be new.
    """
    units = _insert_units(connection, rows)
    plans = {row["code"]: _insert_one(connection, "plan", _plan_values(row)) for row in rows.plans}
    regions = {row["code"]: row["code"] for row in rows.plans}
    keys: dict[str, int] = {}
    position = 0
    for kind, source in (("target", rows.targets), ("task", rows.tasks), ("policy", rows.policies), ("aim", rows.aims)):
        for row in source:
            position += 1
            code = f"{row['plan']}-{kind}-{int(row['number'])}"
            keys[code] = _insert_one(connection, "item", _item_values(row, kind, plans, position, added_by))
            _insert_roles(connection, keys[code], row, units, regions[row["plan"]])
    _insert_indicators(connection, rows, keys)
    current.refresh(connection, keys.values())
    return list(keys.values())


def _insert_units(connection: Connection, rows: PlanRows) -> dict[tuple[str, str], int]:
    """Insert units that are new; return the key of every name a row may print."""
    known = {(region, name): key for key, region, name in connection.all("SELECT id, region, name FROM unit")}
    for row in rows.units:
        place = (row["region"], row["name"])
        if place not in known:
            known[place] = _insert_one(
                connection, "unit", {"region": place[0], "name": place[1], "note": row["note"] or None}
            )
        for kind, names in (("alias", row["aliases"]), ("member", row["members"])):
            for name in filter(None, names.split("、")):
                found = connection.one(
                    "SELECT 1 FROM unit_name WHERE unit_id = ? AND kind = ? AND name = ?", (known[place], kind, name)
                )
                if found is None:
                    _insert_one(connection, "unit_name", {"unit_id": known[place], "kind": kind, "name": name})
    for row in rows.units:
        for alias in filter(None, row["aliases"].split("、")):
            known.setdefault((row["region"], alias), known[row["region"], row["name"]])
    return known


def _plan_values(row: Mapping[str, str]) -> dict[str, Any]:
    names = ("code", "title", "region", "status", "period_start", "issued_on", "document_number", "issuers", "rider",
             "annex_label", "annex_title", "note")  # fmt: skip
    return {name: row[name] or None for name in names}


def _item_values(
    row: Mapping[str, str], kind: str, plans: Mapping[str, int], position: int, added_by: int | None
) -> dict[str, Any]:
    optional = ("chapter", "section", "title", "source", "lead_cell", "participant_cell", "note")
    due = row.get("due") or None
    return {
        "code": f"{row['plan']}-{kind}-{int(row['number'])}",
        "plan_id": plans[row["plan"]],
        "kind": kind,
        "number": int(row["number"]),
        "position": position,
        "added_by": added_by,
        "text": row["text"],
        "responsibility": row.get("responsibility") or "unstated",
        "open_ended": int(bool(row.get("open_ended"))),
        "original_due": due,
        "due": due,
        "state": "not_started",
        "assigned": 0,
        **{name: row.get(name) or None for name in optional},
    }


def _insert_roles(
    connection: Connection, item: int, row: Mapping[str, str], units: Mapping[tuple[str, str], int], region: str
) -> None:
    for role, column in (("lead", "leads"), ("participant", "participants")):
        for position, name in enumerate(filter(None, (row.get(column) or "").split("、")), start=1):
            values = {"item_id": item, "unit_id": units[region, name], "role": role, "printed": name,
                      "position": position, "origin": "plan", "active": 1}  # fmt: skip
            _insert_one(connection, "responsibility", values)


def _insert_indicators(connection: Connection, rows: PlanRows, keys: Mapping[str, int]) -> None:
    for row in rows.indicators:
        values: dict[str, Any] = {
            "item_id": keys[f"{row['plan']}-target-{int(row['target'])}"],
            "n": int(row["n"]),
            "name": row["name"],
            "comparator": row["comparator"],
            "aspirational": int(bool(row["aspirational"])),
            "original_due": row["due"] or None,
            "due": row["due"] or None,
            "plan_baseline_year": int(row["baseline_year"]) if row["baseline_year"] else None,
            "plan_baseline_value": row["baseline_value"] or None,
            "plan_link": _plan_link(row),
            "state": "not_started",
        }
        values.update({name: row[name] or None for name in ("value", "bound", "measure", "scope", "direction", "note")})
        _insert_one(connection, "indicator", values)


def _plan_link(row: Mapping[str, str]) -> str | None:
    """Return the link that the document itself implies: the same measure in a later year, or a sum of parts."""
    for kind, column, mark in (("same", "same_as", "+"), ("sum", "sum_of", "+")):
        if row[column]:
            sources = [f"{row['plan']}-target-{each.strip()}" for each in row[column].split(mark)]
            return json.dumps({"kind": kind, "sources": sources, "weights": []}, separators=(",", ":"))
    return None


def _insert_one(connection: Connection, table: str, values: Mapping[str, Any]) -> int:
    names = ", ".join(values)
    marks = ", ".join("?" for _ in values)
    row = connection.one(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id", tuple(values.values()))
    assert row is not None  # noqa: S101 - RETURNING gives a row
    return int(row[0])


def _insert(connection: Connection, table: str, rows: list[dict[str, str]], names: tuple[str, ...]) -> None:
    marks = ", ".join("?" for _ in names)
    connection.many(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
        [[row[name] or None for name in names] for row in rows],
    )
