"""The quick way of the default check says what the rules say, whatever was reported."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tracker.actions.checks import Question
from tracker.ledger.judgement import judge
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import WORK
from tracker.store.aggregates.deadlines import load_deadlines
from tracker.store.connection import reading
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.location import Location

VALUES = {
    "zj-target-21.1": ("186.8", "186.9", "170"),  # a level to be held, one of seven indicators
    "nx-target-13.1": ("310", "309"),
    "zj-target-14.1": ("10", "10.1"),
    "js-target-7.1": ("28.4", "28.5", "30"),  # 左右, below and within the tolerance
    "js-target-7.2": ("13", "1"),
    "js-target-26.1": ("474", "475", "500"),
    "cq-target-7.1": ("2.8", "2.9"),
    "cn-target-5.1": ("47.4", "47.5"),
    "zj-target-33.1": ("30", "29"),  # due in 2030, its earlier value in 2025
    "zj-target-3.1": ("24", "23"),
    "zj-target-12.1": ("4", "3.9"),
}
REPORTS = st.lists(
    st.sampled_from([(name, value) for name, values in VALUES.items() for value in values]).flatmap(
        lambda pair: st.tuples(
            st.just(pair[0]), st.just(pair[1]), st.sampled_from(["2024-06-30", "2025-12-31", "2026-11-01"])
        )
    ),
    max_size=6,
)


@given(
    reports=REPORTS,
    days_later=st.integers(0, 3000),
    due_days=st.integers(0, 2000),
    done=st.lists(
        st.sampled_from(["zj-target-31.1", "zj-target-31.2", "zj-task-1", "cq-task-5"]), max_size=2, unique=True
    ),
)
def test_the_kept_dates_agree_with_the_rules(
    cli: Cli, seeded: Path, reports: list[tuple[str, str, str]], days_later: int, due_days: int, done: list[str]
) -> None:
    shutil.copy(seeded, cli.db)
    for name, value, day in reports:
        cli.ok("log", name, "--value", value, "--date", day)
    for name in done:
        cli.ok("log", name, "--state", "completed")
    when = PointInTime(date(2026, 11, 21) + timedelta(days=days_later))
    limits = Parameters(due_days=due_days)
    with reading(Location(str(cli.db))) as connection:
        kept = load_deadlines(connection, when, due_days)
        question = Question(connection, when, limits)
        quick, numbers = question.deadlines, question.numbers
        items = load_items(connection, ItemFilter(kinds=WORK), when)
    assert kept is not None
    judged = {item.id: judge(item, when.as_of, limits) for item in items}
    assert quick.overdue == {name for name, each in judged.items() if each.overdue}
    assert quick.due_soon == {name for name, each in judged.items() if each.due_soon}
    assert numbers[:3] == (
        len(quick.overdue), len(quick.due_soon), sum(each.before_ledger for each in judged.values())
    )  # fmt: skip
    assert kept.overdue <= quick.overdue
    assert kept.due_soon <= quick.due_soon
    assert list(quick.order) == [item.id for item in items if item.id in set(quick.order)]


def test_the_past_is_left_to_history(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "10")
    with reading(Location(str(cli.db))) as connection:
        assert load_deadlines(connection, PointInTime(date(2026, 11, 20)), 30) is None
        assert load_deadlines(connection, PointInTime(date(2026, 11, 21)), 30) is not None
