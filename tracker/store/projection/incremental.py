"""Kept states brought on while a change is still being drafted, for the items that are at hand then.

`store.projection.refresh` brings an item on after its reports were written, and must read both again. Who drafts many reports has the
items before them; what is kept comes out the same.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from tracker.ledger.history import Statement, advance, may_advance
from tracker.ledger.judgement_figures import Figures
from tracker.ledger.model import Item
from tracker.store.connection import Connection
from tracker.store.projection.columns import LAST_REPORT
from tracker.store.projection.refresh import Move, move_of, told_until, write_moves
from tracker.store.spool import Spool

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
        self._moves = Spool()

    def bring_on(self, by: str, reports: Spool, known: Mapping[int, Known], figures: Figures, *, by_form: bool) -> None:
        """Bring items (by key) on by all the reports on them among those drafted since the last spill.

        The items are changed in place. Where reports alone do not say what follows (`history.may_advance`) they are left.
        """
        news: dict[int, list[Statement]] = {}
        for place, row in enumerate(reports.fresh, reports.spilled):
            if row[0] in known:
                news.setdefault(row[0], []).append(_statement(place, by, row, by_form=by_form))
        for key, statements in news.items():
            item, decided = known[key]
            if may_advance(item, told_until(item, decided), statements):
                self._moves.append(tuple(move_of(key, advance(item, statements, figures), statements, figures)))
                self.keys.add(key)
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
        moves = (Move(*move) for move in self._moves if move[0] in self.keys - apart)
        while portion := list(islice(moves, PORTION)):
            write_moves(connection, [_with_last_report(move, first) for move in portion])


def _with_last_report(move: Move, first: int) -> Move:
    """Return what is kept with the key of the last report, which was known only by its place in the change."""
    values = list(move.standing)
    values[LAST_REPORT] += first
    return move._replace(standing=tuple(values))


def _statement(place: int, by: str, row: tuple[Any, ...], *, by_form: bool) -> Statement:
    """Return a drafted report (`hashed.NEWEST.stated`) as the statement that it will be."""
    _, n, day, entered, unit_id, unit, role, state, percent, value, note, problem, next_step, _, year = row
    return Statement(
        place, date.fromisoformat(day), "report", by, date.fromisoformat(entered), n, unit, unit_id, role, state,
        None if percent is None else Decimal(percent), None if value is None else Decimal(value), note, problem, next_step,
        value_date=None if year is None else date(year, 12, 31), by_form=by_form,
    )  # fmt: skip
