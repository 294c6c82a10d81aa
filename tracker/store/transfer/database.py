"""Moving a whole ledger between a file and a server, either way, and proving that nothing was lost."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from tracker.errors import Refused
from tracker.store import creation, ddl
from tracker.store.connection import Connection, check_version, marks, open_connection
from tracker.store.database_errors import in_words
from tracker.store.ledger_files import refuse_part
from tracker.store.location import Location
from tracker.store.row_types import APPEND_ONLY, COLUMNS, KEYS

TABLES = tuple(COLUMNS)
"""Every table, parents before children: the order in which rows can be inserted."""
BATCH = 5000


def copy_ledger(source: Location, target: Location, now: datetime, *, by: str) -> dict[str, int]:
    """Copy every row of a ledger into a new one and compare both; return the number of rows of each table.

    A file appears under its name only when all of it is there, and is the same. Raises Refused when the target holds a ledger
    already, is part of the source, or when a table differs after the copy; nothing is kept then.
    """
    if target.is_sqlite:
        refuse_part(source, target.path)
        if target.exists():
            raise Refused(f"目标 {target.shown} 已存在；请换一个位置")
    origin = open_connection(source, write=False)
    try:
        with in_words(target):
            check_version(origin)
            if origin.is_sqlite:
                origin.execute("BEGIN")
            return _into_file(origin, target, now, by) if target.is_sqlite else _into_server(origin, target, now, by)
    finally:
        origin.close()


def _into_server(origin: Connection, target: Location, now: datetime, by: str) -> dict[str, int]:
    """Make the tables and fill them in one transaction: what fails leaves an empty database."""
    counts: dict[str, int] = {}

    def pour(connection: Connection) -> None:
        counts.update(_pour(origin, connection))

    if not creation.create_on_server(target, now, by=by, plans=(), then=pour):
        raise Refused(f"目标 {target.shown} 已有台账；请换一个空的数据库")
    return counts


def _into_file(origin: Connection, target: Location, now: datetime, by: str) -> dict[str, int]:
    counts: dict[str, int] = {}

    def pour(place: Location) -> None:
        connection = open_connection(place, write=True)
        try:
            counts.update(_pour(origin, connection))
            connection.execute("COMMIT")
        finally:
            connection.close()

    if not creation.create(target, now, by=by, plans=(), then=pour):
        raise Refused(f"目标 {target.shown} 已存在；请换一个位置")
    return counts


def _pour(origin: Connection, connection: Connection) -> dict[str, int]:
    """Fill a new ledger with all rows of another, and compare both."""
    make_empty(connection)
    with ddl.as_it_stands(connection):
        counts = {table: _copy_table(origin, connection, table) for table in TABLES}
    if not connection.is_sqlite:
        reset_sequences(connection)
    _prove_equal(origin, connection)
    return counts


def _prove_equal(origin: Connection, connection: Connection) -> None:
    for table in TABLES:
        if digest(origin, table) != digest(connection, table):
            raise Refused(f"复制后核对不一致：表 {table}；目标未保留，请重试并报告")


@contextmanager
def bulk_load(location: Location) -> Iterator[Connection]:
    """Open a new ledger to be emptied and filled (`make_empty`); what is left without an exception is committed."""
    connection = open_connection(location, write=True)
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def make_empty(connection: Connection) -> None:
    """Remove what a new ledger holds from the start. Only here may history go: it is not yet anybody's."""
    if connection.is_sqlite:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        triggers = connection.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for table in reversed(TABLES):
            connection.execute(f"DELETE FROM {table}")
        for _, sql in triggers:
            connection.execute(sql)
        return
    # The guards of history alone: the owner of the tables may do this, and foreign keys go on watching.
    for table in APPEND_ONLY:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table in reversed(TABLES):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in APPEND_ONLY:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _copy_table(origin: Connection, connection: Connection, table: str) -> int:
    listed = quoted(columns(table))
    return insert_rows(connection, table, origin.stream(f"SELECT {listed} FROM {table} ORDER BY {order_of(table)}"))


def insert_rows(
    connection: Connection, table: str, rows: Iterable[tuple[object, ...]], names: Sequence[str] = ()
) -> int:
    """Insert rows in some columns, those of `columns` where none are named, in portions; return how many there were."""
    names = names or columns(table)
    sql = f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks(names)})"
    count, left = 0, iter(rows)
    while batch := list(islice(left, BATCH)):
        connection.many(sql, batch)
        count += len(batch)
    return count


def quoted(names: Iterable[str]) -> str:
    """Return the names of columns as a list in SQL; one of them is a word of SQL itself."""
    return ", ".join(f'"{name}"' for name in names)


def columns(table: str) -> list[str]:
    """Return the names of a table's columns in their alphabetical order, the same on every engine and in every version."""
    return sorted(COLUMNS[table])


def order_of(table: str) -> str:
    """Return the key by which the rows of a table are put in order."""
    return ", ".join(KEYS[table])


def digest(connection: Connection, table: str) -> str:
    """Return a digest of all rows of a table that is the same on every engine."""
    listed = quoted(columns(table))
    total = hashlib.sha256(listed.encode())
    rows = connection.stream(f"SELECT {listed} FROM {table} ORDER BY {order_of(table)}")
    texts = (json.dumps(list(row), ensure_ascii=True) for row in rows)
    # Numbers are in the same order everywhere; texts are sorted by the rules of each server.
    for text in sorted(texts) if KEYS[table] != ("id",) else texts:
        total.update(text.encode())
    return total.hexdigest()


def reset_sequences(connection: Connection) -> None:
    """Have a server go on counting after the keys that were inserted."""
    for table in TABLES:
        if KEYS[table] == ("id",):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce((SELECT max(id) FROM {table}), 0) + 1, false)"
            )
