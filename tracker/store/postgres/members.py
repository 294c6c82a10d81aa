"""Who belongs to a ledger on a server: its members, and what the server itself must know of them.

A member is a row of `access`, which changes of `db grant` and `db revoke` alone write (`store.registry_changes`) and their hashes cover.
The group roles of the server open its tables to a login; what it is in one ledger, the ledger says (`tracker_role`).
"""

from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import Refused
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection, Row
from tracker.store.postgres.rights import ROLES, database_name

if TYPE_CHECKING:
    from psycopg.sql import Composed

CONNECTIONS = 20
"""How many connections a login that `grant` makes may hold at once."""
LONGEST = "10min"
"""After how long a statement of a reader or reporter is ended."""


def _refuse_special(connection: Connection, login: str) -> bool:
    """Refuse a login that is none of a person's; return whether there is none of that name yet."""
    if login.startswith(("tracker_", "pg_")) or login == "public":
        raise Refused(f"登录名“{login}”是服务器或 tracker 自用的角色，不能授权；请为每个人另建登录名")
    row = connection.one("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = ?", (login,))
    if row is None:
        return True
    if row[1]:
        raise Refused(f"登录名 {login} 是超级用户，本来就能做任何事，不受台账的权限约束；请为其另建普通登录名")
    if not row[0]:
        raise Refused(f"{login} 是不能登录的角色（NOLOGIN），授权会连带它的所有成员；请逐个授予登录名")
    return False


def other_ledgers(connection: Connection, login: str) -> list[str]:
    """Return the other databases of the server that a login may connect to and whose owner keeps strangers out, as ledgers do."""
    return [
        str(row[0])
        for row in connection.all(
            "SELECT datname FROM pg_database WHERE datname <> current_database() AND datallowconn AND NOT datistemplate"
            " AND has_database_privilege(?, oid, 'CONNECT') AND datacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(datacl)"
            " WHERE grantee = 0 AND privilege_type = 'CONNECT') ORDER BY datname",
            (login,),
        )
    ]


class Admission(NamedTuple):
    """How a login was given a role: whether it was made now, and what could not be done with it."""

    made: bool
    notes: list[str]


def admit(connection: Connection, login: str, role: str, password: str | None) -> Admission:
    """Let a login into the database in one of the server's group roles; what it is in the ledger is a change's to say.

    Raises Refused for a login that cannot be one. An existing login keeps its password.
    """
    from psycopg import sql

    if not login or "\x00" in login or len(login.encode()) > 63:  # noqa: PLR2004 - PostgreSQL's limit for names
        raise Refused(f"登录名“{login}”不能为空，也不能超过 63 字节")
    name, database = sql.Identifier(login), sql.Identifier(database_name(connection))
    made = _refuse_special(connection, login)
    if made:
        secret: sql.Composable = sql.SQL("")
        if password:
            # Hashed here: neither the server nor its log ever sees the password itself.
            hashed = connection.raw.pgconn.encrypt_password(
                password.encode(), login.encode(), b"scram-sha-256"
            ).decode()
            secret = sql.SQL(" PASSWORD {}").format(sql.Literal(hashed))
        _run(
            connection,
            sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {}{}").format(name, sql.Literal(CONNECTIONS), secret),
        )
    connection.raw.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
    _run(connection, sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"tracker_{role}"), name))
    return Admission(made, _bound(connection, login, role))


def _run(connection: Connection, statement: "Composed") -> None:
    """Run a statement on roles. Raises Refused with what an administrator can run where the owner may not.

    From PostgreSQL 16 on CREATEROLE reaches only roles that it made: of several owners on a server, one made the group roles.
    """
    from psycopg import errors

    try:
        connection.raw.execute(statement)
    except errors.InsufficientPrivilege:
        owner, groups = connection.raw.info.user, ", ".join(f"tracker_{role}" for role in ROLES)
        raise Refused(
            f"登录名 {owner} 不能在服务器上建立登录名或授予角色；请管理员执行一次："
            f'ALTER ROLE "{owner}" CREATEROLE; GRANT {groups} TO "{owner}" WITH ADMIN OPTION，然后重新运行'
        ) from None


