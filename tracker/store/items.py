"""Reading items: the kept current state for today, replayed history for any other day or any earlier knowledge."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.ledger.model import Answer, Indicator, Item, LastReport, Link, Milestone, Role, Value, presumed_basis
from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection, Row, marks
from tracker.store.filters import CAME_AND_WENT, ItemFilter, PointInTime, facts, is_current, planned, was_there
from tracker.store.row_values import (
    day_of,
    decision_of,
    list_of,
    number_of,
    record_of,
    state_of,
    stated_day_of,
    sure_day_of,
)

if TYPE_CHECKING:
    from tracker.ledger.replay import Statement


class Watermark(NamedTuple):
    """The last report and event by key: a point in the ledger's course, from which on things were said."""

    report: int
    event: int


_ITEM_COLUMNS = (
    "id, code, kind, number, region, chapter, section, title, text, source, responsibility, open_ended, lead_cell, participant_cell,"
    " original_due, note, start, due, state, percent, completed_on, completed_by, closed_on, forecast, assigned, edited, retired_on,"
    " completed_unit, unmet, returned, owing_since, extensions, reported_on, reported_entered, milestones, came_in"
)
"""What is read of a row of `item`, in the order in which `_item` takes it: not how it is found, nor its light schedule, half of it."""
_INDICATOR_COLUMNS = (
    "item_id, n, name, comparator, value, bound, aspirational, measure, scope, direction, original_due, note, basis,"
    " plan_baseline_year, plan_baseline_value, plan_link, baseline_year, baseline_value, link, due, state, percent, percent_on,"
    " reported_values, milestones, completed_on, completed_by, completed_unit, closed_on, unmet, returned, owing_since, extensions,"
    " reported_on, reported_entered, edited"
)
"""The same of a row of `indicator`, as `_indicator` takes it."""
_ROLE_COLUMNS = "item_id, role, main_lead, unit_id, printed, reported_on, reported_entered, answered_until, named_on"
MAX_KEYS = 10_000
"""How many items a query names one by one, under every driver's limit; of more, the history of all is read."""

_OTHERS = (
    "plan.code, plan.period_start, plan.in_ledger, plan.used_on, plan.ended_on, parent.code,"
    " r.date, r.entered, r.unit, c.by, r.note, r.problem, r.next"
)
_ITEM_TABLES = (
    " FROM item JOIN plan ON plan.id = item.plan_id LEFT JOIN item parent ON parent.id = item.parent_id"
    " LEFT JOIN report r ON r.id = item.last_report_id LEFT JOIN change c ON c.id = r.change_id"
)
_ITEM_AND_OTHERS = f"item.{_ITEM_COLUMNS.replace(', ', ', item.')}, {_OTHERS}"
_ITEM = f"SELECT {_ITEM_AND_OTHERS}{_ITEM_TABLES}"
_FACTS = f"{_ITEM}{CAME_AND_WENT.format('item')}"
_ORDER = " ORDER BY item.plan_id, item.position, item.id"
_NOT_WITHDRAWN = " WHERE item.withdrawn = 0"
_INDICATOR = f"SELECT {_INDICATOR_COLUMNS} FROM indicator WHERE withdrawn = 0"
_INDICATOR_FACTS = f"SELECT {_INDICATOR_COLUMNS} FROM indicator{CAME_AND_WENT.format('indicator')}"
_ROLE = f"SELECT {_ROLE_COLUMNS} FROM responsibility"
_STATEMENTS = {
    "report": "SELECT s.change_id, s.item_id, s.id, s.n, s.date, s.entered, s.unit, s.unit_id, c.by, s.role, s.state,"
    " s.percent, s.value, s.note, s.problem, s.next, s.data_year, c.command FROM report s JOIN change c ON c.id = s.change_id",
    "event": "SELECT s.change_id, s.item_id, s.id, s.n, s.date, s.entered, s.unit, s.unit_id, c.by, s.kind, s.data"
    " FROM event s JOIN change c ON c.id = s.change_id",
}


