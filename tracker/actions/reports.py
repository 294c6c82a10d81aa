"""Recording reports: the one path of `log` and of every import."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.actions.item_context import Drafted, ReportContext, decide, decision_context
from tracker.actions.name_lookup import item_of
from tracker.errors import Refused
from tracker.ledger.decision_rules import parts_for, unmet_parts
from tracker.ledger.ids import Ref, parse_id
from tracker.ledger.judgement import judge
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item, Value, part_of
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import Attainment
from tracker.ledger.replay import with_value
from tracker.ledger.report_rules import (
    Entry,
    Speaker,
    as_share,
    before_of,
    check_states,
    completed_state,
    declarer,
    doubt,
    moves_settled,
    permit,
    place,
)
from tracker.ledger.reporting_periods import answer_words, first_owed
from tracker.ledger.terms import OPEN_STATES, STATES
from tracker.ledger.values import converted, factor_between, plain
from tracker.store.changeset import Changeset, dump
from tracker.store.filters import PointInTime
from tracker.store.statements import load_evidence

ONE = Decimal(1)


class Answers(NamedTuple):
    """What a person wants to report: on what, what it says, for which unit; line: of stdin, where ids come from there."""

    ref: Ref
    entry: Entry
    unit: str | None
    line: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class Recorded:
    """One report as it was placed: on which item or indicator, by whom, what was there before, and what to mind.

    period: for which reporting period it counts, where somebody is to be told (`period_words`). is_next: whether it is not the first
    one there.
    """

    id: str
    item: Item
    n: int | None
    entry: Entry
    speaker: Speaker
    before: Mapping[str, str | None]
    warnings: list[str]
    doubts: Sequence[str] = ()
    period: str = ""
    is_next: bool = False

    def view(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "id": self.id,
            "date": self.entry.date,
            "unit": self.speaker.unit[1] if self.speaker.unit else None,
            "role": self.speaker.role,
            "state": self.entry.state,
            "percent": self.entry.percent,
            "value": self.entry.value,
            "note": self.entry.note,
            "problem": self.entry.problem,
            "next": self.entry.next_step,
            "before": self.before,
            "warnings": self.warnings,
        }


@dataclass(slots=True, eq=False, repr=False)
class ReportTarget:
    """Where a report goes and for whom it speaks: on subject, which is kept under id; key is that of the item in the store.

    named is what a person named: the same place, unless a link led on from it; its value times factor is the value here.
    """

    item: Item
    n: int | None
    speaker: Speaker
    named: Ref
    named_item: Item
    key: int
    named_key: int
    factor: Decimal = ONE
    id: str = field(init=False)
    subject: Item | Indicator = field(init=False)
    named_subject: Item | Indicator = field(init=False)
    is_followed: bool = field(init=False)
    takes_value: bool = field(init=False)
    actual: Decimal | None = field(init=False, default=None)
    told_on: date | None = field(init=False)
    summed: str | None = field(init=False, default=None)
    is_reported: bool = field(init=False)
    remarks: list[str] = field(init=False)
    before: dict[tuple[bool, ...], tuple[Mapping[str, str | None], str]] = field(init=False, default_factory=dict)
    part: tuple[int, int | None] = field(init=False)
    _drafted: Item | Indicator | None = field(init=False, default=None)
    _asked: int = field(init=False)
    _moved: int = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts, and what is the same of every report.

        is_followed: whether a link led here from another indicator; actual: the value in force, where reports carry one; told_on: the
        day of it, else that of the last report; is_reported: whether there was one; summed: the indicators of which it is the sum;
        remarks: what to mind of any report; before: what stood in the fields that reports set, by these; part: under which the run keeps
        what it said of it.
        """
        self.id = self.item.id if self.n is None else f"{self.item.id}.{self.n}"
        self.subject = part_of(self.item, self.n)
        self.named_subject = part_of(self.named_item, self.named.n)
        self.is_followed = self.named_item is not self.item or self.named.n != self.n
        subject = self.subject
        self.takes_value = isinstance(subject, Indicator) and subject.takes_value
        last = (
            subject.reported_on if isinstance(subject, Indicator) else subject.last_report and subject.last_report.date
        )
        self.told_on, self.is_reported = last, last is not None
        if isinstance(subject, Indicator) and subject.takes_value:
            self.actual, self.told_on = subject.actual, subject.actual_date
            if subject.link is not None and subject.link.kind == "sum":
                self.summed = "、".join(subject.link.sources)
        self.part = self.key, subject_of(self.item, self.n)
        unit = 0 if self.speaker.unit is None else self.speaker.unit[0] + 1
        self._asked, self._moved = _packed(self.named_key, self.named.n) | unit, _packed(self.key, self.n)
        self.remarks = [f"{self.named.text} 与 {self.id} 是同一指标，已记在 {self.id}"] if self.is_followed else []
        if self.speaker.unit is None and self.item.leads:
            leads = len(self.item.leads)
            self.remarks.append(
                f"{self.item.id} 有 {leads} 个牵头单位，未写明单位的填报不计入任何单位；可用 --unit 写明"
            )

    def standing(self, drafted: Drafted | None) -> Item | Indicator:
        """Return what a report is held against: the thing as the ledger has it, brought on by what this run has said of it."""
        if drafted is None:
            return self.subject
        if self._drafted is None:
            self._drafted = copy(self.subject)
        return _bring_on(self._drafted, self.subject, drafted)

    def asked_on(self, day: date) -> int:
        """Return one number for what was named, a day, and the unit: it takes less room than they do."""
        return self._asked | day.toordinal() << 32

    def moved_on(self, day: date) -> int:
        """Return one number for what is reported on and a day."""
        return self._moved | day.toordinal() << 32


