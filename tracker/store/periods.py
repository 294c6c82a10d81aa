"""What happened in a period, item by item: for reports that go through a ledger of any size in parts."""

from collections.abc import Sequence
from datetime import date

from tracker.ledger.history import Statement
from tracker.store.connection import Connection
from tracker.store.reading import load_statements, undone_changes
from tracker.store.when import When


def ordered_codes(connection: Connection, plans: Sequence[str] | None, kinds: Sequence[str]) -> list[str]:
    """Return the ids of the items of plans (None: of all) and kinds in the order of their plans: a listing to go through in parts."""
    scope = "" if plans is None else f" AND plan.code IN ({', '.join('?' for _ in plans)})"
    rows = connection.all(
        "SELECT item.code FROM item JOIN plan ON plan.id = item.plan_id WHERE item.withdrawn = 0"
        f" AND item.kind IN ({', '.join('?' for _ in kinds)}){scope} ORDER BY item.plan_id, item.position",
        (*kinds, *(plans or ())),
    )
    return [row[0] for row in rows]


def statements_of_period(
    connection: Connection, codes: Sequence[str], start: date, end: date, when: When
) -> dict[str, list[Statement]]:
    """Return, by item, the statements in force then that are dated or were entered from start to end, newest first."""
    marks = ", ".join("?" for _ in codes)
    moved = " UNION ".join(
        f"SELECT item.id, item.code FROM {table} s JOIN item ON item.id = s.item_id"
        f" WHERE item.code IN ({marks}) AND item.withdrawn = 0 AND (s.date >= ? OR s.entered >= ?)"
        for table in ("report", "event")
    )
    first = start.isoformat()
    names: dict[int, str] = dict(connection.all(moved, (*codes, first, first) * 2))
    found: dict[str, list[Statement]] = {}
    for key, statements in (load_statements(connection, tuple(names), when) if names else {}).items():
        within = [each for each in statements if start <= each.date <= end or start <= each.entered <= end]
        if within:
            found[names[key]] = sorted(within, key=lambda each: (each.date, each.order), reverse=True)
    return found


def evidence_names(connection: Connection, codes: Sequence[str], when: When) -> dict[str, list[str]]:
    """Return, by item, the names or addresses of the evidence in force then, oldest first.

    A piece of evidence holds from the date of the report or decision that it came with.
    """
    undone = undone_changes(connection, when.known_at)
    dated = "".join(
        f"(SELECT min(s.date) FROM {table} s WHERE s.change_id = e.change_id AND s.item_id = e.item_id), "
        for table in ("report", "event")
    )
    rows = connection.all(
        f"SELECT item.code, e.name, e.url, c.id, c.at, coalesce({dated}substr(c.at, 1, 10)) FROM evidence e"
        " JOIN change c ON c.id = e.change_id JOIN item ON item.id = e.item_id"
        f" WHERE item.code IN ({', '.join('?' for _ in codes)}) ORDER BY e.id",
        tuple(codes),
    )
    known, day = when.known_at, when.as_of.isoformat()
    found: dict[str, list[str]] = {}
    for code, name, url, change, at, dated_on in rows:
        if change not in undone and dated_on <= day and (known is None or at <= known):
            found.setdefault(code, []).append(url or name)
    return found
