"""What is invented for one item: a fate, and the dated steps by which the ledger gets there. Pure; no store, no clock.

The same item on the same day always has the same story: the random numbers are drawn from a fixed seed and its id, the
dates count back from today. Lights follow from the rules, they are never set: a fate only chooses how far the work is.
"""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tracker.ledger.dates import last_day_of_month
from tracker.ledger.model import Indicator, Item, Milestone
from tracker.ledger.progress import HUNDRED, path_of, span_of
from tracker.ledger.report_rules import Entry
from tracker.ledger.values import plain

NOTES = (
    "召开部门推进会，细化分解年度任务，明确责任处室和时间节点",
    "完成季度调度，各设区市均已报送进展，正在汇总核对",
    "印发实施细则并组织培训，基层单位反馈意见已吸收",
    "完成现场核查，对进度偏慢的地区发出提示函",
    "重点项目按计划推进，月度数据已纳入统计口径",
    "与参与单位会商，明确数据来源和填报口径",
    "完成中期评估，形成评估报告初稿",
    "组织专家论证，技术路线已确定",
    "落实专项资金，项目招标工作已完成",
    "建立工作台账，逐项销号管理",
)
VALUE_NOTES = (
    "{name}达到{value}{measure}，按月报送",
    "经统计核定，{name}为{value}{measure}",
    "{name}现值{value}{measure}，数据已与统计部门核对",
    "本期调度{name}为{value}{measure}，较上期有所提升",
)
PROBLEMS = (
    "部分地区项目前期手续办理较慢，影响整体进度",
    "专项资金尚未全部到位，部分工程开工推迟",
    "基层监测能力不足，数据报送质量有待提高",
    "涉及部门较多，数据口径尚未统一",
    "个别县（市、区）重视不够，任务落实存在差距",
    "技术标准尚未出台，企业改造意愿不强",
)
NEXT_STEPS = (
    "下月底前完成未开工项目的前期手续",
    "对进度滞后的地区开展专项督导",
    "会同参与单位统一数据口径，按月通报",
    "加快资金拨付，优先保障在建项目",
    "组织技术帮扶，推广成熟做法",
    "完善工作方案，倒排工期，挂图作战",
)
DONE_NOTES = (
    "已完成全部工作内容，申请办结",
    "各项指标达到要求，佐证材料齐全，申请办结",
    "成果已正式印发实施，申请办结",
)
RETURN_REASONS = (
    "佐证材料不完整，请补充现场核查记录后重新申报",
    "数据口径与统计部门不一致，请核实后重新申报",
)
EXTENSION_REASONS = (
    "受前期手续和资金到位影响，经省领导小组同意延期",
    "配套标准出台推迟，经会商同意延期",
)
PARTNER_NOTES = (
    "已配合提供本行业数据，协助开展现场核查",
    "按职责配合落实，相关资料已报牵头单位",
)
CLERKS = ("演示填报员甲", "演示填报员乙", "演示填报员丙")
COORDINATOR = "演示协调员"
VERIFIER = "演示核查员"
APPROVER = "演示领导小组"
EVIDENCE = "https://demo.invalid/{item}"
"""An address that can never lead anywhere (RFC 2606)."""
ASSIGNED = ("省发展改革委", "省生态环境厅", "省经信厅")
"""Units that take on a row whose lead the plan leaves open (待明确)."""

SEED = "tracker-demo-1"
DAYS = 70
"""How far back the sample ledger begins: ten weeks, so that weekly reports have something to compare with."""

_PAST = {
    "closed": 20,
    "completed": 14,
    "met": 9,
    "near": 9,
    "steady": 16,
    "slow": 11,
    "stuck": 14,
    "returned": 4,
    "silent": 2,
    "never": 1,
}
_FUTURE = {"met": 8, "steady": 44, "slow": 20, "stuck": 9, "silent": 8, "never": 11}
_OPEN = {
    "steady": 38,
    "completed": 9,
    "closed": 8,
    "returned": 4,
    "near": 5,
    "slow": 5,
    "stuck": 2,
    "silent": 15,
    "never": 14,
}
_DONE = ("closed", "completed", "returned")
_CLOSED_AT_MOST = 21
"""So many days ago, and no more, something was closed: its due day had passed by then."""
_GAP = {"steady": (-4, 8), "near": (1, 7), "slow": (11, 26), "stuck": (32, 50), "silent": (4, 16)}
"""How many percentage points behind the planned progress a fate leaves the work, lowest and highest."""


@dataclass(slots=True, kw_only=True)
class Step:
    """One thing that somebody did: a report (entry) or a decision (kind, data) about an item or its indicator n."""

    day: date
    kind: str
    item: str
    n: int | None = None
    by: str = COORDINATOR
    unit: str | None = None
    entry: Entry | None = None
    data: dict[str, Any] = field(default_factory=dict)


