"""Schema versions: what a ledger has, what is still to be done, and doing it in one transaction (Alembic)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.store import ddl, version
from tracker.store.changeset import recipe_in_force
from tracker.store.connection import TURN_SECONDS, Connection, known_version, open_connection
from tracker.store.database_errors import in_words
from tracker.store.integrity.digests import registry_digest
from tracker.store.location import Location

if TYPE_CHECKING:
    from sqlalchemy import Engine

FOLDERS = [Path(__file__).parent / "migrations" / "versions"]
"""Where the revisions are."""


def pending_revisions(location: Location) -> list[str]:
    """Return the revisions that a ledger still lacks, oldest first; never writes.

    Raises Refused for what is no ledger, and for one of a version this program does not know.
    """
    connection = open_connection(location, write=False)
    try:
        found = known_version(connection)
    finally:
        connection.close()
    return list(version.REVISIONS[version.REVISIONS.index(found) + 1 :])


def migrate(location: Location, record: Callable[[Connection, str, str], None] | None = None) -> list[str]:
    """Bring the schema of a ledger up to date and return the revisions that were run, all of them or none.

    record(connection, before, after) writes, in the same transaction, what history shall say of it. Of two that start at
    once the second finds nothing left to do.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_locations", os.pathsep.join(str(folder) for folder in FOLDERS))
    config.set_main_option("path_separator", "os")
    with in_words(location), _engine(location) as engine, engine.begin() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        assert before is not None  # noqa: S101 - a new ledger is not made by migrations
        config.attributes["connection"] = connection
        run = list(version.REVISIONS[version.REVISIONS.index(before) + 1 :])
        if not run:
            return []
        ours = Connection(connection.connection.driver_connection, location)
        if not location.is_sqlite:
            # No other session can read a table that this one is changing.
            ours.registry_before = registry_digest(ours, recipe_in_force(ours))
        command.upgrade(config, version.HEAD)
        ddl.settle(ours)
        if record is not None:
            record(ours, before, version.HEAD)
    return run


@contextmanager
def _engine(location: Location) -> Iterator["Engine"]:
    from sqlalchemy import create_engine, event
    from sqlalchemy.engine import URL
    from sqlalchemy.pool import NullPool

    if location.is_sqlite:
        address = URL.create("sqlite", database=str(location.path.absolute()))
        engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": TURN_SECONDS})

        @event.listens_for(engine, "connect")
        def _pragmas(raw: Any, _record: Any) -> None:
            raw.isolation_level = None
            raw.execute("PRAGMA foreign_keys = OFF")  # a table that is rebuilt is gone for a moment
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            # The driver's own BEGIN is deferred: two upgraders would both read, then one would fail.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        import psycopg

        # The driver reads the address itself, as everywhere else: SQLAlchemy's own reading knows one host only.
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(location.dsn, connect_timeout=10),
            poolclass=NullPool,
        )

        @event.listens_for(engine, "begin")
        def _alone(connection: Any) -> None:
            # Of two that start at once the second shall find everything done.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ddl.ALONE})")

    try:
        yield engine
    finally:
        engine.dispose()
