"""From judged items to the page: everything the template shows, and the page itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from tracker.ledger.judgement import Judged, next_due, overdue_since
from tracker.ledger.lights import rule_text
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import FORECASTS, KINDS, RESPONSIBILITIES, STATES
from tracker.ledger.values import plain
from tracker.page import charts
from tracker.page.charts import Bar
from tracker.page.tables import (
    COLUMNS,
    LIGHT_COLUMNS,
    Group,
    Synergy,
    TargetRow,
    by_lag,
    counted,
    grouped,
    own_rows,
    plan_name,
    progress_of,
    target_rows,
)
from tracker.row_buffer import Groups
from tracker.text import visible

SHOWN_UNITS = 16
SHOWN_TARGETS = 20
"""How many rows a chart has; the table under it has all of them."""
LONG = 1000
"""Items from which a page tells red and yellow ones in full, and the others by their number."""
MOST = 200
"""How many rows a table beside the items and the units then has at most, the most urgent first; its caption says of how many."""
_HELD = 500
"""Written rows that wait in memory; of more, the others wait in a file: they would be a quarter of a large page's memory."""

LISTS = {
    "completed": "申报办结", "closed": "核查销号", "back": "退回或重新打开", "red": "新亮红灯", "yellow": "新亮黄灯",
    "relieved": "红黄灯解除", "extended": "延期", "added": "新纳入", "removed": "调出", "carried_over": "结转", "reported": "填报",
}  # fmt: skip
"""What is told, in its order."""


class Move(NamedTuple):
    """One item that moved. is_here: whether it still stands on the page, so that its id leads somewhere."""

    id: str
    name: str
    words: str
    is_here: bool


def differences(moved: Mapping[str, int] | None, names: Iterable[str]) -> dict[str, str]:
    """Return in words how each figure moved: 增 3, 减 2, 持平; — where there was no ledger before."""
    return {name: "—" if moved is None else _difference(moved[name]) for name in names}


def _difference(step: int) -> str:
    if step == 0:
        return "持平"
    return f"增 {step}" if step > 0 else f"减 {-step}"


class Table(NamedTuple):
    """Rows of a table, the most urgent first, and how many there are in all."""

    rows: Sequence[Any]
    total: int


class Items:
    """The items of a page as they pass by: all of them while they are few (now).

    Of more than LONG only what is told of them is kept: the rows of red and yellow ones, written, and the most urgent for the
    tables.
    """

    def __init__(self, as_of: date, plans: Mapping[str, Mapping[str, Any]]) -> None:
        self.as_of, self.plans = as_of, plans
        self.now: list[Judged] = []
        self.is_brief = False
        self.told = Counter[str]()
        self._places: dict[str, int] = {}
        self._rows = Groups(_HELD)
        self._most: dict[str, list[Any]] = {"overdue": [], "due_soon": [], "targets": []}
        self._totals: Counter[str] = Counter()
        self._row: Callable[[Judged], str] | None = None

    def add(self, judged: Judged) -> None:
        """Take an item in."""
        if self.is_brief:
            self._tell(judged)
            return
        self.now.append(judged)
        if len(self.now) > LONG:
            self.is_brief = True
            for each in self.now:
                self._tell(each)
            self.now = []

    def _tell(self, judged: Judged) -> None:
        judgement = judged.judgement
        self._keep("overdue", [judged] if judgement.overdue else ())
        self._keep("due_soon", [judged] if judgement.due_soon else ())
        if judgement.light is not None and judgement.light.color in ("red", "yellow"):
            self._keep("targets", target_rows([judged]))
            self._write(judged)

    def _write(self, judged: Judged) -> None:
        if self._row is None:
            self._row = row_writer(is_linked=not self.is_brief)
        plan = judged.item.plan
        self.told[plan] += 1
        self._rows.add(self._places.setdefault(plan, len(self._places)), (str(self._row(judged)),))

    def rows_of(self, plan: str) -> Iterator[str]:
        """Yield the written rows of a plan's items, once."""
        return (row for (row,) in self._rows.take(self._places[plan]))

    def _keep(self, name: str, rows: Sequence[Any]) -> None:
        kept = self._most[name]
        self._totals[name] += len(rows)
        kept += rows
        if self.is_brief and len(kept) > 4 * MOST:
            kept[:] = self._ordered(name)[:MOST]

    def _ordered(self, name: str) -> list[Any]:
        orders: dict[str, Callable[[Any], Any]] = {
            "overdue": lambda each: -each.judgement.days_overdue, "due_soon": _first_due, "targets": by_lag,
        }  # fmt: skip
        return sorted(self._most[name], key=orders[name])

    def tables(self) -> dict[str, Table]:
        """Return 逾期, 临近 and 定量目标, once all have passed; the rows of items are then written."""
        for each in self.now:
            self._keep("overdue", [each] if each.judgement.overdue else ())
            self._keep("due_soon", [each] if each.judgement.due_soon else ())
            self._keep("targets", target_rows([each]))
            self._write(each)
        cut = MOST if self.is_brief else None
        return {name: Table(self._ordered(name)[:cut], self._totals[name]) for name in self._most}


