"""The kept current state: derived from history after every write, so that reading today never scans the past.

Everything here can be rebuilt from the append-only tables (`tracker doctor --repair`).
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, NamedTuple

from tracker.ledger.history import Statement, follow, may_follow
from tracker.ledger.model import Item
from tracker.store.connection import Connection, marks
from tracker.store.filters import batches
from tracker.store.items import Selection, Watermark, load_facts, load_projected, load_statements, replay_facts
from tracker.store.projection.columns import (
    FIGURE_COLUMNS,
    ROLE_COLUMNS,
    STATE_COLUMNS,
    figure_values,
    last_report_of,
    projected_indicator,
    projected_item,
    projected_roles,
    retired_on,
    role_values,
    state_values,
)
from tracker.store.queries import last_decisions, stale_items

Replayed = dict[int, tuple[Item, Sequence[Statement]]]
"""Items by key as history leaves them, with the statements in force."""


def refresh(
    connection: Connection,
    touched: Iterable[int],
    since: Watermark | None = None,
    settled: AbstractSet[int] = frozenset(),
) -> None:
    """Derive anew the kept state of items (by key) and of every item that draws on their indicators.

    since: up to where the kept state holds. Where only later reports were said since, they are applied to it; otherwise, and
    for None, the whole history is replayed. settled: those touched whose own state is known already (`store.projection.incremental`).
    """
    for batch in batches(sorted(_with_followers(connection, set(touched)) - settled)):
        followed = set() if since is None else _follow(connection, batch, since)
        refresh_batch(connection, [key for key in batch if key not in followed])


def _follow(connection: Connection, keys: Sequence[int], since: Watermark) -> set[int]:
    """Bring kept states on by what was said since, and return the items for which that is enough (`history.may_follow`)."""
    news = load_statements(connection, keys, None, since)
    stale = stale_items(connection)
    decisions = last_decisions(connection, [key for key in keys if key in news and key not in stale])
    moves: list[Move] = []
    for key, item in load_projected(connection, tuple(decisions)).items():
        if may_follow(item, told_until(item, decisions[key].last), news[key]):
            moves.append(move_of(key, follow(item, news[key]), news[key]))
    write_moves(connection, moves)
    return {move.key for move in moves}


def told_until(item: Item, decided: date | None) -> date | None:
    """Return the last day of which an item was told anything; decided: that of the last decision about it."""
    report = item.last_report
    if report is None or decided is None:
        return decided if report is None else report.date
    return max(decided, report.date)


def refresh_batch(connection: Connection, keys: Sequence[int]) -> None:
    """Derive and store the state of some items from their whole history."""
    if keys:
        _keep(connection, replayed(connection, keys))


def replayed(connection: Connection, keys: Sequence[int]) -> Replayed:
    """Return items by key as history leaves them today, with the statements in force; withdrawn ones are left out."""
    facts = load_facts(connection, Selection(keys=tuple(keys)))
    histories = replay_facts(connection, facts, tuple(facts), None)
    wanted = set(keys)
    return {key: (item, histories.get(key, ())) for key, item in facts.items() if key in wanted}


def rebuild(connection: Connection) -> None:
    """Derive anew the kept state of every item, and the newest date of all."""
    keys = [row[0] for row in connection.all("SELECT id FROM item ORDER BY id")]
    for batch in batches(keys):
        refresh_batch(connection, batch)
    connection.execute("UPDATE ledger SET value = ? WHERE name = 'newest_date'", (newest_date(connection),))


def newest_date(connection: Connection) -> str:
    """Return the newest date any statement about an item has, "" where there is none."""
    row = connection.one(
        "SELECT max(date) FROM (SELECT max(date) AS date FROM report"
        " UNION ALL SELECT max(date) FROM event WHERE item_id IS NOT NULL) AS dates"
    )
    return str(row[0]) if row is not None and row[0] is not None else ""


def _with_followers(connection: Connection, keys: set[int]) -> set[int]:
    found, fresh = set(keys), set(keys)
    while fresh:
        followers: set[int] = set()
        for batch in batches(sorted(fresh)):
            rows = connection.all(
                "SELECT follower.item_id FROM indicator_source link"
                " JOIN indicator source ON source.id = link.source_id"
                " JOIN indicator follower ON follower.id = link.indicator_id"
                f" WHERE source.item_id IN ({marks(batch)})",
                batch,
            )
            followers.update(row[0] for row in rows)
        fresh = followers - found
        found |= fresh
    return found


def _keep(connection: Connection, found: Replayed) -> None:
    """Write all that is kept of items that were replayed."""
    keys = list(found)
    among = f"item_id IN ({marks(keys)})"
    _update(connection, "item", "id = ?", [(projected_item(*each), (key,)) for key, each in found.items()])
    _update(connection, "indicator", _INDICATOR, [
        (projected_indicator(indicator, statements), (key, indicator.n))
        for key, (item, statements) in found.items()
        for indicator in item.indicators
    ])  # fmt: skip
    stored = connection.all(f"SELECT item_id, n, retired_on FROM indicator WHERE withdrawn = 0 AND {among}", keys)
    _update(connection, "indicator", _INDICATOR, [
        ({"retired_on": right}, (key, n))
        for key, n, retired in stored
        if retired != (right := retired_on(found[key][1], n))
    ])  # fmt: skip
    _keep_roles(connection, found)
    _keep_sources(connection, found)


_INDICATOR = "item_id = ? AND n = ? AND withdrawn = 0"


class Move(NamedTuple):
    """What reports left of one item's kept state, as the values of the columns in `store.projection.columns`.

    figures end with the indicator's n, voices with the unit's key.
    """

    key: int
    standing: tuple[Any, ...]
    figures: tuple[tuple[Any, ...], ...]
    voices: tuple[tuple[Any, ...], ...]


def move_of(key: int, item: Item, news: Sequence[Statement]) -> Move:
    """Return what is to be written of an item that was brought on by reports."""
    about = {each.n for each in news}
    speakers = {each.unit_id for each in news}
    return Move(
        key,
        state_values(item, last_report_of(news)),
        tuple([(*figure_values(each), each.n) for each in item.indicators if each.n in about or None in about]),
        tuple([
            (*role_values(role), role.unit) for role in (*item.leads, *item.participants) if role.unit in speakers
        ]),
    )  # fmt: skip


def write_moves(connection: Connection, moves: Sequence[Move]) -> None:
    """Write what reports changed of the items they are about."""
    connection.many(_setting("item", STATE_COLUMNS, "id = ?"), [(*move.standing, move.key) for move in moves])
    connection.many(
        _setting("indicator", FIGURE_COLUMNS, _INDICATOR),
        [(*values, move.key, n) for move in moves for *values, n in move.figures],
    )
    connection.many(
        _setting("responsibility", ROLE_COLUMNS, "item_id = ? AND unit_id = ? AND active = 1"),
        [(*values, move.key, unit) for move in moves for *values, unit in move.voices],
    )


def _setting(table: str, names: Iterable[str], where: str) -> str:
    return f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE {where}"


Update = tuple[Mapping[str, Any], tuple[Any, ...]]
"""The columns of one row, and the keys by which it is found."""


def _update(connection: Connection, table: str, where: str, rows: Sequence[Update]) -> None:
    """Set the same columns of many rows."""
    if rows:
        connection.many(_setting(table, rows[0][0], where), [(*values.values(), *keys) for values, keys in rows])


def _keep_roles(connection: Connection, found: Replayed) -> None:
    """Mark the plan's own rows active or replaced, and write an assignment's rows beside them."""
    keys = list(found)
    among = f"item_id IN ({marks(keys)})"
    planned: dict[int, list[tuple[int, int, str, str]]] = {}
    stored = {}
    for key, row, *part, active, day, entered in connection.all(
        "SELECT item_id, id, unit_id, role, printed, active, reported_on, reported_entered FROM responsibility"
        f" WHERE origin = 'plan' AND {among} ORDER BY id", keys,
    ):  # fmt: skip
        planned.setdefault(key, []).append((row, *part))
        stored[row] = (active, day, entered)
    kept = {key: projected_roles(item, planned.get(key, ())) for key, (item, _) in found.items()}
    connection.execute(f"DELETE FROM responsibility WHERE origin = 'assigned' AND {among}", keys)
    connection.many(
        "UPDATE responsibility SET active = ?, reported_on = ?, reported_entered = ? WHERE id = ?",
        [(*values, row) for each in kept.values() for row, values in each.planned.items() if values != stored[row]],
    )
    connection.many(
        "INSERT INTO responsibility (item_id, unit_id, role, printed, position, origin, active, reported_on,"
        " reported_entered) VALUES (?, ?, ?, ?, ?, 'assigned', 1, ?, ?)",
        [(key, *assigned) for key, each in kept.items() for assigned in each.assigned],
    )


def _keep_sources(connection: Connection, found: Replayed) -> None:
    """Write which indicators the linked ones draw on."""
    keys = list(found)
    connection.execute(
        "DELETE FROM indicator_source WHERE indicator_id IN"
        f" (SELECT id FROM indicator WHERE withdrawn = 0 AND retired_on IS NULL AND item_id IN ({marks(keys)}))", keys
    )  # fmt: skip
    drawn = [
        (key, indicator.n, *source.rpartition(".")[::2])
        for key, (item, _) in found.items()
        for indicator in item.indicators
        for source in (indicator.link.sources if indicator.link else ())
    ]
    connection.many(
        "INSERT INTO indicator_source (indicator_id, source_id) SELECT own.id, source.id FROM indicator own, indicator source"
        " JOIN item ON item.id = source.item_id WHERE own.item_id = ? AND own.n = ? AND own.withdrawn = 0"
        " AND item.code = ? AND item.withdrawn = 0 AND source.withdrawn = 0 AND source.n = ?",
        [(key, n, code, int(source)) for key, n, code, source in drawn],
    )
