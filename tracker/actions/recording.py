"""Recording reports: the one path of `log` and of every import."""

from dataclasses import dataclass, replace
from typing import Any

from tracker.actions.finding import item_of
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
from tracker.store.reading import When
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


def units_named(draft: Draft, name: str | None) -> list[Unit] | None:
    """Return the units a speaker's name may mean (the item decides which), None when none was named."""
    if name is None:
        return None
    found = find_units(name, queries.load_units(draft.connection))
    if not found:
        raise Refused(f"没有单位“{shorten(name)}”；单位名录见 tracker unit list")
    return found


def record(draft: Draft, ref: Ref, entry: Entry, unit: str | None) -> Recorded:
    """Add one report to a draft: find its place, check that it may be made, and say what was there before.

    A report on an indicator that repeats an earlier one goes to the earlier one; `completed` becomes a declaration of
    completion beside the report. Raises Refused with one line, adding nothing.
    """
    when = When(draft.today)
    item = item_of(draft.connection, ref, when)
    n = place(item, ref.n, entry)
    item, n, source = _follow_link(draft, item, n, when)
    speaker = speaker_for(item, units_named(draft, unit), unit)
    permit(item, n, entry, speaker, draft.today)
    state = completed_state(entry)
    before = before_of(item, n, entry, state)
    key = queries.item_key(draft.connection, item.id)
    assert key is not None  # noqa: S101 - the item was just read
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
    name = item.id if n is None else f"{item.id}.{n}"
    return Recorded(name, item, n, entry, speaker, before, warnings)


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


def _follow_link(draft: Draft, item: Item, n: int | None, when: When) -> tuple[Item, int | None, str | None]:
    """Go from an indicator that repeats an earlier one to the earlier one; return also the name that was followed."""
    source = None
    while n is not None:
        indicator = next(each for each in item.indicators if each.n == n)
        if indicator.link is None or indicator.link.kind != "same":
            break
        source = source or f"{item.id}.{n}"
        target = parse_id(indicator.link.sources[0])
        item, n = item_of(draft.connection, target, when), target.n
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
