"""`tracker complete`, `return`, `close`, `reopen`, `extend`, `forecast`: the life of an item, each a logged change."""

from typing import Annotated

import typer

from tracker.actions import decisions
from tracker.cli.context import context
from tracker.cli.decision_options import Day, Evidence, Ids, OneId, Reason, day_of, deadline_of, run
from tracker.cli.options import Text, write_command
from tracker.cli.write_options import WriteOptions


@write_command
def complete(
    options: WriteOptions,
    ids: Ids,
    evidence: Evidence = None,
    date: Day = None,
) -> None:
    """申报办结：由牵头单位申报，等待他人核查

    写事项编号时，其全部未办结的指标一并申报。数值未达目标也可申报，会有提示，由核查人判断。
    """
    day, settings = day_of(date), context.settings
    run(options, "complete", ids, lambda changeset, ref: decisions.complete(
        changeset, ref, day, options.speaker, evidence=evidence or (), required=settings["evidence_required"],
    ))  # fmt: skip


@write_command
def return_item(
    options: WriteOptions,
    ids: Ids,
    reason: Reason,
    value: Annotated[bool, typer.Option("--value", help="连同现值一并收回")] = False,
    date: Day = None,
) -> None:
    """退回申报办结的事项，恢复为进行中

    收回申报和完成率；现值有误的加 --value，连同最近一次的现值收回。
    """
    day = day_of(date)
    run(options, "return", ids, lambda changeset, ref: decisions.send_back(
        changeset, ref, day, options.speaker, reason, value=value,
    ))  # fmt: skip


@write_command
def close(
    options: WriteOptions,
    ids: Ids,
    note: Annotated[Text, typer.Option("--note", metavar="TEXT", help="核查意见")] = None,
    unmet: Annotated[Text, typer.Option("--unmet", metavar="REASON", help="数值未达目标而销号的理由")] = None,
    date: Day = None,
) -> None:
    """核查销号：由申报人以外的人核查

    数值未达目标的，须用 --unmet 写明理由，计为“已销号（未达目标）”，不算完成。
    """
    day = day_of(date)
    run(
        options, "close", ids, lambda changeset, ref: decisions.close(changeset, ref, day, options.speaker, note, unmet)
    )


@write_command
def reopen(options: WriteOptions, ids: Ids, reason: Reason, date: Day = None) -> None:
    """重新打开已销号（或申报办结）的事项，恢复为进行中"""
    day = day_of(date)
    run(options, "reopen", ids, lambda changeset, ref: decisions.reopen(changeset, ref, day, options.speaker, reason))


@write_command
def extend(
    options: WriteOptions,
    ids: Ids,
    to: Annotated[str, typer.Option("--to", metavar="DATE", help="新的完成时限")],
    reason: Reason,
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="NAME", help="批准人或批准文件")],
    late: Annotated[bool, typer.Option("--late", help="到期后补办")] = False,
    date: Day = None,
) -> None:
    """延期（或首次明确时限），原定时限保留

    须在到期前办理，到期后补办加 --late。写事项编号时，延其未达标、有时限的指标。
    """
    day, due = day_of(date), deadline_of(to, what="--to 的日期")
    run(options, "extend", ids, lambda changeset, ref: decisions.extend(
        changeset, ref, day, options.speaker, to=due, reason=reason, approved_by=approved_by, late=late,
    ))  # fmt: skip


@write_command
def forecast(
    options: WriteOptions,
    item_id: OneId,
    word: Annotated[str, typer.Argument(metavar="WORD", help="on_track 按期、at_risk 有风险、off_track 难以按期")],
    reason: Annotated[Text, typer.Option("--reason", metavar="TEXT", help="理由")] = None,
    date: Day = None,
) -> None:
    """预判能否按期完成，与亮灯并列显示"""
    day = day_of(date)
    run(
        options,
        "forecast",
        [item_id],
        lambda changeset, ref: decisions.forecast(changeset, ref, day, options.speaker, word, reason),
    )
