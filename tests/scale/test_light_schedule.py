"""What is kept about later days is what the rules say on those days."""

from copy import deepcopy
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.making import days, figures, indicator, item, items
from tracker.ledger.judgement import judge
from tracker.ledger.light_schedule import LightSchedule, Span, light_schedule, schedule_key
from tracker.ledger.model import Answer, Indicator, Item, Milestone
from tracker.ledger.parameters import Parameters

USUAL = Parameters()


def color(found: LightSchedule, day: date) -> str | None:
    return next((step.color for step in reversed(found.steps) if step.day <= day), None)


def runs(span: Span | None, day: date) -> bool:
    return span is not None and span.start <= day and (span.end is None or day < span.end)


def holds(found: LightSchedule, subject: Item, day: date) -> None:
    """Hold that a schedule says of a day what judging says."""
    judged = judge(subject, day, USUAL)
    assert color(found, day) == (judged.light.color if judged.light else None), day
    assert any(0 <= (due - day).days <= USUAL.due_days for due in found.soon_dues) == judged.due_soon, day
    assert found.percent == judged.percent or any(each.basis is None for each in subject.indicators), day
    if found.is_whole:
        assert runs(found.overdue, day) == judged.overdue, day
        assert not judged.overdue or found.overdue_due == day - timedelta(days=judged.days_overdue), day
        assert not judged.overdue or found.before_ledger == judged.before_ledger, day
    if found.plain_until is not None and day >= found.plain_until:
        return
    assert runs(found.unreported, day) == judged.unreported, day
    assert runs(found.awaiting, day) == judged.awaiting, day
    assert runs(found.unassessable, day) == (
        judged.light is not None and not judged.assessable and not judged.settled
    ), day
    end = found.unreported.end if found.unreported is not None else None
    silent = [since is not None and since <= day and (end is None or day < end) for since in found.silent]
    assert silent == [lead.name in judged.silent_units for lead in subject.leads], day


@given(subject=items(), later=st.lists(st.integers(0, 4500), min_size=4, max_size=20))
@settings(max_examples=60)
def test_it_holds_on_any_later_day(subject: Item, later: list[int]) -> None:
    found = light_schedule(subject, USUAL)
    start = max(found.steps[0].day, date(2019, 12, 1))
    turns = [step.day for step in found.steps if step.day > start]
    for day in [start, *turns, *(turn - timedelta(days=1) for turn in turns)]:
        holds(found, subject, day)
    for days_later in later:
        holds(found, subject, start + timedelta(days=days_later))


@given(points=st.lists(st.tuples(days, figures), max_size=4, unique_by=lambda point: point[0]), actual=figures)
@settings(max_examples=10)
def test_it_holds_on_every_day_along_milestones(points: list[tuple[date, Decimal]], actual: Decimal) -> None:
    milestones = tuple(sorted(Milestone(day, value) for day, value in points))
    subject = item(indicator(value="80", basis="total", baseline_value="20", actual=actual, milestones=milestones))
    found = light_schedule(subject, USUAL)
    for number in range(1100):
        holds(found, subject, date(2023, 6, 30) + timedelta(days=number))


@given(one=items(), other=items(), data=st.data())
@settings(max_examples=60)
def test_rows_that_are_alike_have_the_same_schedule(one: Item, other: Item, data: st.DataObject) -> None:
    """Whatever part of a row is exchanged for that of another one: if the schedule moves, they are not alike."""
    made = deepcopy(one)
    chosen = data.draw(st.sampled_from([field.name for field in fields(Item) if field.name not in ("plan", "id")]))
    setattr(made, chosen, getattr(other, chosen))
    if made.indicators and other.indicators:
        figure = data.draw(st.sampled_from([field.name for field in fields(Indicator)]))
        setattr(made.indicators[0], figure, getattr(other.indicators[0], figure))
    assert light_schedule(made, USUAL) == light_schedule(one, USUAL) or schedule_key(made, USUAL) != schedule_key(
        one, USUAL
    )


def test_a_row_that_is_reported_no_more_turns_yellow_the_day_after_a_grace_and_red_when_it_is_late() -> None:
    subject = item(
        indicator(basis="level", baseline_value="20", actual="70", due=date(2025, 12, 31)), plan_used=date(2023, 1, 1)
    )
    subject.leads[0].answers = (Answer(date(2023, 6, 30), date(2023, 7, 25), date(2023, 7, 25)),)
    assert [(str(step.day), step.color) for step in light_schedule(subject, USUAL).steps] == [
        ("2023-06-30", "green"),
        ("2023-09-02", "yellow"),  # August's period closed on the 25th, its grace was over on 1 September
        ("2026-01-01", "blue"),  # the figure of 2025 is awaited
        ("2026-07-01", "red"),
    ]
