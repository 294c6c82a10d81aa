"""Figures of several leads for one thing and one period that differ (数据不一致)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.ledger.reporting_periods import period_of
from tracker.store import queries
from tracker.store.filters import batches
from tracker.store.items import load_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from tracker.ledger.judgement_figures import Figures
    from tracker.ledger.model import Item
    from tracker.store.as_of import PointInTime
    from tracker.store.connection import Connection


class Conflict(NamedTuple):
    """What several leads reported different figures on: an item, or its indicator n; the figures by the key of the unit, in their order."""

    item: Item
    n: int | None
    figures: dict[int, Decimal]

    @property
    def id(self) -> str:
        """The id of the item or indicator."""
        return self.item.id if self.n is None else f"{self.item.id}.{self.n}"


def conflicts(connection: Connection, items: Sequence[Item], when: PointInTime, figures: Figures) -> Iterator[Conflict]:
    """Yield what several leads of these items reported different figures on, for the newest period with a figure."""
    for batch in batches(items):
        keys = queries.item_keys(connection, [item.id for item in batch])
        histories = load_statements(connection, tuple(keys.values()), when)
        for item in batch:
            said: dict[int | None, dict[date, dict[int, Decimal]]] = {}
            leads = {role.unit for role in item.leads}
            for each in sorted(histories.get(keys.get(item.id, 0), ()), key=lambda one: (one.date, one.order)):
                figure = each.value if each.value is not None else each.percent
                if each.leads and figure is not None and each.unit_id in leads:
                    about = each.value_date or period_of(figures.of(item.plan).calendars, each.date).end
                    said.setdefault(each.n, {}).setdefault(about, {})[each.unit_id] = figure
            for n, by_period in said.items():
                if len(set(by_period[max(by_period)].values())) > 1:
                    yield Conflict(item, n, by_period[max(by_period)])
