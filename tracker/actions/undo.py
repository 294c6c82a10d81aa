"""Taking one command back, which is itself a change (DESIGN §4)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.terms import STATEMENTS, STATES
from tracker.ledger.values import shorten
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
    hash: str


def target_of(connection: Connection, change: int | None, by: str) -> Target:
    """Return the change a person wants to take back: the one named, or the last of their own."""
    if change is None:
        change = queries.latest_change_of(connection, by)
        if change is None:
            raise Refused(f"{by} 没有可以撤销的改动；指定他人的改动请写编号（见 tracker history）")
    row = connection.one('SELECT id, at, "by", command, undoes, hash FROM change WHERE id = ?', (change,))
    if row is None:
        raise Refused(f"没有第 {change} 号改动；编号见 tracker history")
    return Target(*row)


def taken_back(connection: Connection, target: Target) -> list[str]:
    """Return what a change said, a line each; of an undo, what the change said that its chain of undoes is about."""
    change = _roots(connection).get(target.id, target.id)

    def rows(table: str, *columns: str) -> list[Any]:
        listed = ", ".join(f"s.{name}" for name in columns)
        return connection.all(
            f"SELECT item.code, s.n, {listed} FROM {table} s JOIN item ON item.id = s.item_id WHERE s.change_id = ? ORDER BY s.id",
            (change,),
        )

    said: list[tuple[str, int | None, str]] = [
        *((code, n, _report_words(*words)) for code, n, *words in rows("report", *_SAID)),
        *((code, n, STATEMENTS.get(kind, kind)) for code, n, kind in rows("event", "kind")),
        *((code, n, f"佐证材料“{shorten(name)}”") for code, n, name in rows("evidence", "name")),
    ]
    return [f"{code if n is None else f'{code}.{n}'} {words}" for code, n, words in said]


_SAID = ("state", "percent", "value", "note", "problem", "next")


def _report_words(*said: str | None) -> str:
    state, percent, value, *texts = said
    parts = [
        state and STATES.get(state, state), percent and f"完成率 {percent}%", value and f"现值 {value}",
        *(text and f"“{shorten(text)}”" for text in texts),
    ]  # fmt: skip
    return "，".join(part for part in parts if part) or "填报"


def hold(shown: Target, found: Target) -> Target:
    """Return a change that is still the one that was shown; a number alone may be another's in a ledger that was restored."""
    if shown.hash != found.hash:
        raise Refused(
            f"第 {shown.id} 号改动已不是刚才显示的那一次（台账其间被恢复或替换）；请运行 tracker history 核对后重来"
        )
    return found


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
    touched = _touched(connection, _roots(connection).get(target.id, target.id))
    _refuse_if_stood_upon(connection, target, touched, undone)
    _refuse_if_moved_below(connection, target, touched)
    draft.undoes = target.id
    for key in {key for key, _ in touched if key is not None}:
        draft.touch(key)
    codes = [connection.one("SELECT code FROM item WHERE id = ?", (key,)) for key in {key for key, _ in touched}]
    return sorted(str(row[0]) for row in codes if row)


def _roots(connection: Connection) -> dict[int, int]:
    """Return, for every undo, the change whose statements its chain of undoes is about."""
    roots: dict[int, int] = {}
    for change, undoes in connection.all("SELECT id, undoes FROM change WHERE undoes IS NOT NULL ORDER BY id"):
        roots[int(change)] = roots.get(undoes, int(undoes))
    return roots


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
    later = ((other, root) for other, root in _roots(connection).items() if other > target.id > root and root in moved)
    # The last undo of each change is named; how often it went to and fro before does not matter.
    for root, other in {root: undo for undo, root in later}.items():
        if _meet(touched, _touched(connection, root)):
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
