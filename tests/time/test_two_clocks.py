"""--as-of and --known-at in every combination, with late entries, extensions, undos, and clocks that jump: against a model of twenty lines."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.ledgers import asked
from tests.conftest import NOON, Cli

ITEM = "zj-task-6"
ORIGINAL = "2025-12-31"


@dataclass
class Watermark:
    """One change of the story: when it was entered, of which day it speaks, what it says, which change it takes back."""

    number: int
    at: datetime
    kind: str
    day: date
    value: str
    undoes: int = 0


def in_force(story: list[Watermark], known: datetime) -> set[int]:
    """Return the numbers of what counts for somebody who knows everything entered by then; an undo can be undone."""
    counts: set[int] = set()
    for told in reversed([each for each in story if each.at <= known]):
        if not any(other.undoes == told.number for other in story if other.number in counts):
            counts.add(told.number)
    return counts


def value(story: list[Watermark], kind: str, as_of: date, known: datetime) -> str | None:
    """Return what held on a day, as far as was known at a moment: the latest day, and of one day the latest entry."""
    counts = in_force(story, known)
    said = [
        (told.day, told.number, told.value)
        for told in story
        if told.number in counts and told.kind == kind and told.day <= as_of
    ]
    return max(said)[2] if said else None


zones = st.integers(-11, 14).map(lambda hours: timezone(timedelta(hours=hours)))
steps = st.lists(
    st.tuples(
        st.sampled_from(("log", "log", "extend", "undo")), st.integers(-30, 60), st.integers(-40, 40), st.integers(0, 99), st.integers(1, 9), zones,
    ),
    min_size=2, max_size=7,
)  # fmt: skip
"""What, hours until the next step (negative: the clock is set back), days before the day of entry, a figure, which change, zone."""


@settings(max_examples=12)
@given(steps)
def test_every_day_as_known_at_every_moment(
    cli: Cli, seeded: Path, steps: list[tuple[str, int, int, int, int, timezone]]
) -> None:
    shutil.copy(seeded, cli.db)
    for side in ("-wal", "-shm"):
        cli.db.with_name(cli.db.name + side).unlink(missing_ok=True)
    story: list[Watermark] = []
    moment = last = NOON
    number = 1
    for kind, hours, days, figure, which, zone in steps:
        moment += timedelta(hours=hours)
        cli.now = moment.astimezone(zone)
        day = cli.now.date() - timedelta(days=days)
        words = {
            "log": ("log", ITEM, "--percent", figure, "--date", day),
            "extend": (
                "extend",
                ITEM,
                "--to",
                date(2027, 1, 1) + timedelta(days=figure),
                "--reason",
                "理由",
                "--approved-by",
                "省政府",
                "--late",
                "--date",
                day,
            ),
            "undo": ("undo", which, "--yes"),
        }[kind]
        if cli(*words).code == 0:
            last = max(last, moment)
            number += 1
            told = str(figure) if kind == "log" else str(date(2027, 1, 1) + timedelta(days=figure))
            story.append(Watermark(number, last, kind, day, told, which if kind == "undo" else 0))
    cli.now = last + timedelta(days=100)
    moments = {
        NOON - timedelta(seconds=1),
        last,
        *(told.at for told in story),
        *(told.at - timedelta(microseconds=1) for told in story),
    }
    days_told = (
        {told.day for told in story} | {told.day - timedelta(days=1) for told in story} | {NOON.date(), cli.now.date()}
    )
    for known in sorted(moments)[:6]:
        for as_of in sorted(days_told)[:6]:
            item = asked(
                cli,
                "show",
                ITEM,
                "--as-of",
                as_of,
                "--known-at",
                known.isoformat(),
                "--fields",
                "percent,due,original_due",
            )
            percent = value(story, "log", as_of, known)
            assert (item["percent"], item["due"], item["original_due"]) == (
                None if percent is None else int(percent), value(story, "extend", as_of, known) or ORIGINAL, ORIGINAL,
            )  # fmt: skip
    now = asked(cli, "list", "--plan", "zj", "--kind", "task", "--fields", "id,percent,due")
    kept = next(item for item in now if item["id"] == ITEM)
    percent = value(story, "log", cli.now.date(), last)
    assert kept["percent"] == (None if percent is None else int(percent))
    assert kept["due"] == (value(story, "extend", cli.now.date(), last) or ORIGINAL)
    cli.ok("doctor")