def load_items(connection: Connection, selection: ItemFilter, when: PointInTime) -> list[Item]:
    """Return the selected items, in the order of their plans, as they stood then.

    When nothing in the ledger is dated after as_of and nothing recorded later is to be left out, the kept current state is
    the answer; otherwise history is replayed. Retired items are left out from the day of their retirement.
    """
    items = list(load_by_key(connection, selection, when).values())
    return [item for item in items if item.retired_on is None or item.retired_on > when.as_of or selection.ids]


def load_by_key(connection: Connection, selection: ItemFilter, when: PointInTime) -> dict[int, Item]:
    """Return the same by the keys under which the store has them, retired ones included; what is asked for by key in no order."""
    if is_current(connection, when):
        items = _with_stale(connection, _load_current(connection, selection, when.as_of), selection, when)
    else:
        items = _load_replayed(connection, selection, when)
    rename_units(connection, items.values(), when)
    return items


def _with_stale(
    connection: Connection, items: dict[int, Item], selection: ItemFilter, when: PointInTime
) -> dict[int, Item]:
    """Replay the items that a server's reporters moved since a coordinator last wrote (`store.postgres.rights`)."""
    if connection.is_sqlite:
        return items
    conditions, parameters = planned(selection)
    where = _where(["item.stale = 1", "item.withdrawn = 0", *conditions])
    wanted = tuple(code for (code,) in connection.all(f"SELECT item.code FROM item{where}", parameters))
    if not wanted:
        return items
    fresh = _load_replayed(connection, selection._replace(ids=wanted), when)
    kept = {key: fresh.pop(key, item) for key, item in items.items() if key in fresh or item.id not in wanted}
    return {**kept, **fresh}


def load_projected(connection: Connection, keys: Sequence[int]) -> dict[int, Item]:
    """Return items by key as the kept current state has them, those of withdrawn plans left out."""
    return _load_current(connection, ItemFilter(keys=tuple(keys)), None)


def _load_current(connection: Connection, selection: ItemFilter, as_of: date | None) -> dict[int, Item]:
    where, parameters = _current(selection, as_of)
    rows = connection.all(f"{_ITEM}{where}{_ORDER if selection.keys is None else ''}", parameters)
    items = {row[0]: _item(row) for row in rows}
    scope, keys = _scope(where, parameters, items)
    roles, indicators, *parts = connection.together(
        (f"{_ROLE} WHERE active = 1{scope} ORDER BY item_id, role, position", keys),
        (f"{_INDICATOR} AND retired_on IS NULL{scope} ORDER BY item_id, n", keys),
        *_queries_of_parts(connection, scope, keys),
    )
    for key, part, is_main, unit, printed, reported, entered, answered, named in roles:
        item = items.get(key)
        if item is not None:
            role = Role(unit, printed, day_of(reported), day_of(entered), None, day_of(named), _answers_until(answered))
            (item.leads if part == "lead" else item.participants).append(role)
            if is_main:
                item.main_lead = unit
    for row in indicators:
        item = items.get(row[0])
        if item is not None:
            item.indicators.append(_indicator(row))
    _mark_parts(items, *parts)
    return items


@lru_cache(maxsize=1024)
def _answers_until(text: str | None) -> tuple[Answer, ...]:
    """Return what is kept of a unit's answers: that every period up to a day is answered."""
    until = day_of(text)
    return () if until is None else (Answer(date.min, until, until),)


def mark_parts(
    connection: Connection, items: Mapping[int, Item], scope: str, keys: Sequence[Any], known_at: str | None = None
) -> None:
    """Give items their children, and mark indicators that wait for a whole: parts of a mean, a minimum or a share.

    known_at: of the children and parts that were in the ledger then.
    """
    _mark_parts(items, *connection.together(*_queries_of_parts(connection, scope, keys, known_at)))