def subject_of(item: Item, n: int | None) -> int | None:
    """Return the number of the indicator that is meant: what is said of an item with a single one is said of that."""
    return item.indicators[0].n if n is None and len(item.indicators) == 1 else n


def _bring_on(made: Item | Indicator, subject: Item | Indicator, drafted: Drafted) -> Item | Indicator:
    """Give a copy of a thing what the run has said of it, and nothing that an earlier run had."""
    made.state = drafted.state or subject.state
    made.percent = subject.percent if drafted.percent is None else drafted.percent
    return made


def _packed(key: int, n: int | None) -> int:
    return (key << 20 | (0 if n is None else n + 1)) << 54


def record(
    changeset: Changeset, ref: Ref, entry: Entry, unit: str | None, context: ReportContext | None = None
) -> Recorded:
    """Add one report to a changeset: find its place, check that it may be made, and say what was there before.

    A report on an indicator that repeats an earlier one goes to the earlier one; `completed` becomes a declaration of
    completion beside the report. A run of reports shares one context. Raises Refused with one line, adding nothing.
    """
    context = context or ReportContext(changeset.connection, changeset.today)
    return put(changeset, context, report_target(context, ref, entry, unit), entry)


def report_target(context: ReportContext, ref: Ref, entry: Entry, unit: str | None) -> ReportTarget:
    """Find where a report goes and whose it is; raises Refused where there is no such place or part.

    Of reports that say figures of the same kinds of one thing for one unit it is found once.
    """
    asked = (
        ref, unit, entry.percent is None, entry.value is None, entry.year is None,
        entry.state != "completed" or _says_more(entry),
    )  # fmt: skip
    found: ReportTarget | None = context.targets.get(asked)
    if found is None:
        named = context.item(ref)
        ref = ref._replace(n=place(named, ref.n, entry))
        found = context.targets[asked] = _target(context, named, ref, unit, is_report=asked[-1])
    return found


def _target(context: ReportContext, named: Item, ref: Ref, unit: str | None, *, is_report: bool) -> ReportTarget:
    item, n, factor = _follow_link(context, named, ref.n) if is_report else (named, ref.n, ONE)
    try:
        speaker = context.speaker(item, unit)
    except Refused as error:
        if item is named:
            raise
        raise Refused(f"{ref.text} 与 {item.id}.{n} 是同一指标，由后者填报：{error}") from None
    return ReportTarget(item, n, speaker, ref, named, context.key(item), context.key(named), factor)


