"""`tracker upgrade`."""

from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import look, ready
from tracker.cli.write_options import WriteOptions
from tracker.store import version
from tracker.store.upgrade import pending_revisions
from tracker.store.upgrade import upgrade as bring_up


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
