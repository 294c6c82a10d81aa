"""`tracker init`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.ledgers import create, note
from tracker.cli.options import write_command
from tracker.cli.runtime import runtime
from tracker.cli.writing import Act
from tracker.store.connection import reading


@write_command
def init(
    act: Act,
    empty: Annotated[bool, typer.Option("--empty", help="不载入随附的五个方案")] = False,
) -> None:
    """建立台账

    已有台账时不作任何改动；两个程序同时建立时只有一个生效。
    """
    location = runtime.location(act.db)
    if location.is_sqlite and location.path.exists():
        with reading(location) as connection:
            note(connection)
            made = False
    else:
        made = act.dry_run or create(location, by=act.person, seed=not empty)
    if act.json:
        output.print_json({"db": location.shown, "created": made and not act.dry_run})
    elif not made:
        output.line(f"台账 {location.shown} 已存在，未作改动")
    elif act.dry_run:
        act.done(f"将建立台账 {location.shown}", None)
