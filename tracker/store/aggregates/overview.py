"""How items stand at a day, asked of the database: from the kept schedule (`tracker.ledger.light_schedule`), no item is loaded.

The answer is that of `ledger.judgement.judge` for all items but a few, which are named: those that a server could not settle, or
whose schedule does not fit into its columns. These must be judged.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from operator import or_
from typing import Any, NamedTuple

from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import NO_CHAPTER, TO_BE_DETERMINED, TROUBLE
from tracker.store.connection import Connection, Row, marks
from tracker.store.filters import PLAN_OF, ItemFilter, PointInTime, facts, is_current
from tracker.store.items import names_then, renames_by
from tracker.store.projection import ANY_DOUBT, UNSURE_DAYS, UNSURE_DEADLINES, UNSURE_LIGHT, UNSURE_NEARNESS
from tracker.store.row_values import state_of

DOUBTS = {
    "overdue": UNSURE_DEADLINES, "days_overdue": UNSURE_DEADLINES, "due_soon": UNSURE_NEARNESS, "due-soon": UNSURE_NEARNESS,
    "light": UNSURE_LIGHT, "unreported": UNSURE_DAYS, "stale": UNSURE_DAYS, "assessable": UNSURE_DAYS, "unassessable": UNSURE_DAYS,
    "awaiting": UNSURE_DAYS, "percent": ANY_DOUBT,
}  # fmt: skip
"""By field or rule, what of an item's kept schedule it is taken from; the others do not depend on the day."""


def doubt_about(names: Iterable[str]) -> int:
    """Return what of the kept schedules these fields and rules ask about, as a sum of `projection.columns.UNSURE_…`."""
    return functools.reduce(or_, (DOUBTS.get(name, 0) for name in names), 0)


MAX_UNSURE = 8000
"""How many items may have to be judged before judging all of them is the simpler way; one query names them up to three times."""
MAX_RENAMES = 100
"""How many renamings of units one query spells out."""


class Aggregates(NamedTuple):
    """A ledger at a day whose kept schedules answer, except for the items in unsure (ids)."""

    connection: Connection
    when: PointInTime
    parameters: Parameters
    unsure: tuple[str, ...]
    renames: dict[tuple[int, str], str]


def aggregates_at(
    connection: Connection, when: PointInTime, parameters: Parameters, doubt: int = ANY_DOUBT
) -> Aggregates | None:
    """Return how to ask about a day; None where every item must be judged.

    doubt: what of the kept schedules is asked about (`doubt_about`): what else they may not hold makes no item unsure.
    That is so for days before the newest entry, and for another figure of nearness (`check --warn-days`) than the ledger's.
    """
    if not is_current(connection, when):
        return None
    rows = connection.all(
        "SELECT code FROM item WHERE withdrawn = 0 AND needs_judging > 0 AND (needs_judging & ?) > 0"
        " AND (needs_judging_from IS NULL OR needs_judging_from <= ?)"
        " UNION SELECT code FROM item WHERE withdrawn = 0 AND stale = 1 LIMIT ?",
        (doubt, when.as_of.isoformat(), MAX_UNSURE + 1),
    )
    renames = renames_by(connection, when)
    if len(rows) > MAX_UNSURE or len(renames) > MAX_RENAMES:
        return None
    return Aggregates(connection, when, parameters, tuple(row[0] for row in rows), renames)


_LIGHT = (
    "CASE WHEN item.light_5_from <= asked.today THEN item.light_5 WHEN item.light_4_from <= asked.today THEN item.light_4"
    " WHEN item.light_3_from <= asked.today THEN item.light_3 WHEN item.light_2_from <= asked.today THEN item.light_2"
    " ELSE item.light END"
)
_OVERDUE = "item.overdue_from <= asked.today"
_DUE_SOON = (
    "(item.next_due_last >= asked.today AND item.next_due_last <= asked.until"
    " OR item.next_due_first >= asked.today AND item.next_due_first <= asked.until)"
)
_WITHIN = "item.{0}_from <= asked.today AND (item.{0}_until IS NULL OR item.{0}_until > asked.today)"
_UNREPORTED = _WITHIN.format("unreported")
_SILENT_LEAD = (
    "lead.unreported_from <= asked.today AND (item.unreported_until IS NULL OR item.unreported_until > asked.today)"
)
_LEADS = " LEFT JOIN responsibility lead ON lead.item_id = item.id AND lead.active = 1 AND lead.role = 'lead'"
_MARKS = {
    "late": _OVERDUE,
    "near": _DUE_SOON,
    "silent": _UNREPORTED,
    "unassessable": "item.unassessable_until > asked.today",
    "extended": "item.extensions > 0",
    "awaiting": _WITHIN.format("awaiting"),
    "unverified": "item.unverified = 1",
    "before_ledger": f"{_OVERDUE} AND item.before_ledger = 1",
    "closed_unmet": "item.state = 'closed' AND item.unmet IS NOT NULL",
}
"""What is counted beside states and lights, in the order of `ledger.counts.NUMBERS`: each compares dates that the rules worked out."""