def _queries_of_parts(
    connection: Connection, scope: str, keys: Sequence[Any], known_at: str | None = None
) -> tuple[tuple[str, Sequence[Any]], ...]:
    # Nearly all rows have no parent, from which SQLite would conclude that the index on it helps little.
    by_parent = " INDEXED BY ix_item_parent_id" if connection.is_sqlite else ""
    there, then = was_there("item", known_at)
    children = (
        f"SELECT parent_id, code FROM item{by_parent}{CAME_AND_WENT.format('item')}"
        f" WHERE {there} AND retired_on IS NULL AND parent_id IS NOT NULL"
        f"{scope.replace('item_id', 'parent_id')} ORDER BY parent_id, position, item.id"
    )
    was_part, _ = was_there("source", known_at)
    waiting = (
        "SELECT source.item_id, source.n, whole.link FROM indicator source JOIN indicator_source s ON s.source_id = source.id"
        f" JOIN indicator whole ON whole.id = s.indicator_id{CAME_AND_WENT.format('source')}"
        f" WHERE {was_part}{scope.replace('item_id', 'source.item_id')}"
    )
    return (children, (*then, *keys)), (waiting, (*then, *keys))


def _mark_parts(items: Mapping[int, Item], children: Iterable[Row], waiting: Iterable[Row]) -> None:
    codes: dict[int, list[str]] = {}
    for parent, code in children:
        codes.setdefault(parent, []).append(code)
    for parent, own in codes.items():
        if parent in items:
            items[parent].children = tuple(own)
    for key, n, link in waiting:
        if key in items and record_of(link).get("kind") in WAITING_KINDS:
            for each in items[key].indicators:
                each.waits_for_whole = each.waits_for_whole or each.n == n


WAITING_KINDS = ("mean", "min", "met", "met_share")
"""Links whose parts are never late by themselves: the whole is."""


def _load_replayed(connection: Connection, selection: ItemFilter, when: PointInTime) -> dict[int, Item]:
    stated = load_facts(connection, selection, when.known_at)
    chosen = dict(stated)
    is_part = (selection.ids is not None or selection.plans is not None) and len(stated) <= MAX_KEYS
    replay_facts(connection, stated, tuple(stated) if is_part else None, when)
    conditions, parameters = planned(selection)
    scope, keys = _scope(_where(conditions), parameters, stated)
    mark_parts(connection, chosen, scope, keys, when.known_at)
    if selection.units is not None:
        units = set(selection.units)
        roles = {key: (*item.leads, *item.participants) for key, item in chosen.items()}
        chosen = {key: item for key, item in chosen.items() if any(role.unit in units for role in roles[key])}
    return chosen


def replay_facts(
    connection: Connection, facts: dict[int, Item], keys: Sequence[int] | None, when: PointInTime | None
) -> dict[int, list["Statement"]]:
    """Bring items that stand as planned to how they stood then, links included; return their statements by key.

    The items on whose indicators they draw, of whatever plan, are added to facts: which they are is known only once links
    made or cut by then have been replayed. keys: those of the items, None for all there are.
    """
    from tracker.ledger.replay import replay
    from tracker.ledger.roll_up import resolve_links
    from tracker.store.stated_parameters import load_parameters

    parameters = load_parameters(connection, when and when.known_at)
    histories = load_statements(connection, keys, when)
    codes = {item.id for item in facts.values()}
    fresh = facts
    while fresh:
        for key, item in fresh.items():
            replay(item, histories.get(key, ()), parameters)
        missing = _owners_of_sources(fresh.values()) - codes
        codes |= missing
        fresh = load_facts(connection, ItemFilter(ids=tuple(missing)), when and when.known_at) if missing else {}
        facts.update(fresh)
        if fresh and keys is not None:
            histories.update(load_statements(connection, tuple(fresh), when))
    resolve_links({item.id: item for item in facts.values()}, parameters)
    if when is not None and when.known_at is not None:
        plans_as_known(connection, facts.values(), when.known_at)
    return histories


