"""The form in which the tables of a ledger are stored: making them, and bringing those of an older ledger into it.

The statements are generated (`tools/schema.py`). A migration adds and renames columns by itself, the plain way; afterwards the
stored form is made that of a new ledger, so that whoever compares the two (`store.integrity.database`) finds no difference of age.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tracker.store import version
from tracker.store.connection import Connection
from tracker.store.row_values import RULES, Form

ALONE = 814221
"""The advisory lock under which a server's tables are made and changed."""
FOLDER = Path(__file__).parent
"""Where the generated statements are."""


def statements(engine: str) -> list[str]:
    """Return the statements that make an empty ledger, in their order."""
    text = (FOLDER / f"schema_{engine}.sql").read_text(encoding="utf-8")
    return [part for part in text.split("\n\n") if not part.startswith("-- `python")]


def make_tables(connection: Connection) -> None:
    """Make the tables of an empty ledger in the caller's transaction, stamped with the version of this program."""
    for statement in statements("sqlite" if connection.is_sqlite else "postgresql"):
        connection.raw.execute(statement)
    connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (version.HEAD,))


def settle(connection: Connection) -> None:
    """Bring the stored form of a ledger that was just migrated into that of a new one, in the caller's transaction."""
    if connection.is_sqlite:
        _settle_file(connection)
    else:
        _settle_server(connection)


def _settle_file(connection: Connection) -> None:
    """Rebuild the tables whose stored statement is another, with their indexes and triggers. Foreign keys must be off."""
    stored, right = objects(connection.raw), right_objects()
    tables = [name for (kind, name), (_, sql) in right.items() if kind == "table" and stored[kind, name][1] != sql]
    for (kind, name), (table, sql) in stored.items():
        stale = table in tables or right.get((kind, name), ("", sql))[1] != sql
        if kind in _BESIDE and (stale or (kind == "index" and (kind, name) not in right)):
            connection.execute(f"DROP {kind} {name}")
    connection.execute("PRAGMA legacy_alter_table = ON")  # what refers to a table goes on meaning its name
    with as_it_stands(connection):
        for table in tables:
            _rebuild(connection, table, right["table", table][1])
    connection.execute("PRAGMA legacy_alter_table = OFF")
    left = objects(connection.raw)
    for (kind, name), (_, sql) in right.items():
        if kind in _BESIDE and (kind, name) not in left:
            connection.execute(sql)


def renew_indexes(connection: Connection) -> list[str]:
    """Make the indexes of a file that are missing, or other than those of a new one, in the caller's transaction; return their names."""
    stored, renewed = objects(connection.raw), []
    for (kind, name), found in right_objects().items():
        if kind == "index" and stored.get((kind, name)) != found:
            connection.execute(f"DROP INDEX IF EXISTS {name}")
            connection.execute(found[1])
            renewed.append(name)
    return renewed


def _rebuild(connection: Connection, table: str, sql: str) -> None:
    """Make a table anew, with all its rows."""
    connection.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_before"')
    connection.execute(sql)
    before, after = (
        [row[1] for row in connection.all(f"PRAGMA table_info({name})")] for name in (f"{table}_before", table)
    )
    assert set(before) == set(after), f"{table}: a migration and the schema differ"  # noqa: S101 - rows would be lost
    listed = ", ".join(f'"{name}"' for name in after)
    connection.execute(f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM "{table}_before"')
    connection.execute(f'DROP TABLE "{table}_before"')


_BESIDE = ("index", "trigger")
Objects = dict[tuple[str, str], tuple[str, str]]
"""By kind and name: the table to which something belongs, and the statement that makes it, on one line."""


def objects(raw: sqlite3.Connection) -> Objects:
    """Return the tables, indexes, triggers and views of a database file as they are stored."""
    rows = raw.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
    )
    return {(kind, name): (table, " ".join(sql.split())) for kind, name, table, sql in rows}


def right_objects() -> Objects:
    """Return those of a new ledger."""
    with closing(sqlite3.connect(":memory:")) as raw:
        for statement in statements("sqlite"):
            raw.execute(statement)
        return objects(raw)


def _settle_server(connection: Connection) -> None:
    """Make the indexes that are missing, remove ours that are no more, and make guards anew."""
    wanted = statements("postgresql")
    indexes = {statement.split()[2]: statement for statement in wanted if statement.startswith("CREATE INDEX")}
    rows = connection.all("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
    found = {row[0] for row in rows}
    for name in found - set(indexes):
        if name.startswith("ix_"):
            connection.raw.execute(f"DROP INDEX {name}")
    for name, statement in indexes.items():
        if name not in found:
            connection.raw.execute(statement)
    for statement in wanted:
        if statement.startswith("CREATE OR REPLACE"):
            connection.raw.execute(statement)
    renew_forms(connection)


def renew_forms(connection: Connection) -> None:
    """Hold what is written on a server to the forms of `store.row_values` as they stand now."""
    _drop_forms(connection)
    _add_forms(connection)


@contextmanager
def as_it_stands(connection: Connection) -> Iterator[None]:
    """Let rows of older ledgers in as they are, within the caller's transaction: history is never bent to a later rule.

    What is written afterwards is held to the forms of `store.row_values` again.
    """
    if connection.is_sqlite:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        yield
        connection.execute("PRAGMA ignore_check_constraints = OFF")
    else:
        _drop_forms(connection)
        yield
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with rows still to be checked cannot be altered
        _add_forms(connection)
        connection.execute("SET CONSTRAINTS ALL DEFERRED")


def _drop_forms(connection: Connection) -> None:
    for table, column, _ in _forms():
        connection.raw.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{column}_form")


def _add_forms(connection: Connection) -> None:
    """Hold new rows to their forms; those that stand already are the doctor's."""
    for table, column, form in _forms():
        rule = form.condition(column, "postgresql")
        connection.raw.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_form CHECK ({rule}) NOT VALID")


def _forms() -> Iterator[tuple[str, str, Form]]:
    for table, columns in RULES.items():
        for column, form in columns.items():
            yield table, column, form
