"""Who may do what on a server: logins, their roles and their units."""

from tracker.actions.finding import unit_keys
from tracker.errors import Refused, Unclear
from tracker.ledger.values import shorten
from tracker.store import server
from tracker.store.connection import Connection

ROLE_NAMES = {"reader": "查看", "reporter": "填报", "coordinator": "协调"}


def grant(
    connection: Connection, login: str, role: str, unit: str | None, password: str | None
) -> tuple[bool, list[str]]:
    """Give a login a role; return whether it was made now, and its units. A reporter needs a unit, the others take none."""
    if connection.is_sqlite:
        raise Refused("授权只用于 PostgreSQL 台账；文件台账的权限由文件系统决定")
    if role not in server.ROLES:
        raise Unclear(f"没有“{shorten(role)}”这种权限；可用：{'、'.join(f'{k} {v}' for k, v in ROLE_NAMES.items())}")
    if role == "reporter" and unit is None:
        raise Unclear("填报权限要写明单位：--unit")
    units = list(unit_keys(connection, unit)) if unit is not None else []
    if len({each.region for each in units}) > 1:
        raise Refused(f"“{shorten(unit or '')}”在多个地区都有，请写明地区，如 {units[0].full_name}")
    made = server.grant(connection, login, role, [each.id for each in units], password)
    return made, [each.full_name for each in units]
