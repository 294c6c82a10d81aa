"""From judged items to the page: everything the template shows, and the page itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tracker.ledger.judgement import Judged, by_trouble, next_due, overdue_since
from tracker.ledger.lights import rule_text
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import FORECASTS, KINDS, RESPONSIBILITIES, STATES
from tracker.ledger.values import plain
from tracker.page import charts
from tracker.page.charts import Bar
from tracker.page.groups import COLUMNS, LIGHT_COLUMNS, Group, everything, grouped, own_rows
from tracker.page.synergy import Synergy
from tracker.page.targets import Row, progress_of, target_rows
from tracker.text import visible

SHOWN_UNITS = 16
SHOWN_TARGETS = 20
"""How many rows a chart has; the table under it has all of them."""
MOST = 200
"""How many rows each table of a brief page has at most, the most urgent first; its caption says of how many."""


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


@dataclass(slots=True, kw_only=True)
class Content:
    """What a page is made of: the items week by week, oldest first, the last as of the day itself; and what names them.

    before_day: the day of comparison, None where there was no ledger; moved: by how many each figure has grown since among the items
    that were there at both; moves: what changed, by kind. brief: only red and yellow items are told in full.
    """

    as_of: date
    weeks: Sequence[tuple[date, Sequence[Judged]]]
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
    brief: bool = False
    synergy: Synergy | None = None
    """The synergy index, where the page is about the whole of zj and the ledger has data of it."""

    @property
    def now(self) -> Sequence[Judged]:
        """The items as they stand."""
        return self.weeks[-1][1]


def page(content: Content) -> str:
    """Return the page as HTML. The same content gives the same text."""
    own = own_rows(content.now)
    total = everything(own)
    by_plan, by_chapter = (grouped(own, each, content.plans) for each in ("plan", "chapter"))
    by_unit = grouped(content.now, "unit", content.plans)
    told = trouble = content.now
    if content.brief:
        trouble = _in_trouble(content.now)
        told = sorted(trouble, key=_urgency)[:MOST]
    targets = target_rows(told)
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
        told=grouped(told, "plan", content.plans), told_ids={each.item.id for each in told}, in_trouble=len(trouble),
        most=MOST if content.brief else None,
        targets=targets,
        overdue=sorted(everything(trouble).members["overdue"], key=lambda each: -each.judgement.days_overdue),
        due_soon=sorted(everything(trouble).members["due_soon"], key=_first_due),
        rules=rule_text(content.parameters),
        weeks_shown=_weeks(content),
        synergy=content.synergy,
        drawings=_drawings(content, by_plan, by_unit, by_chapter, targets),
        shown_units=SHOWN_UNITS,
        name_of=_name, units_of=_units, plain=plain,
        overdue_since=partial(overdue_since, as_of=content.as_of), days_left=partial(_days_left, content.as_of),
        KINDS=KINDS, STATES=STATES, FORECASTS=FORECASTS,
    )  # fmt: skip


def _render(name: str, **values: Any) -> str:
    """Fill a template; an unknown name in it is an error, never an empty space."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    environment.filters["zip"] = zip
    return environment.get_template(name).render(**values) + "\n"


def _shown(value: Any) -> Any:
    """Write nothing for nothing, and plain text with its control characters visible; what is markup already stays."""
    if value is None:
        return ""
    return visible(value) if type(value) is str else value


def _in_trouble(found: Sequence[Judged]) -> list[Judged]:
    return [
        each for each in found if each.judgement.light is not None and each.judgement.light.color in ("red", "yellow")
    ]


def _urgency(each: Judged) -> tuple[Any, ...]:
    judgement = each.judgement
    return by_trouble(judgement.light and judgement.light.color, judgement.days_overdue, judgement.lag)


def _drawings(
    content: Content,
    by_plan: Sequence[Group],
    by_unit: Sequence[Group],
    by_chapter: Sequence[Group],
    targets: Sequence[Row],
) -> dict[str, list[charts.Drawing]]:
    bar = partial(_bar, leads=not content.brief)
    drawn = [(row, parts) for row in targets if (parts := progress_of(row)) is not None][:SHOWN_TARGETS]
    return {
        "weeks": charts.trend_chart(_weeks(content), "最近各周的亮灯数，数字见下表"),
        "plan": charts.light_chart([bar(group) for group in by_plan], "各方案的亮灯数，数字见下表", charts.HALF),
        "unit": charts.light_chart([bar(group) for group in by_unit[:SHOWN_UNITS]], "各单位的亮灯数，数字见下表"),
        "chapter": charts.light_chart([bar(group) for group in by_chapter], "各章节的亮灯数，数字见下表"),
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
    return [
        _week(day, everything(own_rows(found)), is_last=found is content.now and not content.brief)
        for day, found in content.weeks
    ]


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
