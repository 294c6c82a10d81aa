"""`tracker changes`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from tracker.actions.changes import FIELDS, WHAT, Changes, Mark
from tracker.actions.changes import changes as changes_of
from tracker.actions.report_issues import shared_moments
from tracker.actions.selection import Filter
from tracker.cli import output
from tracker.cli.app import read_command
from tracker.cli.context import context
from tracker.cli.list_view import caption_for
from tracker.cli.option_groups import SpanOptions
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, Text, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column, cells
from tracker.errors import Unclear
from tracker.ledger.calendar_spans import days_between
from tracker.ledger.dates import parse_start
from tracker.ledger.terms import FORECASTS, LIGHTS, STATES

Since = Annotated[Text, typer.Option("--since", metavar="DATE", help="此日起，到截至日")]


@read_command
def changes(
    options: ReadOptions,
    *,
    since: Since = None,
    span: SpanOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
) -> None:
    """两个时点之间变了什么：亮灯前后、申报办结、销号、退回、延期、填报、纳入和调出

    时点为上一期报告（没有发出过的为期初前一天）和期末，各按当时已录入的内容，与同期的报告、通报、网页一致；缺省为本周。
    亮灯比的是两个时点，其余逐条列出。
    """
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    if since is None:
        days = span.span(options.day)
    elif span.kind is not None:
        raise Unclear("--since 与 --week、--month、--from 等不能同用；请只写其一")
    else:
        days = days_between(parse_start(since, context.today, what="--since 的日期"), options.day)
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind), region=region)
    with options.ledger() as connection:
        moments = shared_moments(connection, days, wanted, options.when, context.today, is_open=since is not None)
        found = changes_of(connection, wanted, moments)
    caption = f"{days.start} 至 {moments.later.as_of}，{caption_for(options, plan, unit, ({'id': code} for code in found.after))}"
    if found.before is None:
        caption += "，期初尚无台账，亮灯无从比较"
    options.emit(
        [row.row() for row in found.rows],
        FIELDS,
        lambda rows, total: _table(found, rows, total, caption),
        caption=caption,
    )


def _table(found: Changes, rows: Sequence[Mapping[str, Any]], total: int, caption: str) -> None:
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