def put(changeset: Changeset, context: ReportContext, spot: ReportTarget, entry: Entry) -> Recorded:
    """Add a report whose place is known; raises Refused, adding nothing, for one that may not be made."""
    item, speaker, said = spot.item, spot.speaker, entry
    if entry.value is not None:
        said = as_share(spot.named, spot.named_subject, entry)
        said = _converted(said, _magnitude(said, spot.named_subject))
        entry = kept_entry(spot, said)
    today = changeset.today
    drafted = drafted_by(context, spot.part, entry.date)
    if drafted is not None and drafted.state != "completed" and entry.state is None and entry.percent is None:
        drafted = None  # a value or words alone contradict nothing that is open
    subject, named = spot.standing(drafted), spot.named_subject
    if not spot.is_followed:
        named = subject
    elif earlier := drafted_by(context, (spot.named_key, spot.named.n), entry.date):
        named = _bring_on(copy(named), named, earlier)
    permit(spot.id, item, subject, entry, speaker, today, named=(spot.named, named))
    if entry.state is not None or entry.percent is not None:
        if entry.date < today:
            _check_then(changeset, context, spot, entry)
        _check_states(changeset, spot, subject, entry)
    # Completion is declared of what was named; where a link led, its figure says that work is going on.
    here = replace(entry, state=None) if spot.is_followed and entry.state == "completed" else entry
    state = completed_state(here) if subject.is_open or _was_open(subject, entry.date) else None
    before, before_text = _before(spot, entry, state if subject.is_open else None)
    doubts = _doubts(spot, subject, entry, context)
    warnings = [*spot.remarks, *_later(spot, entry), *_official(spot, entry), *doubts]
    if entry.state == "completed":
        warnings += _declare(changeset, context, spot, said)
    if entry.state != "completed" or _says_more(entry):
        changeset.report(
            spot.key, spot.n, entry.date, unit=speaker.unit, role=speaker.role, before=before_text, state=state,
            percent=entry.percent, value=entry.value, note=entry.note, problem=entry.problem, next_step=entry.next_step,
            data_year=entry.year,
        )  # fmt: skip
    _note(context, spot, here)
    return Recorded(spot.id, item, spot.n, entry, speaker, before, warnings, doubts, is_next=spot.is_reported)


def _was_open(subject: Item | Indicator, day: date) -> bool:
    """Say whether what is completed was not yet on a day: a figure of then says that work was going on."""
    return subject.completed_on is not None and day < subject.completed_on


def drafted_by(context: ReportContext, part: tuple[int, int | None], day: date) -> Drafted | None:
    """Return how the reports of this run up to a day leave something, None where they say nothing that is in force."""
    drafted = context.drafted.get(part)
    return None if drafted is None or drafted.day > day else drafted


def _note(context: ReportContext, spot: ReportTarget, entry: Entry) -> None:
    """Note how a report leaves what it is about, unless the ledger knows of a later one."""
    last = spot.item.last_report
    if last is not None and last.date > entry.date:
        return
    drafted = context.drafted.get(spot.part)
    if drafted is None:
        drafted = context.drafted[spot.part] = Drafted(entry.date)
    elif drafted.day > entry.date:
        return
    drafted.day = entry.date
    drafted.state = completed_state(entry) or entry.state or drafted.state
    drafted.percent = drafted.percent if entry.percent is None else entry.percent
    if entry.value is not None and entry.year is None:
        drafted.value = entry.value
    if entry.note is not None or entry.problem is not None or entry.next_step is not None:
        drafted.words = entry


def period_words(context: ReportContext, recorded: Recorded, today: date) -> str:
    """Say for which reporting period a report counts, asked before its item is brought on; empty where it answers none."""
    item, speaker = recorded.item, recorded.speaker
    parameters = context.parameters.of(item.plan)
    if speaker.role != "lead" or speaker.unit is None or not item.leads:
        return ""
    answers = [each for role in item.leads if role.unit == speaker.unit[0] for each in role.answers]
    answered = max((each.last for each in answers), default=None)
    return answer_words(parameters, answered, first_owed(parameters, item.plan_used), today)


def _before(spot: ReportTarget, entry: Entry, state: str | None) -> tuple[Mapping[str, str | None], str]:
    """Return what the fields that a report sets had before it, and the same as it is written; worked out once for the same fields."""
    fields = (
        state is None, entry.percent is None, entry.value is None,
        entry.note is None, entry.problem is None, entry.next_step is None,
    )  # fmt: skip
    found = spot.before.get(fields)
    if found is None:
        before = before_of(spot.item, spot.subject, entry, state)
        found = spot.before[fields] = before, dump(before)
    return found


