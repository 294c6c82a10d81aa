"""From statements to standing: order, links, assignments, forecasts (docs/rules.md)."""

import random
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import END, indicator, item
from tracker.ledger import replay as steps
from tracker.ledger import roll_up
from tracker.ledger.model import Item, Link, Milestone, Role, Value
from tracker.ledger.parameters import Parameters
from tracker.ledger.replay import Statement, may_advance

DAY = date(2023, 1, 1)
replay, advance = (partial(each, parameters=Parameters()) for each in (steps.replay, steps.advance))
resolve_links = partial(roll_up.resolve_links, parameters=Parameters())


def fresh(**fields: Any) -> Item:
    return item(indicator(), indicator("qualitative", None), **fields)


def said(order: int, kind: str, day: date = DAY, n: int | None = 1, **fields: Any) -> Statement:
    return Statement(order, day, kind, fields.pop("by", "张三"), day, n, **fields)


KINDS = ("report", "complete", "return", "close", "reopen", "extend", "assign", "forecast", "baseline", "milestone")


@st.composite
def histories(draw: st.DrawFn) -> list[Statement]:
    """Draw statements of every kind, on days that often coincide."""
    found = []
    for order in range(1, draw(st.integers(1, 12)) + 1):
        kind = draw(st.sampled_from(KINDS))
        day = DAY + timedelta(days=draw(st.integers(0, 5)))
        n = draw(st.sampled_from((None, 1, 2)))
        bodies: dict[str, dict[str, Any]] = {
            "extend": {"to": (END + timedelta(days=order)).isoformat()},
            "assign": {"role": "lead", "units": [[order, f"单位{order}"]]},
            "forecast": {"forecast": draw(st.sampled_from(("on_track", "at_risk", "off_track")))},
            "baseline": {"value": str(order), "year": 2020},
            "milestone": {"date": "2024-12-31", "value": str(order)},
        }
        value = Decimal(order) if kind == "report" and n == 1 else None
        state = draw(st.sampled_from((None, "not_started", "in_progress"))) if kind == "report" else None
        found.append(
            Statement(
                order,
                day,
                kind,
                "张三",
                day,
                n,
                "单位",
                order % 3,
                "lead",
                state,
                None,
                value,
                data=bodies.get(kind, {}),
            )
        )
    return found


@given(histories(), st.randoms(use_true_random=False))
def test_statements_may_come_in_any_order(statements: list[Statement], shuffler: random.Random) -> None:
    shuffled = list(statements)
    shuffler.shuffle(shuffled)
    assert asdict(replay(fresh(), shuffled)) == asdict(replay(fresh(), statements))


@given(histories(), st.lists(st.tuples(st.integers(0, 9), st.sampled_from((None, 1, 2)), st.booleans()), max_size=6))
def test_what_is_reported_after_everything_else_may_be_added_alone(
    told: list[Statement], reports: list[tuple[int, int | None, bool]]
) -> None:
    news = [
        said(
            len(told) + place, "report", DAY + timedelta(days=later), n, unit_id=place % 4, state="in_progress" if moves else None,
            percent=Decimal(place) if moves and n == 2 else None, value=Decimal(place) if moves and n == 1 else None,
        )
        for place, (later, n, moves) in enumerate(reports, start=1)
    ]  # fmt: skip
    until = max(each.date for each in told)
    stands = replay(fresh(), told)
    assert may_advance(stands, until, news) == all(each.date >= until for each in news)
    if may_advance(stands, until, news):
        assert asdict(advance(stands, news)) == asdict(replay(fresh(), [*told, *news]))


def test_what_moves_by_more_than_later_reports_is_replayed() -> None:
    stands = replay(fresh(), [said(1, "report", value=Decimal(70))])
    assert may_advance(stands, DAY, [said(2, "report", value=Decimal(71))])
    assert not may_advance(stands, DAY, [said(2, "complete")])
    assert not may_advance(stands, DAY, [said(2, "report", DAY - timedelta(days=1))])
    assert not may_advance(stands, DAY, [said(2, "report", n=None, percent=Decimal(7))])
    stands.indicators[0].link = Link("same", ("zj-target-2.1",))
    assert not may_advance(stands, DAY, [said(2, "report", n=2)])


def test_of_one_day_the_later_entry_holds_and_an_earlier_day_changes_nothing() -> None:
    reports = [said(1, "report", value=Decimal(70)), said(2, "report", value=Decimal(71))]
    reports.append(said(3, "report", DAY - timedelta(days=1), value=Decimal(50)))
    assert replay(fresh(), reports).indicators[0].actual == 71


def test_a_report_without_figures_leaves_the_former_in_force() -> None:
    found = replay(fresh(), [said(1, "report", value=Decimal(70), state="in_progress"), said(2, "report", note="说明")])
    assert (found.indicators[0].actual, found.indicators[0].state) == (Decimal(70), "in_progress")
    assert found.last_report is not None
    assert found.last_report.note == "说明"


def test_a_completed_part_keeps_its_state_through_reports_until_it_is_returned() -> None:
    history = [said(1, "complete", n=2), said(2, "report", n=None, state="not_started")]
    assert replay(fresh(), history).indicators[1].state == "completed"
    back = replay(fresh(), [*history, said(3, "return", n=2, data={"reason": "无"})]).indicators[1]
    assert (back.state, back.completed_on, back.completed_by) == ("in_progress", None, None)


