"""Which items, in what light: the filters of `list` and its relatives (DESIGN §4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.errors import Unclear
from tracker.ledger.judgement import Judged, judge, report_age
from tracker.ledger.lights import Thresholds
from tracker.ledger.model import Item
from tracker.ledger.terms import LIGHTS, ROLES, STATES, WORK, code_of
from tracker.ledger.values import shorten
from tracker.store.connection import Connection
from tracker.store.reading import Selection, When, load_items


@dataclass(slots=True, kw_only=True)
class Filter:
    """What a listing lets through. Every part narrows; None lets everything through."""

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


def find(connection: Connection, wanted: Filter, when: When, limits: Thresholds) -> list[Judged]:
    """Return the items a filter lets through, judged, in the order of their plans."""
    selection = _selection(connection, wanted, when)
    units = selection.units
    states = _codes(wanted.states, STATES, "状态")
    lights = _codes(wanted.lights, LIGHTS, "亮灯")
    role = _codes((wanted.role,), ROLES, "角色")[0] if wanted.role else None
    region = _region(connection, wanted.region)
    found = []
    for item in load_items(connection, selection, when):
        if item.retired_on is not None and item.retired_on <= when.as_of:
            continue  # the store returns it where it is asked for by id
        if states and item.state not in states:
            continue
        if role and not any(each.unit in (units or ()) for each in (item.leads if role == "lead" else item.participants)):
            continue
        if region is not None and (item.region or item.plan) not in region:
            continue
        if not _passes_words(item, wanted):
            continue
        judged = Judged(item, judge(item, when.as_of, limits))
        if _passes_judgement(judged, wanted, lights, when.as_of, limits):
            found.append(judged)
    return found


def _selection(connection: Connection, wanted: Filter, when: When) -> Selection:
    """Return the part of a filter that the store can answer by itself; names are looked up only where some are given."""
    selection = Selection(ids=wanted.ids, kinds=WORK, overdue_before=when.as_of if wanted.overdue else None)
    if wanted.unit is None and wanted.plans is None and wanted.kinds is None:
        return selection
    from tracker.actions.finding import kind_codes, plan_code, unit_keys

    return selection._replace(
        plans=None if wanted.plans is None else tuple(plan_code(connection, text) for text in wanted.plans),
        kinds=WORK if wanted.kinds is None else kind_codes(wanted.kinds),
        units=None if wanted.unit is None else tuple(unit.id for unit in unit_keys(connection, wanted.unit)),
    )


def _region(connection: Connection, text: str | None) -> tuple[str, ...] | None:
    """Return what a region's name lets through: the shares of a city or county, or the own rows of a plan of that name."""
    if text is None:
        return None
    from tracker.store.queries import load_plans
    from tracker.store.regions import region_named

    plans = tuple(plan["code"] for plan in load_plans(connection) if text in (plan["region"], plan["code"]))
    return plans or (region_named(connection, text).name,)


def _passes_words(item: Item, wanted: Filter) -> bool:
    if wanted.due_before is not None and (item.due is None or item.due >= wanted.due_before):
        return False
    if wanted.due_after is not None and (item.due is None or item.due <= wanted.due_after):
        return False
    return wanted.search is None or all(word in searchable(item) for word in wanted.search.lower().split())


def searchable(item: Item) -> str:
    """Return the words of an item in which a search looks: its texts, its units, its indicators."""
    parts = [item.id, item.title, item.text, item.chapter, item.section, item.note]
    parts += [role.name for role in (*item.leads, *item.participants)]
    parts += [indicator.name for indicator in item.indicators]
    return "\n".join(part for part in parts if part).lower()


def _passes_judgement(
    judged: Judged, wanted: Filter, lights: tuple[str, ...], as_of: date, limits: Thresholds
) -> bool:
    judgement = judged.judgement
    if lights and (judgement.light is None or judgement.light.color not in lights):
        return False
    if wanted.overdue and not judgement.overdue:
        return False
    if wanted.due_soon and not judgement.due_soon:
        return False
    if wanted.unreported and not judgement.unreported:
        return False
    return not wanted.stale or is_stale(judged.item, as_of, limits)


def is_stale(item: Item, as_of: date, limits: Thresholds) -> bool:
    """Say whether an open item was reported once, but not within the reporting period."""
    report = item.last_report
    if report is None or not item.is_open:
        return False
    return report_age(report.date, report.entered, as_of) > limits.report_days


def _codes(texts: Iterable[str] | None, terms: dict[str, str], what: str) -> tuple[str, ...]:
    codes = []
    for text in texts or ():
        code = code_of(text, terms)
        if code is None:
            raise Unclear(f"没有“{shorten(text)}”这种{what}；可用：{'、'.join(f'{k} {v}' for k, v in terms.items())}")
        codes.append(code)
    return tuple(codes)
