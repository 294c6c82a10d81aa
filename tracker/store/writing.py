"""The one path by which anything is written: one transaction, one change, its log, the kept current state.

A command opens `writing`, reads and checks inside it, adds statements to the draft, and leaves; the draft then writes the
change with its hash, the statements, and moves the kept current state of every item they touch. An exception, a dry run or
an empty draft leaves the ledger exactly as it was.
"""

import getpass
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.ledger.dates import instant_text
from tracker.ledger.values import plain
from tracker.store import current, registry
from tracker.store.connection import Connection, check_version, explain, open_connection
from tracker.store.location import Location

GENESIS = "0" * 64

_CHANGE = ("id", "at", "by", "login", "unit", "command", "detail", "undoes")
_COLUMNS = {
    "report": ("item_id", "n", "date", "entered", "unit_id", "unit", "role", "state", "percent", "value", "note",
               "problem", "next", "before"),
    "event": ("item_id", "n", "kind", "date", "entered", "unit_id", "unit", "data", "before"),
    "evidence": ("item_id", "n", "kind", "name", "sha256", "size", "url"),
    "index_value": ("city", "year", "indicator", "value", "status", "measure", "source"),
}  # fmt: skip
"""Columns of the append-only tables in the order in which they are written and hashed."""


@dataclass(slots=True)
class Author:
    """Who writes: the person named, the login of the machine or server, and the unit that speaks."""

    by: str
    unit: str | None = None
    login: str = ""


