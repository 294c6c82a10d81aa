"""What a run of reports needs of the ledger, each thing read once."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from tracker.actions.name_lookup import indicator_of, unknown_item
from tracker.errors import Refused
from tracker.ledger.ids import Ref
from tracker.ledger.model import Item, Role
from tracker.ledger.report_rules import Speaker, speaker_for
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import shorten
from tracker.store import queries
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime, is_current
from tracker.store.items import load_by_key
from tracker.store.projection.refresh import Known
from tracker.store.stated_parameters import load_parameters


class ReportContext:
    """What a run of reports needs of the ledger, each thing read once: items with their keys, and units by name.

    parameters are those of judgement; evidence_required: no completion without evidence (settings).
    """

    def __init__(self, connection: Connection, today: date, *, evidence_required: bool = False) -> None:
        self.parameters, self.evidence_required = load_parameters(connection), evidence_required
        self.connection = connection
        self._when = PointInTime(today)
        self._items: dict[str, Item] = {}
        self._keys: dict[str, int] = {}
        self._named: dict[str, dict[int, Unit]] = {}
        self._decisions: dict[int, queries.Decisions] = {}
        self._regions: dict[str, str] = {}

    def load(self, codes: Iterable[str]) -> None:
        """Read many items at once, so that a file of any length asks the ledger a few times only."""
        wanted = [code for code in dict.fromkeys(codes) if code not in self._items]
        for start in range(0, len(wanted), _PORTION):
            portion = tuple(wanted[start : start + _PORTION])
            found = load_by_key(self.connection, ItemFilter(ids=portion), self._when)
            self._items.update((item.id, item) for item in found.values())
            self._keys.update((item.id, key) for key, item in found.items())
            self._decisions.update(queries.last_decisions(self.connection, list(found)))

    def forget(self) -> None:
        """Let go of the items; the units stay."""
        self._items.clear()
        self._keys.clear()
        self._decisions.clear()

    def kept(self, keys: AbstractSet[int]) -> dict[int, Known]:
        """Return those of some items, by key, that were loaded as the ledger keeps them, for `store.projection.refresh`.

        What becomes of them there they are here too: it must forget them afterwards.
        """
        if not is_current(self.connection, self._when):
            return {}
        stale = queries.stale_items(self.connection)
        return {
            key: Known(self._items[code], self._decisions[key].last)
            for code, key in self._keys.items()
            if key in keys and key not in stale and key in self._decisions
        }

    def item(self, ref: Ref) -> Item:
        """Return the item an id names; raises Refused for an unknown id or indicator."""
        code = ref.item
        if code not in self._items:
            self.load([code])
        item = self._items.get(code)
        if item is None:
            raise unknown_item(self.connection, ref)
        if ref.n is not None:
            indicator_of(item, ref)
        return item

    def loaded(self, codes: Iterable[str]) -> list[Item]:
        """Return those of these items that were read, each once."""
        return [self._items[code] for code in dict.fromkeys(codes) if code in self._items]

    def key(self, item: Item) -> int:
        """Return the key under which the store keeps an item."""
        key = self._keys.get(item.id)
        if key is None:
            key = queries.item_key(self.connection, item.id)
            assert key is not None  # noqa: S101 - the item was just read
            self._keys[item.id] = key
        return key

    def was_completed(self, item: Item) -> bool:
        """Say whether completion was ever declared on an item, taken back or not."""
        key = self.key(item)
        if key not in self._decisions:
            self._decisions.update(queries.last_decisions(self.connection, [key]))
        return self._decisions[key].completed

    def units(self, name: str | None) -> dict[int, Unit] | None:
        """Return the units a speaker's name may mean (the item decides which), by key; None when none was named."""
        if name is None:
            return None
        if name not in self._named:
            self._named[name] = {unit.id: unit for unit in queries.units_called(self.connection, name)}
        if not self._named[name]:
            raise Refused(f"没有单位“{shorten(name)}”；单位名录见 tracker unit list")
        return self._named[name]

    def speaker(self, item: Item, name: str | None) -> Speaker:
        """Return in which role a unit speaks on an item; raises Refused for an unknown or ambiguous one, or one without a role."""
        units = self.units(name)
        own = {role.unit for role in (*item.leads, *item.participants)}
        above: Sequence[Role] = ()
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


_PORTION = 500
"""Ids named in one query, under every driver's limit for parameters."""
