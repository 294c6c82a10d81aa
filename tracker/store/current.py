"""The kept current state: derived from history after every write, so that reading today never scans the past.

Everything here can be rebuilt from the append-only tables (`tracker doctor --repair`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.history import Statement
from tracker.ledger.model import Indicator, Item, Link
from tracker.ledger.values import plain
from tracker.store.connection import Connection
from tracker.store.reading import Selection, load_facts, replay_facts


def refresh(connection: Connection, touched: Iterable[int]) -> None:
    """Derive anew the kept state of items (by key) and of every item that draws on their indicators."""
    keys = _with_followers(connection, set(touched))
    for batch in batches(sorted(keys)):
        refresh_batch(connection, batch)


def refresh_batch(connection: Connection, keys: Sequence[int]) -> None:
    """Derive and store the state of some items."""
    for key, (item, statements) in replayed(connection, keys).items():
        _store(connection, key, item, statements)


def replayed(connection: Connection, keys: Sequence[int]) -> dict[int, tuple[Item, Sequence[Statement]]]:
    """Return items by key as history leaves them today, with the statements in force; withdrawn ones are left out."""
    codes = [row[0] for row in connection.all(f"SELECT code FROM item WHERE id IN ({_marks(keys)})", keys)]
    facts = load_facts(connection, Selection(ids=tuple(codes)))
    histories = replay_facts(connection, facts, tuple(facts), None)
    wanted = set(keys)
    return {key: (item, histories.get(key, ())) for key, item in facts.items() if key in wanted}


def rebuild(connection: Connection) -> None:
    """Derive anew the kept state of every item."""
    keys = [row[0] for row in connection.all("SELECT id FROM item ORDER BY id")]
    for batch in batches(keys):
        refresh_batch(connection, batch)


def _with_followers(connection: Connection, keys: set[int]) -> set[int]:
    found, fresh = set(keys), set(keys)
    while fresh:
        followers: set[int] = set()
        for batch in batches(sorted(fresh)):
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


def _store(connection: Connection, key: int, item: Item, statements: Sequence[Statement]) -> None:
    _update(connection, "item", kept_item(item, statements), "id = ?", (key,))
    _store_roles(connection, key, item)
    for indicator in item.indicators:
        values = kept_indicator(indicator, statements)
        _update(connection, "indicator", values, "item_id = ? AND n = ? AND withdrawn = 0", (key, indicator.n))
        _store_sources(connection, key, indicator)
    for (n,) in connection.all("SELECT n FROM indicator WHERE item_id = ? AND withdrawn = 0", (key,)):
        values = {"retired_on": retired_on(statements, n)}
        _update(connection, "indicator", values, "item_id = ? AND n = ? AND withdrawn = 0", (key, n))


def _update(connection: Connection, table: str, values: Mapping[str, Any], where: str, keys: tuple[int, ...]) -> None:
    sets = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE {table} SET {sets} WHERE {where}", (*values.values(), *keys))


def kept_item(item: Item, statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the kept columns of an item that was replayed, by name."""
    reports = [each for each in statements if each.kind == "report"]
    last = max(reports, key=lambda each: (each.date, each.order)).order if reports else None
    return {
        "due": _text(item.due),
        "state": item.state,
        "percent": _text(item.percent),
        "completed_on": _text(item.completed_on),
        "completed_by": item.completed_by,
        "closed_on": _text(item.closed_on),
        "forecast": item.forecast,
        "last_report_id": None if last is None else last & ((1 << 40) - 1),
        "assigned": int(item.assigned),
        "edited": _edited(statements, None),
        "retired_on": _text(item.retired_on),
        "stale": 0,
        **kept_outlook(item),
    }


