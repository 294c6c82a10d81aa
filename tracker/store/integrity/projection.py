"""The kept current state against history: what is stored beside what follows from the statements, column by column."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tracker.errors import TrackerError
from tracker.ledger.model import Indicator, Item, Link
from tracker.ledger.replay import Statement
from tracker.store.connection import Connection, marks
from tracker.store.filters import batches
from tracker.store.integrity.findings import CUT, REPAIR, RESTORE, Finding
from tracker.store.projection.columns import ROLE, projected_indicator, projected_item, projected_roles, retired_on
from tracker.store.projection.refresh import Replayed, newest_date, replayed
from tracker.store.stated_parameters import load_parameters


def compare_state(connection: Connection) -> Iterator[Finding]:
    """Yield every kept column that is not what history says, naming item, indicator and column.

    Items that a server's reporters moved are settled by the next write of a coordinator and not compared (`store.postgres.rights`).
    """
    settled = "" if connection.is_sqlite else " AND stale = 0"
    keys = [row[0] for row in connection.stream(f"SELECT id FROM item WHERE withdrawn = 0{settled} ORDER BY id")]
    for batch in batches(keys):
        yield from _compare_batch(connection, batch)
    yield from _compare_newest(connection)


def _compare_batch(connection: Connection, keys: Sequence[int]) -> Iterator[Finding]:
    try:
        found = replayed(connection, keys)
    except (ArithmeticError, KeyError, LookupError, TypeError, ValueError, TrackerError) as error:
        if len(keys) > 1:
            for key in keys:
                yield from _compare_batch(connection, [key])
            return
        row = connection.one("SELECT code FROM item WHERE id = ?", keys)
        what = f"历史无法重放（{type(error).__name__}：{error}）：方案内容或记录曾被直接改动"
        yield Finding("state", str(row[0]) if row else str(keys[0]), what, RESTORE)
        return
    if found:
        stored = _Stored(connection, found)
        for key, (item, statements) in found.items():
            yield from _compare_item(stored, key, item, statements)


class _Stored:
    """What is kept of some items, as it stands in the tables: read in a few questions for all of them."""

    def __init__(self, connection: Connection, found: Replayed) -> None:
        keys = list(found)
        among = f"item_id IN ({marks(keys)})"
        item, statements = found[keys[0]]
        self.parameters = load_parameters(connection)
        names = ", ".join(projected_item(item, statements, self.parameters))
        rows = connection.all(f"SELECT id, {names} FROM item WHERE {among.replace('item_id', 'id')}", keys)
        self.items = {key: values for key, *values in rows}
        names = ", ".join(projected_indicator(Indicator(1, "", ">="), ()))
        rows = connection.all(
            f"SELECT item_id, n, retired_on, {names} FROM indicator WHERE withdrawn = 0 AND {among} ORDER BY n", keys
        )
        self.indicators = {(key, n): values for key, n, _, *values in rows}
        self.retired = _by_item((key, n, retired) for key, n, retired, *_ in rows)
        self.planned = _by_item(
            connection.all(
                f"SELECT item_id, id, unit_id, role, printed, {', '.join(ROLE)} FROM responsibility"
                f" WHERE origin = 'plan' AND {among} ORDER BY id", keys,
            )
        )  # fmt: skip
        self.assigned = _by_item(
            connection.all(
                f"SELECT item_id, unit_id, role, printed, position, {', '.join(ROLE)} FROM responsibility"
                f" WHERE origin = 'assigned' AND {among}", keys,
            )
        )  # fmt: skip
        self.sources = _by_item(
            connection.all(
                "SELECT own.item_id, own.n, owner.code, source.n FROM indicator_source link"
                " JOIN indicator source ON source.id = link.source_id JOIN item owner ON owner.id = source.item_id"
                f" JOIN indicator own ON own.id = link.indicator_id WHERE own.withdrawn = 0 AND own.{among}", keys,
            )
        )  # fmt: skip


def _by_item(rows: Iterable[Sequence[Any]]) -> dict[int, list[tuple[Any, ...]]]:
    """Sort rows by their first value, the key of an item."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for key, *values in rows:
        found.setdefault(key, []).append(tuple(values))
    return found


def _compare_item(stored: _Stored, key: int, item: Item, statements: Sequence[Statement]) -> Iterator[Finding]:
    yield from _differences(item.id, projected_item(item, statements, stored.parameters), stored.items[key])
    for indicator in item.indicators:
        values = projected_indicator(indicator, statements)
        yield from _differences(f"{item.id}.{indicator.n}", values, stored.indicators[key, indicator.n])
    for n, retired in stored.retired.get(key, ()):
        if retired != retired_on(statements, n):
            yield _difference(f"{item.id}.{n}", "retired_on", retired, retired_on(statements, n))
    yield from _compare_roles(stored, key, item)
    yield from _compare_sources(stored, key, item)


def _differences(name: str, values: dict[str, Any], stored: Sequence[Any]) -> Iterator[Finding]:
    for (column, value), kept in zip(values.items(), stored, strict=True):
        if kept != value:
            yield _difference(name, column, kept, value)


