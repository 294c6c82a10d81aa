"""The one path by which anything is written: one transaction, one change, its log, the kept current state.

A command opens `writing`, reads and checks inside it, adds statements to the changeset, and leaves; the changeset then writes the
change with its hash, the statements, and moves the kept current state of every item they touch. An exception, a dry run or
an empty changeset leaves the ledger exactly as it was.
"""

import getpass
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from tracker.errors import Refused, notify
from tracker.ledger.dates import day_text, instant_text
from tracker.ledger.values import plain
from tracker.row_buffer import RowBuffer
from tracker.store import registry_changes
from tracker.store.connection import Connection, begin_write, check_version, in_words, marks, open_connection
from tracker.store.integrity.hashes import NEWEST, RECIPES, Recipe
from tracker.store.items import Watermark
from tracker.store.location import Location
from tracker.store.postgres import rights
from tracker.store.projection import refresh
from tracker.store.projection.refresh import IncrementalProjection
from tracker.store.row_values import decision_of, moment_of
from tracker.text import all_cleaned, cleaned, storable

GENESIS = "0" * 64


@dataclass(slots=True, eq=False, repr=False)
class Author:
    """Who writes: the person named, the login of the machine or server, and the unit that speaks."""

    by: str
    unit: str | None = None
    login: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Changeset:
    """What one command is about to write. Rows are kept as plain values in the order of `NEWEST.stated`."""

    connection: Connection
    author: Author
    command: str
    now: datetime
    dry_run: bool = False
    detail: Mapping[str, Any] | None = None
    undoes: int | None = None
    rows: dict[str, RowBuffer] = field(default_factory=lambda: {name: RowBuffer() for name in NEWEST.stated})
    touched: set[int] = field(default_factory=set)
    projection: IncrementalProjection = field(default_factory=IncrementalProjection)
    newest: str = ""
    change: int | None = None
    committed: bool = False
    force: bool = False
    additions: list[Callable[[Connection, int], Iterable[int]]] = field(default_factory=list)
    beside: list["Changeset"] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    entered: str = field(init=False)

    def __post_init__(self) -> None:
        """Settle the day of entry, which every statement bears; names are kept without control characters."""
        self.author.by, self.author.unit = cleaned(self.author.by), self.author.unit and cleaned(self.author.unit)
        self.entered = self.today.isoformat()

    @property
    def today(self) -> date:
        """The day of entry, where the writer is."""
        return self.now.date()

    def report(  # noqa: PLR0913 - a report has this many independent parts
        self, item: int, n: int | None, day: date, *, unit: tuple[int, str] | None, role: str | None,
        before: Mapping[str, Any] | str, state: str | None = None, percent: Decimal | None = None, value: Decimal | None = None,
        note: str | None = None, problem: str | None = None, next_step: str | None = None, data_year: int | None = None,
    ) -> None:  # fmt: skip
        """Add a report on an item (by key) or its indicator n.

        before: what its fields were, also as `dump` writes it; data_year: the year whose figure value is.
        """
        unit_id, unit_name = unit or (None, None)
        self.rows["report"].append((
            item, n, day_text(day), self.entered, unit_id, unit_name, role, state,
            None if percent is None else plain(percent), None if value is None else plain(value),
            note and storable(note), problem and storable(problem), next_step and storable(next_step),
            before if isinstance(before, str) else dump(before), data_year,
        ))  # fmt: skip
        self._touch(item)

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
                self.entered,
                unit_id,
                unit_name,
                dump(all_cleaned(dict(data or {}))),
                dump(before or {}),
            )
        )
        if item is not None:
            self._touch(item)

    def evidence(
        self, item: int, n: int | None, kind: str, name: str, sha256: str | None, size: int | None, url: str | None
    ) -> None:
        """Add a piece of evidence to an item (by key)."""
        self.rows["evidence"].append((item, n, kind, storable(name), sha256, size, url))

    def index_value(self, *values: Any) -> None:
        """Add a figure of the synergy index: city, year, indicator, value, status, measure, source."""
        self.rows["index_value"].append(all_cleaned(values))

    def issue(self, *values: Any) -> None:
        """Add a report that was handed out: the values of `NEWEST.stated["issue"]`."""
        self.rows["issue"].append(values)

    def add(self, insert: Callable[[Connection, int], Iterable[int]], summary: Mapping[str, Any]) -> None:
        """Add plans, items or indicators: insert(connection, change) writes their rows and returns the items' keys."""
        self.additions.append(insert)
        self.event("add", self.today, data=summary)

    def another(self, author: Author) -> "Changeset":
        """Open a further change of the same command in the same transaction: an import that speaks for several people."""
        changeset = Changeset(self.connection, author, self.command, self.now, self.dry_run)
        self.beside.append(changeset)
        return changeset

    def touch(self, item: int) -> None:
        """Have the kept current state of an item derived anew although no statement is added (undo)."""
        self.touched.add(item)

    def _touch(self, item: int) -> None:
        self.touched.add(item)
        self.newest = self.entered

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.force and self.undoes is None and not any(self.rows.values())


