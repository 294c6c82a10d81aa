"""Who may do what on a server: logins, their roles and their units."""

from datetime import datetime
from typing import NamedTuple

from tracker.actions.name_lookup import unit_keys
from tracker.errors import Refused, Unclear
from tracker.ledger.terms import LOGIN_ROLES
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import shorten
from tracker.store.changeset import Changeset, maintenance
from tracker.store.connection import Connection
from tracker.store.location import Location
from tracker.store.postgres import members, rights
from tracker.store.postgres.rights import Difference, may_look, put_right


class Granted(NamedTuple):
    """What a login was given: its units, whether it was made now, and what is to be said of it beside."""

    units: list[str]
    made: bool
    notes: list[str]


def grant(changeset: Changeset, login: str, role: str, unit: str | None, password: str | None) -> Granted:
    """Add to a changeset that a login has a role, and let it in. A reporter needs a unit, the others take none."""
    connection = changeset.connection
    _refuse_file(connection)
    if role not in rights.ROLES:
        known = "、".join(f"{code} {word}" for code, word in LOGIN_ROLES.items())
        raise Unclear(f"没有“{shorten(role)}”这种权限；可用：{known}")
    if role == "reporter" and unit is None:
        raise Unclear("填报权限要写明单位：--unit")
    units = _units(connection, unit) if unit is not None and role == "reporter" else []
    made, notes = members.admit(connection, login, role, password)
    is_more = role != "coordinator" and any(row[1] == "coordinator" for row in members.members(connection, login))
    members.grant(changeset, login, role, [(each.id, each.full_name) for each in units])
    if made and password is None:
        notes.insert(0, "已建立该登录名，尚未设密码；请按服务器的认证方式设置，如 psql 的 \\password")
    if others := members.other_ledgers(connection, login):
        notes.append(f"登录名 {login} 还能连接：{'、'.join(others)}（各台账的权限由各台账分别授予）")
    if is_more:
        notes.append(f"注意：{login} 另有协调权限，仍然有效；收回用 tracker db revoke --login {login} 后重新授予")
    return Granted([each.full_name for each in units], made, notes)


def revoke(changeset: Changeset, login: str, unit: str | None) -> list[str]:
    """Add to a changeset that a login may not report for a unit, or (None) is no member any more; return the units.

    Who is nothing in the ledger any more is kept out of the database.
    """
    connection = changeset.connection
    _refuse_file(connection)
    units = _units(connection, unit) if unit is not None else []
    members.revoke(changeset, login, [(each.id, each.full_name) for each in units] if unit is not None else None)
    kept = {each.id for each in units}
    if unit is None or all(row[1] == "reporter" and row[2] in kept for row in members.members(connection, login)):
        members.dismiss(connection, login)
    return [each.full_name for each in units]


class Secured(NamedTuple):
    """What was otherwise than in a new ledger, and how to let in again whom another database had let in."""

    changed: list[Difference]
    readmit: list[str]


def secure(location: Location, now: datetime, by: str) -> Secured:
    """Make the rights of a ledger on a server those of a new one again; return what was otherwise.

    Raises Refused for a file, for a login that is not the owner's.
    """
    with maintenance(location, now, by) as connection:
        _refuse_file(connection)
        if not may_look(connection):
            raise Refused("只有数据库的所有者可以重设权限；请所有者运行 tracker db secure")
        return Secured(put_right(connection), readmission(connection))


def readmission(connection: Connection) -> list[str]:
    """Return the commands that grant again what was granted in the database from which this one was copied or restored."""
    return [
        f"tracker db grant --login {login} " + (f"--unit {unit}" if role == "reporter" else f"--role {role}")
        for login, role, _, unit in members.members(connection, elsewhere=True)
    ]


def _refuse_file(connection: Connection) -> None:
    if connection.is_sqlite:
        raise Refused("授权只用于 PostgreSQL 台账；文件台账的权限由文件系统决定")


def _units(connection: Connection, name: str) -> list[Unit]:
    """Return the unit that a name means, which must be one of one region."""
    units = list(unit_keys(connection, name))
    if len({each.region for each in units}) > 1:
        raise Refused(f"“{shorten(name)}”在多个地区都有，请写明地区，如 {units[0].full_name}")
    return units