def kept_indicator(indicator: Indicator, statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the kept columns of an indicator that was replayed, by name; `retired_on` apart."""
    points = [[point.date.isoformat(), plain(point.value)] for point in indicator.milestones]
    return {
        "due": _text(indicator.due),
        "state": indicator.state,
        "percent": _text(indicator.percent),
        "actual": _text(indicator.actual),
        "actual_date": _text(indicator.actual_date),
        "baseline_year": indicator.baseline_year,
        "baseline_value": _text(indicator.baseline_value),
        "completed_on": _text(indicator.completed_on),
        "completed_by": indicator.completed_by,
        "closed_on": _text(indicator.closed_on),
        "reported_on": _text(indicator.reported_on),
        "reported_entered": _text(indicator.reported_entered),
        "milestones": json.dumps(points, separators=(",", ":")) if points else None,
        "link": link_text(indicator.link),
        "edited": _edited(statements, indicator.n),
    }


LIGHTS_KEPT = 4
"""How many colours of an item's light follow one another in the kept state; what changes more often is judged."""
LOOSE_NEARNESS, LOOSE_TOLERANCE, LOOSE_LIGHT = 1, 2, 4
"""What of an item's outlook the kept columns cannot hold, in `loose`: more than two due dates that may be near, a result
that depends on the tolerance of 左右 (which the settings can change), more colours than there are columns.
"""


def kept_outlook(item: Item) -> dict[str, Any]:
    """Return the kept columns that say how an item stands on later days (`tracker.ledger.outlook`), by name."""
    from tracker.ledger.outlook import outlook

    found = outlook(item)
    dues = found.soon_dues if item.retired_on is None else ()
    lights = found.steps[:LIGHTS_KEPT]
    kept: dict[str, Any] = {
        "steady_from": _text(found.since),
        "overdue_from": _text(found.overdue_from) if item.retired_on is None else None,
        "soon_first": _text(dues[0]) if len(dues) > 1 else None,
        "soon_due": _text(dues[-1]) if dues else None,
        "loose": LOOSE_NEARNESS * (len(dues) > 2)  # noqa: PLR2004 - the first and the last have a column
        + LOOSE_TOLERANCE * found.by_tolerance
        + LOOSE_LIGHT * (len(found.steps) > LIGHTS_KEPT),
        "heard": found.heard,
        "reached": _text(found.percent),
        "light": lights[0].color if lights else None,
    }
    for place in range(1, LIGHTS_KEPT):
        step = lights[place] if place < len(lights) else None
        kept[f"light{place + 1}_from"] = _text(step.day) if step else None
        kept[f"light{place + 1}"] = step.color if step else None
    return kept


class KeptRoles(NamedTuple):
    """A unit's parts in an item as history leaves them: the plan's own rows by key, and those of an assignment."""

    planned: dict[int, tuple[int, str | None, str | None]]
    assigned: list[tuple[int, str, str, int, str | None, str | None]]


def kept_roles(item: Item, planned: Iterable[tuple[int, int, str, str]]) -> KeptRoles:
    """Return (active, reported_on, reported_entered) of the plan's rows, and whole rows for what an assignment added.

    planned gives the plan's rows as (key, unit, role, printed); an assigned row is (unit, role, printed, position,
    reported_on, reported_entered).
    """
    left = {(role.unit, kind, role.name): role for kind, roles in _roles(item) for role in roles}
    kept: dict[int, tuple[int, str | None, str | None]] = {}
    for row, unit, kind, printed in planned:
        role = left.pop((unit, kind, printed), None)
        kept[row] = (0, None, None) if role is None else (1, _text(role.reported_on), _text(role.reported_entered))
    return KeptRoles(kept, [
        (unit, kind, printed, position, _text(role.reported_on), _text(role.reported_entered))
        for position, ((unit, kind, printed), role) in enumerate(left.items(), start=1001)
    ])  # fmt: skip


PLANNED_ROLES = (
    "SELECT id, unit_id, role, printed FROM responsibility WHERE item_id = ? AND origin = 'plan' ORDER BY id"
)


def _store_roles(connection: Connection, key: int, item: Item) -> None:
    """Mark the plan's own rows active or replaced, and write an assignment's rows beside them."""
    kept = kept_roles(item, connection.all(PLANNED_ROLES, (key,)))
    connection.execute("DELETE FROM responsibility WHERE item_id = ? AND origin = 'assigned'", (key,))
    for row, values in kept.planned.items():
        connection.execute(
            "UPDATE responsibility SET active = ?, reported_on = ?, reported_entered = ? WHERE id = ?", (*values, row)
        )
    for assigned in kept.assigned:
        connection.execute(
            "INSERT INTO responsibility (item_id, unit_id, role, printed, position, origin, active, reported_on,"
            " reported_entered) VALUES (?, ?, ?, ?, ?, 'assigned', 1, ?, ?)",
            (key, *assigned),
        )


def _roles(item: Item) -> tuple[tuple[str, list[Any]], ...]:
    return ("lead", item.leads), ("participant", item.participants)


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
    """Write a link in its kept form, JSON {kind, sources, weights, factors}."""
    return None if link is None else json.dumps(link.written(), separators=(",", ":"))


def _edited(statements: Iterable[Statement], n: int | None) -> str | None:
    """Return what edits of an item (n None) or an indicator changed, as JSON for reading to lay over."""
    kept: dict[str, Any] = {}
    for statement in sorted(statements, key=lambda each: (each.date, each.order)):
        if statement.kind == "edit" and statement.n == n:
            kept.update(statement.data)
    return json.dumps(kept, ensure_ascii=False) if kept else None


def retired_on(statements: Iterable[Statement], n: int) -> str | None:
    """Return the day from which an indicator is retired, None while it stands."""
    days = [each.date for each in statements if each.kind == "retire" and each.n == n]
    return _text(min(days)) if days else None


def _text(value: date | Decimal | None) -> str | None:
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else value.isoformat()


def batches(keys: Sequence[int], size: int = 400) -> Iterable[Sequence[int]]:
    """Cut keys into portions that a query can name one by one."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("?" for _ in values) or "NULL"
