"""What a report or a decision about an item stands on: the items of a run, each read once; whose one is, and from when it holds."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.actions.name_lookup import indicator_of, item_of, own_units, units_meant, unknown_item
from tracker.errors import Refused
from tracker.ledger.decision_rules import Field, Past, check_day, check_decidable, check_order, fields_of, name_of
from tracker.ledger.ids import Ref
from tracker.ledger.model import Item, Role
from tracker.ledger.report_rules import Entry, Speaker, speaker_for, unit_meant
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import shorten
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime, batches, is_current
from tracker.store.items import load_by_key, load_statements
from tracker.store.projection.refresh import Decisions, Known, last_decisions, stale_items
from tracker.store.registry import item_key
from tracker.store.stated_parameters import load_parameters


@dataclass(slots=True)
class Drafted:
    """How the reports of a run leave an item or an indicator, before the ledger knows of them.

    day: that of the last; state, percent, value: where one was said; words: the last report that has some.
    """

    day: date
    state: str | None = None
    percent: Decimal | None = None
    value: Decimal | None = None
    words: Entry | None = None


class ReportContext:
    """What a run of reports needs of the ledger, each thing read once: items with their keys, and units by name.

    parameters are those of judgement; evidence_required: no completion without evidence (settings).
    """

    def __init__(self, connection: Connection, today: date, *, evidence_required: bool = False) -> None:
        self.parameters, self.evidence_required = load_parameters(connection), evidence_required
        self.connection = connection
        self._when = PointInTime(today)
        self._items: dict[str, Item] = {}
        self._found: dict[Ref, Item] = {}
        self.targets: dict[tuple[Any, ...], Any] = {}
        """Where reports go (`actions.reports.ReportTarget`), by what was named, for which unit, and which kinds of figures they say."""
        self.drafted: dict[tuple[int, int | None] | None, Drafted] = {}
        """What the run itself said, by the key of the item and the number of the indicator (`actions.reports.subject_of`)."""
        self._keys: dict[str, int] = {}
        self._named: dict[str, dict[int, Unit]] = {}
        self._decisions: dict[int, Decisions] = {}
        self._regions: dict[str, str] = {}

    def load(self, codes: Iterable[str]) -> None:
        """Read many items at once, so that a file of any length asks the ledger a few times only."""
        wanted = [code for code in dict.fromkeys(codes) if code not in self._items]
        for portion in batches(wanted):
            found = load_by_key(self.connection, ItemFilter(ids=tuple(portion)), self._when)
            self._items.update((item.id, item) for item in found.values())
            self._keys.update((item.id, key) for key, item in found.items())
            self._decisions.update(last_decisions(self.connection, list(found)))

    def forget(self) -> None:
        """Let go of the items; the units stay, and what the run said."""
        self._items.clear()
        self._found.clear()
        self.targets.clear()
        self._keys.clear()
        self._decisions.clear()

    def kept(self, keys: AbstractSet[int]) -> dict[int, Known]:
        """Return those of some items, by key, that were loaded as the ledger keeps them, for `store.projection.refresh`.

        What becomes of them there they are here too: it must forget them afterwards.
        """
        if not is_current(self.connection, self._when):
            return {}
        stale = stale_items(self.connection)
        return {
            key: Known(self._items[code], self._decisions[key].last)
            for code, key in self._keys.items()
            if key in keys and key not in stale and key in self._decisions
        }

    def item(self, ref: Ref) -> Item:
        """Return the item an id names; raises Refused for an unknown id or indicator."""
        item = self._found.get(ref)
        if item is not None:
            return item
        code = ref.item
        if code not in self._items:
            self.load([code])
        item = self._items.get(code)
        if item is None:
            raise unknown_item(self.connection, ref)
        if ref.n is not None:
            indicator_of(item, ref)
        self._found[ref] = item
        return item

    def loaded(self, codes: Iterable[str]) -> list[Item]:
        """Return those of these items that were read, each once."""
        return [self._items[code] for code in dict.fromkeys(codes) if code in self._items]

    def key(self, item: Item) -> int:
        """Return the key under which the store keeps an item."""
        key = self._keys.get(item.id)
        if key is None:
            key = item_key(self.connection, item.id)
            assert key is not None  # noqa: S101 - the item was just read
            self._keys[item.id] = key
        return key

    def was_completed(self, item: Item) -> bool:
        """Say whether completion was ever declared on an item, taken back or not."""
        key = self.key(item)
        if key not in self._decisions:
            self._decisions.update(last_decisions(self.connection, [key]))
        return self._decisions[key].completed

    def units(self, name: str | None) -> dict[int, Unit] | None:
        """Return the units a speaker's name may mean (the item decides which), by key; None when none was named."""
        if name is None:
            return None
        if name not in self._named:
            self._named[name] = {unit.id: unit for unit in units_meant(self.connection, name)}
        if not self._named[name]:
            raise Refused(f"没有单位“{shorten(name)}”；单位名录见 tracker unit list")
        return self._named[name]

    def speaker(self, item: Item, name: str | None) -> Speaker:
        """Return in which role a unit speaks on an item; raises Refused for an unknown or ambiguous one, or one without a role."""
        units = self.units(name)
        own = {role.unit for role in (*item.leads, *item.participants)}
        above: Sequence[Role] = ()
        if units and name and ":" not in name and not own & units.keys():
            # An exact name of another region is none here: the item fixes the region.
            near = {unit.id: unit for unit in own_units(self.connection, item.plan, name)}
            units = near if own & near.keys() else units
        if units is not None and item.parent is not None and not own & units.keys():
            self.load((item.parent,))
            above = self._items[item.parent].leads
        return speaker_for(item, units, name, None if name is None or item.leads else self.region(item.plan), above)

    def region(self, plan: str) -> str:
        """Return the region of a plan's units."""
        if plan not in self._regions:
            from tracker.store.plan_rows import unit_region

            self._regions[plan] = unit_region(self.connection, plan)
        return self._regions[plan]


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
    key = item_key(changeset.connection, item.id)
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
