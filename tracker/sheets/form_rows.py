"""The rows of a form: one for an item without indicators, one for each indicator otherwise, with what is pre-filled and open."""

from collections.abc import Container, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.ledger.judgement import IndicatorJudgement, Judged, Judgement, passes_on
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item, LastReport
from tracker.ledger.terms import STATES
from tracker.ledger.values import plain
from tracker.sheets.wording import unit_lists

HEADINGS = (
    "编号", "事项", "牵头单位", "参与单位", "完成时限", "目标值", "上期值", "状态", "完成率", "现值", "数据时点", "本期进展",
    "存在问题", "下步安排", "佐证材料", "无变化",
)  # fmt: skip
LOCKED = 7
"""The first columns, which the ledger fills."""
FIGURE_COLUMNS = ("状态", "完成率", "现值", "数据时点")
PARTICIPANT = "【参与】"
"""What stands before a row in which the unit only takes part."""
TEXTS = ("本期进展", "存在问题", "下步安排", "佐证材料")


@dataclass(slots=True, frozen=True)
class FormRow:
    """One row. subject is the bold first line of 事项 (indicator, heading), text the plan's words below it.

    state, percent, value and year are pre-filled in 状态, 完成率, 现值 and 数据时点; fillable names the columns that are open. last_words
    is what was reported last on the row's own subject, shown beside the cell for 本期进展.
    """

    id: str
    subject: str
    text: str
    leads: str
    participants: str
    due: date | None
    target: str
    last: str
    state: str
    percent: Decimal | None
    value: Decimal | None
    year: int | None
    fillable: frozenset[str]
    last_words: str = ""

    @property
    def locked(self) -> tuple[str, ...]:
        """What stands in the locked cells behind 编号, as texts."""
        text = f"{self.subject}\n{self.text}" if self.subject not in ("", PARTICIPANT) else self.subject + self.text
        due = "" if self.due is None else self.due.isoformat()
        return text, self.leads, self.participants, due, self.target, self.last


def rows_for(units: Iterable[int], found: Iterable[Judged], last: Mapping[str, LastReport], day: date) -> list[FormRow]:
    """Return the rows of a unit (by its keys): what it leads, then what it takes part in, each in the order of the plan.

    last: the last report on each indicator, by its id; day: the one on which the form is made.
    """
    keys = set(units)
    led: list[Judged] = []
    joined: list[Judged] = []
    for judged in found:
        item = judged.item
        if any(role.unit in keys for role in item.leads):
            led.append(judged)
        elif any(role.unit in keys for role in item.participants):
            # A row without a lead unit takes anybody's report (docs/contract.md).
            (joined if item.leads else led).append(judged)
    own = _in_charge(led)
    parts = [(judged, own) for judged in led] + [(judged, None) for judged in joined]
    return [row for judged, charge in parts for row in _rows(judged, charge, last, day)]


def _in_charge(led: Iterable[Judged]) -> set[str]:
    """Return the ids of the indicators whose figure a unit that leads them is asked for under their own id.

    What a plan asks for again in a later year is asked for once: under the earlier id until the figure of its due year is in.
    """
    numbers = {f"{item.id}.{each.n}": (each, found) for item, judgement in led
               for each, found in zip(item.indicators, judgement.indicators, strict=True)}  # fmt: skip
    later = {
        each.link.sources[0]: name
        for name, (each, _) in numbers.items()
        if each.link is not None and each.link.kind == "same"
    }
    passed_on = {name for name in later.keys() & numbers.keys() if passes_on(*numbers[name])}
    return numbers.keys() - passed_on


def _rows(judged: Judged, own: AbstractSet[str] | None, last: Mapping[str, LastReport], day: date) -> Iterator[FormRow]:
    """Yield the rows of an item. own: the ids of the indicators in the unit's charge; None where it only takes part."""
    item, judgement = judged
    if not item.indicators:
        yield _row(item, None, own, judgement, item.last_report, day)
    for indicator, each in zip(item.indicators, judgement.indicators, strict=True):
        yield _row(item, indicator, own, each, last.get(f"{item.id}.{indicator.n}"), day)