def tell(item: Item, today: date) -> list[Step]:
    """Return the story of an item as its plan states it, oldest step first."""
    if item.kind == "aim":
        return []
    item = deepcopy(item)
    draw = random.Random(f"{SEED}:{item.id}")  # noqa: S311 - invented data, nothing secret
    subjects = [each for each in item.indicators if each.link is None]
    if item.indicators and not subjects:
        return []
    fate = _fate(draw, item.due if not subjects else max((s.due for s in subjects if s.due), default=None), today)
    if fate == "closed" and any(
        s.basis in ("level", "annual") and (s.due or today) >= today - timedelta(days=_CLOSED_AT_MOST) for s in subjects
    ):
        fate = "met"  # what is reached early is decided by the figure of its due year, and not closed before
    teller = _Teller(item, subjects, fate, today, draw)
    return sorted(teller.steps(), key=lambda step: (step.day, _ORDER.index(step.kind)))


_ORDER = ("assign", "baseline", "milestone", "extend", "report", "complete", "return", "close", "forecast")


def _fate(draw: random.Random, due: date | None, today: date) -> str:
    table = _OPEN if due is None else (_PAST if due < today else _FUTURE)
    return draw.choices(list(table), weights=list(table.values()))[0]


class _Teller:
    """The story of one item while it is being told."""

    def __init__(self, item: Item, subjects: list[Indicator], fate: str, today: date, draw: random.Random) -> None:
        self.item, self.subjects, self.fate, self.today, self.draw = item, subjects, fate, today, draw
        self.speaker = f"{item.plan}:{item.leads[0].name}" if item.leads else None
        self.clerk = CLERKS[_stable(self.speaker or item.id, len(CLERKS))]
        self.due = self._new_due()

    def steps(self) -> Iterator[Step]:
        yield from self._groundwork()
        if self.fate == "never":
            return
        for age in self._ages():
            yield from self._reports(age)
        if self.fate != "silent":
            yield from self._partners()
        yield from self._decisions()

    def _step(self, age: int, kind: str, **rest: Any) -> Step:
        return Step(day=workday(self.today - timedelta(days=age)), kind=kind, item=self.item.id, **rest)

    # -- what stands before the reports ---------------------------------------------------------------------------

    def _groundwork(self) -> Iterator[Step]:
        if not self.item.leads and self.item.responsibility == "tbd" and self.fate not in ("silent", "never"):
            taken = {role.name for role in self.item.participants}
            lead = next((name for name in ASSIGNED if name not in taken), None)
            if lead is not None:
                yield self._step(65, "assign", data={"lead": lead})
        for indicator in self.subjects:
            if _wants_baseline(indicator) and self.draw.random() < 0.6:  # noqa: PLR2004 - more often than not
                share = Decimal(self.draw.randint(52, 78)) / HUNDRED
                assert indicator.value is not None  # noqa: S101 - _wants_baseline asked
                ratio = share if indicator.direction != "down" else 2 - share
                indicator.baseline_value, indicator.baseline_year = _rounded(indicator, indicator.value * ratio), 2020
                yield self._step(66, "baseline", n=indicator.n, data={"value": indicator.baseline_value, "year": 2020})
            yield from self._milestone(indicator)
        if self.due is not None:
            for n in self._overdue_numbers() if self.subjects else [None]:
                reason = EXTENSION_REASONS[_stable(self.item.id, len(EXTENSION_REASONS))]
                yield self._step(self._extended_age(), "extend", n=n, data={"to": self.due, "reason": reason})

    def _milestone(self, indicator: Indicator) -> Iterator[Step]:
        span = span_of(indicator)
        if span is None or indicator.due is None or indicator.due < self.today + timedelta(days=730):
            return
        day, (baseline, length) = date(self.today.year + 1, 12, 31), span
        value = _rounded(indicator, baseline + length * Decimal("0.7"))
        indicator.milestones = (Milestone(day, value),)
        yield self._step(64, "milestone", n=indicator.n, data={"date": day, "value": value})

    def _overdue_numbers(self) -> list[int | None]:
        """Return the indicators an extension moves, those included that follow from others."""
        return [each.n for each in self.item.indicators if each.due is None or each.due < self.today]

    def _extended_age(self) -> int:
        return 3 if self.due is not None and self.due > self.today and _stable(f"{self.item.id}extend", 3) == 0 else 68

    def _new_due(self) -> date | None:
        """Return the extended deadline: near today, or some months away; None where the printed one stays."""
        first = self.item.due if not self.subjects else min((s.due for s in self.subjects if s.due), default=None)
        past = first is not None and first < self.today
        extendable = self.fate == "near" or (past and self.fate in ("steady", "slow", "stuck"))
        extendable = extendable or (first is None and not self.subjects and self.fate in ("slow", "stuck"))
        if not extendable or (past and self.fate == "stuck" and self.draw.random() < 0.4):  # noqa: PLR2004 - some stay
            return None
        if self.fate == "near":
            return self.today + timedelta(days=self.draw.choice((6, 13, 19, 27)))
        # What is stuck has missed its extended deadline too, by some days or months.
        if past and self.fate == "stuck":
            months = self.draw.choice((0, -1, -2))
            later = _month_end(self.today, months) if months else self.today - timedelta(days=4)
            return later if first is not None and later > first else None
        return _month_end(self.today, self.draw.choice((3, 5, 7, 12)))

    # -- reports --------------------------------------------------------------------------------------------------

    def _ages(self) -> list[int]:
        """Return how many days ago the unit reported, oldest first: one rhythm for all items of a unit."""
        rhythm = (14, 21, 28)[_stable(f"{self.speaker}rhythm", 3)]
        shift = 1 + _stable(f"{self.speaker}shift", rhythm - 2)
        ages = list(range(shift, 63, rhythm))
        if self.fate == "silent":
            ages = [DAYS - 1]  # before the period that is asked about today
        if self.fate in _DONE:
            ages = [self._done_age(), *(age for age in ages if age > self._done_age())]
        return sorted(ages, reverse=True)

    def _reports(self, age: int) -> Iterator[Step]:
        if not self.subjects:
            yield self._report(age, None)
        for indicator in self.subjects:
            yield self._report(age, indicator)

    def _partners(self) -> Iterator[Step]:
        """Tell what the other lead units remarked, most of them, and a participant now and then."""
        others = [role for role in self.item.leads[1:] if self.draw.random() < 0.7]  # noqa: PLR2004 - most of them
        others += [role for role in self.item.participants[:2] if self.draw.random() < 0.2]  # noqa: PLR2004 - some
        for role in others:
            unit = f"{self.item.plan}:{role.name}"
            step = self._step(1 + _stable(f"{unit}partner", 24), "report", unit=unit)
            step.by = CLERKS[_stable(unit, len(CLERKS))]
            step.entry = Entry(date=step.day, note=self.draw.choice(PARTNER_NOTES))
            yield step

    def _report(self, age: int, indicator: Indicator | None) -> Step:
        progress = self._progress(age, indicator)
        step = self._step(age, "report", n=indicator.n if indicator else None, by=self.clerk, unit=self.speaker)
        entry = Entry(date=step.day)
        if indicator is not None and indicator.takes_value:
            entry.value = _value_at(indicator, progress, self.draw)
            entry.year = self._year_of_figure(indicator, step.day)
            template = self.draw.choice(VALUE_NOTES)
            entry.note = template.format(name=indicator.name, value=plain(entry.value), measure=indicator.measure or "")
        else:
            entry.state = "in_progress"
            # A share of areas is a figure of its own: all of them is all of them.
            most = Decimal(100 if indicator is not None and indicator.is_number else 99)
            entry.percent = min(progress.quantize(Decimal(1), ROUND_HALF_UP), most)
            entry.note = self.draw.choice(NOTES)
        if self.fate in ("slow", "stuck") and self.draw.random() < 0.75:  # noqa: PLR2004 - most of those in trouble
            entry.problem, entry.next_step = (
                self.draw.choice(PROBLEMS),
                self.draw.choice(NEXT_STEPS),
            )
        elif self.draw.random() < 0.35:  # noqa: PLR2004 - some of the others
            entry.next_step = self.draw.choice(NEXT_STEPS)
        step.entry = entry
        return step

    def _year_of_figure(self, indicator: Indicator, day: date) -> int | None:
        """Return the year whose figure is reported: of a yearly amount always one, of a rate that is due mostly."""
        due = indicator.due
        if indicator.basis == "annual":
            return min(day.year - 1, due.year if due is not None else day.year)
        if due is None or due >= date(day.year, 1, 1) or indicator.basis != "level":
            return None
        told = self.fate in (*_DONE, "met") or _stable(f"{self.item.id}{indicator.n}figure", 3) > 0
        return due.year if told else None

    def _progress(self, age: int, indicator: Indicator | None) -> Decimal:
        """Return how far the work was that many days ago, in percent of the way."""
        subject = indicator or self.item
        if self.fate in (*_DONE, "met"):
            final = Decimal(100 + _stable(f"{self.item.id}{subject.due}", 4))
            return max(final - Decimal(max(age - self._done_age(), 0)) / 5, Decimal(5))
        path = path_of(self.item, indicator)
        planned = None if path is None else path.share(self.today)
        low, high = _GAP[self.fate]
        gap = low + _stable(f"{self.item.id}{indicator.n if indicator else 0}gap", high - low)
        final = (Decimal(66) if planned is None else planned) - gap
        return min(max(final - Decimal(age) / 7, Decimal(3)), Decimal(99))

    # -- decisions ------------------------------------------------------------------------------------------------

    def _done_age(self) -> int:
        """Return how many days ago the unit declared the item done."""
        if self.fate == "met":
            return 0
        return {"closed": 16, "completed": 2, "returned": 19}[self.fate] + _stable(f"{self.item.id}done", 16)

    def _decisions(self) -> Iterator[Step]:
        if self.fate in _DONE:
            age = self._done_age()
            day = self._step(age, "complete").day
            entry = Entry(date=day, state="completed", note=DONE_NOTES[_stable(self.item.id, len(DONE_NOTES))])
            entry.evidence = EVIDENCE.format(item=self.item.id) if _stable(f"{self.item.id}evidence", 2) else None
            yield self._step(age, "complete", by=self.clerk, unit=self.speaker, entry=entry)
            if self.fate == "closed":
                yield self._step(1 + _stable(f"{self.item.id}close", 12), "close", by=VERIFIER)
            if self.fate == "returned":
                reason = RETURN_REASONS[_stable(self.item.id, len(RETURN_REASONS))]
                yield self._step(
                    4 + _stable(f"{self.item.id}return", 12), "return", by=VERIFIER, data={"reason": reason}
                )
        elif self.fate in ("slow", "stuck") and self.draw.random() < 0.6:  # noqa: PLR2004 - more often than not
            forecast = "off_track" if self.fate == "stuck" else "at_risk"
            yield self._step(5, "forecast", data={"forecast": forecast})