@contextmanager
def writing(
    location: Location, author: Author, command: str, now: datetime, *, dry_run: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> Iterator[Changeset]:  # fmt: skip
    """Open the ledger for one command. Leaving writes and commits; an exception or dry_run leaves it unchanged.

    The writer's lock is taken at once, so that what is read here is still true when it is written.
    """
    with _alone(location, now) as connection:
        changeset = Changeset(connection, author, command, now, dry_run, detail)
        yield changeset
        moved: set[int] = set()
        for each in (changeset, *changeset.beside):
            if not each.is_empty:
                moved |= flush(each, moved)
        _end(changeset)


@contextmanager
def maintenance(location: Location, now: datetime, by: str) -> Iterator[Connection]:
    """Open a ledger for what is no change of it, in one transaction: committed on leaving, rolled back by an exception."""
    with _alone(location, now) as connection:
        yield connection
        commit(connection, by)


@contextmanager
def _alone(location: Location, now: datetime) -> Iterator[Connection]:
    """Open the ledger as its only writer, and say where the clock can hardly be right."""
    connection = open_connection(location, write=True)
    try:
        with in_words(location):
            check_version(connection)
            if connection.is_sqlite:
                begin_write(connection)
            else:
                rights.take_turn(connection)
            tell_clock(connection, now)
            yield connection
    finally:
        connection.close()


def _end(changeset: Changeset) -> None:
    """Commit what was written, or take a dry run back."""
    connection = changeset.connection
    if changeset.dry_run:
        connection.execute("ROLLBACK")
        return
    try:
        commit(connection, changeset.author.by)
    finally:
        # An interrupt may arrive when the commit is already done: whoever speaks of it must know.
        written = any(each.change is not None for each in (changeset, *changeset.beside))
        changeset.committed = written and not connection.in_transaction


def commit(connection: Connection, by: str) -> None:
    """Commit; where the connection is lost meanwhile, say that nobody knows whether it was done."""
    try:
        connection.execute("COMMIT")
    except Exception as error:
        if not connection.is_lost:
            raise
        raise Refused(
            f"与数据库 {connection.location.shown} 的连接在提交时中断：本次改动是否已写入不能确定，程序不会自行重做；"
            f"请运行 tracker history --by {by} 核对，确未写入再重新运行"
        ) from error


def flush(changeset: Changeset, moved_before: AbstractSet[int] = frozenset()) -> set[int]:
    """Write the change, its rows and the kept current state; the caller's transaction commits.

    Returns the items (by key) that are judged otherwise because their plan came into use. moved_before: those that a change
    written since this one was drafted moved so: what the changeset would keep of them no longer holds.
    """
    connection = changeset.connection
    row = connection.one(
        f"SELECT id, at, hash, ({_RECIPE}), (SELECT max(id) FROM report), (SELECT max(id) FROM event) FROM change"
        " ORDER BY id DESC LIMIT 1"
    )
    last, last_at, last_hash, recipe, *told_until = row or (0, "", GENESIS, None, None, None)
    told = Watermark(*(key or 0 for key in told_until))
    changeset.change = int(last) + 1
    session = None if connection.is_sqlite else rights.session(connection)
    if session is not None and not session.may_write:
        _hand_over(changeset, str(last_at), session)
        return set()
    before = recipe_in_force(connection) if row is None else _recipe(recipe)
    for insert in changeset.additions:
        changeset.touched.update(insert(connection, changeset.change))
    if _settle_registry(changeset) or changeset.additions or connection.registry_moved:
        changeset.detail = {**(changeset.detail or {}), **_seals(changeset, before)}
    if before is not NEWEST:
        changeset.detail = {**(changeset.detail or {}), "recipe": NEWEST.number}
        connection.execute("UPDATE ledger SET value = ? WHERE name = 'recipe'", (str(NEWEST.number),))
    values = _change_values(changeset, str(last_at), session)
    with connection.pipelined():
        _insert(changeset, values, chain(str(last_hash), values, changeset.rows, NEWEST))
    # What an undo takes out, or a plan brings in, the kept state did not know.
    is_news = changeset.undoes is None and not changeset.additions
    if changeset.additions:
        refresh.keep_came_in(connection, changeset.change)
    moved = refresh.moved_by_use(connection, changeset.touched, changeset.sent, is_news=is_news)
    if _moves_figures(changeset):
        refresh.rebuild(connection)
        return moved
    touched = changeset.touched | _left_stale(connection) | moved
    apart = moved | moved_before
    refresh.refresh(connection, touched, told if is_news else None, changeset.projection.keys - apart)
    changeset.projection.write(connection, changeset.change, apart)
    return moved


def _insert(changeset: Changeset, values: tuple[Any, ...], digest: str) -> None:
    """Write the change, what it states, and up to where the ledger now goes."""
    connection = changeset.connection
    connection.execute(
        f'INSERT INTO change (id, at, "by", login, unit, command, detail, undoes, hash) VALUES ({marks((*values, digest))})',
        (*values, digest),
    )
    for table, columns in NEWEST.stated.items():
        if changeset.rows[table]:
            names = ", ".join(columns)
            connection.many(
                f"INSERT INTO {table} (change_id, {names}) VALUES ({changeset.change}, {marks(columns)})",
                changeset.rows[table],
            )
    connection.execute("UPDATE ledger SET value = ? WHERE name = 'head'", (head_text(values[0], digest),))
    if changeset.newest:
        newest = changeset.newest
        connection.execute("UPDATE ledger SET value = ? WHERE name = 'newest_date' AND value < ?", (newest, newest))


def _moves_figures(changeset: Changeset) -> bool:
    """Say whether the change sets, or takes back, what every item is judged by: then all that is kept is worked out anew."""
    row = changeset.connection.one(
        "SELECT 1 FROM event WHERE item_id IS NULL AND kind IN ('config', 'end', 'remove') AND change_id IN (?, ?)",
        (changeset.change, changeset.undoes or changeset.change),
    )
    return row is not None or changeset.command == "upgrade"


def _change_values(changeset: Changeset, last_at: str, session: rights.Session | None) -> tuple[Any, ...]:
    """Return the columns of the change itself, in the order of `integrity.hashes.CHANGE`; session: that of a server."""
    own = None if session is None else session.moment
    login = changeset.author.login or (login_name() if session is None else session.login)
    # A clock that was set back must not make a later entry look earlier (known-at would lie).
    at = max(own or instant_text(changeset.now), last_at)
    hands_out = bool(changeset.rows["issue"]) or any(event[2] == "form" for event in changeset.rows["event"])
    if hands_out and at == last_at:
        at = _next_moment(at)  # what is told after a report in the same moment is of the next one
    return (
        changeset.change, at, changeset.author.by, login, changeset.author.unit,
        changeset.command, None if changeset.detail is None else dump(changeset.detail), changeset.undoes,
    )  # fmt: skip


def tell_clock(connection: Connection, now: datetime) -> None:
    """Say where the clock of this machine can hardly be right: a day before the last change, or a year after it."""
    row = connection.one("SELECT id, at FROM change ORDER BY id DESC LIMIT 1")
    found = moment_of(row[1]) if row is not None else None
    if row is None or found is None:
        return
    last = found.astimezone(now.tzinfo)
    apart = now - last
    if apart <= -timedelta(days=1):
        where = f"早于台账最后一号改动（第 {row[0]} 号，{last:%Y-%m-%d %H:%M}）"
    elif apart >= timedelta(days=366):
        where = f"比台账最后一号改动（第 {row[0]} 号，{last:%Y-%m-%d %H:%M}）晚一年以上"
    else:
        return
    notify(f"注意：本机时钟为 {now:%Y-%m-%d %H:%M}，{where}；请核对日期和时间，填报日按本机时钟记")


def _next_moment(at: str) -> str:
    """Return the moment after one, a millionth of a second later."""
    moment = datetime.fromisoformat(at.removesuffix("Z") + "+00:00") + timedelta(microseconds=1)
    return instant_text(moment)


def _hand_over(changeset: Changeset, last_at: str, session: rights.Session) -> None:
    """Let the server check and write what a login that may only report has to say."""
    if changeset.additions or changeset.rows["index_value"] or changeset.rows["issue"]:
        raise Refused("当前登录只能填报，不能增加方案、事项或指数数据；请协调人办理")
    changeset.author.unit = _own_name(changeset)
    rows = [(table, dump(row)) for table in NEWEST.stated for row in changeset.rows[table]]
    rights.record(changeset.connection, dump(_change_values(changeset, last_at, session)), rows)


def _own_name(changeset: Changeset) -> str | None:
    """Return the name in the registry of the unit that a reporter named in its own way; the server takes no other."""
    from tracker.ledger.unit_names import split_region
    from tracker.store.registry import units_called

    named = changeset.author.unit
    if not named:
        return named
    own = rights.own_units(changeset.connection)
    region, wanted = split_region(named)
    found = [name for _, name, places in own if name == wanted and region in (None, *places)]
    if not found:
        keys = {key for key, _, _ in own}
        found = [unit.name for unit in units_called(changeset.connection, named) if unit.id in keys]
    return found[0] if len(found) == 1 else named


SETTLED_AT_ONCE = 500
"""How many items that reporters moved one coordinator's write derives anew, beside its own."""


def _left_stale(connection: Connection) -> set[int]:
    """Return items whose kept state reporters could not move themselves (`store.postgres.rights`)."""
    if connection.is_sqlite:
        return set()
    return {row[0] for row in connection.all("SELECT id FROM item WHERE stale = 1 LIMIT ?", (SETTLED_AT_ONCE,))}


def _seals(changeset: Changeset, recipe: Recipe) -> dict[str, str]:
    """Return the digests that a change keeps: of the rows it added, and of the registry before and after it.

    recipe: the one in force before.
    """
    from tracker.store.integrity.hashes import facts_digest, registry_digest

    assert changeset.change is not None  # noqa: S101 - flush has just numbered it
    facts = facts_digest(changeset.connection, changeset.change, NEWEST)
    seals = {
        "registry_before": _registry_before(changeset, recipe),
        "registry": registry_digest(changeset.connection, NEWEST),
    }
    return {**({"facts": facts} if facts else {}), **seals}


def _registry_before(changeset: Changeset, recipe: Recipe) -> str:
    """Return the digest of the registry before this change: a quiet change of it shall not be sealed with this one."""
    from tracker.store.integrity.hashes import EMPTY, registry_digest

    if changeset.change == 1:
        return EMPTY
    if changeset.connection.registry_before is not None:
        return changeset.connection.registry_before
    # Another connection sees what was committed before.
    outside = open_connection(changeset.connection.location, write=False)
    try:
        return registry_digest(outside, recipe)
    finally:
        outside.close()


def head_text(change: int, digest: str) -> str:
    """Return what the ledger keeps of its last change: a change that was cut off is missed."""
    return f"{change} {digest}"


def _settle_registry(changeset: Changeset) -> bool:
    """Put in force, or take back, what the change says about the ledger itself (`registry`); return whether it says any."""
    connection = changeset.connection
    assert changeset.change is not None  # noqa: S101 - flush has just numbered it
    own = [event for event in changeset.rows["event"] if event[0] is None]
    for _item, _n, kind, *_when_and_who, text, _before in own:
        data = json.loads(text)
        registry_changes.apply(connection, kind, data, changeset.change)
        changeset.sent |= _sent(kind, data)
    if changeset.undoes is None:
        return bool(own)
    target, takes_back = changeset.undoes, True
    while (row := connection.one("SELECT undoes FROM change WHERE id = ?", (target,))) is not None and row[
        0
    ] is not None:
        target, takes_back = row[0], not takes_back
    rows = connection.all(
        "SELECT kind, data FROM event WHERE change_id = ? AND item_id IS NULL ORDER BY id DESC", (target,)
    )
    for kind, text in rows:
        data = decision_of(kind, text)
        if data is None:
            continue  # it put nothing in force
        changeset.sent |= _sent(kind, data)
        if takes_back:
            registry_changes.revert(connection, kind, data, target, changeset.change)
        else:
            registry_changes.apply(connection, kind, data, target)
    return bool(own or rows)


def _sent(kind: str, data: Mapping[str, Any]) -> set[str]:
    """Return the codes of the plans for which an event says that a form was made."""
    return {code for code in data["plans"] if isinstance(code, str)} if kind == "form" else set()


def recipe_in_force(connection: Connection) -> Recipe:
    """Return the recipe by which the last change was made; a ledger that does not say is of the first."""
    row = connection.one(_RECIPE)
    return _recipe(None if row is None else row[0])


_RECIPE = "SELECT value FROM ledger WHERE name = 'recipe'"


def _recipe(named: object) -> Recipe:
    text = "1" if named is None else str(named)
    return RECIPES.get(int(text) if text.isdecimal() else 0, NEWEST)


def chain(previous: str, change: tuple[Any, ...], rows: Mapping[str, Iterable[tuple[Any, ...]]], recipe: Recipe) -> str:
    """Return the hash that ties a change and all it wrote, in the columns of a recipe, to the change before it."""
    digest = hashlib.sha256(previous.encode())
    digest.update(dump(change).encode())
    for table in recipe.stated:
        given = iter(rows.get(table, ()))
        while portion := list(islice(given, PORTION)):
            digest.update(_hashed(table, portion).encode())
    return digest.hexdigest()


PORTION = 500
"""Rows that are written out for their hash together."""


def _hashed(table: str, rows: list[tuple[Any, ...]]) -> str:
    """Write rows of single values each as `dump` does, the name of their table before it.

    To set an encoder up takes longer than to write a row, so it writes them all; it puts between values and between rows what
    JSON has in no text, so that a row is told from what looks like one in a text.
    """
    text = _dumped(_ENCODER_OF_ROWS, rows)
    return table + text[1:-1].replace("]\0[", f"]{table}[").replace("\0", ",")


def dump(value: Any) -> str:
    """Write JSON in one form only: the same content has the same bytes and the same hash.

    Raises UnicodeEncodeError for half a character: escaped it could be stored, but no sheet could be written with it.
    """
    return _dumped(_ENCODER, value)


def _dumped(encoder: json.JSONEncoder, value: Any) -> str:
    text = encoder.encode(value)
    if "\\ud" in text:
        json.dumps(value, ensure_ascii=False, default=_plain_json).encode()
    return text


def _plain_json(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for the change log: {type(value)}")


_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_plain_json)
_ENCODER_OF_ROWS = json.JSONEncoder(ensure_ascii=True, separators=("\0", ":"), default=_plain_json)


def login_name() -> str:
    """Return the login under which this process runs."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"
