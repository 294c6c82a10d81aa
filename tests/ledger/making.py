"""Items for tests: one line for a plain one, hypothesis strategies for any."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tracker.ledger.model import Indicator, Item, LastReport, Milestone, Role

START = date(2021, 1, 1)
END = date(2025, 12, 31)

days = st.dates(date(2020, 1, 1), date(2031, 12, 31))
figures = st.decimals(-1000, 1000, places=2)
any_figures = st.one_of(
    figures,
    st.just(Decimal(0)),
    st.decimals(allow_nan=False, allow_infinity=False, min_value="-1e50", max_value="1e50"),
)


def indicator(comparator: str = ">=", value: str | None = "80", **fields: Any) -> Indicator:
    """Return an indicator as the shipped data has them: due at the end of 2025, up."""
    number = None if value is None else Decimal(value)
    given = {"due": END, "original_due": END, "direction": "up", "measure": "%", **fields}
    for name in ("baseline_value", "actual", "percent"):
        if isinstance(given.get(name), str):
            given[name] = Decimal(given[name])
    if given.get("actual") is not None:
        given = {
            "actual_date": date(2023, 6, 30),
            "reported_on": date(2023, 6, 30),
            "reported_entered": date(2023, 6, 30),
        } | given
    return Indicator(1, "指标", comparator, number, **given)


def item(*indicators: Indicator, **fields: Any) -> Item:
    """Return an item with these indicators, numbered in order."""
    for n, each in enumerate(indicators, start=1):
        each.n = n
    kind = "target" if indicators else "task"
    given = {"due": END, "original_due": END, "leads": [Role(1, "省建设厅")], **fields}
    return Item(
        "zj-target-1" if indicators else "zj-task-1",
        "zj",
        kind,
        1,
        "事项",
        START,
        "lead",
        indicators=list(indicators),
        **given,
    )


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    """Draw any indicator, sensible or not, in any state."""
    comparator = draw(
        st.sampled_from((">=", "<=", ">", "<", "=", "~", "increase_by", "decrease_by", "complete", "qualitative"))
    )
    worded = comparator in ("complete", "qualitative")
    state = draw(st.sampled_from(("not_started", "in_progress", "completed", "closed")))
    due = draw(st.none() | days)
    actual = None if worded else draw(st.none() | any_figures)
    reported = draw(days) if actual is not None else draw(st.none() | days)
    points = draw(st.lists(st.builds(Milestone, days, any_figures), max_size=3, unique_by=lambda point: point.date))
    return Indicator(
        1, "指标", comparator, None if worded else draw(any_figures), draw(st.sampled_from((None, ">=", "~", "="))),
        measure=draw(st.sampled_from((None, "%", "万千瓦"))), direction=draw(st.sampled_from((None, "up", "down", "hold"))),
        original_due=due, due=due, baseline_value=draw(st.none() | any_figures), state=state,
        percent=draw(st.none() | st.decimals(0, 100, places=2)), actual=actual, actual_date=reported if actual is not None else None,
        completed_on=draw(days) if state in ("completed", "closed") else None, reported_on=reported,
        reported_entered=None if reported is None else reported + timedelta(days=draw(st.integers(0, 40))),
        milestones=tuple(sorted(points)),
    )  # fmt: skip


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Draw any item: a target with up to four indicators, or a task with none."""
    found = draw(st.lists(indicators(), max_size=4))
    state = draw(st.sampled_from(("not_started", "in_progress", "completed", "closed")))
    reported = draw(st.none() | days)
    made = item(
        *found, due=draw(st.none() | days), state=state, percent=draw(st.none() | st.decimals(0, 100, places=3))
    )
    made.completed_on = draw(days) if state in ("completed", "closed") else None
    if reported is not None:
        made.last_report = LastReport(
            reported, reported + timedelta(days=draw(st.integers(0, 40))), "省建设厅", "张三", None, None, None
        )
    return made
