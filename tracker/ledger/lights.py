"""The light (亮灯) of an indicator or a row without indicators: the first rule that holds, always with its reason.

Sources of the thresholds: 银川 2025 (10 and 30 百分点), 商丘 2025 (30 % of the time left), 宿迁 2025 (blue near due, red 逾期);
docs/rules.md.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.progress import rounded_down
from tracker.ledger.terms import LIGHTS
from tracker.ledger.thresholds import Thresholds
from tracker.ledger.values import plain


class Standing(NamedTuple):
    """Everything a light depends on. Days and shares are computed by the caller; None means not known."""

    done: str | None
    overdue_days: int
    lag: Decimal | None
    broken_ban: str | None
    held_unmet: str | None
    report_age: int | None
    met: bool
    held_before_due: bool
    days_left: int | None
    time_left: Decimal | None


class Light(NamedTuple):
    """A colour and the Chinese words that justify it."""

    color: str
    reason: str


def _done(standing: Standing, _limits: Thresholds) -> str | None:
    return standing.done


def _overdue(standing: Standing, _limits: Thresholds) -> str | None:
    return f"逾期 {standing.overdue_days} 天" if standing.overdue_days else None


def _far_behind(standing: Standing, limits: Thresholds) -> str | None:
    return _behind(standing.lag) if standing.lag is not None and standing.lag > limits.red_lag else None


def _ban(standing: Standing, _limits: Thresholds) -> str | None:
    return standing.broken_ban


def _behind_schedule(standing: Standing, limits: Thresholds) -> str | None:
    return _behind(standing.lag) if standing.lag is not None and standing.lag >= limits.yellow_lag else None


def _held(standing: Standing, _limits: Thresholds) -> str | None:
    return standing.held_unmet


def _stale(standing: Standing, limits: Thresholds) -> str | None:
    if standing.report_age is None or standing.report_age <= limits.report_days or not is_watched(standing):
        return None
    return f"已 {standing.report_age} 天未填报"


def _silent(standing: Standing, limits: Thresholds) -> str | None:
    if standing.report_age is not None or standing.time_left is None or standing.time_left > limits.time_left:
        return None
    return f"从未填报，时间只剩 {plain(rounded_down(standing.time_left))}%"


def _due_soon(standing: Standing, limits: Thresholds) -> str | None:
    if standing.days_left is None or not 0 <= standing.days_left <= limits.due_days or not is_watched(standing):
        return None
    return "今天到期" if standing.days_left == 0 else f"还有 {standing.days_left} 天到期"


def _reported(standing: Standing, _limits: Thresholds) -> str | None:
    if standing.report_age is None:
        return None
    if standing.met:
        return "已达标待办结" + ("，到期前须继续保持" if standing.held_before_due else "")
    if standing.lag is None:
        return "按期填报，进度无法评估"
    return f"低于序时 {plain(standing.lag)} 个百分点，在允许范围内" if standing.lag > 0 else "达到序时进度"


def _never(standing: Standing, _limits: Thresholds) -> str | None:
    return "从未填报" if standing.report_age is None else None


def _behind(lag: Decimal) -> str:
    return f"低于序时 {plain(lag)} 个百分点"


def is_watched(standing: Standing) -> bool:
    """Say whether report age and nearness still count: not for what is met, except a level held before its due date."""
    return not standing.met or standing.held_before_due


class Rule(NamedTuple):
    """One clause of the light rules: reason gives the words where it holds, None where it does not."""

    key: str
    color: str
    condition: Callable[[Thresholds], str]
    reason: Callable[[Standing, Thresholds], str | None]


RULES = (
    Rule("done", "done", lambda _: "牵头单位已办结，或已核查销号", _done),
    Rule("overdue", "red", lambda _: "逾期", _overdue),
    Rule("far_behind", "red", lambda limits: f"低于序时超过 {plain(limits.red_lag)} 个百分点", _far_behind),
    Rule("ban", "red", lambda _: "突破禁止性要求", _ban),
    Rule("behind", "yellow", lambda limits: f"低于序时 {plain(limits.yellow_lag)} 个百分点及以上", _behind_schedule),
    Rule("held", "yellow", lambda _: "应保持的水平现值未达要求", _held),
    Rule("stale", "yellow", lambda limits: f"超过 {limits.report_days} 天未填报", _stale),
    Rule("silent", "yellow", lambda limits: f"从未填报且剩余时间不超过 {plain(limits.time_left)}%", _silent),
    Rule("due_soon", "blue", lambda limits: f"{limits.due_days} 天内到期", _due_soon),
    Rule("reported", "green", lambda _: "其余已填报的事项", _reported),
    Rule("never", "grey", lambda _: "从未填报", _never),
)
"""docs/rules.md, Light: the first that holds decides. Judging and explaining walk the same table."""


def light_of(standing: Standing, limits: Thresholds) -> Light:
    """Return the light of the first rule that holds: done, red, yellow, blue, green, grey."""
    for rule in RULES:
        reason = rule.reason(standing, limits)
        if reason is not None:
            return Light(rule.color, f"{LIGHTS[rule.color]}：{reason}")
    raise AssertionError("something is reported or never was")  # pragma: no cover - one of the last two rules holds


def rule_text(limits: Thresholds) -> list[str]:
    """Return the rules in words, with the figures in force, for the foot of every report."""
    conditions: dict[str, list[str]] = {}
    for rule in RULES:
        conditions.setdefault(rule.color, []).append(rule.condition(limits))
    return [
        "亮灯规则（自上而下，先符合者为准）：",
        *(f"{LIGHTS[color]}：{'；或'.join(words)}。" for color, words in conditions.items()),
        "注：已达标的不计“未填报”和“到期”两条，应保持的水平在到期前仍计。",
    ]
