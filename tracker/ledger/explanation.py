"""Why an item stands as it stands: every input, every step with its figures, every rule of the lights (issue 3).

The results are those of `judge`, the figures in the formulas those of the functions it calls, the rules the very table it
walks: an explanation has no arithmetic of its own that could contradict the judgement.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.judgement import IndicatorJudgement, Judgement, completion_words, demand_words
from tracker.ledger.lights import RULES, Light, Standing, is_watched
from tracker.ledger.model import Indicator, Item
from tracker.ledger.progress import HUNDRED, ZERO, Stretch, is_outdated_hold, rounded_down, span_of, stretch_of
from tracker.ledger.terms import CHANGE_COMPARATORS, LIGHTS, STATES
from tracker.ledger.thresholds import Thresholds
from tracker.ledger.values import plain

UNKNOWN = "无法评估"
SHORT = Decimal(10) ** 20
"""Below it a figure has digits to spare for rounding."""
HOW = {
    "same": "与 {} 为同一指标",
    "sum": "{} 的合计，缺一个即为未知",
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


def explain(item: Item, judged: Judgement, as_of: date, limits: Thresholds, n: int | None = None) -> Explanation:
    """Explain a judgement that was made of this item, as of this day, with these limits; n narrows to one indicator."""
    if judged.light is None:
        return Explanation(item.id, as_of, (), (), None)
    if judged.standing is not None:
        part = _own_part(item, judged, judged.standing, judged.light, as_of, limits)
        return Explanation(item.id, as_of, (part,), _silence(judged, limits), judged.light)
    pairs = list(zip(item.indicators, judged.indicators, strict=True))
    parts = tuple(_part(item, one, standing, as_of, limits) for one, standing in pairs if n in (None, one.n))
    return Explanation(item.id, as_of, parts, (*_together(item, judged), *_silence(judged, limits)), judged.light)


def _part(item: Item, indicator: Indicator, judged: IndicatorJudgement, as_of: date, limits: Thresholds) -> Part:
    standing, settled = judged.standing, judged.met or not indicator.is_open
    steps = (
        Step("met", "达标", _met_formula(indicator, as_of, limits, met=judged.met), judged.met),
        Step("achievement", "完成率", _achievement_formula(indicator, judged), judged.achievement),
        Step("planned_progress", "序时进度", _planned_formula(item, indicator.due, as_of, indicator), judged.planned),
        *_common(judged.lag, judged.planned, judged.achievement, standing, indicator.due, as_of, settled=settled),
    )
    inputs = (*_target_inputs(indicator), *_common_inputs(item, indicator), *_value_inputs(indicator))
    return Part(
        f"{item.id}.{indicator.n}",
        indicator.name,
        inputs,
        steps,
        _verdicts(standing, limits, judged.light),
        judged.light,
    )


def _own_part(item: Item, judged: Judgement, standing: Standing, light: Light, as_of: date, limits: Thresholds) -> Part:
    reached = "已办结，记为 100" if judged.met else _percent_words(item.percent)
    steps = (
        Step("met", "达标", f"状态为{STATES[item.state]}：无数值目标，办结才算达标", judged.met),
        Step("achievement", "完成率", f"填报的完成率：{reached}", judged.percent),
        Step("planned_progress", "序时进度", _planned_formula(item, item.due, as_of, None), judged.planned),
        *_common(judged.lag, judged.planned, _counted(judged), standing, item.due, as_of, settled=judged.met),
    )
    report = item.last_report
    last = "无" if report is None else f"{report.date}（{report.entered} 录入）"
    inputs = (
        *_common_inputs(item, item),
        Input("percent", "填报的完成率", _percent_words(item.percent)),
        Input("last_report", "最近填报", last),
    )
    return Part(item.id, item.title or item.text, inputs, steps, _verdicts(standing, limits, light), light)


def _counted(judged: Judgement) -> Decimal | None:
    """Return the share that a lag was taken of; planned − lag, since a declared percent counts only up to 99.9."""
    return None if judged.planned is None or judged.lag is None else judged.planned - judged.lag


def _common(
    lag: Decimal | None, planned: Decimal | None, reached: Decimal | None, standing: Standing, due: date | None,
    as_of: date, *, settled: bool,
) -> tuple[Step, ...]:  # fmt: skip
    """Explain lag, overdue days, the age of the last report and the time left."""
    if lag is None or planned is None or reached is None:
        behind = "序时进度或完成率未知"
    else:
        behind = f"序时进度 {plain(planned)} − 完成率 {plain(reached)}"
    left = None if standing.time_left is None else rounded_down(standing.time_left)
    return (
        Step("lag", "滞后（百分点）", behind, lag),
        Step("days_overdue", "逾期天数", _overdue_formula(due, as_of, settled=settled), standing.overdue_days),
        Step("report_age", "距最近填报的天数", _age_formula(standing), standing.report_age),
        Step("time_left", "剩余时间（%）", "无时限" if due is None else f"到 {due} 的天数 ÷ 全程天数 × 100", left),
    )


def _age_formula(standing: Standing) -> str:
    return "从未填报" if standing.report_age is None else "按录入日计；录入晚于截至日的，按数据时点计"


def _overdue_formula(due: date | None, as_of: date, *, settled: bool) -> str:
    if due is None:
        return "无时限，不算逾期"
    if settled:
        return "已达标或已办结，不算逾期"
    return f"{as_of} − {due}" if as_of > due else f"{as_of} 未过 {due}"


def _target_inputs(indicator: Indicator) -> tuple[Input, ...]:
    directions = {"up": "越高越好", "down": "越低越好", "hold": "应保持的水平，只看是否达到要求", None: "无"}
    words = demand_words(indicator) + ("（力争）" if indicator.aspirational else "")
    change = "；填报的是变化幅度，从 0 起算" if indicator.comparator in CHANGE_COMPARATORS else ""
    return Input("target", "目标", words), Input("direction", "方向", directions[indicator.direction] + change)


def _common_inputs(item: Item, subject: Item | Indicator) -> tuple[Input, ...]:
    due = "无" if subject.due is None else str(subject.due)
    if subject.due != subject.original_due:
        due += f"（原定 {subject.original_due or '无'}）"
    completed = completion_words(subject.due, subject.completed_on)
    return (
        Input("period_start", "实施起点", str(item.period_start)),
        Input("due", "完成时限", due),
        Input("state", "状态", STATES[subject.state] + (f"，{completed}" if completed else "")),
    )


def _value_inputs(indicator: Indicator) -> Iterable[Input]:
    reported = indicator.reported_on
    last = "无" if reported is None else f"{reported}（{indicator.reported_entered} 录入）"
    if not indicator.takes_value:
        yield Input("percent", "填报的完成率", _percent_words(indicator.percent))
        yield Input("last_report", "最近填报", last)
        return
    if not indicator.is_change:
        year = f"（{indicator.baseline_year} 年）" if indicator.baseline_year else ""
        yield Input("baseline", "基数", _amount(indicator.baseline_value, indicator) + year)
    elif indicator.baseline_year:
        yield Input("baseline", "基期", f"{indicator.baseline_year} 年")
    if indicator.milestones:
        points = "；".join(f"{each.date} 为 {_amount(each.value, indicator)}" for each in indicator.milestones)
        yield Input("milestones", "阶段目标", points)
    on = f"（{indicator.actual_date}）" if indicator.actual_date else ""
    yield Input("actual", "现值", _amount(indicator.actual, indicator) + on)
    if indicator.link is not None:
        yield Input("link", "现值来源", HOW[indicator.link.kind].format("、".join(indicator.link.sources)))
    yield Input("last_report", "最近填报", last)


def _met_formula(indicator: Indicator, as_of: date, limits: Thresholds, *, met: bool) -> str:
    if not indicator.takes_value:
        return f"状态为{STATES[indicator.state]}：无数值目标，办结才算达标"
    if indicator.actual is None:
        return "尚无现值"
    asked = f"现值 {_amount(indicator.actual, indicator)}，要求{demand_words(indicator)}"
    if "~" in (indicator.comparator, indicator.bound):
        asked += f"（允许差 {plain(limits.tolerance)}%）"
    if not met and is_outdated_hold(indicator, as_of):
        return f"{asked}；应保持的水平过期后，须有 {indicator.due and indicator.due.year} 年及以后的现值"
    return asked


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
        return f"{'尚无基数' if indicator.baseline_value is None else '基数已达到或超过目标值'}，{UNKNOWN}"
    if judged.met:
        return "已达标，记为 100"
    baseline, target = span[0], _term(indicator.value or ZERO)
    quotient = f"({plain(indicator.actual)} − {_term(baseline)}) ÷ ({target} − {_term(baseline)}) × 100"
    return f"{quotient}，取 0–99.9，一位小数，只舍不入"


def _term(value: Decimal) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def _planned_formula(item: Item, due: date | None, as_of: date, indicator: Indicator | None) -> str:
    start = item.period_start
    if due is None or due <= start:
        return f"无时限，{UNKNOWN}" if due is None else f"时限不晚于实施起点，{UNKNOWN}"
    if as_of >= due:
        return "已到时限，为 100"
    if as_of <= start:
        return "尚未起步，为 0"
    stretch = stretch_of(start, due, as_of, indicator.milestones if indicator else (), indicator)
    if stretch is None or indicator is None:
        return f"已过 {(as_of - start).days} 天 ÷ 全程 {(due - start).days} 天 × 100"
    return _along(stretch, indicator, as_of)


def _along(stretch: Stretch, indicator: Indicator, as_of: date) -> str:
    """Say which piece of the way along milestones a day lies on, and what follows from it."""
    span = span_of(indicator)
    assert span is not None  # noqa: S101 - there is no stretch without one
    baseline, target = _term(span[0]), _term(indicator.value or ZERO)
    due_value = span[0] + span[1] * stretch.share(as_of, *span) / HUNDRED
    about = rounded_down(due_value) if abs(due_value) < SHORT else due_value
    return (
        f"沿阶段目标：{stretch.start} 的 {plain(stretch.start_value)} 到 {stretch.end} 的 {plain(stretch.end_value)}，"
        f"已过 {(as_of - stretch.start).days} 天，共 {(stretch.end - stretch.start).days} 天，应约为 {plain(about)}；"
        f"(应为值 − {baseline}) ÷ ({target} − {baseline}) × 100"
    )


def _verdicts(standing: Standing, limits: Thresholds, light: Light) -> tuple[Verdict, ...]:
    verdicts: list[Verdict] = []
    for rule in RULES:
        reason = rule.reason(standing, limits)
        decides = reason is not None and not any(each.holds for each in verdicts)
        why = _why_not(rule.key, standing) if reason is None else reason
        if rule.key == "reported" and reason is not None and not decides:
            why = "已填报过"
        verdicts.append(Verdict(rule.key, rule.color, rule.condition(limits), reason is not None, why, decides))
    assert next(each.light for each in verdicts if each.decides) == light.color  # noqa: S101 - the table judge() walked
    return tuple(verdicts)


def _why_not(key: str, standing: Standing) -> str:
    """Say why a rule does not hold."""
    if key in ("far_behind", "behind"):
        return "滞后" + (f" {plain(standing.lag)} 个百分点" if standing.lag is not None else UNKNOWN)
    if key in ("stale", "due_soon") and not is_watched(standing):
        return "已达标，不计"
    if key == "stale":
        return "从未填报" if standing.report_age is None else f"距最近填报 {standing.report_age} 天"
    if key == "silent":
        return _why_not_silent(standing)
    if key == "due_soon":
        return _why_not_near(standing.days_left)
    return {"done": "未办结", "overdue": "未逾期", "ban": "未突破", "held": "不适用或已达要求", "reported": "从未填报",
            "never": "已填报过"}[key]  # fmt: skip


def _why_not_silent(standing: Standing) -> str:
    if standing.report_age is not None:
        return "已填报过"
    return "无时限" if standing.time_left is None else f"剩余时间 {plain(rounded_down(standing.time_left))}%"


def _why_not_near(days_left: int | None) -> str:
    if days_left is None:
        return "无时限"
    return f"还有 {days_left} 天" if days_left >= 0 else f"已过 {-days_left} 天"


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
        Step("days_overdue", "逾期天数", "自最早一个未达标、未办结指标的时限起算", judged.days_overdue),
        Step("light", "亮灯", f"各指标中最差的（{order}）", judged.light.color if judged.light else None),
    )


def _silence(judged: Judgement, limits: Thresholds) -> tuple[Step, ...]:
    words = f"牵头单位 {limits.report_days} 天内没有本单位填报的（只计未办结的事项）"
    return (Step("unreported", "未填报单位", words, "、".join(judged.unreported) or "无"),)


def _share_words(value: Decimal | None) -> str:
    return "未知" if value is None else plain(value)


def _percent_words(value: Decimal | None) -> str:
    return "未填" if value is None else f"{plain(value)}%"


def _amount(value: Decimal | None, indicator: Indicator) -> str:
    return "无" if value is None else f"{plain(value)}{indicator.measure or ''}"
