"""`tracker upgrade`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.ledgers import look, ready
from tracker.cli.options import Db, Json, Text
from tracker.cli.runtime import runtime
from tracker.store import version
from tracker.store.migrating import pending_revisions
from tracker.store.upgrading import upgrade as bring_up


def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出待升级的版本，不写入")] = False,
    by: Annotated[Text, typer.Option("--by", metavar="NAME", help="操作人（缺省登录名）")] = None,
    json: Json = False,
    db: Db = None,
) -> None:
    """把旧版台账升级到本程序的版本（先自动备份）"""
    location = ready(db, may_create=False)
    pending = pending_revisions(location)
    backup = None
    if pending and not dry_run:
        backup, pending = bring_up(
            location, runtime.now, runtime.person(by), runtime.settings["backups_kept"], output.message
        )
    look(location)
    if json:
        path = None if backup is None else str(backup)
        output.print_json({"pending" if dry_run else "upgraded": pending, "version": version.HEAD, "backup": path})
    elif not pending:
        output.line(f"台账 {location.shown} 已是最新版本 {version.HEAD}，无需升级")
    elif dry_run:
        output.line(f"台账 {location.shown} 待升级：{'、'.join(pending)}（未写入）")
    else:
        output.line(f"台账 {location.shown} 已升级到 {version.HEAD}（{'、'.join(pending)}）")
