"""The light (亮灯) of an indicator or a row without indicators: the first rule that holds, always with its reason.

Sources of the thresholds: 银川 2025 (10 and 30 百分点), 商丘 2025 (30 % of the time left), 宿迁 2025 (blue near due, red 逾期);
DESIGN §5.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.terms import LIGHTS
from tracker.ledger.values import plain


class Thresholds(NamedTuple):
    """The figures of the rules; the configuration can change each of them."""

    red_lag: Decimal = Decimal(30)
    yellow_lag: Decimal = Decimal(10)
    report_days: int = 31
    time_left: Decimal = Decimal(30)
    due_days: int = 30
    tolerance: Decimal = Decimal(5)


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


def light_of(standing: Standing, limits: Thresholds) -> Light:
    """Return the first light whose rule holds: done, red, yellow, blue, green, grey."""
    for color, find in (("done", _done), ("red", _red), ("yellow", _yellow), ("blue", _blue)):
        reason = find(standing, limits)
        if reason is not None:
            return Light(color, f"{LIGHTS[color]}：{reason}")
    if standing.report_age is None:
        return Light("grey", "灰：从未填报")
    return Light("green", f"绿：{_green(standing)}")


def _done(standing: Standing, _limits: Thresholds) -> str | None:
    return standing.done


def _red(standing: Standing, limits: Thresholds) -> str | None:
    if standing.overdue_days:
        return f"逾期 {standing.overdue_days} 天"
    if standing.lag is not None and standing.lag > limits.red_lag:
        return _behind(standing.lag)
    return standing.broken_ban


def _yellow(standing: Standing, limits: Thresholds) -> str | None:
    if standing.lag is not None and standing.lag >= limits.yellow_lag:
        return _behind(standing.lag)
    if standing.held_unmet is not None:
        return standing.held_unmet
    if standing.report_age is None:
        if standing.time_left is not None and standing.time_left <= limits.time_left:
            return f"从未填报，时间只剩 {plain(standing.time_left)}%"
        return None
    if standing.report_age > limits.report_days and _still_watched(standing):
        return f"已 {standing.report_age} 天未填报"
    return None


def _blue(standing: Standing, limits: Thresholds) -> str | None:
    if standing.days_left is None or not 0 <= standing.days_left <= limits.due_days or not _still_watched(standing):
        return None
    return "今天到期" if standing.days_left == 0 else f"还有 {standing.days_left} 天到期"


def _green(standing: Standing) -> str:
    if standing.met:
        return "保持在要求水平" if standing.held_before_due else "已达标待办结"
    if standing.lag is None:
        return "按期填报，进度无法评估"
    return f"低于序时 {plain(standing.lag)} 个百分点，在允许范围内" if standing.lag > 0 else "达到序时进度"


def _behind(lag: Decimal) -> str:
    return f"低于序时 {plain(lag)} 个百分点"


def _still_watched(standing: Standing) -> bool:
    """What is met needs no further reports, except a level that must hold until its due date."""
    return not standing.met or standing.held_before_due


def rule_text(limits: Thresholds) -> list[str]:
    """Return the rules in words, with the figures in force, for the foot of every report."""
    return [
        "亮灯规则（自上而下，先符合者为准）：",
        "已办结：牵头单位已办结，或已核查销号。",
        f"红：逾期；或低于序时超过 {plain(limits.red_lag)} 个百分点；或突破禁止性要求。",
        f"黄：低于序时 {plain(limits.yellow_lag)} 个百分点及以上；或应保持的水平现值未达要求；"
        f"或超过 {limits.report_days} 天未填报；或从未填报且剩余时间不足 {plain(limits.time_left)}%（含）。",
        f"蓝：{limits.due_days} 天内到期。",
        "绿：其余已填报的事项。",
        "灰：从未填报。",
    ]


def days_between(earlier: date, later: date) -> int:
    """Return whole days from earlier to later; negative when later comes first."""
    return (later - earlier).days
