"""How items stand at a day, asked of the database: from the kept outlook (`tracker.ledger.outlook`), no item is loaded.

The answer is that of `ledger.judgement.judge` for all items but a few, which are named: those that were reported on after the
day asked about, that a server could not settle, or whose outlook does not fit into its columns. These must be judged.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.ledger.lights import Thresholds
from tracker.ledger.terms import LIGHTS, STATES
from tracker.store.connection import Connection, Row
from tracker.store.reading import When, is_current, renames_by

MAX_UNSURE = 2000
"""How many items may have to be judged before judging all of them is the simpler way."""
MAX_RENAMES = 100
"""How many renamings of units one query spells out."""
TO_BE_DETERMINED = "待明确"


class Narrowing(NamedTuple):
    """Which items are asked about, in the store's own terms. Each part narrows; None and False let everything through.

    places: names of regions of shares, and codes of plans for their own rows. role narrows units.
    """

    plans: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    units: tuple[int, ...] | None = None
    role: str | None = None
    states: tuple[str, ...] | None = None
    lights: tuple[str, ...] | None = None
    overdue: bool = False
    due_soon: bool = False
    unreported: bool = False
    due_before: date | None = None
    due_after: date | None = None
    places: tuple[str, ...] | None = None


class Standing(NamedTuple):
    """A ledger at a day whose kept outlooks answer, except for the items in unsure (ids)."""

    connection: Connection
    when: When
    limits: Thresholds
    unsure: tuple[str, ...]
    renames: dict[tuple[int, str], str]


def standing_at(connection: Connection, when: When, limits: Thresholds) -> Standing | None:
    """Return how to ask about a day; None where every item must be judged.

    That is so for days before the newest statement, for figures other than the usual ones, and right after so much was
    entered on a later day than the one asked about that little would be gained.
    """
    if limits != Thresholds() or not is_current(connection, when):
        return None
    rows = connection.all(
        "SELECT code FROM item WHERE withdrawn = 0 AND loose > 0 AND (loose & 5) > 0"
        " UNION SELECT code FROM item WHERE withdrawn = 0 AND stale = 1"
        " UNION SELECT code FROM item WHERE withdrawn = 0 AND steady_from > ? LIMIT ?",
        (when.as_of.isoformat(), MAX_UNSURE + 1),
    )
    renames = renames_by(connection, when)
    if len(rows) > MAX_UNSURE or len(renames) > MAX_RENAMES:
        return None
    return Standing(connection, when, limits, tuple(row[0] for row in rows), renames)


_LIGHT = (
    "CASE WHEN item.light4_from <= asked.today THEN item.light4 WHEN item.light3_from <= asked.today THEN item.light3"
    " WHEN item.light2_from <= asked.today THEN item.light2 ELSE item.light END"
)
_OVERDUE = "item.overdue_from < asked.today"
_DUE_SOON = (
    "(item.soon_due >= asked.today AND item.soon_due <= asked.until"
    " OR item.soon_first >= asked.today AND item.soon_first <= asked.until)"
)
_UNREPORTED = "item.heard < asked.silent"
_SILENT_LEAD = "item.heard IS NOT NULL AND coalesce(lead.reported_entered, '') < asked.silent"
_FROM = " FROM asked, item JOIN plan ON plan.id = item.plan_id"


def _asked(standing: Standing) -> tuple[str, list[Any]]:
    """Return the head of a query that gives it its day, the last day that is near, and the day before which silence counts."""
    as_of, limits = standing.when.as_of, standing.limits
    until = as_of + timedelta(days=min(limits.due_days, (date.max - as_of).days))
    silent = as_of - timedelta(days=min(limits.report_days, (as_of - date.min).days))
    head = "WITH asked(today, until, silent) AS (SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT)) "
    return head, [as_of.isoformat(), until.isoformat(), silent.isoformat()]


def _where(wanted: Narrowing) -> tuple[str, list[Any]]:
    conditions = ["item.withdrawn = 0", "item.retired_on IS NULL"]
    parameters: list[Any] = []
    for column, values in (
        ("plan.code", wanted.plans),
        ("item.kind", wanted.kinds),
        ("item.state", wanted.states or None),
        (_LIGHT, wanted.lights or None),
        ("coalesce(NULLIF(item.region, ''), plan.code)", wanted.places),
    ):
        if values is not None:
            conditions.append(f"{column} IN ({_marks(values)})")
            parameters += values
    if wanted.units is not None:
        role, given = ("", ()) if wanted.role is None else (" AND role = ?", (wanted.role,))
        conditions.append(
            f"item.id IN (SELECT item_id FROM responsibility WHERE active = 1{role} AND unit_id IN ({_marks(wanted.units)}))"
        )
        parameters += (*given, *wanted.units)
    for condition, holds in ((_OVERDUE, wanted.overdue), (_DUE_SOON, wanted.due_soon), (_UNREPORTED, wanted.unreported)):
        if holds:
            conditions.append(condition)
    for comparison, day in (("<", wanted.due_before), (">", wanted.due_after)):
        if day is not None:
            conditions.append(f"item.due {comparison} ?")
            parameters.append(day.isoformat())
    return " AND ".join(conditions), parameters


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values) or "NULL"


COUNTED = ("key", "total", *STATES, *LIGHTS, "overdue", "due_soon", "unreported")
"""The columns of `count_groups`."""


def count_groups(standing: Standing, wanted: Narrowing, group: str) -> list[Row]:
    """Return one row for every group (plan, unit, chapter, region) in the columns of `COUNTED`, the unsure left out.

    In groups of units an item counts once for each of its leads, and as unreported for those that are silent.
    """
    connection = standing.connection
    head, parameters = _asked(standing)
    where, given = _where(wanted)
    named, names = _called(standing, "lead")
    silent = _SILENT_LEAD if group == "unit" else _UNREPORTED
    joined = " LEFT JOIN responsibility lead ON lead.item_id = item.id AND lead.active = 1 AND lead.role = 'lead'"
    key, inner = {
        "plan": ("plan.code", "item.plan_id"),
        "unit": (f"plan.code || ':' || coalesce(part, '{TO_BE_DETERMINED}')", f"item.plan_id, {named} AS part"),
        "chapter": (
            "plan.code || ':' || coalesce(NULLIF(part, ''), '（无章节）')",
            f"item.plan_id, {_edited(connection, 'chapter')} AS part",
        ),
        "region": (
            "coalesce(NULLIF(part, ''), plan.region)",
            "CASE WHEN coalesce(item.region, '') = '' THEN item.plan_id ELSE 0 END AS plan_id, item.region AS part",
        ),
    }[group]
    sums = ", ".join([
        *(f"sum(CASE WHEN item.state = '{state}' THEN 1 ELSE 0 END)" for state in STATES),
        *(f"sum(CASE WHEN {_LIGHT} = '{light}' THEN 1 ELSE 0 END)" for light in LIGHTS),
        *(f"sum(CASE WHEN {each} THEN 1 ELSE 0 END)" for each in (_OVERDUE, _DUE_SOON, silent)),
    ])  # fmt: skip
    raise NotImplementedError(key, inner, sums, joined, names, parameters, given, head, where)


def _called(standing: Standing, table: str) -> tuple[str, list[Any]]:
    """Return the name under which a unit is shown in a row of responsibility (`reading.rename_units`)."""
    if not standing.renames:
        return f"{table}.printed", []
    cases = " ".join(f"WHEN {table}.unit_id = ? AND {table}.printed = ? THEN ?" for _ in standing.renames)
    parameters = [value for (unit, old), new in standing.renames.items() for value in (unit, old, new)]
    return f"CASE {cases} ELSE {table}.printed END", parameters


def _edited(connection: Connection, name: str) -> str:
    """Return a column of the plan's own words with what edits have made of it (`item.edited`, JSON)."""
    if connection.is_sqlite:
        kind, value = f"json_type(item.edited, '$.{name}')", f"json_extract(item.edited, '$.{name}')"
    else:
        kind, value = f"CAST(item.edited AS json) -> '{name}'", f"CAST(item.edited AS json) ->> '{name}'"
    return f"CASE WHEN item.edited IS NULL OR ({kind}) IS NULL THEN item.{name} ELSE {value} END"


def _iter() -> Iterator[Row]:
    yield ()
