"""Decisions about the ledger itself, which are in force at once: units, regions, members, plans and items that were added.

Each is an event without an item; undoing it reverts what it did here, and undoing the undo applies it again.
"""

from collections.abc import Collection, Mapping
from typing import Any

from tracker.errors import Refused
from tracker.store.connection import Connection, marks
from tracker.store.row_values import decision_of


def apply(connection: Connection, kind: str, data: Mapping[str, Any], change: int) -> None:
    """Put a decision in force. change is the one that took it. Kinds that move nothing pass."""
    match kind:
        case "rename":
            connection.execute("UPDATE unit SET name = ? WHERE id = ?", (data["new"], data["unit"]))
            _add_name(connection, data["unit"], data["old"])
        case "alias":
            _add_name(connection, data["unit"], data["alias"])
        case "unit":
            connection.execute("INSERT INTO unit (region, name) VALUES (?, ?)", (data["region"], data["name"]))
        case "merge":
            connection.execute("UPDATE unit SET merged_into = ? WHERE id = ?", (data["into"], data["unit"]))
        case "remove":
            _withdraw(connection, data["plan"], change)
        case "grant":
            _admit(connection, data)
        case "revoke":
            _dismiss(connection, data["login"], data["units"])
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
        case "unit":
            _drop_unit(connection, data["region"], data["name"])
        case "merge":
            connection.execute("UPDATE unit SET merged_into = NULL WHERE id = ?", (data["unit"],))
        case "remove":
            _bring_back(connection, data["plan"], change)
        case "add":
            for table in ("plan", "item", "indicator"):
                connection.execute(f"UPDATE {table} SET withdrawn = ? WHERE added_by = ?", (undo, change))


def _admit(connection: Connection, data: Mapping[str, Any]) -> None:
    """Make a login a member; what it was in another database, from which this one was copied, it is no more."""
    login, role, place = data["login"], data["role"], data["place"]
    connection.execute("DELETE FROM access WHERE login = ? AND place <> ?", (login, place))
    for unit in data["units"] or [None]:
        held = "login = ? AND role = ? AND coalesce(unit_id, 0) = ?"
        if connection.one(f"SELECT 1 FROM access WHERE {held}", (login, role, unit or 0)) is None:
            connection.execute(
                "INSERT INTO access (login, role, unit_id, place) VALUES (?, ?, ?, ?)", (login, role, unit, place)
            )


def _dismiss(connection: Connection, login: str, units: Collection[int] | None) -> None:
    """Take a login's right to report for some units, or (None) all that it is."""
    of_units = "" if units is None else f" AND unit_id IN ({marks(units)})"
    connection.execute(f"DELETE FROM access WHERE login = ?{of_units}", (login, *(units or ())))


def _add_name(connection: Connection, unit: int, name: str) -> None:
    known = connection.one("SELECT 1 FROM unit_name WHERE unit_id = ? AND kind = 'alias' AND name = ?", (unit, name))
    if known is None:
        connection.execute("INSERT INTO unit_name (unit_id, kind, name) VALUES (?, 'alias', ?)", (unit, name))


def _drop_name(connection: Connection, unit: int, name: str) -> None:
    connection.execute("DELETE FROM unit_name WHERE unit_id = ? AND kind = 'alias' AND name = ?", (unit, name))


def _drop_unit(connection: Connection, region: str, name: str) -> None:
    """Take a unit out of the registry again. Raises Refused where a row or a statement names it meanwhile."""
    row = connection.one("SELECT id FROM unit WHERE region = ? AND name = ?", (region, name))
    if row is None:
        return
    for table in ("responsibility", "report", "event", "unit_name", "access"):
        if connection.one(f"SELECT 1 FROM {table} WHERE unit_id = ? LIMIT 1", (row[0],)) is not None:
            raise Refused(
                f"单位 {region}:{name} 已有事项、填报、别名或权限使用，不能撤销增加；可用 tracker unit merge 并入其他单位"
            )
    if connection.one("SELECT 1 FROM unit WHERE merged_into = ?", (row[0],)) is not None:
        raise Refused(f"有单位已并入 {region}:{name}，不能撤销增加；请先撤销合并")
    connection.execute("DELETE FROM unit WHERE id = ?", (row[0],))


_OF_PLAN = "IN (SELECT id FROM plan WHERE code = ? AND withdrawn = ?)"


def _withdraw(connection: Connection, plan: str, change: int) -> None:
    """Take a plan with all its rows out of the ledger."""
    connection.execute(
        "UPDATE indicator SET withdrawn = ? WHERE withdrawn = 0 AND item_id IN"
        f" (SELECT id FROM item WHERE withdrawn = 0 AND plan_id {_OF_PLAN})",
        (change, plan, 0),
    )
    connection.execute(f"UPDATE item SET withdrawn = ? WHERE withdrawn = 0 AND plan_id {_OF_PLAN}", (change, plan, 0))
    connection.execute("UPDATE plan SET withdrawn = ? WHERE withdrawn = 0 AND code = ?", (change, plan))


def _bring_back(connection: Connection, plan: str, change: int) -> None:
    """Put a plan that was taken out back in. Raises Refused where one of its code was added anew meanwhile."""
    if connection.one("SELECT 1 FROM plan WHERE code = ? AND withdrawn = 0", (plan,)) is not None:
        raise Refused(f"方案 {plan} 删除后已重新建立，不能再恢复旧的")
    for table in ("plan", "item", "indicator"):
        connection.execute(f"UPDATE {table} SET withdrawn = 0 WHERE withdrawn = ?", (change,))


def removed_plans(connection: Connection, undone: set[int]) -> dict[int, str]:
    """Return the plans that changes in force took out of the ledger, by the change."""
    rows = connection.all("SELECT change_id, data FROM event WHERE item_id IS NULL AND kind = 'remove'")
    told = {change: decision_of("remove", data) for change, data in rows if change not in undone}
    return {change: data["plan"] for change, data in told.items() if data is not None}


def _refuse_twins(connection: Connection, change: int) -> None:
    """Refuse to bring back what has been added anew under the same id meanwhile."""
    row = connection.one(
        "SELECT old.code FROM item old JOIN item new ON new.code = old.code AND new.withdrawn = 0"
        " WHERE old.added_by = ? AND old.withdrawn <> 0 LIMIT 1",
        (change,),
    )
    if row is not None:
        raise Refused(f"{row[0]} 撤销后已重新建立，不能再恢复旧的")
