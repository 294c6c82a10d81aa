"""Bringing an old ledger up to this program's version: a copy first, then everything in one transaction."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tracker.store.backups import automatic
from tracker.store.changeset import Author, Changeset, flush, recipe_in_force
from tracker.store.connection import Connection
from tracker.store.corrections import correct_shipped
from tracker.store.integrity.digests import identity_seal, registry_digest
from tracker.store.integrity.hashed_columns import NEWEST
from tracker.store.location import Location
from tracker.store.migration import migrate
from tracker.store.projection.refresh import rebuild
from tracker.store.version import HEAD


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
        flush(Changeset(connection, Author(by), "upgrade", now, detail=said, force=True))
        connection.registry_moved, connection.registry_before = (
            False,
            registry_digest(connection, NEWEST),
        )  # it is sealed now
        corrected = corrections(connection, now, by)
        if corrected.rows["event"]:
            flush(corrected)

    return record


def take_over(connection: Connection, schema: str, now: datetime, by: str) -> None:
    """Make of the rows of an older schema, as they were filled in, a ledger of today: in the transaction that filled them."""
    connection.execute("INSERT INTO ledger (name, value) VALUES ('recipe', '1') ON CONFLICT (name) DO NOTHING")
    rebuild(connection)
    connection.registry_before = registry_digest(connection, recipe_in_force(connection))
    recorder(now, by)(connection, schema, HEAD)
