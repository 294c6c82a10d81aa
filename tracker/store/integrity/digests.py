"""Digests of what history does not say itself: the plans' own words, and the registry of units and regions.

A change that adds plans, items or indicators keeps the digest of the rows it added, a change that moves the registry
the digest of the registry after it, both in its `detail`, which the chain of hashes covers. So a target that was
quietly lowered, or a deadline moved in the table, is found out like an edited report (`tracker doctor`).
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from tracker.store.connection import Connection
from tracker.store.integrity.hashed_columns import NEWEST, Recipe

_REGISTRY_ORDER = {"unit": "id", "unit_name": "id", "region": "code", "access": "id"}


EMPTY = hashlib.sha256().hexdigest()
"""The digest of a registry without any row."""


def facts_digest(connection: Connection, change: int, recipe: Recipe) -> str | None:
    """Return the digest of the rows a change added, None where it added none; the first added what is shipped."""
    digest, count = hashlib.sha256(), 0
    for table, columns in recipe.facts.items():
        listed = ", ".join(f"{table}.{name}" for name in columns)
        count += _feed(digest, table, connection.stream(f"SELECT {listed} {_added_rows(table, change)}", (change,)))
    return digest.hexdigest() if count else None


def later_facts(connection: Connection, change: int, recipe: Recipe) -> bool:
    """Say whether rows that a change added by an older recipe hold anything in columns that came with a later one."""
    for table, columns in NEWEST.facts.items():
        later = columns[len(recipe.facts[table]) :]
        if later:
            listed = ", ".join(f"{table}.{name}" for name in later)
            rows = connection.stream(f"SELECT {listed} {_added_rows(table, change)}", (change,))
            if any(value is not None for row in rows for value in row):
                return True
    return False


def identity_seal(connection: Connection) -> dict[str, Any]:
    """Return what the change that makes a ledger, or upgrades it, keeps of what it is: its id, and whether it is a sample."""
    return {"ledger": dict(connection.all(f"SELECT name, value FROM ledger WHERE name IN {_IDENTITY}"))}


_IDENTITY = "('id', 'demo')"


def registry_digest(connection: Connection, recipe: Recipe) -> str:
    """Return the digest of all units, their names, the regions and the members of the ledger, as they are now."""
    digest = hashlib.sha256()
    for place, (table, columns) in enumerate(recipe.registry.items()):
        sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {_REGISTRY_ORDER[table]}"
        _feed(digest, str(place), connection.stream(sql))
    return digest.hexdigest()


def _added_rows(table: str, change: int) -> str:
    """Return from where, and in which order, the rows that a change added to a table come."""
    owner, join, own = table, "", ""
    if table == "responsibility":
        owner, join, own = (
            "item",
            " JOIN item ON item.id = responsibility.item_id",
            "responsibility.origin = 'plan' AND ",
        )
    shipped = f" OR {owner}.added_by IS NULL" if change == 1 else ""
    return f"FROM {table}{join} WHERE {own}({owner}.added_by = ?{shipped}) ORDER BY {table}.id"


_WRITTEN = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _feed(digest: Any, name: str, rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    for row in rows:
        digest.update(f"{name}{_WRITTEN(row)}\n".encode())
        count += 1
    return count
