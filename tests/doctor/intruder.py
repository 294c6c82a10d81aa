"""Somebody with the sqlite3 shell: changes rows behind the ledger's back, with the guards put back in place afterwards."""

import sqlite3
from contextlib import suppress
from pathlib import Path


def tamper(db: Path, *statements: str, restoring_guards: bool = True, failing_is_fine: bool = False) -> None:
    """Run statements on the file itself. Triggers are dropped and rules of rows switched off first; a careful intruder puts the
    triggers back."""
    connection = sqlite3.connect(db, isolation_level=None)
    try:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("BEGIN IMMEDIATE")
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            with suppress(*((sqlite3.DatabaseError,) if failing_is_fine else ())):
                connection.execute(statement)
        for _, sql in guards if restoring_guards else ():
            connection.execute(sql)
        connection.execute("COMMIT")
    finally:
        connection.close()
