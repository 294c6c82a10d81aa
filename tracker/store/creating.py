"""Making a ledger and bringing an old one up to date."""

import contextlib
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused
from tracker.store.connection import Connection, explain, open_connection, schema_version
from tracker.store.location import Location
from tracker.store.version import HEAD, REVISIONS

if TYPE_CHECKING:
    from sqlalchemy import Engine


def exists(location: Location) -> bool:
    """Say whether there is anything at the place of a ledger; a server always counts as something."""
    return not location.is_sqlite or location.path.exists()


def create(location: Location, now: datetime, *, by: str, seed: bool = True) -> bool:
    """Make the ledger with the shipped plans; return False, changing nothing, where there already is one.

    A file appears whole under its name or not at all, and only once when two processes start together. Raises Refused
    when the place cannot be written.
    """
    if not location.is_sqlite:
        return _create_on_server(location, now, by=by, seed=seed)
    if location.path.exists():
        return False
    folder = location.path.absolute().parent
    make_private_folder(folder)
    try:
        handle, name = tempfile.mkstemp(prefix=".ledger-", suffix=".tmp", dir=folder)
    except OSError as error:
        raise Refused(f"无法在 {folder} 建立台账：{error.strerror}；请用 --db 指定可写的位置") from None
    os.close(handle)
    temporary = Path(name)
    try:
        _build(Location(str(temporary)), now, by=by, seed=seed)
        return _publish(temporary, location.path)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone; raises Refused when that cannot be."""
    try:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(mode=0o700)
            each.chmod(0o700)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{error.strerror}；请用 --db 指定可写的位置") from None


def _build(location: Location, now: datetime, *, by: str, seed: bool) -> None:
    from tracker.store.seeding import seed_ledger

    try:
        migrate(location)
        connection = open_connection(location, write=True)
        try:
            connection.execute("BEGIN IMMEDIATE")
            seed_ledger(connection, now, by=by, with_plans=seed)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise explain(error, location) from error


def _publish(temporary: Path, path: Path) -> bool:
    """Give the finished file its name, unless somebody else was first."""
    temporary.chmod(stat.S_IRUSR | stat.S_IWUSR)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: a rename is the next best, still whole.
        if path.exists():
            return False
        temporary.rename(path)
    return True


def _create_on_server(location: Location, now: datetime, *, by: str, seed: bool) -> bool:
    from tracker.store.seeding import seed_ledger
    from tracker.store.server import set_up_rights

    connection = open_connection(location, write=True)
    try:
        if schema_version(connection) is not None:
            return False
    finally:
        connection.close()
    migrate(location)
    connection = open_connection(location, write=True)
    try:
        if connection.one("SELECT value FROM ledger WHERE name = 'id'") is not None:
            return False
        seed_ledger(connection, now, by=by, with_plans=seed)
        set_up_rights(connection)
        connection.raw.commit()
    finally:
        connection.close()
    return True


def migrate(location: Location, revision: str = HEAD) -> list[str]:
    """Bring the schema up to a revision; return the revisions that were run. Each is one transaction."""
    from alembic import command
    from alembic.config import Config

    pending = pending_revisions(location, revision)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with _engine(location) as engine, engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    return pending


def pending_revisions(location: Location, revision: str = HEAD) -> list[str]:
    """Return the revisions between what the database has and the given one; never writes."""
    if location.is_sqlite and (not location.path.exists() or location.path.stat().st_size == 0):
        found = None
    else:
        connection = open_connection(location, write=False)
        try:
            found = schema_version(connection)
        finally:
            connection.close()
    start = REVISIONS.index(found) + 1 if found in REVISIONS else 0
    return list(REVISIONS[start : REVISIONS.index(revision) + 1])


@contextmanager
def _engine(location: Location) -> Iterator["Engine"]:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if location.is_sqlite:
        engine = create_engine(f"sqlite:///{location.path.absolute()}", poolclass=NullPool)

        @event.listens_for(engine, "connect")
        def _pragmas(raw: Any, _record: Any) -> None:
            raw.isolation_level = None
            raw.execute("PRAGMA foreign_keys = ON")
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            # The driver's own BEGIN is deferred: two upgraders would both read, then one would fail (EXAMPLES.md).
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        engine = create_engine("postgresql+psycopg://" + location.text.partition("://")[2], poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def connect_for_maintenance(location: Location) -> Connection:
    """Open a writing connection outside any command (backup, doctor --repair)."""
    return open_connection(location, write=True)


def private(path: Path) -> None:
    """Make a file readable by its owner alone, whatever the umask."""
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