def _month_end(day: date, months: int) -> date:
    """Return the last day of the month that is so many months after that of a day."""
    place = day.year * 12 + day.month - 1 + months
    return last_day_of_month(place // 12, place % 12 + 1)


def workday(day: date) -> date:
    """Return the day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _stable(text: str, size: int) -> int:
    """Return a number below size that depends on the text alone, not on the order in which stories are told."""
    return random.Random(f"{SEED}:{text}").randrange(size)  # noqa: S311 - invented data, nothing secret


def _wants_baseline(indicator: Indicator) -> bool:
    return (
        indicator.takes_value
        and not indicator.is_change
        and indicator.direction in ("up", "down")
        and indicator.baseline_value is None
    )


def _value_at(indicator: Indicator, progress: Decimal, draw: random.Random) -> Decimal:
    """Return the value an indicator has when the work is so far: along its span, or near its target without one."""
    assert indicator.value is not None  # noqa: S101 - callers ask takes_value
    if indicator.direction == "hold":
        return _held(indicator, progress)
    span = span_of(indicator)
    if span is None:
        ratio = Decimal("0.6") + progress * Decimal("0.4") / HUNDRED
        value = indicator.value * (ratio if indicator.direction != "down" else 2 - ratio)
    else:
        value = span[0] + span[1] * progress / HUNDRED
    del draw
    value = _rounded(indicator, value)
    if progress >= HUNDRED:
        value = (
            max(value, indicator.value + (indicator.comparator == ">"))
            if indicator.direction != "down" or indicator.is_change
            else min(value, indicator.value)
        )
    return min(value, HUNDRED) if indicator.measure == "%" else value


def _held(indicator: Indicator, progress: Decimal) -> Decimal:
    """Return a level that is held, or just missed where the work is far behind."""
    assert indicator.value is not None  # noqa: S101 - callers ask takes_value
    if indicator.value == 0:
        return Decimal(0)
    missed = progress < Decimal(62)
    if indicator.comparator in ("<=", "<"):
        return _rounded(indicator, indicator.value * (Decimal("1.02") if missed else Decimal("0.97")))
    if missed:
        return _rounded(indicator, indicator.value * Decimal("0.96"))
    room = (HUNDRED - indicator.value) / 3 if indicator.measure == "%" else indicator.value / 50
    return _rounded(indicator, indicator.value + min(room, Decimal(4)))


def _rounded(indicator: Indicator, value: Decimal) -> Decimal:
    """Round as such a figure is reported: pieces whole, rates with one decimal, else as finely as the target is written."""
    assert indicator.value is not None  # noqa: S101 - callers ask takes_value
    exponent = indicator.value.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if indicator.measure and not indicator.measure.startswith(("个", "家", "条", "公里")):
        digits = max(digits, 1)
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
