"""Asking on a terminal for what `tracker log` lacks; without an id, what a unit owes, one item after another, a few keys each.

The last values are offered, what will be stored is shown, and no yes is asked for (docs/contract.md) but one after the round of all items.
Nothing is locked while a person thinks, and nothing is stored before the yes: Ctrl-C, a lost terminal and an end of input leave
the ledger as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple, TypeVar

from tracker.actions.item_context import ReportContext
from tracker.actions.reports import Answers, record, report_target, same_again
from tracker.actions.selection import Filter
from tracker.actions.todo import Debt, owed
from tracker.cli import detail_view, output
from tracker.cli.context import context
from tracker.cli.options import figure_of, share_of, words
from tracker.cli.write_options import WriteOptions, ask
from tracker.errors import TrackerError, Unclear
from tracker.ledger.ids import Ref, parse_id
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item, part_of
from tracker.ledger.report_rules import Entry, check_reportable
from tracker.ledger.terms import OPEN_STATES, STATES, state_code
from tracker.ledger.values import FULL_WIDTH, factor_between, plain, shorten
from tracker.store.changeset import Author, Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime

T = TypeVar("T")


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
    has_figure = entry.value is not None or entry.percent is not None
    missing = has_figure and ref.n is None and len(item.indicators) > 1  # which of them the figure is of
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
            _rehearse(options, report_context, [answers])
        except TrackerError as error:
            detail_view.said(f"{error}；请改正，Ctrl-C 放弃", "yellow")
        else:
            _show(options, ref, answers.entry, speaker)
            return answers


def _asked(item: Item, said: Answers, report_context: ReportContext) -> tuple[Answers, tuple[int, str] | None]:
    """Ask what a report says beside what was said already; return it and the unit that speaks."""
    spot, entry = report_target(report_context, said.ref, said.entry, said.unit), said.entry
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


def _rehearse(options: WriteOptions, report_context: ReportContext, answers: Sequence[Answers]) -> list[str]:
    """Hold reports on one item against the ledger as if they were written; return what is doubtful about them.

    Raises as the writing would: what a person typed is refused beside the questions, not after all of them.
    """
    trial = Changeset(report_context.connection, Author(options.person, options.speaker), "log", context.now)
    report_context.drafted.clear()  # each rehearsal is a run of its own
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
        scope = _narrower_scope(indicator)
        detail_view.said(f"{indicator.n}  {indicator.name}{f'（{scope}）' if scope else ''}", indent=2)
    numbers = {str(indicator.n): indicator.n for indicator in item.indicators}
    return _one_of("哪一个指标（回车为整个事项）？" if whole else "哪一个指标？", numbers, optional=whole)


def _narrower_scope(indicator: Indicator) -> str | None:
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
        value, measure = _number(question, partial(_read_value, subject)) or (None, None)
        return replace(entry, value=value, measure=measure)
    entry = replace(entry, state=_state(subject.state))
    if entry.state == "completed" or (subject is item and item.indicators):
        return entry
    last = "无" if subject.percent is None else f"{plain(subject.percent)}%"
    return replace(entry, percent=_number(f"完成率（0–100，上期 {last}，回车不变）：", share_of))


def _read_value(indicator: Indicator, answer: str) -> tuple[Decimal, str | None]:
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
    detail_view.said(f"将填报 {ref.text}（填报日期 {entry.date}，填报人 {who}）：{_shown_entry(entry)}")


def _shown_entry(entry: Entry) -> str:
    """Say in a line what a report will store."""
    value = None if entry.value is None else f"{plain(entry.value)}{entry.measure or ''}"
    return "；".join(f"{label} {given}" for label, given in (
        ("状态", STATES.get(entry.state or "")), ("完成率", entry.percent), ("现值", value), ("进展", entry.note),
        ("问题", entry.problem), ("下步", entry.next_step),
    ) if given is not None)  # fmt: skip


BACK, QUIT, SKIP = "<", "q", "-"
KEYS = f"回车 不变  {BACK} 返回  {SKIP} 跳过本项  {QUIT} 到此为止"
_STATES = {"1": "not_started", "2": "in_progress", "3": "completed"}


class _Move(Exception):
    """What a person typed instead of an answer."""


class _Step(NamedTuple):
    """One question: under what its answer is kept, its words, and how an answer is read."""

    key: str
    question: str
    read: Callable[[str], Any]


def walk(options: WriteOptions, connection: Connection, report_context: ReportContext) -> list[Answers]:
    """Ask about everything the unit owes; return what is to be stored, nothing where nothing is."""
    unit = options.speaker or ask("哪个单位填报（可写简称，或用 --unit、配置 unit 设定）？").strip()
    plan = words(context.settings["plan"] or None)
    debts = owed(connection, Filter(plans=plan, unit=unit), PointInTime(context.today), report_context.parameters)
    options.unit = unit
    if not debts:
        output.message(f"{unit} 本期没有待填报的事项")
        return []
    output.label(beside=True)
    detail_view.said(f"{unit}：待填报 {len(debts)} 项。{KEYS}")
    given: dict[int, dict[str, Any]] = {}
    said: dict[int, list[Answers]] = {}
    place = 0
    while True:
        place = _through(options, debts, place, given, said, report_context)
        answers = [each for key in sorted(said) for each in said[key]]
        if not answers:
            output.message("没有填写任何内容，未写入")
            return []
        for each in answers:
            detail_view.said(f"{each.ref.text}  {_shown_entry(each.entry)}", indent=2)
        verdict = ask(f"以上 {len(said)} 项，写入？（回车 写入  n 放弃  {BACK} 返回）", afresh=True).strip().lower()
        if verdict == BACK:
            place = min(place, len(debts) - 1)
        elif verdict in ("", "y", "yes", "是"):
            return answers
        elif verdict in ("n", "no", "否"):
            output.message("未写入")
            return []


def _through(
    options: WriteOptions,
    debts: Sequence[Debt],
    place: int,
    given: dict[int, dict[str, Any]],
    said: dict[int, list[Answers]],
    report_context: ReportContext,
) -> int:
    """Go through the items from one on; return where the person stopped. given: the answers so far, by item."""
    while place < len(debts):
        item, answers = debts[place].judged.item, given.setdefault(place, {})
        try:
            _ask_item(f"[{place + 1}/{len(debts)}]", debts[place], answers)
            is_over = False
        except _Move as move:
            if str(move) == BACK:
                place = max(place - 1, 0)
                continue
            if str(move) == SKIP:
                said.pop(place, None)
                given.pop(place)
                place += 1
                continue
            is_over = True
        if is_over and all(value is None for value in answers.values()):
            break
        said.pop(place, None)
        if reports := _checked(options, item, answers, report_context):
            said[place] = reports
            if is_over:
                break
            place += 1
    return place


def _checked(options: WriteOptions, item: Item, given: dict[str, Any], report_context: ReportContext) -> list[Answers]:
    """Return the reports that the answers make; none where they may not be made, which is told, or the person goes back."""
    try:
        reports = _reports(item, given, options.speaker, report_context)
        doubts = _rehearse(options, report_context, reports)
    except TrackerError as error:
        detail_view.said(f"{error}；请改正，或输入 {SKIP} 跳过本项", "yellow", 2)
        return []
    for text in doubts:
        detail_view.said(f"注意：{text}", "yellow", 2)
    if doubts and ask(f"  数值存疑，仍填报？（回车 填报  {BACK} 返回）").strip() in (BACK, "＜", "n", "否"):
        return []
    return reports


def _ask_item(head: str, debt: Debt, given: dict[str, Any]) -> None:
    """Ask about one item; Enter keeps what was answered before, or what the ledger has."""
    item = debt.judged.item
    output.message("")
    detail_view.said(f"{head} {item.id}  {item.title or item.text}", "bold")
    detail_view.said(f"{f'完成时限 {item.due}，' if item.due else ''}{debt.words}{_last_words(item)}", "dim", 4)
    place = 0
    while place < len(steps := _steps(item, given)):
        step = steps[place]
        try:
            given[step.key] = _answer(step, given.get(step.key))
            place += 1
        except _Move as move:
            if str(move) != BACK or not place:
                raise
            place -= 1


def _answer(step: _Step, former: Any) -> Any:
    """Ask until the answer can be read; the former one for Enter. What is wrong is said beside the question."""
    kept = "" if former is None else f"（本次已填 {_in_words(former)}）"
    while True:
        answer = ask(f"  {step.question}{kept}：").strip()
        if answer.translate(FULL_WIDTH) in (BACK, QUIT, SKIP, QUIT.upper()):
            raise _Move(answer.translate(FULL_WIDTH).lower())
        if not answer:
            return former
        try:
            return step.read(answer)
        except TrackerError as error:
            detail_view.said(str(error), "yellow", 2)


def _in_words(answer: Any) -> str:
    match answer:
        case (number, measure):
            return f"{plain(number)}{measure or ''}"
        case str():
            return STATES.get(answer, answer)
        case _:
            return plain(answer)


def _last_words(item: Item) -> str:
    report = item.last_report
    if report is None:
        return "；尚未填报"
    said = "；".join(text for text in (report.note, report.problem and f"问题：{report.problem}") if text)
    return f"；上期 {report.date}" + (f"：{shorten(said, 80)}" if said else "")


def _steps(item: Item, given: dict[str, Any]) -> list[_Step]:
    """Return the questions about an item, as far as what was answered leads to them."""
    numbers = [each for each in item.indicators if each.takes_value and each.is_open and _is_reported(each)]
    steps = [_Step(f"{each.n}", _asked_of(each), partial(_read_value, each)) for each in numbers]
    if not numbers:
        subject = item.indicators[0] if len(item.indicators) == 1 else item
        choices = "  ".join(f"{digit} {STATES[code]}" for digit, code in _STATES.items())
        steps.append(_Step("state", f"状态（现 {STATES[subject.state]}；{choices}）", _read_state))
        state = given.get("state") or subject.state
        has_percent = state == "in_progress" or (state == "not_started" and subject.percent)  # which falls to 0 then
        if has_percent and len(item.indicators) < 2:  # noqa: PLR2004 - several share no percent
            last = "无" if subject.percent is None else f"{plain(subject.percent)}%"
            steps.append(_Step("percent", f"完成率 %（上期 {last}）", share_of))
    steps.append(_Step("note", "本期进展", str))
    if given.get("note"):
        steps += [_Step("problem", "存在问题", str), _Step("next_step", "下步安排", str)]
    return steps


def _is_reported(indicator: Indicator) -> bool:
    """Whether a person reports this number: not what is worked out from others."""
    return indicator.link is None or indicator.link.kind == "same"


def _asked_of(indicator: Indicator) -> str:
    last = "无" if indicator.actual is None else plain(indicator.actual)
    year = _year_of(indicator)
    of = "".join(f"{each}，" for each in (_narrower_scope(indicator), year and f"{year}年数") if each)
    return f"{indicator.name}（{of}{indicator.measure or '无单位'}，目标 {demand_words(indicator)}，上期 {last}）"


def _year_of(indicator: Indicator) -> int | None:
    """Return the year whose figure is asked for: the first ended one after the last figure, at the earliest the due year.

    None where a value is of the day: of running totals, and while the year is not over.
    """
    if indicator.basis not in ("level", "annual"):
        return None
    ended = context.today.year - 1
    year = min(indicator.due.year, ended) if indicator.due else ended
    if indicator.actual_date is not None and indicator.actual_date.year >= year:
        year = indicator.actual_date.year + 1
    return year if year <= ended else None


def _read_state(answer: str) -> str:
    code = _STATES.get(answer.translate(FULL_WIDTH)) or state_code(answer)
    if code not in (*OPEN_STATES, "completed"):
        raise Unclear("请输入 1、2、3 之一")
    return code


def _reports(item: Item, given: dict[str, Any], unit: str | None, report_context: ReportContext) -> list[Answers]:
    """Return the reports that the answers make: one for each number that moved, or one for the item.

    An answer to a question that later answers took away (a percent of what is now declared done) is left out.
    """
    asked = [step.key for step in _steps(item, given)]
    given = {key: answer for key, answer in given.items() if key in asked}
    said = Entry(
        date=context.today, note=given.get("note"), problem=given.get("problem"), next_step=given.get("next_step")
    )
    whole = parse_id(item.id)
    reports: list[Answers] = []
    for key, value in given.items():
        if key.isdigit() and value is not None:
            entry = replace(
                Entry(date=context.today) if reports else said, value=value[0], measure=value[1],
                year=_year_of(next(each for each in item.indicators if each.n == int(key))),
            )  # fmt: skip
            reports.append(_placed(whole._replace(n=int(key)), entry, unit, report_context))
    if not reports:
        entry = replace(said, state=given.get("state"), percent=given.get("percent"))
        reports.append(_placed(whole, entry, unit, report_context))
    return reports


def _placed(ref: Ref, entry: Entry, unit: str | None, report_context: ReportContext) -> Answers:
    spot = report_target(report_context, ref, entry, unit)
    if entry.is_empty:
        entry = same_again(spot, entry)
    return Answers(ref, entry, unit)
