"""The schedule of a ledger: what is known and proposed of baselines, yearly targets, starts and nodes; and what comes back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.actions.baselines import baseline, set_point
from tracker.actions.export_version import Request, moment_of, request_text, set_back, stamp_of
from tracker.actions.item_context import decision_context
from tracker.actions.name_lookup import ref_of
from tracker.actions.plans import edit_item
from tracker.actions.selection import Filter, find_open
from tracker.errors import Refused, TrackerError
from tracker.ledger.ids import Ref
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item, Milestone, part_of
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import path_of
from tracker.ledger.terms import WORK
from tracker.ledger.values import plain, shorten
from tracker.sheets.layout import holdable
from tracker.sheets.reading.book import Book
from tracker.sheets.reading.files import Problem
from tracker.sheets.schedule import (
    LOCKED,
    SHARE,
    YEARS,
    Filled,
    Line,
    read_schedule,
    schedule_workbook,
    year_end,
)
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import EVERYTHING, ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.stated_parameters import load_parameters


def schedule_file(
    connection: Connection, wanted: Filter, when: PointInTime, parameters: Parameters, *, straight: bool
) -> bytes:
    """Return the workbook of the items a filter lets through; straight: with a straight line proposed where years are open.

    Raises Refused where no row is left for it.
    """
    items = [each.item for each in find_open(connection, wanted, when, parameters) if each.item.kind in WORK]
    lines = [line for item in items for line in lines_of(item, straight=straight)]
    if not lines:
        raise Refused("没有符合条件的事项，未生成文件；请检查 --plan、--unit、--kind")
    return schedule_workbook(
        lines, "年度目标和节点安排", stamp_of(connection, when), request_text(wanted, straight=straight)
    )


def schedule_again(connection: Connection, asked: Request, later: PointInTime, _: object = None) -> bytes:
    """Return the schedule that was asked for once, as the ledger knew things then."""
    parameters = load_parameters(connection, later.known_at)
    return schedule_file(connection, asked.wanted, later, parameters, straight=asked.told.get("straight", False))


def lines_of(item: Item, *, straight: bool) -> Iterable[Line]:
    """Yield the rows of an item: one for each indicator, or one for itself."""
    for indicator in item.indicators or (None,):
        subject: Item | Indicator = item if indicator is None else indicator
        is_number = indicator is not None and indicator.takes_value
        years = {point.date.year: point.value for point in subject.milestones if _is_year(point)}
        line = Line(
            item.id if indicator is None else f"{item.id}.{indicator.n}", item.title or item.text,
            "" if indicator is None else indicator.name,
            (indicator.measure or "") if is_number and indicator is not None else SHARE,
            "" if indicator is None else demand_words(indicator),
            years=years, start=item.start,
            nodes={point.date: point.value for point in subject.milestones if not _is_year(point)},
        )  # fmt: skip
        if is_number and indicator is not None:
            line.base_year, line.baseline = indicator.baseline_year, indicator.baseline_value
        if straight:
            line.proposed = _straight(item, indicator, years)
        yield line


def _is_year(point: Milestone) -> bool:
    return point.date == year_end(point.date.year) and point.date.year in YEARS


def _straight(item: Item, indicator: Indicator | None, known: dict[int, Decimal]) -> dict[int, Decimal]:
    """Return the values of the planned way at the ends of the years that have none: a proposal, not a plan's word."""
    path = path_of(item, indicator)
    if path is None:
        return {}
    first, last = path.points[0].date, path.points[-1].date
    return {year: path.value(year_end(year)) for year in YEARS if year not in known and first < year_end(year) < last}


class Scheduled(NamedTuple):
    """What a schedule that came back does: lines in words, how many cells, what is wrong, not taken, and to mind."""

    lines: list[str]
    changed: int
    same: int
    problems: list[Problem]
    ignored: list[Problem]
    warnings: list[str]


