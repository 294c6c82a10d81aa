"""The light (亮灯) of an indicator or a row without indicators: the first rule that holds, always with its reason.

Sources of the figures: 银川 2025 (10 and 30 百分点), 商丘 2025 (30 % of the time left), 宿迁 2025 (blue near due, red 逾期), the
practice of 政务督办 (申报 → 核查 → 销号); docs/rules.md.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import rounded
from tracker.ledger.terms import LIGHTS
from tracker.ledger.values import plain

REVIEW_DAYS = 30
"""After so many days a declaration that nobody verified is the coordinator's debt."""


class LightInputs(NamedTuple):
    """Everything a light depends on, and the words for it. Days and shares are computed by the caller; None: not so, not known.

    Of a number that is settled only closed, broken_ban, returned, declared, reached and never count; the caller leaves
    out the rest. owes: whether a period that the row owes is over with its grace. silent: the name of the period that is not answered.
    extended_from: the printed deadline, where another is in force.
    """

    closed: str | None = None
    broken_ban: str | None = None
    overdue_days: int = 0
    overdue_why: str = ""
    lag: Decimal | None = None
    missed: tuple[str, ...] = ()
    declared: str | None = None
    declared_unmet: str | None = None
    waits_days: int = 0
    returned: str | None = None
    held_unmet: str | None = None
    silent: str | None = None
    never: bool = False
    owes: bool = False
    time_left: Decimal | None = None
    days_left: int | None = None
    met: bool = False
    settled: bool = False
    awaited: str | None = None
    reached: str | None = None
    year_met: str | None = None
    working: str | None = None
    grey: str = ""
    due: date | None = None
    extended_from: date | None = None


class Light(NamedTuple):
    """A colour and the Chinese words that justify it."""

    color: str
    reason: str


class Rule(NamedTuple):
    """One clause of the light rules: reason gives the words where it holds, None where it does not; denial says why it does not."""

    key: str
    color: str
    condition: Callable[[Parameters], str]
    reason: Callable[[LightInputs, Parameters], str | None]
    denial: Callable[[LightInputs], str]


def _overdue(standing: LightInputs, _parameters: Parameters) -> str | None:
    return f"逾期 {standing.overdue_days} 天 · {standing.overdue_why}" if standing.overdue_days else None


def _far_behind(standing: LightInputs, parameters: Parameters) -> str | None:
    return _behind(standing.lag) if standing.lag is not None and standing.lag > parameters.red_lag else None


def _missed_twice(standing: LightInputs, _parameters: Parameters) -> str | None:
    return f"连续两个年度未达目标：{'；'.join(standing.missed[:2])}" if len(standing.missed) > 1 else None


def _behind_schedule(standing: LightInputs, parameters: Parameters) -> str | None:
    return _behind(standing.lag) if standing.lag is not None and standing.lag >= parameters.yellow_lag else None


def _behind(lag: Decimal) -> str:
    return f"低于序时 {plain(lag)} 个百分点"


def _silent(standing: LightInputs, _parameters: Parameters) -> str | None:
    return None if standing.silent is None else f"{standing.silent}未填报"


def _never_and_late(standing: LightInputs, parameters: Parameters) -> str | None:
    left = standing.time_left
    if standing.settled or not (standing.never and standing.owes) or left is None or left > parameters.time_left:
        return None
    return f"从未填报，时间只剩 {plain(rounded(left))}%"


def _review(standing: LightInputs, _parameters: Parameters) -> str | None:
    if standing.declared is None:
        return None
    waits = f"，待核查已 {standing.waits_days} 天" if standing.waits_days > REVIEW_DAYS else ""
    return f"{standing.declared}{waits}"


def _due_soon(standing: LightInputs, parameters: Parameters) -> str | None:
    left = standing.days_left
    if left is None or standing.met or standing.settled or not 0 <= left <= parameters.due_days:
        return None
    return "今天到期" if left == 0 else f"还有 {left} 天到期"


def _on_schedule(standing: LightInputs, parameters: Parameters) -> str | None:
    lag = standing.lag
    if lag is None or lag >= parameters.yellow_lag:
        return None
    return f"低于序时 {plain(lag)} 个百分点，在允许范围内" if lag > 0 else "达到序时进度"


def _lag_words(standing: LightInputs) -> str:
    if standing.settled:
        return "已达标，不计"
    return "滞后无法评估" if standing.lag is None else f"滞后 {plain(standing.lag)} 个百分点"


def _why_not_never(standing: LightInputs) -> str:
    if standing.settled:
        return "已达标，不计"
    if not standing.never:
        return "已填报过"
    if not standing.owes:
        return "首个应报的填报期尚未到期"
    return "无时限" if standing.time_left is None else f"剩余时间 {plain(rounded(standing.time_left))}%"


