"""The kept current state: derived from history after every write, so that reading today never scans the past.

Everything here can be rebuilt from the append-only tables (`tracker doctor --repair`).
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.replay import Statement, advance, may_advance
from tracker.row_buffer import RowBuffer
from tracker.store.connection import Connection, marks
from tracker.store.filters import ItemFilter, batches
from tracker.store.items import (
    WAITING_KINDS,
    Watermark,
    load_facts,
    load_projected,
    load_statements,
    mark_parts,
    replay_facts,
)
from tracker.store.plan_lifetime import keep_plan_uses, local_day
from tracker.store.projection.columns import (
    FIGURE_COLUMNS,
    LAST_REPORT,
    ROLE,
    ROLE_COLUMNS,
    STATE_COLUMNS,
    figure_values,
    kept_schedule,
    last_report_of,
    projected_indicator,
    projected_item,
    projected_roles,
    retired_on,
    role_values,
    state_values,
)
from tracker.store.row_values import sure_day_of
from tracker.store.stated_parameters import load_parameters


class Decisions(NamedTuple):
    """Of the decisions ever made about an item, taken back or not: the day of the last, and whether one was its completion."""

    last: date | None
    completed: bool


def last_decisions(connection: Connection, keys: Sequence[int]) -> dict[int, Decisions]:
    """Return it for each of some items (by key)."""
    found = dict.fromkeys(keys, Decisions(None, False))
    rows = connection.all(
        "SELECT item_id, max(date), max(CASE WHEN kind = 'complete' THEN 1 ELSE 0 END) FROM event"
        f" WHERE item_id IN ({marks(keys)}) GROUP BY item_id",
        tuple(keys),
    )
    found.update((key, Decisions(sure_day_of(last), bool(completed))) for key, last, completed in rows)
    return found


def stale_items(connection: Connection) -> set[int]:
    """Return the items (by key) whose kept state a server's reporters left behind (`store.postgres.rights`)."""
    return set() if connection.is_sqlite else {row[0] for row in connection.all("SELECT id FROM item WHERE stale = 1")}


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
    for None, the whole history is replayed. settled: those touched whose own state is known already (`IncrementalProjection`).
    """
    for batch in batches(sorted(_with_followers(connection, set(touched)) - settled)):
        followed = set() if since is None else _follow(connection, batch, since)
        refresh_batch(connection, [key for key in batch if key not in followed])


def _follow(connection: Connection, keys: Sequence[int], since: Watermark) -> set[int]:
    """Bring kept states on by what was said since, and return the items for which that is enough (`ledger.replay.may_advance`)."""
    news = load_statements(connection, keys, None, since)
    stale = stale_items(connection)
    parameters = load_parameters(connection)
    decisions = last_decisions(connection, [key for key in keys if key in news and key not in stale])
    moves: list[Move] = []
    for key, item in load_projected(connection, tuple(decisions)).items():
        if may_advance(item, told_until(item, decisions[key].last), news[key]):
            moves.append(move_of(key, advance(item, news[key], parameters), news[key], parameters))
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
    facts = load_facts(connection, ItemFilter(keys=tuple(keys)))
    histories = replay_facts(connection, facts, tuple(facts), None)
    wanted = set(keys)
    mark_parts(connection, facts, f" AND item_id IN ({marks(keys)})", keys)
    _mark_waiting(facts.values())
    return {key: (item, histories.get(key, ())) for key, item in facts.items() if key in wanted}


def _mark_waiting(items: Iterable[Item]) -> None:
    """Mark what waits for a whole whose link is not kept yet: that of a breakdown which is being written."""
    own = {f"{item.id}.{each.n}": each for item in items for each in item.indicators}
    links = [each.link for each in own.values() if each.link is not None and each.link.kind in WAITING_KINDS]
    for source in (source for link in links for source in link.sources if source in own):
        own[source].waits_for_whole = True


def moved_by_use(
    connection: Connection, touched: Iterable[int], sent: Iterable[str] = (), *, is_news: bool
) -> set[int]:
    """Note since when plans are in use, and return the items that are to be judged anew because that moved.

    Of news only plans that nobody used before can be moved by them; an undo may move any. sent: the codes of plans for which
    forms were made.
    """
    unused = " AND plan.used_on IS NULL" if is_news else ""
    of_items = "SELECT DISTINCT plan.code FROM plan JOIN item ON item.plan_id = plan.id WHERE item.id IN"
    found = connection.together(
        ("SELECT code FROM plan WHERE in_ledger IS NULL AND withdrawn = 0", ()),
        *((f"{of_items} ({marks(batch)}){unused}", batch) for batch in batches(sorted(set(touched)))),
    )
    codes = {*sent, *(row[0] for rows in found for row in rows)}
    return keep_plan_uses(connection, codes) if codes else set()


def rebuild(connection: Connection) -> None:
    """Derive anew the kept state of every item, and the newest date of all."""
    keep_came_in(connection)
    keep_plan_uses(connection)
    keys = [row[0] for row in connection.all("SELECT id FROM item ORDER BY id")]
    for batch in batches(keys):
        refresh_batch(connection, batch)
    connection.execute("UPDATE ledger SET value = ? WHERE name = 'newest_date'", (newest_date(connection),))


def newest_date(connection: Connection) -> str:
    """Return the day of the newest entry about an item, "" where there is none: from then on the kept state answers."""
    row = connection.one(
        "SELECT max(entered) FROM (SELECT max(entered) AS entered FROM report"
        " UNION ALL SELECT max(entered) FROM event WHERE item_id IS NOT NULL) AS days"
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
    parameters = load_parameters(connection)
    among = f"item_id IN ({marks(keys)})"
    _update(connection, "item", "id = ?", [(projected_item(*each, parameters), (key,)) for key, each in found.items()])
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
    _keep_roles(connection, found, parameters)
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


def move_of(key: int, item: Item, news: Sequence[Statement], parameters: Parameters) -> Move:
    """Return what is to be written of an item that was brought on by reports."""
    about = {each.n for each in news}
    kept = kept_schedule(item, parameters)
    return Move(
        key,
        state_values(item, last_report_of(news), kept),
        tuple([(*figure_values(each), each.n) for each in item.indicators if each.n in about or None in about]),
        tuple(role_values(item, kept)),
    )  # fmt: skip


def write_moves(connection: Connection, moves: Sequence[Move]) -> None:
    """Write what reports changed of the items they are about."""
    with connection.pipelined():
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


def _keep_roles(connection: Connection, found: Replayed, parameters: Parameters) -> None:
    """Mark the plan's own rows active or replaced, and write an assignment's rows beside them."""
    keys = list(found)
    among = f"item_id IN ({marks(keys)})"
    planned: dict[int, list[tuple[int, int, str, str]]] = {}
    stored = {}
    for key, row, unit, role, printed, *values in connection.all(
        f"SELECT item_id, id, unit_id, role, printed, {', '.join(ROLE)} FROM responsibility"
        f" WHERE origin = 'plan' AND {among} ORDER BY id", keys,
    ):  # fmt: skip
        planned.setdefault(key, []).append((row, unit, role, printed))
        stored[row] = tuple(values)
    kept = {key: projected_roles(item, planned.get(key, ()), parameters) for key, (item, _) in found.items()}
    connection.execute(f"DELETE FROM responsibility WHERE origin = 'assigned' AND {among}", keys)
    connection.many(
        _setting("responsibility", ROLE, "id = ?"),
        [(*values, row) for each in kept.values() for row, values in each.planned.items() if values != stored[row]],
    )
    connection.many(
        f"INSERT INTO responsibility (item_id, unit_id, role, printed, position, {', '.join(ROLE)}, origin)"
        f" VALUES (?, ?, ?, ?, ?, {marks(ROLE)}, 'assigned')",
        [(key, *assigned) for key, each in kept.items() for assigned in each.assigned],
    )


def keep_came_in(connection: Connection, change: int | None = None) -> None:
    """Write the day on which rows came in that their plan did not bring: those added by a change (None: by any)."""
    condition, keys = ("IN (SELECT added_by FROM item)", ()) if change is None else ("= ?", (change,))
    for added, at in connection.all(f"SELECT id, at FROM change WHERE id {condition}", keys):
        day = local_day(at).isoformat()
        connection.execute(
            "UPDATE item SET came_in = ? WHERE added_by = ? AND (came_in IS NULL OR came_in <> ?)"
            " AND plan_id IN (SELECT id FROM plan WHERE added_by IS NULL OR added_by <> ?)",
            (day, added, day, added),
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


PORTION = 2000
"""Items whose kept state is written together."""


class Known(NamedTuple):
    """An item as the ledger keeps it now, and the day of the last decision about it."""

    item: Item
    decided: date | None


class IncrementalProjection:
    """What one change will leave of the kept states of items on which it only reports.

    keys: of the items for which that is known; whoever drafts more about one of them takes it out.
    """

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self._moves = RowBuffer()

    def bring_on(
        self, by: str, reports: RowBuffer, known: Mapping[int, Known], parameters: Parameters, *, by_form: bool
    ) -> None:
        """Bring items (by key) on by all the reports on them among those drafted since the last spill.

        The items are changed in place. Where reports alone do not say what follows (`ledger.replay.may_advance`) they are left, and so
        are those of a plan that comes into use by them: all its items are derived when that is written.
        """
        news: dict[int, list[Statement]] = {}
        for place, row in enumerate(reports.fresh, reports.spilled):
            if row[0] in known:
                news.setdefault(row[0], []).append(_statement(place, by, row, by_form=by_form))
        for key, statements in news.items():
            item, decided = known[key]
            if item.plan_used is not None and may_advance(item, told_until(item, decided), statements):
                self._moves.append(tuple(move_of(key, advance(item, statements, parameters), statements, parameters)))
                self.keys.add(key)

    def spill(self) -> None:
        """Move what is known so far out of memory."""
        self._moves.spill()

    def write(self, connection: Connection, change: int, apart: AbstractSet[int] = frozenset()) -> None:
        """Write the kept states, once the reports of the change are in the ledger; apart: of what was derived anew meanwhile."""
        if not self.keys:
            return
        row = connection.one(
            "SELECT min(id), max(id) - min(id) + 1 - count(*) FROM report WHERE change_id = ?", (change,)
        )
        assert row is not None  # noqa: S101 - such a question has one answer
        first, missing = row
        assert missing == 0, "one writer's reports have keys in a row"  # noqa: S101 - else last reports would be wrong
        known = self.keys - apart
        moves = (Move(*move) for move in self._moves if move[0] in known)
        while portion := list(islice(moves, PORTION)):
            write_moves(connection, [_with_last_report(move, first) for move in portion])


def _with_last_report(move: Move, first: int) -> Move:
    """Return what is kept with the key of the last report, which was known only by its place in the change."""
    values = list(move.standing)
    values[LAST_REPORT] += first
    return move._replace(standing=tuple(values))


def _statement(place: int, by: str, row: tuple[Any, ...], *, by_form: bool) -> Statement:
    """Return a drafted report (a row of `NEWEST.stated`) as the statement that it will be."""
    _, n, day, entered, unit_id, unit, role, state, percent, value, note, problem, next_step, _, year = row
    return Statement(
        place, date.fromisoformat(day), "report", by, date.fromisoformat(entered), n, unit, unit_id, role, state,
        None if percent is None else Decimal(percent), None if value is None else Decimal(value), note, problem, next_step,
        value_date=None if year is None else date(year, 12, 31), by_form=by_form,
    )  # fmt: skip