def plans_as_known(connection: Connection, items: Iterable[Item], known_at: str) -> None:
    """Give items what was known of their plans' use then."""
    from tracker.store.plan_lifetime import plan_lifetimes

    items = list(items)
    uses = plan_lifetimes(connection, {item.plan for item in items}, known_at)
    for item in items:
        use = uses.get(item.plan)
        item.plan_used, item.plan_ended = (use.used_on, use.ended_on) if use else (None, None)


def _owners_of_sources(items: Iterable[Item]) -> set[str]:
    """Return the ids of the items on whose indicators these draw directly."""
    links = (indicator.link for item in items for indicator in item.indicators if indicator.link is not None)
    return {source.rpartition(".")[0] for link in links for source in link.sources}


def load_facts(connection: Connection, selection: ItemFilter, known_at: str | None = None) -> dict[int, Item]:
    """Return items by key as their plans state them, before any statement; known_at: only those added by then."""
    conditions, parameters = planned(selection)
    where = _where(conditions)
    there, then = was_there("item", known_at)
    rows = connection.all(f"{_FACTS}{_where([there, *conditions])}{_ORDER}", (*then, *parameters))
    items = {row[0]: _item(row, overlay=False) for row in rows}
    scope, keys = _scope(where, parameters, items)
    roles = connection.all(f"{_ROLE} WHERE origin = 'plan'{scope} ORDER BY item_id, role, position", keys)
    for key, part, _, unit, printed, *_ in roles:
        item = items.get(key)
        if item is not None:
            (item.leads if part == "lead" else item.participants).append(Role(unit, printed))
    there, then = was_there("indicator", known_at)
    for row in connection.all(f"{_INDICATOR_FACTS} WHERE {there}{scope} ORDER BY item_id, n", (*then, *keys)):
        item = items.get(row[0])
        if item is not None:
            item.indicators.append(_indicator(row, overlay=False))
    return items


def rename_units(connection: Connection, items: Iterable[Item], when: PointInTime) -> None:
    """Show units that were renamed by then under their new names (机构改革); the plan's own cells stay as printed.

    A unit that a row spells in another way is shown so, and counted under its own name.
    """
    roles = [role for item in items for role in (*item.leads, *item.participants)]
    renames, spellings = connection.together(
        _query_of_renames(when), _query_of_spellings(tuple({role.unit for role in roles}))
    )
    renamed = _renamed(connection, when, renames)
    heads = _heads(connection, renamed)
    names, mains = _shown(spellings, renamed), _main_names(spellings, renamed)
    spelled = {unit for unit, _ in mains}
    for role in roles:
        if role.unit in spelled:
            role.main = mains.get((role.unit, role.name))
        if names:
            role.name = names.get((role.unit, role.name), role.name)
        if role.unit in heads:
            role.main = heads[role.unit]


def _heads(connection: Connection, renamed: "_Renamed") -> dict[int, str]:
    """Return by key the units that were merged by then (unit merge), each with the name then of the one that stands for it."""
    if not renamed.into:
        return {}
    heads = {key: last_of(key, renamed.into) for key in renamed.into}
    keys = tuple(set(heads.values()))
    names: dict[int, str] = dict(connection.all(f"SELECT id, name FROM unit WHERE id IN ({marks(keys)})", keys))
    names |= renamed.after | renamed.before
    return {key: names[head] for key, head in heads.items()}


def last_of(key: int, into: Mapping[int, int]) -> int:
    """Return the end of a chain of merges that begins with a unit."""
    while key in into:
        key = into[key]
    return key


def renames_by(connection: Connection, when: PointInTime) -> dict[tuple[int, str], str]:
    """Return by which name a unit (by key) is shown then, by its key and the name that is printed."""
    renamed = _renamed(connection, when)
    units = tuple(renamed.before)
    return _shown(connection.all(*_query_of_spellings(units)) if units else (), renamed)


