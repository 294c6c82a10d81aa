"""Figures of several leads for one thing and one period that differ (数据不一致)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.ledger.reporting_periods import period_of
from tracker.ledger.values import plain
from tracker.store import queries
from tracker.store.filters import batches
from tracker.store.items import load_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tracker.ledger.history import Statement
    from tracker.ledger.judgement_figures import Figures
    from tracker.ledger.model import Item
    from tracker.store.as_of import PointInTime
    from tracker.store.connection import Connection


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


def conflicts(connection: Connection, items: Sequence[Item], when: PointInTime, figures: Figures) -> Iterator[Conflict]:
    """Yield what several leads of these items reported different figures on, for the newest period with a figure."""
    joint = [item for item in items if len(item.leads) > 1]
    for batch in batches(joint):
        keys = queries.item_keys(connection, [item.id for item in batch])
        histories = load_statements(connection, tuple(keys.values()), when)
        for item in batch:
            yield from _of_item(item, histories.get(keys.get(item.id, 0), ()), figures)


def _of_item(item: Item, statements: Sequence[Statement], figures: Figures) -> Iterator[Conflict]:
    said: dict[int | None, dict[date, dict[int, Statement]]] = {}
    names = {role.unit: role.name for role in item.leads}
    for each in sorted(statements, key=lambda one: (one.date, one.order)):
        if each.leads and each.unit_id in names and _figure(each) is not None:
            about = each.value_date or period_of(figures.of(item.plan).calendars, each.date).end
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
                f"{about.year}年数据：" if is_year else f"{period_of(figures.of(item.plan).calendars, about).name}："
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
