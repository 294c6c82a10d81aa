"""Loading the shipped plans into a new ledger."""

import uuid
from collections.abc import Collection
from datetime import datetime

from tracker.plans.shipped import shipped_plans
from tracker.store.changeset import Author, Changeset, flush
from tracker.store.connection import Connection
from tracker.store.integrity.digests import identity_seal
from tracker.store.plan_rows import insert_plans


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