def _doubts(spot: ReportTarget, subject: Item | Indicator, entry: Entry, context: ReportContext) -> Sequence[str]:
    """Say what is doubtful about the figures of a report beside those in force; nothing for a day before these."""
    found = None
    if isinstance(subject, Indicator) and spot.takes_value:
        if entry.value is None or entry.is_computed or entry.value == spot.actual:
            return ()
        if spot.told_on is None or spot.told_on <= entry.value_date:
            found = doubt(subject, entry.value, spot.actual, context.parameters.of(spot.item.plan).jump_factor)
    elif (
        entry.percent is not None and subject.percent is not None and entry.percent < subject.percent
        and (subject.percent_on is None or subject.percent_on <= entry.date)
    ):  # fmt: skip
        found = f"完成率 {plain(entry.percent)}% 低于上次 {plain(subject.percent)}%"
    return () if found is None else [f"{spot.id}：{found}，请核对"]


def _later(spot: ReportTarget, entry: Entry) -> Sequence[str]:
    """Warn where a later report is in force: what comes in now is history. Who gives a figure as that of a year says so already."""
    told = spot.told_on
    if told is None or told <= entry.date or entry.year is not None:
        return ()
    if spot.actual is None:
        return [f"{spot.id}：台账已有 {told} 的填报；本次日期为 {entry.date}，记为历史数据"]
    if entry.value is None:
        return ()
    return [
        f"{spot.id}：台账已有 {told} 的现值 {plain(spot.actual)}；本次 {plain(entry.value)} 的日期为 {entry.date}，记为历史数据"
    ]


def _official(spot: ReportTarget, entry: Entry) -> Sequence[str]:
    """Warn where an official figure differs from what the parts make together: the official one is in force."""
    if entry.value is None or spot.summed is None or spot.actual in (None, entry.value):
        return ()
    return [
        f"{spot.id}：本次 {plain(entry.value)}，与台账现值 {plain(spot.actual)}（{spot.summed} 合计）不一致；以本次填报为准"
    ]


def kept_entry(spot: ReportTarget, entry: Entry) -> Entry:
    """Return an entry as it is kept where a link led: its value in the measure of the earlier indicator."""
    return _converted(entry, spot.factor)


def _magnitude(entry: Entry, named: Item | Indicator) -> Decimal:
    """Return by what a value is multiplied that was given in another magnitude; converted only when said."""
    if entry.measure is None or entry.value is None or not isinstance(named, Indicator):
        return ONE
    return factor_between(entry.measure, named.measure)


def _converted(entry: Entry, factor: Decimal) -> Entry:
    return (
        entry
        if entry.value is None or factor is ONE or factor == 1
        else replace(entry, value=converted(entry.value, factor))
    )


def _check_then(changeset: Changeset, context: ReportContext, spot: ReportTarget, entry: Entry) -> None:
    """Refuse to move, for a day in the past, what was completed on that day: it changes only by return or reopen."""
    if not moves_settled(spot.named_subject, entry) or not context.was_completed(spot.named_item):
        return
    then = item_of(changeset.connection, spot.named, PointInTime(entry.date))
    state = part_of(then, spot.named.n).state
    if state not in OPEN_STATES:
        raise Refused(f"{spot.named.text} 在 {entry.date} 为{STATES[state]}，不能填报当日的状态和完成率；请改 --date")


def _check_states(changeset: Changeset, spot: ReportTarget, subject: Item | Indicator, entry: Entry) -> None:
    """Hold state and percent against each other as they are in force on the day of the report, and after a late one today.

    subject: as this run leaves it on that day, where it said anything of it (`ReportTarget.standing`).
    """
    last = spot.item.last_report
    if subject is not spot.subject or last is None or last.date <= entry.date:
        check_states(spot.id, subject, entry)
        return
    then = item_of(changeset.connection, parse_id(spot.id), PointInTime(entry.date))
    check_states(spot.id, part_of(then, spot.n), entry)
    if entry.percent and spot.subject.state == "not_started" and spot.subject.percent is None:
        raise Refused(
            f"{spot.id}：{last.date} 已填“未启动”，更早的 {entry.date} 完成率 {plain(entry.percent)}% 与之矛盾；请先改正后者"
        )


def _declare(changeset: Changeset, context: ReportContext, spot: ReportTarget, entry: Entry) -> list[str]:
    """Add the declaration that what was named (all its open indicators) is done; return what to mind."""
    case = decision_context(changeset, spot.named, entry.date)
    parts = parts_for("complete", case.item, case.n)
    if context.evidence_required and entry.evidence is None:
        check_evidence(changeset, case.item, parts)
    before = {n: {"state": part_of(case.item, n).state} for n in parts}
    decide(changeset, case, "complete", parts, {}, before, declarer(case.item, spot.speaker).unit)
    for n in parts:
        part = spot.named_key, subject_of(case.item, n)
        drafted = context.drafted.setdefault(part, Drafted(entry.date))
        drafted.day, drafted.state = max(drafted.day, entry.date), "completed"
    return unmet_warnings(case.item, parts, entry, context.parameters)


