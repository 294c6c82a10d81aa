"""Recording reports: the one path of `log` and of every import."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tracker.actions.finding import indicator_of, item_of
from tracker.errors import Refused
from tracker.ledger.entry import Entry, Speaker, before_of, completed_state, permit, place, speaker_for
from tracker.ledger.ids import Ref, parse_id
from tracker.ledger.judgement import demand_words
from tracker.ledger.model import Indicator, Item
from tracker.ledger.naming import Unit, find_units
from tracker.ledger.progress import satisfies
from tracker.ledger.terms import OPEN_STATES
from tracker.ledger.values import plain, shorten
from tracker.store import queries
from tracker.store.reading import Selection, When, load_items
from tracker.store.writing import Draft


@dataclass(slots=True)
class Recorded:
    """One report as it was placed: on which item or indicator, by whom, what was there before, and what to mind."""

    id: str
    item: Item
    n: int | None
    entry: Entry
    speaker: Speaker
    before: dict[str, str | None]
    warnings: list[str]

    def view(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "id": self.id,
            "date": self.entry.date,
            "unit": self.speaker.unit[1] if self.speaker.unit else None,
            "role": self.speaker.role,
            "state": self.entry.state,
            "percent": self.entry.percent,
            "value": self.entry.value,
            "note": self.entry.note,
            "problem": self.entry.problem,
            "next": self.entry.next_step,
            "before": self.before,
            "warnings": self.warnings,
        }


class Desk:
    """What a run of reports needs of the ledger, each thing read once: items with their keys, and units by name."""

    def __init__(self, draft: Draft) -> None:
        self._connection = draft.connection
        self._when = When(draft.today)
        self._items: dict[str, Item] = {}
        self._keys: dict[str, int] = {}
        self._units: list[Unit] | None = None
        self._named: dict[str, list[Unit]] = {}

    def load(self, codes: Iterable[str]) -> None:
        """Read many items at once, so that a file of any length asks the ledger a few times only."""
        wanted = [code for code in dict.fromkeys(codes) if code not in self._items]
        for start in range(0, len(wanted), _PORTION):
            portion = tuple(wanted[start : start + _PORTION])
            asked = set(portion)
            found = load_items(self._connection, Selection(ids=portion), self._when)
            self._items.update((item.id, item) for item in found if item.id in asked)
            self._keys.update(queries.item_keys(self._connection, portion))

    def item(self, ref: Ref) -> Item:
        """Return the item an id names; raises Refused for an unknown id or indicator."""
        item = self._items.get(ref.item)
        if item is None:
            item = self._items[ref.item] = item_of(self._connection, ref, self._when)
        elif ref.n is not None:
            indicator_of(item, ref)
        return item

    def key(self, item: Item) -> int:
        """Return the key under which the store keeps an item."""
        key = self._keys.get(item.id) or queries.item_key(self._connection, item.id)
        assert key is not None  # noqa: S101 - the item was just read
        self._keys[item.id] = key
        return key

    def units(self, name: str | None) -> list[Unit] | None:
        """Return the units a speaker's name may mean (the item decides which), None when none was named."""
        if name is None:
            return None
        if name not in self._named:
            if self._units is None:
                self._units = queries.load_units(self._connection)
            self._named[name] = find_units(name, self._units)
        if not self._named[name]:
            raise Refused(f"没有单位“{shorten(name)}”；单位名录见 tracker unit list")
        return self._named[name]


_PORTION = 500
"""Ids named in one query, under every driver's limit for parameters."""


class Spot(NamedTuple):
    """Where a report goes and for whom it speaks; source is the id that was named, where a link was followed from it."""

    item: Item
    n: int | None
    speaker: Speaker
    source: str | None

    @property
    def id(self) -> str:
        """The id under which the report is kept."""
        return self.item.id if self.n is None else f"{self.item.id}.{self.n}"

    @property
    def subject(self) -> Item | Indicator:
        """The item or indicator that is reported on."""
        return self.item if self.n is None else next(each for each in self.item.indicators if each.n == self.n)


