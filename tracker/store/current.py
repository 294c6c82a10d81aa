"""The kept current state: derived from history after every write, so that reading today never scans the past.

Everything here can be rebuilt from the append-only tables (`tracker doctor --repair`).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.ledger.history import replay, resolve_links
from tracker.ledger.model import Indicator, Item, Link
from tracker.ledger.progress import is_met
from tracker.ledger.values import plain
from tracker.store.connection import Connection
from tracker.store.reading import Selection, load_facts, load_statements

LOOSE = Decimal(0)
"""Tolerance under which the kept dates are computed: the strictest, so that they never hide an overdue item."""


def refresh(connection: Connection, touched: Iterable[int]) -> None:
    """Derive anew the kept state of items (by key) and of every item that draws on their indicators."""
    keys = _with_followers(connection, set(touched))
    for batch in _batches(sorted(keys)):
        refresh_batch(connection, batch)


def refresh_batch(connection: Connection, keys: Sequence[int]) -> None:
    """Derive and store the state of some items."""
    codes = [row[0] for row in connection.all(f"SELECT code FROM item WHERE id IN ({_marks(keys)})", keys)]
    facts = load_facts(connection, Selection(ids=tuple(codes)))
    facts.update(load_facts(connection, Selection(ids=_source_codes(connection, facts))))
    histories = load_statements(connection, tuple(facts), None)
    for key, item in facts.items():
        replay(item, histories.get(key, ()))
    resolve_links({item.id: item for item in facts.values()})
    wanted = set(keys)
    for key, item in facts.items():
        if key in wanted:
            _store(connection, key, item, histories.get(key, ()))


def rebuild(connection: Connection) -> None:
    """Derive anew the kept state of every item."""
    keys = [row[0] for row in connection.all("SELECT id FROM item ORDER BY id")]
    for batch in _batches(keys):
        refresh_batch(connection, batch)


def _with_followers(connection: Connection, keys: set[int]) -> set[int]:
    found, fresh = set(keys), set(keys)
    while fresh:
        followers: set[int] = set()
        for batch in _batches(sorted(fresh)):
            rows = connection.all(
                "SELECT follower.item_id FROM indicator_source link"
                " JOIN indicator source ON source.id = link.source_id"
                " JOIN indicator follower ON follower.id = link.indicator_id"
                f" WHERE source.item_id IN ({_marks(batch)})",
                batch,
            )
            followers.update(row[0] for row in rows)
        fresh = followers - found
        found |= fresh
    return found


def _source_codes(connection: Connection, facts: dict[int, Item]) -> tuple[str, ...]:
    """Return the items on whose indicators the given ones draw, directly or through others."""
    known = {item.id for item in facts.values()}
    todo = set(known)
    found: set[str] = set()
    while todo:
        code = todo.pop()
        rows = connection.all(
            "SELECT plan_link, link FROM indicator JOIN item ON item.id = indicator.item_id WHERE item.code = ?",
            (code,),
        )
        for text in (text for row in rows for text in row if text):
            for source in json.loads(text)["sources"]:
                owner = source.rpartition(".")[0]
                if owner not in known and owner not in found:
                    found.add(owner)
                    todo.add(owner)
    rows = connection.all(
        "SELECT data FROM event WHERE kind = 'link' AND item_id IN (" + _marks(list(facts) or [0]) + ")",
        list(facts) or [0],
    )
    for (text,) in rows:
        for source in json.loads(text).get("sources", ()):
            owner = source.rpartition(".")[0]
            if owner not in known:
                found.add(owner)
    return tuple(found)


def _store(connection: Connection, key: int, item: Item, statements: Sequence[Any]) -> None:
    reports = [each for each in statements if each.kind == "report"]
    last = max(reports, key=lambda each: (each.date, each.order)).order if reports else None
    overdue_from, soon_due = kept_dates(item)
    connection.execute(
        "UPDATE item SET due = ?, state = ?, percent = ?, completed_on = ?, completed_by = ?, closed_on = ?, forecast = ?,"
        " last_report_id = ?, assigned = ?, edited = ?, retired_on = ?, overdue_from = ?, soon_due = ? WHERE id = ?",
        (
            _text(item.due), item.state, _text(item.percent), _text(item.completed_on), item.completed_by,
            _text(item.closed_on), item.forecast, None if last is None else last & ((1 << 40) - 1), int(item.assigned),
            _edited(statements, None), _text(item.retired_on), _text(overdue_from), _text(soon_due), key,
        ),
    )  # fmt: skip
    _store_roles(connection, key, item)
    for indicator in item.indicators:
        _store_indicator(connection, key, indicator, _edited(statements, indicator.n))
    for (n,) in connection.all("SELECT n FROM indicator WHERE item_id = ? AND withdrawn = 0", (key,)):
        connection.execute(
            "UPDATE indicator SET retired_on = ? WHERE item_id = ? AND n = ? AND withdrawn = 0",
            (_retired(statements, n), key, n),
        )


def kept_dates(item: Item) -> tuple[date | None, date | None]:
    """Return the earliest due date still unmet, from which on an item is overdue, and the last one (for near due).

    A level to be held that is met today may be asked again after its due date: it keeps its date in the first.
    """
    if item.kind == "aim":
        return None, None
    if not item.indicators:
        due = item.due if item.is_open else None
        return due, due
    open_dues: list[date] = []
    for indicator in item.indicators:
        if indicator.due is None or not indicator.is_open:
            continue
        after = (
            indicator.due.replace(year=indicator.due.year + 1)
            if indicator.due.month != 2
            else date(indicator.due.year + 1, 3, 1)
        )
        if not is_met(indicator, after, LOOSE):
            open_dues.append(indicator.due)
    return (min(open_dues), max(open_dues)) if open_dues else (None, None)


def _store_roles(connection: Connection, key: int, item: Item) -> None:
    """Mark the plan's own rows active or replaced, and write an assignment's rows beside them."""
    connection.execute("DELETE FROM responsibility WHERE item_id = ? AND origin = 'assigned'", (key,))
    planned = connection.all(
        "SELECT id, unit_id, role, printed FROM responsibility WHERE item_id = ? AND origin = 'plan'", (key,)
    )
    left = {(role.unit, kind, role.name): role for kind, roles in _roles(item) for role in roles}
    for row, unit, kind, printed in planned:
        role = left.pop((unit, kind, printed), None)
        connection.execute(
            "UPDATE responsibility SET active = ?, reported_on = ?, reported_entered = ? WHERE id = ?",
            (int(role is not None), _text(role and role.reported_on), _text(role and role.reported_entered), row),
        )
    position = 1000
    for (unit, kind, printed), role in left.items():
        position += 1
        connection.execute(
            "INSERT INTO responsibility (item_id, unit_id, role, printed, position, origin, active, reported_on,"
            " reported_entered) VALUES (?, ?, ?, ?, ?, 'assigned', 1, ?, ?)",
            (key, unit, kind, printed, position, _text(role.reported_on), _text(role.reported_entered)),
        )


def _roles(item: Item) -> tuple[tuple[str, list[Any]], ...]:
    return ("lead", item.leads), ("participant", item.participants)


def _store_indicator(connection: Connection, key: int, indicator: Indicator, edited: str | None) -> None:
    points = [[point.date.isoformat(), plain(point.value)] for point in indicator.milestones]
    connection.execute(
        "UPDATE indicator SET due = ?, state = ?, percent = ?, actual = ?, actual_date = ?, baseline_year = ?,"
        " baseline_value = ?, completed_on = ?, completed_by = ?, closed_on = ?, reported_on = ?, reported_entered = ?,"
        " milestones = ?, link = ?, edited = ? WHERE item_id = ? AND n = ? AND withdrawn = 0",
        (
            _text(indicator.due), indicator.state, _text(indicator.percent), _text(indicator.actual),
            _text(indicator.actual_date), indicator.baseline_year, _text(indicator.baseline_value),
            _text(indicator.completed_on), indicator.completed_by, _text(indicator.closed_on),
            _text(indicator.reported_on), _text(indicator.reported_entered),
            json.dumps(points, separators=(",", ":")) if points else None, link_text(indicator.link), edited, key, indicator.n,
        ),
    )  # fmt: skip
    _store_sources(connection, key, indicator)


def _store_sources(connection: Connection, key: int, indicator: Indicator) -> None:
    row = connection.one("SELECT id FROM indicator WHERE item_id = ? AND n = ? AND withdrawn = 0", (key, indicator.n))
    assert row is not None  # noqa: S101 - it was just updated
    connection.execute("DELETE FROM indicator_source WHERE indicator_id = ?", (row[0],))
    for source in indicator.link.sources if indicator.link else ():
        code, _, n = source.rpartition(".")
        connection.execute(
            "INSERT INTO indicator_source (indicator_id, source_id) SELECT ?, indicator.id FROM indicator"
            " JOIN item ON item.id = indicator.item_id WHERE item.code = ?"
            " AND item.withdrawn = 0 AND indicator.withdrawn = 0 AND indicator.n = ?",
            (row[0], code, int(n)),
        )


def link_text(link: Link | None) -> str | None:
    """Write a link in its kept form, JSON {kind, sources, weights}."""
    if link is None:
        return None
    weights = [None if weight is None else plain(weight) for weight in link.weights]
    return json.dumps({"kind": link.kind, "sources": list(link.sources), "weights": weights}, separators=(",", ":"))


def _edited(statements: Iterable[Any], n: int | None) -> str | None:
    """Return what edits of an item (n None) or an indicator changed, as JSON that reading lays over the plan's words."""
    kept: dict[str, Any] = {}
    for statement in sorted(statements, key=lambda each: (each.date, each.order)):
        if statement.kind == "edit" and statement.n == n:
            kept.update(statement.data)
    return json.dumps(kept, ensure_ascii=False) if kept else None


def _retired(statements: Iterable[Any], n: int) -> str | None:
    days = [each.date for each in statements if each.kind == "retire" and each.n == n]
    return _text(min(days)) if days else None


def _text(value: date | Decimal | None) -> str | None:
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else value.isoformat()


def _batches(keys: Sequence[int], size: int = 400) -> Iterable[Sequence[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("?" for _ in values)
