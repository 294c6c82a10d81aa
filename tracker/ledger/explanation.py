"""Why an item stands as it stands: every input, every step with its figures, every rule of the lights (docs/rules.md).

The results are those of `judge`, the figures in the formulas those of the functions it calls, the rules the very table it
walks: an explanation has no arithmetic of its own that could contradict the judgement.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.judgement import IndicatorJudgement, Judgement
from tracker.ledger.lights import RULES, Light, Standing, completion_words, demand_words
from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import (
    TENTH,
    Path,
    Trend,
    baseline_of,
    is_before_way,
    is_held,
    path_of,
    rounded,
    span_of,
    yardstick_of,
)
from tracker.ledger.reporting_periods import first_owed
from tracker.ledger.terms import BASES, LIGHTS, STATES
from tracker.ledger.values import plain, rounded_to

UNKNOWN = "无法评估"
SHORT = Decimal(10) ** 20
"""Below it a figure has digits to spare for rounding."""
HOW = {
    "same": "与 {} 为同一指标",
    "sum": "{} 的合计，缺一个即为未知（只有合计已达目标时先行认定）",
    "mean": "{} 的加权平均，缺一个即为未知",
    "min": "{} 的最小值，缺一个即为未知",
    "met": "{} 中达标的个数",
    "met_share": "{} 中达标的比例",
    "index": "11市协同指数均值较基准年的变化，由 index import 带动",
}


class Input(NamedTuple):
    """Something the judgement starts from: what it is called, and its value in words."""

    key: str
    name: str
    value: str


class Step(NamedTuple):
    """One step of the calculation: its formula with figures, and its result (None: cannot be known)."""

    key: str
    name: str
    formula: str
    result: Decimal | bool | int | str | None


class Verdict(NamedTuple):
    """One rule of the lights: whether it holds and why; the first that holds decides."""

    key: str
    light: str
    condition: str
    holds: bool
    why: str
    decides: bool


class Part(NamedTuple):
    """The judgement of one indicator, or of a row without indicators."""

    id: str
    name: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    rules: tuple[Verdict, ...]
    light: Light


class Explanation(NamedTuple):
    """Everything behind a judgement; parts is empty for an aim, which is never judged, steps are those of the whole item."""

    id: str
    as_of: date
    parts: tuple[Part, ...]
    steps: tuple[Step, ...]
    light: Light | None

    def view(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "id": self.id,
            "as_of": self.as_of,
            "light": self.light.color if self.light else None,
            "light_reason": self.light.reason if self.light else None,
            "steps": [step._asdict() for step in self.steps],
            "parts": [
                {
                    "id": part.id,
                    "name": part.name,
                    "light": part.light.color,
                    "light_reason": part.light.reason,
                    "inputs": [each._asdict() for each in part.inputs],
                    "steps": [each._asdict() for each in part.steps],
                    "rules": [each._asdict() for each in part.rules],
                }
                for part in self.parts
            ],
        }


def explain(item: Item, judged: Judgement, as_of: date, parameters: Parameters, n: int | None = None) -> Explanation:
    """Explain a judgement that was made of this item, as of this day, with these figures; n narrows to one indicator."""
    own = parameters.of(item.plan)
    if judged.light is None:
        return Explanation(item.id, as_of, (), (), None)
    if judged.standing is not None:
        part = _own_part(item, judged, judged.standing, judged.light, as_of, own)
        return Explanation(item.id, as_of, (part,), _silence(item, judged, own), judged.light)
    pairs = list(zip(item.indicators, judged.indicators, strict=True))
    parts = tuple(_part(item, one, each, as_of, own) for one, each in pairs if n in (None, one.n))
    return Explanation(item.id, as_of, parts, (*_together(item, judged), *_silence(item, judged, own)), judged.light)


def _part(item: Item, indicator: Indicator, judged: IndicatorJudgement, as_of: date, parameters: Parameters) -> Part:
    name = f"{item.id}.{indicator.n}"
    path = yardstick_of(item, indicator).path
    steps = (
        *_attainment_steps(indicator, judged, as_of, parameters, name),
        Step("achievement", "完成率", _achievement_formula(indicator, judged), judged.achievement),
        Step("planned_progress", "序时进度", _planned_formula(path, as_of, item, indicator), judged.planned),
        Step("expected", "目前应达到的值", "按序时进度（无基数的按最近的年度目标）", judged.expected),
        *_common(item, indicator, judged, judged.standing, as_of, _lag_formula(indicator, path, judged)),
        Step("trend", "近两次与今后所需的每月变化", "只供参考，不影响亮灯", _trend_words(indicator, judged)),
    )
    inputs = (*_target_inputs(indicator), *_common_inputs(item, indicator), *_value_inputs(indicator))
    return Part(name, indicator.name, inputs, steps, _verdicts(judged.standing, parameters, judged.light), judged.light)


def _own_part(
    item: Item, judged: Judgement, standing: Standing, light: Light, as_of: date, parameters: Parameters
) -> Part:
    reached = "已申报办结，记为 100" if judged.met else _percent_words(item.percent)
    lag = _difference(judged.planned, _counted(judged))
    steps = (
        Step("met", "达标", f"状态为{STATES[item.state]}：无数值目标，办结才算达标", judged.met),
        Step("settled", "不再追究进度", "已达标或已销号", judged.settled),
        Step("achievement", "完成率", f"填报的完成率：{reached}", judged.percent),
        Step("planned_progress", "序时进度", _planned_formula(path_of(item), as_of, item, None), judged.planned),
        *_common(item, item, judged, standing, as_of, lag),
    )
    inputs = (
        *_common_inputs(item, item),
        Input("percent", "填报的完成率", _percent_words(item.percent)),
        _report_input(item),
    )
    return Part(item.id, item.title or item.text, inputs, steps, _verdicts(standing, parameters, light), light)


def _counted(judged: Judgement) -> Decimal | None:
    """Return the share that a lag was taken of; planned − lag, since a declared percent counts only up to 99.9."""
    return None if judged.planned is None or judged.lag is None else judged.planned - judged.lag


def _difference(planned: Decimal | None, reached: Decimal | None, day: str = "") -> str:
    if planned is None or reached is None:
        return "序时进度或完成率未知"
    return f"序时进度 {plain(planned)}{day} − 完成率 {plain(reached)}"


def _lag_formula(indicator: Indicator, path: Path | None, judged: IndicatorJudgement) -> str:
    if is_held(indicator):
        return "应保持的水平，不计滞后"
    if path is None and indicator.takes_value:
        return "没有基数或时限，不计滞后"
    day = f"（{indicator.actual_date}）" if indicator.basis in ("level", "annual") and indicator.takes_value else ""
    return _difference(judged.planned_then, judged.achievement, day)


def _attainment_steps(
    indicator: Indicator, judged: IndicatorJudgement, as_of: date, parameters: Parameters, name: str
) -> Iterable[Step]:
    found = judged.attained
    yield Step("met", "达标", _met_formula(indicator, judged, as_of, parameters), judged.met)
    on = "首次满足的数据时点" + ("，在时限之后" if found.met_late else "")
    yield Step("met_on", "达标日期", on, None if found.met_on is None else found.met_on.isoformat())
    due = indicator.due
    if due is not None and (indicator.basis in ("level", "annual", "assessed") or is_held(indicator)):
        until = parameters.due_of_figure(name, due.year)
        yield Step("awaiting", "待有关年度数据", f"{due.year}年数据等到 {until}", judged.awaiting)
    yield Step("settled", "不再追究进度", "已达标（须继续保持的除外）或已销号", found.settled)
    yield Step(
        "assessable", "能否评估", "有基数、年度目标，或已到期；文字任务和应保持的水平总能评估", judged.assessable
    )


def _common(
    item: Item,
    subject: Item | Indicator,
    judged: IndicatorJudgement | Judgement,
    standing: Standing,
    as_of: date,
    lag: str,
) -> tuple[Step, ...]:
    """Explain lag, overdue days and the time left."""
    left = None if standing.time_left is None else rounded(standing.time_left)
    whole = f"（{subject.due} − {as_of}）÷（{subject.due} − {item.begins}）× 100，过期为 0"
    return (
        Step("lag", "滞后（百分点）", lag, judged.lag),
        Step("days_overdue", "逾期天数", _overdue_formula(subject, as_of, standing), standing.overdue_days),
        Step("time_left", "剩余时间（%）", "无时限" if standing.time_left is None else whole, left),
    )


def _overdue_formula(subject: Item | Indicator, as_of: date, standing: Standing) -> str:
    if subject.due is None:
        return "无时限，不算逾期"
    if standing.settled:
        return "已达标或已销号，不算逾期"
    if standing.is_awaited:
        return "尚在等待有关年度数据，不算逾期"
    if isinstance(subject, Indicator) and subject.waits_for_whole:
        return "为上一级指标的组成部分，本身不算逾期"
    return f"{as_of} − {subject.due}" if as_of > subject.due else f"{as_of} 未过 {subject.due}"


def _target_inputs(indicator: Indicator) -> Iterable[Input]:
    directions = {"up": "越高越好", "down": "越低越好", "hold": "应保持的水平，只看是否达到要求", None: "无"}
    words = demand_words(indicator) + ("（力争）" if indicator.aspirational else "")
    change = "；填报的是变化幅度，从 0 起算" if indicator.is_change else ""
    yield Input("target", "目标", words)
    yield Input("basis", "口径", BASES.get(indicator.basis or "", "未定（按累计）"))
    yield Input("direction", "方向", directions[indicator.direction] + change)


def _common_inputs(item: Item, subject: Item | Indicator) -> Iterable[Input]:
    due = "无" if subject.due is None else str(subject.due)
    if subject.due != subject.original_due:
        due += f"（原定 {subject.original_due or '无'}）"
    completed = completion_words(subject.due, subject.completed_on)
    yield Input("start", "起点", str(item.begins) + ("" if item.start is None else "（本事项）"))
    yield Input("due", "完成时限", due)
    yield Input("state", "状态", STATES[subject.state] + (f"，{completed}" if completed else ""))
    if subject.returned is not None:
        yield Input("returned", "退回", subject.returned)
    if subject.unmet is not None:
        yield Input("unmet", "未达目标销号的理由", subject.unmet)
    if subject.extensions:
        yield Input("extensions", "延期次数", str(subject.extensions))
    if subject.milestones:
        points = "；".join(f"{each.date} 为 {_point(each.value, subject)}" for each in subject.milestones)
        yield Input("milestones", "年度目标、节点", points)


def _point(value: Decimal, subject: Item | Indicator) -> str:
    if isinstance(subject, Indicator) and subject.takes_value:
        return _amount(value, subject)
    return f"{plain(value)}%"


def _report_input(subject: Item | Indicator) -> Input:
    day = subject.reported_on
    return Input(
        "last_report", "牵头单位最近填报", "无" if day is None else f"{day}（{subject.reported_entered} 录入）"
    )


def _value_inputs(indicator: Indicator) -> Iterable[Input]:
    if not indicator.takes_value:
        yield Input("percent", "填报的完成率", _percent_words(indicator.percent))
        yield _report_input(indicator)
        return
    if not indicator.is_change:
        year = f"（{indicator.baseline_year} 年）" if indicator.baseline_year else ""
        yield Input("baseline", "基数", _amount(baseline_of(indicator), indicator) + year)
    elif indicator.baseline_year:
        yield Input("baseline", "基期", f"{indicator.baseline_year} 年")
    on = f"（{indicator.actual_date}）" if indicator.actual_date else ""
    yield Input("actual", "现值", _amount(indicator.actual, indicator) + on)
    if indicator.link is not None:
        yield Input("link", "现值来源", HOW[indicator.link.kind].format("、".join(indicator.link.sources)))
    yield _report_input(indicator)


def _met_formula(indicator: Indicator, judged: IndicatorJudgement, as_of: date, parameters: Parameters) -> str:
    if indicator.basis == "each":
        return f"覆盖率 {_percent_words(indicator.percent)}，全部达到才算达标"
    if not indicator.is_number:
        return f"状态为{STATES[indicator.state]}：无数值目标，办结才算达标"
    found = judged.attained
    if found.figure is None:
        return "尚无现值"
    asked = f"{found.figure.date} 的值 {_amount(found.figure.value, indicator)}，要求{demand_words(indicator)}"
    if "~" in (indicator.comparator, indicator.bound):
        asked += f"（允许差 {plain(parameters.tolerance)}%）"
    if found.breach is not None:
        return f"{asked}；撤回该值或整改销号前一直亮红灯"
    if indicator.due is None or (indicator.basis in ("total", None) and not is_held(indicator)):
        return asked
    if as_of <= indicator.due and is_held(indicator):
        return f"{asked}；到期前看最新的值"
    return f"{asked}；以 {indicator.due.year} 年的数据为准，之后达到的记为逾期达标"


def _achievement_formula(indicator: Indicator, judged: IndicatorJudgement) -> str:
    if indicator.direction == "hold":
        return "应保持的水平，不计完成率"
    if not indicator.takes_value:
        return (
            "已办结，记为 100"
            if judged.met
            else f"填报的完成率：{_percent_words(indicator.percent)}，办结前不超过 99.9"
        )
    if indicator.actual is None:
        return f"尚无现值，{UNKNOWN}"
    span = span_of(indicator)
    if span is None:
        return f"{'尚无基数' if baseline_of(indicator) is None else '基数已达到或超过目标值'}，{UNKNOWN}"
    if judged.attained.satisfied:
        return "现值满足要求，记为 100"
    baseline, target = span[0], _term(indicator.value or Decimal(0))
    quotient = f"({plain(indicator.actual)} − {_term(baseline)}) ÷ ({target} − {_term(baseline)}) × 100"
    return f"{quotient}，取 0–99.9，一位小数，四舍五入"


def _term(value: Decimal) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def _planned_formula(path: Path | None, as_of: date, item: Item, indicator: Indicator | None) -> str:
    if path is None:
        return f"没有可比照的进度（无时限、无基数，或应保持的水平），{UNKNOWN}"
    first, last = path.points[0], path.points[-1]
    if as_of >= last.date:
        return "已到时限，为 100"
    if is_before_way(item, path, as_of):
        return f"基期年末（{first.date}）以前没有序时进度"
    if as_of <= first.date:
        return "尚未起步，为 0"
    stretch = path.stretch(as_of)
    assert stretch is not None  # noqa: S101 - the day lies between the ends
    if len(path.points) == 2:  # noqa: PLR2004 - no milestones between the ends
        return f"已过 {(as_of - first.date).days} 天 ÷ 全程 {(last.date - first.date).days} 天 × 100"
    unit = "%" if indicator is None or not indicator.takes_value else indicator.measure or ""
    baseline, target = _term(path.baseline), _term(path.baseline + path.length)
    return (
        f"沿年度目标、节点：{stretch.start} 的 {plain(stretch.start_value)}{unit} 到 {stretch.end} 的 {plain(stretch.end_value)}{unit}，"
        f"已过 {(as_of - stretch.start).days} 天，共 {(stretch.end - stretch.start).days} 天，应约为 {plain(path.value(as_of))}{unit}；"
        f"(应为值 − {baseline}) ÷ ({target} − {baseline}) × 100"
    )


def _trend_words(indicator: Indicator, judged: IndicatorJudgement) -> str | None:
    """Say how fast a number moves and must move: 近两次每月提高0.4个百分点，到期前每月还需提高1.2个百分点."""
    if judged.trend is None:
        return None
    return trend_words(indicator, judged.trend)


def trend_words(indicator: Indicator, trend: Trend) -> str:
    """Say how fast a number moves and must move: 近两次每月提高0.4个百分点，到期前每月还需提高1.2个百分点."""
    measure = "个百分点" if indicator.measure in ("%", "百分点") else indicator.measure or ""

    def moved(pace: Decimal) -> str:
        return f"{'提高' if pace > 0 else '下降'}{_shown_pace(abs(pace))}{measure}"

    now = moved(trend.pace) if trend.pace else "没有变化"
    return f"近两次每月{now}，到期前每月还需{moved(trend.needed)}"


def _shown_pace(pace: Decimal) -> str:
    """Write a pace as people say it: one decimal, of a small one as many as show something."""
    if pace >= TENTH:
        return plain(rounded_to(pace, TENTH))
    return plain(pace)


def _verdicts(standing: Standing, parameters: Parameters, light: Light) -> tuple[Verdict, ...]:
    verdicts: list[Verdict] = []
    for rule in RULES:
        held = any(each.holds for each in verdicts)
        is_left_over = held and rule is RULES[-1]  # grey is what nothing else claims
        holds = not is_left_over and rule.holds(standing, parameters)
        why = rule.words(standing) if holds else rule.denial(standing)
        verdicts.append(Verdict(rule.key, rule.color, rule.condition(parameters), holds, why, holds and not held))
    assert next(each.light for each in verdicts if each.decides) == light.color  # noqa: S101 - the table judge() walked
    return tuple(verdicts)


def _together(item: Item, judged: Judgement) -> tuple[Step, ...]:
    """Explain how an item with several indicators follows from them."""
    if len(item.indicators) == 1:
        return ()
    shares = [_share_words(each.achievement) for each in judged.indicators]
    lags = [_share_words(each.lag) for each in judged.indicators]
    order = "、".join(LIGHTS.values())
    return (
        Step("percent", "完成率", f"各指标完成率的平均（{'、'.join(shares)}），有一个未知即为未知", judged.percent),
        Step("lag", "滞后（百分点）", f"各指标中最大的（{'、'.join(lags)}）", judged.lag),
        Step("days_overdue", "逾期天数", "自最早一个逾期指标的时限起算", judged.days_overdue),
        Step("light", "亮灯", f"各指标中最差的（{order}）", judged.light.color if judged.light else None),
    )


def _silence(item: Item, judged: Judgement, parameters: Parameters) -> tuple[Step, ...]:
    """Explain who owes a report for the period asked about."""
    period = judged.period
    first = first_owed(parameters, item.plan_used)
    if period is None or first is None or first.start > period.start:
        words = "本方案在该填报期之前尚未开始填报，不欠报"
    else:
        words = f"{period.name}（{period.start} 至 {period.end}，宽限到期后查）没有填报的牵头单位；已达标、待数据、待核查的不欠报"
    main = next((role.name for role in item.leads if role.unit == item.main_lead), None)
    whose = f"主牵头（{main}）未填报" if main else "牵头单位都未填报"
    return (
        Step("unreported_units", "未填报单位", words, "、".join(judged.silent_units) or "无"),
        Step("unreported", "本事项未填报", whose, judged.unreported),
    )


def _share_words(value: Decimal | None) -> str:
    return "未知" if value is None else plain(value)


def _percent_words(value: Decimal | None) -> str:
    return "未填" if value is None else f"{plain(value)}%"


def _amount(value: Decimal | None, indicator: Indicator) -> str:
    return "无" if value is None else f"{plain(value)}{indicator.measure or ''}"