def _asked(aggregates: Aggregates) -> tuple[str, list[Any]]:
    """Return the head of a query that gives it its day and the last day that is near."""
    as_of, parameters = aggregates.when.as_of, aggregates.parameters
    until = as_of + timedelta(days=min(parameters.due_days, (date.max - as_of).days))
    return "WITH asked(today, until) AS (SELECT CAST(? AS TEXT), CAST(? AS TEXT)) ", [
        as_of.isoformat(),
        until.isoformat(),
    ]


_ROLES = " FROM responsibility r WHERE r.item_id = item.id AND r.active = 1 AND r.role = '{}'"
RULES = {
    "overdue": _OVERDUE, "due-soon": _DUE_SOON, "unreported": _UNREPORTED,
    "stale": f"{_UNREPORTED} AND item.last_report_id IS NOT NULL",
    "unassigned": f"NOT EXISTS (SELECT 1{_ROLES.format('lead')})",
    "unverified": _MARKS["unverified"], "unassessable": _MARKS["unassessable"],
}  # fmt: skip
"""Rules of `check` whose finds the kept columns tell, as conditions."""


def _where(aggregates: Aggregates, wanted: ItemFilter) -> tuple[str, list[Any]]:
    """Return the condition of a filter, what depends on the day included, with its parameters."""
    conditions, parameters = facts(wanted)
    if wanted.rules is not None:
        conditions.append("(" + " OR ".join(f"({RULES[name]})" for name in wanted.rules) + ")")
    if wanted.found is not None:
        keys = "SELECT value FROM json_each(?)"
        if not aggregates.connection.is_sqlite:
            keys = "SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(? AS json))"
        conditions.append(f"item.id IN ({keys})")
        parameters.append(str(list(wanted.found)))
    conditions.append("item.retired_on IS NULL")
    if wanted.lights is not None:
        conditions.append(f"{_LIGHT} IN ({marks(wanted.lights)})")
        parameters += wanted.lights
    for condition, holds in (
        (_OVERDUE, wanted.overdue),
        (_DUE_SOON, wanted.due_soon),
        (_UNREPORTED, wanted.unreported),
        (RULES["stale"], wanted.stale),
    ):
        if holds:
            conditions.append(condition)
    return " AND ".join(conditions), parameters


