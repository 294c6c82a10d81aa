"""The light (亮灯) of an indicator or a row without indicators: the first rule that holds, always with its reason.

Sources of the figures: 银川 2025 (10 and 30 百分点), 商丘 2025 (30 % of the time left), 宿迁 2025 (blue near due, red 逾期), the
practice of 政务督办 (申报 → 核查 → 销号); docs/rules.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, final

from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import HUNDRED, NO_TARGETS, ZERO, Attainment, Missed, Yardstick, Yearly, rounded, span_of
from tracker.ledger.reporting_periods import Period
from tracker.ledger.terms import COMPARATORS, LIGHTS
from tracker.ledger.values import plain

REVIEW_DAYS = 30
"""After so many days a declaration that nobody verified is the coordinator's debt."""


_NO_YARDSTICK = Yardstick(held=False)


@dataclass(slots=True, repr=False, eq=False)
class Standing:
    """What the light of an indicator, or of a row without any, depends on; what a rule asks of it is worked out when it asks.

    overdue_days: 0 where it is not late; lag: how far it is behind the plan line, None where that no longer counts or is not known;
    before_ledger: whether it was late before its plan was in the ledger; owes: whether a period that the row owes is over with its
    grace; silent_in: the period that is not answered.
    """

    item: Item
    subject: Item | Indicator
    as_of: date
    attained: Attainment
    overdue_days: int
    lag: Decimal | None
    before_ledger: bool
    owes: bool
    silent_in: Period | None
    yearly: Yearly = NO_TARGETS
    yardstick: Yardstick = _NO_YARDSTICK

    @property
    def settled(self) -> bool:
        """Whether nothing is asked of it any more but what is closed, banned, returned, declared and reached."""
        return self.attained.settled

    @property
    def is_closed(self) -> bool:
        """Whether it is closed."""
        return self.subject.state == "closed"

    @property
    def never(self) -> bool:
        """Whether nobody has reported on it."""
        return self.subject.reported_on is None and not (isinstance(self.subject, Indicator) and self.subject.values)

    @property
    def days_left(self) -> int | None:
        """Days to its deadline, below 0 after it."""
        return None if self.subject.due is None else (self.subject.due - self.as_of).days

    @property
    def time_left(self) -> Decimal | None:
        """The share of the time between start and due that is still to come, in percent, not rounded; 0 past due."""
        start, due = self.item.begins, self.subject.due
        if due is None or due <= start:
            return None
        return max(Decimal((due - max(self.as_of, start)).days) * HUNDRED / Decimal((due - start).days), ZERO)

    @property
    def extended_from(self) -> date | None:
        """The printed deadline, where another is in force."""
        subject = self.subject
        return subject.original_due if subject.extensions and subject.due != subject.original_due else None

    @property
    def missed(self) -> tuple[Missed, ...]:
        """The run of yearly targets missed up to the last one that can be judged."""
        return () if self.attained.settled else self.yearly.missed

    @property
    def is_awaited(self) -> bool:
        """Whether the figure of its due year is awaited."""
        return self.attained.awaited_until is not None and self.subject.due is not None


def completion_words(due: date | None, completed_on: date | None) -> str | None:
    """Tell 按期办结 from 逾期办结 by the deadline in force; a row without a deadline is neither."""
    if completed_on is None:
        return None
    if due is None:
        return f"{completed_on} 办结"
    return f"{'按期办结' if completed_on <= due else '逾期办结'}（{completed_on}）"


def completed_late(subject: Item | Indicator) -> bool:
    """Say whether something was completed after its deadline in force (逾期办结)."""
    return subject.completed_on is not None and subject.due is not None and subject.completed_on > subject.due


