"""`tracker backup`, `restore`, `doctor` and `upgrade`: keeping a ledger whole."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.actions.doctor import OF_CONTENT, OF_FILES, OF_SERVERS, REBUILT, examine, examine_rights
from tracker.actions.doctor import repair as rebuild
from tracker.actions.grants import secure
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import look, mode_of, ready
from tracker.cli.options import Db, Force, Json, Text
from tracker.cli.wording import local_time
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.folders import expanded, typed
from tracker.store import version
from tracker.store.backups import automatic, back_up
from tracker.store.changeset import Author
from tracker.store.connection import open_connection, reading
from tracker.store.integrity.chain import head, last_entry
from tracker.store.integrity.findings import AREAS, REPAIR, Finding
from tracker.store.location import Location
from tracker.store.restoration import drawn, kept_name, put, record
from tracker.store.upgrade import pending_revisions
from tracker.store.upgrade import upgrade as bring_up


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


@write_command
def upgrade(options: WriteOptions) -> None:
    """把旧版台账升级到本程序的版本（先自动备份）

    --dry-run 只列出待升级的版本。
    """
    location = ready(options.db, may_create=False)
    pending = pending_revisions(location)
    backup = None
    if pending and not options.dry_run:
        backup, pending = bring_up(
            location, context.now, options.person, context.settings["backups_kept"], output.message
        )
    look(location)
    if options.json:
        path = None if backup is None else str(backup)
        output.print_json(
            {"pending" if options.dry_run else "upgraded": pending, "version": version.HEAD, "backup": path}
        )
    elif not pending:
        output.line(f"台账 {location.shown} 已是最新版本 {version.HEAD}，无需升级")
    elif options.dry_run:
        output.line(f"台账 {location.shown} 待升级：{'、'.join(pending)}（未写入）")
    else:
        output.line(f"台账 {location.shown} 已升级到 {version.HEAD}（{'、'.join(pending)}）")


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="重建由历史得出的现状和索引（先自动备份），不改动其他内容")
    ] = False,
    expect: Annotated[Text, typer.Option("--expect", metavar="HASH", help="以前记下的校验值，须仍在改动链中")] = None,
    json: Json = False,
    db: Db = None,
) -> int:
    """检查台账是否完好、历史是否被改过

    退出码：0 完好，1 有问题。只读，除非加 --repair。
    """
    if expect is not None and (len(expect) < 8 or not set(expect.lower()) <= set("0123456789abcdef")):  # noqa: PLR2004
        raise Unclear("--expect 应为 doctor 显示过的校验值（至少前 8 位）")
    location = ready(db, may_create=False)
    if repair:
        # To open it for writing is what takes back the half of a change that another program left in its journal.
        open_connection(location, write=True).close()
    look(location)
    findings, change, digest = _examine(location, expect)
    backup, repaired = None, False
    refused = _against_rebuilding(findings, digest, expect) if repair else None
    if refused is not None:
        output.message(f"{refused}，未重建现状，未作任何改动")
    elif repair and any(finding.area in REBUILT or finding.remedy == REPAIR for finding in findings):
        backup = automatic(location, context.now, "repair", context.settings["backups_kept"])
        if backup is not None:
            output.message(f"重建前已备份到 {backup}")
        rebuild(location, context.now, context.person(None))
        repaired = True
        findings, change, digest = _examine(location, expect)
    if repair and any(finding.area == "rights" for finding in findings):
        secure(location, context.now, context.person(None))
        output.message("服务器上的权限已恢复为新建时的样子（同 tracker db secure）")
        findings, change, digest = _examine(location, expect)
    if json:
        output.print_json({
            "clean": not findings, "changes": change, "head": digest, "repaired": repaired,
            "backup": None if backup is None else str(backup), "findings": [finding._asdict() for finding in findings],
        })  # fmt: skip
    else:
        output.label()
        if repair and refused is None:
            output.line("已按历史重建现状，其他内容未改动" if repaired else "现状与历史一致，无需重建，未作任何改动")
        _print(location, findings, change, digest)
    return 1 if findings else 0


def _against_rebuilding(findings: list[Finding], digest: str, expect: str | None) -> str | None:
    """Say why what is kept is not to be rebuilt: it may speak of what was cut off, or made unreadable, and is its last witness.

    Who noted down the hash of the last change has better proof that nothing was.
    """
    areas = {finding.area for finding in findings}
    if expect is not None and digest.startswith(expect.lower()):
        return None
    if "history" in areas:
        return "现状知道的比历史多：历史可能曾被删去或回退"
    if {"chain", "rows"} <= areas:
        return "历史无法重放：有的记录曾被改动而无法识别"
    return None


def _examine(location: Location, expect: str | None) -> tuple[list[Finding], int, str]:
    shared = mode_of(location) == "file"
    rights = list(examine_rights(location))
    with reading(location) as connection:
        found = examine(
            connection, location, context.now, shared=shared, expected=expect and expect.lower(), rights=rights
        )
        return found, *head(connection)


def _print(location: Location, findings: list[Finding], change: int, digest: str) -> None:
    for area, where, what, remedy in findings:
        output.line(f"【{AREAS[area]}】{where}：{what}")
        output.line(f"    处理：{remedy}")
    if findings:
        output.line(f"台账 {location.shown}：发现 {len(findings)} 处问题")
    else:
        looked = [name for area, name in AREAS.items() if area not in (OF_SERVERS if location.is_sqlite else OF_FILES)]
        output.line(f"台账 {location.shown} 完好：{'、'.join(looked)}均无问题")
    output.line(f"共 {change} 号改动，校验值 {digest}（记在台账之外，日后用 --expect 核对，可证明历史未被截断或替换）")
