"""What the database itself holds: append-only history, foreign keys, and the settings under which it is written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import NOON, Cli
from tracker.store.changeset import Author, writing
from tracker.store.connection import Connection, open_connection, reading
from tracker.store.location import Location
from tracker.store.row_types import APPEND_ONLY


@pytest.fixture
def told(cli: Cli) -> Cli:
    """A ledger with a row in each append-only table."""
    paper = cli.folder / "证明.txt"
    paper.write_text("原件", encoding="utf-8")
    cli.ok("log", "zj-task-1", "--percent", "10", "--evidence", paper)
    cli.ok("log", "zj-task-1", "--state", "completed")
    with writing(Location(str(cli.db)), Author("张三"), "index import", NOON) as draft:
        draft.index_value("杭州市", 2025, 1, "1.5", "value", "吨", "年鉴")
        draft.issue(
            "month", "{}", 1, "2026-10-26", "2026-11-25", "2026-11-21", "2026-11-21T04:00:00.000000Z", 2, "{}", "0" * 64
        )
    return cli


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id", "DELETE FROM {}", "REPLACE INTO {0} SELECT * FROM {0}"])
def test_history_cannot_be_rewritten_in_sql(told: Cli, table: str, sql: str) -> None:
    with closing(sqlite3.connect(told.db)) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] >= 1
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
            connection.execute(sql.format(table))


def test_every_row_of_history_belongs_to_a_change(told: Cli) -> None:
    with closing(sqlite3.connect(told.db)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            connection.execute(
                "INSERT INTO report (change_id, item_id, date, entered) VALUES (999, 1, '2026-01-01', '2026-01-01')"
            )


def _pragma(connection: Connection, name: str) -> object:
    row = connection.one(f"PRAGMA {name}")
    assert row is not None
    return row[0]


def test_a_writer_has_foreign_keys_a_log_and_waits_for_the_disk(cli: Cli) -> None:
    with writing(Location(str(cli.db)), Author("张三"), "log", NOON) as draft:
        assert _pragma(draft.connection, "foreign_keys") == 1
        assert _pragma(draft.connection, "journal_mode") == "wal"
        assert _pragma(draft.connection, "synchronous") == 2  # FULL
        assert _pragma(draft.connection, "busy_timeout") == 5000


def test_a_reader_cannot_write_and_does_not_wait_for_a_writer(cli: Cli) -> None:
    with writing(Location(str(cli.db)), Author("张三"), "log", NOON):
        cli.ok("list", "--limit", "1")
        with reading(Location(str(cli.db))) as connection:
            assert _pragma(connection, "busy_timeout") == 5000
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                connection.execute("UPDATE ledger SET value = ''")


def test_a_backup_that_is_used_as_a_ledger_gets_the_log_with_its_first_write(cli: Cli, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    cli.ok("backup", copy)
    connection = open_connection(Location(str(copy)), write=False)
    assert _pragma(connection, "journal_mode") == "delete"
    connection.close()
    cli.ok("log", "zj-task-1", "--percent", "1", "--db", copy)
    connection = open_connection(Location(str(copy)), write=False)
    assert _pragma(connection, "journal_mode") == "wal"
    connection.close()
