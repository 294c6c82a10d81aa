"""Proving that history is as it was written: the chain of hashes, and the digests it covers (`store.integrity.hashes`)."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tracker.ledger.dates import instant_text
from tracker.store.change_log import undone_changes
from tracker.store.changeset import GENESIS, chain, head_text, recipe_in_force
from tracker.store.connection import Connection, Row
from tracker.store.integrity.findings import RESTORE, Finding
from tracker.store.integrity.hashes import (
    CHANGE,
    NEWEST,
    RECIPE_1,
    RECIPES,
    Recipe,
    facts_digest,
    identity_seal,
    later_facts,
    registry_digest,
)
from tracker.store.registry_changes import removed_plans
from tracker.store.row_values import moment_of, parsed


def head(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the last change: whoever notes them down can prove later that nothing was cut off.

    A ledger so damaged that it cannot be said has neither.
    """
    try:
        return last_change(connection)
    except sqlite3.DatabaseError:
        return (0, "")


def last_change(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the last change, 0 and the start of the chain where there is none."""
    row = connection.one("SELECT id, hash FROM change ORDER BY id DESC LIMIT 1")
    return (0, GENESIS) if row is None else (int(row[0]), str(row[1]))


def last_entry(connection: Connection) -> tuple[int, str | None]:
    """Return number and moment of the last change."""
    row = connection.one("SELECT id, at FROM change ORDER BY id DESC LIMIT 1")
    return (0, None) if row is None else (int(row[0]), str(row[1]))


def verify_chain(connection: Connection, expected: str | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the change log: changes missing, altered or out of time, or cut off at the end.

    expected is a hash somebody noted down; it must be that of some change.
    """
    number, previous, moment, recipe = 0, GENESIS, "", RECIPE_1
    found = expected is None
    for row, streams in _changes(connection):
        change, at, stored = int(row[0]), str(row[1]), str(row[len(CHANGE)])
        recipe = _named_recipe(row[CHANGE.index("detail")]) or recipe
        stated = {table: _as_hashed(streams[table], columns) for table, columns in recipe.stated.items()}
        if change != number + 1:
            gap = f"第 {number + 1} 号" if change == number + 2 else f"第 {number + 1} 至 {change - 1} 号"
            yield Finding("chain", f"{gap}改动", "改动记录缺失，曾被删除", RESTORE)
        elif _is_foreign(streams, recipe) or chain(previous, row[: len(CHANGE)], stated, recipe) != stored:
            what = "内容与校验值不符，记录曾被改动、增加或删除" + _subjects(connection, change)
            yield Finding("chain", _change_words(row), what, RESTORE)
        if at < moment:
            yield Finding("chain", _change_words(row), f"时间 {at} 早于前一号改动", RESTORE)
        number, previous, moment = change, stored, max(moment, at)
        found = found or stored.startswith(str(expected))
    yield from _cut_off(connection, number, previous)
    if not found:
        yield Finding("chain", f"校验值 {expected}", "改动链中没有这个校验值：其后的历史被换过，或记错了", RESTORE)


def verify_times(connection: Connection, now: datetime) -> Iterator[Finding]:
    """Yield changes that lie in the future, and those with statements entered on another day than theirs.

    Some day that is today somewhere on earth will do. A change that took the moment of the one before, because the clock
    was behind it, says nothing of its day.
    """
    entered: dict[int, tuple[str, str]] = {}
    for table in ("report", "event"):
        for change, first, last in connection.all(
            f"SELECT change_id, min(entered), max(entered) FROM {table} GROUP BY change_id"
        ):
            before = entered.get(change, (first, last))
            entered[change] = (min(first, before[0]), max(last, before[1]))
    latest, previous = instant_text(now + AHEAD), ""
    for change, at, by, command in connection.all('SELECT id, at, "by", command FROM change ORDER BY id'):
        named = f"第 {change} 号改动（{command}，{by}，{at}）"
        if at > latest:
            yield Finding("times", named, f"时刻在未来（现在是 {instant_text(now)}）：当时的时钟不准", CLOCK)
        first, last = entered.get(change, (at[:10], at[:10]))
        moment = None if first == last == at[:10] or at == previous else moment_of(at)
        if moment is not None:
            earliest, last_day = ((moment + each).date().isoformat() for each in EARTH)
            if first < earliest or last > last_day:
                yield Finding(
                    "times",
                    named,
                    f"其中填报日为 {first if first < earliest else last}，与改动的时刻不是同一天",
                    RESTORE,
                )
        previous = at


AHEAD = timedelta(days=1)
"""How far a clock may be ahead of another."""
EARTH = (timedelta(hours=-12), timedelta(hours=14))
"""How far local time may be behind and ahead of UTC."""
CLOCK = "核对各台电脑的时钟；要更正的，用 tracker undo 撤销后重新填报"


def _cut_off(connection: Connection, number: int, digest: str) -> Iterator[Finding]:
    row = connection.one("SELECT value FROM ledger WHERE name = 'head'")
    kept = str(row[0]) if row is not None else ""
    if kept == head_text(number, digest):
        return
    noted = kept.partition(" ")[0] or "（无）"
    what = f"台账记着最后一号改动是第 {noted} 号，改动记录的最后一号是第 {number} 号或内容不同：末尾的记录曾被删改"
    yield Finding("chain", "末尾", what, RESTORE)


def _changes(connection: Connection) -> Iterator[tuple[Row, Mapping[str, Iterator[Row]]]]:
    """Yield every change with its hash, and what it stated as it was hashed, to be read before the next change.

    One change may be an import of a million reports: none of them are kept.
    """
    names = ", ".join(f'"{name}"' for name in (*CHANGE, "hash"))
    streams = {
        table: _Stream(connection.stream(f"SELECT change_id, {', '.join(columns)} FROM {table} ORDER BY change_id, id"))
        for table, columns in NEWEST.stated.items()
    }
    for row in connection.stream(f"SELECT {names} FROM change ORDER BY id"):
        yield row, {table: stream.of(row[0]) for table, stream in streams.items()}


def _is_foreign(streams: Mapping[str, Iterator[Row]], recipe: Recipe) -> bool:
    """Say whether a change has rows in a table that came with a later recipe than its own."""
    return any(next(rows, None) is not None for table, rows in streams.items() if table not in recipe.stated)


def _as_hashed(rows: Iterator[Row], columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield rows in the columns of a recipe; one that has something in a column of a later recipe is not what was hashed."""
    width = len(columns)
    for row in rows:
        yield row if any(value is not None for value in row[width:]) else row[:width]


def _named_recipe(detail: str | None) -> Recipe | None:
    """Return the recipe that a change names as its own and that of those after it."""
    if not isinstance(detail, str) or '"recipe":' not in detail:
        return None
    said = parsed(detail)
    number = said.get("recipe") if isinstance(said, dict) else None
    return RECIPES.get(number) if isinstance(number, int) else None


def recipe_of(connection: Connection) -> Callable[[int], Recipe]:
    """Return what says by which recipe a change was made: by the last that it, or a change before it, names."""
    named = {change: recipe for change, text in _texts(connection) if (recipe := _named_recipe(text)) is not None}

    def at(change: int) -> Recipe:
        first = max((number for number in named if number <= change), default=None)
        return RECIPE_1 if first is None else named[first]

    return at


class _Stream:
    """Rows that come in the order of their changes, whose number is their first value."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, change: int) -> Iterator[Row]:
        """Yield the rows of a change, without its number; what belongs to changes before it is passed over."""
        while self._next is not None and self._next[0] <= change:
            if self._next[0] == change:
                yield self._next[1:]
            self._next = next(self._rows, None)


def _change_words(row: Row) -> str:
    said = dict(zip(CHANGE, row, strict=False))
    return f"第 {said['id']} 号改动（{said['command']}，{said['by']}，{said['at']}）"


def _subjects(connection: Connection, change: int) -> str:
    """Name the items a change is about, so that somebody knows where to look."""
    about = " UNION ".join(
        f"SELECT item_id FROM {table} WHERE change_id = ?" for table in ("report", "event", "evidence")
    )
    rows = connection.all(
        f"SELECT code FROM item WHERE id IN ({about}) ORDER BY id LIMIT ?", (change, change, change, _NAMED + 1)
    )
    named = "、".join(str(row[0]) for row in rows[:_NAMED])
    return f"；涉及 {named}" + ("等" if len(rows) > _NAMED else "") if named else ""


_NAMED = 5
"""How many items a finding about a change names."""


def verify_facts(connection: Connection) -> Iterator[int]:
    """Yield the changes whose added plans, items or indicators are no longer what was added."""
    made_by = recipe_of(connection)
    sealed = {change: detail["facts"] for change, detail in _details(connection) if "facts" in detail}
    added = {1}
    for table in ("plan", "item", "indicator"):
        added |= {
            row[0]
            for row in connection.all(f"SELECT DISTINCT added_by FROM {table} WHERE added_by IS NOT NULL")
            if isinstance(row[0], int)
        }
    for change in sorted(added | set(sealed)):
        recipe = made_by(change)
        if facts_digest(connection, change, recipe) != sealed.get(change) or later_facts(connection, change, recipe):
            yield change


def verify_withdrawn(connection: Connection) -> Iterator[Finding]:
    """Yield rows that count as taken back although their addition was not undone, and the other way round."""
    undone = undone_changes(connection)
    removed = removed_plans(connection, undone)
    for table, name in (("plan", "code"), ("item", "code"), ("indicator", "name")):
        for key, added_by, withdrawn in connection.stream(
            f"SELECT {name}, added_by, withdrawn FROM {table} ORDER BY id"
        ):
            if (added_by in undone) != bool(withdrawn) and withdrawn not in removed:
                what = "被标为已撤销，但加入它的改动并未撤销" if withdrawn else "加入它的改动已撤销，它却仍被当作有效"
                yield Finding("facts", str(key), what, RESTORE)


def verify_identity(connection: Connection) -> Iterator[Finding]:
    """Yield a finding where the ledger is not any more what the change that made it, or upgraded it last, says it is."""
    sealed = [detail["ledger"] for _, detail in _details(connection) if isinstance(detail.get("ledger"), dict)]
    stored = identity_seal(connection)["ledger"]
    for name, word in (("id", "台账的编号"), ("demo", "演示台账的标记")):
        if sealed and sealed[-1].get(name) != stored.get(name):
            yield Finding("chain", word, "与建账或升级时的登记不符，曾被直接改动", RESTORE)


def verify_registry(connection: Connection) -> Iterator[Finding]:
    """Yield a finding wherever units or regions were not what the change before had left, up to now."""
    last, since = None, 1
    for change, detail in _details(connection):
        if "registry" not in detail:
            continue
        if last is not None and detail.get("registry_before") != last:
            yield _moved_registry(f"第 {since} 号与第 {change} 号改动之间")
        last, since = detail["registry"], change
    if registry_digest(connection, recipe_in_force(connection)) != last:
        yield _moved_registry(f"第 {since} 号改动之后")


def _moved_registry(when: str) -> Finding:
    return Finding("registry", "单位、别名和地区名录（含登录名的权限）", f"{when}曾被直接改动，与登记不符", RESTORE)


def _details(connection: Connection) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for change, detail in _texts(connection):
        content = parsed(detail)
        if isinstance(content, dict):  # else the chain of hashes has found it
            yield change, content


def _texts(connection: Connection) -> list[Row]:
    return connection.all("SELECT id, detail FROM change WHERE detail IS NOT NULL ORDER BY id")
