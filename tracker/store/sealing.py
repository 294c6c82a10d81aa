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

FACTS = {
    "plan": ("id", "code", "title", "region", "status", "period_start", "issued_on", "document_number", "issuers",
             "rider", "annex_label", "annex_title", "annex_note", "note"),
    "item": ("id", "code", "plan_id", "kind", "number", "region", "parent_id", "position", "chapter", "section",
             "title", "text", "source", "responsibility", "open_ended", "lead_cell", "participant_cell",
             "original_due", "note"),
    "indicator": ("id", "item_id", "n", "name", "comparator", "value", "bound", "aspirational", "measure", "scope",
                  "direction", "original_due", "plan_baseline_year", "plan_baseline_value", "plan_link", "note"),
}  # fmt: skip
"""The columns of each table that a plan states and nothing ever changes: an edit is a statement beside them."""

_ROLES = (
    "SELECT r.id, r.item_id, r.unit_id, r.role, r.printed, r.position FROM responsibility r"
    " JOIN item ON item.id = r.item_id WHERE r.origin = 'plan' AND {added} ORDER BY r.id"
)
_REGISTRY = (
    "SELECT id, region, name, note FROM unit ORDER BY id",
    "SELECT unit_id, kind, name FROM unit_name ORDER BY id",
    "SELECT code, name, parent, level FROM region ORDER BY code",
)


EMPTY = hashlib.sha256().hexdigest()
"""The digest of a registry without any row."""


def facts_digest(connection: Connection, change: int) -> str | None:
    """Return the digest of the rows a change added, None where it added none; the first added what is shipped."""
    digest, count = hashlib.sha256(), 0
    for table, columns in FACTS.items():
        rows = connection.stream(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {_added(table, change)} ORDER BY id", (change,)
        )
        count += _feed(digest, table, rows)
    count += _feed(digest, "responsibility", connection.stream(_ROLES.format(added=_added("item", change)), (change,)))
    return digest.hexdigest() if count else None


def registry_digest(connection: Connection) -> str:
    """Return the digest of all units, their names, and the regions, as they are now."""
    digest = hashlib.sha256()
    for place, sql in enumerate(_REGISTRY):
        _feed(digest, str(place), connection.stream(sql))
    return digest.hexdigest()


def _added(table: str, change: int) -> str:
    return f"({table}.added_by = ? OR {table}.added_by IS NULL)" if change == 1 else f"{table}.added_by = ?"


def _feed(digest: Any, name: str, rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    for row in rows:
        digest.update(f"{name}{json.dumps(row, ensure_ascii=True, separators=(',', ':'))}\n".encode())
        count += 1
    return count
