"""Figures of several leads for one thing and one period that differ (数据不一致)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def conflicting(connection: Connection, items: Sequence[Item], when: PointInTime, figures: Figures) -> Iterator[str]:
    """Yield the ids of what several leads of these items reported different figures on, for the newest period with a figure."""
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
                    yield item.id if n is None else f"{item.id}.{n}"
