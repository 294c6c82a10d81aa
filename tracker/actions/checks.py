"""Named checks (docs/contract.md, `check`): what each looks for, how grave it is, and the verdict for a monitor.

The question without a rule's name is asked every minute: it takes its answer from the kept due dates and imports the
rules of judgement only for what these leave open.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.errors import Unclear
from tracker.ledger.terms import DEMO_MARK, WORK
from tracker.ledger.values import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tracker.actions.selection import Filter
    from tracker.ledger.judgement import IndicatorJudgement, Judged
    from tracker.ledger.lights import Standing
    from tracker.ledger.model import Indicator
    from tracker.ledger.parameters import Parameters
    from tracker.store.aggregates.deadlines import Deadlines
    from tracker.store.connection import Connection
    from tracker.store.filters import PointInTime
    from tracker.store.statements import Conflict

OK, WARNING, CRITICAL = 0, 1, 2
LEVELS = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL"}


class Question:
    """What the rules are asked about: a ledger at a day, or what a filter leaves of it. Everything is read when it is needed."""

    def __init__(
        self,
        connection: Connection,
        when: PointInTime,
        parameters: Parameters,
        *,
        near: int | None = None,
        wanted: Filter | None = None,
    ) -> None:
        self.connection = connection
        self.when = when
        self.parameters = parameters if near is None else parameters.within(near)
        self.near = self.parameters.due_days
        self.wanted = wanted

    @cached_property
    def judged(self) -> list[Judged]:
        """Every item that is work (no aims) in a plan whose book is open, judged."""
        from tracker.actions.selection import Filter, find_open

        found = find_open(self.connection, self.wanted or Filter(), self.when, self.parameters)
        return [each for each in found if each.item.kind in WORK]

    @cached_property
    def indicators(self) -> list[tuple[str, Indicator, IndicatorJudgement]]:
        """Every indicator with its id and judgement."""
        return [
            (f"{item.id}.{indicator.n}", indicator, each)
            for item, judgement in self.judged
            for indicator, each in zip(item.indicators, judgement.indicators, strict=True)
        ]

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """What several leads said differently."""
        from tracker.store.statements import conflicts

        items = [each.item for each in self.judged]
        return list(conflicts(self.connection, items, self.when, self.parameters))

    @cached_property
    def deadlines(self) -> Deadlines:
        """What is overdue and near due: from the kept dates, judged only where these leave it open."""
        from tracker.store.aggregates.deadlines import Deadlines, load_deadlines

        is_judged = self.wanted is not None or "judged" in self.__dict__
        kept = None if is_judged else load_deadlines(self.connection, self.when, self.near)
        judged = self.judged if kept is None else self._judge(kept.unsure)
        overdue = {each.item.id for each in judged if each.judgement.overdue}
        due_soon = {each.item.id for each in judged if each.judgement.due_soon}
        if kept is None:
            return Deadlines(overdue, due_soon, (), tuple(each.item.id for each in judged))
        return kept._replace(overdue=kept.overdue | overdue, due_soon=kept.due_soon | due_soon)

    @cached_property
    def numbers(self) -> Numbers:
        """How many are overdue and near due, and of which kind, without naming them: judged where the kept dates do not answer."""
        from tracker.store.aggregates.deadlines import count_deadlines

        kept = None if self.wanted is not None else count_deadlines(self.connection, self.when, self.near)
        judged = self.judged if kept is None else self._judge(kept.unsure) if kept.unsure else []
        drafts: Collection[str] = ()
        if judged:
            from tracker.store.ledger_labels import draft_plans

            drafts = draft_plans(self.connection)
        late = [each for each in judged if each.judgement.overdue]
        return Numbers(
            (kept.overdue if kept else 0) + len(late),
            (kept.due_soon if kept else 0) + sum(each.judgement.due_soon for each in judged),
            (kept.before_ledger if kept else 0) + sum(each.judgement.before_ledger for each in late),
            (kept.drafts if kept else 0) + sum(each.item.plan in drafts for each in late),
            kept.extended if kept else sum(each.item.extensions > 0 for each in judged),
        )

    def _judge(self, ids: Sequence[str]) -> list[Judged]:
        """Load and judge items; of those that are not work, or in a plan whose book is closed, nothing is asked."""
        from tracker.actions.selection import judged_by_id

        found = judged_by_id(self.connection, ids, self.when, self.parameters).values()
        return [each for each in found if each.item.kind in WORK and not each.judgement.is_ended]


class Numbers(NamedTuple):
    """How many items are overdue and near due; of the overdue, how many fell due before the ledger knew them, and are of drafts.

    extended: how many items, overdue or not, have been given more time.
    """

    overdue: int
    due_soon: int
    before_ledger: int
    drafts: int
    extended: int


class Rule(NamedTuple):
    """One check: its name, how grave a finding is, its short name, what it means, what to do, and what it finds."""

    name: str
    severity: int
    label: str
    meaning: str
    remedy: str
    finds: Callable[[Question], Iterable[str]]


class Result(NamedTuple):
    """What one check found; severity is that of this finding. ids is None where only the number was asked for.

    aside: what the message adds to the number, in words; details: what is known of each id, where that is more than the id.
    """

    rule: Rule
    severity: int
    number: int
    ids: tuple[str, ...] | None
    aside: str = ""
    details: tuple[str, ...] = ()


def _overdue(question: Question) -> Iterable[str]:
    found = question.deadlines
    return (code for code in found.order if code in found.overdue)


def _due_soon(question: Question) -> Iterable[str]:
    found = question.deadlines
    return (code for code in found.order if code in found.due_soon)


def _behind(question: Question) -> Iterable[str]:
    for item, judgement in question.judged:
        limit = question.parameters.of(item.plan).yellow_lag
        parts: list[Standing | None] = [each.standing for each in judgement.indicators] or [judgement.standing]
        if any(
            each is not None and not each.is_closed and each.lag is not None and each.lag >= limit for each in parts
        ):
            yield item.id


def _stale(question: Question) -> Iterable[str]:
    from tracker.actions.selection import is_stale

    return (each.item.id for each in question.judged if is_stale(each))


def _unreported(question: Question) -> Iterable[str]:
    return (each.item.id for each in question.judged if each.judgement.unreported)


def _unassigned(question: Question) -> Iterable[str]:
    return (each.item.id for each in question.judged if not each.item.leads)


def _unverified(question: Question) -> Iterable[str]:
    for item, _ in question.judged:
        if item.state == "completed":
            yield item.id
        else:
            yield from (f"{item.id}.{each.n}" for each in item.indicators if each.state == "completed")


def _implausible(question: Question) -> Iterable[str]:
    from tracker.ledger.report_rules import falls_back, is_implausible
    from tracker.store.statements import former_figures

    values = former_figures(question.connection, question.when, "value")
    percents = former_figures(question.connection, question.when, "percent")
    for item, _ in question.judged:
        factor = question.parameters.of(item.plan).jump_factor
        if not item.indicators and falls_back(item, percents.get(item.id)):
            yield item.id
        for indicator in item.indicators:
            name = f"{item.id}.{indicator.n}"
            former = values.get(name)
            if indicator.link is None and (
                falls_back(indicator, percents.get(name))
                or is_implausible(indicator, None if former is None else former.figure, factor)
            ):
                yield name


def _unassessable(question: Question) -> Iterable[str]:
    return (name for name, _, judged in question.indicators if not judged.assessable and not judged.attained.settled)


def _conflict(question: Question) -> Iterable[str]:
    return (each.id for each in question.conflicts)


def _no_baseline(question: Question) -> Iterable[str]:
    from tracker.ledger.progress import span_of

    for name, indicator, judged in question.indicators:
        held = indicator.direction == "hold"
        if indicator.takes_value and indicator.is_open and not held and not judged.met and span_of(indicator) is None:
            yield name


RULES = {
    rule.name: rule
    for rule in (
        Rule("overdue", CRITICAL, "逾期", "已过完成时限，未达标（文字事项未办结），也不在等待有关年度数据",
             "催办牵头单位；确需推迟的用 tracker extend 办理延期", _overdue),
        Rule("due-soon", WARNING, "临近到期", "即将到期（天数见 --warn-days 和判断参数 due_days），尚未达标（办结）",
             "提醒牵头单位按期完成", _due_soon),
        Rule("behind", WARNING, "滞后", "未办结，且低于序时进度达到亮黄灯的百分点（判断参数 yellow_lag）",
             "用 tracker explain 看滞后的算法，请牵头单位说明原因和下步安排", _behind),
        Rule("stale", WARNING, "未更新", "填报过，但应报的填报期没有填报",
             "催报；无变化的用 tracker log ID --same 填报", _stale),
        Rule("unreported", WARNING, "未填报", "应报的填报期（宽限已过）主牵头未填报，未定主牵头的则各牵头单位均未填报",
             "用 tracker export reminders 生成催办单，向未填报的牵头单位催报", _unreported),
        Rule("unassigned", WARNING, "未明确单位", "没有牵头单位（待明确、参照其他方案、未注明或只写了泛称）",
             "分工明确后用 tracker assign 登记牵头单位", _unassigned),
        Rule("unverified", WARNING, "待核查", "牵头单位已申报办结，尚未核查销号",
             "由申报人以外的人核查，用 tracker close 销号或 tracker return 退回", _unverified),
        Rule("implausible", WARNING, "数值存疑",
             "百分比不在 0 到 100 之间；现值比上一次增减超过判断参数 jump_factor 的倍数（百分比相差20个百分点以上），"
             "或与应有方向相反；完成率低于上次；首个值则与目标值比；再次填报同一数值即为确认",
             "核对计量单位和数据来源；填错的用 tracker undo 撤销或再填一次正确的值", _implausible),
        Rule("unassessable", WARNING, "待评估", "数值指标既没有基数，也没有年度目标，到期前看不出进度",
             "用 tracker baseline 登记基数，或用 tracker milestone 登记年度目标", _unassessable),
        Rule("conflict", WARNING, "数据不一致", "几个牵头单位对同一指标（事项）同一期报了不同的数",
             "请各单位核对；用 tracker assign ID --main 单位 明确由谁填报", _conflict),
        Rule("no-baseline", WARNING, "缺基数", "未达标的数值指标没有可用的基数，算不出完成率和滞后",
             "向牵头单位要基数，用 tracker baseline 登记", _no_baseline),
    )
}  # fmt: skip
DEFAULT = ("overdue", "due-soon")


class Verdict(NamedTuple):
    """The answer to a monitor."""

    exit_code: int
    results: tuple[Result, ...]
    is_sample: bool = False

    @property
    def message(self) -> str:
        """Return the counts in words; those of a sample ledger say so first."""
        mark = DEMO_MARK if self.is_sample else ""
        return mark + "，".join(f"{result.rule.label} {result.number} 项{result.aside}" for result in self.results)

    def text(self) -> str:
        """Return the one line of a monitoring plugin, with performance data."""
        figures = " ".join(f"{result.rule.name.replace('-', '_')}={result.number}" for result in self.results)
        return f"TRACKER {LEVELS[self.exit_code]} - {self.message} | {figures}"

    def view(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "status": LEVELS[self.exit_code],
            "message": self.message,
            "rules": [
                {
                    "rule": result.rule.name, "severity": LEVELS[result.rule.severity], "count": result.number,
                    "ids": list(result.ids or ()), **({"details": list(result.details)} if result.details else {}),
                }
                for result in self.results
            ],
        }  # fmt: skip


def chosen_rules(names: Sequence[str]) -> list[Rule]:
    """Return the rules named, once each; all of them for `all`, the default two for none.

    Raises Unclear for an unknown one.
    """
    for name in names:
        if name not in RULES and name != "all":
            raise Unclear(f"没有检查规则“{shorten(name)}”；可用：{'、'.join(RULES)}、all")
    if "all" in names:
        return list(RULES.values())
    return [RULES[name] for name in dict.fromkeys(names or DEFAULT)]


def run_checks(  # noqa: PLR0913 - what is asked, of which part of the ledger, and how much of the answer
    connection: Connection, rules: Sequence[Rule], when: PointInTime, parameters: Parameters, critical: int, *, near: int | None = None,
    wanted: Filter | None = None, named: bool = True,
) -> list[Result]:  # fmt: skip
    """Run checks over the ledger, or what a filter leaves of it. critical: from how many overdue items on they are critical (≥ 1).

    near: another number of days that count as near. named: whether to name what was found; the number alone of what is overdue and
    near due costs least.
    """
    question = Question(connection, when, parameters, near=near, wanted=wanted)
    is_default = {rule.name for rule in rules} <= set(DEFAULT)
    if not is_default:
        _ = question.judged  # the other rules need it anyway: nothing is asked twice
    results = []
    for rule in rules:
        ids = None if is_default and not named else tuple(rule.finds(question))
        number = len(ids) if ids is not None else getattr(question.numbers, rule.name.replace("-", "_"))
        severity = rule.severity if number else OK
        if rule.name == "overdue" and 0 < number < critical:
            severity = WARNING
        results.append(
            Result(
                rule,
                severity,
                number,
                ids,
                _aside(question) if rule.name == "overdue" else "",
                tuple(f"{each.id} {each.words()}" for each in question.conflicts) if rule.name == "conflict" else (),
            )
        )
    return results


def found_by(
    connection: Connection, judged: list[Judged], names: Sequence[str], when: PointInTime, parameters: Parameters
) -> list[Judged]:
    """Return those of some judged items that one of these rules finds, or of which one finds an indicator."""
    question = Question(connection, when, parameters)
    question.judged = [each for each in judged if each.item.kind in WORK and not each.judgement.is_ended]
    found = {code.rpartition(".")[0] or code for rule in chosen_rules(names) for code in rule.finds(question)}
    return [each for each in question.judged if each.item.id in found]


def _aside(question: Question) -> str:
    """Return what is said beside the number of overdue items.

    Those that were due before the ledger began, and those of drafts; and how many items, overdue or not, have been given more time.
    """
    numbers = question.numbers
    parts = [("建账前到期", numbers.before_ledger), ("征求意见稿", numbers.drafts)]
    words = "，".join(f"{name} {number}" for name, number in parts if number)
    return (f"（其中{words}）" if words else "") + (f"，延期过 {numbers.extended} 项" if numbers.extended else "")


def verdict(results: Sequence[Result], *, is_sample: bool = False) -> Verdict:
    """Return the gravest of the findings. is_sample: whether they are of a sample ledger."""
    return Verdict(max((result.severity for result in results), default=OK), tuple(results), is_sample)
