"""The rows of a form: one for an item without indicators, one for each indicator otherwise, with what is pre-filled and open."""

from collections.abc import Container, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.ledger.judgement import Judged, demand_words
from tracker.ledger.model import Indicator, Item, LastReport
from tracker.ledger.terms import STATES
from tracker.ledger.values import plain
from tracker.sheets.wording import unit_lists

HEADINGS = (
    "编号", "事项", "牵头单位", "参与单位", "完成时限", "目标值", "上期值", "状态", "完成率", "现值", "本期进展", "存在问题",
    "下步安排", "佐证材料", "无变化",
)  # fmt: skip
LOCKED = 7
"""The first columns, which the ledger fills."""
FIGURE_COLUMNS = ("状态", "完成率", "现值")
PARTICIPANT = "【参与】"
"""What stands before a row in which the unit only takes part."""
TEXTS = ("本期进展", "存在问题", "下步安排", "佐证材料")


@dataclass(slots=True, frozen=True)
class FormRow:
    """One row. subject is the bold first line of 事项 (indicator, heading), text the plan's words below it.

    state, percent and value are pre-filled in 状态, 完成率 and 现值; fillable names the columns that are open. last_words is what was
    reported last on the row's own subject, shown beside the cell for 本期进展.
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
    fillable: frozenset[str]
    last_words: str = ""


def rows_for(units: Iterable[int], found: Iterable[Judged], last: Mapping[str, LastReport]) -> list[FormRow]:
    """Return the rows of a unit (by its keys): what it leads, then what it takes part in, each in the order of the plan.

    last: the last report on each indicator, by its id.
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
    own = {f"{item.id}.{indicator.n}" for item, _ in led for indicator in item.indicators}
    parts = [(judged, own) for judged in led] + [(judged, None) for judged in joined]
    return [row for judged, charge in parts for row in _rows(judged, charge, last)]


def _rows(judged: Judged, own: AbstractSet[str] | None, last: Mapping[str, LastReport]) -> Iterator[FormRow]:
    """Yield the rows of an item. own: the ids of the indicators in the unit's charge; None where it only takes part."""
    item, judgement = judged
    if not item.indicators:
        yield _row(item, None, own, judgement.percent, item.last_report)
    for indicator, each in zip(item.indicators, judgement.indicators, strict=True):
        yield _row(item, indicator, own, each.achievement, last.get(f"{item.id}.{indicator.n}"))


def _row(
    item: Item,
    indicator: Indicator | None,
    own: AbstractSet[str] | None,
    share: Decimal | None,
    report: LastReport | None,
) -> FormRow:
    """Return one row. share: what `show` gives as its share; report: the last one on the row's own subject."""
    subject = item if indicator is None else indicator
    # A share that can still be changed stands as it was reported; what is done counts in full, whatever was reported before.
    percent = subject.percent if subject.is_open else share
    name = (item.title or "") if indicator is None else indicator.name
    mark = PARTICIPANT if own is None else ""
    text = item.text if indicator is None or not item.title else f"{item.title}：{item.text}"
    leads, participants = unit_lists(item)
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
        percent=None if indicator is not None and indicator.takes_value else percent,
        value=indicator.actual if indicator is not None and indicator.takes_value else None,
        fillable=_fillable(item, indicator, own),
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


def _fillable(item: Item, indicator: Indicator | None, own: AbstractSet[str] | None) -> frozenset[str]:
    """Return the columns that are open: figures for a lead's open row only, and none where they come from elsewhere."""
    subject = item if indicator is None else indicator
    texts = frozenset(TEXTS)
    if not subject.is_open:
        return texts
    if own is None:
        return texts | {"无变化"}
    if indicator is None or not indicator.takes_value:
        return texts | {"状态", "完成率", "无变化"}
    link = indicator.link
    takes_value = link is None or (link.kind == "same" and link.sources[0] not in own)
    return texts | {"状态", "无变化"} | ({"现值"} if takes_value else frozenset())
