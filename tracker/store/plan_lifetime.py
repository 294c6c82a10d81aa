"""Since when a plan is in the ledger, in use, and closed: what its rows are judged by beside their own history."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection, marks
from tracker.store.filters import CAME_AND_WENT, PointInTime, was_there
from tracker.store.row_values import day_of, decision_of, moment_of, sure_day_of


class PlanLifetime(NamedTuple):
    """The day a plan came in, the day of the first report on it, assignment in it or form made for it, and its last day."""

    in_ledger: date | None
    used_on: date | None
    ended_on: date | None


def local_day(moment: str) -> date:
    """Return the ledger's local day of a moment, which is kept as UTC text."""
    found = moment_of(moment)
    return date.min if found is None else found.astimezone().date()


def plan_lifetimes(
    connection: Connection, codes: Iterable[str] | None = None, known_at: str | None = None
) -> dict[str, PlanLifetime]:
    """Return how plans (None: all) are in use, by code, as far as recorded by known_at (None: by now)."""
    wanted = None if codes is None else tuple(codes)
    if wanted == ():
        return {}
    scope = "" if wanted is None else f" AND plan.code IN ({marks(wanted)})"
    there, keys = was_there("plan", known_at)
    rows = connection.all(
        "SELECT plan.id, plan.code, coalesce(added.at, (SELECT min(at) FROM change))"
        f" FROM plan{CAME_AND_WENT.format('plan')} WHERE {there}{scope}",
        (*keys, *(wanted or ())),
    )
    undone = undone_changes(connection, known_at)
    noted = _noted(connection, undone, known_at)
    return {
        code: PlanLifetime(
            None if at is None else local_day(at),
            min(
                (day for day in (_first_use(connection, key, undone, known_at), noted.get(("form", code))) if day),
                default=None,
            ),
            noted.get(("end", code)),
        )
        for key, code, at in rows
    }


def ended_plans(connection: Connection, when: PointInTime) -> tuple[str, ...]:
    """Return the codes of the plans whose book was closed by then, in the order of their entry."""
    if when.known_at is None:
        rows = connection.all(
            "SELECT code FROM plan WHERE withdrawn = 0 AND ended_on <= ? ORDER BY id", (when.as_of.isoformat(),)
        )
        return tuple(row[0] for row in rows)
    noted = _noted(connection, undone_changes(connection, when.known_at), when.known_at)
    there, keys = was_there("plan", when.known_at)
    plans = connection.all(
        f"SELECT plan.code FROM plan{CAME_AND_WENT.format('plan')} WHERE {there} ORDER BY plan.id", keys
    )
    return tuple(code for (code,) in plans if noted.get(("end", code), date.max) <= when.as_of)


def last_reported(connection: Connection, plan: str) -> date | None:
    """Return the latest date of a report in force on a plan's rows; None where there is none."""
    undone = tuple(undone_changes(connection))
    left = f" AND report.change_id NOT IN ({marks(undone)})" if undone else ""
    row = connection.one(
        "SELECT max(report.date) FROM report JOIN item ON item.id = report.item_id JOIN plan ON plan.id = item.plan_id"
        f" WHERE plan.code = ? AND plan.withdrawn = 0{left}",
        (plan, *undone),
    )
    return None if row is None else day_of(row[0])


def _first_use(connection: Connection, plan: int, undone: set[int], known_at: str | None) -> date | None:
    known, parameters = ("", ()) if known_at is None else (" AND c.at <= ?", (known_at,))
    left = f" AND c.id NOT IN ({marks(tuple(undone))})" if undone else ""
    there, keys = was_there("item", known_at)
    days = []
    for table, kinds in (("report", ""), ("event", " AND s.kind IN ('assign', 'main') AND c.command <> 'upgrade'")):
        row = connection.one(
            f"SELECT min(s.entered) FROM item JOIN {table} s ON s.item_id = item.id JOIN change c ON c.id = s.change_id"
            f"{CAME_AND_WENT.format('item')} WHERE item.plan_id = ? AND {there}{kinds}{known}{left}",
            (plan, *keys, *parameters, *undone),
        )
        if row is not None and row[0] is not None:
            days.append(sure_day_of(row[0]))
    return min(days, default=None)


def _noted(connection: Connection, undone: set[int], known_at: str | None) -> dict[tuple[str, str], date]:
    """Return the first day on which a form was made for a plan, and the day its book was closed, by kind and code."""
    rows = connection.all(
        "SELECT e.kind, e.data, e.date, e.entered, e.change_id, c.at FROM event e JOIN change c ON c.id = e.change_id"
        " WHERE e.item_id IS NULL AND e.kind IN ('form', 'end') ORDER BY e.id"
    )
    found: dict[tuple[str, str], date] = {}
    for kind, text, day, entered, change, at in rows:
        if change in undone or (known_at is not None and at > known_at):
            continue
        data = decision_of(kind, text) or {}
        for code in data.get("plans", [data["plan"]] if "plan" in data else []):
            if isinstance(code, str):
                found.setdefault((kind, code), sure_day_of(day if kind == "end" else entered))
    return found


def keep_plan_uses(connection: Connection, codes: Iterable[str] | None = None) -> set[int]:
    """Write what is kept of plans (None: of all) and of when their rows came in; return the items to be judged anew."""
    uses = plan_lifetimes(connection, codes)
    moved: set[int] = set()
    for code, use in uses.items():
        values = tuple(None if day is None else day.isoformat() for day in use)
        row = connection.one(
            "SELECT id, in_ledger, used_on, ended_on FROM plan WHERE code = ? AND withdrawn = 0", (code,)
        )
        assert row is not None  # noqa: S101 - it was just read
        if tuple(row[1:]) != values:
            connection.execute(
                "UPDATE plan SET in_ledger = ?, used_on = ?, ended_on = ? WHERE id = ?", (*values, row[0])
            )
            moved.update(
                key for (key,) in connection.all("SELECT id FROM item WHERE plan_id = ? AND withdrawn = 0", (row[0],))
            )
    return moved
