"""Which items a filter lets through, judged: what every listing, paper and check asks (docs/contract.md)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tracker.errors import Unclear
from tracker.ledger.judgement import Judged, judge
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import LIGHTS, ROLES, STATES, WORK, code_of, state_code
from tracker.ledger.values import shorten
from tracker.store.connection import Connection
from tracker.store.filters import UNMET, ItemFilter, PointInTime, batches
from tracker.store.items import load_items
from tracker.store.plan_lifetime import ended_plans


class Filter(NamedTuple):
    """What a listing lets through, in the words that a person typed; `item_filter_of` looks them up. Every part narrows.

    rules: what one of these rules of `check` finds (`listing` asks them). own_rows: without the shares of regions.
    """

    plans: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    unit: str | None = None
    role: str | None = None
    states: tuple[str, ...] | None = None
    lights: tuple[str, ...] | None = None
    overdue: bool = False
    due_soon: bool = False
    unreported: bool = False
    stale: bool = False
    due_before: date | None = None
    due_after: date | None = None
    search: str | None = None
    region: str | None = None
    ids: tuple[str, ...] | None = None
    own_rows: bool = False
    rules: tuple[str, ...] | None = None


STATES_ASKED = {**STATES, UNMET: "已销号（未达目标）"}
"""The states that a filter knows."""


def find(connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters) -> list[Judged]:
    """Return the items a filter lets through, judged, in the order of their plans."""
    return list(each_found(connection, wanted, when, parameters))


def find_open(connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters) -> list[Judged]:
    """Return those of them that can still be worked on: without the rows of plans whose book is closed (结转)."""
    return [each for each in each_found(connection, wanted, when, parameters) if not each.judgement.is_ended]


def each_found(connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters) -> Iterator[Judged]:
    """Yield the items a filter lets through, judged, in the order of their plans; of a large ledger, a few plans at a time.

    The connection must stay open until the last one.
    """
    item_filter = item_filter_of(connection, wanted, when)
    for portion in _portions(connection, item_filter):
        for item in load_items(connection, portion, when):
            judged = passing(item, wanted, item_filter, when, parameters)
            if judged is not None:
                yield judged


def judged_by_id(
    connection: Connection, ids: Sequence[str], when: PointInTime, parameters: Parameters
) -> dict[str, Judged]:
    """Return items, however many, by id, judged."""
    return {
        item.id: Judged(item, judge(item, when.as_of, parameters))
        for portion in batches(ids)
        for item in load_items(connection, ItemFilter(ids=tuple(portion)), when)
    }


AT_ONCE = 1500
"""How many items are loaded at once: little memory, few queries."""


def _portions(connection: Connection, item_filter: ItemFilter) -> Iterator[ItemFilter]:
    """Cut what asks for much of a large ledger into some plans each."""
    if item_filter.ids is not None or item_filter.units is not None or item_filter.overdue:
        return iter((item_filter,))
    from tracker.store.registry import plans_by_size

    portions = plans_by_size(connection, item_filter.plans, AT_ONCE)
    return iter((item_filter,)) if portions is None else (item_filter._replace(plans=codes) for codes in portions)


def item_filter_of(connection: Connection, wanted: Filter, when: PointInTime) -> ItemFilter:
    """Return a filter in the store's own terms: names are looked up, and only where some are given.

    Plans whose book is closed (结转) are left out unless they, or rows of them, are named.
    """
    is_named = wanted.plans is not None or wanted.ids is not None
    item_filter = ItemFilter(
        ids=wanted.ids, kinds=WORK,
        states=codes_of(wanted.states, STATES_ASKED, "状态") or None, lights=codes_of(wanted.lights, LIGHTS, "亮灯") or None,
        role=codes_of((wanted.role,), ROLES, "角色")[0] if wanted.role is not None else None,
        places=_places(connection, wanted.region, when),
        overdue=wanted.overdue, due_soon=wanted.due_soon, unreported=wanted.unreported, stale=wanted.stale, rules=wanted.rules,
        due_before=wanted.due_before, due_after=wanted.due_after, without=() if is_named else ended_plans(connection, when),
        own_rows=wanted.own_rows,
    )  # fmt: skip
    if wanted.unit is None and wanted.plans is None and wanted.kinds is None:
        return item_filter
    from tracker.actions.name_lookup import kind_codes, plan_code, unit_keys

    return item_filter._replace(
        plans=None if wanted.plans is None else tuple(plan_code(connection, text) for text in wanted.plans),
        kinds=WORK if wanted.kinds is None else kind_codes(wanted.kinds),
        units=None if wanted.unit is None else tuple(unit.id for unit in unit_keys(connection, wanted.unit)),
    )


def _places(connection: Connection, text: str | None, when: PointInTime) -> tuple[str, ...] | None:
    """Return what a region's name lets through: the shares of a city or county, or the own rows of a plan of that name."""
    if text is None:
        return None
    from tracker.store.registry import plan_heads, plan_names, region_named

    wanted = text.strip()
    named = plan_names(connection, wanted)
    code = named.get(wanted) or named.get(wanted.lower())
    heads = plan_heads(connection, known_at=when.known_at)
    meant = {wanted, *(plan["region"] for plan in heads if plan["code"] == code and wanted.lower() != code)}
    plans = tuple(plan["code"] for plan in heads if plan["code"] == wanted.lower() or plan["region"] in meant)
    return plans or (region_named(connection, text).name,)


