"""What every decision about an item has in common: whose it is, from when it holds, what it stands on, what it changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.actions.name_lookup import item_of
from tracker.actions.report_context import ReportContext
from tracker.ledger.decision_fields import Field, fields_of
from tracker.ledger.decision_rules import Past, check_day, check_decidable, check_order, name_of
from tracker.ledger.ids import Ref
from tracker.ledger.model import Item
from tracker.ledger.report_rules import unit_meant
from tracker.store import queries
from tracker.store.changeset import Changeset
from tracker.store.filters import PointInTime
from tracker.store.items import load_statements


@dataclass(slots=True, eq=False, repr=False)
class DecisionContext:
    """An item (or its indicator n) that is decided about: as it stands now, as it stood on the day, and what was decided."""

    key: int
    item: Item
    then: Item
    n: int | None
    day: date
    past: Sequence[Past]

    @property
    def id(self) -> str:
        """The id that was named."""
        return name_of(self.item, self.n)


@dataclass(slots=True, eq=False, repr=False)
class Decision:
    """One decision as it was taken: on what, from when, by which unit, what it changed, and what to mind.

    doubts: those of the warnings that are worth a second thought before it is written.
    """

    id: str
    command: str
    day: date
    unit: str | None
    changes: list[tuple[str, Field]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "id": self.id,
            "command": self.command,
            "date": self.day,
            "unit": self.unit,
            "changes": [
                {"id": name, "field": changed, "before": before, "after": after}
                for name, (changed, before, after) in self.changes
            ],
            "warnings": self.warnings,
        }


def decision_context(changeset: Changeset, ref: Ref, day: date) -> DecisionContext:
    """Return what an id names, with what is needed to decide about it on a day.

    Raises Refused for an unknown id, an aim, a retired item, and a day in the future or before the plan's period.
    """
    item = item_of(changeset.connection, ref, PointInTime(changeset.today))
    check_decidable(item)
    check_day(item, day, changeset.today)
    key = queries.item_key(changeset.connection, item.id)
    assert key is not None  # noqa: S101 - the item was just read
    statements = load_statements(changeset.connection, (key,), PointInTime(changeset.today)).get(key, [])
    past = [
        Past(each.kind, each.n, each.date, mark_of(each.kind, each.data))
        for each in statements
        if each.kind != "report"
    ]
    then = item if day == changeset.today else item_of(changeset.connection, ref, PointInTime(day))
    return DecisionContext(key, item, then, ref.n, day, past)


def mark_of(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return what tells apart decisions of one kind that do not touch each other."""
    return {"milestone": data.get("date"), "assign": data.get("role")}.get(kind)


def distinct(refs: Iterable[Ref]) -> list[Ref]:
    """Return each thing named once; an indicator named beside its whole item is part of it."""
    unique = list(dict.fromkeys(refs))
    whole = {ref.item for ref in unique if ref.n is None}
    return [ref for ref in unique if ref.n is None or ref.item not in whole]


def speaking_unit(changeset: Changeset, item: Item, name: str | None) -> tuple[int, str] | None:
    """Return the unit for which a decision is taken (the coordinator's, say), which needs no part in the item.

    A name that several regions have means the item's own region. Raises Refused for an unknown or ambiguous name.
    """
    context = ReportContext(changeset.connection, changeset.today)
    found = context.units(name)
    if found is None or name is None:
        return None
    unit = unit_meant(found, name, context.region(item.plan))
    return unit.id, unit.name


def decide(
    changeset: Changeset, case: DecisionContext, kind: str, parts: Iterable[int | None], data: Mapping[str, Any],
    before: Mapping[int | None, Mapping[str, Any]], unit: tuple[int, str] | None,
) -> Decision:  # fmt: skip
    """Add one decision on some parts of an item to a changeset; before has, for each part, what its fields were.

    Raises Refused, adding nothing, when a later decision of the same family stands.
    """
    numbers = list(parts)
    for n in numbers:
        check_order(case.item, n, kind, case.past, case.day, mark_of(kind, data))
    decided = Decision(case.id, kind, case.day, unit[1] if unit else changeset.author.unit)
    for n in numbers:
        changeset.event(kind, case.day, item=case.key, n=n, data=data, before=before[n], unit=unit)
        fields = fields_of(kind, data, before[n])
        decided.changes += [(name_of(case.item, n), each) for each in fields]
    return decided
