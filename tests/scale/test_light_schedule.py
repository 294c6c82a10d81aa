"""What is kept about later days is what the rules say on those days."""

from copy import deepcopy
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.making import days, figures, indicator, item, items
from tracker.ledger.judgement import judge
from tracker.ledger.light_schedule import USUAL, LightSchedule, light_schedule, likeness
from tracker.ledger.model import Indicator, Item, Milestone


def color(found: LightSchedule, day: date) -> str | None:
    return next((step.color for step in reversed(found.steps) if step.day <= day), None)


def holds(found: LightSchedule, subject: Item, day: date) -> None:
    """Hold that a light schedule says of a day what judging says."""
    judged = judge(subject, day, USUAL)
    assert color(found, day) == (judged.light.color if judged.light else None), day
    assert (found.overdue_from is not None and found.overdue_from < day) == judged.overdue, day
    assert any(0 <= (due - day).days <= USUAL.due_days for due in found.soon_dues) == judged.due_soon, day
    oldest = (day - timedelta(days=USUAL.report_days)).isoformat()
    assert (found.heard is not None and found.heard < oldest) == bool(judged.unreported), day
    assert found.percent == judged.percent, day


@given(subject=items(), heard=st.none() | days, later=st.lists(st.integers(0, 4500), min_size=4, max_size=20))
def test_it_holds_on_any_later_day(subject: Item, heard: date | None, later: list[int]) -> None:
    subject.leads[0].reported_on = subject.leads[0].reported_entered = heard
    found = light_schedule(subject)
    start = found.since or date(2019, 12, 1)
    turns = [step.day for step in found.steps if step.day > start]
    for day in [start, *turns, *(turn - timedelta(days=1) for turn in turns)]:
        holds(found, subject, day)
    for days_later in later:
        holds(found, subject, start + timedelta(days=days_later))


@given(points=st.lists(st.tuples(days, figures), max_size=4, unique_by=lambda point: point[0]), actual=figures)
@settings(max_examples=25)
def test_it_holds_on_every_day_along_milestones(points: list[tuple[date, Decimal]], actual: Decimal) -> None:
    milestones = tuple(sorted(Milestone(day, value) for day, value in points))
    subject = item(indicator(value="80", baseline_value="20", actual=actual, milestones=milestones))
    found = light_schedule(subject)
    for number in range(1100):
        holds(found, subject, date(2023, 6, 30) + timedelta(days=number))


@given(one=items(), other=items(), data=st.data())
def test_rows_that_are_alike_have_the_same_outlook(one: Item, other: Item, data: st.DataObject) -> None:
    """Whatever part of a row is exchanged for that of another one: if the light schedule moves, they are not alike."""
    made = deepcopy(one)
    chosen = data.draw(st.sampled_from([field.name for field in fields(Item)]))
    setattr(made, chosen, getattr(other, chosen))
    if made.indicators and other.indicators:
        figure = data.draw(st.sampled_from([field.name for field in fields(Indicator)]))
        setattr(made.indicators[0], figure, getattr(other.indicators[0], figure))
    assert light_schedule(made) == light_schedule(one) or likeness(made) != likeness(one)


def test_an_open_row_turns_yellow_before_it_is_red() -> None:
    subject = item(indicator(baseline_value="20", actual="50"))
    assert [(str(step.day), step.color) for step in light_schedule(subject).steps] == [
        ("2023-06-30", "green"),
        ("2023-08-01", "yellow"),
        ("2025-01-02", "red"),
    ]
