"""The page of a period: its figures are those of `actions.changes`, as in the report and the bulletin of the same two moments."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.actions.changes import TROUBLED, Change, Changes, Moments, changes, figures
from tracker.actions.selection import Filter, find
from tracker.ledger.dates import parse_instant
from tracker.ledger.judgement import Judged
from tracker.ledger.summary import overall, plans_words
from tracker.ledger.terms import LIGHTS, NO_CHAPTER, TO_BE_DETERMINED
from tracker.page.report import LISTS, Content, Items, Move, page
from tracker.page.tables import Group, everything, own_rows, synergy_of
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import is_demo
from tracker.store.period_reports import Entry, began_at
from tracker.store.registry import plans_then
from tracker.store.stated_parameters import load_parameters
from tracker.store.statements import has_values

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

WEEKS = 8
"""How many weeks the page looks back."""


def page_of(
    connection: Connection, wanted: Filter, moments: Moments, scope: Sequence[str],
    goalposts: "Goalposts | None" = None,
) -> Iterator[bytes]:  # fmt: skip
    """Return the page, in parts, of the items that a filter lets through, between two moments; scope says in words what it is about."""
    later = moments.later
    plans = {str(each["code"]): each for each in plans_then(connection, later)}
    items = Items(later.as_of, plans)

    def passing(_: Sequence[Entry], found: Iterable[Judged]) -> Iterator[Judged]:
        for each in found:
            items.add(each)
            yield each

    found = changes(connection, wanted, moments, passing)
    told = figures(connection, found)
    days = [] if items.is_brief else _weeks_before(connection, later.as_of)
    weeks = [(day, _as_known(connection, wanted, PointInTime(day, parse_instant(str(day), day)))) for day in days]
    by = _figures(found) if items.is_brief else None
    total = everything(own_rows(items.now)) if by is None else Group("all", "全部事项", counts=by["all"]["all"])
    synergy = None
    if has_values(connection):
        from tracker.actions.synergy_index import annex2, index_for_report

        index = index_for_report(connection, wanted, later, goalposts)
        synergy = None if index is None else synergy_of(index, annex2())
    return page(
        Content(
            as_of=later.as_of, weeks=[*weeks, (later.as_of, total)], items=items, title=plans_words(told.plans) or "台账事项",
            before_day=told.day_before, moved=_moved(found), sentences=overall(told), moves=_moves(found), figures=by,
            plans=plans, scope=scope, parameters=load_parameters(connection, later.known_at),
            unit=wanted.unit, is_demo=is_demo(connection), synergy=synergy,
        )
    )  # fmt: skip


def _figures(found: Changes) -> dict[str, dict[str, Counter[str]]]:
    """Return the figures of the whole, of plans, chapters and units, by key, as `tracker.page.tables` counts items."""
    by: dict[str, dict[str, Counter[str]]] = {"all": {"all": Counter()}, "plan": {}, "chapter": {}, "unit": {}}
    for code, mark in found.after.items():
        names = ["total", *(name for name in ("unmet", "overdue", "due_soon") if getattr(mark, name))]
        names += [mark.light] if mark.light is not None else []
        if "@" not in code:
            own = [*names, *(["unreported"] if mark.unreported else [])]
            by["all"]["all"].update(own)
            by["plan"].setdefault(mark.plan, Counter()).update(own)
            by["chapter"].setdefault(f"{mark.plan}:{mark.chapter or NO_CHAPTER}", Counter()).update(own)
        for unit in dict.fromkeys(mark.leads) or (TO_BE_DETERMINED,):
            own = [*names, *(["unreported"] if unit in mark.silent else [])]
            by["unit"].setdefault(f"{mark.plan}:{unit}", Counter()).update(own)
    return by


def _as_known(connection: Connection, wanted: Filter, when: PointInTime) -> Group:
    return everything(own_rows(find(connection, wanted, when, load_parameters(connection, when.known_at))))


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
