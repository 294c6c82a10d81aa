"""What a PostgreSQL server must know to enforce who may do what, by itself; and making it exactly that.

Three group roles: tracker_reader reads; tracker_reporter also records reports for its own units, through one function that
runs with its owner's rights and checks every row against the session's login; tracker_coordinator writes. History is
append-only for everybody, and a change always carries the login of its session.

The rules of progress are not repeated here: what a reporter records marks the items it concerns as stale, reading replays
these from history, and the next write of a coordinator settles them.

`secure` writes everything that is not as it should be, in the caller's transaction; what it changed is told by the catalogue
before and after. The doctor lets it run and takes it back (`differences`): so nothing is stated twice, neither what is right
nor how it is put right. What a table is made of is compared with one that is made in a schema of its own, in the same transaction.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tracker.store.connection import Connection, Row
from tracker.store.row_types import APPEND_ONLY, COLUMNS

ROLES = ("reader", "reporter", "coordinator")
STATE_TABLES = tuple(table for table in COLUMNS if table not in (*APPEND_ONLY, "access"))
_FOLDER = Path(__file__).parent
FOR_MEMBERS = ("tracker_role()",)
"""What everybody with a role on the server may run: the policies ask it."""
FOR_WRITERS = ("tracker_turn()",)
"""What reporters and coordinators may run."""
FOR_COORDINATORS = ("tracker_is_today(text)",)
"""What their policies ask."""
FOR_REPORTERS = ("tracker_record(text, text[], text[])", "tracker_units()")
"""What reporters may run beside it; every other function of ours is for nobody but these."""
KEPT = ("head", "newest_date", "recipe")
"""What of the ledger's own notes a coordinator's change keeps; without `head` there would be no queue for writers."""
LARGE_OBJECTS = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)")
"""By which a login of any right fills the server's disk. They belong to the superuser, who alone can take them from everybody."""


def policies(table: str) -> tuple[tuple[str, str], ...]:
    """Return name and rule of the policies of a table: a member of this ledger reads, its coordinator writes.

    A coordinator adds to a change only in the transaction that writes it, and a change is its session's own: so nobody can
    put a report into what somebody else said. Who belongs to the ledger is the owner's word alone.
    """
    is_coordinator = "(SELECT tracker_role()) = 'coordinator'"
    read = ("read", "FOR SELECT TO tracker_reader USING ((SELECT tracker_role()) IS NOT NULL)")
    if table == "ledger":
        kept = f"{is_coordinator} AND name IN {KEPT}"
        return read, ("write", f"FOR UPDATE TO tracker_coordinator USING ({kept}) WITH CHECK ({kept})")
    if table in STATE_TABLES:
        return read, ("write", f"FOR ALL TO tracker_coordinator USING ({is_coordinator}) WITH CHECK ({is_coordinator})")
    if table not in APPEND_ONLY:
        return (read,)
    rule = "login = session_user::text" if table == "change" else (
        f"EXISTS (SELECT FROM change c WHERE c.id = {table}.change_id AND c.login = session_user::text"
        " AND c.xmin = pg_current_xact_id()::xid)"
    )  # fmt: skip
    if "entered" in COLUMNS[table]:
        rule += " AND tracker_is_today(entered)"  # by which a statement answers a reporting period
    if table == "event":
        rule += " AND kind NOT IN ('grant', 'revoke')"
    return read, ("write", f"FOR INSERT TO tracker_coordinator WITH CHECK ({is_coordinator} AND {rule})")


def set_up_rights(connection: Connection) -> None:
    """Create roles, policies and functions; safe to run again. The connection's login becomes their owner."""
    lock(connection)
    for name in ("roles.sql", "functions.sql"):
        connection.raw.execute((_FOLDER / name).read_text(encoding="utf-8"))
    _shut_out_strangers(connection)
    for table in (*STATE_TABLES, *APPEND_ONLY, "access", "alembic_version"):
        connection.raw.execute(f"REVOKE ALL ON {table} FROM PUBLIC, {', '.join(f'tracker_{role}' for role in ROLES)}")
        connection.raw.execute(f"GRANT SELECT ON {table} TO tracker_reader")
        # Not forced upon the owner, whose pg_dump must see every row.
        connection.raw.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for name, rule in policies(table):
            connection.raw.execute(f"DROP POLICY IF EXISTS tracker_{name} ON {table}")
            connection.raw.execute(f"CREATE POLICY tracker_{name} ON {table} {rule}")
    for table in STATE_TABLES:
        verbs = "UPDATE" if table == "ledger" else "INSERT, UPDATE, DELETE"
        connection.raw.execute(f"GRANT {verbs} ON {table} TO tracker_coordinator")
    for table in APPEND_ONLY:
        connection.raw.execute(f"GRANT INSERT ON {table} TO tracker_coordinator")
    connection.raw.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tracker_coordinator")


def lock(connection: Connection) -> None:
    """Take every table before any right is changed: a GRANT takes none, and would lock up with a vacuum that waits for it."""
    connection.raw.execute(f"LOCK TABLE {', '.join((*COLUMNS, 'alembic_version'))} IN ACCESS EXCLUSIVE MODE")


