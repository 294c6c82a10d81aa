"""Taking one command back, which is itself a change (DESIGN §4)."""

from collections.abc import Iterable

from tracker.errors import Refused
from tracker.store import queries
from tracker.store.changes import (
    Change,
    Touched,
    codes_of,
    later_statements,
    load_change,
    root_of,
    touched_by,
    undoes,
)
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.items import undone_changes


def target_of(connection: Connection, change: int | None, by: str) -> Change:
    """Return the change a person wants to take back: the one named, or the last of their own."""
    if change is None:
        change = queries.latest_change_of(connection, by)
        if change is None:
            raise Refused(f"{by} 没有可以撤销的改动；指定他人的改动请写编号（见 tracker history）")
    found = load_change(connection, change)
    if found is None:
        raise Refused(f"没有第 {change} 号改动；编号见 tracker history")
    return found


def undo(draft: Changeset, target: Change) -> list[str]:
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
    touched = touched_by(connection, root_of(connection, target.id))
    _refuse_if_stood_upon(connection, target, touched, undone)
    _refuse_if_moved_below(connection, target, touched)
    draft.undoes = target.id
    for key in {key for key, _ in touched if key is not None}:
        draft.touch(key)
    return codes_of(connection, {key for key, _ in touched})


def _refuse_if_stood_upon(connection: Connection, target: Change, touched: Touched, undone: set[int]) -> None:
    for item, n in touched:
        if item is None:
            continue
        for later in later_statements(connection, item, target.id):
            if later.change not in undone and (n is None or later.n in (None, n)):
                raise Refused(
                    f"第 {target.id} 号改动不能撤销：其后第 {later.change} 号改动（{later.command}）也改了 {later.item}；"
                    f"请先撤销第 {later.change} 号"
                )


def _refuse_if_moved_below(connection: Connection, target: Change, touched: Touched) -> None:
    """Refuse where an earlier change was taken back, or put back, since: what comes back would not be what was there."""
    chain = undoes(connection)
    moved = _out_of_force(chain) ^ _out_of_force([row for row in chain if row[0] <= target.id])
    for other, _ in chain:
        root = root_of(connection, other)
        if other > target.id > root and root in moved and _meet(touched, touched_by(connection, root)):
            raise Refused(
                f"第 {target.id} 号改动不能撤销：其后第 {other} 号改动（undo）动了更早的第 {root} 号；请先撤销第 {other} 号"
            )


def _out_of_force(chain: Iterable[tuple[int, int]]) -> set[int]:
    """Return the changes that do not hold, from the undoes, newest first."""
    gone: set[int] = set()
    for change, target in chain:
        if change not in gone:
            gone.add(target)
    return gone


def _meet(some: Touched, others: Touched) -> bool:
    return any(one == item and (n is None or m in (None, n)) for one, n in some for item, m in others)
