"""Making the rights of a server's ledger exactly what they are in a new one, and saying where they are not.

`secure` writes everything that is not as it should be, in the caller's transaction; what it changed is told by the catalogue
before and after. The doctor lets it run and takes it back (`differences`): so nothing is stated twice, neither what is right
nor how it is put right. What a table is made of is compared with one that is made in a schema of its own, in the same transaction.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tracker.store import ddl
from tracker.store.connection import Connection
from tracker.store.postgres.rights import lock, set_up_rights
from tracker.store.row_types import COLUMNS

SCRATCH = "tracker_scratch"
TABLES = (*COLUMNS, "alembic_version")
_FOLDER = Path(__file__).parent
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
