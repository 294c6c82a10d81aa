"""Bringing an old ledger up to this program's version: a copy first, then everything in one transaction.

What the shipped plans of this program say otherwise than the rows that an older one sealed is a change of the upgrade. Sealed
rows stay as they are, the new words stand beside them as statements. These are dated on the first day of the plan's period, since
they say what the plan said all along, so that past days are judged by them too. Whatever somebody has stated about the same thing
stays in force.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.ledger.ids import item_id
from tracker.plans.shipped import PlanRows, shipped_plans
from tracker.store import ddl, version
from tracker.store.backups import automatic
from tracker.store.change_log import undone_changes
from tracker.store.changeset import Author, Changeset, flush, recipe_in_force
from tracker.store.connection import TURN_SECONDS, Connection, in_words, known_version, open_connection
from tracker.store.integrity.hashes import NEWEST, identity_seal, registry_digest
from tracker.store.location import Location
from tracker.store.plan_rows import insert_plans, unit_keys_of
from tracker.store.postgres import members
from tracker.store.projection.refresh import rebuild
from tracker.store.row_values import record_of
from tracker.store.version import HEAD
from tracker.text import all_cleaned

if TYPE_CHECKING:
    from sqlalchemy import Engine


_ITEM_WORDS = ("chapter", "section", "title", "text", "source", "responsibility", "note")
_INDICATOR_WORDS = ("name", "comparator", "value", "bound", "measure", "scope", "direction", "note", "basis")
_BASELINE = ("plan_baseline_year", "plan_baseline_value")
_OURS = (
    " JOIN plan ON plan.id = item.plan_id LEFT JOIN change added ON added.id = item.added_by WHERE plan.added_by IS NULL"
    " AND plan.withdrawn = 0 AND item.withdrawn = 0 AND item.region IS NULL AND (added.id IS NULL OR added.command = 'upgrade')"
)
"""The rows that came with the program, or with an upgrade of it."""


class _Sealed(NamedTuple):
    """A row, or an indicator (n) of it, as it is sealed; began: the first day of its plan's period."""

    key: int
    n: int | None
    began: date
    words: Mapping[str, Any]


def correct_shipped(changeset: Changeset) -> None:
    """Add to a changeset what the shipped plans say otherwise than the ledger's rows, and the rows that the ledger lacks."""
    connection, shipped = changeset.connection, shipped_plans()
    plans, items, indicators = _plans(connection), _items(connection), _indicators(connection)
    stated = _stated(connection)
    missing = PlanRows()
    for kind, rows in _lists(shipped).items():
        for row in (each for each in rows if each["plan"] in plans):
            sealed = items.get(item_id(row["plan"], kind, int(row["number"])))
            if sealed is None:
                _add(connection, missing, kind, row, shipped)
                continue
            # A list that does not say how is kept as such (`plan_rows`).
            _edit(
                changeset,
                sealed,
                _ITEM_WORDS,
                {**row, "responsibility": row.get("responsibility") or "unstated"},
                stated,
            )
            _name_leads(changeset, sealed, row, stated)
    for row in shipped.indicators:
        found = indicators.get(f"{item_id(row['plan'], 'target', int(row['target']))}.{row['n']}")
        if found is not None:
            _edit(changeset, found, _INDICATOR_WORDS, row, stated)
            _set_baseline(changeset, found, row, stated)
    added = [item_id(row["plan"], kind, int(row["number"])) for kind, rows in _lists(missing).items() for row in rows]
    if added:
        changeset.add(lambda connection, change: insert_plans(connection, missing, change), {"plans": [], "ids": added})


def _lists(rows: PlanRows) -> dict[str, list[dict[str, str]]]:
    return {"target": rows.targets, "task": rows.tasks, "policy": rows.policies, "aim": rows.aims}


def _plans(connection: Connection) -> set[str]:
    return {row[0] for row in connection.all("SELECT code FROM plan WHERE added_by IS NULL AND withdrawn = 0")}


def _items(connection: Connection) -> dict[str, _Sealed]:
    words = ", ".join(f"item.{name}" for name in _ITEM_WORDS)
    return {
        code: _Sealed(key, None, date.fromisoformat(began), dict(zip(_ITEM_WORDS, said, strict=True)))
        for code, key, began, *said in connection.all(
            f"SELECT item.code, item.id, plan.period_start, {words} FROM item{_OURS}"
        )
    }