def names_then(connection: Connection, when: PointInTime) -> dict[int, str]:
    """Return the name then of every unit, by key, that was ever renamed; the others go by their name in the registry."""
    renamed = _renamed(connection, when)
    return {**renamed.after, **renamed.before}


class _Renamed(NamedTuple):
    """The names then of the units that were ever renamed, by key: of those renamed by then, and of those renamed later.

    left: the names that were given up by then, with their unit; the registry forgets them where a renaming was taken back since.
    into: the units merged by then, each with the one it was merged into.
    """

    before: dict[int, str]
    after: dict[int, str]
    left: set[tuple[int, str]]
    into: dict[int, int]


def _query_of_renames(when: PointInTime) -> tuple[str, Sequence[str]]:
    sql = (
        "SELECT e.kind, e.data, e.change_id, e.date <= ? AND c.at <= ? FROM event e JOIN change c ON c.id = e.change_id"
        " WHERE e.kind IN ('rename', 'merge') AND e.item_id IS NULL ORDER BY e.date, e.id"
    )
    return sql, (when.as_of.isoformat(), when.known_at or "9")


def _renamed(connection: Connection, when: PointInTime, rows: Sequence[Row] | None = None) -> _Renamed:
    """Return the names then; rows: the renames, where they were asked for already."""
    found = _Renamed({}, {}, set(), {})
    if rows is None:
        rows = connection.all(*_query_of_renames(when))
    undone = undone_changes(connection, when.known_at) if rows else ()
    for kind, data, change, holds in rows:
        rename = decision_of(kind, data)
        if rename is None:
            continue
        if kind == "merge":
            if holds and change not in undone:
                found.into[rename["unit"]] = rename["into"]
        elif holds and change not in undone:
            found.before[rename["unit"]] = rename["new"]
            found.left.add((rename["unit"], rename["old"]))
        elif change not in undone:
            found.after.setdefault(rename["unit"], rename["old"])
    return found


_NAMED_UNITS = 500
"""Units that one query can name, under every driver's limit for parameters; of more, all are read."""


def _query_of_spellings(units: Sequence[int]) -> tuple[str, Sequence[int]]:
    """Ask for the key, another spelling (the old names among them) and the name in the registry of units that have one."""
    few = units if len(units) <= _NAMED_UNITS else ()
    among = f" AND n.unit_id IN ({marks(few)})" if few or not units else ""
    sql = "SELECT n.unit_id, n.name, u.name FROM unit_name n JOIN unit u ON u.id = n.unit_id"
    return f"{sql} WHERE n.kind = 'alias'{among}", few


def _shown(spellings: Iterable[Row], renamed: _Renamed) -> dict[tuple[int, str], str]:
    """Every spelling of a renamed unit gives way to the new name."""
    known = {(unit, spelling) for unit, spelling, _ in spellings if unit in renamed.before}
    return {(unit, spelling): renamed.before[unit] for unit, spelling in known | renamed.left}


def _main_names(spellings: Iterable[Row], renamed: _Renamed) -> dict[tuple[int, str], str]:
    """Return the name that a unit bears then, by its key and another spelling of it."""
    return {
        (unit, spelling): renamed.before.get(unit) or renamed.after.get(unit) or name
        for unit, spelling, name in spellings
    }


def load_statements(
    connection: Connection, keys: Sequence[int] | None, when: PointInTime | None, after: Watermark | None = None
) -> dict[int, list["Statement"]]:
    """Return the statements in force for items (all of them for None), by item key.

    when None: everything ever recorded and not undone, whatever its date; after: only what was recorded after that.
    """
    undone = undone_changes(connection, when.known_at if when else None)
    conditions: list[str] = ["s.item_id IS NOT NULL"]
    parameters: list[Any] = []
    if when is not None:
        conditions.append("s.date <= ?")
        parameters.append(when.as_of.isoformat())
        if when.known_at is not None:
            conditions.append("c.at <= ?")
            parameters.append(when.known_at)
    if keys is not None:
        conditions.append(f"s.item_id IN ({marks(keys)})")
        parameters.extend(keys)
    found: dict[int, list[Statement]] = {}
    for table, sql in _STATEMENTS.items():
        later, key = ("", ()) if after is None else (" AND s.id > ?", (getattr(after, table),))
        for row in connection.all(f"{sql} WHERE {' AND '.join(conditions)}{later}", (*parameters, *key)):
            if row[0] not in undone:
                found.setdefault(row[1], []).append(_statement(table, row))
    return found