def _why_not_near(standing: LightInputs) -> str:
    if standing.met or standing.settled:
        return "已达标，不计"
    left = standing.days_left
    if left is None:
        return "无时限"
    return f"还有 {left} 天" if left >= 0 else f"已过 {-left} 天"


RULES = (
    Rule("done", "done", lambda _: "已核查销号", lambda s, _: s.closed, lambda _: "未销号"),
    Rule("ban", "red", lambda _: "突破禁止性要求", lambda s, _: s.broken_ban, lambda _: "未突破"),
    Rule("overdue", "red", lambda _: "逾期", _overdue, lambda s: "待有关数据，不算逾期" if s.awaited else "未逾期"),
    Rule("far_behind", "red", lambda f: f"低于序时超过 {plain(f.red_lag)} 个百分点", _far_behind, _lag_words),
    Rule("missed_twice", "red", lambda _: "连续两个年度未达年度目标", _missed_twice, lambda _: "没有"),
    Rule("unmet", "yellow", lambda _: "申报办结而未达目标", lambda s, _: s.declared_unmet, lambda _: "没有"),
    Rule("returned", "yellow", lambda _: "退回后未再填报", lambda s, _: s.returned and f"退回：{s.returned}", lambda _: "没有"),
    Rule("behind", "yellow", lambda f: f"低于序时 {plain(f.yellow_lag)} 个百分点及以上", _behind_schedule, _lag_words),
    Rule("missed", "yellow", lambda _: "最近一个年度目标未达到", lambda s, _: next(iter(s.missed), None),
         lambda s: s.year_met or "没有"),
    Rule("held", "yellow", lambda _: "应保持的水平现值未达要求", lambda s, _: s.held_unmet, lambda _: "不适用或已达要求"),
    Rule("silent", "yellow", lambda _: "本填报期未填报", _silent, lambda s: "已达标，不计" if s.settled else "不欠报"),
    Rule("never", "yellow", lambda f: f"从未填报且剩余时间不超过 {plain(f.time_left)}%", _never_and_late, _why_not_never),
    Rule("review", "review", lambda _: "已申报办结，待核查", _review, lambda _: "未申报办结"),
    Rule("due_soon", "blue", lambda f: f"{f.due_days} 天内到期", _due_soon, _why_not_near),
    Rule("awaited", "blue", lambda _: "期限已到，待有关年度数据", lambda s, _: s.awaited, lambda _: "没有待报的年度数据"),
    Rule("met", "green", lambda _: "已达标，待申报办结", lambda s, _: s.reached, lambda _: "未达标"),
    Rule("on_schedule", "green", lambda f: f"低于序时不到 {plain(f.yellow_lag)} 个百分点", _on_schedule, _lag_words),
    Rule("year_met", "green", lambda _: "最近一个年度目标已达到", lambda s, _: s.year_met, lambda _: "没有可判断的年度目标"),
    Rule("working", "green", lambda _: "正常推进，未报完成率", lambda s, _: s.working, lambda _: "不适用"),
    Rule("grey", "grey", lambda _: "尚无填报、未启动、尚无数据，或缺少基数和年度目标", lambda s, _: s.grey, lambda _: "不适用"),
)  # fmt: skip
"""docs/rules.md, 亮灯: the first that holds decides. Judging and explaining walk the same table."""


def light_of(standing: LightInputs, parameters: Parameters) -> Light:
    """Return the light of the first rule that holds."""
    for rule in RULES:
        reason = rule.reason(standing, parameters)
        if reason is not None:
            # Whoever reads a colour that more time gave shall see the printed deadline beside it.
            extended = "" if standing.extended_from is None else f"，原定{standing.extended_from}"
            return Light(
                rule.color, f"{LIGHTS[rule.color]}{'，' if rule.color == 'review' else '：'}{reason}{extended}"
            )
    raise AssertionError("the last rule always holds")  # pragma: no cover


def rule_text(parameters: Parameters) -> list[str]:
    """Return the rules in words, with the figures in force, for the foot of every report."""
    conditions: dict[str, list[str]] = {}
    for rule in RULES:
        conditions.setdefault(rule.color, []).append(rule.condition(parameters))
    return [
        "亮灯规则（自上而下，先符合者为准）：",
        *(f"{LIGHTS[color]}：{'；或'.join(words)}。" for color, words in conditions.items()),
        "注：只计牵头单位的填报；有数值目标的，申报办结不等于达标；已达标的只查“突破禁止性要求”和“退回”。",
    ]
