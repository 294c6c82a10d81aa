"""Bringing an old ledger up to this program's version: a copy first, then everything in one transaction."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.store import ddl, version
from tracker.store.backups import automatic
from tracker.store.changeset import Author, Changeset, flush, recipe_in_force
from tracker.store.connection import TURN_SECONDS, Connection, known_version, open_connection
from tracker.store.corrections import correct_shipped
from tracker.store.database_errors import in_words
from tracker.store.integrity.digests import identity_seal, registry_digest
from tracker.store.integrity.hashed_columns import NEWEST
from tracker.store.location import Location
from tracker.store.postgres import members
from tracker.store.projection.refresh import rebuild
from tracker.store.version import HEAD

if TYPE_CHECKING:
    from sqlalchemy import Engine


def upgrade(
    location: Location, now: datetime, by: str, keep: int, tell: Callable[[str], None]
) -> tuple[Path | None, list[str]]:
    """Copy the ledger, run the revisions it lacks, and record that; return the copy and what was run.

    tell says where the copy is before anything is touched. On a server, which keeps its own backups, there is none.
    """
    backup = automatic(location, now, "upgrade", keep)
    tell("服务器上的台账不自动备份，请确认已有服务器的备份" if backup is None else f"升级前已备份到 {backup}")
    return backup, migrate(location, recorder(now, by))


def corrections(connection: Connection, now: datetime, by: str) -> Changeset:
    """Return the change that brings the rows of shipped plans up to what this program says of them."""
    changeset = Changeset(connection, Author(by), "upgrade", now, detail={"corrections": "shipped"})
    correct_shipped(changeset)
    return changeset


def recorder(now: datetime, by: str) -> Callable[[Connection, str, str], None]:
    """Return what writes, with the revisions that were run, a change that says so."""

    def record(connection: Connection, before: str, after: str) -> None:
        if not connection.is_sqlite:
            from tracker.store.postgres.rights import set_up_rights

            set_up_rights(connection)
            connection.execute("SELECT value FROM ledger WHERE name = 'head' FOR UPDATE")
        said = {"from": before, "to": after, **identity_seal(connection)}
        connection.registry_moved = True  # what a revision makes of units and regions is sealed with the upgrade
        upgraded = Changeset(connection, Author(by), "upgrade", now, detail=said, force=True)
        if before == WITHOUT_MEMBERS and not connection.is_sqlite:
            _admit_members(upgraded)
        flush(upgraded)
        connection.registry_moved, connection.registry_before = (
            False,
            registry_digest(connection, NEWEST),
        )  # it is sealed now
        corrected = corrections(connection, now, by)
        if corrected.rows["event"]:
            flush(corrected)

    return record


WITHOUT_MEMBERS = "0001"
"""The schema whose ledgers knew no members: who was in a group role of the server and might connect was in."""


def _admit_members(changeset: Changeset) -> None:
    """State who was let in before, with the units that reporters had."""
    connection = changeset.connection
    units: dict[str, list[tuple[int, str]]] = {}
    for login, unit, name in connection.all(
        "SELECT a.login, u.id, u.region || ':' || u.name FROM access a JOIN unit u ON u.id = a.unit_id ORDER BY a.id"
    ):
        units.setdefault(login, []).append((unit, name))
    connection.execute("DELETE FROM access")
    for login, role in members.members_by_role(connection):
        if role != "reporter" or login in units:
            members.grant(changeset, login, role, units[login] if role == "reporter" else [])


def take_over(connection: Connection, schema: str, now: datetime, by: str) -> None:
    """Make of the rows of an older schema, as they were filled in, a ledger of today: in the transaction that filled them."""
    connection.execute("INSERT INTO ledger (name, value) VALUES ('recipe', '1') ON CONFLICT (name) DO NOTHING")
    rebuild(connection)
    connection.registry_before = registry_digest(connection, recipe_in_force(connection))
    recorder(now, by)(connection, schema, HEAD)


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
