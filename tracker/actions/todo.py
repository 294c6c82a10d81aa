"""What a unit still owes in this period (docs/contract.md, `todo`)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.actions.listing import Filter, find
from tracker.actions.lookup import unit_keys
from tracker.ledger.judgement import Judged
from tracker.ledger.lifecycle import STATE_DECISIONS
from tracker.ledger.model import Item
from tracker.ledger.thresholds import Thresholds
from tracker.store import queries
from tracker.store.as_of import When
from tracker.store.connection import Connection
from tracker.store.filters import batches
from tracker.store.items import load_statements

REASONS = {"overdue": "逾期", "returned": "被退回", "due_soon": "临近到期", "unreported": "本期未填报"}
"""Why something is owed, gravest first."""


class Debt(NamedTuple):
    """An open item that a unit leads, and why it is owed: codes of REASONS, gravest first."""

    judged: Judged
    reasons: tuple[str, ...]


def owed(connection: Connection, wanted: Filter, when: When, limits: Thresholds) -> list[Debt]:
    """Return what the unit of a filter owes as a lead: overdue, returned, near due, or not reported by itself in the period.

    The longest overdue come first, then by reason, then by deadline, then in the order of the plans.
    """
    assert wanted.unit is not None  # noqa: S101 - a debt has a debtor
    units = {unit.id for unit in unit_keys(connection, wanted.unit)}
    wanted = wanted._replace(role="lead", states=("not_started", "in_progress"))
    found = find(connection, wanted, when, limits)
    returned = returned_items(connection, [each.item for each in found], when)
    debts = [Debt(each, _reasons(each, units, returned)) for each in found]
    return sorted((debt for debt in debts if debt.reasons), key=_urgency)


def _reasons(each: Judged, units: set[int], returned: Mapping[str, str]) -> tuple[str, ...]:
    item, judgement = each
    mine = {role.name for role in item.leads if role.unit in units}
    holds = {
        "overdue": judgement.overdue,
        "returned": item.id in returned,
        "due_soon": judgement.due_soon,
        "unreported": bool(mine & set(judgement.unreported)),
    }
    return tuple(reason for reason in REASONS if holds[reason])


def returned_items(connection: Connection, items: Sequence[Item], when: When) -> dict[str, str]:
    """Return the items of which something was last sent back, by id, with the reason given.

    The decision about their state that is in force is a return.
    """
    found: dict[str, str] = {}
    for portion in batches(items):
        keys = queries.item_keys(connection, tuple(item.id for item in portion))
        histories = load_statements(connection, tuple(keys.values()), when) if keys else {}
        for item in portion:
            last = {}
            for each in sorted(histories.get(keys[item.id], ()), key=lambda one: (one.date, one.order)):
                if each.kind in STATE_DECISIONS:
                    last[each.n] = each
            sent_back = [each for each in last.values() if each.kind == "return"]
            if sent_back:
                found[item.id] = str(sent_back[-1].data.get("reason") or "")
    return found


def _urgency(debt: Debt) -> tuple[int, int, date]:
    item, judgement = debt.judged
    return -judgement.days_overdue, list(REASONS).index(debt.reasons[0]), item.due or date.max
