"""Who may do what on a server: logins, their roles and their units."""

from tracker.actions.lookup import unit_keys
from tracker.errors import Refused, Unclear
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import shorten
from tracker.store.connection import Connection
from tracker.store.location import Location
from tracker.store.postgres import rights, security
from tracker.store.postgres.rights import maintenance

ROLE_NAMES = {"reader": "查看", "reporter": "填报", "coordinator": "协调"}


def grant(
    connection: Connection, login: str, role: str, unit: str | None, password: str | None
) -> tuple[bool, list[str]]:
    """Give a login a role; return whether it was made now, and its units. A reporter needs a unit, the others take none."""
    _refuse_file(connection)
    if role not in rights.ROLES:
        raise Unclear(f"没有“{shorten(role)}”这种权限；可用：{'、'.join(f'{k} {v}' for k, v in ROLE_NAMES.items())}")
    if role == "reporter" and unit is None:
        raise Unclear("填报权限要写明单位：--unit")
    units = _units(connection, unit) if unit is not None else []
    made = rights.grant(connection, login, role, [each.id for each in units], password)
    return made, [each.full_name for each in units]


def revoke(connection: Connection, login: str, unit: str | None) -> list[str]:
    """Take from a login the right to report for a unit, or (None) every right; return the units."""
    _refuse_file(connection)
    units = _units(connection, unit) if unit is not None else []
    rights.revoke(connection, login, [each.id for each in units] if unit is not None else None)
    return [each.full_name for each in units]


def secure(location: Location) -> list[security.Difference]:
    """Make the rights of a ledger on a server those of a new one again; return what was otherwise.

    Raises Refused for a file, for a login that is not the owner's.
    """
    with maintenance(location) as connection:
        _refuse_file(connection)
        if not security.may_look(connection):
            raise Refused("只有数据库的所有者可以重设权限；请所有者运行 tracker db secure")
        return security.put_right(connection)


def _refuse_file(connection: Connection) -> None:
    if connection.is_sqlite:
        raise Refused("授权只用于 PostgreSQL 台账；文件台账的权限由文件系统决定")


def _units(connection: Connection, name: str) -> list[Unit]:
    """Return the unit that a name means, which must be one of one region."""
    units = list(unit_keys(connection, name))
    if len({each.region for each in units}) > 1:
        raise Refused(f"“{shorten(name)}”在多个地区都有，请写明地区，如 {units[0].full_name}")
    return units
