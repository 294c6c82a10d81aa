"""Asking on a terminal for what a report lacks: the last values offered, what will be stored shown.

No yes is asked for (docs/contract.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, TypeVar

from tracker.actions.item_context import ReportContext
from tracker.actions.reports import record, report_target, same_again
from tracker.cli import detail_view
from tracker.cli.context import context
from tracker.cli.options import figure_of
from tracker.cli.write_options import WriteOptions, ask
from tracker.errors import TrackerError
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import demand_words
from tracker.ledger.model import Indicator, Item, part_of
from tracker.ledger.report_rules import Entry, check_reportable
from tracker.ledger.terms import STATES, state_code
from tracker.ledger.values import FULL_WIDTH, factor_between, parse_percent, plain, shorten
from tracker.store.changeset import Author, Changeset

T = TypeVar("T")


class Answers(NamedTuple):
    """What a person wants to report, after the questions: on what, what it says, for which unit."""

    ref: Ref
    entry: Entry
    unit: str | None


def lacks_a_part(item: Item, ref: Ref, entry: Entry) -> bool:
    """Say whether a figure was given for an item of several indicators without saying which."""
    figure = entry.value is not None or entry.percent is not None
    return figure and ref.n is None and len(item.indicators) > 1


def fill_in(
    options: WriteOptions, report_context: ReportContext, ref: Ref, entry: Entry, former: str | None = None
) -> Answers:
    """Ask for the missing parts of a report. What may not be reported is refused before anything is asked.

    former is the unit that spoke before, which is not asked for again. An empty answer keeps the last value; an end of input
    is an interrupt and stores nothing. Nobody is kept waiting meanwhile: a person thinks longer than others can wait for the
    writer's lock.
    """
    item = report_context.item(ref)
    check_reportable(item)
    missing = lacks_a_part(item, ref, entry)
    if not (missing or entry.is_empty):
        return Answers(ref, entry, options.speaker)
    report_context.speaker(item, options.speaker)
    detail_view.said(f"{item.id}  {item.title or item.text}", "bold")
    if ref.n is None and len(item.indicators) > 1:
        ref = ref._replace(n=_choose(item, whole=not missing))
    if missing:
        return Answers(ref, entry, options.speaker)
    unit = options.speaker or _voice(item, former)
    while True:
        answers, speaker = _asked(item, Answers(ref, entry, unit), report_context)
        try:
            rehearse(options, report_context, [answers])
        except TrackerError as error:
            detail_view.said(f"{error}；请改正，Ctrl-C 放弃", "yellow")
        else:
            _show(options, ref, answers.entry, speaker)
            return answers


def _asked(item: Item, said: Answers, report_context: ReportContext) -> tuple[Answers, tuple[int, str] | None]:
    """Ask what a report says beside what was said already; return it and the unit that speaks."""
    spot, entry = report_target(report_context, *said), said.entry
    if spot.speaker.role != "participant" and part_of(item, said.ref.n).is_open:
        entry = _figures(item, _subject(item, said.ref), entry)
    last = item.last_report
    entry = replace(
        entry,
        note=_text("本期进展", last and last.note),
        problem=_text("存在问题", last and last.problem),
        next_step=_text("下步安排", last and last.next),
    )
    return said._replace(entry=same_again(spot, entry) if entry.is_empty else entry), spot.speaker.unit


def rehearse(options: WriteOptions, report_context: ReportContext, answers: Sequence[Answers]) -> list[str]:
    """Hold reports on one item against the ledger as if they were written; return what is doubtful about them.

    Raises as the writing would: what a person typed is refused beside the questions, not after all of them.
    """
    trial = Changeset(report_context.connection, Author(options.person, options.speaker), "log", context.now)
    found = [record(trial, each.ref, each.entry, each.unit, report_context) for each in answers]
    return [text for each in found for text in each.doubts]


def _subject(item: Item, ref: Ref) -> Item | Indicator:
    """Return what the questions are about: the indicator named, the only one, or the item as a whole."""
    return item.indicators[0] if ref.n is None and len(item.indicators) == 1 else part_of(item, ref.n)


def _voice(item: Item, former: str | None) -> str | None:
    """Ask which of several leads speaks; nobody in particular (the coordinator) for an empty answer."""
    if len(item.leads) < 2:  # noqa: PLR2004 - a single lead speaks anyway
        return None
    if any(lead.name == former for lead in item.leads):
        return former
    for place, lead in enumerate(item.leads, start=1):
        detail_view.said(f"{place}  {lead.name}", indent=2)
    names = {str(place): lead.name for place, lead in enumerate(item.leads, start=1)}
    return _one_of("代表哪个牵头单位（回车为不写明，填报不计入任何单位）？", names, optional=True)


def _choose(item: Item, *, whole: bool) -> int | None:
    """Ask which indicator is meant; whole: the item as a whole may be."""
    for indicator in item.indicators:
        scope = narrower_scope(indicator)
        detail_view.said(f"{indicator.n}  {indicator.name}{f'（{scope}）' if scope else ''}", indent=2)
    numbers = {str(indicator.n): indicator.n for indicator in item.indicators}
    return _one_of("哪一个指标（回车为整个事项）？" if whole else "哪一个指标？", numbers, optional=whole)


def narrower_scope(indicator: Indicator) -> str | None:
    """Return the scope of a number where it is less than the whole (全省, 全市 …): two of one name differ by it."""
    return None if (indicator.scope or "全").startswith("全") else indicator.scope


def _one_of(question: str, choices: Mapping[str, T], *, optional: bool) -> T | None:
    """Ask until the answer is one of some, or empty where it may be."""
    while True:
        answer = ask(question).strip().translate(FULL_WIDTH)
        if not answer and optional:
            return None
        if answer in choices:
            return choices[answer]
        detail_view.said(f"请输入 {'、'.join(choices)} 之一", "yellow")


def _figures(item: Item, subject: Item | Indicator, entry: Entry) -> Entry:
    """Ask for a value where there is a number to reach, else for state and percent; several indicators share no percent."""
    if isinstance(subject, Indicator) and subject.takes_value:
        last = "无" if subject.actual is None else f"{plain(subject.actual)}（{subject.actual_date}）"
        question = f"现值（{subject.measure or '无单位'}，目标 {demand_words(subject)}，上期 {last}，回车不变）："
        value, measure = _number(question, lambda answer: read_value(answer, subject)) or (None, None)
        return replace(entry, value=value, measure=measure)
    entry = replace(entry, state=_state(subject.state))
    if entry.state == "completed" or (subject is item and item.indicators):
        return entry
    last = "无" if subject.percent is None else f"{plain(subject.percent)}%"
    return replace(entry, percent=_number(f"完成率（0–100，上期 {last}，回车不变）：", parse_percent))


def read_value(answer: str, indicator: Indicator) -> tuple[Decimal, str | None]:
    """Read a value and the measure behind it, which must be one that the indicator's can be converted from."""
    number, measure = figure_of(answer, None, "现值")
    assert number is not None  # noqa: S101 - there is an answer
    if measure is not None:
        factor_between(measure, indicator.measure)
    return number, measure


