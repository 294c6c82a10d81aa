"""Taking one command back, which is itself a change (DESIGN §4)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.store import queries
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.items import undone_changes

_Touched = set[tuple[int | None, int | None]]
"""Keys of items, each with the number of an indicator or None for the whole."""
UNDOABLE_TABLES = ("report", "event", "evidence")


class Target(NamedTuple):
    """The change to be taken back."""

    id: int
    at: str
    by: str
    command: str
    undoes: int | None


def target_of(connection: Connection, change: int | None, by: str) -> Target:
    """Return the change a person wants to take back: the one named, or the last of their own."""
    if change is None:
        change = queries.latest_change_of(connection, by)
        if change is None:
            raise Refused(f"{by} 没有可以撤销的改动；指定他人的改动请写编号（见 tracker history）")
    row = connection.one('SELECT id, at, "by", command, undoes FROM change WHERE id = ?', (change,))
    if row is None:
        raise Refused(f"没有第 {change} 号改动；编号见 tracker history")
    return Target(*row)


def undo(draft: Changeset, target: Target) -> list[str]:
    """Add to a draft that a change no longer holds; return the ids of the items it touched.

    Raises Refused when it was already taken back, when it cannot be (init), or when a later change that still holds
    stands on it, because it touched the same item or indicator.
    """
    connection = draft.connection
    undone = undone_changes(connection)
    if target.id in undone:
        raise Refused(f"第 {target.id} 号改动（{target.command}）已经撤销过")
    if target.command in ("init", "upgrade", "restore"):
        raise Refused(f"第 {target.id} 号改动（{target.command}）不能撤销")
    touched = _touched(connection, _root(connection, target.id))
    _refuse_if_stood_upon(connection, target, touched, undone)
    _refuse_if_moved_below(connection, target, touched)
    draft.undoes = target.id
    for key in {key for key, _ in touched if key is not None}:
        draft.touch(key)
    codes = [connection.one("SELECT code FROM item WHERE id = ?", (key,)) for key in {key for key, _ in touched}]
    return sorted(str(row[0]) for row in codes if row)


def _root(connection: Connection, change: int) -> int:
    """Return the change whose statements a chain of undoes is about."""
    row = connection.one("SELECT undoes FROM change WHERE id = ?", (change,))
    while row is not None and row[0] is not None:
        change = int(row[0])
        row = connection.one("SELECT undoes FROM change WHERE id = ?", (change,))
    return change


def _touched(connection: Connection, change: int) -> _Touched:
    found: _Touched = set()
    for table in UNDOABLE_TABLES:
        found.update(
            (row[0], row[1]) for row in connection.all(f"SELECT item_id, n FROM {table} WHERE change_id = ?", (change,))
        )
    found.update((row[0], None) for row in connection.all("SELECT id FROM item WHERE added_by = ?", (change,)))
    return found


def _refuse_if_stood_upon(connection: Connection, target: Target, touched: _Touched, undone: set[int]) -> None:
    for item, n in touched:
        if item is None:
            continue
        for table in UNDOABLE_TABLES:
            # That a reminder was made says nothing about the item; it stands on nothing.
            counts = " AND s.kind <> 'reminder'" if table == "event" else ""
            rows = connection.all(
                f"SELECT s.change_id, s.n, c.command, item.code FROM {table} s JOIN change c ON c.id = s.change_id"
                f" JOIN item ON item.id = s.item_id WHERE s.item_id = ? AND s.change_id > ?{counts}"
                " ORDER BY s.change_id DESC",
                (item, target.id),
            )
            later: list[Any] = [row for row in rows if row[0] not in undone and (n is None or row[1] in (None, n))]
            if later:
                raise Refused(
                    f"第 {target.id} 号改动不能撤销：其后第 {later[0][0]} 号改动（{later[0][2]}）也改了 {later[0][3]}；"
                    f"请先撤销第 {later[0][0]} 号"
                )


def _refuse_if_moved_below(connection: Connection, target: Target, touched: _Touched) -> None:
    """Refuse where an earlier change was taken back, or put back, since: what comes back would not be what was there."""
    chain = connection.all("SELECT id, undoes FROM change WHERE undoes IS NOT NULL ORDER BY id DESC")
    moved = _out_of_force(chain) ^ _out_of_force([row for row in chain if row[0] <= target.id])
    for other, _ in chain:
        root = _root(connection, other)
        if other > target.id > root and root in moved and _meet(touched, _touched(connection, root)):
            raise Refused(
                f"第 {target.id} 号改动不能撤销：其后第 {other} 号改动（undo）动了更早的第 {root} 号；请先撤销第 {other} 号"
            )


def _out_of_force(chain: Iterable[tuple[int, int]]) -> set[int]:
    """Return the changes that do not hold, from the undoes, newest first."""
    gone: set[int] = set()
    for change, undoes in chain:
        if change not in gone:
            gone.add(undoes)
    return gone


def _meet(some: _Touched, others: _Touched) -> bool:
    return any(one == item and (n is None or m in (None, n)) for one, n in some for item, m in others)
