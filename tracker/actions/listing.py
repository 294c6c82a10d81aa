"""Rows of `list`, `overdue` and `status`: what the kept columns say is read, and only the rest is judged (docs/contract.md)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.actions.selection import (
    STATES_ASKED,
    Filter,
    codes_of,
    each_found,
    find_open,
    is_due_between,
    item_filter_of,
    judged_by_id,
    passing,
)
from tracker.item_rows import item_view
from tracker.ledger.judgement import Judged, judge
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import WORK
from tracker.store.connection import Connection, Row
from tracker.store.filters import UNMET, ItemFilter, PointInTime, batches, is_current
from tracker.store.items import load_by_key, load_items

if TYPE_CHECKING:
    from tracker.ledger.counts import Tally
    from tracker.store.aggregates.overview import Aggregates


def _found(connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters) -> Iterable[Judged]:
    return _by_rules(connection, each_found(connection, wanted, when, parameters), wanted, when, parameters)


def _by_rules(
    connection: Connection, found: Iterable[Judged], wanted: Filter, when: PointInTime, parameters: Parameters
) -> Iterable[Judged]:
    """Leave of some items those that a rule of `check` finds, where rules are asked for."""
    if wanted.rules is None:
        return found
    from tracker.actions.checks import found_by

    return found_by(connection, list(found), wanted.rules, when, parameters)


def count_extended(connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters) -> int:
    """Return how many of the items a filter lets through have been given more time (延期), overdue or not."""
    from tracker.store.aggregates import deadlines

    wanted = wanted._replace(overdue=False)
    if is_current(connection, when):
        return deadlines.count_extended(connection, item_filter_of(connection, wanted, when))
    return sum(
        item.extensions > 0
        for ids in batches(deadlines.ever_extended(connection))
        for item, _ in find_open(connection, wanted._replace(ids=tuple(ids)), when, parameters)
    )


class IndexedQuery(NamedTuple):
    """A question that the database answers by itself (`store.aggregates.overview`), but for a few items, which are judged here."""

    aggregates: "Aggregates"
    item_filter: ItemFilter
    unsure: dict[str, Judged]


def indexed_query(
    connection: Connection,
    wanted: Filter,
    when: PointInTime,
    parameters: Parameters,
    names: Sequence[str] | None = None,
) -> IndexedQuery | None:
    """Return how the database answers a filter by itself; None where every item must be loaded and judged.

    names: the fields that are asked for, None for any of them.
    """
    from tracker.store.aggregates.overview import RULES, aggregates_at, doubt_about, keys_with_words
    from tracker.store.projection import ANY_DOUBT

    if wanted.ids is not None or not set(wanted.rules or ()) <= set(RULES):
        return None
    filters = {"overdue": wanted.overdue, "due_soon": wanted.due_soon, "light": wanted.lights, "unreported": wanted.unreported,
               "stale": wanted.stale}  # fmt: skip
    asked = (*(names or ()), *(name for name, given in filters.items() if given), *(wanted.rules or ()))
    aggregates = aggregates_at(connection, when, parameters, ANY_DOUBT if names is None else doubt_about(asked))
    if aggregates is None:
        return None
    item_filter = item_filter_of(connection, wanted, when)
    doubtful: list[Judged] = []
    for ids in batches(aggregates.unsure):
        items = load_items(connection, ItemFilter(ids=tuple(ids)), when)
        doubtful += filter(None, (passing(item, wanted, item_filter, when, parameters) for item in items))
    unsure = {each.item.id: each for each in _by_rules(connection, doubtful, wanted, when, parameters)}
    if wanted.search is not None:
        words = wanted.search.lower().split()
        item_filter = item_filter._replace(
            found=keys_with_words(aggregates, item_filter, lambda text: all(word in text for word in words))
        )
    return IndexedQuery(aggregates, item_filter, unsure)


def is_listed(names: Iterable[str]) -> bool:
    """Say whether the database can answer these fields of a listing by itself."""
    from tracker.store.aggregates.overview import LISTED

    return set(names) <= set(LISTED)


def quick_rows(quick: IndexedQuery, names: Sequence[str], row_of: Callable[[Judged], Row]) -> Iterator[Row]:
    """Return fields (`is_listed`) of items in the order of their plans; row_of makes them of what had to be judged."""
    from tracker.store.aggregates.overview import list_rows

    rows = list_rows(quick.aggregates, quick.item_filter, names)
    if not quick.aggregates.unsure:
        return map(itemgetter(slice(1, None)), rows)
    return _with_judged(quick, rows, row_of)


def _with_judged(quick: IndexedQuery, rows: Iterable[Row], row_of: Callable[[Judged], Row]) -> Iterator[Row]:
    unsure = set(quick.aggregates.unsure)
    for row in rows:
        if row[0] not in unsure:
            yield row[1:]
        elif row[0] in quick.unsure:
            yield row_of(quick.unsure[row[0]])


def tally(connection: Connection, wanted: Filter, group: str, when: PointInTime, parameters: Parameters) -> "Tally":
    """Count the items a filter lets through: by the database alone where it can (`store.aggregates.overview`), judged otherwise.

    A plan and its chapters count their own rows only, unless a region or a unit is asked about.
    """
    from tracker.ledger.counts import count, joined
    from tracker.store.registry import merged_units, plan_heads

    wanted = wanted._replace(own_rows=group in ("plan", "chapter") and wanted.region is None and wanted.unit is None)
    regions = (
        {plan["code"]: plan for plan in plan_heads(connection, known_at=when.known_at)} if group == "region" else {}
    )
    # The kept numbers are those of each unit's own rows: merged units (unit merge) are counted together one by one.
    is_merged = group == "unit" and bool(merged_units(connection))
    quick = None if is_merged else indexed_query(connection, wanted, when, parameters)
    if quick is None:
        return count(_found(connection, wanted, when, parameters), group, regions)
    from tracker.store.aggregates.overview import count_groups, count_plans

    kinds = tuple(kind for kind in quick.item_filter.kinds or WORK if kind in WORK)
    rows = count_groups(quick.aggregates, quick.item_filter._replace(kinds=kinds), group)
    if group == "plan" and kinds == quick.item_filter.kinds:
        plans = Counter[str]()
        for plan, _, _, number, *_ in rows:
            plans[plan] += number
    else:
        plans = Counter(count_plans(quick.aggregates, quick.item_filter))
    return joined(count(quick.unsure.values(), group, regions), rows, plans)


class Listing(NamedTuple):
    """Rows of a listing in the fields asked for (`tracker.item_rows`), in the order of plans, and how many each plan has in all.

    Where the first so many were asked for, there may be more rows among which they are.
    """

    rows: list[dict[str, Any]]
    plans: Mapping[str, int]


def listing(
    connection: Connection,
    wanted: Filter,
    when: PointInTime,
    parameters: Parameters,
    names: Sequence[str],
    limit: int | None = None,
) -> Listing:
    """Return at least these fields of what a filter lets through; limit: how many of those in the deepest trouble, None for all.

    What the kept columns say is read, and only the rest is judged.
    """
    quick = indexed_query(connection, wanted, when, parameters, names)
    if quick is None:
        views = [item_view(*each) for each in _found(connection, wanted, when, parameters)]
        return Listing(views, Counter(view["plan"] for view in views))
    plans = _plans(quick)
    if limit is not None:
        from tracker.store.aggregates.overview import top_items

        keys = top_items(quick.aggregates, quick.item_filter, limit)
        quick = quick._replace(item_filter=quick.item_filter._replace(found=keys))
    return Listing(list(_rows(connection, quick, when, parameters, names)), plans)


def each_listed(
    connection: Connection,
    wanted: Filter,
    when: PointInTime,
    parameters: Parameters,
    names: Sequence[str],
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield at least these fields of what a filter lets through, the first so many in the order of plans (None: all).

    They come as they are read: the connection must stay open until the last one.
    """
    quick = indexed_query(connection, wanted, when, parameters, names if is_listed(names) else ())
    if quick is None:
        found = (item_view(*each) for each in _found(connection, wanted, when, parameters))
        return islice(found, limit)
    return _rows(connection, quick, when, parameters, names, limit)


