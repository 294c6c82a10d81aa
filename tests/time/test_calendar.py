"""Leap days, the 53rd week, a year's first week, zones whose clocks jump."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.ledgers import asked, refusal
from tests.conftest import CHINA, NOON, Cli
from tracker.ledger.calendar_spans import named_span
from tracker.ledger.dates import week_name
from tracker.sheets.reading.book import open_book


@contextmanager
def zone(name: str) -> Iterator[None]:
    """Put this process into a time zone."""
    before = os.environ["TZ"]
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ["TZ"] = before
        time.tzset()


def test_a_deadline_on_a_leap_day(cli: Cli) -> None:
    cli.ok("extend", "zj-task-6", "--to", "2028-02-29", "--reason", "理由", "--approved-by", "省政府", "--late")

    def shown(day: str) -> tuple[object, ...]:
        item = asked(cli, "show", "zj-task-6", "--as-of", day)
        return item["due"], item["overdue"], item["days_overdue"], item["due_soon"]

    assert shown("2028-02-28") == ("2028-02-29", False, 0, True)
    assert shown("2028-02-29") == ("2028-02-29", False, 0, True)
    assert shown("2028-03-01") == ("2028-02-29", True, 1, False)
    assert shown("2029-02-28") == ("2028-02-29", True, 365, False)
    assert shown("2029-03-01") == ("2028-02-29", True, 366, False)


@pytest.mark.parametrize("day", ["2027-02-29", "2100-02-29", "2026-02-30", "2028-02-30"])
def test_a_day_that_no_calendar_has_is_no_deadline(cli: Cli, day: str) -> None:
    code, line = refusal(
        cli, "extend", "zj-task-6", "--to", day, "--reason", "理由", "--approved-by", "省政府", "--late"
    )
    assert code == 2
    assert day in line


def test_february_of_a_leap_year_ends_on_the_29th(cli: Cli) -> None:
    cli.ok("extend", "zj-task-6", "--to", "2028年2月底", "--reason", "理由", "--approved-by", "省政府", "--late")
    assert asked(cli, "show", "zj-task-6")["due"] == "2028-02-29"


def test_a_deadline_in_the_month_that_is_running_is_its_last_day(cli: Cli) -> None:
    cli.ok("extend", "zj-task-6", "--to", "2026年11月", "--reason", "理由", "--approved-by", "省政府", "--late")
    assert asked(cli, "show", "zj-task-6")["due"] == "2026-11-30"


def test_a_milestone_on_a_leap_day(cli: Cli) -> None:
    cli.ok("extend", "zj-target-3", "--to", "2028-12-31", "--reason", "理由", "--approved-by", "省政府", "--late")
    cli.ok("baseline", "zj-target-3.1", "--value", 0, "--year", 2020)
    cli.ok("milestone", "zj-target-3.1", "--date", "2028-02-29", "--value", 12)
    cli.now = datetime(2028, 2, 29, 9, 0, tzinfo=CHINA)
    cli.ok("log", "zj-target-3.1", "--value", 12)
    assert asked(cli, "show", "zj-target-3")["lag"] == 0
    for command in (["export", "weekly"], ["export", "page"], ["export", "form", "--unit", "zj:省生态环境厅"]):
        suffix = ".html" if command[-1] == "page" else ".xlsx"
        cli.ok(*command, "-o", cli.folder / f"{command[1]}{suffix}")
    for words in (
        ["status"],
        ["todo"],
        ["check", "all"],
        ["index", "form", "--source", "省财政厅", "-o", cli.folder / "i.xlsx"],
    ):
        assert "内部错误" not in cli(*words).err


def test_every_day_has_the_week_it_is_named_after() -> None:
    day = date(2019, 12, 28)
    while day < date(2033, 1, 5):
        monday, sunday = named_span("week", week_name(day), day)[1:3]
        assert monday <= day <= sunday
        day += timedelta(days=1)


@pytest.mark.parametrize("text", ["2026-W46", "2026W46", "2026-w46", "2026w46", " ２０２６－Ｗ４６ "])
def test_a_week_in_any_spelling_that_has_its_year(text: str) -> None:
    assert named_span("week", text, NOON.date())[1:3] == (date(2026, 11, 9), date(2026, 11, 15))


def updated(path: Path) -> str:
    """Return the text of the sheet of what was updated in the week."""
    return "\n".join(str(cell) for row in open_book(path).sheet("本周更新").rows for cell in row if cell)


def test_the_53rd_week_takes_the_first_days_of_the_next_year(cli: Cli) -> None:
    for day, percent in (
        ("2026-12-27", 10),
        ("2026-12-28", 20),
        ("2027-01-01", 30),
        ("2027-01-03", 40),
        ("2027-01-04", 50),
        ("2027-01-10", 60),
    ):
        cli.now = datetime.combine(date.fromisoformat(day), NOON.timetz())
        cli.ok("log", "zj-task-6", "--percent", percent, "--note", f"说明{percent}")
    cli.now = datetime(2027, 1, 12, 9, 0, tzinfo=CHINA)
    said = {}
    for week in ("2026-W52", "2026-W53", "2027-W01"):
        cli.ok("export", "weekly", "--week", week, "-o", cli.folder / f"{week}.xlsx")
        said[week] = {number for number in range(10, 70, 10) if f"说明{number}" in updated(cli.folder / f"{week}.xlsx")}
    assert said == {"2026-W52": {10}, "2026-W53": {20, 30, 40}, "2027-W01": {50, 60}}
    assert refusal(cli, "export", "weekly", "--week", "2027-W53", "-o", cli.folder / "x.xlsx") == (
        2,
        "--week 的时段“2027-W53”无法识别，请写成 2026-W47 的形式",
    )


@pytest.mark.parametrize("day", ["2026-12-31", "2027-01-01", "2027-01-03", "2025-12-29", "2024-12-30", "2028-02-29"])
def test_a_weekly_without_a_week_is_of_the_week_of_its_day(cli: Cli, day: str) -> None:
    cli.now = datetime.combine(date.fromisoformat(day), NOON.timetz())
    folder = cli.folder / "out"
    folder.mkdir()
    cli.ok("export", "weekly", "-o", f"{folder}/")
    (path,) = folder.iterdir()
    year, week, _ = date.fromisoformat(day).isocalendar()
    assert path.name == f"周报-{year}年第{week}期.xlsx"


DST = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai", "UTC")


@pytest.mark.parametrize("name", DST)
def test_a_day_is_known_to_its_last_moment_in_every_zone(cli: Cli, name: str) -> None:
    """On days on which clocks jump: what was entered at 23:59 that day is known at that date, at 00:00 the next day not."""
    with zone(name):
        for number, day in enumerate(
            (date(2027, 3, 14), date(2027, 3, 28), date(2027, 4, 4), date(2027, 10, 31), date(2027, 11, 7)), start=1
        ):
            cli.now = datetime(day.year, day.month, day.day, 23, 59, 59).astimezone()
            cli.ok("log", f"zj-task-{number}", "--percent", 1)
            cli.now = datetime.combine(day + timedelta(days=1), datetime.min.time()).astimezone()
            cli.ok("log", f"zj-task-{number}", "--percent", 2)
            known = asked(cli, "show", f"zj-task-{number}", "--known-at", day, "--as-of", day + timedelta(days=2))
            assert known["percent"] == 1
            assert asked(cli, "show", f"zj-task-{number}")["percent"] == 2


def test_a_zone_that_changes_between_entries_keeps_their_order(cli: Cli) -> None:
    """A clerk flies west: local days run back, the ledger's moments do not, and the report of the later local day counts."""
    cli.now = datetime(2026, 11, 21, 0, 30, tzinfo=CHINA)
    cli.ok("log", "zj-task-6", "--percent", 40)
    cli.now = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    cli.ok("log", "zj-task-6", "--percent", 30)
    moments = [row["at"] for row in asked(cli, "history")]
    assert moments == sorted(moments)
    cli.now = NOON
    assert asked(cli, "show", "zj-task-6")["percent"] == 40
    assert asked(cli, "show", "zj-task-6", "--as-of", "2026-11-20")["percent"] == 30


def test_a_clock_a_year_ahead_and_set_right_again(cli: Cli) -> None:
    """What was entered under a wrong clock stays the last moment; later entries are taken, keep their order and are found at that moment."""
    cli.now = NOON.replace(year=2027)
    cli.ok("log", "zj-task-6", "--percent", 40, "--date", "2026-11-01")
    cli.now = NOON
    cli.ok("log", "zj-task-6", "--percent", 50, "--date", "2026-11-02")
    assert asked(cli, "show", "zj-task-6")["percent"] == 50
    cli.ok("undo", 3, "--yes")
    assert asked(cli, "show", "zj-task-6")["percent"] == 40
    told = cli("doctor")
    assert (told.code, told.out.count("时刻在未来")) == (1, 3)