def take_schedule(changeset: Changeset, book: Book, day: date) -> Scheduled:
    """Add to a changeset what a schedule changes: cells that say what was exported say nothing. Nothing raises for a row."""
    connection = changeset.connection
    items = {item.id: item for item in load_items(connection, EVERYTHING, PointInTime(changeset.today))}
    measures = {
        f"{item.id}.{each.n}": each.measure if each.takes_value else "%"
        for item in items.values()
        for each in item.indicators
    }
    measures.update((item.id, "%") for item in items.values() if not item.indicators)
    file, filled, stamp = read_schedule(book, measures, changeset.today)
    moment = moment_of(connection, stamp)
    codes = tuple({row.id.partition(".")[0] for row in filled})
    shown = items if moment is None else {i.id: i for i in load_items(connection, ItemFilter(ids=codes), moment)}
    found = Scheduled([], 0, 0, file.problems, file.ignored, list(file.remarks))
    if (told := set_back(connection, stamp)) is not None:
        found.warnings.append(f"{book.name}：{told}")
    starts: dict[str, date] = {}
    changed = same = 0
    for row in filled:
        try:
            ref = ref_of(connection, row.id)
            item = items.get(ref.item)
            if item is None:
                raise Refused(f"没有事项 {row.id}")
            part_of(item, ref.n)
        except (TrackerError, StopIteration) as error:
            found.problems.append(Problem(book.name, row.sheet, row.cell, str(error) or f"没有指标 {row.id}"))
            continue
        line = _line(shown.get(item.id, item), ref.n)
        for name, (written, cell) in row.locked.items():
            if " ".join(written.split()) != " ".join(holdable(getattr(line, name)).split()):
                message = f"锁定的“{LOCKED[name]}”被改动（现为 {shorten(written) or '空'}），未读取；需要调整请用 tracker item edit"
                found.ignored.append(Problem(book.name, row.sheet, cell, message))
        before = _told(line)
        news = {name: each for name, each in row.values.items() if each[0] != before.get(name)}
        same += not news
        for name in (name for name in before if before[name] not in (None, {}) and name not in row.values):
            found.warnings.append(
                f"{row.id} 的“{_NAMES.get(name, name)}”已有值，空格不作去掉；去掉请用 tracker milestone --remove"
            )
        changed += bool(news)
        _take(changeset, row, news, day, found, book.name, starts)
    return found._replace(changed=changed, same=same)


_NAMES = {"year": "基期", "baseline": "基数", "start": "起点", "nodes": "节点"}


def _line(item: Item, n: int | None) -> Line:
    ids = item.id if n is None else f"{item.id}.{n}"
    return next(each for each in lines_of(item, straight=False) if each.id == ids)


def _told(line: Line) -> dict[str, Any]:
    return {
        "year": line.base_year, "baseline": line.baseline, "start": line.start, "nodes": dict(line.nodes),
        **{str(year): value for year, value in line.years.items()},
    }  # fmt: skip


def _take(
    changeset: Changeset,
    row: Filled,
    news: dict[str, tuple[Any, str]],
    day: date,
    found: Scheduled,
    file: str,
    starts: dict[str, date],
) -> None:
    """Add what one row changes, cell by cell; what is refused becomes a problem of its cell."""

    def attempt(cell: str, act: Any) -> None:
        try:
            decided = act()
        except TrackerError as error:
            found.problems.append(Problem(file, row.sheet, cell, str(error)))
        else:
            said = dict.fromkeys(f"{row.id}：{each}" for each in getattr(decided, "warnings", ()))
            found.warnings.extend(each for each in said if each not in found.warnings)

    ref = ref_of(changeset.connection, row.id)
    base = {name: news[name] for name in ("baseline", "year") if name in news}
    if base:
        cell = next(iter(base.values()))[1]
        value, year = (base[name][0] if name in base else None for name in ("baseline", "year"))
        attempt(cell, lambda: baseline(changeset, ref, day, None, value=value, year=year, measure=None))
        found.lines.append(
            f"{row.id} 基数{f' {plain(value)}' if value is not None else ''}{f'（{year}年）' if year else ''}"
        )
    if "start" in news:
        start, cell = news["start"]
        attempt(cell, lambda: _start(changeset, ref, day, start, starts, found))
    points = {year_end(int(name)): each for name, each in news.items() if name.isdigit()}
    if "nodes" in news:
        points.update((each, (share, news["nodes"][1])) for each, share in news["nodes"][0].items())
    if points:
        case = decision_context(changeset, ref, day)
        course = {point.date: point.value for point in part_of(case.item, ref.n).milestones}
        course.update((each, value) for each, (value, _) in points.items())
        given = base["baseline"][0] if "baseline" in base else None
        for each, (value, cell) in sorted(points.items()):
            attempt(
                cell, lambda each=each, value=value: set_point(changeset, case, Milestone(each, value), course, given)
            )
            found.lines.append(f"{row.id} {each} 为 {plain(value)}")


def _start(changeset: Changeset, ref: Ref, day: date, start: date, starts: dict[str, date], found: Scheduled) -> None:
    """Set the start of an item, which each row of it may say; raises Refused where they say different days."""
    item = decision_context(changeset, ref, day).item
    if item.id in starts and starts[item.id] != start:
        raise Refused(f"{item.id} 的各行起点不一致；起点对整个事项")
    if item.id not in starts:
        starts[item.id] = start
        edit_item(changeset, item, {"start": start.isoformat()})
        found.lines.append(f"{item.id} 起点 {start}")
