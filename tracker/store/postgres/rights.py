"""What a PostgreSQL server must know to enforce who may do what, by itself.

Three group roles: tracker_reader reads; tracker_reporter also records reports for its own units, through one function that
runs with its owner's rights and checks every row against the session's login; tracker_coordinator writes. History is
append-only for everybody, and a change always carries the login of its session.

The rules of progress are not repeated here: what a reporter records marks the items it concerns as stale, reading replays
these from history, and the next write of a coordinator settles them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tracker.errors import Refused
from tracker.store.connection import Connection, begin_writing, check_version, marks, open_connection
from tracker.store.database_errors import in_words
from tracker.store.location import Location
from tracker.store.tables import APPEND_ONLY, COLUMNS

ROLES = ("reader", "reporter", "coordinator")
STATE_TABLES = tuple(table for table in COLUMNS if table not in (*APPEND_ONLY, "access"))


_FOLDER = Path(__file__).parent

FOR_WRITERS = ("tracker_turn()",)
"""What reporters and coordinators may run."""
FOR_COORDINATORS = ("tracker_is_today(text)",)
"""What their policies ask."""
FOR_REPORTERS = ("tracker_record(text, text[], text[])",)
"""What reporters may run beside it; every other function of ours is for nobody but these."""


def write_policies(table: str) -> tuple[tuple[str, str], ...]:
    """Return name and rule of the policies of an append-only table.

    A coordinator adds to a change only in the transaction that writes it, and a change is its session's own: so nobody can
    put a report into what somebody else said.
    """
    rule = "login = session_user::text" if table == "change" else (
        f"EXISTS (SELECT FROM change c WHERE c.id = {table}.change_id AND c.login = session_user::text"
        " AND c.xmin = pg_current_xact_id()::xid)"
    )  # fmt: skip
    if "entered" in COLUMNS[table]:
        rule += " AND tracker_is_today(entered)"  # by which a statement answers a reporting period
    assert table in APPEND_ONLY  # noqa: S101 - the name stands in the statement
    return (
        ("read", "FOR SELECT TO tracker_reader USING (true)"),
        ("write", f"FOR INSERT TO tracker_coordinator WITH CHECK ({rule})"),
    )


def set_up_rights(connection: Connection) -> None:
    """Create roles, policies and functions; safe to run again. The connection's login becomes their owner."""
    for name in ("roles.sql", "functions.sql"):
        connection.raw.execute((_FOLDER / name).read_text(encoding="utf-8"))
    _shut_out_strangers(connection)
    for table in (*STATE_TABLES, *APPEND_ONLY, "access", "alembic_version"):
        connection.raw.execute(f"REVOKE ALL ON {table} FROM PUBLIC")
        connection.raw.execute(f"GRANT SELECT ON {table} TO tracker_reader")
    for table in STATE_TABLES:
        connection.raw.execute(f"GRANT INSERT, UPDATE, DELETE ON {table} TO tracker_coordinator")
    for table in APPEND_ONLY:
        connection.raw.execute(f"GRANT INSERT ON {table} TO tracker_coordinator")
        connection.raw.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for name, rule in write_policies(table):
            connection.raw.execute(f"DROP POLICY IF EXISTS tracker_{name} ON {table}")
            connection.raw.execute(f"CREATE POLICY tracker_{name} ON {table} {rule}")
    connection.raw.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tracker_coordinator")


def _shut_out_strangers(connection: Connection) -> None:
    """Leave nothing to logins without a role here: no connection, no temporary tables, no tables and functions of their own."""
    from psycopg import sql

    name = sql.Identifier(_database(connection))
    connection.raw.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
    connection.raw.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    own = connection.all(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE starts_with(proname, 'tracker_')"
        " AND pronamespace = 'public'::regnamespace"
    )
    for (function,) in own:
        connection.raw.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for function in (*FOR_WRITERS, *FOR_REPORTERS):
        connection.raw.execute(f"GRANT EXECUTE ON FUNCTION {function} TO tracker_reporter")
    for function in (*FOR_WRITERS, *FOR_COORDINATORS):
        connection.raw.execute(f"GRANT EXECUTE ON FUNCTION {function} TO tracker_coordinator")


def _database(connection: Connection) -> str:
    row = connection.one("SELECT current_database()")
    assert row is not None  # noqa: S101 - there is always one
    return str(row[0])


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


