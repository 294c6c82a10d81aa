"""The stamp of an export: what the ledger knew when a workbook was made, and the ledger of that moment again."""

from tracker.sheets.stamp import Stamp
from tracker.store import queries
from tracker.store.as_of import When
from tracker.store.connection import Connection
from tracker.store.issues import last_told

_SHOWN = 16
"""Digits of a hash in a stamp: by them a change is told from one of another course of the same ledger."""


def stamp_of(connection: Connection, when: When) -> Stamp | None:
    """Return what an export made now for a question shows; None of a ledger that was never told anything."""
    last = last_told(connection, when.known_at)
    if last is None:
        return None
    ledger = queries.ledger_value(connection, "id") or ""
    return Stamp(ledger, when.as_of, last.number, last.hash[:_SHOWN])


def moment_of(connection: Connection, stamp: Stamp | None) -> When | None:
    """Return the question that a workbook answered; None where it has no stamp, or the ledger cannot answer it again.

    It cannot for the workbook of another ledger, of a course of this one that a restored backup has ended, and of a moment
    that several changes share (a clock that was set back).
    """
    if stamp is None or stamp.ledger != queries.ledger_value(connection, "id"):
        return None
    shown, next_one = (queries.change_numbered(connection, stamp.change + more) for more in (0, 1))
    if shown is None or not shown.hash.startswith(stamp.hash):
        return None
    if next_one is None:
        return When(stamp.as_of)
    return When(stamp.as_of, shown.at) if next_one.at > shown.at else None