def test_an_item_is_completed_when_all_its_indicators_are() -> None:
    one = replay(fresh(), [said(1, "complete", n=1)])
    assert (one.state, one.completed_on) == ("in_progress", None)
    later = DAY + timedelta(days=9)
    both = replay(fresh(), [said(1, "complete", later, n=1, by="李四"), said(2, "complete", n=2)])
    assert (both.state, both.completed_on, both.completed_by) == ("completed", later, "李四")
    assert (
        replay(fresh(), [said(1, "complete", n=1), said(2, "complete", n=2), said(3, "close", n=1)]).state
        == "completed"
    )


def test_an_extension_moves_the_deadline_in_force_and_leaves_the_original() -> None:
    found = replay(fresh(), [said(1, "extend", n=1, data={"to": "2027-06-30"})])
    assert (found.due, found.indicators[0].due, found.indicators[0].original_due) == (
        date(2027, 6, 30),
        date(2027, 6, 30),
        END,
    )
    assert found.indicators[1].due == END


def test_who_reported_before_it_was_assigned_has_reported() -> None:
    history = [
        said(1, "report", unit_id=7),
        said(2, "assign", n=None, data={"role": "lead", "units": [[7, "甲"], [8, "乙"]]}),
    ]
    assert [(role.name, role.reported_on) for role in replay(fresh(leads=[]), history).leads] == [
        ("甲", DAY),
        ("乙", None),
    ]


def test_the_worst_forecast_holds_until_one_for_the_whole_item() -> None:
    history = [
        said(1, "forecast", n=1, data={"forecast": "off_track"}),
        said(2, "forecast", n=2, data={"forecast": "on_track"}),
    ]
    assert replay(fresh(), history).forecast == "off_track"
    assert (
        replay(fresh(), [*history, said(3, "forecast", n=None, data={"forecast": "on_track"})]).forecast == "on_track"
    )


def linked(kind: str, *sources: str, **fields: Any) -> Item:
    later = item(
        indicator(
            "=", "30", due=date(2030, 12, 31), original_due=date(2030, 12, 31), link=Link(kind, sources), **fields
        )
    )
    later.id = "zj-target-2"
    return later


def earlier(**fields: Any) -> Item:
    return item(indicator("=", "24", **fields), leads=[Role(1, "省建设厅", DAY, DAY)])


def test_a_namesake_takes_value_state_milestone_and_the_reports_of_its_units() -> None:
    later = linked("same", "zj-target-1.1")
    later.leads = [Role(1, "省建设厅"), Role(2, "别的单位")]
    resolve_links({"zj-target-2": later, "zj-target-1": earlier(actual="21")})
    found = later.indicators[0]
    assert (found.actual, found.actual_date) == (Decimal(21), date(2023, 6, 30))
    assert (found.state, later.state) == ("in_progress", "in_progress")
    assert found.milestones == (Milestone(END, Decimal(24)),)
    assert [role.reported_on for role in later.leads] == [DAY, None]


def test_a_milestone_of_its_own_stands_before_the_inherited_one() -> None:
    later = linked("same", "zj-target-1.1", milestones=(Milestone(END, Decimal(25)),))
    resolve_links({"zj-target-2": later, "zj-target-1": earlier()})
    assert later.indicators[0].milestones == (Milestone(END, Decimal(25)),)


def test_a_sum_is_unknown_until_every_part_has_a_value() -> None:
    parts = item(indicator(actual="20"), indicator())
    total = linked("sum", "zj-target-1.1", "zj-target-1.2")
    resolve_links({"zj-target-1": parts, "zj-target-2": total})
    values = [total.indicators[0].actual]
    parts.indicators[1].values = (Value(DAY, Decimal(60), DAY),)
    resolve_links({"zj-target-1": parts, "zj-target-2": total})
    values.append(total.indicators[0].actual)
    assert values == [None, 80]
    assert total.indicators[0].actual_date == date(2023, 6, 30)


def test_a_source_that_is_not_there_leaves_the_value_unknown() -> None:
    total = linked("sum", "zj-target-1.1", "zj-target-9.9")
    resolve_links({"zj-target-1": earlier(actual="21"), "zj-target-2": total})
    assert total.indicators[0].actual is None


def test_an_official_figure_beside_the_parts_is_in_force() -> None:
    total = linked("sum", "zj-target-1.1", actual="5")
    resolve_links({"zj-target-1": earlier(actual="21"), "zj-target-2": total})
    assert total.indicators[0].actual == 5


def test_a_partial_sum_decides_upwards_only() -> None:
    parts = item(indicator(actual="90"), indicator())
    for comparator, direction, value in ((">=", "up", Decimal(90)), ("<=", "hold", None)):
        total = linked("sum", "zj-target-1.1", "zj-target-1.2")
        total.indicators[0].comparator, total.indicators[0].direction = comparator, direction
        resolve_links({"zj-target-1": parts, "zj-target-2": total})
        assert total.indicators[0].actual == value


def test_a_conversion_multiplies_value_and_milestone() -> None:
    later = linked("same", "zj-target-1.1")
    later.indicators[0].link = Link("same", ("zj-target-1.1",), (), (Decimal("0.0001"),))
    resolve_links({"zj-target-2": later, "zj-target-1": earlier(actual="210000")})
    assert (later.indicators[0].actual, later.indicators[0].milestones[0].value) == (Decimal(21), Decimal("0.0024"))


def test_a_circle_is_unknown_wherever_one_begins() -> None:
    for order in (("zj-target-1", "zj-target-2"), ("zj-target-2", "zj-target-1")):
        one, other = (
            item(indicator(actual="5", link=Link("same", ("zj-target-2.1",)))),
            linked("same", "zj-target-1.1", actual="6"),
        )
        items = {"zj-target-1": one, "zj-target-2": other}
        resolve_links({name: items[name] for name in order})
        assert (one.indicators[0].actual, other.indicators[0].actual) == (None, None)
