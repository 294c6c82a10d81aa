"""`tracker changes`, `tracker history` and `tracker undo`: what changed, who changed it, and taking a change back."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.actions.name_lookup import item_of
from tracker.cli import output
from tracker.cli.app import read_command, write_command
from tracker.cli.context import context
from tracker.cli.export_options import SpanOptions
from tracker.cli.ledger_finder import opened
from tracker.cli.options import FilterOptions, Text, named_one, parse_count
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column, cells
from tracker.cli.wording import Row, caption_for, drafts_among, fitted_width, label_of, local_time, told
from tracker.errors import Unclear
from tracker.ledger.calendar_spans import days_between
from tracker.ledger.dates import parse_instant, parse_start
from tracker.ledger.terms import FORECASTS, LIGHTS, STATES
from tracker.ledger.values import shorten
from tracker.store.history import HISTORY_FIELDS, load_history

if TYPE_CHECKING:
    from tracker.actions.changes import Changes, Mark
    from tracker.cli.write_options import WriteOptions


@read_command
def history(
    options: ReadOptions,
    item_id: Annotated[Text, typer.Argument(metavar="[ID]", help="事项或指标编号，缺省为全部")] = None,
    since: Annotated[Text, typer.Option("--since", metavar="DATE", help="此日（时）起的改动")] = None,
    by: Annotated[Text, typer.Option("--by", metavar="NAME", help="只看此人录入的")] = None,
    command: Annotated[
        Text, typer.Option("--command", metavar="NAME", help="只看这个命令写入的，如 log、import")
    ] = None,
) -> None:
    """谁在什么时候改了什么

    按录入的先后列出，用 --known-at 看到某一时刻为止；--as-of 不改变已录入的内容。
    """
    start = None if since is None else _start(since)
    with options.ledger() as connection:
        item = n = None
        if item_id is not None:
            ref = named_one(connection, item_id)
            item, n = item_of(connection, ref, options.when).id, ref.n
        rows = [
            row
            for row in load_history(connection, item, n, start, options.when.known_at)
            if by in (None, row["by"]) and command in (None, row["command"])
        ]
    drafts = drafts_among(options, (row["id"] for row in rows))
    caption = "，".join((*([f"录入截至 {options.known_at}"] if options.known_at else []), *drafts))
    which = "前" if options.sort else "最近"
    options.emit(
        rows, HISTORY_FIELDS, lambda shown, total: print_history(shown, total, caption, which), newest=True, caption=caption
    )  # fmt: skip


def _start(since: str) -> str:
    """Return the moment from which on changes are wanted: a day means its first."""
    if "T" in since or ":" in since:
        return parse_instant(since, context.today, what="--since 的时刻")
    return parse_instant(f"{parse_start(since, context.today, what='--since 的日期', past=True)}T00:00", context.today)


@write_command
def undo(
    options: "WriteOptions",
    change: Annotated[
        Text, typer.Argument(metavar="[CHANGE]", help="改动编号，缺省为本人最近一次；一次导入的几号写成 4..19")
    ] = None,
) -> None:
    """撤销一次改动（默认为本人最近一次），撤销本身也留痕"""
    from tracker.actions.undo import hold, taken_back, target_of
    from tracker.actions.undo import undo as take_back

    numbers: Sequence[int | None] = [None] if change is None else _numbers(change)
    with opened(options.db) as connection:
        targets = [target_of(connection, number, options.person) for number in numbers]
        said = [line for target in targets for line in taken_back(connection, target)]
    target = targets[0]
    words = f"第 {target.id} 号改动（{target.by}，{local_time(target.at)}，{target.command}）"
    if len(targets) > 1:
        words = f"第 {targets[-1].id} 至 {target.id} 号中的 {len(targets)} 次改动"
    more = f"；等 {len(said)} 条" if len(said) > _SHOWN else ""
    taken = f"{'将恢复' if target.undoes else '将撤回'}：{'；'.join(said[:_SHOWN])}{more}" if said else None
    asks = options.asks
    if asks and taken:
        output.label(beside=True)
        output.message(taken)
    if not options.confirm(f"撤销{words}？"):
        output.message("未撤销")
        return
    with options.changeset("undo") as changeset:
        held = [hold(each, target_of(changeset.connection, each.id, options.person)) for each in targets]
        items = take_back(changeset, held)
    if taken and not asks:  # a refusal is one line: nothing is taken back, so nothing is said to be
        output.message(taken)
    undoes = target.id if len(targets) == 1 else [each.id for each in targets]
    view = {"undoes": undoes, "ids": items, "statements": said}
    shown = "、".join(items[:_SHOWN]) + (f" 等 {len(items)} 项" if len(items) > _SHOWN else "")
    options.done(f"已撤销{words}：{shown or '不涉及事项'}", view, changeset)


def _numbers(text: str) -> Sequence[int | None]:
    """Return the changes that a text names (12; 4..19; 4,7), the newest first."""
    found: set[int] = set()
    for part in filter(None, re.split("[,，、]", text)):
        first, _, last = part.partition("..")
        start = parse_count(first, "改动编号")
        end = parse_count(last, "改动编号") if last else start
        if not start <= end < start + _MOST:
            raise Unclear(f"改动编号“{shorten(part)}”应从小到大，一次至多 {_MOST} 号")
        found.update(range(start, end + 1))
    return sorted(found, reverse=True) or [parse_count(text, "改动编号")]


_MOST = 1000
"""How many changes are taken back at once."""
_SHOWN = 5
"""How much of what is taken back is said in one readable line."""


Since = Annotated[Text, typer.Option("--since", metavar="DATE", help="此日起，到截至日")]


@read_command
def changes(
    options: ReadOptions,
    *,
    since: Since = None,
    span: SpanOptions,
    which: FilterOptions,
) -> None:
    """两个时点之间变了什么：亮灯前后、申报办结、销号、退回、延期、填报、纳入和调出

    时点为上一期报告（没有发出过的为期初前一天）和期末，各按当时已录入的内容，与同期的报告、通报、网页一致；缺省为本周。
    亮灯比的是两个时点，其余逐条列出。
    """
    from tracker.actions.changes import FIELDS
    from tracker.actions.changes import changes as changes_of
    from tracker.actions.report_issues import shared_moments

    options.narrow(which)
    if since is None:
        days = span.span(options.day)
    elif span.kind is not None:
        raise Unclear("--since 与 --week、--month、--from 等不能同用；请只写其一")
    else:
        days = days_between(parse_start(since, context.today, what="--since 的日期"), options.day)
    wanted = which.wanted()
    with options.ledger() as connection:
        moments = shared_moments(connection, days, wanted, options.when, context.today, is_open=since is not None)
        found = changes_of(connection, wanted, moments)
    caption = (
        f"{days.start} 至 {moments.later.as_of}，{caption_for(options, which, ({'id': code} for code in found.after))}"
    )
    if found.before is None:
        caption += "，期初尚无台账，亮灯无从比较"
    options.emit(
        [row.row() for row in found.rows],
        FIELDS,
        lambda rows, total: _changes_table(found, rows, total, caption),
        caption=caption,
    )


def _changes_table(found: "Changes", rows: Sequence[Mapping[str, Any]], total: int, caption: str) -> None:
    from tracker.actions.changes import WHAT

    moved = found.moved()
    if moved is not None:
        told = [f"{LIGHTS[light]} {number}（{moved[light]:+d}）" for light, number in found.lights().items()]
        output.line("亮灯：" + "，".join(told).replace("+0", "±0"))
    marks: dict[str, Mark] = {**(found.before or {}), **found.after}
    wide = output.width() >= 110  # noqa: PLR2004 - room for who did it
    sides = [(_side(row, "before"), _side(row, "after")) for row in rows]
    then, now = (min(max((cells(side[place]) for side in sides), default=4), 10) for place in (0, 1))
    output.print_table(
        [Column("编号", max((cells(row["id"]) for row in rows), default=8), whole=True), Column("事项", 26 if wide else 18),
         Column("变化", 8), Column("由", then), Column("到", now), *([Column("日期", 10)] if wide else []), Column("单位、理由")],
        [
            [
                row["id"], marks[row["id"].partition(".")[0]].name, WHAT[row["what"]], *side,
                *([str(row["date"] or "")] if wide else []), _why(row),
            ]
            for row, side in zip(rows, sides, strict=True)
        ],
        caption=f"变化 {total} 条，{caption}",
        lights=[row["after"] if row["what"] == "light" else None for row in rows],
    )  # fmt: skip
    output.more(len(rows), total)


def _why(row: Mapping[str, Any]) -> str:
    """Write who and why; the reason of a light without its colour, which stands before it."""
    reason = row["reason"] or ""
    if row["what"] in ("light", "added", "removed"):
        return reason.partition("：")[2] or reason
    return "：".join(part for part in (row["unit"] or row["by"], reason) if part)


def _side(row: Mapping[str, Any], side: str) -> str:
    """Write what was, or is, in words."""
    value = row[side]
    if isinstance(value, date) or not isinstance(value, str):
        return output.plain_text(value)
    if row["what"] in ("light", "added", "removed", "carried_over"):
        return LIGHTS.get(value, value)
    return {**STATES, **FORECASTS}.get(value, value)


def print_history(rows: Sequence[Row], total: int, caption: str, which: str) -> None:
    """Write the change log, oldest first; which rows of it are shown where it is cut."""
    wide = output.width() >= 110  # noqa: PLR2004 - room for the unit beside the person
    headings = ("改动", "时间", "填报人", *(("单位",) if wide else ()), "命令", "编号")
    texts = [
        [
            str(row["change"]), local_time(row["at"]), row["by"], *([row["unit"] or ""] if wide else []), row["command"],
            row["id"] or "", _moved(row),
        ]
        for row in rows
    ]  # fmt: skip
    columns = [
        Column(
            heading,
            fitted_width(
                texts, place, heading, 8 if heading == "填报人" and not wide else 99 if heading == "编号" else 24
            ),
            right=heading == "改动",
            whole=heading == "编号",
        )
        for place, heading in enumerate(headings)
    ]
    output.print_table(
        [*columns, Column("内容")], texts, caption=f"改动记录 {total} 行" + (f"，{caption}" if caption else "")
    )
    output.more(len(rows), total, which)


def _moved(row: Row) -> str:
    """Say what a field was and what it became."""
    if row["field"] is None:
        return ""
    edited = row["command"] in EDITING
    before, after = (told(row["field"], row[side], edited=edited) for side in ("before", "after"))
    return f"{label_of(row['field'], edited=edited)}：{before} → {after}"


EDITING = ("item edit", "plan revise", "upgrade")
