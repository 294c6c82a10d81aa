"""The two dates of every question, and whether the kept current state answers it."""

from datetime import date
from typing import NamedTuple

from tracker.store.connection import Connection


class PointInTime(NamedTuple):
    """The two dates of every question: what was true on as_of, as far as recorded by known_at (None: by now)."""

    as_of: date
    known_at: str | None = None


def is_current(connection: Connection, when: PointInTime) -> bool:
    """Say whether the kept current state answers a question."""
    if when.known_at is not None:
        return False
    row = connection.one("SELECT value FROM ledger WHERE name = 'newest_date'")
    return row is None or str(row[0]) <= when.as_of.isoformat()
