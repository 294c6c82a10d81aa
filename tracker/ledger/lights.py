"""The light (亮灯) of an indicator or a row without indicators: the first rule that holds, always with its reason.

Sources of the figures: 银川 2025 (10 and 30 百分点), 商丘 2025 (30 % of the time left), 宿迁 2025 (blue near due, red 逾期), the
practice of 政务督办 (申报 → 核查 → 销号); docs/rules.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import HUNDRED, ZERO, Attainment, Missed, Yardstick, Yearly, is_held, rounded, span_of
from tracker.ledger.reporting_periods import Period
from tracker.ledger.terms import COMPARATORS, LIGHTS
from tracker.ledger.values import plain

REVIEW_DAYS = 30
"""After so many days a declaration that nobody verified is the coordinator's debt."""


_NO_TARGETS, _NO_YARDSTICK = Yearly(), Yardstick(held=False)


@dataclass(slots=True, repr=False, eq=False)
class Standing:
    """What the light of an indicator, or of a row without any, depends on; what a rule asks of it is worked out when it asks.

    overdue_days: 0 where it is not late; lag: as it is shown; before_ledger: whether it was late before its plan was in the ledger;
    owes: whether a period that the row owes is over with its grace; silent_in: the period that is not answered.
    """

    item: Item
    subject: Item | Indicator
    as_of: date
    attained: Attainment
    overdue_days: int
    shown_lag: Decimal | None
    before_ledger: bool
    owes: bool
    silent_in: Period | None
    yearly: Yearly = _NO_TARGETS
    yardstick: Yardstick = _NO_YARDSTICK

    @property
    def met(self) -> bool:
        """Whether it is met."""
        return self.attained.met

    @property
    def settled(self) -> bool:
        """Whether nothing is asked of it any more but what is closed, banned, returned, declared and reached."""
        return self.attained.settled

    @property
    def lag(self) -> Decimal | None:
        """How far it is behind the plan line, None where that no longer counts or is not known."""
        return None if self.settled else self.shown_lag

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
    def silent(self) -> str | None:
        """The name of the period that is not answered."""
        return None if self.silent_in is None or self.settled else self.silent_in.name

    @property
    def waits_days(self) -> int:
        """How many days ago it was declared done, 0 where it was not."""
        subject = self.subject
        return (self.as_of - subject.completed_on).days if self.is_declared and subject.completed_on else 0

    @property
    def is_declared(self) -> bool:
        """Whether it is declared done and not closed."""
        return self.subject.state == "completed"

    @property
    def returned(self) -> str | None:
        """Why its declaration was sent back."""
        return self.subject.returned

    @property
    def closed(self) -> str | None:
        """How it was closed; what was closed unmet is no completion, on time or late."""
        subject = self.subject
        if subject.state != "closed":
            return None
        if subject.unmet:
            return f"未达目标（{subject.unmet}），{subject.closed_on} 销号"
        return completion_words(subject.due, subject.completed_on) or str(subject.closed_on)

    @property
    def broken_ban(self) -> str | None:
        """By which value a ban was broken."""
        subject, breach = self.subject, self.attained.breach
        if breach is None or not isinstance(subject, Indicator) or subject.state == "closed":
            return None
        return f"突破禁止性要求（现值{_amount(breach.value, subject)}，{breach.date}）"

    @property
    def overdue_why(self) -> str:
        """Which of the ways to be overdue it is."""
        subject, attained = self.subject, self.attained
        if subject.returned is not None:
            return f"退回（{subject.returned}）"
        if self.before_ledger:
            return "台账无填报（建账前到期）"
        if not isinstance(subject, Indicator) or not subject.is_number:
            return "未办结"
        if subject.basis == "each":
            return "未报数" if subject.percent is None else f"未达目标（现值{plain(subject.percent)}%）"
        year = "" if subject.due is None else f"{subject.due.year}年"
        held = is_held(subject)
        if (held or subject.basis in ("level", "annual")) and not attained.failed:
            now = f"，现值{_with_measure(subject)}" if subject.actual is not None else ""
            return f"尚无{year}数据{now}"
        if subject.actual is None:
            return "未报数"
        value = attained.figure.value if attained.figure is not None else subject.actual
        return f"{'未保持' if held else '未达目标'}（现值{_amount(value, subject)}）"

    @property
    def declared(self) -> str | None:
        """When and by whom it was declared done."""
        subject, attained = self.subject, self.attained
        if not self.is_declared:
            return None
        words = f"申报于{subject.completed_on}" + (f"，{subject.completed_unit}" if subject.completed_unit else "")
        is_assessed = isinstance(subject, Indicator) and subject.basis == "assessed"
        late = attained.met_late if is_assessed else completed_late(subject)
        if late and subject.due is not None and subject.completed_on is not None:
            words += f"，逾期 {(subject.completed_on - subject.due).days} 天申报"
        return words + (f"，待{subject.due.year}年数据" if attained.awaited_until is not None and subject.due else "")

    @property
    def declared_unmet(self) -> str | None:
        """The words of a declaration that the figures do not bear out."""
        subject, attained = self.subject, self.attained
        if not self.is_declared or not isinstance(subject, Indicator) or not subject.is_number:
            return None
        if attained.met or attained.is_early or attained.held:
            return None
        if subject.actual is None:
            return None if attained.awaited_until is not None else "申报办结，未报数"
        if attained.awaited_until is not None and attained.satisfied:
            return None
        return f"申报办结，未达目标（现值{_with_measure(subject)}）"

    @property
    def held_unmet(self) -> str | None:
        """By which value a level is not held."""
        subject, attained = self.subject, self.attained
        if (
            attained.settled
            or attained.held is not False
            or attained.figure is None
            or not isinstance(subject, Indicator)
        ):
            return None
        return f"未保持在要求水平（现值{_amount(attained.figure.value, subject)}，要求{demand_words(subject)}）"

    @property
    def missed(self) -> tuple[str, ...]:
        """The run of yearly targets missed up to the last one that can be judged."""
        subject = self.subject
        if not self.yearly.missed or self.settled or not isinstance(subject, Indicator):
            return ()
        return tuple([_missed_words(subject, each) for each in self.yearly.missed])

    @property
    def year_met(self) -> str | None:
        """Which yearly target was reached last."""
        last = self.yearly.last
        return None if last is None or self.settled or self.yearly.missed else f"达到{last.date.year}年目标"

    @property
    def awaited(self) -> str | None:
        """Until when the figure of its due year is awaited."""
        due, until = self.subject.due, self.attained.awaited_until
        return None if until is None or due is None else f"期限已到，待{due.year}年数据（{until}前）"

    @property
    def reached(self) -> str | None:
        """How it is met, or reached early."""
        subject, attained = self.subject, self.attained
        if attained.is_early and subject.due is not None:
            return f"提前达到，以{subject.due.year}年数据为准"
        if not attained.met or subject.state == "closed":
            return None
        if attained.held and not attained.settled:
            return "已达标，到期前须继续保持" if subject.due is not None else "已达标，须继续保持"
        if attained.met_late:
            return f"逾期达标（{attained.met_on}），待申报办结"
        return "已达标，待申报办结"

    @property
    def working(self) -> str | None:
        """The words for a row in words that is in progress: all that can be asked of it without a deadline or a percent."""
        subject = self.subject
        in_words = not isinstance(subject, Indicator) or not subject.takes_value
        if self.never or not in_words or subject.state != "in_progress":
            return None
        return "正常推进，未报完成率" if subject.percent is None else f"正常推进，完成率 {plain(subject.percent)}%"

    @property
    def grey(self) -> str:
        """What is lacking of what nothing else claims."""
        subject = self.subject
        if self.never:
            return "尚无填报"
        if not isinstance(subject, Indicator) or not subject.takes_value:
            return "未启动"
        if subject.actual is None:
            return "尚无全年数据" if subject.values else "尚无数据"
        if self.yardstick.targets:
            return "年度目标尚未到期，待评估"
        if span_of(subject) is not None:
            return "缺少完成时限，待评估" if subject.due is None else "现值早于起点，待评估"
        return "缺少基数和年度目标，待评估"


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


