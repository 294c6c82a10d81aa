"""Inserting plans, items and indicators in the shape of the shipped files (docs/contract.md)."""

import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from tracker.ledger.ids import item_id
from tracker.plans.shipped import PlanRows, shipped_plans
from tracker.store.changeset import Author, Changeset, flush
from tracker.store.connection import Connection, marks
from tracker.store.filters import batches
from tracker.store.integrity.hashes import identity_seal
from tracker.text import all_cleaned

_PLAN = ("code", "title", "region", "status", "period_start", "issued_on", "document_number", "issuers", "rider",
         "annex_label", "annex_title", "annex_note", "note")  # fmt: skip
_ITEM_TEXTS = ("chapter", "section", "title", "source", "lead_cell", "participant_cell", "note", "start")
_INDICATOR_TEXTS = ("value", "bound", "measure", "scope", "direction", "note", "basis")


def insert_plans(connection: Connection, rows: PlanRows, added_by: int | None) -> list[int]:
    """Insert plans with their units, items and indicators; return the keys of the items that are new or got an indicator.

    Units and plans that exist are reused. added_by is the change that adds them, None for what is shipped. An item row may
    also name a region and a parent item. The caller derives the kept state of the returned items.
    """
    regions = _insert_missing_plans(connection, rows, added_by)
    units = _insert_units(connection, rows, regions)
    plans: dict[str, int] = dict(connection.all("SELECT code, id FROM plan WHERE withdrawn = 0"))
    last: dict[tuple[int, str], int] = {}
    fresh: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
    for kind, source in (("target", rows.targets), ("task", rows.tasks), ("policy", rows.policies), ("aim", rows.aims)):
        for row in source:
            values = _item_values(connection, row, kind, plans[row["plan"]], added_by)
            values["position"] = _position(connection, values, row.get("parent") or None, last)
            fresh[values["code"]] = row, values
    keys = _insert_items(connection, [values for _, values in fresh.values()])
    roles: list[tuple[Any, ...]] = []
    for code, (printed, _) in fresh.items():
        roles += _roles(connection, keys[code], printed, units, regions[printed["plan"]])
    connection.many(f"INSERT INTO responsibility ({', '.join(_ROLE)}) VALUES ({marks(_ROLE)})", roles)
    return list({*keys.values(), *_insert_indicators(connection, rows, keys, added_by)})


def unit_region(connection: Connection, code: str) -> str:
    """Return the region code of a plan's units: that of the first plan of the same region."""
    row = connection.one(
        "SELECT first.code FROM plan own JOIN plan first ON first.region = own.region"
        " WHERE own.code = ? AND own.withdrawn = 0 ORDER BY first.id LIMIT 1",
        (code,),
    )
    return code if row is None else str(row[0])


def _insert_missing_plans(connection: Connection, rows: PlanRows, added_by: int | None) -> dict[str, str]:
    known = {row[0] for row in connection.all("SELECT code FROM plan WHERE withdrawn = 0")}
    for row in rows.plans:
        if row["code"] not in known:
            values: dict[str, Any] = {name: row.get(name) or None for name in _PLAN}
            insert_one(connection, "plan", {**values, "added_by": added_by})
    codes = [row[0] for row in connection.all("SELECT code FROM plan WHERE withdrawn = 0")]
    return {code: unit_region(connection, code) for code in codes}


