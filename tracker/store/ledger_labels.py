"""What every caption must say of a ledger."""

from tracker.store.connection import Connection


def draft_plans(connection: Connection) -> tuple[str, ...]:
    """Return the codes of the plans that are drafts: every caption marks them (docs/contract.md)."""
    rows = connection.all("SELECT code FROM plan WHERE withdrawn = 0 AND status = 'draft' ORDER BY id")
    return tuple(row[0] for row in rows)


def is_demo(connection: Connection) -> bool:
    """Say whether this is the sample ledger of `tracker demo`, whose reports are invented."""
    row = connection.one("SELECT value FROM ledger WHERE name = 'demo'")
    return row is not None and bool(row[0])
