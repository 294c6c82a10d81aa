"""What is asked every minute costs what the answer costs: the same with three times the history, little with more items.

Counted, not timed: in the steps of SQLite's own machine, by its progress handler.
"""

import tracemalloc
from collections import deque
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks import ledgers
from tracker.actions.listing import first_overdue
from tracker.actions.name_lookup import item_of, refs, unit_keys
from tracker.actions.selection import Filter
from tracker.ledger.parameters import Parameters
from tracker.store.aggregates.deadlines import count_deadlines
from tracker.store.connection import Connection, reading
from tracker.store.filters import PointInTime
from tracker.store.integrity.database import altered_facts
from tracker.store.location import Location

WHEN = PointInTime(date(2027, 1, 10))
STEP = 10
"""Steps of SQLite's machine between two counts."""
QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "check": lambda connection: count_deadlines(connection, WHEN, 30),
    "overdue --limit 5": lambda connection: first_overdue(connection, Filter(overdue=True), WHEN, Parameters(), 5),
    "show": lambda connection: item_of(connection, refs(connection, ["zj-task-6"])[0], WHEN),
    "unit": lambda connection: unit_keys(connection, "zj:省生态环境厅"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three ledgers: a small one, one with three times its history, one with five times its items."""
    folder = tmp_path_factory.mktemp("scale")
    for name, regions, weeks in (("small", 3, 2), ("old", 3, 6), ("large", 15, 2)):
        ledgers.make(folder / name, regions=regions, weeks=weeks)
    return folder


def steps(ledger: Path, work: Callable[[Connection], object]) -> int:
    """Return how many steps the database makes for some work."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    with reading(Location(str(ledger))) as connection:
        connection.raw.set_progress_handler(tick, STEP)
        work(connection)
    return count * STEP


@pytest.mark.parametrize("name", QUESTIONS)
def test_history_costs_nothing(folder: Path, name: str) -> None:
    small, old = (steps(folder / ledger, QUESTIONS[name]) for ledger in ("small", "old"))
    assert old <= small * 1.1 + STEP


@pytest.mark.parametrize("name", ["overdue --limit 5", "show"])
def test_items_that_are_not_shown_cost_little(folder: Path, name: str) -> None:
    small, large = (steps(folder / ledger, QUESTIONS[name]) for ledger in ("small", "large"))
    # Counting what is overdue goes through an index: some steps for each that is.
    overdue = 10 * 15 * 300 if name.startswith("overdue") else 0
    assert large <= small * 1.5 + overdue


def plan_of(connection: Connection, sql: str, parameters: tuple[object, ...]) -> str:
    return "\n".join(row[3] for row in connection.all(f"EXPLAIN QUERY PLAN {sql}", parameters))


def test_what_is_overdue_is_counted_without_reading_an_item(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with reading(Location(str(folder / "small"))) as connection:
        original = Connection.execute

        def watch(self: Connection, sql: str, parameters: tuple[object, ...] = ()) -> object:
            if " item " in sql and not sql.startswith("EXPLAIN"):
                asked.append(plan_of(connection, sql, parameters))
            return original(self, sql, parameters)

        monkeypatch.setattr(Connection, "execute", watch)
        count_deadlines(connection, WHEN, 30)
    by_plan = "item USING COVERING INDEX ix_item_plan_overdue"
    assert by_plan in asked[1]
    assert f"SEARCH {by_plan} (plan_id=? AND overdue_from>? AND overdue_from<?)" in asked[2]
    assert all("SCAN item\n" not in f"{plan}\n" for plan in asked)


def test_the_doctor_holds_rows_against_the_shipped_ones_without_holding_them(folder: Path) -> None:
    """Of a ledger with five times the rows it takes no more memory."""
    peaks = []
    for name in ("small", "large"):
        with reading(Location(str(folder / name))) as stored, reading(Location(str(folder / "small"))) as shipped:
            tracemalloc.start()
            deque(altered_facts(stored, shipped), maxlen=0)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] <= peaks[0] * 1.2
