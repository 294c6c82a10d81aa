"""`tracker backup` and `tracker restore`."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.actions.doctor import OF_CONTENT, examine
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import look, ready
from tracker.cli.list_view import local_time
from tracker.cli.options import Db, Force, Json
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused
from tracker.folders import expanded, typed
from tracker.store.backups import back_up
from tracker.store.changeset import Author
from tracker.store.connection import reading
from tracker.store.integrity.chain import last_entry
from tracker.store.integrity.findings import AREAS
from tracker.store.location import Location
from tracker.store.restoration import drawn, kept_name, put, record


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


@write_command
def restore(
    options: WriteOptions,
    file: Annotated[str, typer.Argument(metavar="FILE", help="备份文件")],
) -> None:
    """从备份恢复台账（现有台账另存）

    备份先按 tracker doctor 检查，完好才恢复；恢复记入历史。
    """
    location, source = context.location(options.db), expanded(file)
    if not location.is_sqlite:
        raise Refused("PostgreSQL 台账请用服务器的工具恢复，或用 tracker db copy 复制到空数据库")
    if not location.path.absolute().parent.is_dir():
        raise Refused(f"目录 {location.path.absolute().parent} 不存在；请先建立该目录")
    with drawn(source, location, context.now, options.person) as (place, upgraded):
        look(place)
        changes, last = _examined(place, source)
        words = f"{source}（共 {changes} 号改动，最后一号 {last}）" + ("，旧版，将升级" if upgraded else "")
        if not options.confirm(f"用备份 {words}替换台账 {location.shown}？"):
            output.message("未恢复，未作任何改动")
            return
        kept = kept_name(location, context.now)
        change = None
        if not options.dry_run:
            change = record(
                place, Author(options.person, options.speaker), context.now, {"file": source.name, "kept": kept.name}
            )
            old = put(place, source, location, kept)
            context.written = change
            if old is not None:
                output.message(f"原台账另存为 {old}")
    result = {"file": str(source), "db": location.shown, "change": change, "kept": str(kept) if kept.exists() else None}
    options.done(f"台账 {location.shown} 已从备份 {source} 恢复", result)


def _examined(place: Location, source: Path) -> tuple[int, str]:
    """Refuse a copy that is not whole; return how many changes it has and when the last was made."""
    with reading(place) as connection:
        findings = examine(connection, place, context.now, areas=OF_CONTENT)
        if findings:
            first = findings[0]
            raise Refused(
                f"备份 {source} 检查出 {len(findings)} 处问题，未恢复：【{AREAS[first.area]}】{first.where}：{first.what}；"
                f"全部问题请运行 tracker doctor --db {typed(source)}"
            )
        number, moment = last_entry(connection)
        return number, local_time(moment) if moment else "无"