def _current(wanted: ItemFilter, as_of: date | None) -> tuple[str, list[Any]]:
    """Return the condition on items as they stand now; overdue: by the kept date, and what only the rules can decide."""
    conditions, parameters = facts(wanted)
    if wanted.overdue and as_of is not None:
        conditions.append("(item.overdue_from <= ? OR item.needs_judging > 0) AND item.retired_on IS NULL")
        parameters.append(as_of.isoformat())
    return _where(conditions), parameters


def _where(conditions: Sequence[str]) -> str:
    return " WHERE " + " AND ".join(conditions) if conditions else ""


def _scope(where: str, parameters: list[Any], items: Mapping[int, Item]) -> tuple[str, Sequence[Any]]:
    """Return the condition that narrows the side tables to the loaded items."""
    if where in ("", _NOT_WITHDRAWN):
        return "", ()
    if len(items) <= 500:  # noqa: PLR2004 - under every driver's limit for parameters
        keys = list(items) or [0]
        return f" AND item_id IN ({marks(keys)})", keys
    return f" AND item_id IN (SELECT item.id FROM item JOIN plan ON plan.id = item.plan_id{where})", parameters


def _item(row: Row, *, overlay: bool = True) -> Item:
    """Return an item from a row of `_ITEM_AND_OTHERS` as it stands; without overlay as its plan states it, nothing said yet."""
    # Into names at once, and set one by one: attributes of a row and so many keywords cost a third of this.
    (
        _, code, kind, number, region, chapter, section, title, text, source, responsibility, open_ended, lead_cell, participant_cell,
        original_due, note, start, due, state, percent, completed_on, completed_by, closed_on, forecast, assigned, edited, retired_on,
        completed_unit, unmet, returned, owing_since, extensions, reported_on, reported_entered, milestones, came_in,
        plan, period_start, in_ledger, used_on, ended_on, parent, said_on, said_entered, *said,
    ) = row  # fmt: skip
    item = Item(
        code, plan, kind, number, text, sure_day_of(period_start), responsibility, chapter, section, title, source, bool(open_ended),
        day_of(original_due), note, lead_cell, participant_cell, region,
    )  # fmt: skip
    item.start, item.in_ledger, item.came_in = day_of(start), day_of(in_ledger), day_of(came_in)
    item.plan_used, item.plan_ended, item.parent = day_of(used_on), day_of(ended_on), parent
    if not overlay:
        item.due = item.original_due
        return item
    item.due, item.state = day_of(due), state_of(state) or "not_started"
    item.percent, item.milestones = number_of(percent), milestones_of(milestones)
    item.completed_on, item.completed_by, item.completed_unit = day_of(completed_on), completed_by, completed_unit
    item.closed_on, item.unmet, item.returned = day_of(closed_on), unmet, returned
    item.owing_since, item.extensions = day_of(owing_since), extensions
    item.reported_on, item.reported_entered = day_of(reported_on), day_of(reported_entered)
    item.forecast, item.assigned, item.retired_on = forecast, bool(assigned), day_of(retired_on)
    if said_on is not None:
        item.last_report = LastReport(sure_day_of(said_on), sure_day_of(said_entered), *said)
    if edited:
        _lay_over(item, edited)
    return item


def _lay_over(subject: Item | Indicator, edited: str) -> None:
    """Give what a plan states the words that edits put in their place."""
    from tracker.ledger.replay import edited_value

    for name, value in record_of(edited).items():
        setattr(subject, name, edited_value(name, value))