@dataclass(slots=True)
class Draft:
    """What one command is about to write. Rows are kept as plain values in the order of `_COLUMNS`."""

    connection: Connection
    author: Author
    command: str
    now: datetime
    dry_run: bool = False
    detail: Mapping[str, Any] | None = None
    undoes: int | None = None
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    touched: set[int] = field(default_factory=set)
    dates: list[str] = field(default_factory=list)
    change: int | None = None
    force: bool = False
    additions: list[Callable[[Connection, int], Iterable[int]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day of entry, where the writer is."""
        return self.now.date()

    def report(
        self, item: int, n: int | None, day: date, *, unit: tuple[int, str] | None, role: str | None,
        before: Mapping[str, Any], state: str | None = None, percent: Decimal | None = None, value: Decimal | None = None,
        note: str | None = None, problem: str | None = None, next_step: str | None = None,
    ) -> None:  # fmt: skip
        """Add a report on an item (by key) or its indicator n."""
        unit_id, unit_name = unit or (None, None)
        self.rows["report"].append((
            item, n, day.isoformat(), self.today.isoformat(), unit_id, unit_name, role, state,
            None if percent is None else plain(percent), None if value is None else plain(value),
            note, problem, next_step, dump(before),
        ))  # fmt: skip
        self._touch(item, day)

    def event(
        self, kind: str, day: date, *, item: int | None = None, n: int | None = None, data: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None, unit: tuple[int, str] | None = None,
    ) -> None:  # fmt: skip
        """Add a decision about an item (by key), its indicator n, or (item None) the ledger as a whole."""
        unit_id, unit_name = unit or (None, self.author.unit)
        self.rows["event"].append(
            (
                item,
                n,
                kind,
                day.isoformat(),
                self.today.isoformat(),
                unit_id,
                unit_name,
                dump(data or {}),
                dump(before or {}),
            )
        )
        if item is not None:
            self._touch(item, day)

    def evidence(
        self, item: int, n: int | None, kind: str, name: str, sha256: str | None, size: int | None, url: str | None
    ) -> None:
        """Add a piece of evidence to an item (by key)."""
        self.rows["evidence"].append((item, n, kind, name, sha256, size, url))

    def index_value(self, *values: Any) -> None:
        """Add a figure of the synergy index: city, year, indicator, value, status, measure, source."""
        self.rows["index_value"].append(values)

    def add(self, insert: Callable[[Connection, int], Iterable[int]], summary: Mapping[str, Any]) -> None:
        """Add plans, items or indicators: insert(connection, change) writes their rows and returns the items' keys."""
        self.additions.append(insert)
        self.event("add", self.today, data=summary)

    def touch(self, item: int) -> None:
        """Have the kept current state of an item derived anew although no statement is added (undo)."""
        self.touched.add(item)

    def _touch(self, item: int, day: date) -> None:
        self.touched.add(item)
        self.dates.append(day.isoformat())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.force and self.undoes is None and not any(self.rows.values())


@contextmanager
def writing(
    location: Location, author: Author, command: str, now: datetime, *, dry_run: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> Iterator[Draft]:  # fmt: skip
    """Open the ledger for one command. Leaving writes and commits; an exception or dry_run leaves it unchanged.

    The writer's lock is taken at once, so that what is read here is still true when it is written.
    """
    connection = open_connection(location, write=True)
    try:
        check_version(connection)
        _lock(connection)
        draft = Draft(connection, author, command, now, dry_run, detail)
        yield draft
        if not draft.is_empty:
            flush(draft)
        if dry_run:
            connection.execute("ROLLBACK")
        else:
            connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise explain(error, location) from error
    finally:
        connection.close()


def _lock(connection: Connection) -> None:
    if connection.is_sqlite:
        connection.execute("BEGIN IMMEDIATE")
        return
    connection.raw.autocommit = True
    connection.execute("BEGIN")
    connection.execute("SELECT value FROM ledger WHERE name = 'newest_date' FOR UPDATE")


def flush(draft: Draft) -> None:
    """Write the change, its rows and the kept current state; the caller's transaction commits."""
    connection = draft.connection
    row = connection.one("SELECT id, at, hash FROM change ORDER BY id DESC LIMIT 1")
    last, last_at, last_hash = row if row is not None else (0, "", GENESIS)
    draft.change = int(last) + 1
    # A clock that was set back must not make a later entry look earlier (known-at would lie).
    at = max(instant_text(draft.now), str(last_at))
    values = (
        draft.change, at, draft.author.by, draft.author.login or login_name(), draft.author.unit, draft.command,
        None if draft.detail is None else dump(draft.detail), draft.undoes,
    )  # fmt: skip
    digest = chain(str(last_hash), values, draft.rows)
    marks = ", ".join("?" for _ in range(len(_CHANGE) + 1))
    connection.execute(
        f'INSERT INTO change (id, at, "by", login, unit, command, detail, undoes, hash) VALUES ({marks})',
        (*values, digest),
    )
    for table, columns in _COLUMNS.items():
        if draft.rows[table]:
            names = ", ".join(columns)
            marks = ", ".join("?" for _ in range(len(columns) + 1))
            connection.many(
                f"INSERT INTO {table} (change_id, {names}) VALUES ({marks})",
                ((draft.change, *row) for row in draft.rows[table]),
            )
    for insert in draft.additions:
        draft.touched.update(insert(connection, draft.change))
    _settle_registry(draft)
    if draft.dates:
        newest = max(draft.dates)
        connection.execute("UPDATE ledger SET value = ? WHERE name = 'newest_date' AND value < ?", (newest, newest))
    current.refresh(connection, draft.touched)


def _settle_registry(draft: Draft) -> None:
    """Put in force, or take back, what the change says about the ledger itself (`store.registry`)."""
    connection = draft.connection
    assert draft.change is not None  # noqa: S101 - the change was just written
    for row in draft.rows["event"]:
        if row[0] is None:
            registry.apply(connection, row[2], json.loads(row[7]), draft.change)
    if draft.undoes is None:
        return
    target, takes_back = draft.undoes, True
    while (row := connection.one("SELECT undoes FROM change WHERE id = ?", (target,))) is not None and row[0] is not None:
        target, takes_back = row[0], not takes_back
    rows = connection.all("SELECT kind, data FROM event WHERE change_id = ? AND item_id IS NULL ORDER BY id DESC", (target,))
    for kind, data in rows:
        if takes_back:
            registry.revert(connection, kind, json.loads(data), target, draft.change)
        else:
            registry.apply(connection, kind, json.loads(data), target)


def chain(previous: str, change: tuple[Any, ...], rows: Mapping[str, list[tuple[Any, ...]]]) -> str:
    """Return the hash that ties a change and all it wrote to the change before it."""
    digest = hashlib.sha256(previous.encode())
    digest.update(dump(change).encode())
    for table in _COLUMNS:
        for row in rows.get(table, ()):
            digest.update(table.encode())
            digest.update(dump(row).encode())
    return digest.hexdigest()


def stored_rows(connection: Connection, change: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return what a change wrote, as it was hashed."""
    return {
        table: connection.all(f"SELECT {', '.join(columns)} FROM {table} WHERE change_id = ? ORDER BY id", (change,))
        for table, columns in _COLUMNS.items()
    }


def dump(value: Any) -> str:
    """Write JSON in one form only: the same content has the same bytes and the same hash."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=_plain_json)


def _plain_json(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for the change log: {type(value)}")


def login_name() -> str:
    """Return the login under which this process runs."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"
