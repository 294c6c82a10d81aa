"""`tracker backup`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.ledgers import ready
from tracker.cli.options import Db, Force, Json
from tracker.cli.runtime import runtime
from tracker.store.backups import back_up


def backup(
    target: Annotated[str | None, typer.Argument(metavar="[FILE]", help="备份文件，缺省放在台账旁的 backups 目录")] = None,
    db: Db = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """备份台账（可在使用中进行）"""
    path = back_up(ready(db, may_create=False), runtime.now, target, force=force)
    if json:
        output.print_json({"path": str(path)})
    else:
        output.line(f"已备份到 {path}")
