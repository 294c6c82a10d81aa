"""Making the sample ledger: the shipped plans, then every story told through the normal write path, week by week."""

import contextlib
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tracker.actions import decisions
from tracker.actions.baselines import baseline, milestone
from tracker.actions.decisions import assign
from tracker.actions.evidence import attach
from tracker.actions.item_context import ReportContext
from tracker.actions.reports import record
from tracker.actions.undo import target_of, undo
from tracker.demo import stories
from tracker.demo.stories import DAYS, Step, tell, workday
from tracker.errors import Refused
from tracker.ledger.ids import parse_id
from tracker.ledger.report_rules import Entry
from tracker.store import creation
from tracker.store.changeset import Author, Changeset, flush, writing
from tracker.store.connection import Connection, reading
from tracker.store.filters import EVERYTHING, PointInTime
from tracker.store.items import load_items
from tracker.store.ledger_files import give_name
from tracker.store.ledger_labels import is_demo
from tracker.store.location import Location

FILE_NAME = "demo.sqlite3"
LOGIN = "demo"


class Built(NamedTuple):
    """What was made: how many changes, and reports and decisions in them."""

    changes: int
    statements: int


def build(location: Location, now: datetime, *, force: bool = False) -> Built:
    """Make the sample ledger of this day at a new place; with force in place of an older sample ledger.

    The file appears whole or not at all. Raises Refused for a server, for a file that exists (without force), and always
    for a file that is not a sample ledger: nobody's own ledger is ever replaced.
    """
    refuse_unless_free(location, force=force)
    folder = location.path.absolute().parent
    creation.make_private_folder(folder)
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=folder) as name:
        temporary = Location(str(Path(name) / FILE_NAME))
        built = _build(temporary, now)
        if not give_name(temporary.path, location.path, replace=force):
            raise Refused(f"演示台账 {location.shown} 刚被他人建立；加 --force 重新生成，或用 --db 换一个文件名")
    return built


def refuse_unless_free(location: Location, *, force: bool) -> None:
    """Refuse a place where something is that may not be replaced."""
    if not location.is_sqlite:
        raise Refused("演示台账只能建成文件；请用 --db 写一个文件路径")
    if not location.exists():
        return
    if not _is_demo(location):
        raise Refused(f"{location.shown} 已存在且不是演示台账，不会覆盖；请用 --db 换一个文件名")
    if not force:
        raise Refused(f"演示台账 {location.shown} 已存在；加 --force 重新生成，或用 --db 换一个文件名")


def _is_demo(location: Location) -> bool:
    with contextlib.suppress(Refused), reading(location) as connection:
        return is_demo(connection)
    return False


def _build(location: Location, now: datetime) -> Built:
    today = now.date()
    start = _moment(workday(today - timedelta(days=DAYS)), 8 * 60, now)
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"tracker-demo-{today}"))
    creation.create(location, start, by=stories.COORDINATOR, demo=identity)
    with reading(location) as connection:
        items = load_items(connection, EVERYTHING, PointInTime(today))
    steps = [step for item in items for step in tell(item, today)]
    # All changes in one transaction: what somebody waits for is the disk, not the rules.
    with writing(location, Author(stories.COORDINATOR, login=LOGIN), "demo", start) as outer:
        connection = outer.connection
        for minute, batch in _batches(steps):
            command = _COMMANDS.get(batch[0].kind, batch[0].kind)
            with _change(connection, batch[0].by, command, _moment(batch[0].day, minute, now)) as changeset:
                report_context = ReportContext(changeset.connection, changeset.today)
                for step in batch:
                    _play(changeset, report_context, step)
        changes = _take_one_back(connection, items[0].id, today, now)
    return Built(changes, len(steps))


@contextmanager
def _change(connection: Connection, by: str, command: str, now: datetime) -> Iterator[Changeset]:
    """Write one change into the open transaction, as of a moved clock."""
    changeset = Changeset(connection, Author(by, login=LOGIN), command, now)
    yield changeset
    flush(changeset)


_COMMANDS = {"report": "import"}
"""Reports come in as returned forms, decisions by the command of their own name."""


def _batches(steps: Iterable[Step]) -> Iterator[tuple[int, list[Step]]]:
    """Yield what was done in one command, in the order of time: the minute of the day, and the steps."""
    ordered = sorted(steps, key=lambda step: (step.day, _ORDER.index(step.kind), step.by, step.item.partition("-")[0]))
    for _, one_day in groupby(ordered, key=lambda step: step.day):
        commands = groupby(one_day, key=lambda step: (step.kind, step.by, step.item.partition("-")[0]))
        for place, (_, batch) in enumerate(commands):
            yield 9 * 60 + 5 * place, list(batch)


_ORDER = ("assign", "baseline", "milestone", "extend", "report", "complete", "return", "close", "forecast")


def _play(changeset: Changeset, report_context: ReportContext, step: Step) -> None:
    ref, data = parse_id(step.item)._replace(n=step.n), step.data
    match step.kind:
        case "report" | "complete":
            assert step.entry is not None  # noqa: S101 - a report says something
            recorded = record(changeset, ref, step.entry, step.unit, report_context)
            if step.entry.evidence is not None:
                attach(changeset, recorded.item, recorded.n, step.entry.evidence)
        case "assign":
            assign(changeset, ref, step.day, None, [data["lead"]], ())
        case "baseline":
            baseline(changeset, ref, step.day, None, value=data["value"], year=data["year"], measure=None)
        case "milestone":
            milestone(changeset, ref, step.day, None, due=data["date"], value=data["value"], measure=None)
        case "extend":
            decisions.extend(
                changeset,
                ref,
                step.day,
                None,
                to=data["to"],
                reason=data["reason"],
                approved_by=stories.APPROVER,
                late=True,
            )
        case "return":
            decisions.send_back(changeset, ref, step.day, None, data["reason"])
        case "close":
            decisions.close(changeset, ref, step.day, None, None)
        case _:
            decisions.forecast(changeset, ref, step.day, None, data["forecast"], None)


def _take_one_back(connection: Connection, item: str, today: date, now: datetime) -> int:
    """Enter a remark by mistake and take it back, so that the history shows it; return the number of the last change."""
    day = workday(today - timedelta(days=1))
    with _change(connection, stories.COORDINATOR, "log", _moment(day, 17 * 60, now)) as changeset:
        record(changeset, parse_id(item), Entry(date=day, note="误填：应为另一事项"), None)
    with _change(connection, stories.COORDINATOR, "undo", _moment(day, 17 * 60 + 2, now)) as changeset:
        undo(changeset, [target_of(connection, None, stories.COORDINATOR)])
    assert changeset.change is not None  # noqa: S101 - flush numbers it
    return changeset.change


def _moment(day: date, minute: int, now: datetime) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=now.tzinfo)
