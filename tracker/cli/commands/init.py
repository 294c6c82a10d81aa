"""`tracker init`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.ledgers import create
from tracker.cli.options import Db, Json
from tracker.cli.runtime import runtime


def init(
    db: Db = None,
    empty: Annotated[bool, typer.Option("--empty", help="不载入随附的五个方案")] = False,
    json: Json = False,
) -> None:
    """建立台账

    已有台账时不作任何改动；两个程序同时建立时只有一个生效。
    """
    location = runtime.location(db)
    made = create(location, seed=not empty)
    if json:
        output.print_json({"db": location.shown, "created": made})
    elif not made:
        output.line(f"台账 {location.shown} 已存在，未作改动")