@dataclass(slots=True, kw_only=True)
class Content:
    """What a page is made of: how the lights stood week by week, oldest first, the last as of the day itself; and what names them.

    before_day: the day of comparison, None where there was no ledger; moved: by how many each figure has grown since among the items
    that were there at both; moves: what changed, by kind. figures: by plan, unit and chapter, where items are too many to be kept.
    """

    as_of: date
    weeks: Sequence[tuple[date, Group]]
    items: Items
    title: str
    before_day: date | None
    moved: Mapping[str, int] | None
    sentences: Sequence[str]
    moves: Mapping[str, Sequence[Move]]
    plans: Mapping[str, Mapping[str, Any]]
    parameters: Parameters
    scope: Sequence[str]
    unit: str | None
    is_demo: bool
    figures: Mapping[str, Mapping[str, Counter[str]]] | None = None
    synergy: Synergy | None = None
    """The synergy index, where the page is about the whole of zj and the ledger has data of it."""

    @property
    def brief(self) -> bool:
        """Whether only red and yellow items are told in full."""
        return self.items.is_brief


def page(content: Content) -> Iterator[bytes]:
    """Return the page as HTML, in parts. The same content gives the same bytes."""
    now, total = content.items.now, content.weeks[-1][1]
    if content.figures is None:
        own = own_rows(now)
        by_plan, by_chapter = (grouped(own, each, content.plans) for each in ("plan", "chapter"))
        by_unit = grouped(now, "unit", content.plans)
    else:
        by_plan, by_chapter, by_unit = (
            counted(content.figures[each], each, content.plans) for each in ("plan", "chapter", "unit")
        )
    tables = content.items.tables()
    order = [group.name for group in by_plan]
    told = [
        (plan_name(content.plans[code]), number, content.items.rows_of(code))
        for code, number in content.items.told.items()
    ]
    told.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    return _render(
        "page.html",
        content=content,
        title=content.title,
        columns={column: word for column, word in COLUMNS.items() if column != "unmet" or total.count(column)},
        lights=LIGHT_COLUMNS,
        total=total,
        moved=differences(content.moved, COLUMNS),
        lists=LISTS,
        by_plan=by_plan, by_unit=by_unit, by_chapter=by_chapter,
        groups=[] if content.brief else [total, *by_plan, *by_unit, *by_chapter],
        told=told,
        most=MOST if content.brief else None,
        **tables,
        rules=rule_text(content.parameters),
        weeks_shown=_weeks(content),
        synergy=content.synergy,
        drawings=_drawings(content, by_plan, by_unit, by_chapter, tables["targets"].rows),
        shown_units=SHOWN_UNITS,
        name_of=_name, units_of=_units, plain=plain,
        overdue_since=partial(overdue_since, as_of=content.as_of), days_left=partial(_days_left, content.as_of),
        FORECASTS=FORECASTS,
    )  # fmt: skip