def demand_words(indicator: Indicator) -> str:
    """Write what the target asks in words: 不低于98%, 下降16%以上, 全面完成, 全部."""
    if indicator.basis == "each":
        return "全部"
    words = COMPARATORS[indicator.comparator]
    if indicator.comparator == "=":
        words = {"down": "降到", None: "正好"}.get(indicator.direction, words)
    if indicator.value is None:
        return words
    amount = f"{plain(indicator.value)}{indicator.measure or ''}"
    if indicator.is_change:
        return f"{words}{amount}" + {">=": "以上", "~": "左右"}.get(indicator.bound or "=", "")
    return f"{amount}左右" if indicator.comparator == "~" else f"{words}{amount}"


class Rule(NamedTuple):
    """One clause of the light rules: words say why where it holds, denial why it does not."""

    key: str
    color: str
    condition: Callable[[Parameters], str]
    holds: Callable[[Standing, Parameters], bool]
    words: Callable[[Standing], str]
    denial: Callable[[Standing], str]


@final
class Light:
    """A colour and the Chinese words that justify it, put together when they are read; within: the part of an item that decides."""

    __slots__ = ("_reason", "_rule", "_standing", "_within", "color")

    def __init__(self, rule: Rule, standing: Standing, within: str = "") -> None:
        """Take the rule that holds of a standing."""
        self.color = rule.color
        self._rule, self._standing, self._within = rule, standing, within
        self._reason: str | None = None

    @property
    def reason(self) -> str:
        """The words."""
        if self._reason is None:
            color, standing = self.color, self._standing
            # Whoever reads a colour that more time gave shall see the printed deadline beside it.
            extended = "" if standing.extended_from is None else f"，原定{standing.extended_from}"
            sign = "，" if color == "review" else "："
            self._reason = f"{LIGHTS[color]}{sign}{self._rule.words(standing)}{extended}{self._within}"
        return self._reason

    def of(self, part: str) -> "Light":
        """Return it as that of an item, by the part of it that decides."""
        return Light(self._rule, self._standing, f"（{part}）")


def _number(standing: Standing) -> Indicator:
    """Return the number that a standing is of, where a rule holds that is one of numbers."""
    assert isinstance(standing.subject, Indicator)  # noqa: S101 - else no such rule holds
    return standing.subject


def _amount(value: Decimal, indicator: Indicator) -> str:
    return f"{plain(value)}{'%' if indicator.basis == 'each' else indicator.measure or ''}"


def _closed_words(standing: Standing) -> str:
    """Say how it was closed; what was closed unmet is no completion, on time or late."""
    subject = standing.subject
    if subject.unmet:
        return f"未达目标（{subject.unmet}），{subject.closed_on} 销号"
    return completion_words(subject.due, subject.completed_on) or str(subject.closed_on)


def _has_broken_ban(standing: Standing, _parameters: Parameters) -> bool:
    return standing.attained.breach is not None and not standing.is_closed


def _ban_words(standing: Standing) -> str:
    breach = standing.attained.breach
    assert breach is not None  # noqa: S101 - asked only where the rule holds
    return f"突破禁止性要求（现值{_amount(breach.value, _number(standing))}，{breach.date}）"


def _overdue_words(standing: Standing) -> str:
    return f"逾期 {standing.overdue_days} 天 · {_overdue_why(standing)}"


def _overdue_why(standing: Standing) -> str:
    """Say which of the ways to be overdue it is."""
    subject, attained = standing.subject, standing.attained
    if subject.returned is not None:
        return f"退回（{subject.returned}）"
    if standing.before_ledger:
        return "台账无填报（建账前到期）"
    if not isinstance(subject, Indicator) or not subject.is_number:
        return "未办结"
    if subject.basis == "each":
        return "未报数" if subject.percent is None else f"未达目标（现值{plain(subject.percent)}%）"
    year = "" if subject.due is None else f"{subject.due.year}年"
    held = standing.yardstick.held
    actual = subject.actual
    if (held or subject.basis in ("level", "annual")) and not attained.failed:
        now = f"，现值{_amount(actual, subject)}" if actual is not None else ""
        return f"尚无{year}数据{now}"
    if actual is None:
        return "未报数"
    value = attained.figure.value if attained.figure is not None else actual
    return f"{'未保持' if held else '未达目标'}（现值{_amount(value, subject)}）"