def _insert_units(connection: Connection, rows: PlanRows, regions: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """Insert units that are new; return the key of every name a row may print."""
    known = {(region, name): key for key, region, name in connection.all("SELECT id, region, name FROM unit")}
    for row in rows.units:
        place = (regions.get(row["region"], row["region"]), row["name"])
        if place not in known:
            known[place] = insert_one(
                connection, "unit", {"region": place[0], "name": place[1], "note": row.get("note") or None}
            )
        for kind, names in (("alias", row.get("aliases", "")), ("member", row.get("members", ""))):
            for name in filter(None, names.split("、")):
                _insert_name(connection, known[place], kind, name)
    for key, region, alias in connection.all(
        "SELECT unit.id, unit.region, unit_name.name FROM unit_name JOIN unit ON unit.id = unit_name.unit_id"
        " WHERE unit_name.kind = 'alias' ORDER BY unit_name.id"
    ):
        known.setdefault((region, alias), key)
    return known


def _insert_name(connection: Connection, unit: int, kind: str, name: str) -> None:
    found = connection.one("SELECT 1 FROM unit_name WHERE unit_id = ? AND kind = ? AND name = ?", (unit, kind, name))
    if found is None:
        insert_one(connection, "unit_name", {"unit_id": unit, "kind": kind, "name": name})


def _item_values(
    connection: Connection, row: Mapping[str, str], kind: str, plan: int, added_by: int | None
) -> dict[str, Any]:
    due = row.get("due") or None
    region, parent = row.get("region") or None, row.get("parent") or None
    return {
        "code": item_id(row["plan"], kind, int(row["number"]), region),
        "plan_id": plan,
        "kind": kind,
        "number": int(row["number"]),
        "region": region,
        "parent_id": _key_of(connection, parent),
        "added_by": added_by,
        "text": row["text"],
        "responsibility": row.get("responsibility") or "unstated",
        "open_ended": int(bool(row.get("open_ended"))),
        "original_due": due,
        "due": due,
        "state": "not_started",
        "assigned": 0,
        **{name: row.get(name) or None for name in _ITEM_TEXTS},
    }


_TOGETHER = 40
"""Items that one statement inserts."""


def _insert_items(connection: Connection, items: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Insert items, in their order; return their keys by code."""
    keys: dict[str, int] = {}
    for part in batches(items, _TOGETHER):
        names = tuple(part[0])
        rows = ", ".join([f"({marks(names)})"] * len(part))
        sql = f"INSERT INTO item ({', '.join(names)}) VALUES {rows} RETURNING code, id"
        keys.update(connection.all(sql, [_kept(each[name]) for each in part for name in names]))
    return keys


_KIND_STEP = {"target": 0, "task": 1_000_000, "policy": 2_000_000, "aim": 3_000_000}


def _position(
    connection: Connection, item: Mapping[str, Any], parent: str | None, last: dict[tuple[int, str], int]
) -> int:
    """Return the place of an item in its plan: by kind, then in the order of entry; a share stands with its parent.

    last: the last place in each list that was given out, so that the ledger is asked once.
    """
    if parent is not None:
        row = connection.one("SELECT position FROM item WHERE code = ? AND withdrawn = 0", (parent,))
        return int(row[0]) if row is not None else 0
    place = (item["plan_id"], item["kind"])
    if place not in last:
        # Rows without a parent are numbered on in the order of entry: the newest one has the last place.
        sql = "SELECT position FROM item WHERE plan_id = ? AND kind = ? AND parent_id IS NULL ORDER BY id DESC LIMIT 1"
        row = connection.one(sql, place)
        last[place] = _KIND_STEP[item["kind"]] if row is None else int(row[0])
    last[place] += 1
    return last[place]


def _key_of(connection: Connection, code: str | None) -> int | None:
    row = None if code is None else connection.one("SELECT id FROM item WHERE code = ? AND withdrawn = 0", (code,))
    return None if row is None else int(row[0])


_ROLE = ("item_id", "unit_id", "role", "printed", "position", "origin", "active")


def _roles(
    connection: Connection, item: int, row: Mapping[str, str], units: dict[tuple[str, str], int], region: str
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the units of an item; a unit that the region does not know yet is inserted."""
    for role, column in (("lead", "leads"), ("participant", "participants")):
        for position, name in enumerate(filter(None, (row.get(column) or "").split("、")), start=1):
            if (region, name) not in units:
                units[region, name] = insert_one(connection, "unit", {"region": region, "name": name})
            yield item, units[region, name], role, all_cleaned(name), position, "plan", 1


def _insert_indicators(
    connection: Connection, rows: PlanRows, keys: Mapping[str, int], added_by: int | None
) -> Iterable[int]:
    touched: set[int] = set()
    fresh: list[dict[str, Any]] = []
    for row in rows.indicators:
        code = item_id(row["plan"], "target", int(row["target"]), row.get("region") or None)
        item = keys.get(code) or _key_of(connection, code)
        assert item is not None  # noqa: S101 - rows are checked before they come here
        touched.add(item)
        values: dict[str, Any] = {
            "item_id": item,
            "n": int(row["n"]),
            "added_by": added_by,
            "name": row["name"],
            "comparator": row["comparator"],
            "aspirational": int(bool(row.get("aspirational"))),
            "original_due": row.get("due") or None,
            "due": row.get("due") or None,
            "plan_baseline_year": int(row["baseline_year"]) if row.get("baseline_year") else None,
            "plan_baseline_value": row.get("baseline_value") or None,
            "plan_link": _plan_link(row),
            "state": "not_started",
        }
        values.update({name: row.get(name) or None for name in _INDICATOR_TEXTS})
        fresh.append(values)
    if fresh:
        sql = f"INSERT INTO indicator ({', '.join(fresh[0])}) VALUES ({marks(fresh[0])})"
        connection.many(sql, [tuple(map(_kept, values.values())) for values in fresh])
    return touched


def _plan_link(row: Mapping[str, str]) -> str | None:
    """Return the link that the document itself implies: the same measure in a later year, or a sum of parts."""
    for kind, column in (("same", "same_as"), ("sum", "sum_of")):
        if row.get(column):
            sources = [f"{row['plan']}-target-{each.strip()}" for each in row[column].split("+")]
            return json.dumps({"kind": kind, "sources": sources, "weights": []}, separators=(",", ":"))
    return None


def insert_one(connection: Connection, table: str, values: Mapping[str, Any]) -> int:
    """Insert one row and return its key."""
    # The change that adds a unit must keep the digest of the registry after it (`store.integrity.hashes`).
    connection.registry_moved = connection.registry_moved or table in ("unit", "unit_name")
    row = connection.one(_insert_of(table, tuple(values)), tuple(map(_kept, values.values())))
    assert row is not None  # noqa: S101 - RETURNING gives a row
    return int(row[0])


def _kept(value: Any) -> Any:
    return value if value is None or value.__class__ is int else all_cleaned(value)


@cache
def _insert_of(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks(names)}) RETURNING id"


def unit_keys_of(connection: Connection, plan: str, names: Iterable[str]) -> list[tuple[int, str]]:
    """Return (key, name) for units of a plan's region, adding those the ledger does not know yet."""
    region = unit_region(connection, plan)
    units = _insert_units(connection, PlanRows(), {})
    found = []
    for name in names:
        if (region, name) not in units:
            units[region, name] = insert_one(connection, "unit", {"region": region, "name": name})
        found.append((units[region, name], name))
    return found


def seed_ledger(
    connection: Connection, now: datetime, *, by: str, plans: Collection[str], demo: str | None = None
) -> None:
    """Fill an empty schema: the ledger's identity, the shipped regions, some shipped plans, and the change that says so.

    demo: the identity of a sample ledger, whose reports are invented: two samples of one day are the same.
    """
    for name, value in (
        ("id", demo or str(uuid.uuid4())),
        ("newest_date", ""),
        ("head", ""),
        ("demo", "1" if demo else ""),
        ("recipe", "1"),
    ):
        connection.execute("INSERT INTO ledger (name, value) VALUES (?, ?)", (name, value))
    rows = shipped_plans(plans)
    connection.many(
        "INSERT INTO region (code, name, parent, level) VALUES (?, ?, ?, ?)",
        [(row["code"], row["name"], row["parent"] or None, row["level"]) for row in rows.regions],
    )
    changeset = Changeset(connection, Author(by), "init", now, detail=identity_seal(connection), force=True)
    changeset.additions.append(lambda connection, _change: insert_plans(connection, rows, None) if plans else ())
    flush(changeset)