def _indicator(row: Row, *, overlay: bool = True) -> Indicator:
    """Return an indicator from a row of `_INDICATOR_COLUMNS` in the same ways."""
    (
        _, n, name, comparator, value, bound, aspirational, measure, scope, direction, original_due, note, basis,
        plan_baseline_year, plan_baseline_value, plan_link, baseline_year, baseline_value, link, due, state, percent, percent_on,
        reported_values, milestones, completed_on, completed_by, completed_unit, closed_on, unmet, returned, owing_since, extensions,
        reported_on, reported_entered, edited,
    ) = row  # fmt: skip
    indicator = Indicator(
        n, name, comparator, number_of(value), bound, bool(aspirational), measure, scope, direction, day_of(original_due), note,
        basis or presumed_basis(comparator, direction, number_of(plan_baseline_value)),
    )  # fmt: skip
    if not overlay:
        indicator.baseline_year, indicator.baseline_value = plan_baseline_year, number_of(plan_baseline_value)
        indicator.due, indicator.link = indicator.original_due, link_of(plan_link)
        return indicator
    indicator.baseline_year, indicator.baseline_value = baseline_year, number_of(baseline_value)
    indicator.link = link_of(link)
    indicator.due, indicator.state = day_of(due), state_of(state) or "not_started"
    indicator.percent, indicator.percent_on = number_of(percent), day_of(percent_on)
    indicator.values, indicator.milestones = values_of(reported_values), milestones_of(milestones)
    indicator.completed_on, indicator.completed_by = day_of(completed_on), completed_by
    indicator.completed_unit = completed_unit
    indicator.closed_on, indicator.unmet, indicator.returned = day_of(closed_on), unmet, returned
    indicator.owing_since, indicator.extensions = day_of(owing_since), extensions
    indicator.reported_on, indicator.reported_entered = day_of(reported_on), day_of(reported_entered)
    if edited:
        _lay_over(indicator, edited)
    return indicator


def values_of(text: str | None) -> tuple[Value, ...]:
    """Read figures from their kept form, JSON [[date, value, entered], …]."""
    found = []
    for row in list_of(text) if text else ():
        day, value, entered = row if isinstance(row, list) and len(row) == 3 else (row, row, row)  # noqa: PLR2004
        on, number, since = stated_day_of(day), number_of(value), stated_day_of(entered)
        if on is not None and number is not None and since is not None:
            found.append(Value(on, number, since))
    return tuple(found)


def milestones_of(text: str | None) -> tuple[Milestone, ...]:
    """Read milestones from their kept form, JSON [[date, value], …]."""
    found = []
    for row in list_of(text) if text else ():
        day, value = row if isinstance(row, list) and len(row) == 2 else (row, row)  # noqa: PLR2004
        on, number = stated_day_of(day), number_of(value)
        if on is not None and number is not None:
            found.append(Milestone(on, number))
    return tuple(found)


def link_of(text: str | None) -> Link | None:
    """Read a link from its kept form, JSON {kind, sources, weights, factors}."""
    data = record_of(text)
    return Link.read(data) if data else None


def _statement(table: str, row: Row) -> "Statement":
    from tracker.ledger.replay import Statement

    change, _item_key, key, n, day, entered, unit, unit_id, by, *told = row
    order = (change << 41) + ((table == "event") << 40) + key
    base = (order, sure_day_of(day))
    if table == "event":
        kind, data = told
        return Statement(*base, kind, by, sure_day_of(entered), n, unit, unit_id, data=record_of(data))
    role, state, percent, value, note, problem, next_step, year, command = told
    return Statement(
        *base, "report", by, sure_day_of(entered), n, unit, unit_id,
        role, state_of(state), number_of(percent), number_of(value), note, problem, next_step,
        value_date=None if year is None else date(year, 12, 31), by_form=command == "import",
    )  # fmt: skip