def _number(question: str, read: Callable[[str], T]) -> T | None:
    """Ask until the answer is a number or empty."""
    while True:
        answer = ask(question).strip()
        if not answer:
            return None
        try:
            return read(answer)
        except TrackerError as error:
            detail_view.said(str(error), "yellow")


def _state(last: str) -> str | None:
    while True:
        answer = ask(f"状态（未启动、进行中、申报办结；上期 {STATES[last]}，回车不变）：").strip()
        if not answer:
            return None
        code = state_code(answer)
        if code in ("not_started", "in_progress", "completed"):
            return code
        detail_view.said("请输入 未启动、进行中、申报办结 之一", "yellow")


def _text(label: str, last: str | None) -> str | None:
    return ask(f"{label}（" + (f"上期：{shorten(last)}；" if last else "") + "回车跳过）：").strip() or None


def _show(options: WriteOptions, ref: Ref, entry: Entry, unit: tuple[int, str] | None) -> None:
    who = options.person if unit is None else f"{options.person}，{unit[1]}"
    detail_view.said(f"将填报 {ref.text}（数据时点 {entry.date}，填报人 {who}）：{shown_entry(entry)}")


def shown_entry(entry: Entry) -> str:
    """Say in a line what a report will store."""
    value = None if entry.value is None else f"{plain(entry.value)}{entry.measure or ''}"
    return "；".join(f"{label} {given}" for label, given in (
        ("状态", STATES.get(entry.state or "")), ("完成率", entry.percent), ("现值", value), ("进展", entry.note),
        ("问题", entry.problem), ("下步", entry.next_step),
    ) if given is not None)  # fmt: skip
