"""Loading the shipped plans into a new ledger."""

import uuid
from collections.abc import Collection
from datetime import datetime

from tracker.plans.shipped import shipped_plans
from tracker.store.changeset import Author, Changeset, flush
from tracker.store.connection import Connection
from tracker.store.plan_rows import insert_plans


def seed_ledger(connection: Connection, now: datetime, *, by: str, plans: Collection[str]) -> None:
    """Fill an empty schema: the ledger's identity, the shipped regions, some shipped plans, and the change that says so."""
    for name, value in (("id", str(uuid.uuid4())), ("newest_date", ""), ("head", ""), ("demo", ""), ("recipe", "1")):
        connection.execute("INSERT INTO ledger (name, value) VALUES (?, ?)", (name, value))
    rows = shipped_plans(plans)
    connection.many(
        "INSERT INTO region (code, name, parent, level) VALUES (?, ?, ?, ?)",
        [(row["code"], row["name"], row["parent"] or None, row["level"]) for row in rows.regions],
    )
    draft = Changeset(connection, Author(by), "init", now, force=True)
    draft.additions.append(lambda connection, _change: insert_plans(connection, rows, None) if plans else ())
    flush(draft)


def mark_as_demo(connection: Connection, identity: str) -> None:
    """Mark a new ledger as a sample whose reports are invented; identity makes two samples of one day the same."""
    for name, value in (("demo", "1"), ("id", identity)):
        connection.execute("UPDATE ledger SET value = ? WHERE name = ?", (value, name))
