"""`tracker export report` and `tracker export weekly`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.app import export_command
from tracker.cli.context import context
from tracker.cli.export_options import (
    NoteOptions,
    SpanOptions,
    deliver,
    frozen_goalposts,
    is_folder,
    kinds_of,
    name_of,
    target_file,
)
from tracker.cli.options import FilterOptions, Text, parse_count
from tracker.cli.read_options import ReadOptions
from tracker.errors import Unclear
from tracker.ledger.calendar_spans import NamedSpan, issue_year, report_name
from tracker.ledger.unit_names import split_region

Number = Annotated[Text, typer.Option("--issue", metavar="N", help="原样给出已发出的第 N 期（往年的写 2025048）")]
Draft = Annotated[bool, typer.Option("--draft", help="草稿：不编入期次，不留记录")]


@export_command
def report(
    options: ReadOptions,
    span: SpanOptions,
    number: Number = None,
    draft: Draft = False,
    *,
    which: FilterOptions,
    noting: NoteOptions,
) -> None:
    """导出工作报告（Excel）：周报、月报、季报、半年报、年报或任意时段

    缺省为本周。当前时段的报告记为一期：下一期从这一期之后录入的内容起算，上期数就是这一期的数；下一期发出前再次导出，替换这一期（修订）。
    """
    _write(options, _Asked(span, number, noting, draft=draft), which)


@export_command
def weekly(
    options: ReadOptions,
    week: Annotated[Text, typer.Option("--week", metavar="2026-W47", help="哪一周（ISO 周，缺省本周）")] = None,
    first: Annotated[Text, typer.Option("--from", metavar="DATE", help="起始日，与 --to 同用，代替 --week")] = None,
    last: Annotated[Text, typer.Option("--to", metavar="DATE", help="截止日")] = None,
    number: Number = None,
    draft: Draft = False,
    *,
    which: FilterOptions,
    noting: NoteOptions,
) -> None:
    """导出工作周报：概览、进展台账、逾期、临近、本周更新、延期、未填报单位、按单位统计

    即 export report --week；写 --from、--to 的是那一时段的报告。
    """
    _write(options, _Asked(SpanOptions(week=week, first=first, last=last), number, noting, draft=draft), which)


class _Asked:
    """Which report is asked for."""

    def __init__(self, span: SpanOptions, number: str | None, noting: NoteOptions, *, draft: bool) -> None:
        self.span = span
        self.number = None if number is None else parse_count(number, "--issue")
        self.noting, self.draft = noting, draft
        if number is not None and draft:
            raise Unclear("--issue 与 --draft 不能同用；请只写其一")


def _write(options: ReadOptions, asked: _Asked, which: FilterOptions) -> None:
    from tracker.actions.report_issues import issue_of, may_note

    options.narrow(which)
    wanted, kinds = which.wanted(), kinds_of(which.kind)
    if asked.number is not None:
        _again(options, asked, wanted)
        return
    span = asked.span.span(options.day)
    if options.output and not is_folder(options.output):
        # A file that cannot be written is refused before the work; only a folder needs the names of plans first.
        target_file(options, "x", ".xlsx")
    with options.ledger() as connection:
        issue = issue_of(connection, span, wanted, options.when, context.today, draft=asked.draft)
        target = target_file(options, _file_name(connection, span, issue.number, wanted, kinds), ".xlsx")
        content, plain = _content(options, connection, wanted, issue, asked, kinds)
        notes = issue.is_current and not asked.noting.dry_run and may_note(connection)
    change = _note(options, asked, issue, content, {"file": target.name, "plain": plain}) if notes else None
    _deliver(
        options, asked, target, content,
        issue=issue.number or None, kind=span.kind, noted=notes or issue.kept is not None, change=change,
    )  # fmt: skip
    if not options.json and not asked.noting.dry_run:
        _tell(issue, asked, noted=notes, changed=change is not None)


def _content(
    options: ReadOptions, connection: Any, wanted: Any, issue: Any, asked: _Asked, kinds: str
) -> tuple[bytes, str]:  # fmt: skip
    """Return the file, and the hash that it has without the mark of a revision: one handed out before stays what it was."""
    from hashlib import sha256

    from tracker.actions.report_issues import kept_file

    kept = kept_file(connection, issue.kept) if issue.kept is not None else None
    before = json.loads(issue.kept.options).get("plain", "") if issue.kept is not None else ""
    if kept is not None and not issue.is_current:
        return kept, before
    made = _made(options, connection, wanted, issue, asked, kinds)
    plain = sha256(made).hexdigest()
    if issue.kept is None or not issue.is_current:
        return made, plain
    if plain == before and kept is not None:
        return kept, plain
    return _made(options, connection, wanted, issue, asked, kinds, revised=True), plain


def _made(
    options: ReadOptions, connection: Any, wanted: Any, issue: Any, asked: _Asked, kinds: str, *, revised: bool = False
) -> bytes:  # fmt: skip
    from tracker.actions.name_lookup import unit_shown
    from tracker.actions.period_report import Paper, write_report
    from tracker.cli.progress import watched

    issuer = context.settings["issuer"]
    unit = unit_shown(connection, wanted.unit, wanted.plans)
    scope = [("单位", unit), ("类别", kinds), ("地区", wanted.region), ("录入截至", options.known_at)]
    told = [(label, value) for label, value in scope if value]
    paper = Paper(issuer and split_region(issuer)[1], told, asked.draft, revised)
    return write_report(connection, wanted, issue, paper, watched, frozen_goalposts())


def _file_name(connection: Any, span: NamedSpan, number: int, wanted: Any, kinds: str) -> str:
    """Return the name that a report gives itself: its kind, its issue, what it is narrowed to; plans by their region."""
    from tracker.actions.name_lookup import plan_code
    from tracker.sheets.wording import plan_names
    from tracker.store.registry import plan_heads

    heads = {str(plan["code"]): plan for plan in plan_heads(connection)}
    named = plan_names(heads)
    plans = "、".join(named[plan_code(connection, text)] for text in wanted.plans or ())
    issue = f"{issue_year(span)}年第{number}期" if number and span.kind != "year" else span.name
    return name_of(report_name(span.kind), issue, plans, wanted.unit, kinds, wanted.region)


def _note(options: ReadOptions, asked: _Asked, issue: Any, content: bytes, about: dict[str, str]) -> int | None:
    """Note the issue; return the change, None where the very same was noted before."""
    from tracker.actions.report_issues import note_issue

    with asked.noting.changeset(options.db, "export report") as changeset:
        note_issue(changeset, issue, content, about)
    return changeset.change if changeset.committed else None


def _again(options: ReadOptions, asked: _Asked, wanted: Any) -> None:
    """Give an issue as it was handed out."""
    from tracker.actions.report_issues import issue_numbered, kept_file
    from tracker.errors import Refused

    assert asked.number is not None  # noqa: S101 - asked for by it
    with options.ledger() as connection:
        row = issue_numbered(connection, wanted, asked.span.kind, asked.number, options.when)
        target = target_file(options, json.loads(row.options)["file"].removesuffix(".xlsx"), ".xlsx")
        content = kept_file(connection, row)
        if content is None:
            raise Refused(
                f"第{row.number % 1000}期的原件不在 {connection.location.evidence} 中，或已被改动；请在发出它的机器上导出，或从备份找回"
            )
    _deliver(options, asked, target, content, issue=row.number % 1000, kind=row.kind, noted=True, change=None)


def _deliver(options: ReadOptions, asked: _Asked, target: Path, content: bytes, **more: object) -> None:
    """Write the file and say where it is; a dry run says where it would be."""
    if not asked.noting.dry_run:
        deliver(options, target, content, **more)
    elif options.json:
        output.print_json({"path": str(target), **more})
    else:
        output.message(f"【演示，未写入】{target}")


def _tell(issue: Any, asked: _Asked, *, noted: bool, changed: bool) -> None:
    """Say what became of the issue."""
    name = f"第{issue.number}期" if issue.number else "本时段的报告"
    if noted and issue.kept is not None:
        output.message(f"{name}已替换（修订）" if changed else f"{name}内容没有变化，未另作记录")
    elif noted:
        output.message(f"已记为{name}；下一期从这之后录入的内容起算")
    elif issue.kept is not None:
        output.message(f"{name}已于 {issue.kept.as_of} 发出，给出的是当时的内容")
    elif not asked.draft and not issue.is_current:
        why = "时段已过" if issue.span.end < context.today else "指定了时点"
        output.message(f"本次未记为一期（{why}），按录入时间的日历起止计算")
