"""A province that works by the calendar is accused of nothing, and no day turns many lights (`tests.independent.two_years`)."""

from datetime import date
from pathlib import Path

import pytest

from tests.independent.two_years import Change, World, run

LEAP = date(2024, 1, 20)
WORLDS = (
    World("a month that ends on the 29th", (Change(LEAP, "month", 31),), first=LEAP, last=date(2024, 4, 9)),
    World(
        "the calendar changes while it runs",
        (Change(date(2025, 2, 10), "month", 31), Change(date(2025, 3, 12), "quarter", 20)),
        first=date(2025, 1, 20),
        last=date(2025, 4, 12),
    ),
    World("the year in which the lists fall due ends", first=date(2025, 11, 1), last=date(2026, 1, 16)),
)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_who_reports_every_period_is_never_unreported_and_no_day_is_a_flood(tmp_path: Path, world: World) -> None:
    told = run(tmp_path, world)
    assert told.tables > 20
    assert told.accused == []
    assert {light: number for light, (number, _, _) in told.worst.items() if number > 7} == {}
