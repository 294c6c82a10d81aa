"""What the hashes of history cover: which columns, in which order; and digests of what history does not say itself.

The lists of columns are written by hand and frozen: what they say is part of every ledger's history. Hashes cover values in the
order of a list, never the names of columns, so a column may get another name; a table's word in the hash may not. A column that
comes later is appended in a further recipe. A change that is the first of a ledger to be made by a recipe names it (`recipe` in
its detail), and so do all after it go by it; in rows made by an earlier recipe the later columns are empty, or the doctor says so.
Every column of the schema is in exactly one of these: a fact of a plan or of the registry, stated by a change, or derived.

A change that adds plans, items or indicators keeps the digest of the rows it added, a change that moves the registry the digest
of the registry after it, both in its `detail`, which the chain of hashes covers. So a target that was quietly lowered, or a
deadline moved in the table, is found out like an edited report (`tracker doctor`).
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from tracker.store.connection import Connection

CHANGE = ("id", "at", "by", "login", "unit", "command", "detail", "undoes")
"""The columns of a change itself; `hash` ties them, and all it stated, to the change before."""


class Recipe(NamedTuple):
    """The columns by table: what a plan states, what the registry holds, what a change states."""

    number: int
    facts: dict[str, tuple[str, ...]]
    registry: dict[str, tuple[str, ...]]
    stated: dict[str, tuple[str, ...]]


RECIPE_1 = Recipe(
    1,
    facts={
        "plan": ("id", "code", "title", "region", "status", "period_start", "issued_on", "document_number", "issuers",
                 "rider", "annex_label", "annex_title", "annex_note", "note"),
        "item": ("id", "code", "plan_id", "kind", "number", "region", "parent_id", "position", "chapter", "section",
                 "title", "text", "source", "responsibility", "open_ended", "lead_cell", "participant_cell",
                 "original_due", "note"),
        "indicator": ("id", "item_id", "n", "name", "comparator", "value", "bound", "aspirational", "measure", "scope",
                      "direction", "original_due", "plan_baseline_year", "plan_baseline_value", "plan_link", "note"),
        "responsibility": ("id", "item_id", "unit_id", "role", "printed", "position"),
    },
    registry={
        "unit": ("id", "region", "name", "note"),
        "unit_name": ("unit_id", "kind", "name"),
        "region": ("code", "name", "parent", "level"),
    },
    stated={
        "report": ("item_id", "n", "date", "entered", "unit_id", "unit", "role", "state", "percent", "value", "note",
                   "problem", "next", "before"),
        "event": ("item_id", "n", "kind", "date", "entered", "unit_id", "unit", "data", "before"),
        "evidence": ("item_id", "n", "kind", "name", "sha256", "size", "url"),
        "index_value": ("city", "year", "indicator", "value", "status", "measure", "source"),
    },
)  # fmt: skip
"""Version 0.1.0."""

RECIPE_2 = Recipe(
    2,
    facts={
        "plan": RECIPE_1.facts["plan"],
        "item": (*RECIPE_1.facts["item"], "start"),
        "indicator": (*RECIPE_1.facts["indicator"], "basis"),
        "responsibility": RECIPE_1.facts["responsibility"],
    },
    registry={
        "unit": (*RECIPE_1.registry["unit"], "contact_person", "contact_phone", "contact_email", "merged_into"),
        "unit_name": RECIPE_1.registry["unit_name"],
        "region": RECIPE_1.registry["region"],
        "access": ("login", "role", "unit_id", "place"),
    },
    stated={
        "report": (*RECIPE_1.stated["report"], "data_year"),
        "event": RECIPE_1.stated["event"],
        "evidence": RECIPE_1.stated["evidence"],
        "index_value": RECIPE_1.stated["index_value"],
        "issue": ("kind", "scope", "number", "first", "last", "as_of", "known_at", "last_change", "options", "content"),
    },
)
"""Schema 0002."""

RECIPES = {recipe.number: recipe for recipe in (RECIPE_1, RECIPE_2)}
NEWEST = RECIPE_2

DERIVED = {
    "ledger": ("name", "value"),
    "access": ("id",),
    "change": ("hash",),
    "plan": ("added_by", "withdrawn", "revision", "in_ledger", "used_on", "ended_on"),
    "unit_name": ("id",),
    "item": ("added_by", "withdrawn", "due", "state", "percent", "completed_on", "completed_by", "closed_on", "forecast",
             "last_report_id", "assigned", "edited", "retired_on", "stale", "completed_unit", "unmet", "returned", "owing_since",
             "extensions", "reported_on", "reported_entered", "milestones", "came_in", "overdue_from", "overdue_due",
             "before_ledger", "next_due_first", "next_due_last", "unreported_from", "unreported_until", "awaiting_from",
             "awaiting_until", "unassessable_until", "unverified", "needs_judging", "needs_judging_from", "achieved", "light",
             "light_2_from", "light_2", "light_3_from", "light_3", "light_4_from", "light_4", "light_5_from", "light_5"),
    "responsibility": ("origin", "active", "reported_on", "reported_entered", "main_lead", "answered_until", "named_on",
                       "unreported_from"),
    "indicator": ("added_by", "withdrawn", "due", "state", "percent", "actual", "actual_date", "reported_values",
                  "percent_on", "completed_unit", "unmet", "returned", "owing_since", "extensions", "baseline_year",
                  "baseline_value", "completed_on", "completed_by", "closed_on", "reported_on", "reported_entered",
                  "milestones", "edited", "retired_on", "link"),
    "indicator_source": ("indicator_id", "source_id"),
}  # fmt: skip
"""What no hash covers: it follows from what is stated, or is no part of history (notes of the ledger)."""

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
