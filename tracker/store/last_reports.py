"""What was reported last on each indicator and by each unit (an item keeps one report alone), and what leads report differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.ledger.model import Day, LastReport
from tracker.ledger.reporting_periods import period_of
from tracker.ledger.values import plain
from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection, marks
from tracker.store.filters import PointInTime, batches
from tracker.store.items import load_statements
from tracker.store.row_values import number_of, record_of, sure_day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal
    from typing import Any

    from tracker.ledger.history import Statement
    from tracker.ledger.model import Item
    from tracker.ledger.parameters import Parameters


def last_of_indicators(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[str, LastReport]:
    """Return the report in force then on each indicator of these items that has one of its own, by the indicator's id.

    In force is the one with the latest date, then the latest entry, of those that were not undone (docs/rules.md).
    """
    found: dict[str, LastReport] = {}
    columns = "item.code, r.n, r.date, r.entered, r.unit, c.by, r.note, r.problem, r.next"
    for code, n, day, entered, *said in _reports(connection, columns, "r.n", codes, when):
        found[f"{code}.{n}"] = LastReport(sure_day_of(day), sure_day_of(entered), *said)
    return found


def _reports(
    connection: Connection, columns: str, given: str, codes: Sequence[str], when: PointInTime
) -> Iterator[Sequence[Any]]:
    """Yield columns of the reports in force then on these items that give one of them, in the order of their dates."""
    undone = undone_changes(connection, when.known_at)
    for portion in batches(codes):
        rows = connection.stream(
            f"SELECT r.change_id, {columns}"
            " FROM report r JOIN change c ON c.id = r.change_id JOIN item ON item.id = r.item_id"
            f" WHERE item.withdrawn = 0 AND item.code IN ({marks(portion)}) AND {given} IS NOT NULL AND r.date <= ?"
            " AND c.at <= ? ORDER BY r.date, r.change_id, r.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, *told in rows:
            if change not in undone:
                yield told


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
    found: dict[tuple[str, int], list[Said]] = {}
    columns = "item.code, r.unit_id, r.date, r.n, r.state, r.percent, r.value, r.note, r.problem, r.next"
    for code, unit, day, n, state, percent, value, *words in _reports(connection, columns, "r.unit_id", codes, when):
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


class LeadFigure(NamedTuple):
    """What one lead said: the figure with its measure as one text, by whom, and on which day."""

    unit: str
    figure: str
    by: str
    date: date


class Conflict(NamedTuple):
    """Figures of several leads on one thing (its id) that differ; period: of what; the last figure is the one in force."""

    id: str
    period: str
    figures: tuple[LeadFigure, ...]

    def words(self) -> str:
        """Return it in one line for people: who said what, when, and which is in force."""
        said = "，".join(f"{each.unit} {each.figure}（{each.date}，{each.by}）" for each in self.figures)
        return f"{self.period}{said}；以{self.figures[-1].unit}的为准"


def conflicts(
    connection: Connection, items: Sequence[Item], when: PointInTime, parameters: Parameters
) -> Iterator[Conflict]:
    """Yield what several leads of these items reported different figures on, for the newest period with a figure."""
    joint = [item for item in items if len(item.leads) > 1]
    for batch in batches(joint):
        keys = _told_differently(connection, [item.id for item in batch])
        histories = load_statements(connection, tuple(keys.values()), when) if keys else {}
        for item in batch:
            yield from _of_item(item, histories.get(keys.get(item.id, 0), ()), parameters)


def _told_differently(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the keys, by id, of those items on which several units ever reported several figures: only these need reading."""
    rows = connection.all(
        "SELECT item.code, item.id FROM item JOIN report s ON s.item_id = item.id"
        f" WHERE item.code IN ({marks(codes)}) AND item.withdrawn = 0 GROUP BY item.code, item.id"
        " HAVING count(DISTINCT s.unit_id) > 1 AND count(DISTINCT coalesce(s.value, s.percent)) > 1",
        tuple(codes),
    )
    return dict(rows)


def _of_item(item: Item, statements: Sequence[Statement], parameters: Parameters) -> Iterator[Conflict]:
    said: dict[int | None, dict[date, dict[int, Statement]]] = {}
    names = {role.unit: role.name for role in item.leads}
    for each in sorted(statements, key=lambda one: (one.date, one.order)):
        if each.leads and each.unit_id in names and _figure(each) is not None:
            about = each.value_date or period_of(parameters.of(item.plan).calendars, each.date).end
            by_unit = said.setdefault(each.n, {}).setdefault(about, {})
            by_unit.pop(each.unit_id, None)
            by_unit[each.unit_id] = each
    for n, by_period in said.items():
        about = max(by_period)
        last = by_period[about]
        if len({_figure(each) for each in last.values()}) > 1:
            told = tuple(
                LeadFigure(names[unit], _with_measure(item, each), each.by, each.date) for unit, each in last.items()
            )
            is_year = any(each.value_date is not None for each in last.values())
            period = (
                f"{about.year}年数据：" if is_year else f"{period_of(parameters.of(item.plan).calendars, about).name}："
            )
            yield Conflict(item.id if n is None else f"{item.id}.{n}", period, told)


def _figure(statement: Statement) -> object:
    return statement.value if statement.value is not None else statement.percent


def _with_measure(item: Item, statement: Statement) -> str:
    if statement.value is None:
        assert statement.percent is not None  # noqa: S101 - it is one of the two
        return f"{plain(statement.percent)}%"
    measure = next((each.measure for each in item.indicators if each.n == statement.n), None)
    return f"{plain(statement.value)}{measure or ''}"
