"""`tracker init`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.ledgers import create, note
from tracker.cli.options import write_command
from tracker.cli.write_options import WriteOptions
from tracker.store.connection import reading


@write_command
def init(
    options: WriteOptions,
    empty: Annotated[bool, typer.Option("--empty", help="不载入随附的五个方案")] = False,
) -> None:
    """建立台账

    已有台账时不作任何改动；两个程序同时建立时只有一个生效。
    """
    location = context.location(options.db)
    if location.is_sqlite and location.path.exists():
        with reading(location) as connection:
            note(connection)
            made = False
    else:
        made = options.dry_run or create(location, by=options.person, seed=not empty)
    if options.json:
        output.print_json({"db": location.shown, "created": made and not options.dry_run})
    elif not made:
        output.line(f"台账 {location.shown} 已存在，未作改动")
    elif options.dry_run:
        options.done(f"将建立台账 {location.shown}", None)