_LATER = (
    "last_report_id", "reported_on", "reported_entered", "completed_on", "completed_by", "closed_on", "retired_on", "unmet",
    "owing_since", "extensions", "assigned", "forecast", "milestones", "edited", "newest_date",
)  # fmt: skip
"""Kept columns that nothing but a statement fills or moves on: what they hold beyond history was said, and is not there any more."""
_COUNTED = ("last_report_id", "reported_on", "reported_entered", "extensions", "assigned", "newest_date")
"""Those of them of which one value is later than another."""


def _knows_more(column: str, stored: Any, right: Any) -> bool:
    if column not in _LATER or not stored:
        return False
    return not right or (column in _COUNTED and type(stored) is type(right) and bool(stored > right))


def _difference(name: str, column: str, stored: Any, right: Any) -> Finding:
    if _knows_more(column, stored, right):
        what = f"现状记为 {_shown(stored)}，按历史应为 {_shown(right)}：现状知道的比历史多，历史的一部分曾被删去或回退"
        return Finding("history", f"{name} 的 {column}", what, CUT)
    return Finding("state", f"{name} 的 {column}", f"记为 {_shown(stored)}，按历史应为 {_shown(right)}", REPAIR)


def _shown(value: Any) -> str:
    return "空" if value is None else str(value)


def _compare_roles(stored: _Stored, key: int, item: Item) -> Iterator[Finding]:
    planned = stored.planned.get(key, ())
    kept = projected_roles(item, [row[:4] for row in planned], stored.parameters)
    if {row[0]: row[4:] for row in planned} != kept.planned:
        yield Finding("state", f"{item.id} 的责任单位", "是否在任或最近填报日期与历史不符", REPAIR)
    if sorted(stored.assigned.get(key, ()), key=repr) != sorted(kept.assigned, key=repr):
        yield Finding("state", f"{item.id} 的责任单位", "明确分工后的单位与历史不符", REPAIR)


def _compare_sources(stored: _Stored, key: int, item: Item) -> Iterator[Finding]:
    drawn = {(n, f"{code}.{source}") for n, code, source in stored.sources.get(key, ())}
    for indicator in item.indicators:
        right = set(indicator.link.sources) if indicator.link else set()
        if {source for n, source in drawn if n == indicator.n} != right:
            yield Finding("state", f"{item.id}.{indicator.n} 的来源指标", "索引与关联不符", REPAIR)


def _compare_newest(connection: Connection) -> Iterator[Finding]:
    stored = connection.one("SELECT value FROM ledger WHERE name = 'newest_date'")
    right = newest_date(connection)
    if stored is None or str(stored[0]) != right:
        yield _difference("台账", "newest_date", stored and stored[0], right)


def check_ahead(connection: Connection) -> Iterator[Finding]:
    """Yield what stands in the ledger and speaks of changes, or belongs to changes, that history does not have (any more)."""
    row = connection.one("SELECT max(id) FROM change")
    last = int(row[0] or 0) if row else 0
    for table, columns in _CHANGES_NAMED.items():
        for column in columns:
            row = connection.one(f"SELECT max({column}) FROM {table}")
            if row is not None and isinstance(row[0], int) and row[0] > last:
                what = f"提到第 {row[0]} 号改动，改动记录的最后一号是第 {last} 号：历史的末尾曾被删去或回退"
                yield Finding("history", f"表 {table} 的 {column}", what, CUT)


_CHANGES_NAMED = {
    "report": ("change_id",), "event": ("change_id",), "evidence": ("change_id",), "index_value": ("change_id",),
    "issue": ("change_id", "last_change"), "plan": ("added_by", "withdrawn"), "item": ("added_by", "withdrawn"),
    "indicator": ("added_by", "withdrawn"),
}  # fmt: skip


def check_links(connection: Connection) -> Iterator[Finding]:
    """Yield links whose source does not exist, and indicators that follow, over others, from themselves."""
    rows = connection.stream(
        "SELECT item.code, indicator.n, indicator.link FROM indicator JOIN item ON item.id = indicator.item_id"
        " WHERE indicator.withdrawn = 0 AND item.withdrawn = 0 ORDER BY indicator.id"
    )
    sources: dict[str, Sequence[str]] = {}
    for code, n, link in rows:
        try:
            sources[f"{code}.{n}"] = Link.read(json.loads(link)).sources if link else ()
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            yield Finding("links", f"{code}.{n}", "关联无法识别", REPAIR)
    for name, own in sources.items():
        for source in own:
            if source not in sources:
                what = f"关联的指标 {source} 不存在或已撤销"
                yield Finding("links", name, what, f"用 tracker link {name} 重新关联")
        if _follows_itself(name, sources):
            yield Finding("links", name, "关联成环，取不到数值", f"用 tracker link {name} 重新关联")


def _follows_itself(name: str, sources: Mapping[str, Sequence[str]]) -> bool:
    seen: set[str] = set()
    todo = list(sources[name])
    while todo:
        each = todo.pop()
        if each == name:
            return True
        if each not in seen:
            seen.add(each)
            todo += sources.get(each, [])
    return False