def _row(
    item: Item,
    indicator: Indicator | None,
    own: AbstractSet[str] | None,
    judgement: Judgement | IndicatorJudgement,
    report: LastReport | None,
    day: date,
) -> FormRow:
    """Return one row. judgement: that of its subject; report: the last one on the row's own subject."""
    subject = item if indicator is None else indicator
    # A share that can still be changed stands as it was reported; what is done counts in full, whatever was reported before.
    share = judgement.percent if isinstance(judgement, Judgement) else judgement.achievement
    percent = subject.percent if subject.is_open else share
    name = (item.title or "") if indicator is None else indicator.name
    mark = PARTICIPANT if own is None else ""
    text = item.text if indicator is None or not item.title else f"{item.title}：{item.text}"
    leads, participants = unit_lists(item)
    fillable = _fillable(item, indicator, own, judgement)
    takes_value = indicator is not None and indicator.takes_value
    year = _year_wanted(item, indicator, judgement, day) if indicator is not None and "现值" in fillable else None
    return FormRow(
        id=item.id if indicator is None else f"{item.id}.{indicator.n}",
        subject=(mark + name) if name != text else mark,
        text=text,
        leads=leads,
        participants=participants,
        due=subject.due,
        target=_target(indicator, own or ()),
        last=_last(item, indicator),
        state=STATES[subject.state],
        percent=None if takes_value else percent,
        # The figure of a year is asked for anew: what was reported last is that of another day.
        value=indicator.actual if indicator is not None and takes_value and year is None else None,
        year=year,
        fillable=fillable,
        last_words=_last_words(report),
    )


def _target(indicator: Indicator | None, own: Container[str]) -> str:
    if indicator is None:
        return ""
    words = demand_words(indicator) + ("（力争）" if indicator.aspirational else "")
    scope = f"\n范围：{indicator.scope}" if indicator.scope else ""
    link = indicator.link
    if link is None:
        return words + scope
    sources = "、".join(link.sources) or "协同指数"
    if link.kind == "same":
        return f"{words}{scope}\n（与 {sources} 同一指标" + ("，现值填该行）" if sources in own else "）")
    return f"{words}{scope}\n（现值由 {sources} 得出）"


def _last(item: Item, indicator: Indicator | None) -> str:
    subject = item if indicator is None else indicator
    if indicator is not None and indicator.actual is not None:
        day = f"（{indicator.actual_date}）" if indicator.actual_date else ""
        return f"{plain(indicator.actual)}{indicator.measure or ''}{day}"
    if subject.percent is not None and subject.is_open:
        return f"{plain(subject.percent)}%"
    if subject.completed_on is not None:
        return f"{STATES[subject.state]}（{subject.completed_on}）"
    reported = item.last_report is not None if indicator is None else indicator.reported_on is not None
    return STATES[subject.state] if reported else "未填报"


def _last_words(report: LastReport | None) -> str:
    if report is None or not (report.note or report.problem or report.next):
        return ""
    who = f"，{report.unit}" if report.unit else ""
    lines = [f"上期填报（{report.date}{who}）：{report.note or ''}"]
    lines += [f"问题：{report.problem}"] if report.problem else []
    lines += [f"下步：{report.next}"] if report.next else []
    return "\n".join(lines)


def _year_wanted(item: Item, indicator: Indicator, judgement: Judgement | IndicatorJudgement, day: date) -> int | None:
    """Return the first ended year whose figure is missing, None where none is wanted (docs/files.md, 数据时点).

    Years count from the one in which the plan came in or, if that is past, from the due year.
    """
    if indicator.basis not in ("level", "annual") or judgement.met:
        return None
    came_in = item.came_in or item.in_ledger
    starts = [each.year for each in (came_in, indicator.due) if each is not None]
    known = {value.date.year for value in indicator.values if value.is_of_year}
    return next((year for year in range(min(starts), day.year) if year not in known), None) if starts else None


def _fillable(
    item: Item, indicator: Indicator | None, own: AbstractSet[str] | None, judgement: Judgement | IndicatorJudgement
) -> frozenset[str]:
    """Return the columns that are open: figures for a lead's open row only, and none where they come from elsewhere.

    A row declared done takes the figure of its due year as long as that is awaited.
    """
    subject = item if indicator is None else indicator
    texts = frozenset(TEXTS)
    figures = (
        {"现值", "数据时点"}
        if indicator is not None and _takes_value(f"{item.id}.{indicator.n}", indicator, own)
        else set()
    )
    if not subject.is_open:
        return texts | (figures if judgement.awaiting else set())
    if own is None:
        return texts | {"无变化"}
    if indicator is None or not indicator.takes_value:
        return texts | {"状态", "完成率", "无变化"}
    return texts | {"状态", "无变化"} | figures


def _takes_value(name: str, indicator: Indicator, own: AbstractSet[str] | None) -> bool:
    """Say whether a figure is asked for in a row: of a lead, and where it comes from nowhere else."""
    link = indicator.link
    if own is None or name not in own or not indicator.takes_value:
        return False
    return link is None or (link.kind == "same" and link.sources[0] not in own)