def check_evidence(changeset: Changeset, item: Item, parts: Iterable[int | None]) -> None:
    """Refuse a completion without evidence on the item or on each part (where the settings ask for it)."""
    kept_evidence = load_evidence(changeset.connection, [item.id], PointInTime(changeset.today))
    kept = {row["n"] for row in kept_evidence.get(item.id, ())}
    for n in parts:
        if not kept & {None, n}:
            name = item.id if n is None else f"{item.id}.{n}"
            raise Refused(f"{name} 办结须有佐证材料（配置 evidence_required）；请加 --evidence 文件或网址")


def unmet_warnings(item: Item, parts: Iterable[int | None], entry: Entry, parameters: Parameters) -> list[str]:
    """Say which of the parts declared done have a number that is not met, the figure of this very report included."""
    given = replace(item, indicators=[_with_figure(each, entry) for each in item.indicators])
    judged = judge(given, entry.date, parameters)
    missing = unmet_parts(given, judged, parts)
    return [
        f"{given.id}.{each.n} {each.name}：目标{demand_words(each)}，{_standing_words(each, found.attained)}"
        for each, found in zip(given.indicators, judged.indicators, strict=True)
        if each.n in missing
    ]


def _standing_words(indicator: Indicator, found: Attainment) -> str:
    actual = indicator.percent if indicator.basis == "each" else indicator.actual
    measure = "%" if indicator.basis == "each" else indicator.measure or ""
    words = "尚无现值" if actual is None else f"现值 {plain(actual)}{measure}"
    if found.breach is not None:
        words += f"，{found.breach.date} 曾突破（{plain(found.breach.value)}{measure}）"
    elif indicator.due is not None and found.satisfied:
        return f"{words}，以{indicator.due.year}年数据为准，该数据达标后方可销号"
    return f"{words}，未达目标即申报办结，由核查人判断"


def _with_figure(indicator: Indicator, entry: Entry) -> Indicator:
    if indicator.basis == "each" and entry.percent is not None:
        return replace(indicator, percent=entry.percent)
    if entry.value is None:
        return indicator
    return replace(indicator, values=with_value(indicator.values, Value(entry.value_date, entry.value, entry.date)))


def _follow_link(context: ReportContext, item: Item, n: int | None) -> tuple[Item, int | None, Decimal]:
    """Go from an indicator that repeats an earlier one to the earlier one; return also what its value is multiplied by."""
    factor = ONE
    seen: set[str] = set()
    while n is not None:
        link = next(each for each in item.indicators if each.n == n).link
        if link is None or link.kind != "same" or link.sources[0] in seen:
            break
        seen.add(link.sources[0])
        target = parse_id(link.sources[0])
        item, n, factor = context.item(target), target.n, factor / link.factor(0)
    return item, n, factor


def _says_more(entry: Entry) -> bool:
    """Whether a declaration of completion also carries something that only a report can keep."""
    return not replace(entry, state=None).is_empty


UNCHANGED = "无变化"


def bring_on(changeset: Changeset, context: ReportContext) -> None:
    """Work out what the reports of a change leave of their items while these are at hand: writing need not read them again.

    The context must not be asked about them afterwards.
    """
    reports = changeset.rows["report"]
    keys = {row[0] for row in reports.fresh} - {row[0] for row in changeset.rows["event"].fresh}
    if not changeset.dry_run:
        changeset.projection.bring_on(
            changeset.author.by, reports, context.kept(keys), context.parameters, by_form=False
        )


def same_again(spot: ReportTarget, entry: Entry) -> Entry:
    """Return the report 无变化: the state in force, said again for this period, where a report may say it.

    Parts of an item may be in different states, and a participant has no say in any: then it is said in words only.
    """
    if not spot.named_subject.is_open:
        raise Refused(f"{spot.named.text} {STATES[spot.named_subject.state]}，无需填报“{UNCHANGED}”")
    parts = len(spot.item.indicators) if spot.n is None else 1
    in_words = parts > 1 or spot.is_followed or spot.speaker.role == "participant"
    return replace(entry, state=None if in_words else spot.subject.state, note=entry.note or UNCHANGED)