def passing(
    item: Item, wanted: Filter, item_filter: ItemFilter, when: PointInTime, parameters: Parameters
) -> Judged | None:
    """Return an item judged, None where the filter stops it."""
    if item.retired_on is not None and item.retired_on <= when.as_of:
        return None  # the store returns it where it is asked for by id
    if not (_passes_facts(item, item_filter) and _passes_words(item, wanted)):
        return None
    judged = Judged(item, judge(item, when.as_of, parameters))
    return judged if _passes_judgement(judged, wanted, item_filter) else None


def _passes_facts(item: Item, item_filter: ItemFilter) -> bool:
    """Say whether an item passes what needs no judgement; plans and units too, for one that was not selected by them."""
    if item_filter.own_rows and item.region is not None:
        return False
    if item.plan in item_filter.without or (item_filter.plans is not None and item.plan not in item_filter.plans):
        return False
    if item_filter.kinds is not None and item.kind not in item_filter.kinds:
        return False
    states = item_filter.states or ()
    if states and item.state not in states and not (UNMET in states and item.is_closed_unmet):
        return False
    if item_filter.units is not None:
        roles = {"lead": item.leads, "participant": item.participants}.get(
            item_filter.role or "", [*item.leads, *item.participants]
        )
        if not any(each.unit in item_filter.units for each in roles):
            return False
    return item_filter.places is None or (item.region or item.plan) in item_filter.places


def _passes_words(item: Item, wanted: Filter) -> bool:
    if not is_due_between(item.due, wanted):
        return False
    return wanted.search is None or all(word in searchable(item) for word in wanted.search.lower().split())


def is_due_between(due: date | None, wanted: Filter) -> bool:
    """Say whether a deadline lies between the two days of a filter."""
    if wanted.due_before is not None and (due is None or due >= wanted.due_before):
        return False
    return wanted.due_after is None or (due is not None and due > wanted.due_after)


def searchable(item: Item) -> str:
    """Return the words of an item in which a search looks: its texts, its units, its indicators."""
    parts = [item.id, item.title, item.text, item.chapter, item.section, item.note]
    parts += [role.name for role in (*item.leads, *item.participants)]
    parts += [indicator.name for indicator in item.indicators]
    return "\n".join(part for part in parts if part).lower()


def _passes_judgement(judged: Judged, wanted: Filter, item_filter: ItemFilter) -> bool:
    judgement = judged.judgement
    if item_filter.lights and (judgement.light is None or judgement.light.color not in item_filter.lights):
        return False
    if wanted.overdue and not judgement.overdue:
        return False
    if wanted.due_soon and not judgement.due_soon:
        return False
    if wanted.unreported and not judgement.unreported:
        return False
    return not wanted.stale or is_stale(judged)


def is_stale(judged: Judged) -> bool:
    """Say whether an item that was reported on before has not been for the period asked about."""
    return judged.judgement.unreported and judged.item.last_report is not None


def codes_of(texts: Iterable[str] | None, terms: dict[str, str], what: str) -> tuple[str, ...]:
    """Return the codes of terms that a person typed.

    Raises Unclear for a word that is none; what: what it should be (状态, 亮灯).
    """
    codes = []
    for text in texts or ():
        code = code_of(text, terms) or (state_code(text) if terms is STATES_ASKED else None)
        if code is None:
            raise Unclear(f"没有“{shorten(text)}”这种{what}；可用：{'、'.join(f'{k} {v}' for k, v in terms.items())}")
        codes.append(code)
    return tuple(codes)
