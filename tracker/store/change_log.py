"""Changes as such: which there are, what each touched, which stand upon which."""

from collections.abc import Iterable
from typing import NamedTuple

from tracker.store.connection import Connection, Row

TABLES = ("report", "event", "evidence")
"""Where statements about items are."""
Touched = set[tuple[int | None, int | None]]
"""Keys of items, each with the number of an indicator or None for the whole."""


class Change(NamedTuple):
    """One command that wrote; undoes is the change that it took back."""

    id: int
    at: str
    by: str
    command: str
    undoes: int | None
    hash: str


class Later(NamedTuple):
    """A statement about an item in a later change."""

    change: int
    n: int | None
    command: str
    item: str


def load_change(connection: Connection, number: int) -> Change | None:
    """Return a change, None where there is none of that number."""
    row = connection.one('SELECT id, at, "by", command, undoes, hash FROM change WHERE id = ?', (number,))
    return None if row is None else Change(*row)


def count_entries(connection: Connection) -> int:
    """Return how many changes there are beside the one that made the ledger."""
    row = connection.one("SELECT count(*) FROM change WHERE command <> 'init'")
    return 0 if row is None else int(row[0])


def load_undoes(connection: Connection) -> list[tuple[int, int]]:
    """Return every undo with the change it takes back, newest first."""
    rows = connection.all("SELECT id, undoes FROM change WHERE undoes IS NOT NULL ORDER BY id DESC")
    return [(int(row[0]), int(row[1])) for row in rows]


def undone_changes(connection: Connection, known_at: str | None = None) -> set[int]:
    """Return the changes that were taken back, as far as known; an undo can itself be taken back."""
    limit, parameters = ("", ()) if known_at is None else (" AND at <= ?", (known_at,))
    rows = connection.all(f"SELECT id, undoes FROM change WHERE undoes IS NOT NULL{limit} ORDER BY id DESC", parameters)
    undone: set[int] = set()
    for change, target in rows:
        if change not in undone:
            undone.add(target)
    return undone


def roots(connection: Connection) -> dict[int, int]:
    """Return, for every undo, oldest first, the change whose statements its chain of undoes is about."""
    found: dict[int, int] = {}
    for change, target in reversed(load_undoes(connection)):
        found[change] = found.get(target, target)
    return found


def root_of(connection: Connection, number: int) -> int:
    """Return the change whose statements a change is about: its own, or those an undo takes back or puts back."""
    return roots(connection).get(number, number)


def said_in(connection: Connection, number: int, table: str, *columns: str) -> list[Row]:
    """Return what a change states in a table: the item's id, the indicator's number, and these columns."""
    listed = ", ".join(f"s.{name}" for name in columns)
    return connection.all(
        f"SELECT item.code, s.n, {listed} FROM {table} s JOIN item ON item.id = s.item_id WHERE s.change_id = ? ORDER BY s.id",
        (number,),
    )


def said_of_ledger(connection: Connection, number: int) -> list[Row]:
    """Return the kind and the data (JSON) of what a change states about the ledger itself."""
    return connection.all("SELECT kind, data FROM event WHERE change_id = ? AND item_id IS NULL ORDER BY id", (number,))


def touched_by(connection: Connection, number: int) -> Touched:
    """Return what a change says something about, or added."""
    found: Touched = set()
    for table in TABLES:
        rows = connection.all(f"SELECT item_id, n FROM {table} WHERE change_id = ?", (number,))
        found.update((row[0], row[1]) for row in rows)
    found.update((row[0], None) for row in connection.all("SELECT id FROM item WHERE added_by = ?", (number,)))
    return found


def later_statements(connection: Connection, item: int, number: int) -> list[Later]:
    """Return the statements about an item (by key) in changes after one, table by table, newest first.

    That a reminder was made says nothing about the item; nothing stands on it.
    """
    return [
        Later(*row)
        for table in TABLES
        for row in connection.all(
            f"SELECT s.change_id, s.n, c.command, item.code FROM {table} s JOIN change c ON c.id = s.change_id"
            " JOIN item ON item.id = s.item_id WHERE s.item_id = ? AND s.change_id > ?"
            f"{_SAYING if table == 'event' else ''} ORDER BY s.change_id DESC",
            (item, number),
        )
    ]


_SAYING = " AND s.kind <> 'reminder'"


def codes_of(connection: Connection, keys: Iterable[int | None]) -> list[str]:
    """Return the ids of items by key, sorted."""
    rows = [connection.one("SELECT code FROM item WHERE id = ?", (key,)) for key in keys]
    return sorted(str(row[0]) for row in rows if row)


class ChangeMade(NamedTuple):
    """A change: its number, moment and hash."""

    number: int
    at: str
    hash: str


def last_change(connection: Connection, known_at: str | None) -> ChangeMade | None:
    """Return the last change recorded by known_at (None: by now); None where there was none."""
    known, parameters = ("", ()) if known_at is None else (" WHERE at <= ?", (known_at,))
    row = connection.one(f"SELECT id, at, hash FROM change{known} ORDER BY id DESC LIMIT 1", parameters)
    return None if row is None else ChangeMade(*row)


def change_numbered(connection: Connection, number: int) -> ChangeMade | None:
    """Return a change by its number; None where there is none."""
    row = connection.one("SELECT id, at, hash FROM change WHERE id = ?", (number,))
    return None if row is None else ChangeMade(*row)