def _indicators(connection: Connection) -> dict[str, _Sealed]:
    names = (*_INDICATOR_WORDS, *_BASELINE)
    words = ", ".join(f"i.{name}" for name in names)
    tables = f" FROM indicator i JOIN item ON item.id = i.item_id{_OURS} AND i.withdrawn = 0"
    rows = connection.all(f"SELECT item.code, i.item_id, i.n, plan.period_start, {words}{tables}")
    return {
        f"{code}.{n}": _Sealed(key, n, date.fromisoformat(began), dict(zip(names, said, strict=True)))
        for code, key, n, began, *said in rows
    }


def _stated(connection: Connection) -> set[tuple[int, int | None, str]]:
    """Return what somebody has said of rows: (item, indicator, word), or the kind of decision in place of the word."""
    undone = undone_changes(connection)
    found: set[tuple[int, int | None, str]] = set()
    for change, item, n, kind, text in connection.all(
        "SELECT change_id, item_id, n, kind, data FROM event WHERE kind IN ('edit', 'baseline', 'assign')"
    ):
        if change not in undone:
            data = record_of(text)
            found.update((item, n, word) for word in (data if kind == "edit" else (kind, str(data.get("role")))))
    return found


def _edit(
    changeset: Changeset, sealed: _Sealed, names: tuple[str, ...], row: Mapping[str, str],
    stated: set[tuple[int, int | None, str]],
) -> None:  # fmt: skip
    new = {name: all_cleaned(row.get(name) or None) for name in names}
    moved = [name for name in names if new[name] != sealed.words[name] and (sealed.key, sealed.n, name) not in stated]
    if moved:
        changeset.event(
            "edit", sealed.began, item=sealed.key, n=sealed.n, data={name: new[name] for name in moved},
            before={name: sealed.words[name] for name in moved},
        )  # fmt: skip


def _set_baseline(
    changeset: Changeset, sealed: _Sealed, row: Mapping[str, str], stated: set[tuple[int, int | None, str]]
) -> None:
    year, value = sealed.words["plan_baseline_year"], sealed.words["plan_baseline_value"]
    new = int(row["baseline_year"]) if row["baseline_year"] else None, row["baseline_value"] or None
    if (year, value) != new and (sealed.key, sealed.n, "baseline") not in stated:
        changeset.event(
            "baseline", sealed.began, item=sealed.key, n=sealed.n, data={"year": new[0], "value": new[1]},
            before={"baseline_year": year, "baseline_value": value},
        )  # fmt: skip


def _name_leads(
    changeset: Changeset, sealed: _Sealed, row: Mapping[str, str], stated: set[tuple[int, int | None, str]]
) -> None:
    """Name the lead units of a row that had none."""
    names = [name for name in (row.get("leads") or "").split("、") if name]
    printed = "SELECT 1 FROM responsibility WHERE item_id = ? AND role = 'lead' AND origin = 'plan'"
    if names and changeset.connection.one(printed, (sealed.key,)) is None and (sealed.key, None, "lead") not in stated:
        units = unit_keys_of(changeset.connection, row["plan"], names)
        data = {"role": "lead", "units": units}
        changeset.event("assign", sealed.began, item=sealed.key, data=data, before={"units": []})


def _add(connection: Connection, missing: PlanRows, kind: str, row: Mapping[str, str], shipped: PlanRows) -> None:
    """Add a row that the ledger lacks, with the next free number where somebody has used its own meanwhile."""
    codes = "SELECT item.number FROM item JOIN plan ON plan.id = item.plan_id WHERE plan.code = ? AND item.kind = ?"
    taken = {number for (number,) in connection.all(codes, (row["plan"], kind))}
    number = int(row["number"]) if int(row["number"]) not in taken else max(taken) + 1
    _lists(missing)[kind].append({**row, "number": str(number)})
    if kind == "target":
        missing.indicators.extend(
            {**each, "target": str(number)}
            for each in shipped.indicators
            if (each["plan"], each["target"]) == (row["plan"], row["number"])
        )


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
