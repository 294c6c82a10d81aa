"""The two dates of every question: what was true then (--as-of), and what was recorded by then (--known-at)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.ledgers import asked
from tests.conftest import NOON, Cli


def percent(cli: Cli, *words: object) -> object:
    return asked(cli, "show", "zj-task-6", "--fields", "percent", *words)["percent"]


def test_a_report_holds_from_its_own_date(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-06-30")
    assert [percent(cli, "--as-of", day) for day in ("2026-06-29", "2026-06-30", "2026-11-21")] == [None, 40, 40]


def test_a_late_entry_stands_before_what_was_entered_earlier(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 60, "--date", "2026-10-31")
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-06-30")
    assert percent(cli) == 60
    assert percent(cli, "--as-of", "2026-07-31") == 40


def test_of_one_date_the_later_entry_holds(cli: Cli) -> None:
    for value in (40, 30, 50):
        cli.ok("log", "zj-task-6", "--percent", value, "--date", "2026-10-31")
    assert percent(cli) == 50


def test_known_at_leaves_out_what_was_entered_later(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-06-30")
    cli.now = NOON + timedelta(days=1)
    cli.ok("log", "zj-task-6", "--percent", 45, "--date", "2026-06-30")
    assert percent(cli) == 45
    assert percent(cli, "--known-at", "2026-11-21") == 40
    assert percent(cli, "--known-at", "2026-11-21T12:00") == 40
    assert percent(cli, "--known-at", "2026-11-21T11:59") is None
    assert percent(cli, "--known-at", "2026-11-22T12:00", "--as-of", "2026-06-29") is None


def test_undo_removes_a_change_from_every_day_but_not_from_what_was_known(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-06-30")
    cli.now = NOON + timedelta(days=1)
    cli.ok("undo", "--yes")
    assert percent(cli) is None
    assert percent(cli, "--as-of", "2026-07-31") is None
    assert percent(cli, "--known-at", "2026-11-21") == 40
    assert percent(cli, "--known-at", "2026-11-21", "--as-of", "2026-06-29") is None


def test_an_undone_undo_is_known_as_it_was_at_each_moment(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    cli.now += timedelta(days=1)
    cli.ok("undo", "--yes")
    cli.now += timedelta(days=1)
    cli.ok("undo", 3, "--yes")
    known = [percent(cli, "--known-at", f"2026-11-{day}", "--as-of", "2026-11-23") for day in (20, 21, 22, 23)]
    assert known == [None, 40, None, 40]


def test_a_clock_set_back_does_not_make_a_later_entry_look_earlier(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-06-30")
    cli.now = NOON - timedelta(days=2)
    cli.ok("log", "zj-task-6", "--percent", 45, "--date", "2026-06-30")
    moments = [row["at"] for row in asked(cli, "history")]
    assert moments == sorted(moments)
    assert percent(cli, "--known-at", "2026-11-20") is None


def test_history_as_known_then(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    cli.now += timedelta(days=1)
    cli.ok("undo", "--yes")
    assert [row["command"] for row in asked(cli, "history", "--known-at", "2026-11-21")] == ["init", "log", "log"]
    assert {row["command"] for row in asked(cli, "history")} == {"init", "log", "undo"}


def test_the_light_knows_the_age_of_a_report_on_that_day(cli: Cli) -> None:
    cli.now = NOON.replace(year=2024, month=3, day=1)
    cli.ok("log", "zj-task-6", "--percent", 60, "--date", "2024-02-29")
    reasons = {
        day: asked(cli, "show", "zj-task-6", "--as-of", day, "--fields", "light_reason")["light_reason"]
        for day in ("2024-02-29", "2024-04-01", "2024-05-02", "2024-05-03")
    }
    assert reasons == {
        "2024-02-29": "绿：低于序时 3.2 个百分点，在允许范围内",
        "2024-04-01": "绿：低于序时 5.0 个百分点，在允许范围内",
        "2024-05-02": "绿：低于序时 6.7 个百分点，在允许范围内",  # the last day of grace of April's period
        "2024-05-03": "黄：2024年4月期未填报",
    }


def test_midnight_is_local(cli: Cli) -> None:
    """00:30 on the 22nd in China is still the 21st in UTC: today is what the clerk's calendar says."""
    cli.now = NOON.replace(day=22, hour=0, minute=30)
    assert cli.ok("log", "zj-task-6", "--note", "夜班") == "已填报 zj-task-6（2026-11-22，省生态环境厅）：夜班\n"
    assert asked(cli, "history", "--since", "2026-11-22")[0]["at"] == "2026-11-21T16:30:00.000000Z"
    assert percent(cli, "--known-at", "2026-11-21") is None


STEPS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 100), st.booleans()), min_size=1, max_size=5
)  # (days before today, percent, undo it again)


@settings(max_examples=15)
@given(STEPS)
def test_any_sequence_of_reports_and_undos_leaves_what_history_implies(
    cli: Cli, steps: list[tuple[int, int, bool]]
) -> None:
    """Kept current state, replay at any day and replay at any moment agree with a naive reading of the same story."""
    start = len(asked(cli, "history"))
    told: list[tuple[date, int, int]] = []
    for days, value, taken_back in steps:
        day = cli.now.date() - timedelta(days=days)
        cli.ok("log", "zj-task-6", "--percent", value, "--date", day)
        told.append((day, len(told), value))
        if taken_back:
            cli.ok("undo", "--yes")
            told.pop()
    for as_of in (cli.now.date() - timedelta(days=back) for back in (0, 5, 20, 40)):
        known = [report for report in told if report[0] <= as_of]
        assert percent(cli, "--as-of", as_of) == (max(known)[2] if known else None)
    for _ in told:
        cli.ok("undo", "--yes")
    assert percent(cli) is None
    assert len(asked(cli, "history")) > start
