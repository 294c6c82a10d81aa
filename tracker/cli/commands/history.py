"""`tracker history`."""

from typing import Annotated

import typer

from tracker.actions.name_lookup import item_of
from tracker.cli.app import read_command
from tracker.cli.context import context
from tracker.cli.list_view import drafts_among, print_history
from tracker.cli.options import Text, named_one
from tracker.cli.read_options import ReadOptions
from tracker.ledger.dates import parse_instant, parse_start
from tracker.store import queries
from tracker.store.queries import HISTORY_FIELDS


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
            for row in queries.load_history(connection, item, n, start, options.when.known_at)
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
