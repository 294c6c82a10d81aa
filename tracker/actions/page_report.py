"""The page of a period: its figures are those of `actions.changes`, as in the report and the bulletin of the same two moments."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.actions.changes import TROUBLED, Change, Changes, Moments, changes, figures
from tracker.actions.selection import Filter, find
from tracker.ledger.dates import parse_instant
from tracker.ledger.judgement import Judged
from tracker.ledger.summary import overall, plans_words
from tracker.ledger.terms import LIGHTS
from tracker.page.report import LISTS, Content, Move, page
from tracker.page.synergy import synergy_of
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.index_values import has_values
from tracker.store.ledger_labels import is_demo
from tracker.store.period_activity import Entry, began_at
from tracker.store.queries import plans_then
from tracker.store.stated_parameters import load_parameters

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

WEEKS = 8
"""How many weeks the page looks back."""
LONG = 1000
"""Items from which a page tells red and yellow ones in full, and the others by their number."""


def page_of(
    connection: Connection, wanted: Filter, moments: Moments, scope: Sequence[str],
    goalposts: "Goalposts | None" = None,
) -> str:  # fmt: skip
    """Return the page of the items that a filter lets through, between two moments; scope says in words what it is about."""
    now: list[Judged] = []

    def passing(_: Sequence[Entry], found: Iterable[Judged]) -> Iterator[Judged]:
        for each in found:
            now.append(each)
            yield each

    found = changes(connection, wanted, moments, passing)
    told = figures(connection, found)
    later = moments.later
    is_long = len(now) > LONG
    days = [] if is_long else _weeks_before(connection, later.as_of)
    weeks = [(day, _as_known(connection, wanted, PointInTime(day, parse_instant(str(day), day)))) for day in days]
    synergy = None
    if has_values(connection):
        from tracker.actions.synergy_index import annex2, index_for_report

        index = index_for_report(connection, wanted, later, goalposts)
        synergy = None if index is None else synergy_of(index, annex2())
    return page(
        Content(
            as_of=later.as_of, weeks=[*weeks, (later.as_of, now)], title=plans_words(told.plans) or "台账事项",
            before_day=told.day_before, moved=_moved(found), sentences=overall(told), moves=_moves(found), brief=is_long,
            plans={str(each["code"]): each for each in plans_then(connection, later)}, scope=scope,
            parameters=load_parameters(connection, later.known_at),
            unit=wanted.unit, is_demo=is_demo(connection), synergy=synergy,
        )
    )  # fmt: skip


def _as_known(connection: Connection, wanted: Filter, when: PointInTime) -> list[Judged]:
    return find(connection, wanted, when, load_parameters(connection, when.known_at))


def _weeks_before(connection: Connection, day: date) -> list[date]:
    """Return the days of the weeks before, on which there was a ledger: the chart invents none."""
    days = [day - timedelta(weeks=back) for back in reversed(range(1, WEEKS))]
    return [each for each in days if parse_instant(str(each), each) >= began_at(connection)]


def _moved(found: Changes) -> dict[str, int] | None:
    """Return by how many each figure has grown among the items that were there at both moments; None without a moment before."""
    lights = found.moved()
    if found.before is None or lights is None:
        return None
    both = [(found.before[code], mark) for code, mark in found.after.items() if code in found.before]
    beside = {
        name: sum(getattr(now, name) for _, now in both) - sum(getattr(then, name) for then, _ in both)
        for name in ("unmet", "overdue", "due_soon", "unreported")
    }
    return {"total": 0, **lights, **beside}


def _moves(found: Changes) -> dict[str, list[Move]]:
    """Return what changed by kind, each item once: entries by what was decided, lights by where they went."""
    moves: dict[str, dict[str, Move]] = {name: {} for name in LISTS}
    for row in found.rows:
        kind = _kind(row)
        if kind is None:
            continue
        mark = found.after.get(row.item) or (found.before or {})[row.item]
        moves[kind][row.item] = Move(row.item, mark.name, _words(row), row.item in found.after)
    return {name: list(each.values()) for name, each in moves.items()}


def _kind(row: Change) -> str | None:
    if row.what in ("returned", "reopened"):
        return "back"
    if row.what != "light":
        return row.what if row.what in LISTS else None
    if row.after == "red" or (row.after == "yellow" and row.before != "red"):
        return str(row.after)
    return "relieved" if row.before in TROUBLED and row.after not in TROUBLED else None


def _words(row: Change) -> str:
    if row.what == "light":
        return f"{LIGHTS.get(row.before, '无灯')} → {LIGHTS.get(row.after, '无灯')}"
    return f"由 {row.before or '未定'} 延至 {row.after}" if row.what == "extended" else ""