def _bound(connection: Connection, login: str, role: str) -> list[str]:
    """Bound how long a login's statements run here, and say which bounds are not the ledger's to set."""
    from psycopg import errors, sql

    # A coordinator's doctor and imports may take as long as they need.
    bound = "RESET statement_timeout" if role == "coordinator" else f"SET statement_timeout = '{LONGEST}'"
    notes = []
    who, where = sql.Identifier(login), sql.Identifier(database_name(connection))
    statement = sql.SQL("ALTER ROLE {} IN DATABASE {} {}").format(who, where, sql.SQL(bound))
    try:
        with connection.raw.transaction():
            connection.raw.execute(statement)
    except errors.InsufficientPrivilege:
        notes.append(
            f"登录名 {login} 不是本所有者建立的，语句时限未能设定；请管理员执行 {statement.as_string(connection.raw)}"
        )
    if connection.one("SELECT 1 FROM pg_roles WHERE rolname = ? AND rolconnlimit = -1", (login,)) is not None:
        notes.append(
            f"登录名 {login} 原已存在，连接数不限，可能还用于其他程序，未作改动；"
            f'只用于台账的，请管理员执行 ALTER ROLE "{login}" CONNECTION LIMIT {CONNECTIONS}'
        )
    if connection.one("SELECT 1 WHERE has_function_privilege(?, 'lo_create(oid)', 'EXECUTE')", (login,)) is not None:
        notes.append("登录名能在库中建立大对象，占用服务器的空间；要禁止，请超级用户运行一次 tracker db secure")
    return notes


def dismiss(connection: Connection, login: str) -> None:
    """Keep a login out of the database; it leaves the group roles of the server too, unless another ledger lets it in.

    Raises Refused where there is no such login.
    """
    from psycopg import sql

    if connection.one("SELECT 1 FROM pg_roles WHERE rolname = ?", (login,)) is None:
        raise Refused(f"服务器上没有登录名 {login}")
    name, database = sql.Identifier(login), sql.Identifier(database_name(connection))
    for role in ROLES if not other_ledgers(connection, login) else ():
        _run(connection, sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(f"tracker_{role}"), name))
    connection.raw.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(database, name))


def place(connection: Connection) -> str:
    """Return which database of which server this is, as members are granted in it."""
    row = connection.one("SELECT tracker_place()")
    return str(row[0]) if row else ""


def members(connection: Connection, login: str | None = None, *, elsewhere: bool = False) -> list[Row]:
    """Return login, role and unit (key and full name, or None) of those granted in this database; elsewhere: in any other."""
    ours = "a.place <> tracker_place()" if elsewhere else "a.place = tracker_place()"
    return connection.all(
        f"SELECT a.login, a.role, u.id, u.region || ':' || u.name FROM access a LEFT JOIN unit u ON u.id = a.unit_id WHERE {ours}"
        " AND (?::text IS NULL OR a.login = ?) ORDER BY a.login, a.role, a.id",
        (login, login),
    )


def members_by_role(connection: Connection) -> list[tuple[str, str]]:
    """Return login and role of whom a ledger of 0.1.0 had let in, which knew of roles of the server alone."""
    rows = connection.all(
        "SELECT r.rolname, g.role FROM pg_roles r, unnest(ARRAY['reader', 'reporter', 'coordinator']) AS g(role)"
        " WHERE r.rolcanlogin AND NOT r.rolsuper AND r.oid IN (SELECT grantee FROM pg_database, aclexplode(datacl)"
        " WHERE datname = current_database() AND privilege_type = 'CONNECT' AND grantee <> datdba)"
        " AND EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.roleid = to_regrole('tracker_' || g.role))"
        " ORDER BY 1, 2"
    )
    return [(str(login), str(role)) for login, role in rows]


Units = list[tuple[int, str]]
"""Key and full name of units."""


def grant(changeset: Changeset, login: str, role: str, units: Units) -> None:
    """Add to a changeset that a login has a role, a reporter for these units; what it has already is not said again."""
    before = _holds(changeset.connection, login)
    names: list[str | None] = [name for _, name in units]
    holds = list(dict.fromkeys([*before, *((role, name) for name in names or [None])]))
    if holds == before:
        return
    data = {"login": login, "role": role, "units": [key for key, _ in units], "place": place(changeset.connection)}
    changeset.event("grant", changeset.today, data={**data, "holds": holds}, before={"holds": before})


def revoke(changeset: Changeset, login: str, units: Units | None) -> None:
    """Add to a changeset that a login may no longer report for some units, or (None) is nothing any more in this ledger.

    Raises Refused where it may report for none of the units.
    """
    before = _holds(changeset.connection, login)
    gone = None if units is None else {("reporter", name) for _, name in units}
    holds = [] if gone is None else [each for each in before if each not in gone]
    if gone is not None and holds == before:
        raise Refused(f"登录名 {login} 没有该单位的填报权限")
    if holds == before and not members(changeset.connection, login, elsewhere=True):
        return
    keys = None if units is None else [key for key, _ in units]
    changeset.event(
        "revoke", changeset.today, data={"login": login, "units": keys, "holds": holds}, before={"holds": before}
    )


def _holds(connection: Connection, login: str) -> list[tuple[str, str | None]]:
    return [(role, unit) for _, role, _, unit in members(connection, login)]
