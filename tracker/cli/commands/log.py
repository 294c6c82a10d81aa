"""`tracker log`."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, NamedTuple

import typer

from tracker.actions.item_context import ReportContext
from tracker.actions.name_lookup import in_region, item_of
from tracker.actions.reports import (
    Answers,
    Recorded,
    ReportTarget,
    bring_on,
    period_words,
    put,
    report_target,
    same_again,
)
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import STDIN, Evidence, Text, day_of, figure_of, named, share_of, stdin_lines
from tracker.cli.terminal import LONG, indented
from tracker.cli.write_options import Doubted, WriteOptions
from tracker.errors import Refused, TrackerError, Unclear
from tracker.ledger.ids import Ref
from tracker.ledger.model import part_of
from tracker.ledger.report_rules import REPORTABLE_STATES, Entry, check_reportable
from tracker.ledger.terms import STATES, state_code
from tracker.ledger.values import converted, plain, shorten
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime


class Said(NamedTuple):
    """One line of reporting: on what, what it says, and whether it says that nothing changed. line: its number in a batch."""

    ids: tuple[str, ...]
    region: str | None
    entry: Entry
    evidence: tuple[str, ...] = ()
    same: bool = False
    unit: str | None = None
    line: int | None = None


@write_command
def log(
    options: WriteOptions,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…]", help="事项或指标编号，可写多个（zj-task-6..8），- 为从标准输入读取"),
    ] = None,
    state: Annotated[
        Text,
        typer.Option("--state", metavar="STATE", help="not_started 未启动、in_progress 进行中、completed 申报办结"),
    ] = None,
    percent: Annotated[Text, typer.Option("--percent", metavar="N", help="完成率 0–100（没有数值目标的事项）")] = None,
    value: Annotated[Text, typer.Option("--value", metavar="N", help="现值（有数值目标的指标）")] = None,
    year: Annotated[Text, typer.Option("--year", metavar="YEAR", help="现值是哪一年的全年（年末）数")] = None,
    note: Annotated[Text, typer.Option("--note", metavar="TEXT", help="本期进展")] = None,
    problem: Annotated[Text, typer.Option("--problem", metavar="TEXT", help="存在问题")] = None,
    next_step: Annotated[Text, typer.Option("--next", metavar="TEXT", help="下步安排")] = None,
    evidence: Evidence = None,
    date: Annotated[Text, typer.Option("--date", metavar="DATE", help="填报日期（缺省今天）")] = None,
    same: Annotated[bool, typer.Option("--same", help="无变化；写多个编号时跳过无需填报的")] = False,
    measure: Annotated[
        Text, typer.Option("--measure", metavar="UNIT", help="现值的计量单位，与指标只差数量级时换算，如 千瓦")
    ] = None,
    region: Annotated[Text, typer.Option("--region", metavar="NAME", help="分解到的地区，如 杭州市")] = None,
) -> None:
    """填报进展

    例：tracker log zj-target-20.1 --value 78.5 --note "新建管网 120 公里"
    例：tracker log zj-task-6..9 --same
    例：tracker log --unit 省生态环境厅
    例：tracker log - < 本周.txt
    在终端上会询问缺少的内容，不写编号则逐项填报本单位的待办；在管道中从不询问。
    log - 的每行写编号和选项，如 zj-task-6 --percent 40，合为一次改动；
    log - 另写了选项时，每行只写编号，各项同样填报。空行和 # 开头的行不读。
    """
    ids = ids or []
    said = _said(ids, state, percent, value, note, problem, next_step, evidence, date, same, measure, region, year=year)
    lines, entry = [said], said.entry
    if tuple(ids) == (STDIN,) and entry.is_empty and not same:
        lines = [_line(number, text) for number, text in stdin_lines()]
    asked = None
    if not ids:
        if not entry.is_empty or same or not options.may_ask:
            raise Unclear("缺少 ID…；用法见 tracker log --help（在终端上单独运行 tracker log 可逐项填报）")
        if asked := _round(options):
            _write(options, [said], asked, agreed=True)
        return
    if len(lines) == 1 and not same and (entry.is_empty or options.may_ask) and lines[0] is said:
        asked = _ask(options, ids, region, entry)
    options.think_twice(
        lambda agreed: _write(options, lines, asked, agreed=agreed), "数值存疑，仍要写入？", "未填报，未作任何改动"
    )


def _write(options: WriteOptions, lines: list[Said], asked: list[Answers] | None, *, agreed: bool) -> None:
    """Record what was said; agreed: doubtful figures too, which otherwise leave it unwritten."""
    skipped: list[str] = []
    with options.changeset("log") as changeset:
        report_context = _report_context(changeset.connection)
        recorded: list[Recorded] = []
        said = [(each, asked or _answers(options, changeset.connection, each)) for each in lines]
        report_context.load(answer.ref.item for _, answers in said for answer in answers)
        taken: Taken = {}
        for each, answers in said:
            with _named_line(each.line):
                recorded += _record_all(changeset, report_context, each, answers, skipped, taken)
        doubts = [text for each in recorded for text in each.doubts]
        if doubts and not agreed:
            raise Doubted(doubts)
        bring_on(changeset, report_context)
    for text in skipped:
        output.message(f"跳过 {text}")
    _tell(options, recorded, changeset)


@contextmanager
def _named_line(number: int | None, text: str = "") -> Iterator[None]:
    """Have what is refused say in which line of a batch it stands."""
    try:
        yield
    except TrackerError as error:
        raise (error if number is None else type(error)(f"标准输入第 {number} 行{text}：{error}")) from None


Taken = dict[tuple[str, tuple[int, str] | None, object], int | None]
"""The lines of a batch by what they are about, for which unit, and of which day."""


def _refuse_again(taken: Taken, spot: ReportTarget, entry: Entry, line: int | None) -> None:
    """Refuse a second line of a batch about one thing and day by one unit: nobody can tell which of the two is meant."""
    if (first := taken.setdefault((spot.id, spot.speaker.unit, entry.value_date), line)) != line:
        raise Refused(f"{spot.id} 在第 {first} 行已写过；同一单位同一日期请合为一行")


def _round(options: WriteOptions) -> list[Answers]:
    """Ask about everything the unit owes, before anything is locked."""
    from tracker.cli.log_dialogue import walk

    with opened(options.db) as connection:
        return walk(options, connection, _report_context(connection))


def _year(text: str) -> int:
    number = text.strip().removesuffix("年")
    if not (number.isdecimal() and len(number) == 4):  # noqa: PLR2004 - 2025
        raise Unclear(f"--year 应为年份，如 2025，不是“{shorten(text)}”")
    return int(number)


def _said(
    ids: Sequence[str] | None, state: Text = None, percent: Text = None, value: Text = None, note: Text = None, problem: Text = None,
    next_step: Text = None, evidence: Sequence[str] | None = None, date: Text = None, same: bool = False, measure: Text = None,
    region: Text = None, unit: Text = None, year: Text = None,
) -> Said:  # fmt: skip
    """Read the options of one line."""
    number, given_in = figure_of(value, measure, "现值")
    entry = Entry(
        date=day_of(date, what="日期"),
        state=None if state is None else _state(state),
        percent=None if percent is None else share_of(percent),
        value=number, note=_text(note), problem=_text(problem), next_step=_text(next_step), evidence="\n".join(evidence or ()) or None,
        measure=given_in, year=None if year is None else _year(year),
    )  # fmt: skip
    if same and entry.moves:
        raise Unclear("--same 表示无变化，不能与 --state、--percent、--value 同用")
    return Said(tuple(ids or ()), region, entry, tuple(evidence or ()), same, unit)


def _line(number: int, text: str) -> Said:
    """Read a line of a batch, written as after `tracker log`; raises Unclear naming it."""
    from tracker.cli.app import parsed

    with _named_line(number, f"“{shorten(text)}”"):
        values = parsed("log", line_words(text))
        if extra := [name for name in ("by", "db", "dry_run", "yes", "no_input", "json") if values.pop(name)]:
            raise Unclear(f"--{extra[0].replace('_', '-')} 请写在 tracker log - 之后，对各行都有效")
        said = _said(**values)
        if said.ids in ((), (STDIN,)) or (said.entry.is_empty and not said.same):
            raise Unclear("没有填写任何内容；请至少填 --state、--percent、--value、--note 之一，无变化请加 --same")
    return said._replace(line=number)


_QUOTED = r"\"[^\"]*\"|'[^']*'|(?<![^\s=])(?:“([^”\"]*)”|‘([^’\"]*)’)(?!\S)"


def _in_plain_quotes(found: re.Match[str]) -> str:
    words = found[1] if found[1] is not None else found[2]
    return found[0] if words is None else f'"{words}"'


def line_words(text: str) -> list[str]:
    """Return the words of a line as a shell parts them; a backslash is part of a path on Windows, as it is at its own prompt.

    Chinese quotes around a whole word, but for those within others, are quotes too.
    """
    import shlex

    reader = shlex.shlex(re.sub(_QUOTED, _in_plain_quotes, text), posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.commenters = True, ""
    if os.name == "nt":
        reader.escape = ""
    try:
        return list(reader)
    except ValueError:
        raise Unclear("引号不成对") from None


def _answers(options: WriteOptions, connection: Connection, said: Said) -> list[Answers]:
    """Return what a line says of each thing that it names."""
    lines = [(number, (text,)) for number, text in stdin_lines()] if said.ids == (STDIN,) else [(said.line, said.ids)]
    found: dict[Ref, int | None] = {}
    for number, ids in lines:
        with _named_line(number):
            found |= {ref: number for ref in _named(connection, ids, said.region) if ref not in found}
    return [Answers(ref, said.entry, said.unit or options.speaker, number) for ref, number in found.items()]


def _record_all(
    changeset: Changeset,
    report_context: ReportContext,
    said: Said,
    answers: list[Answers],
    skipped: list[str],
    taken: Taken,
) -> list[Recorded]:
    """Add the reports of one line to the changeset; of several that say 无变化, those that need none are named instead."""
    recorded = []
    for each in answers:
        with _named_line(None if each.line == said.line else each.line):
            reason = _needs_nothing(report_context, each) if said.same and len(answers) > 1 else None
            if reason is None:
                spot = report_target(report_context, each.ref, each.entry, each.unit)
                _refuse_again(taken, spot, each.entry, said.line)
                recorded.append(_record(changeset, report_context, spot, each.entry, said.same))
            else:
                skipped.append(f"{each.ref.text}：{reason}")
    _attach(changeset, recorded, said.evidence)
    return recorded


def _needs_nothing(report_context: ReportContext, said: Answers) -> str | None:
    """Return why nothing need be reported on an item that did not change; None where something is.

    What another lead reported answers for that one only.
    """
    item = report_context.item(said.ref)
    try:
        check_reportable(item)
    except Refused as error:
        return str(error).removeprefix(item.id).strip()
    subject = part_of(item, said.ref.n)
    if not subject.is_open:
        return STATES[subject.state]
    try:
        speaker = report_context.speaker(item, said.unit)
    except Refused as error:
        return str(error).replace(f"不是 {item.id} 的", "不是本事项的", 1)
    report = item.last_report
    is_own = report is not None and (speaker.unit is None or report.unit == speaker.unit[1])
    return (
        "当天已填报"
        if is_own and report is not None and said.ref.n is None and report.date == said.entry.date
        else None
    )


def _named(connection: Connection, ids: Sequence[str], region: str | None) -> list[Ref]:
    """Return what the reports are about, each thing once."""
    return list(dict.fromkeys(in_region(connection, named(connection, ids), region)))


def _text(given: str | None) -> str | None:
    """Return words as they are kept; blanks say nothing."""
    return None if given is None or not given.strip() else given


def _report_context(connection: Connection) -> ReportContext:
    return ReportContext(connection, context.today, evidence_required=context.settings["evidence_required"])


def _ask(options: WriteOptions, ids: list[str], region: str | None, entry: Entry) -> list[Answers]:
    """Ask for what the reports are to say, before anything is locked."""
    with opened(options.db) as connection:
        found = _named(connection, ids, region)
        if not options.may_ask:
            item_of(connection, found[0], PointInTime(context.today))
            raise Refused(
                f"{found[0].text}：没有填写任何内容；请至少填 --state、--percent、--value、--note 之一，无变化请加 --same"
            )
        from tracker.cli.log_dialogue import fill_in

        report_context = _report_context(connection)
        said: list[Answers] = []
        for ref in found:
            said.append(fill_in(options, report_context, ref, entry, said[-1].unit if said else None))
        return said


def _record(
    changeset: Changeset, report_context: ReportContext, spot: ReportTarget, entry: Entry, same: bool
) -> Recorded:
    recorded = put(changeset, report_context, spot, same_again(spot, entry) if same else entry)
    figure = entry.value
    measure = getattr(spot.subject, "measure", None)
    if figure is not None and measure == "%" and entry.measure is None and 0 < figure < 1:
        meant = plain(converted(figure, Decimal(100)))
        recorded.warnings.append(
            f"{recorded.id}：现值填的是 {plain(figure)}，按 {plain(figure)}% 读取；如果是 {meant}%，请改填 {meant}"
        )
    recorded.period = period_words(report_context, recorded, changeset.today)
    return recorded


def _attach(changeset: Changeset, recorded: list[Recorded], evidence: Sequence[str]) -> None:
    if evidence:
        from tracker.actions.evidence import attach

        for each in recorded:
            for text in evidence:
                attach(changeset, each.item, each.n, text)


def _state(text: str) -> str:
    code = state_code(text)
    if code is None:
        raise Unclear(
            f"没有“{shorten(text)}”这种状态；可用：{'、'.join(f'{s} {STATES[s]}' for s in REPORTABLE_STATES)}"
        )
    return code


def _tell(options: WriteOptions, recorded: list[Recorded], changeset: Changeset) -> None:
    for each in recorded:
        output.remarks(each.warnings)
    if options.json:
        output.print_json([{"change": options.number(changeset), **each.view()} for each in recorded])
        return
    for each in recorded:
        options.done(f"已填报 {each.id}（{each.entry.date}{_who(each)}）：{indented(_what(each))}", None)
    if not recorded:
        options.done("没有需要填报的事项", None)
    elif not options.dry_run:
        periods = "、".join(dict.fromkeys(each.period for each in recorded if each.period))
        counted = f"，{periods}" if periods else ""
        output.message(f"第 {changeset.change} 号改动{counted}；填错可运行 tracker undo 撤销")


def _who(each: Recorded) -> str:
    return f"，{each.speaker.unit[1]}" if each.speaker.unit else ""


def _what(each: Recorded) -> str:
    entry = each.entry
    parts = [STATES[entry.state]] if entry.state else []
    if entry.percent is not None:
        parts.append(f"完成率 {plain(entry.percent)}%")
    if entry.value is not None:
        old = each.before.get("value")
        beside = [f"{entry.year}年数据"] if entry.year is not None else []
        beside += [f"上期 {old}"] if old is not None else []
        parts.append(f"现值 {plain(entry.value)}" + (f"（{'，'.join(beside)}）" if beside else ""))
    said = (entry.note, entry.problem and f"问题：{entry.problem}", entry.next_step and f"下步：{entry.next_step}")
    parts += [shorten(text, LONG) for text in said if text]
    return "；".join(parts) or "佐证材料"