def _with_measure(indicator: Indicator) -> str:
    assert indicator.actual is not None  # noqa: S101 - callers ask only where there is a value
    return _amount(indicator.actual, indicator)


def _amount(value: Decimal, indicator: Indicator) -> str:
    return f"{plain(value)}{'%' if indicator.basis == 'each' else indicator.measure or ''}"


def _missed_words(indicator: Indicator, missed: Missed) -> str:
    year, wanted = missed.target.date.year, _amount(missed.target.value, indicator)
    if missed.figure is None:
        return f"尚无{year}年数据，应{wanted}"
    return f"未达{year}年目标，现值{_amount(missed.figure.value, indicator)}，应{wanted}"


class Light(NamedTuple):
    """A colour and the Chinese words that justify it."""

    color: str
    reason: str


class Rule(NamedTuple):
    """One clause of the light rules: reason gives the words where it holds, None where it does not; denial says why it does not."""

    key: str
    color: str
    condition: Callable[[Parameters], str]
    reason: Callable[[Standing, Parameters], str | None]
    denial: Callable[[Standing], str]


def _overdue(standing: Standing, _parameters: Parameters) -> str | None:
    return f"逾期 {standing.overdue_days} 天 · {standing.overdue_why}" if standing.overdue_days else None


def _far_behind(standing: Standing, parameters: Parameters) -> str | None:
    return _behind(standing.lag) if standing.lag is not None and standing.lag > parameters.red_lag else None


