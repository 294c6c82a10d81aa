"""The parameters of judgement that the ledger holds: the latest statement of each, for the ledger, a plan or an indicator."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.parameters import Apart, Calendar, Parameters
from tracker.store.connection import Connection
from tracker.store.row_values import decision_of, sure_day_of

EVENT = "config"
"""The kind of the event of the ledger that states a parameter: {figure, value, plan, indicator}; value null takes it back."""


class Stated(NamedTuple):
    """One parameter as it was set: for the ledger (plan and indicator None), a plan or an indicator; value None: as before it was set."""

    figure: str
    value: str | None
    plan: str | None
    indicator: str | None
    entered: date
    change: int


def stated_parameters(connection: Connection, known_at: str | None = None) -> list[Stated]:
    """Return what was set and not taken back, as far as recorded by known_at (None: by now), oldest first."""
    rows = connection.all(
        "SELECT e.data, e.entered, e.change_id, c.at FROM event e JOIN change c ON c.id = e.change_id"
        " WHERE e.item_id IS NULL AND e.kind = ? ORDER BY e.id",
        (EVENT,),
    )
    if not rows:
        return []
    from tracker.store.change_log import undone_changes

    undone = undone_changes(connection, known_at)
    found = []
    for text, entered, change, at in rows:
        if change not in undone and (known_at is None or at <= known_at):
            data = decision_of(EVENT, text)
            if data is None:
                continue
            found.append(Stated(
                data["figure"], data["value"], data.get("plan"), data.get("indicator"), sure_day_of(entered), change
            ))  # fmt: skip
    return found


def load_parameters(connection: Connection, known_at: str | None = None) -> Parameters:
    """Return the parameters in force, as far as recorded by known_at; a day asked about does not matter to them."""
    stated = stated_parameters(connection, known_at)
    return parameters_from(stated) if stated else Parameters()


def parameters_from(stated: list[Stated]) -> Parameters:
    """Return the parameters that follow from what was set."""
    values: dict[str | None, dict[str, str]] = {None: {}}
    indicators: dict[str, tuple[int, int]] = {}
    for each in stated:
        if each.indicator is not None:
            indicators.pop(each.indicator, None)
            if each.value is not None:
                indicators[each.indicator] = _month_day(each.value)
            continue
        own = values.setdefault(each.plan, {})
        own.pop(each.figure, None)
        if each.value is not None:
            own[each.figure] = each.value
    apart = Apart()
    apart.indicators = indicators
    apart.plans = {
        plan: _parameters({**values[None], **own}, _calendars(stated, plan), apart)
        for plan, own in values.items()
        if plan is not None
    }
    return _parameters(values[None], _calendars(stated, None), apart)


def _parameters(values: Mapping[str, str], calendars: tuple[Calendar, ...], apart: Apart) -> Parameters:
    read = {name: _READ[name](value) for name, value in values.items() if name in _READ}
    return Parameters(**read, calendars=calendars, apart=apart)


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


_READ: dict[str, Any] = {
    "red_lag": Decimal, "yellow_lag": Decimal, "due_days": int, "time_left": Decimal, "tolerance": Decimal,
    "jump_factor": Decimal, "report_grace": int, "report_from": date.fromisoformat, "figures_by": _month_day,
}  # fmt: skip


def _calendars(stated: list[Stated], plan: str | None) -> tuple[Calendar, ...]:
    """Return the calendars of a plan one after another: each change that sets another one begins it."""
    found = [Calendar()]
    own: dict[str | None, dict[str, str]] = {None: {}, plan: {}}
    relevant = [
        each for each in stated if each.figure in ("report_every", "report_closes") and each.plan in (None, plan)
    ]
    for place, each in enumerate(relevant):
        scope = own[each.plan]
        scope.pop(each.figure, None)
        if each.value is not None:
            scope[each.figure] = each.value
        if place + 1 < len(relevant) and relevant[place + 1].change == each.change:
            continue  # one change sets both
        values = {"report_every": "month", "report_closes": "25", **own[None], **own[plan]}
        calendar = Calendar(values["report_every"], int(values["report_closes"]), each.entered)
        if calendar[:2] != found[-1][:2]:
            found.append(calendar)
    return tuple(found)
