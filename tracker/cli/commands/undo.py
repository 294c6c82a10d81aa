"""`tracker undo`."""

from typing import Annotated

import typer

from tracker.actions.undo import hold, taken_back, target_of
from tracker.actions.undo import undo as take_back
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.ledger_finder import opened
from tracker.cli.list_view import local_time
from tracker.cli.options import Text, parse_count
from tracker.cli.write_options import WriteOptions


@write_command
def undo(
    options: WriteOptions,
    change: Annotated[Text, typer.Argument(metavar="[CHANGE]", help="改动编号，缺省为本人最近一次")] = None,
) -> None:
    """撤销一次改动（默认为本人最近一次），撤销本身也留痕"""
    number = None if change is None else parse_count(change, "改动编号")
    with opened(options.db) as connection:
        target = target_of(connection, number, options.person)
        said = taken_back(connection, target)
    words = f"第 {target.id} 号改动（{target.by}，{local_time(target.at)}，{target.command}）"
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
        items = take_back(changeset, hold(target, target_of(changeset.connection, target.id, options.person)))
    if taken and not asks:  # a refusal is one line: nothing is taken back, so nothing is said to be
        output.message(taken)
    result = {
        "change": None if options.dry_run else changeset.change, "undoes": target.id, "ids": items, "statements": said,
    }  # fmt: skip
    shown = "、".join(items[:_SHOWN]) + (f" 等 {len(items)} 项" if len(items) > _SHOWN else "")
    options.done(f"已撤销{words}：{shown or '不涉及事项'}", result)


_SHOWN = 5
"""How much of what is taken back is said in one readable line."""
