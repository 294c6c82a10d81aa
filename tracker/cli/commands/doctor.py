"""`tracker doctor`."""

from typing import Annotated

import typer

from tracker.actions.doctor import OF_FILES, OF_SERVERS, REBUILT, examine, examine_rights
from tracker.actions.doctor import repair as rebuild
from tracker.actions.grants import secure
from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.ledger_finder import look, mode_of, ready
from tracker.cli.options import Db, Json, Text
from tracker.errors import Unclear
from tracker.store.backups import automatic
from tracker.store.connection import open_connection, reading
from tracker.store.integrity.chain import head
from tracker.store.integrity.findings import AREAS, Finding
from tracker.store.location import Location


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="重建由历史得出的现状（先自动备份），不改动其他内容")
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
    elif repair and any(finding.area in REBUILT for finding in findings):
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
