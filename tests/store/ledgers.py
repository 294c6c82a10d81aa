"""Looking at a ledger file from outside."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.conftest import NOON
from tracker.actions.doctor import OF_CONTENT, examine
from tracker.store.connection import reading
from tracker.store.integrity.findings import Finding
from tracker.store.location import Location


def dump(db: Path) -> list[str]:
    """Return everything in a database as SQL."""
    with closing(sqlite3.connect(db)) as connection:
        return list(connection.iterdump())


def commands(db: Path) -> list[str]:
    """Return the commands in the change log, in their order."""
    with closing(sqlite3.connect(db)) as connection:
        return [row[0] for row in connection.execute("SELECT command FROM change ORDER BY id")]


def findings(db: Path) -> list[Finding]:
    """Return what the doctor finds inside a ledger."""
    location = Location(str(db))
    with reading(location) as connection:
        return examine(connection, location, NOON, areas=OF_CONTENT)


def digest(db: Path) -> str:
    """Return the hash of the file's bytes."""
    return hashlib.sha256(db.read_bytes()).hexdigest()