def _is_far_behind(standing: Standing, parameters: Parameters) -> bool:
    return standing.lag is not None and standing.lag > parameters.red_lag


def _is_behind(standing: Standing, parameters: Parameters) -> bool:
    return standing.lag is not None and standing.lag >= parameters.yellow_lag


def _behind_words(standing: Standing) -> str:
    return f"低于序时 {_shown(standing.lag)} 个百分点"


def _shown(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _has_missed_twice(standing: Standing, _parameters: Parameters) -> bool:
    return len(standing.missed) > 1


def _missed_words(standing: Standing, missed: Missed) -> str:
    indicator, year = _number(standing), missed.target.date.year
    wanted = _amount(missed.target.value, indicator)
    if missed.figure is None:
        return f"尚无{year}年数据，应{wanted}"
    return f"未达{year}年目标，现值{_amount(missed.figure.value, indicator)}，应{wanted}"


def _is_declared_unmet(standing: Standing, _parameters: Parameters) -> bool:
    """Say whether its figures do not bear a declaration out."""
    subject, attained = standing.subject, standing.attained
    if subject.state != "completed" or attained.met or attained.is_early or attained.held:
        return False
    if not isinstance(subject, Indicator) or not subject.is_number:
        return False
    return attained.awaited_until is None or (subject.actual is not None and not attained.satisfied)


def _declared_unmet_words(standing: Standing) -> str:
    indicator = _number(standing)
    if indicator.actual is None:
        return "申报办结，未报数"
    return f"申报办结，未达目标（现值{_amount(indicator.actual, indicator)}）"


def _is_returned(standing: Standing, _parameters: Parameters) -> bool:
    return standing.subject.returned is not None


def _is_not_held(standing: Standing, _parameters: Parameters) -> bool:
    attained = standing.attained
    return attained.held is False and not attained.settled and attained.figure is not None


def _not_held_words(standing: Standing) -> str:
    indicator, figure = _number(standing), standing.attained.figure
    assert figure is not None  # noqa: S101 - asked only where the rule holds
    return f"未保持在要求水平（现值{_amount(figure.value, indicator)}，要求{demand_words(indicator)}）"


def _is_silent(standing: Standing, _parameters: Parameters) -> bool:
    return standing.silent_in is not None and not standing.settled


def _silent_words(standing: Standing) -> str:
    return "" if standing.silent_in is None else f"{standing.silent_in.name}未填报"


def _is_never_and_late(standing: Standing, parameters: Parameters) -> bool:
    if not standing.owes or standing.settled or not standing.never:
        return False
    left = standing.time_left
    return left is not None and left <= parameters.time_left


def _never_words(standing: Standing) -> str:
    return f"从未填报，时间只剩 {_time_words(standing)}"


def _time_words(standing: Standing) -> str:
    return "" if standing.time_left is None else f"{plain(rounded(standing.time_left))}%"


def _is_declared(standing: Standing, _parameters: Parameters) -> bool:
    return standing.subject.state == "completed"


def _review_words(standing: Standing) -> str:
    """Say when and by whom it was declared done, and since when that waits."""
    subject, attained = standing.subject, standing.attained
    due, on = subject.due, subject.completed_on
    words = f"申报于{on}" + (f"，{subject.completed_unit}" if subject.completed_unit else "")
    is_assessed = isinstance(subject, Indicator) and subject.basis == "assessed"
    late = attained.met_late if is_assessed else completed_late(subject)
    if late and due is not None and on is not None:
        words += f"，逾期 {(on - due).days} 天申报"
    words += f"，待{due.year}年数据" if attained.awaited_until is not None and due else ""
    waits = 0 if on is None else (standing.as_of - on).days
    return words + (f"，待核查已 {waits} 天" if waits > REVIEW_DAYS else "")


def _is_due_soon(standing: Standing, parameters: Parameters) -> bool:
    left = standing.days_left
    return left is not None and 0 <= left <= parameters.due_days and not (standing.attained.met or standing.settled)


def _due_soon_words(standing: Standing) -> str:
    return f"还有 {standing.days_left} 天到期" if standing.days_left else "今天到期"


def _awaited_words(standing: Standing) -> str:
    due = standing.subject.due
    assert due is not None  # noqa: S101 - asked only where the rule holds
    return f"期限已到，待{due.year}年数据（{standing.attained.awaited_until}前）"


def _is_reached(standing: Standing, _parameters: Parameters) -> bool:
    attained = standing.attained
    return (attained.met and not standing.is_closed) or (attained.is_early and standing.subject.due is not None)


def _reached_words(standing: Standing) -> str:
    """Say how it is met, or reached early."""
    due, attained = standing.subject.due, standing.attained
    if attained.is_early and due is not None:
        return f"提前达到，以{due.year}年数据为准"
    if attained.held and not attained.settled:
        return "已达标，到期前须继续保持" if due is not None else "已达标，须继续保持"
    if attained.met_late:
        return f"逾期达标（{attained.met_on}），待申报办结"
    return "已达标，待申报办结"


def _is_on_schedule(standing: Standing, parameters: Parameters) -> bool:
    return standing.lag is not None and standing.lag < parameters.yellow_lag


def _on_schedule_words(standing: Standing) -> str:
    lag = standing.lag
    return f"{_behind_words(standing)}，在允许范围内" if lag is not None and lag > 0 else "达到序时进度"


def _has_met_year(standing: Standing, _parameters: Parameters | None = None) -> bool:
    return standing.yearly.last is not None and not standing.settled and not standing.yearly.missed


def _year_met_words(standing: Standing) -> str:
    assert standing.yearly.last is not None  # noqa: S101 - asked only where the rule holds
    return f"达到{standing.yearly.last.date.year}年目标"


def _is_working(standing: Standing, _parameters: Parameters) -> bool:
    """Say whether a row in words is in progress: all that can be asked of it without a deadline or a percent."""
    subject = standing.subject
    in_words = not isinstance(subject, Indicator) or not subject.takes_value
    return in_words and subject.state == "in_progress" and not standing.never


def _working_words(standing: Standing) -> str:
    percent = standing.subject.percent
    return "正常推进，未报完成率" if percent is None else f"正常推进，完成率 {plain(percent)}%"


def _grey_words(standing: Standing) -> str:
    """Say what is lacking of what nothing else claims."""
    subject = standing.subject
    if standing.never:
        return "尚无填报"
    if not isinstance(subject, Indicator) or not subject.takes_value:
        return "未启动"
    if subject.actual is None:
        return "尚无全年数据" if subject.values else "尚无数据"
    if standing.yardstick.targets:
        return "年度目标尚未到期，待评估"
    if span_of(subject) is not None:
        if subject.due is None:
            return "缺少完成时限，待评估"
        path = standing.yardstick.path
        late = path is not None and path.points[0].date != standing.item.begins
        return "现值早于基期年末，待评估" if late else "现值早于起点，待评估"
    return "缺少基数和年度目标，待评估"


def _lag_words(standing: Standing) -> str:
    if standing.settled:
        return "已达标，不计"
    return "滞后无法评估" if standing.lag is None else f"滞后 {plain(standing.lag)} 个百分点"


def _why_not_never(standing: Standing) -> str:
    if standing.settled:
        return "已达标，不计"
    if not standing.never:
        return "已填报过"
    if not standing.owes:
        return "首个应报的填报期尚未到期"
    return "无时限" if standing.time_left is None else f"剩余时间 {_time_words(standing)}"


def _why_not_near(standing: Standing) -> str:
    if standing.attained.met or standing.settled:
        return "已达标，不计"
    left = standing.days_left
    if left is None:
        return "无时限"
    return f"还有 {left} 天" if left >= 0 else f"已过 {-left} 天"


RULES = (
    Rule("done", "done", lambda _: "已核查销号",
         lambda s, _: s.subject.state == "closed", _closed_words, lambda _: "未销号"),
    Rule("ban", "red", lambda _: "突破禁止性要求", _has_broken_ban, _ban_words, lambda _: "未突破"),
    Rule("overdue", "red", lambda _: "逾期", lambda s, _: s.overdue_days > 0, _overdue_words,
         lambda s: "待有关数据，不算逾期" if s.is_awaited else "未逾期"),
    Rule("far_behind", "red", lambda f: f"低于序时超过 {plain(f.red_lag)} 个百分点", _is_far_behind, _behind_words, _lag_words),
    Rule("missed_twice", "red", lambda _: "连续两个年度未达年度目标", _has_missed_twice,
         lambda s: f"连续两个年度未达目标：{'；'.join([_missed_words(s, each) for each in s.missed[:2]])}", lambda _: "没有"),
    Rule("unmet", "yellow", lambda _: "申报办结而未达目标", _is_declared_unmet, _declared_unmet_words, lambda _: "没有"),
    Rule("returned", "yellow", lambda _: "退回后未再填报", _is_returned, lambda s: f"退回：{s.subject.returned}", lambda _: "没有"),
    Rule("behind", "yellow", lambda f: f"低于序时 {plain(f.yellow_lag)} 个百分点及以上", _is_behind, _behind_words, _lag_words),
    Rule("missed", "yellow", lambda _: "最近一个年度目标未达到", lambda s, _: bool(s.missed), lambda s: _missed_words(s, s.missed[0]),
         lambda s: _year_met_words(s) if _has_met_year(s) else "没有"),
    Rule("held", "yellow", lambda _: "应保持的水平现值未达要求", _is_not_held, _not_held_words, lambda _: "不适用或已达要求"),
    Rule("silent", "yellow", lambda _: "本填报期未填报", _is_silent, _silent_words,
         lambda s: "已达标，不计" if s.settled else "不欠报"),
    Rule("never", "yellow", lambda f: f"从未填报且剩余时间不超过 {plain(f.time_left)}%", _is_never_and_late, _never_words, _why_not_never),
    Rule("review", "review", lambda _: "已申报办结，待核查", _is_declared, _review_words, lambda _: "未申报办结"),
    Rule("due_soon", "blue", lambda f: f"{f.due_days} 天内到期", _is_due_soon, _due_soon_words, _why_not_near),
    Rule("awaited", "blue", lambda _: "期限已到，待有关年度数据", lambda s, _: s.is_awaited, _awaited_words,
         lambda _: "没有待报的年度数据"),
    Rule("met", "green", lambda _: "已达标，待申报办结", _is_reached, _reached_words, lambda _: "未达标"),
    Rule("on_schedule", "green", lambda f: f"低于序时不到 {plain(f.yellow_lag)} 个百分点",
         _is_on_schedule, _on_schedule_words, _lag_words),
    Rule("year_met", "green", lambda _: "最近一个年度目标已达到", _has_met_year, _year_met_words, lambda _: "没有可判断的年度目标"),
    Rule("working", "green", lambda _: "正常推进，未报完成率", _is_working, _working_words, lambda _: "不适用"),
    Rule("grey", "grey", lambda _: "尚无填报、未启动、尚无数据，或缺少基数和年度目标", lambda _s, _: True, _grey_words,
         lambda _: "不适用"),
)  # fmt: skip
"""docs/rules.md, 亮灯: the first that holds decides. Judging and explaining walk the same table."""


_HOLDING = [(rule.holds, rule) for rule in RULES]


def light_of(standing: Standing, parameters: Parameters) -> Light:
    """Return the light of the first rule that holds."""
    for holds, rule in _HOLDING:
        if holds(standing, parameters):
            return Light(rule, standing)
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