def record(draft: Draft, ref: Ref, entry: Entry, unit: str | None, desk: Desk | None = None) -> Recorded:
    """Add one report to a draft: find its place, check that it may be made, and say what was there before.

    A report on an indicator that repeats an earlier one goes to the earlier one; `completed` becomes a declaration of
    completion beside the report. A run of reports shares one desk. Raises Refused with one line, adding nothing.
    """
    desk = desk or Desk(draft)
    return put(draft, desk, spot_of(desk, ref, entry, unit), entry)


def spot_of(desk: Desk, ref: Ref, entry: Entry, unit: str | None) -> Spot:
    """Find where a report goes and whose it is; raises Refused where there is no such place or part."""
    item = desk.item(ref)
    n = place(item, ref.n, entry)
    item, n, source = _follow_link(desk, item, n)
    return Spot(item, n, speaker_for(item, desk.units(unit), unit), source)


def put(draft: Draft, desk: Desk, spot: Spot, entry: Entry) -> Recorded:
    """Add a report whose place is known; raises Refused, adding nothing, for one that may not be made."""
    item, n, speaker, source = spot
    permit(item, n, entry, speaker, draft.today)
    state = completed_state(entry)
    before = before_of(item, n, entry, state)
    key = desk.key(item)
    if entry.state != "completed" or _says_more(entry):
        draft.report(
            key, n, entry.date, unit=speaker.unit, role=speaker.role, before=before, state=state, percent=entry.percent,
            value=entry.value, note=entry.note, problem=entry.problem, next_step=entry.next_step,
        )  # fmt: skip
    warnings = [] if source is None else [f"{source} 与 {item.id}.{n} 是同一指标，已记在 {item.id}.{n}"]
    if speaker.unit is None and item.leads:
        warnings.append(f"{item.id} 有 {len(item.leads)} 个牵头单位，未写明单位的填报不计入任何单位；可用 --unit 写明")
    if entry.state == "completed":
        warnings += declare(draft, key, item, n, entry, speaker)
    return Recorded(spot.id, item, n, entry, speaker, before, warnings)


def declare(draft: Draft, key: int, item: Item, n: int | None, entry: Entry, speaker: Speaker) -> list[str]:
    """Add the declaration that an item (all its open indicators) or one indicator is done; return what to mind."""
    chosen = [each for each in item.indicators if (n is None or each.n == n) and each.state in OPEN_STATES]
    for number in [each.n for each in chosen] if item.indicators else [None]:
        old = item.state if number is None else next(each.state for each in chosen if each.n == number)
        draft.event("complete", entry.date, item=key, n=number, before={"state": old}, unit=speaker.unit)
    return [_unmet(item, each, entry) for each in chosen if _is_unmet(each, entry if each.n == n else None)]


def _unmet(item: Item, indicator: Indicator, entry: Entry) -> str:
    value = entry.value if entry.value is not None else indicator.actual
    shown = "尚无现值" if value is None else f"现值 {plain(value)}{indicator.measure or ''}"
    return f"{item.id}.{indicator.n} {indicator.name}：目标{demand_words(indicator)}，{shown}，未达目标即申报办结，由核查人判断"


def _is_unmet(indicator: Indicator, entry: Entry | None) -> bool:
    if not indicator.takes_value:
        return False
    value = entry.value if entry is not None and entry.value is not None else indicator.actual
    from decimal import Decimal

    return value is None or not satisfies(indicator, value, Decimal(5))


def _follow_link(desk: Desk, item: Item, n: int | None) -> tuple[Item, int | None, str | None]:
    """Go from an indicator that repeats an earlier one to the earlier one; return also the name that was followed."""
    source = None
    while n is not None:
        indicator = next(each for each in item.indicators if each.n == n)
        if indicator.link is None or indicator.link.kind != "same":
            break
        source = source or f"{item.id}.{n}"
        target = parse_id(indicator.link.sources[0])
        item, n = desk.item(target), target.n
    return item, n, source


def _says_more(entry: Entry) -> bool:
    """Whether a declaration of completion also carries something that only a report can keep."""
    return not replace(entry, state=None).is_empty


def same_again(item: Item, n: int | None, entry: Entry) -> Entry:
    """Return the report 无变化: the state in force, said again for this period."""
    subject: Item | Indicator = item if n is None else next(each for each in item.indicators if each.n == n)
    if subject.state not in OPEN_STATES:
        raise Refused(f"{item.id} 已办结，无需填报“无变化”")
    return replace(entry, state=subject.state, note=entry.note or "无变化")