def count_groups(aggregates: Aggregates, wanted: ItemFilter, group: str) -> list[Row]:
    """Return one row for every state and light in every group (plan, unit, chapter, region), the unsure left out.

    It has the group's key, state, light, how many items, and `ledger.counts.NUMBERS` of them. In groups of units an item counts
    once for each of its leads, and as unreported for those that are silent.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(aggregates, wanted)
    marked = {**_MARKS, "silent": _SILENT_LEAD} if group == "unit" else _MARKS
    numbers = (f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in marked.values())
    sql = (
        f"{head}, counted AS (SELECT item.plan_id AS plan_id, {_part(aggregates, group)} AS part, item.state AS state,"
        f" {_LIGHT} AS shown, count(*), {', '.join(numbers)} FROM asked, item{_LEADS if group == 'unit' else ''}"
        f" WHERE {where}{_except(aggregates)} GROUP BY 1, 2, 3, 4)"
        f" SELECT plan.code, plan.region, {'unit.name' if group == 'unit' else 'NULL'}, counted.* FROM counted"
        " JOIN plan ON plan.id = counted.plan_id"
        + (" LEFT JOIN unit ON unit.id = part" if group == "unit" else "")
        + " ORDER BY plan.id"
    )
    rows = aggregates.connection.all(sql, (*parameters, *given, *aggregates.unsure))
    then = names_then(aggregates.connection, aggregates.when) if group == "unit" else {}
    return [
        (
            _key(group, code, region, then.get(part, unit) if group == "unit" else part),
            state_of(state) or "not_started",
            *counts,
        )
        for code, region, unit, _, part, state, *counts in rows
    ]


def _part(aggregates: Aggregates, group: str) -> str:
    """Return what, beside its plan, puts an item (or one of its leads) into a group: of a unit its key, not its spelling."""
    match group:
        case "unit":
            return "lead.unit_id"
        case "chapter":
            return _edited(aggregates.connection, "chapter")
        case "region":
            return "item.region"
        case _:
            return "NULL"


def _key(group: str, plan: str, region: str, part: str | None) -> str:
    match group:
        case "unit":
            return f"{plan}:{part if part is not None else TO_BE_DETERMINED}"
        case "chapter":
            return f"{plan}:{part or NO_CHAPTER}"
        case "region":
            return part or region
        case _:
            return plan


def count_plans(aggregates: Aggregates, wanted: ItemFilter) -> dict[str, int]:
    """Return how many items each plan has of those asked about, by code in the order of entry, the unsure left out."""
    head, parameters = _asked(aggregates)
    where, given = _where(aggregates, wanted)
    rows = aggregates.connection.all(
        f"{head}, counted AS (SELECT item.plan_id, count(*) AS number FROM asked, item WHERE {where}{_except(aggregates)}"
        " GROUP BY item.plan_id) SELECT plan.code, counted.number FROM counted JOIN plan ON plan.id = counted.plan_id"
        " ORDER BY plan.id",
        (*parameters, *given, *aggregates.unsure),
    )
    return dict(rows)


def _except(aggregates: Aggregates) -> str:
    return f" AND item.code NOT IN ({marks(aggregates.unsure)})" if aggregates.unsure else ""


_WORDS = ("chapter", "section", "title", "text", "source", "responsibility", "note", "original_due", "open_ended")
"""Fields that `item edit` may have changed."""
_PLAIN = ("kind", "number", "due", "state", "forecast", "completed_on", "closed_on", "extensions")
_SAID = {"progress": "note", "problem": "problem", "next": "next"}
"""What the last report says in words, with the names of its columns."""
FLAGS = ("overdue", "due_soon", "open_ended", "assessable", "awaiting")
LISTS = ("lead_units", "participating_units", "children")
DAYS = ("due", "original_due", "completed_on", "closed_on", "start")
LISTED = (
    "id", "plan", *_PLAIN, *_WORDS, "lead_units", "participating_units", "percent", "overdue", "days_overdue", "due_soon",
    "light", "assessable", "awaiting", "start", "main_lead", "parent", "children", *_SAID,
)  # fmt: skip
"""The fields of a listing (`tracker.item_rows`) that the database can answer by itself."""
SEPARATOR = "\x1f"
"""What parts the entries of a list where they are to be taken apart again: no text that was taken in has it (`tracker.text`)."""


def list_rows(aggregates: Aggregates, wanted: ItemFilter, names: Sequence[str], separator: str = "、") -> Iterator[Row]:
    """Return, in the order of plans, the id of each item asked about and these fields of it.

    Texts are as they are kept, lists joined by the separator, `FLAGS` are true or false. Items in `unsure` come whether they are
    asked about or not.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(aggregates, wanted)
    columns = [_column(aggregates, name, separator) for name in names]
    unsure = f" OR item.code IN ({marks(aggregates.unsure)})" if aggregates.unsure else ""
    return aggregates.connection.stream(
        f"{head}SELECT {', '.join(('item.code', *(sql for sql, _ in columns)))} FROM asked, item"
        f" WHERE ({where}{unsure}) AND item.withdrawn = 0 ORDER BY item.plan_id, item.position, item.id",
        (*parameters, *(value for _, values in columns for value in values), *given, *aggregates.unsure),
    )


def top_items(aggregates: Aggregates, wanted: ItemFilter, limit: int) -> tuple[int, ...]:
    """Return the keys of the first so many items asked about, by light, days overdue, deadline and place in their plans.

    Those in `unsure` are left out.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(aggregates, wanted)
    ranks = " ".join(f"WHEN '{light}' THEN {rank}" for light, rank in TROUBLE.items() if light)
    rows = aggregates.connection.all(
        f"{head}SELECT item.id FROM asked, item WHERE {where}{_except(aggregates)}"
        f" ORDER BY CASE {_LIGHT} {ranks} ELSE {TROUBLE[None]} END, CASE WHEN {_OVERDUE} THEN item.overdue_due ELSE '9' END,"
        " coalesce(item.due, '9'), item.plan_id, item.position, item.id LIMIT ?",
        (*parameters, *given, *aggregates.unsure, limit),
    )
    return tuple(row[0] for row in rows)


def keys_with_words(aggregates: Aggregates, wanted: ItemFilter, has_words: Callable[[str], bool]) -> tuple[int, ...]:
    """Return the keys of items asked about in whose texts, names of units and of indicators a search finds its words.

    The texts are read, nothing is judged. What a letter is in capitals is Python's word, not that of a database.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(aggregates, wanted)
    connection = aggregates.connection
    parts = ["item.code", *(_edited(connection, name) for name in ("title", "text", "chapter", "section", "note"))]
    values: list[Any] = []
    for role in ("lead", "participant"):
        sql, names = _units(aggregates, role, "\n")
        parts.append(sql)
        values += names
    joined = "group_concat" if connection.is_sqlite else "string_agg"
    parts.append(
        f"(SELECT {joined}({_edited(connection, 'name', 'n')}, '\n') FROM indicator n"
        " WHERE n.item_id = item.id AND n.withdrawn = 0 AND n.retired_on IS NULL)"
    )
    rows = connection.stream(
        f"{head}SELECT item.id, {', '.join(parts)} FROM asked, item WHERE {where}",
        (*parameters, *values, *given),
    )
    return tuple(key for key, *texts in rows if has_words("\n".join(filter(None, texts)).lower()))


