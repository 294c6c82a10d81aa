"""Decisions about the ledger itself, which are in force at once: units, regions, plans and items that were added.

Each is an event without an item; undoing it reverts what it did here, and undoing the undo applies it again.
"""

from collections.abc import Mapping
from typing import Any

from tracker.errors import Refused
from tracker.store.connection import Connection


def apply(connection: Connection, kind: str, data: Mapping[str, Any], change: int) -> None:
    """Put a decision in force. change is the one that took it. Kinds that move nothing pass."""
    match kind:
        case "rename":
            connection.execute("UPDATE unit SET name = ? WHERE id = ?", (data["new"], data["unit"]))
            _add_name(connection, data["unit"], data["old"])
        case "alias":
            _add_name(connection, data["unit"], data["alias"])
        case "add":
            _refuse_twins(connection, change)
            for table in ("plan", "item", "indicator"):
                connection.execute(f"UPDATE {table} SET withdrawn = 0 WHERE added_by = ?", (change,))


def revert(connection: Connection, kind: str, data: Mapping[str, Any], change: int, undo: int) -> None:
    """Take a decision back; undo is the change that does so."""
    match kind:
        case "rename":
            connection.execute("UPDATE unit SET name = ? WHERE id = ?", (data["old"], data["unit"]))
            _drop_name(connection, data["unit"], data["old"])
        case "alias":
            _drop_name(connection, data["unit"], data["alias"])
        case "add":
            for table in ("plan", "item", "indicator"):
                connection.execute(f"UPDATE {table} SET withdrawn = ? WHERE added_by = ?", (undo, change))


def _add_name(connection: Connection, unit: int, name: str) -> None:
    known = connection.one("SELECT 1 FROM unit_name WHERE unit_id = ? AND kind = 'alias' AND name = ?", (unit, name))
    if known is None:
        connection.execute("INSERT INTO unit_name (unit_id, kind, name) VALUES (?, 'alias', ?)", (unit, name))


def _drop_name(connection: Connection, unit: int, name: str) -> None:
    connection.execute("DELETE FROM unit_name WHERE unit_id = ? AND kind = 'alias' AND name = ?", (unit, name))


def _refuse_twins(connection: Connection, change: int) -> None:
    """Refuse to bring back what has been added anew under the same id meanwhile."""
    row = connection.one(
        "SELECT old.code FROM item old JOIN item new ON new.code = old.code AND new.withdrawn = 0"
        " WHERE old.added_by = ? AND old.withdrawn <> 0 LIMIT 1",
        (change,),
    )
    if row is not None:
        raise Refused(f"{row[0]} 撤销后已重新建立，不能再恢复旧的")
