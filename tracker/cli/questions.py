"""Asking on a terminal for what a report lacks: the last values offered, what will be stored shown first."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from tracker.actions.finding import item_of
from tracker.actions.recording import same_again
from tracker.cli import output
from tracker.cli.runtime import runtime
from tracker.cli.writing import Act, ask
from tracker.errors import TrackerError
from tracker.ledger.entry import Entry, place
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import demand_words
from tracker.ledger.model import Indicator, Item
from tracker.ledger.terms import STATES, code_of
from tracker.ledger.values import parse_number, parse_percent, plain, shorten
from tracker.store.connection import Connection
from tracker.store.reading import When


def fill_in(act: Act, connection: Connection, ref: Ref, entry: Entry) -> tuple[Ref, Entry]:
    """Ask for the missing parts of a report and return where it goes and what it says.

    An empty answer keeps the last value; an end of input is an interrupt and stores nothing. Nobody is kept waiting
    meanwhile: a person thinks longer than others can wait for the writer's lock.
    """
    item = item_of(connection, ref, When(runtime.today))
    output.message(f"{item.id}  {item.title or item.text}")
    if ref.n is None and len(item.indicators) > 1:
        ref = ref._replace(n=_choose(item))
    entry = _figures(item, _subject(item, ref), entry)
    last = item.last_report
    entry = replace(
        entry,
        note=_text("本期进展", last and last.note),
        problem=_text("存在问题", last and last.problem),
        next_step=_text("下步安排", last and last.next),
    )
    if entry.is_empty:
        entry = same_again(item, place(item, ref.n, entry), entry)
    _show(act, ref, entry)
    return ref, entry


def _subject(item: Item, ref: Ref) -> Item | Indicator:
    """Return what the questions are about: the indicator named, the only one, or the item as a whole."""
    if ref.n is None:
        return item.indicators[0] if len(item.indicators) == 1 else item
    return next(each for each in item.indicators if each.n == ref.n)


def _choose(item: Item) -> int | None:
    for indicator in item.indicators:
        output.message(f"  {indicator.n}  {indicator.name}")
    numbers = {str(indicator.n): indicator.n for indicator in item.indicators}
    while True:
        answer = ask("哪一个指标（回车为整个事项）？").strip()
        if not answer:
            return None
        if answer in numbers:
            return numbers[answer]
        output.message(f"请输入 {'、'.join(numbers)} 之一")


def _figures(item: Item, subject: Item | Indicator, entry: Entry) -> Entry:
    """Ask for a value where there is a number to reach, else for state and percent; several indicators share no percent."""
    if isinstance(subject, Indicator) and subject.takes_value:
        last = "无" if subject.actual is None else f"{plain(subject.actual)}（{subject.actual_date}）"
        question = f"现值（{subject.measure or '无单位'}，目标 {demand_words(subject)}，上期 {last}，回车不变）："
        return replace(entry, value=_number(question, lambda answer: parse_number(answer, what="现值")))
    entry = replace(entry, state=_state(subject.state))
    if entry.state == "completed" or (subject is item and item.indicators):
        return entry
    last = "无" if subject.percent is None else f"{plain(subject.percent)}%"
    return replace(entry, percent=_number(f"完成率（0–100，上期 {last}，回车不变）：", parse_percent))


def _number(question: str, read: Callable[[str], Decimal]) -> Decimal | None:
    """Ask until the answer is a number or empty."""
    while True:
        answer = ask(question).strip()
        if not answer:
            return None
        try:
            return read(answer)
        except TrackerError as error:
            output.message(str(error))


def _state(last: str) -> str | None:
    while True:
        answer = ask(f"状态（未启动、进行中、已办结；上期 {STATES[last]}，回车不变）：").strip()
        if not answer:
            return None
        code = code_of(answer, STATES)
        if code in ("not_started", "in_progress", "completed"):
            return code
        output.message("请输入 未启动、进行中、已办结 之一")


def _text(label: str, last: str | None) -> str | None:
    return ask(f"{label}（" + (f"上期：{shorten(last)}；" if last else "") + "回车跳过）：").strip() or None


def _show(act: Act, ref: Ref, entry: Entry) -> None:
    shown = [f"{label} {value}" for label, value in (
        ("状态", STATES.get(entry.state or "")), ("完成率", entry.percent), ("现值", entry.value), ("进展", entry.note),
        ("问题", entry.problem), ("下步", entry.next_step),
    ) if value is not None]  # fmt: skip
    output.message(f"将填报 {ref.text}（数据时点 {entry.date}，填报人 {act.person}）：{'；'.join(shown)}")
    if not act.yes and ask("保存？[Y/n] ").strip().lower() not in ("", "y", "yes", "是"):
        raise KeyboardInterrupt
