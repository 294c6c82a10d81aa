"""Loading the shipped plans into a new ledger."""

import uuid
from datetime import datetime

from tracker.plans.shipped import shipped_plans
from tracker.store import current
from tracker.store.adding import insert_plans
from tracker.store.connection import Connection
from tracker.store.writing import Author, Draft, flush


def seed_ledger(connection: Connection, now: datetime, *, by: str, with_plans: bool) -> None:
    """Fill an empty schema: the ledger's identity, the shipped regions and plans, and the change that says so."""
    for name, value in (("id", str(uuid.uuid4())), ("newest_date", ""), ("demo", "")):
        connection.execute("INSERT INTO ledger (name, value) VALUES (?, ?)", (name, value))
    flush(Draft(connection, Author(by), "init", now, force=True))
    rows = shipped_plans()
    connection.many(
        "INSERT INTO region (code, name, parent, level) VALUES (?, ?, ?, ?)",
        [(row["code"], row["name"], row["parent"] or None, row["level"]) for row in rows.regions],
    )
    if with_plans:
        current.refresh(connection, insert_plans(connection, rows, added_by=None))
