"""A ledger as version 0.1.0 left it: the demo ledger of NOON and a hundred further commands, dumped from each engine.

The dumps are never made anew: they are what people have.
"""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent
_ROLES = """
DO $$ BEGIN
  CREATE ROLE tracker_reader NOLOGIN; CREATE ROLE tracker_reporter NOLOGIN; CREATE ROLE tracker_coordinator NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
"""


def _dump(engine: str) -> str:
    return gzip.decompress((FOLDER / f"ledger_0.1.0_{engine}.sql.gz").read_bytes()).decode()


def old_file(path: Path) -> Path:
    """Make the file of an old ledger."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_dump("sqlite"))
        connection.execute("PRAGMA journal_mode = WAL")
    path.chmod(0o600)
    return path


def old_database(dsn: str) -> None:
    """Fill an empty database of a server with an old ledger."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(_ROLES)
        connection.execute(_dump("postgresql").encode())