@cache
def _environment() -> Any:
    """Return the templates; an unknown name in one is an error, never an empty space."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    environment.filters["zip"] = zip
    return environment


def _render(name: str, **values: Any) -> Iterator[bytes]:
    """Fill a template, in parts: a long page is never there as one text."""
    stream = _environment().get_template(name).stream(**values)
    stream.enable_buffering(200)
    for part in stream:
        yield part.encode()
    yield b"\n"


def row_writer(*, is_linked: bool) -> Callable[[Judged], str]:
    """Return what writes the row of an item; is_linked: its indicators lead to the table of targets."""
    names = {
        "KINDS": KINDS, "STATES": STATES, "FORECASTS": FORECASTS, "lights": LIGHT_COLUMNS, "units_of": _units, "plain": plain,
        "is_linked": is_linked,
    }  # fmt: skip
    row: Callable[[Judged], str] = _environment().get_template("parts.html").make_module(names).item_row
    return row


def _shown(value: Any) -> Any:
    """Write nothing for nothing, and plain text with its control characters visible; what is markup already stays."""
    if value is None:
        return ""
    return visible(value) if type(value) is str else value


def _drawings(
    content: Content,
    by_plan: Sequence[Group],
    by_unit: Sequence[Group],
    by_chapter: Sequence[Group],
    targets: Sequence[TargetRow],
) -> dict[str, list[charts.Drawing]]:
    bar, most = partial(_bar, leads=not content.brief), SHOWN_UNITS if content.brief else None
    drawn = [(row, parts) for row in targets if (parts := progress_of(row)) is not None][:SHOWN_TARGETS]
    return {
        "weeks": charts.trend_chart(_weeks(content), "最近各周的亮灯数，数字见下表"),
        "plan": charts.light_chart([bar(group) for group in by_plan[:most]], "各方案的亮灯数，数字见下表", charts.HALF),
        "unit": charts.light_chart([bar(group) for group in by_unit[:SHOWN_UNITS]], "各单位的亮灯数，数字见下表"),
        "chapter": charts.light_chart([bar(group) for group in by_chapter[:most]], "各章节的亮灯数，数字见下表"),
        "target": charts.progress_chart(
            [Bar(f"{row.id} {row.name}", parts._asdict(), dict.fromkeys(parts._fields, row.id), row.id) for row, parts in drawn],
            "定量目标的完成率与序时进度，数字见下表",
        ),
    }  # fmt: skip


def _bar(group: Group, *, leads: bool) -> Bar:
    """Return the lights of a group; they lead to its lists of items, which a brief page does not have."""
    return Bar(
        f"{group.tag} {group.name}".strip(),
        {light: group.count(light) for light in LIGHT_COLUMNS},
        {light: group.link(light) for light in LIGHT_COLUMNS} if leads else {},
    )


def _weeks(content: Content) -> list[Bar]:
    """Return the lights week by week; those of the last week lead to their items, of the others the page has no lists."""
    last = content.weeks[-1][1]
    return [_week(day, total, is_last=total is last and not content.brief) for day, total in content.weeks]


def _week(day: date, total: Group, *, is_last: bool) -> Bar:
    return Bar(
        f"{day.month}月{day.day}日",
        {light: total.count(light) for light in LIGHT_COLUMNS},
        {light: total.link(light) for light in LIGHT_COLUMNS} if is_last else {},
        f"{day.month}.{day.day}",
    )


def _name(judged: Judged) -> str:
    return judged.item.title or judged.item.text


def _units(judged: Judged) -> str:
    """Return the lead units, or what stands where there is none."""
    leads = "、".join(role.name for role in judged.item.leads)
    if leads:
        return leads
    responsibility = judged.item.responsibility
    return RESPONSIBILITIES[responsibility] if responsibility in ("tbd", "by_reference", "unstated") else "各有关单位"


def _days_left(as_of: date, judged: Judged) -> int:
    return (_first_due(judged) - as_of).days


def _first_due(judged: Judged) -> date:
    return next_due(judged) or date.max
