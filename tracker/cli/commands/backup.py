"""`tracker backup`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.ledgers import look, ready
from tracker.cli.options import Db, Force, Json
from tracker.store.backups import back_up
from tracker.store.location import Location


def backup(
    target: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="备份文件，缺省放在台账旁的 backups 目录")
    ] = None,
    db: Db = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """备份台账（可在使用中进行）

    写明 FILE 时，佐证材料一并复制到旁边的 FILE.evidence 目录；缺省位置的备份与台账共用佐证材料。
    """
    location = ready(db, may_create=False)
    look(location)
    path = back_up(location, context.now, target, force=force)
    if json:
        output.print_json({"path": str(path)})
        return
    output.line(f"已备份到 {path}")
    if target is None and location.evidence.is_dir():
        output.message(f"佐证材料仍在 {location.evidence}；要存到别处请写明备份文件，会一并复制")
    elif Location(str(path)).evidence.is_dir():
        output.message(f"佐证材料已复制到 {Location(str(path)).evidence}")