def _shut_out_strangers(connection: Connection) -> None:
    """Leave nothing to logins without a role here: no connection, no temporary tables, no tables and functions of their own."""
    from psycopg import sql

    name = sql.Identifier(database_name(connection))
    connection.raw.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
    connection.raw.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    if connection.one("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper") is not None:
        connection.raw.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(LARGE_OBJECTS)} FROM PUBLIC")
    own = connection.all(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE starts_with(proname, 'tracker_')"
        " AND pronamespace = 'public'::regnamespace"
    )
    for (function,) in own:
        connection.raw.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for function in FOR_MEMBERS:
        connection.raw.execute(f"GRANT EXECUTE ON FUNCTION {function} TO tracker_reader")
    for function in (*FOR_WRITERS, *FOR_REPORTERS):
        connection.raw.execute(f"GRANT EXECUTE ON FUNCTION {function} TO tracker_reporter")
    for function in (*FOR_WRITERS, *FOR_COORDINATORS):
        connection.raw.execute(f"GRANT EXECUTE ON FUNCTION {function} TO tracker_coordinator")


def database_name(connection: Connection) -> str:
    """Return the name of the database."""
    row = connection.one("SELECT current_database()")
    assert row is not None  # noqa: S101 - there is always one
    return str(row[0])


def may_write(connection: Connection) -> bool:
    """Say whether the session's login writes tables itself; otherwise it can only record reports."""
    row = connection.one("SELECT tracker_role() = 'coordinator'")
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


def own_units(connection: Connection) -> list[Row]:
    """Return key, name and what may stand before it (region, codes of its plans) of the units the session's login reports for."""
    return connection.all(
        "SELECT u.id, u.name, ARRAY[u.region] || ARRAY(SELECT p.code FROM plan p WHERE p.region = u.region AND p.withdrawn = 0)"
        " FROM unit u WHERE u.id = ANY (SELECT unnest(tracker_units()))"
    )


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


SCRATCH = "tracker_scratch"
TABLES = (*COLUMNS, "alembic_version")


LOCK_WAIT = "1s"
"""How long it is waited for tables that others use: for the moment of a look nobody else may."""


class Difference(NamedTuple):
    """What is otherwise than in a new ledger: what it is, and how it stands (missing, changed, foreign)."""

    subject: str
    stands: str


def may_look(connection: Connection) -> bool:
    """Say whether the session's login may make the rights afresh: the owner of the ledger's tables, or one who stands for it."""
    row = connection.one(
        "SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'public.change'::regclass"
    )
    return bool(row and row[0])


def differences(connection: Connection) -> list[Difference]:
    """Return where rights and tables are not those of a new ledger; the caller takes the transaction back."""
    connection.one("SELECT set_config('lock_timeout', ?, true)", (LOCK_WAIT,))
    return [*_compare_tables(connection), *put_right(connection)]


def put_right(connection: Connection) -> list[Difference]:
    """Secure a ledger in the caller's transaction and return what was otherwise; columns and tables are not touched."""
    before = _rights(connection)
    secure(connection)
    return list(_compare(before, _rights(connection)))


def secure(connection: Connection) -> None:
    """Make owners, rights, policies, triggers, functions and forms those of a new ledger, in the caller's transaction.

    Logins that were granted a role keep their connection; nobody keeps anything else.
    """
    from tracker.store import ddl  # a report must not load how tables are made

    lock(connection)
    _take_all(connection)
    for statement in ddl.statements("postgresql"):
        if statement.startswith("CREATE OR REPLACE"):
            connection.raw.execute(statement)
    set_up_rights(connection)
    ddl.renew_forms(connection)
    for table, trigger in connection.all(
        "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
        " AND tgrelid::regclass::text = ANY (?)",
        (list(TABLES),),
    ):
        connection.raw.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def _take_all(connection: Connection) -> None:
    """Take away every policy, foreign trigger, row security and right on what is ours, and functions under our names."""
    ours = "ARRAY[" + ", ".join(f"'{table}'" for table in TABLES) + "]"
    sql = (_FOLDER / "taken.sql").read_text(encoding="utf-8").replace("{tables}", ours)
    for (statement,) in connection.raw.execute(sql).fetchall():
        connection.raw.execute(statement)


Catalogue = dict[tuple[str, str], str]


def _rights(connection: Connection) -> Catalogue:
    return _asked(connection, "catalogue.sql")


def _asked(connection: Connection, name: str, **names: str) -> Catalogue:
    """Return what one of the questions beside this module finds."""
    sql = (_FOLDER / name).read_text(encoding="utf-8")
    for word, value in names.items():
        sql = sql.replace(f"{{{word}}}", value)
    return {(kind, str(subject)): str(text or "") for kind, subject, text in connection.raw.execute(sql).fetchall()}


def _compare(stored: Catalogue, right: Catalogue) -> Iterator[Difference]:
    for key in dict.fromkeys((*right, *stored)):
        kind, name = key
        if key not in stored:
            yield Difference(f"{kind} {name}".strip(), "缺失")
        elif key not in right:
            yield Difference(f"{kind} {name}".strip(), "不是 tracker 建立的")
        elif stored[key] != right[key]:
            yield Difference(f"{kind} {name}".strip(), "与新建的台账不同，曾被改动")


def _compare_tables(connection: Connection) -> list[Difference]:
    """Compare columns, constraints and indexes with tables that are made now in a schema of their own."""
    from tracker.store import ddl  # a report must not load how tables are made

    run = connection.raw.execute
    stored = _asked(connection, "tables.sql", schema="public")
    run(f"CREATE SCHEMA {SCRATCH}")
    run(f"SET LOCAL search_path = {SCRATCH}")
    for statement in ddl.statements("postgresql"):
        if not statement.startswith("CREATE OR REPLACE"):
            run(statement)
    right = _asked(connection, "tables.sql", schema=SCRATCH)
    run("RESET search_path")
    run(f"DROP SCHEMA {SCRATCH} CASCADE")
    return list(_compare(stored, right))
