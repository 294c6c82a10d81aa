"""What a unit still owes in this period (docs/contract.md, `todo`)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.actions.listing import Filter, find_open
from tracker.actions.lookup import unit_keys
from tracker.ledger.judgement import Judged
from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import deadline_words
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime

REASONS = {"overdue": "逾期", "returned": "被退回", "due_soon": "临近到期", "unreported": "本期未填报"}
"""Why something is owed, gravest first."""


class Debt(NamedTuple):
    """An open item that a unit leads, and why it is owed: codes of REASONS, gravest first."""

    judged: Judged
    reasons: tuple[str, ...]


def owed(connection: Connection, wanted: Filter, when: PointInTime, limits: Parameters) -> list[Debt]:
    """Return what the unit of a filter owes as a lead: overdue, returned, near due, or not reported by itself in the period.

    The longest overdue come first, then by reason, then by deadline, then in the order of the plans.
    """
    assert wanted.unit is not None  # noqa: S101 - a debt has a debtor
    units = {unit.id for unit in unit_keys(connection, wanted.unit)}
    wanted = wanted._replace(role="lead", states=("not_started", "in_progress"))
    found = find_open(connection, wanted, when, limits)
    debts = [Debt(each, _reasons(each, units)) for each in found]
    return sorted((debt for debt in debts if debt.reasons), key=_urgency)


def closing_words(debts: Iterable[Debt], day: date, parameters: Parameters) -> list[str]:
    """Say until when the running period is reported: once for all plans of one calendar."""
    plans = dict.fromkeys(debt.judged.item.plan for debt in debts)
    return list(dict.fromkeys(deadline_words(parameters.of(plan), day) for plan in plans))


def _reasons(each: Judged, units: set[int]) -> tuple[str, ...]:
    item, judgement = each
    mine = {role.name for role in item.leads if role.unit in units}
    holds = {
        "overdue": judgement.overdue,
        "returned": judgement.returned,
        "due_soon": judgement.due_soon,
        "unreported": bool(mine & set(judgement.silent_units)),
    }
    return tuple(reason for reason in REASONS if holds[reason])


def returned_reasons(items: Iterable[Item]) -> dict[str, str]:
    """Return what was sent back and not reported on since, by id of the item, with the reason given."""
    found: dict[str, str] = {}
    for item in items:
        parts: list[Item | Indicator] = [item, *item.indicators]
        reasons = [each.returned for each in parts if each.returned is not None]
        if reasons:
            found[item.id] = reasons[-1]
    return found


def _urgency(debt: Debt) -> tuple[int, int, date]:
    item, judgement = debt.judged
    return -judgement.days_overdue, list(REASONS).index(debt.reasons[0]), item.due or date.max