def _column(aggregates: Aggregates, name: str, separator: str) -> tuple[str, list[Any]]:
    """Return a field as SQL with its parameters."""
    if name in _SAID:
        return f"(SELECT r.{_SAID[name]} FROM report r WHERE r.id = item.last_report_id)", []
    if name in _WORDS:
        text = _edited(aggregates.connection, name)
        return _flag(f"{text} = 1") if name in FLAGS else text, []
    if name in _PLAIN:
        return f"item.{name}", []
    if name in ("lead_units", "participating_units"):
        return _units(aggregates, "lead" if name == "lead_units" else "participant", separator)
    if name == "main_lead":
        called, parameters = _called(aggregates, "r")
        return f"(SELECT {called}{_ROLES.format('lead')} AND r.main_lead = 1 ORDER BY r.position LIMIT 1)", parameters
    days = (
        "CAST(julianday(asked.today) - julianday(item.overdue_due) AS INTEGER)"
        if aggregates.connection.is_sqlite
        else "CAST(asked.today AS date) - CAST(item.overdue_due AS date)"
    )
    return {
        "id": "item.code",
        "key": "item.id",
        "plan": PLAN_OF,
        "percent": "item.achieved",
        "light": _LIGHT,
        "overdue": _flag(_OVERDUE),
        "due_soon": _flag(_DUE_SOON),
        "days_overdue": f"CASE WHEN {_OVERDUE} THEN {days} ELSE 0 END",
        "assessable": f"CASE WHEN {_MARKS['unassessable']} THEN 'false' ELSE 'true' END",
        "awaiting": _flag(_MARKS["awaiting"]),
        "start": f"coalesce({_edited(aggregates.connection, 'start')}, {PLAN_OF.replace('code', 'period_start')})",
        "parent": "(SELECT whole.code FROM item whole WHERE whole.id = item.parent_id)",
        "children": _joined(
            aggregates.connection, "part.code", " FROM item part WHERE part.parent_id = item.id AND part.withdrawn = 0"
            " AND part.retired_on IS NULL", "part.position, part.id", separator,
        ),
    }[name], []  # fmt: skip


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'true' ELSE 'false' END"


def _units(aggregates: Aggregates, role: str, separator: str) -> tuple[str, list[Any]]:
    name, parameters = _called(aggregates, "r")
    return _joined(aggregates.connection, name, _ROLES.format(role), "r.position", separator), parameters


def _joined(connection: Connection, column: str, rows: str, order: str, separator: str) -> str:
    """Return a column of rows as one text."""
    if not connection.is_sqlite:
        return f"(SELECT string_agg({column}, '{separator}' ORDER BY {order}){rows})"
    return f"(SELECT group_concat(entry, '{separator}') FROM (SELECT {column} AS entry{rows} ORDER BY {order}))"


def _called(aggregates: Aggregates, table: str) -> tuple[str, list[Any]]:
    """Return the name under which a unit is shown in a row of responsibility (`items.rename_units`)."""
    if not aggregates.renames:
        return f"{table}.printed", []
    cases = " ".join(f"WHEN {table}.unit_id = ? AND {table}.printed = ? THEN ?" for _ in aggregates.renames)
    parameters = [value for (unit, old), new in aggregates.renames.items() for value in (unit, old, new)]
    return f"CASE {cases} ELSE {table}.printed END", parameters


def _edited(connection: Connection, name: str, table: str = "item") -> str:
    """Return a column of the plan's own words with what edits have made of it (`edited` of an item or indicator, JSON)."""
    if connection.is_sqlite:
        kind, value = f"json_type({table}.edited, '$.{name}')", f"json_extract({table}.edited, '$.{name}')"
    else:
        kind, value = f"CAST({table}.edited AS json) -> '{name}'", f"CAST({table}.edited AS json) ->> '{name}'"
        if name in FLAGS:
            value = f"CAST(CAST({value} AS boolean) AS integer)"
    return f"CASE WHEN {table}.edited IS NULL OR ({kind}) IS NULL THEN {table}.{name} ELSE {value} END"
