"""Items for tests: one line for a plain one, hypothesis strategies for any."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tracker.ledger.model import Answer, Indicator, Item, LastReport, Milestone, Role, Value
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import Filing, answers, period_of
from tracker.ledger.terms import BASES

START = date(2021, 1, 1)
END = date(2025, 12, 31)
CALENDARS = Parameters().calendars

days = st.dates(date(2020, 1, 1), date(2031, 12, 31))
figures = st.decimals(-1000, 1000, places=2)
any_figures = st.one_of(
    figures,
    st.just(Decimal(0)),
    st.decimals(allow_nan=False, allow_infinity=False, min_value="-1e50", max_value="1e50"),
)


def indicator(comparator: str = ">=", value: str | None = "80", **fields: Any) -> Indicator:
    """Return an indicator as the shipped data has them: a rate due at the end of 2025, up.

    actual: its only figure, of actual_date (2023-06-30); values: several, as (day, value), entered on their day.
    """
    number = None if value is None else Decimal(value)
    worded = comparator in ("complete", "qualitative")
    given = {
        "due": END,
        "original_due": END,
        "direction": "up",
        "measure": "%",
        "basis": "declared" if worded else "level",
        **fields,
    }
    for name in ("baseline_value", "percent"):
        if isinstance(given.get(name), str):
            given[name] = Decimal(given[name])
    actual, day = given.pop("actual", None), given.pop("actual_date", given.get("reported_on") or date(2023, 6, 30))
    values = given.pop("values", None) or ([] if actual is None else [(day, actual)])
    given["values"] = tuple(Value(on, Decimal(each), on) for on, each in values)
    if given["values"]:
        last = given["values"][-1].date
        given = {"reported_on": last, "reported_entered": last, "state": "in_progress"} | given
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
    basis = draw(st.sampled_from(("declared", "assessed", "each") if worded else tuple(BASES)[:4]))
    figures_given = (
        []
        if worded or basis == "each"
        else draw(st.lists(st.tuples(days, any_figures), max_size=4, unique_by=lambda one: one[0]))
    )
    values = tuple(Value(day, value, day) for day, value in sorted(figures_given))
    reported = values[-1].date if values else draw(st.none() | days)
    points = draw(st.lists(st.builds(Milestone, days, any_figures), max_size=3, unique_by=lambda point: point.date))
    return Indicator(
        1, "指标", comparator, None if worded else draw(any_figures), draw(st.sampled_from((None, ">=", "~", "="))),
        measure=draw(st.sampled_from((None, "%", "万千瓦"))), direction=draw(st.sampled_from((None, "up", "down", "hold"))),
        original_due=due, due=due, basis=basis, baseline_value=draw(st.none() | any_figures),
        baseline_year=draw(st.none() | st.integers(2018, 2024)), state=state,
        percent=draw(st.none() | st.decimals(0, 100, places=2)), values=values,
        completed_on=draw(days) if state in ("completed", "closed") else None, reported_on=reported,
        reported_entered=None if reported is None else reported + timedelta(days=draw(st.integers(0, 40))),
        returned=draw(st.sampled_from((None, None, "材料不全"))) if state == "in_progress" else None,
        owing_since=draw(st.none() | days), milestones=tuple(sorted(points)),
    )  # fmt: skip


kept_answers = st.builds(
    lambda until: (Answer(date.min, until, until),), days.map(lambda day: period_of(CALENDARS, day).end)
)
replayed_answers = st.lists(days, max_size=3).map(lambda said: answers(Parameters(), map(Filing, sorted(said))))
"""What a lead has answered, as it is kept, and as its reports were entered one after another (or none were)."""


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
    made.plan_used, made.in_ledger = draw(st.none() | days), draw(st.none() | days)
    count = draw(st.integers(0, 3))
    made.leads = [Role(unit, f"单位{unit}", named_on=draw(st.none() | days)) for unit in range(1, count + 1)]
    for lead in made.leads:
        lead.answers = draw(kept_answers | replayed_answers)
    if count and draw(st.booleans()):
        made.main_lead = 1
    if reported is not None:
        entered = reported + timedelta(days=draw(st.integers(0, 40)))
        made.last_report = LastReport(reported, entered, "省建设厅", "张三", None, None, None)
        made.reported_on, made.reported_entered = (reported, entered) if not found else (None, None)
    return made
