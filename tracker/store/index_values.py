"""The figures of the synergy index in the ledger: the latest entry of each that is not undone holds."""

from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection

if TYPE_CHECKING:
    from tracker.synergy.observations import IndexEntry, Key


def has_values(connection: Connection) -> bool:
    """Say whether the ledger has any figure of the index, taken back or not: one look into the table."""
    return connection.one("SELECT 1 FROM index_value LIMIT 1") is not None


def load_values(connection: Connection, known_at: str | None = None) -> dict["Key", "IndexEntry"]:
    """Return the figures that hold, as far as they were recorded by known_at (None: by now), oldest entry first."""
    if not has_values(connection):
        return {}
    from tracker.synergy.observations import IndexEntry

    undone = undone_changes(connection, known_at)
    rows = connection.all(
        'SELECT v.city, v.year, v.indicator, v.value, v.status, v.measure, v.source, c.id, c.at, c."by"'
        " FROM index_value v JOIN change c ON c.id = v.change_id ORDER BY v.id"
    )
    found: dict[Key, IndexEntry] = {}
    for city, year, indicator, value, status, measure, source, change, at, by in rows:
        if change in undone or (known_at is not None and at > known_at):
            continue
        entry = IndexEntry(
            city, year, indicator, Decimal(value), status, measure or "", source or "", change, at, by
        )  # fmt: skip
        found[entry.key] = entry
    return found
