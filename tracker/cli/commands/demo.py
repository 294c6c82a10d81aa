"""`tracker demo`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.options import Force, Json, Text
from tracker.store.location import Location

Place = Annotated[
    Text,
    typer.Option("--db", metavar="PATH", help="演示台账的位置（缺省用户数据目录的 demo.sqlite3，不看 TRACKER_DB）"),
]


def demo(db: Place = None, force: Force = False, json: Json = False) -> None:
    """另建演示台账：五个方案加虚构的进展，用来试用报表和网页

    从不动用户自己的台账；同一天生成的内容相同。
    """
    from tracker.demo.ledger import FILE_NAME, build
    from tracker.folders import ledger_folder, typed

    # TRACKER_DB names the user's own ledger: only an option can name the place of a sample.
    given = db or context.db
    location = Location(given or str(ledger_folder() / FILE_NAME))
    built = build(location, context.now, force=force)
    if json:
        output.print_json({"db": location.shown, "changes": built.changes, "statements": built.statements})
        return
    output.line(f"已建立演示台账 {location.shown}：{built.statements} 条虚构的填报和决定，分 {built.changes} 次录入")
    named = typed(location.shown)
    output.line(f"试用：tracker status --db {named}；tracker export page --db {named} -o report.html")