def _missed_twice(standing: Standing, _parameters: Parameters) -> str | None:
    return f"连续两个年度未达目标：{'；'.join(standing.missed[:2])}" if len(standing.missed) > 1 else None


def _behind_schedule(standing: Standing, parameters: Parameters) -> str | None:
    return _behind(standing.lag) if standing.lag is not None and standing.lag >= parameters.yellow_lag else None


def _behind(lag: Decimal) -> str:
    return f"低于序时 {plain(lag)} 个百分点"


def _silent(standing: Standing, _parameters: Parameters) -> str | None:
    return None if standing.silent is None else f"{standing.silent}未填报"


def _never_and_late(standing: Standing, parameters: Parameters) -> str | None:
    left = standing.time_left
    if standing.settled or not (standing.never and standing.owes) or left is None or left > parameters.time_left:
        return None
    return f"从未填报，时间只剩 {plain(rounded(left))}%"


def _review(standing: Standing, _parameters: Parameters) -> str | None:
    if standing.declared is None:
        return None
    waits = f"，待核查已 {standing.waits_days} 天" if standing.waits_days > REVIEW_DAYS else ""
    return f"{standing.declared}{waits}"


def _due_soon(standing: Standing, parameters: Parameters) -> str | None:
    left = standing.days_left
    if left is None or standing.met or standing.settled or not 0 <= left <= parameters.due_days:
        return None
    return "今天到期" if left == 0 else f"还有 {left} 天到期"


def _on_schedule(standing: Standing, parameters: Parameters) -> str | None:
    lag = standing.lag
    if lag is None or lag >= parameters.yellow_lag:
        return None
    return f"低于序时 {plain(lag)} 个百分点，在允许范围内" if lag > 0 else "达到序时进度"


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
    return "无时限" if standing.time_left is None else f"剩余时间 {plain(rounded(standing.time_left))}%"


def _why_not_near(standing: Standing) -> str:
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


def light_of(standing: Standing, parameters: Parameters) -> Light:
    """Return the light of the first rule that holds."""
    for _, color, _, reason_of, _ in RULES:
        reason = reason_of(standing, parameters)
        if reason is not None:
            # Whoever reads a colour that more time gave shall see the printed deadline beside it.
            extended = "" if standing.extended_from is None else f"，原定{standing.extended_from}"
            return Light(color, f"{LIGHTS[color]}{'，' if color == 'review' else '：'}{reason}{extended}")
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
