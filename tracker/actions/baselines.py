"""The figures by which an indicator is judged besides its reports: baselines, milestones, links (docs/contract.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.actions.item_context import Decision, DecisionContext, decide, decision_context, speaking_unit
from tracker.errors import Refused, Unclear
from tracker.ledger.dates import last_day_of_year
from tracker.ledger.decision_rules import name_of
from tracker.ledger.ids import Ref
from tracker.ledger.model import Indicator, Item, Link, Milestone, part_of
from tracker.ledger.progress import baseline_of, falls, is_held, span_of, way_begins
from tracker.ledger.roll_up import inherited_milestone, sources_of
from tracker.ledger.values import converted, factor_between, plain, split_measure
from tracker.store.changeset import Changeset
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items

FIRST_YEAR, LAST_YEAR = 1949, 2100


def baseline(
    changeset: Changeset,
    ref: Ref,
    day: date,
    unit: str | None,
    *,
    value: Decimal | None,
    year: int | None,
    measure: str | None,
) -> Decision:
    """Give an indicator the value, and the year, from which its achievement is counted (基数)."""
    case = decision_context(changeset, ref, day)
    indicator = _number_of(case)
    if value is None and year is None:
        raise Unclear("请用 --value 写明基数，或用 --year 写明基期年份")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unclear(f"基期年份 {year} 应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
    if year is not None and indicator.due is not None and last_day_of_year(year) >= indicator.due:
        raise Refused(f"{name_of(case.item, indicator.n)}：基期 {year} 年应早于完成时限 {indicator.due}")
    data: dict[str, Any] = {}
    if value is not None:
        data["value"] = plain(converted(value, factor_of(measure, indicator)))
    if year is not None:
        data["year"] = year
    before = {"baseline_value": _plain(indicator.baseline_value), "baseline_year": indicator.baseline_year}
    decided = _decide(changeset, case, "baseline", indicator, data, before, unit)
    decided.warnings += _baseline_warnings(indicator, data)
    given = replace(
        indicator, baseline_value=Decimal(data["value"]) if value is not None else indicator.baseline_value,
        baseline_year=year if year is not None else indicator.baseline_year,
    )  # fmt: skip
    decided.warnings += _points_left_behind(given, case.item.begins)
    return decided


def _baseline_warnings(indicator: Indicator, data: dict[str, Any]) -> list[str]:
    if "value" not in data:
        return []
    if indicator.is_change:
        return ["该指标按变化幅度填报，从 0 起算，基数仅作参考"]
    if indicator.direction == "hold":
        return ["该指标是应保持的水平，只看是否达到要求，不计完成率，基数仅作参考"]
    if span_of(replace(indicator, baseline_value=Decimal(data["value"]))) is None:
        return [f"基数 {data['value']} 已达到或超过目标值 {_plain(indicator.value)}，完成率无法评估"]
    return []


def _points_left_behind(indicator: Indicator, start: date) -> list[str]:
    """Name the yearly targets that a new baseline leaves behind: those worse than it, and those not after its year."""
    sign, baseline = -1 if falls(indicator) else 1, baseline_of(indicator)
    if baseline is None or span_of(indicator) is None:
        return []
    begin = way_begins(indicator, start)
    found = [
        f"{point.date} 的年度目标 {plain(point.value)} "
        + ("不晚于基期，不参与计算" if point.date <= begin else f"比基数 {plain(baseline)} 还差")
        for point in indicator.milestones
        if point.date <= begin or (point.value - baseline) * sign < 0
    ]
    return [f"{'；'.join(found)}；请用 tracker milestone 改正"] if found else []


def milestone(  # noqa: PLR0913 - a date, what stands at it, and in which measure
    changeset: Changeset, ref: Ref, day: date, unit: str | None, *, due: date, value: Decimal | None = None,
    percent: Decimal | None = None, measure: str | None = None,
) -> Decision:  # fmt: skip
    """Set what is expected at a date on the way, or take it away (neither value nor percent).

    value: of a number (年度目标); percent: of a task, or a commitment without a number (节点). Raises Refused for a date that is
    not between the start and the deadline, a value beyond the target, and one that goes against the direction.
    """
    case = decision_context(changeset, ref, day)
    subject = _on_the_way(case, value, percent)
    old = next((point for point in subject.milestones if point.date == due), None)
    figure = percent
    if value is not None and isinstance(subject, Indicator):
        figure = converted(value, factor_of(measure, subject))
    if figure is None:
        _check_removable(changeset, case, subject, due, old)
    else:
        _check_inside(case, subject, due)
        _check_course(case, subject, Milestone(due, figure))
    name = "value" if isinstance(subject, Indicator) and subject.takes_value else "percent"
    data = {"date": due.isoformat(), name: None if figure is None else plain(figure)}
    before = {"milestone": None if old is None else {"date": old.date.isoformat(), name: plain(old.value)}}
    case.n = subject.n if isinstance(subject, Indicator) else None
    decided = decide(
        changeset, case, "milestone", (case.n,), data, {case.n: before}, speaking_unit(changeset, case.item, unit)
    )
    if figure is not None:
        decided.warnings += _idle_words(subject) or _without_baseline(subject)
    return decided


def set_point(
    changeset: Changeset,
    case: DecisionContext,
    point: Milestone,
    course: Mapping[date, Decimal],
    baseline_value: Decimal | None,
) -> Decision:
    """Set one point of a whole course that is given at once; it is held against the others of the course, old and new.

    baseline_value: the one that is given with it, None for the one in force.
    """
    subject = part_of(case.item, case.n)
    old = next((each for each in subject.milestones if each.date == point.date), None)
    standing = replace(subject, milestones=tuple(Milestone(*each) for each in sorted(course.items())))
    if isinstance(standing, Indicator) and baseline_value is not None:
        standing.baseline_value = baseline_value
    _check_inside(case, standing, point.date)
    _check_course(case, standing, point)
    name = "value" if isinstance(subject, Indicator) and subject.takes_value else "percent"
    data = {"date": point.date.isoformat(), name: plain(point.value)}
    before = {"milestone": None if old is None else {"date": old.date.isoformat(), name: plain(old.value)}}
    decided = decide(changeset, case, "milestone", (case.n,), data, {case.n: before}, None)
    decided.warnings += _idle_words(standing)
    return decided


def _on_the_way(case: DecisionContext, value: Decimal | None, percent: Decimal | None) -> Item | Indicator:
    """Return what a milestone is set for: a number takes a value, everything else a percent."""
    item = case.item
    if not item.indicators:
        if value is not None:
            raise Refused(f"{case.id} 没有数值指标，节点请用 --percent 写明该日应达到的完成率")
        return item
    if value is None and case.n is None and len(item.indicators) == 1:
        case.n = item.indicators[0].n
    if value is None and case.n is not None:
        indicator = next(each for each in item.indicators if each.n == case.n)
        if percent is not None and indicator.takes_value:
            raise Refused(f"{name_of(item, case.n)} 是数值指标，年度目标请用 --value 写明该日应达到的值")
        return indicator
    if percent is not None:
        raise Refused(f"{item.id} 有 {len(item.indicators)} 个指标，请写明是哪一个，如 {item.id}.1")
    return _number_of(case)


def _check_inside(case: DecisionContext, subject: Item | Indicator, due: date) -> None:
    name = name_of(case.item, subject.n if isinstance(subject, Indicator) else None)
    start = case.item.begins
    if due <= start:
        raise Refused(f"{name}：阶段目标日期 {due} 不晚于起点 {start}，应在起点之后")
    if isinstance(subject, Indicator) and subject.takes_value and due <= way_begins(subject, start):
        raise Refused(f"{name}：阶段目标日期 {due} 不晚于基期 {subject.baseline_year} 年，应在基期之后")
    if subject.due is not None and due >= subject.due:
        raise Refused(f"{name}：阶段目标日期 {due} 应早于完成时限 {subject.due}")


def _check_course(case: DecisionContext, subject: Item | Indicator, point: Milestone) -> None:
    """Refuse a point that lies beyond the target, behind the baseline, or on the wrong side of the points beside it."""
    indicator = subject if isinstance(subject, Indicator) and subject.takes_value else None
    name, shown = name_of(case.item, subject.n if isinstance(subject, Indicator) else None), plain(point.value)
    if indicator is None:
        target, downward = Decimal(100), False
        baseline: Decimal | None = Decimal(0)
    elif indicator.direction == "hold":
        raise Refused(f"{name} 是应保持的水平，只看是否保持，不设年度目标")
    else:
        target, downward = indicator.value or Decimal(0), falls(indicator)
        baseline = None if span_of(indicator) is None else baseline_of(indicator)
    sign = -1 if downward else 1
    if (point.value - target) * sign > 0:
        raise Refused(f"{name}：{point.date} 的阶段目标 {shown} 超过了目标值 {plain(target)}；阶段目标不能越过最终目标")
    if baseline is not None and (point.value - baseline) * sign < 0:
        raise Refused(f"{name}：{point.date} 的阶段目标 {shown} 比基数 {plain(baseline)} 还差，方向相反")
    for other in subject.milestones:
        is_later = other.date > point.date
        if other.date != point.date and (other.value - point.value) * sign * (1 if is_later else -1) < 0:
            order = "之后" if is_later else "之前"
            raise Refused(
                f"{name}：{point.date} 的阶段目标 {shown} 与{order} {other.date} 的 {plain(other.value)} 方向相反；"
                "应逐期向目标靠近"
            )


def _idle_words(subject: Item | Indicator) -> list[str]:
    """Say why a point on the way takes no part in judging, nothing where it does."""
    if isinstance(subject, Indicator) and subject.takes_value:
        held = "该指标的基数已达到或超过目标值，只看是否保持，年度目标不参与判断"
        return [held] if is_held(subject) else []
    if isinstance(subject, Indicator) and subject.basis == "assessed":
        return ["该指标以上级次年的核定结果为准，不算序时进度，节点不参与判断"]
    return ["没有完成时限，节点暂不参与判断；可用 tracker extend 明确时限"] if subject.due is None else []


def _without_baseline(subject: Item | Indicator) -> list[str]:
    if not isinstance(subject, Indicator) or not subject.takes_value or span_of(subject) is not None:
        return []
    return ["该指标尚无基数，不算序时进度，按最近一个年度目标是否达到判断；可用 tracker baseline 补充基数"]


def _check_removable(
    changeset: Changeset, case: DecisionContext, subject: Item | Indicator, due: date, old: Milestone | None
) -> None:
    indicator = subject if isinstance(subject, Indicator) else None
    name = name_of(case.item, indicator.n if indicator else None)
    if old is None:
        known = "、".join(point.date.isoformat() for point in subject.milestones)
        raise Refused(f"{name} 没有 {due} 的阶段目标" + (f"；现有：{known}" if known else ""))
    link = None if indicator is None else indicator.link
    if indicator is not None and link is not None and link.kind == "same":
        sources = [found[1] for found in (_find(changeset, source) for source in link.sources) if found]
        if inherited_milestone(indicator, sources, link) == old:
            raise Refused(
                f"{name} {due} 的阶段目标来自关联的 {link.sources[0]}，不能单独去掉；可用 tracker link {name} --none"
            )


def link(
    changeset: Changeset,
    ref: Ref,
    day: date,
    unit: str | None,
    *,
    kind: str | None,
    sources: Sequence[Ref],
    convert: bool,
) -> Decision:
    """Have an indicator's actual follow from others: the same measure reported once, a sum of parts, the index; kind None: no more.

    Raises Refused for circles, for itself, for measures that differ (unless convert, and only by a magnitude).
    """
    case = decision_context(changeset, ref, day)
    indicator = _number_of(case)
    name = f"{case.item.id}.{indicator.n}"
    if kind is None:
        if indicator.link is None:
            raise Refused(f"{name} 没有关联，无需取消")
        data: dict[str, Any] = {"kind": None, "sources": [], "weights": []}
    else:
        data = _link_of(changeset, name, indicator, kind, sources, convert=convert).written()
    old = indicator.link
    before = {"link": None if old is None else {"kind": old.kind, "sources": list(old.sources)}}
    decided = _decide(changeset, case, "link", indicator, data, before, unit)
    if kind not in (None, "index") and old is None and indicator.actual is not None:
        actual = plain(indicator.actual)
        decided.warnings.append(
            f"{name} 已报的现值 {actual} 仍以其为准，与合计不一致的请核对"
            if kind == "sum"
            else f"{name} 原有的现值 {actual} 今后不再采用，现值由关联的指标得出"
        )
    return decided


def _link_of(
    changeset: Changeset, name: str, indicator: Indicator, kind: str, sources: Sequence[Ref], *, convert: bool
) -> Link:
    if kind == "index":
        from tracker.actions.synergy_index import TARGET

        if name != TARGET:
            raise Refused(f"协同指数只得出 {TARGET} 的现值，不是 {name} 的")
        return Link(kind, ())
    names = [source.text for source in sources]
    if len(set(names)) < len(names):
        raise Refused(f"{name} 的来源有重复：{'、'.join(names)}")
    if kind == "same" and len(names) != 1:
        raise Unclear("--same-as 只能写一个指标；合计请用 --sum")
    factors = []
    for source in sources:
        found = _find(changeset, source.text)
        if found is None:
            raise Refused(f"没有指标 {source.text}；关联要写到指标，如 zj-target-3.1")
        _check_source(name, indicator, source.text, found[1], kind)
        factors.append(_factor(name, indicator, source.text, found[1], convert=convert))
    link = Link(kind, tuple(names), (), tuple(factors) if any(factor != 1 for factor in factors) else ())
    _check_circle(changeset, name, link)
    return link


def _check_source(name: str, indicator: Indicator, source: str, found: Indicator, kind: str) -> None:
    if source == name:
        raise Refused(f"{name} 不能与自己关联")
    if not found.takes_value:
        raise Refused(f"{source} 没有数值目标，不能作为 {name} 的来源")
    if found.is_change != indicator.is_change:
        raise Refused(f"{source} 与 {name} 一个是变化幅度、一个是水平，不能关联")
    if kind == "same" and found.due is not None and indicator.due is not None and found.due > indicator.due:
        raise Refused(f"{source} 的时限晚于 {name}；同一指标以较早的为准，请写 tracker link {source} --same-as {name}")


def _factor(name: str, indicator: Indicator, source: str, found: Indicator, *, convert: bool) -> Decimal:
    if split_measure(found.measure) == split_measure(indicator.measure):
        return Decimal(1)
    if not convert:
        raise Refused(
            f"{source} 的计量单位是“{found.measure or '无'}”，{name} 是“{indicator.measure or '无'}”；"
            "只差数量级（如千瓦与万千瓦）的，加 --convert 换算"
        )
    return factor_between(found.measure, indicator.measure)


def _check_circle(changeset: Changeset, name: str, link: Link) -> None:
    """Refuse a link that would lead back to where it starts, through whatever links there are now."""
    known: dict[str, Indicator] = {}
    fresh = list(link.sources)
    while fresh:
        source = fresh.pop()
        if source in known:
            continue
        found = _find(changeset, source)
        if found is not None:
            known[source] = found[1]
            fresh.extend(found[1].link.sources if found[1].link is not None else ())
    for source in link.sources:
        if name in sources_of(source, known):
            raise Refused(f"{source} 的现值又由 {name} 得出，不能循环关联")


def _find(changeset: Changeset, name: str) -> tuple[Item, Indicator] | None:
    """Return an indicator and its item as they stand now, None for an unknown one."""
    code, _, n = name.rpartition(".")
    for item in load_items(changeset.connection, ItemFilter(ids=(code,)), PointInTime(changeset.today)):
        for indicator in item.indicators:
            if str(indicator.n) == n:
                return item, indicator
    return None


def _number_of(case: DecisionContext) -> Indicator:
    """Return the indicator with a number that is meant: the one named, or the only one of the item."""
    if case.n is not None:
        indicator = next(each for each in case.item.indicators if each.n == case.n)
        if not indicator.takes_value:
            raise Refused(f"{case.id} 没有数值目标，不设基数、阶段目标和关联")
        return indicator
    fitting = [each for each in case.item.indicators if each.takes_value]
    if not fitting:
        raise Refused(f"{case.item.id} 没有数值指标，不设基数、阶段目标和关联")
    if len(fitting) > 1:
        choices = "；".join(f"{case.item.id}.{each.n} {each.name}" for each in fitting)
        raise Refused(f"{case.item.id} 有 {len(fitting)} 个数值指标，请写明是哪一个：{choices}")
    return fitting[0]


def _decide(
    changeset: Changeset,
    case: DecisionContext,
    kind: str,
    indicator: Indicator,
    data: dict[str, Any],
    before: dict[str, Any],
    unit: str | None,
) -> Decision:
    case.n = indicator.n
    return decide(
        changeset, case, kind, (indicator.n,), data, {indicator.n: before}, speaking_unit(changeset, case.item, unit)
    )


def factor_of(measure: str | None, indicator: Indicator) -> Decimal:
    """Return by what a value given in a measure is multiplied to be one of the indicator; 1 where none was given."""
    return Decimal(1) if measure is None else factor_between(measure, indicator.measure)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
