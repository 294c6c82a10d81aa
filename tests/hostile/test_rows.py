"""Rows that no command of ours writes: one keeps nobody from reading the others, and the doctor names it."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commandline import NOON, Cli, environ_of
from tests.doctor.intruder import tamper
from tests.server import Server
from tracker.store import creation
from tracker.store.connection import Connection
from tracker.store.integrity import database
from tracker.store.location import Location
from tracker.store.row_types import COLUMNS

DEEP = "[" * 3000
ROWS = {
    "a detail nested 3,000 deep": (f"UPDATE change SET detail = '{DEEP}', command = 'import' WHERE id = 2", "改动 2 的 detail"),
    "files that are none": (
        "UPDATE change SET detail = '{\"files\":[1]}', command = 'import' WHERE id = 2", "第 2 号改动",
    ),
    "a detail that is a list": ("UPDATE change SET detail = '[1]' WHERE id = 2", "改动 2 的 detail"),
    "a value of before that is none": ("UPDATE report SET before = '{\"value\":\"abc\"}' WHERE change_id = 2", "第 2 号改动"),
    "a before nested 3,000 deep": (f"UPDATE report SET before = '{DEEP}' WHERE change_id = 2", "填报 1 的 before"),
    "a before that is a list": ("UPDATE event SET before = '[1]' WHERE change_id = 4", "的 before"),
    "a state that is none": ("UPDATE report SET state = 'done' WHERE change_id = 2", "填报 1 的 state"),
    "an item's state that is none": ("UPDATE item SET state = 'done' WHERE code = 'zj-task-3'", "zj-task-3"),
    "an indicator's state that is none": (
        "UPDATE indicator SET state = 'done' WHERE item_id = (SELECT id FROM item WHERE code = 'zj-target-17')", "zj-target-17",
    ),
    "a kind that is none": ("UPDATE event SET kind = 'frob' WHERE change_id = 4", "的 kind"),
    "a day that is none": ("UPDATE report SET date = '2026-02-30' WHERE change_id = 2", "填报 1 的 date"),
    "a day of entry in words": ("UPDATE report SET entered = 'heute' WHERE change_id = 2", "填报 1 的 entered"),
    "a number in words": ("UPDATE report SET value = 'viel' WHERE change_id = 2", "填报 1 的 value"),
    "a decision that says nothing": ("UPDATE event SET data = '{}' WHERE change_id = 4", "的 data"),
    "a decision nested 3,000 deep": (f"UPDATE event SET data = '{DEEP}' WHERE change_id = 4", "的 data"),
    "a decision about the ledger that says nothing": ("UPDATE event SET data = '{}' WHERE change_id = 5", "的 data"),
    "figures of two parts": (
        "UPDATE indicator SET reported_values = '[[1,2]]' WHERE item_id = (SELECT id FROM item WHERE code = 'zj-target-17')", "zj-target-17",
    ),
    "figures whose day is a list": (
        "UPDATE indicator SET reported_values = '[[[\"x\"],{},[]]]' WHERE item_id = (SELECT id FROM item WHERE code = 'zj-target-17')",
        "zj-target-17",
    ),
    "a node whose day is a list": (
        "UPDATE indicator SET milestones = '[[[\"x\"],\"5\"]]' WHERE item_id = (SELECT id FROM item WHERE code = 'zj-target-17')",
        "zj-target-17",
    ),
    "a deadline that is none": ("UPDATE item SET due = 'bald' WHERE code = 'zj-task-3'", "zj-task-3"),
}  # fmt: skip
"""By name: SQL on a ledger as `used` leaves it, and words of the finding."""
READING = (
    ("status",), ("list",), ("list", "--json"), ("show", "zj-target-17"), ("explain", "zj-target-17"), ("overdue",), ("todo", "--unit", "zj:省农业农村厅"),
    ("history",), ("history", "--json"), ("history", "zj-target-17"), ("changes", "--since", "2026-11-01"), ("check",),
    ("list", "--as-of", "2026-11-20"), ("export", "page", "-o", "p.html", "--force"),
    ("export", "report", "--month", "2026-11", "--draft", "-o", "r.xlsx", "--force"),
)  # fmt: skip


def fill(cli: Cli) -> Cli:
    """Give a ledger a little history: reports, a decision, a word about the registry, a change to undo."""
    cli.ok("log", "zj-target-17", "--value", "300")
    cli.ok("log", "zj-task-1", "zj-task-2", "--percent", "40", "--note", "一期")
    cli.ok("assign", "zj-task-3", "--lead", "zj:省生态环境厅")
    cli.ok("unit", "alias", "zj:省生态环境厅", "浙江环保")
    return cli


@pytest.fixture
def used(tmp_path: Path, seeded: Path) -> Cli:
    shutil.copy(seeded, tmp_path / "ledger.sqlite3")
    return fill(Cli(tmp_path, environ=environ_of(tmp_path / "ledger.sqlite3", tmp_path)))


@pytest.fixture
def used_on_server(pg: Cli) -> Cli:
    return fill(pg)


@pytest.fixture(autouse=True)
def _one_model(monkeypatch: pytest.MonkeyPatch, model: Connection) -> None:
    """The doctor compares with a new ledger: making one for every example would be most of the time."""

    @contextmanager
    def made(_now: datetime) -> Iterator[Connection]:
        yield model

    monkeypatch.setattr(database, "pristine", made)


@pytest.fixture(scope="module")
def model() -> Iterator[Connection]:
    with database.pristine(NOON) as connection:
        yield connection


def unharmed(cli: Cli, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """Hold every reader, a report, an import and an undo to a ledger with rows that nobody understands."""
    monkeypatch.chdir(cli.folder)
    for command in READING:
        result = cli(*command)
        assert result.code == 0 or command == ("check",), (command, result.err)
        assert "程序内部错误" not in result.err, (command, result.err)
    cli.ok("log", "zj-task-5", "--note", "照常")
    cli.ok("undo", "--yes")
    table = cli.folder / "in.csv"
    table.write_text("编号,本期进展\nzj-task-6,照常\n", encoding="utf-8")
    cli.ok("import", table, "--yes")
    result = cli("doctor")
    assert result.code == 1, result.err
    assert [each for each in words if each not in result.out] == []


@pytest.mark.parametrize("name", ROWS)
def test_one_row_keeps_nobody_from_reading_a_file(used: Cli, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sql, words = ROWS[name]
    tamper(used.db, sql)
    unharmed(used, monkeypatch, words)


def test_changes_are_told_where_another_program_wrote_no_text(used: Cli) -> None:
    tamper(used.db, "UPDATE item SET chapter = x'41' WHERE code = 'zj-task-3'")
    assert "zj-task-1" in used.ok("changes", "--since", "2026-11-01")


ROUNDS = (
    (
        "a detail nested 3,000 deep", "a value of before that is none", "a state that is none", "an item's state that is none",
        "an indicator's state that is none", "a decision that says nothing", "a decision about the ledger that says nothing",
    ),
    ("files that are none", "a before nested 3,000 deep", "a day of entry in words", "a kind that is none", "a deadline that is none"),
    ("a detail that is a list", "a day that is none", "a decision nested 3,000 deep", "figures of two parts"),
    ("a number in words", "a before that is a list", "figures whose day is a list"),
    ("a node whose day is a list",),
)  # fmt: skip
"""All of them on a server, as many at once as do not hide each other: of a row the doctor names one cell."""


def test_the_rounds_leave_no_row_out() -> None:
    assert sorted(name for each in ROUNDS for name in each) == sorted(ROWS)


@pytest.mark.parametrize("names", ROUNDS, ids=["first", "second", "third", "fourth", "fifth"])
def test_rows_of_before_keep_nobody_from_reading_a_server(
    used_on_server: Cli, ledger: Server, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """A server that was made before its tables had rules may hold them for ever."""
    tables = ("change", "report", "event", "item", "indicator")
    rules = ledger.sql(
        None,
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE conname LIKE '%\\_form' OR conname LIKE '%state_check'",
    )
    ledger.sql(
        None, *[f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        *[f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in rules],
        *[ROWS[name][0] for name in names],
        *[f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
    )  # fmt: skip
    unharmed(used_on_server, monkeypatch, *(ROWS[name][1] for name in names))


REFUSED = [
    "UPDATE report SET state = 'done'",
    "UPDATE report SET date = '2026-02-30'",
    "UPDATE report SET value = 'viel'",
    f"UPDATE report SET note = '{'长' * 32768}'",
    "UPDATE event SET kind = 'frob'",
    "UPDATE change SET at = 'heute'",
    "INSERT INTO evidence (change_id, item_id, kind, name) VALUES (2, 1, 'script', '甲')",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_the_tables_of_a_file_refuse_such_rows(used: Cli, sql: str) -> None:
    with closing(sqlite3.connect(used.db)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute(sql)


@pytest.mark.parametrize("sql", REFUSED)
@pytest.mark.usefixtures("used_on_server")
def test_the_tables_of_a_server_refuse_such_rows(ledger: Server, sql: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        ledger.sql(
            None, *[f"ALTER TABLE {t} DISABLE TRIGGER USER" for t in ("change", "report", "event", "evidence")], sql
        )


COLUMNS_OF_ALL = [(table, column) for table, columns in COLUMNS.items() for column in columns]
HOSTILE = (
    "'abc'",
    "''",
    "-5",
    "9e999",
    "x'00ff'",
    f"'{DEEP}'",
    '\'{"value":"abc"}\'',
    "'[1]'",
    "'2026-02-30'",
    "'NaN'",
)


@settings(max_examples=40)
@given(st.sampled_from(COLUMNS_OF_ALL), st.sampled_from(HOSTILE))
def test_the_doctor_survives_any_cell(filled: Callable[[], Cli], place: tuple[str, str], value: str) -> None:
    """Whatever a cell of any table holds: an answer, exit 1 and no traceback where anything was changed."""
    table, column = place
    cli = filled()
    tamper(
        cli.db,
        f'UPDATE {table} SET "{column}" = {value} WHERE rowid = (SELECT max(rowid) FROM {table})',
        failing_is_fine=True,
    )
    result = cli("doctor", "--json")
    answer = json.loads(result.out)
    assert result.code == (1 if answer["findings"] else 0)
    assert "程序内部错误" not in result.err


@pytest.fixture
def filled(tmp_path: Path) -> Callable[[], Cli]:
    """Return what makes a small ledger anew, with something in every table."""
    place, copy = tmp_path / "first.sqlite3", tmp_path / "ledger.sqlite3"
    creation.create(Location(str(place)), NOON, by="测试", plans=("zj",))
    cli = fill(Cli(tmp_path, environ=environ_of(place, tmp_path)))
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--evidence", "https://example.org/a")
    cli.ok("export", "report", "--month", "2026-11", "-o", tmp_path / "r.xlsx")
    cli.ok("config", "set", "report_closes", "20")
    shutil.copy(place, copy)

    def make() -> Cli:
        for end in ("-wal", "-shm"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)
        shutil.copy(place, copy)
        return Cli(tmp_path, environ=environ_of(copy, tmp_path))

    return make
