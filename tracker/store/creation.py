"""Making a ledger: whole under its name, or not at all."""

import os
import sqlite3
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tracker.errors import Refused, reason_of
from tracker.plans.codes import SHIPPED
from tracker.store.connection import Connection, check_version, explain_file, in_words, open_connection
from tracker.store.ledger_files import beside, give_name, remove_database, sync
from tracker.store.location import Location


def exists(location: Location) -> bool:
    """Say whether there is anything at the place of a ledger; a server always counts as something."""
    return not location.is_sqlite or location.exists()


def create(
    location: Location, now: datetime, *, by: str, plans: Collection[str] = tuple(SHIPPED), then: Callable[[Location], None] | None = None,
    replace: bool = False, demo: str | None = None,
) -> bool:  # fmt: skip
    """Make the ledger with some of the shipped plans; return False, changing nothing, where there already is one.

    A file appears whole under its name or not at all, and only once when two processes start together. then goes on with
    the file before it has its name; with replace it takes the place of another.
    demo: the identity of a sample ledger. Raises Refused when the place cannot be
    written.
    """
    if not location.is_sqlite:
        return create_on_server(location, now, by=by, plans=plans)
    if location.exists() and not replace:
        return False
    if location.path.is_symlink():
        location = _behind(location)
    folder = location.path.absolute().parent
    make_private_folder(folder)
    temporary = beside(folder / location.path.name)
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Refused(f"无法在 {folder} 建立台账：{reason_of(error)}；请用 --db 指定可写的位置") from None
    place = Location(str(temporary))
    try:
        _build(place, now, by=by, plans=plans, demo=demo)
        if then is not None:
            then(place)
        _write_home(place)
        sync(temporary)
        return give_name(temporary, location.path, replace=replace)
    except Refused as error:
        raise Refused(str(error).replace(str(temporary), location.shown)) from None
    finally:
        remove_database(temporary)


def _behind(location: Location) -> Location:
    """Return what a link to a ledger leads to; a link that leads nowhere is not the place of a new one."""
    if not location.exists():
        raise Refused(
            f"数据库 {location.shown} 是一个链接，它指向的文件不存在；请检查共享目录是否已连接，或先删除该链接"
        )
    return Location(str(location.path.resolve()))


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone; raises Refused when that cannot be."""
    try:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            with suppress(FileExistsError):  # somebody who started at the same moment made it
                each.mkdir(mode=0o700)
                each.chmod(0o700)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{reason_of(error)}；请用 --db 指定可写的位置") from None


def _build(location: Location, now: datetime, *, by: str, plans: Collection[str], demo: str | None) -> None:
    from tracker.store.ddl import make_tables
    from tracker.store.plan_rows import seed_ledger

    try:
        connection = open_connection(location, write=True)
        try:
            connection.execute("BEGIN IMMEDIATE")
            make_tables(connection)
            seed_ledger(connection, now, by=by, plans=plans, demo=demo)
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise explain_file(error, location) from error


def _write_home(location: Location) -> None:
    """Leave the file as a ledger in use has it, with nothing beside it."""
    connection = open_connection(location, write=True)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        raise explain_file(error, location) from error
    finally:
        connection.close()


def create_on_server(
    location: Location,
    now: datetime,
    *,
    by: str,
    plans: Collection[str] = tuple(SHIPPED),
    then: Callable[[Connection], None] | None = None,
) -> bool:
    """Make tables, plans and rights in one transaction: what fails or is killed leaves an empty database.

    then goes on in the same transaction. Returns False, changing nothing, where there already is a ledger.
    """
    from tracker.store.changeset import commit
    from tracker.store.ddl import ALONE, make_tables
    from tracker.store.plan_rows import seed_ledger
    from tracker.store.postgres.rights import set_up_rights

    connection = open_connection(location, write=True)
    try:
        with in_words(location):
            # Of two that start at once the second shall find everything done.
            connection.execute(f"SELECT pg_advisory_xact_lock({ALONE})")
            found = connection.one("SELECT to_regclass('alembic_version')")
            if found is not None and found[0] is not None:
                check_version(connection)
                return False
            encoding = connection.one("SHOW server_encoding")
            if encoding is None or encoding[0] != "UTF8":
                raise Refused(f"数据库 {location.shown} 的编码不是 UTF8；请用 createdb -E UTF8 -T template0 另建一个")
            make_tables(connection)
            set_up_rights(connection)
            seed_ledger(connection, now, by=by, plans=plans)
            if then is not None:
                then(connection)
            commit(connection, by)
            return True
    finally:
        connection.close()