def _rows(
    connection: Connection,
    quick: IndexedQuery,
    when: PointInTime,
    parameters: Parameters,
    names: Sequence[str],
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    if is_listed(names):
        return islice(_typed_rows(quick, names), limit)
    places = [place for (place,) in islice(quick_rows(quick, ("key",), lambda each: (each,)), limit)]
    return (item_view(*each) for each in _each_judged(connection, places, when, parameters))


def _plans(quick: IndexedQuery) -> Mapping[str, int]:
    """Return how many items each plan has, by code in the order of entry."""
    from tracker.store.aggregates.overview import count_plans

    plans = Counter(count_plans(quick.aggregates, quick.item_filter))
    plans.update(each.item.plan for each in quick.unsure.values())
    return plans


def _typed_rows(quick: IndexedQuery, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield rows of fields with the values that `tracker.item_rows` gives them."""
    from tracker.store.aggregates.overview import DAYS, FLAGS, LISTS, SEPARATOR, list_rows
    from tracker.store.row_values import day_of, number_of, state_of

    kinds: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(FLAGS, "true".__eq__),
        **dict.fromkeys(DAYS, day_of),
        "percent": number_of,
    }
    kinds["state"] = lambda text: state_of(text) or "not_started"
    kinds |= dict.fromkeys(LISTS, lambda text: text.split(SEPARATOR))
    changed = [(place, kinds[name]) for place, name in enumerate(names) if name in kinds]
    lists = [place for place, name in enumerate(names) if name in LISTS]

    def row_of(judged: Judged) -> dict[str, Any]:
        view = item_view(*judged)
        said = said_of(view["last_report"])
        return {name: view[name] if name in view else said[name] for name in names}

    unsure = set(quick.aggregates.unsure)
    for code, *values in list_rows(quick.aggregates, quick.item_filter, names, SEPARATOR):
        if code in unsure:
            if code in quick.unsure:
                yield row_of(quick.unsure[code])
            continue
        for place, kind in changed:
            if values[place] is not None:
                values[place] = kind(values[place])
        for place in lists:
            values[place] = values[place] or []
        yield dict(zip(names, values, strict=True))


def _each_judged(
    connection: Connection, places: Sequence[int | Judged], when: PointInTime, parameters: Parameters
) -> Iterator[Judged]:
    """Yield items by key, judged, a portion at a time; those in doubt are judged already."""
    for portion in batches(places):
        keys = tuple([place for place in portion if isinstance(place, int)])
        items = load_by_key(connection, ItemFilter(keys=keys), when)
        for place in portion:
            yield Judged(items[place], judge(items[place], when.as_of, parameters)) if isinstance(place, int) else place


SAID = ("progress", "problem", "next")
"""What the last report says in words: fields on demand, beside those of the contract (`note` is the plan's remark)."""


def with_said(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with `SAID` of its last report, where it does not have them already."""
    return row if "progress" in row else {**said_of(row.get("last_report")), **row}


def said_of(report: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `SAID` of the last report of a row."""
    said = report or {}
    return {"progress": said.get("note"), "problem": said.get("problem"), "next": said.get("next")}


class FirstOverdue(NamedTuple):
    """The items longest overdue, and how many are overdue in all.

    plans: codes of plans of all these: of every draft (of very many, of some).
    """

    found: list[Judged]
    total: int
    plans: tuple[str, ...]


def first_overdue(
    connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters, limit: int
) -> FirstOverdue | None:
    """Return the longest overdue of what a filter of plans, kinds and a unit lets through; None where all must be judged."""
    if wanted.region is not None:
        return None
    from tracker.store.aggregates.deadlines import load_first_overdue

    item_filter = item_filter_of(connection, wanted, when)
    kept = load_first_overdue(connection, when, item_filter, limit)
    if kept is None:
        return None
    judged = judged_by_id(connection, [place.code for place in kept.unsure], when, parameters)
    late = [
        place._replace(overdue_due=(when.as_of - timedelta(days=judged[place.code].judgement.days_overdue)).isoformat())
        for place in kept.unsure
        if place.code in judged and judged[place.code].judgement.overdue
    ]
    first = sorted((*kept.places, *late))[:limit]
    judged.update(
        judged_by_id(connection, [place.code for place in first if place.code not in judged], when, parameters)
    )
    plans = (*kept.drafts, *(judged[place.code].item.plan for place in late))
    return FirstOverdue([judged[place.code] for place in first], kept.total + len(late), plans)


def of_any_indicator(wanted: Filter) -> Filter:
    """Return what a filter of indicators asks of their items: a state or deadline is then the indicator's own."""
    return wanted._replace(states=None, due_before=None, due_after=None)


def indicators_through(rows: Iterable[dict[str, Any]], wanted: Filter) -> list[dict[str, Any]]:
    """Return the indicators (rows of `item_rows.indicator_view`) whose own state, deadline and overdue a filter lets through."""
    states = codes_of(wanted.states, STATES_ASKED, "状态")
    return [
        row
        for row in rows
        if (not states or row["state"] in states or (UNMET in states and row["state"] == "closed" and not row["met"]))
        and (row["overdue"] or not wanted.overdue)
        and is_due_between(row["due"], wanted)
    ]
