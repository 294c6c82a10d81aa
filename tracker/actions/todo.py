"""What a unit still owes in this period (docs/contract.md, `todo`)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.actions.name_lookup import unit_keys
from tracker.actions.selection import Filter, find_open
from tracker.ledger.judgement import Judged, passes_on, still_to_report
from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import Period, deadline_words
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime

REASONS = {
    "overdue": "逾期",
    "returned": "被退回",
    "due_soon": "临近到期",
    "unreported": "未填报",
    "report_due": "待填报",
}
"""Why something is owed, gravest first: unreported is a period whose grace is over, report_due one that can be reported on time."""


class Debt(NamedTuple):
    """An open item that a unit leads, why it is owed (codes of REASONS, gravest first), and the period whose report is missing."""

    judged: Judged
    reasons: tuple[str, ...]
    period: Period | None

    @property
    def words(self) -> str:
        """Why it is owed, with the period that has no report."""
        name = "" if self.period is None else self.period.name
        return "、".join(f"{name if code in _OF_PERIOD else ''}{REASONS[code]}" for code in self.reasons)


_OF_PERIOD = ("unreported", "report_due")


def owed(connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters) -> list[Debt]:
    """Return what the unit of a filter owes as a lead: overdue, returned, near due, or not reported by itself in a period.

    A period that can still be reported on time is owed from its first day; one that was missed stands for it, for one report answers both.

    The longest overdue come first, then by reason, then by deadline, then in the order of the plans.
    """
    assert wanted.unit is not None  # noqa: S101 - a debt has a debtor
    units = {unit.id for unit in unit_keys(connection, wanted.unit)}
    wanted = wanted._replace(role="lead", states=("not_started", "in_progress"))
    found = find_open(connection, wanted, when, parameters)
    elsewhere = _reported_elsewhere(found)
    debts = [_debt(each, units, when.as_of, parameters, reports=each.item.id not in elsewhere) for each in found]
    return sorted((debt for debt in debts if debt.reasons), key=_urgency)


def closing_words(debts: Iterable[Debt], day: date, parameters: Parameters) -> list[str]:
    """Say until when the running period is reported: once for all plans of one calendar."""
    plans = dict.fromkeys(debt.judged.item.plan for debt in debts)
    return list(dict.fromkeys(deadline_words(parameters.of(plan), day) for plan in plans))


def _reported_elsewhere(found: Iterable[Judged]) -> set[str]:
    """Return the items whose report is asked for under the id of another, where a plan asks for a number again in a later year.

    Under the earlier id until the figure of its due year is in, then under the later one: one report answers for both.
    """
    owing = {
        f"{item.id}.{each.n}": (item.id, each, judged)
        for item, judgement in found
        for each, judged in zip(item.indicators, judgement.indicators, strict=True)
        if not judged.attained.settled
    }
    silent: set[str] = set()
    for name, (_, each, _) in owing.items():
        if each.link is not None and each.link.kind == "same" and (source := each.link.sources[0]) in owing:
            _, earlier, judged = owing[source]
            silent.add(source if passes_on(earlier, judged) else name)
    return {code for code, _, _ in owing.values()} - {
        code for name, (code, _, _) in owing.items() if name not in silent
    }


def _debt(each: Judged, units: set[int], day: date, parameters: Parameters, *, reports: bool) -> Debt:
    item, judgement = each
    mine = {role.name for role in item.leads if role.unit in units}
    missed = judgement.period if reports and mine & set(judgement.silent_units) else None
    periods = still_to_report(each, day, parameters) if reports else []
    open_ = [period for period, silent in periods if mine & set(silent)]
    holds = {
        "overdue": judgement.overdue, "returned": judgement.returned, "due_soon": judgement.due_soon,
        "unreported": missed is not None, "report_due": missed is None and bool(open_),
    }  # fmt: skip
    return Debt(each, tuple(reason for reason in REASONS if holds[reason]), missed or next(iter(open_), None))


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
