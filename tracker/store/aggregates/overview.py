"""How items stand at a day, asked of the database: from the kept schedule (`tracker.ledger.light_schedule`), no item is loaded.

The answer is that of `ledger.judgement.judge` for all items but a few, which are named: those that a server could not settle, or
whose schedule does not fit into its columns. These must be judged.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.ledger.counts import NUMBERS
from tracker.ledger.judgement_figures import Figures
from tracker.ledger.terms import LIGHTS, NO_CHAPTER, STATES, TO_BE_DETERMINED, TROUBLE
from tracker.store.connection import Connection, Row, marks
from tracker.store.filters import PLAN_OF, ItemFilter, PointInTime, facts, is_current
from tracker.store.items import names_then, renames_by

MAX_UNSURE = 2000
"""How many items may have to be judged before judging all of them is the simpler way."""
MAX_RENAMES = 100
"""How many renamings of units one query spells out."""


class Aggregates(NamedTuple):
    """A ledger at a day whose kept schedules answer, except for the items in unsure (ids)."""

    connection: Connection
    when: PointInTime
    limits: Figures
    unsure: tuple[str, ...]
    renames: dict[tuple[int, str], str]


def aggregates_at(connection: Connection, when: PointInTime, limits: Figures) -> Aggregates | None:
    """Return how to ask about a day; None where every item must be judged.

    That is so for days before the newest entry, and for another figure of nearness (`check --warn-days`) than the ledger's.
    """
    if not is_current(connection, when):
        return None
    rows = connection.all(
        "SELECT code FROM item WHERE withdrawn = 0 AND needs_judging > 0"
        " UNION SELECT code FROM item WHERE withdrawn = 0 AND stale = 1 LIMIT ?",
        (MAX_UNSURE + 1,),
    )
    renames = renames_by(connection, when)
    if len(rows) > MAX_UNSURE or len(renames) > MAX_RENAMES:
        return None
    return Aggregates(connection, when, limits, tuple(row[0] for row in rows), renames)


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
}
"""What is counted beside states and lights, in the order of `ledger.counts.NUMBERS`: each compares dates that the rules worked out."""


def _asked(aggregates: Aggregates) -> tuple[str, list[Any]]:
    """Return the head of a query that gives it its day and the last day that is near."""
    as_of, figures = aggregates.when.as_of, aggregates.limits
    until = as_of + timedelta(days=min(figures.due_days, (date.max - as_of).days))
    return "WITH asked(today, until) AS (SELECT CAST(? AS TEXT), CAST(? AS TEXT)) ", [
        as_of.isoformat(),
        until.isoformat(),
    ]


def _where(wanted: ItemFilter) -> tuple[str, list[Any]]:
    """Return the condition of a filter, what depends on the day included, with its parameters."""
    conditions, parameters = facts(wanted)
    conditions.append("item.retired_on IS NULL")
    if wanted.lights is not None:
        conditions.append(f"{_LIGHT} IN ({marks(wanted.lights)})")
        parameters += wanted.lights
    for condition, holds in (
        (_OVERDUE, wanted.overdue),
        (_DUE_SOON, wanted.due_soon),
        (_UNREPORTED, wanted.unreported),
    ):
        if holds:
            conditions.append(condition)
    return " AND ".join(conditions), parameters


COUNTED = ("key", "total", *STATES, *LIGHTS, *NUMBERS)
"""The columns of `count_groups`."""


def count_groups(aggregates: Aggregates, wanted: ItemFilter, group: str) -> list[Row]:
    """Return one row for every group (plan, unit, chapter, region) in the columns of `COUNTED`, the unsure left out.

    In groups of units an item counts once for each of its leads, and as unreported for those that are silent.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(wanted)
    part = _part(aggregates, group)
    marked = {**_MARKS, "silent": _SILENT_LEAD} if group == "unit" else _MARKS
    sums = [
        *(f"sum(CASE WHEN state = '{state}' THEN 1 ELSE 0 END)" for state in STATES),
        *(f"sum(CASE WHEN shown = '{light}' THEN 1 ELSE 0 END)" for light in LIGHTS),
        *(f"sum({name})" for name in marked),
    ]  # fmt: skip
    sql = (
        f"{head}, counted AS MATERIALIZED (SELECT item.plan_id, {part} AS part, item.state, {_LIGHT} AS shown,"
        f" {', '.join(f'CASE WHEN {condition} THEN 1 ELSE 0 END AS {name}' for name, condition in marked.items())}"
        f" FROM asked, item{_LEADS if group == 'unit' else ''}"
        f" WHERE {where}{_except(aggregates)}),"
        f" grouped AS (SELECT plan_id, part, count(*), {', '.join(sums)} FROM counted GROUP BY plan_id, part)"
        f" SELECT plan.code, plan.region, {'unit.name' if group == 'unit' else 'NULL'}, grouped.* FROM grouped"
        " JOIN plan ON plan.id = grouped.plan_id" + (" LEFT JOIN unit ON unit.id = part" if group == "unit" else "")
    )
    rows = aggregates.connection.all(sql, (*parameters, *given, *aggregates.unsure))
    then = names_then(aggregates.connection, aggregates.when) if group == "unit" else {}
    return [
        (_key(group, code, region, then.get(part, unit) if group == "unit" else part), *counts)
        for code, region, unit, _, part, *counts in rows
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
    where, given = _where(wanted)
    rows = aggregates.connection.all(
        f"{head}, counted AS (SELECT item.plan_id, count(*) AS number FROM asked, item WHERE {where}{_except(aggregates)}"
        " GROUP BY item.plan_id) SELECT plan.code, counted.number FROM counted JOIN plan ON plan.id = counted.plan_id"
        " ORDER BY plan.id",
        (*parameters, *given, *aggregates.unsure),
    )
    return dict(rows)


def _except(aggregates: Aggregates) -> str:
    return f" AND item.code NOT IN ({marks(aggregates.unsure)})" if aggregates.unsure else ""


_WORDS = ("chapter", "section", "title", "text", "source", "responsibility", "note", "original_due")
_PLAIN = ("kind", "number", "due", "state", "forecast", "completed_on", "closed_on")
LISTED = (
    "id", "plan", *_PLAIN, *_WORDS, "lead_units", "participating_units", "percent", "overdue", "days_overdue", "due_soon",
    "light",
)  # fmt: skip
"""The fields of a listing (`tracker.views`) that the database can answer by itself."""


def list_rows(aggregates: Aggregates, wanted: ItemFilter, names: Sequence[str]) -> Iterator[Row]:
    """Return, in the order of plans, the id of each item asked about and these fields of it, as a CSV file shows them.

    Texts are as they are kept, lists joined by 、. Items in `unsure` come whether they are asked about or not.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(wanted)
    columns = [_column(aggregates, name) for name in names]
    unsure = f" OR item.code IN ({marks(aggregates.unsure)})" if aggregates.unsure else ""
    return aggregates.connection.stream(
        f"{head}SELECT item.code, {', '.join(sql for sql, _ in columns)} FROM asked, item"
        f" WHERE ({where}{unsure}) AND item.withdrawn = 0 ORDER BY item.plan_id, item.position, item.id",
        (*parameters, *(value for _, values in columns for value in values), *given, *aggregates.unsure),
    )


def leading(aggregates: Aggregates, wanted: ItemFilter, limit: int) -> list[str]:
    """Return ids, in the order of plans, among which are the first so many items asked about, by light, then by days overdue.

    All that are level with the last of them come too, for whoever puts them in a finer order; and those in `unsure`,
    whether they are asked about or not.
    """
    head, parameters = _asked(aggregates)
    where, given = _where(wanted)
    ranks = " ".join(f"WHEN '{light}' THEN {rank}" for light, rank in TROUBLE.items() if light)
    placed = (
        f"{head}, placed AS MATERIALIZED (SELECT item.id AS key, CASE {_LIGHT} {ranks} ELSE {TROUBLE[None]} END AS rank,"
        f" CASE WHEN {_OVERDUE} THEN item.overdue_due ELSE '9' END AS late FROM asked, item WHERE {where}{_except(aggregates)})"
    )
    rows = aggregates.connection.all(
        f"{placed}, edge AS (SELECT rank, late FROM placed ORDER BY rank, late LIMIT 1 OFFSET ?) SELECT item.code FROM item"
        " WHERE item.id IN (SELECT key FROM placed WHERE NOT EXISTS (SELECT 1 FROM edge)"
        " OR (rank, late) <= (SELECT rank, late FROM edge))"
        f" OR item.withdrawn = 0 AND item.code IN ({marks(aggregates.unsure)}) ORDER BY item.plan_id, item.position, item.id",
        (*parameters, *given, *aggregates.unsure, limit - 1, *aggregates.unsure),
    )
    return [row[0] for row in rows]


def _column(aggregates: Aggregates, name: str) -> tuple[str, list[Any]]:
    """Return a field as SQL with its parameters."""
    if name in _WORDS:
        return _edited(aggregates.connection, name), []
    if name in _PLAIN:
        return f"item.{name}", []
    if name in ("lead_units", "participating_units"):
        return _units(aggregates, "lead" if name == "lead_units" else "participant")
    days = (
        "CAST(julianday(asked.today) - julianday(item.overdue_due) AS INTEGER)"
        if aggregates.connection.is_sqlite
        else "CAST(asked.today AS date) - CAST(item.overdue_due AS date)"
    )
    return {
        "id": "item.code",
        "plan": PLAN_OF,
        "percent": "item.achieved",
        "light": _LIGHT,
        "overdue": f"CASE WHEN {_OVERDUE} THEN 'true' ELSE 'false' END",
        "due_soon": f"CASE WHEN {_DUE_SOON} THEN 'true' ELSE 'false' END",
        "days_overdue": f"CASE WHEN {_OVERDUE} THEN {days} ELSE 0 END",
    }[name], []


def _units(aggregates: Aggregates, role: str) -> tuple[str, list[Any]]:
    name, parameters = _called(aggregates, "r")
    rows = f" FROM responsibility r WHERE r.item_id = item.id AND r.active = 1 AND r.role = '{role}'"
    if not aggregates.connection.is_sqlite:
        return f"(SELECT string_agg({name}, '、' ORDER BY r.position){rows})", parameters
    return f"(SELECT group_concat(part, '、') FROM (SELECT {name} AS part{rows} ORDER BY r.position))", parameters


def _called(aggregates: Aggregates, table: str) -> tuple[str, list[Any]]:
    """Return the name under which a unit is shown in a row of responsibility (`items.rename_units`)."""
    if not aggregates.renames:
        return f"{table}.printed", []
    cases = " ".join(f"WHEN {table}.unit_id = ? AND {table}.printed = ? THEN ?" for _ in aggregates.renames)
    parameters = [value for (unit, old), new in aggregates.renames.items() for value in (unit, old, new)]
    return f"CASE {cases} ELSE {table}.printed END", parameters


def _edited(connection: Connection, name: str) -> str:
    """Return a column of the plan's own words with what edits have made of it (`item.edited`, JSON)."""
    if connection.is_sqlite:
        kind, value = f"json_type(item.edited, '$.{name}')", f"json_extract(item.edited, '$.{name}')"
    else:
        kind, value = f"CAST(item.edited AS json) -> '{name}'", f"CAST(item.edited AS json) ->> '{name}'"
    return f"CASE WHEN item.edited IS NULL OR ({kind}) IS NULL THEN item.{name} ELSE {value} END"
