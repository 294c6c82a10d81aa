"""What was reported last on each indicator and by each unit (an item keeps one report alone), and what leads report differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.ledger.model import Day, LastReport
from tracker.ledger.reporting_periods import period_of
from tracker.store import queries
from tracker.store.connection import Connection, marks
from tracker.store.filters import PointInTime, batches
from tracker.store.items import load_statements, undone_changes
from tracker.store.row_values import number_of, record_of, sure_day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from tracker.ledger.judgement_figures import Figures
    from tracker.ledger.model import Item


def last_of_indicators(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[str, LastReport]:
    """Return the report in force then on each indicator of these items that has one of its own, by the indicator's id.

    In force is the one with the latest date, then the latest entry, of those that were not undone (docs/rules.md).
    """
    undone = undone_changes(connection, when.known_at)
    found: dict[str, LastReport] = {}
    for portion in batches(codes):
        rows = connection.stream(
            "SELECT r.change_id, item.code, r.n, r.date, r.entered, r.unit, c.by, r.note, r.problem, r.next"
            " FROM report r JOIN change c ON c.id = r.change_id JOIN item ON item.id = r.item_id"
            f" WHERE item.withdrawn = 0 AND item.code IN ({marks(portion)}) AND r.n IS NOT NULL AND r.date <= ? AND c.at <= ?"
            " ORDER BY r.date, r.change_id, r.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, code, n, day, entered, *said in rows:
            if change not in undone:
                found[f"{code}.{n}"] = LastReport(sure_day_of(day), sure_day_of(entered), *said)
    return found


class Said(NamedTuple):
    """What a unit reported on an item or its indicator n on a day."""

    date: Day
    n: int | None
    state: str | None
    percent: Decimal | None
    value: Decimal | None
    note: str | None
    problem: str | None
    next: str | None


def last_of_units(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[tuple[str, int], list[Said]]:
    """Return what each unit (by key) said last of each of these items: its reports of the last day it reported, in their order."""
    undone = undone_changes(connection, when.known_at)
    found: dict[tuple[str, int], list[Said]] = {}
    for portion in batches(codes):
        rows = connection.stream(
            "SELECT r.change_id, item.code, r.unit_id, r.date, r.n, r.state, r.percent, r.value, r.note, r.problem, r.next"
            " FROM report r JOIN change c ON c.id = r.change_id JOIN item ON item.id = r.item_id"
            f" WHERE item.withdrawn = 0 AND item.code IN ({marks(portion)}) AND r.unit_id IS NOT NULL AND r.date <= ? AND c.at <= ?"
            " ORDER BY r.date, r.change_id, r.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, code, unit, day, n, state, percent, value, *words in rows:
            if change in undone:
                continue
            said = Said(sure_day_of(day), n, state, number_of(percent), number_of(value), *words)
            known = found.setdefault((code, unit), [])
            if known and known[-1].date != said.date:
                known.clear()
            known.append(said)
    return found


def reminded_on(
    connection: Connection, codes: Sequence[str], when: PointInTime
) -> dict[str, list[tuple[date, list[str]]]]:
    """Return on which days units were reminded of these items, oldest first, by the item's id: the day and the units' names."""
    undone = undone_changes(connection, when.known_at)
    found: dict[str, list[tuple[date, list[str]]]] = {}
    for portion in batches(codes):
        rows = connection.stream(
            "SELECT e.change_id, item.code, e.date, e.data FROM event e JOIN change c ON c.id = e.change_id"
            f" JOIN item ON item.id = e.item_id WHERE item.code IN ({marks(portion)}) AND e.kind = 'reminder'"
            " AND e.date <= ? AND c.at <= ? ORDER BY e.date, e.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, code, day, data in rows:
            if change not in undone:
                found.setdefault(code, []).append((sure_day_of(day), list(record_of(data).get("units") or ())))
    return found


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
