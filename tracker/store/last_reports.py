"""What was reported last on each indicator: an item keeps only the last report on any of them."""

from collections.abc import Sequence
from datetime import date

from tracker.ledger.model import LastReport
from tracker.store.as_of import When
from tracker.store.connection import Connection
from tracker.store.filters import batches, marks
from tracker.store.items import undone_changes


def last_of_indicators(connection: Connection, codes: Sequence[str], when: When) -> dict[str, LastReport]:
    """Return the report in force then on each indicator of these items that has one of its own, by the indicator's id.

    In force is the one with the latest date, then the latest entry, of those that were not undone (DESIGN §5).
    """
    undone = undone_changes(connection, when.known_at)
    found: dict[str, LastReport] = {}
    for portion in batches(codes):
        rows = connection.stream(
            "SELECT r.change_id, item.code, r.n, r.date, r.entered, r.unit, c.by, r.note, r.problem, r.next"
            " FROM report r JOIN change c ON c.id = r.change_id JOIN item ON item.id = r.item_id"
            f" WHERE item.withdrawn = 0 AND item.code IN ({marks(portion)}) AND r.n IS NOT NULL AND r.date <= ? AND c.at <= ?"
            " ORDER BY r.date, r.change_id, r.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, code, n, day, entered, *said in rows:
            if change not in undone:
                found[f"{code}.{n}"] = LastReport(date.fromisoformat(day), date.fromisoformat(entered), *said)
    return found