def grant(connection: Connection, login: str, role: str, units: list[int], password: str | None) -> bool:
    """Give a login a role, a reporter also its units; return whether the login was made now.

    Raises Refused for a login that cannot be one. An existing login keeps its password.
    """
    from psycopg import sql

    if not login or "\x00" in login or len(login.encode()) > 63:  # noqa: PLR2004 - PostgreSQL's limit for names
        raise Refused(f"登录名“{login}”不能为空，也不能超过 63 字节")
    name = sql.Identifier(login)
    made = _refuse_special(connection, login)
    if made:
        secret: sql.Composable = sql.SQL("")
        if password:
            # Hashed here: neither the server nor its log ever sees the password itself.
            hashed = connection.raw.pgconn.encrypt_password(
                password.encode(), login.encode(), b"scram-sha-256"
            ).decode()
            secret = sql.SQL(" PASSWORD {}").format(sql.Literal(hashed))
        connection.raw.execute(
            sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {}{}").format(name, sql.Literal(CONNECTIONS), secret)
        )
    database = sql.Identifier(_database(connection))
    connection.raw.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
    connection.raw.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"tracker_{role}"), name))
    if made and role != "coordinator":
        # A coordinator's doctor and imports may take as long as they need.
        connection.raw.execute(
            sql.SQL("ALTER ROLE {} IN DATABASE {} SET statement_timeout = {}").format(
                name, database, sql.Literal(LONGEST)
            )
        )
    for unit in units:
        connection.execute(
            "INSERT INTO access (login, unit_id) VALUES (?, ?) ON CONFLICT (login, unit_id) DO NOTHING", (login, unit)
        )
    return made


def revoke(connection: Connection, login: str, units: list[int] | None) -> None:
    """Take a login's right to report for some units, or (None) every right in this ledger; the login itself stays.

    The group roles belong to the server: taking them takes them in all of its ledgers. Raises Refused where there is nothing
    to take.
    """
    from psycopg import sql

    if units is not None:
        gone = connection.execute(
            f"DELETE FROM access WHERE login = ? AND unit_id IN ({marks(units)})", (login, *units)
        )
        if not gone.rowcount:
            raise Refused(f"登录名 {login} 没有该单位的填报权限")
        return
    if connection.one("SELECT 1 FROM pg_roles WHERE rolname = ?", (login,)) is None:
        raise Refused(f"服务器上没有登录名 {login}")
    connection.execute("DELETE FROM access WHERE login = ?", (login,))
    name, database = sql.Identifier(login), sql.Identifier(_database(connection))
    for role in ROLES:
        connection.raw.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(f"tracker_{role}"), name))
    connection.raw.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(database, name))


def coordinates(connection: Connection, login: str) -> bool:
    """Say whether a login may coordinate."""
    row = connection.one("SELECT pg_has_role(?, 'tracker_coordinator', 'MEMBER')", (login,))
    return bool(row and row[0])


def may_write(connection: Connection) -> bool:
    """Say whether the session's login writes tables itself; otherwise it can only record reports."""
    row = connection.one("SELECT has_table_privilege(session_user, 'change', 'INSERT')")
    return bool(row and row[0])


def is_standby(connection: Connection) -> bool:
    """Say whether the session is on a server that only follows another one."""
    row = connection.one("SELECT pg_is_in_recovery()")
    return bool(row and row[0])


class Session(NamedTuple):
    """Who writes on a server: its login, whether it writes tables itself (or only records reports), and the moment.

    moment: by the server's clock, by which it judges the changes of all but the ledger's owner; None for that one.
    """

    login: str
    may_write: bool
    moment: str | None


def session(connection: Connection) -> Session:
    """Return who writes."""
    row = connection.one(
        "SELECT session_user::text, has_table_privilege(session_user, 'change', 'INSERT'),"
        " CASE WHEN NOT pg_has_role(session_user, relowner, 'MEMBER')"
        " THEN to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') END"
        " FROM pg_class WHERE oid = 'public.change'::regclass"
    )
    assert row is not None  # noqa: S101 - the table was just read
    return Session(*row)


def own_units(connection: Connection) -> set[int]:
    """Return the units (by key) for which the session's login may report."""
    return {row[0] for row in connection.all("SELECT unit_id FROM access WHERE login = session_user::text")}


def record(connection: Connection, change_text: str, rows: list[tuple[str, str]]) -> str:
    """Hand a reporter's change to the server, which checks and writes it; return its hash."""
    tables, texts = [table for table, _ in rows], [text for _, text in rows]
    row = connection.one("SELECT tracker_record(?, ?::text[], ?::text[])", (change_text, tables, texts))
    assert row is not None  # noqa: S101 - a function call gives a row
    return str(row[0])


WAITING = "30s"
"""How long a writer waits for its turn, as a file's writers do (`connection.TURN_SECONDS`)."""
IDLE = "10min"
"""After so long without a word a writer has gone away without closing: its turn is over."""


def take_turn(connection: Connection) -> None:
    """Wait until this session is the only writer, for the length of its transaction.

    Raises the driver's LockNotAvailable after `WAITING`. A session whose machine was cut off gives its turn up by itself.
    """
    connection.together(
        (
            "SELECT set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true)",
            (WAITING, IDLE),
        ),
        ("SELECT tracker_turn()", ()),
    )


@contextmanager
def maintaining(location: Location) -> Iterator[Connection]:
    """Open a ledger in one transaction, committed on leaving, rolled back by an exception."""
    connection = open_connection(location, write=True)
    try:
        with in_words(location):
            check_version(connection)
            if connection.is_sqlite:
                begin_writing(connection)
            else:
                take_turn(connection)
            yield connection
            connection.execute("COMMIT")
    finally:
        connection.close()
