"""`tracker export data`, and the folder that `tracker import` takes back."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.ledger_finder import look, ready
from tracker.cli.options import Db, Force, Json, KindFilter, PlanFilter, Text, UnitFilter, words
from tracker.cli.progress import watched
from tracker.cli.write_options import WriteOptions
from tracker.errors import Unclear
from tracker.store.ledger_files import refuse_part

Folder = Annotated[Text, typer.Option("-o", "--output", metavar="DIR", help="写入的目录，新的或空的")]


def data(
    folder: Folder = None,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
    force: Force = False,
    json: Json = False,
    db: Db = None,
) -> None:
    """导出整个台账为文件：每张表一个 JSON Lines 和一个 CSV，可用 import 还原

    编号、历史、校验值和佐证材料都在内；还原出的台账与原来完全一致。
    加 --plan、--unit 或 --kind 时只导出所选事项的行，供别处查阅，不能还原台账；默认的方案和单位对本命令不起作用。
    """
    from tracker.actions.data_folder import ExportRequest, export_folder

    if folder is None:
        raise Unclear("会写多个文件：请用 -o 写明目录，如 -o 台账备份/")
    location = ready(db, may_create=False)
    for each in context.ledgers():
        refuse_part(each, Path(folder))
    look(location)
    wanted = ExportRequest(words(plan), unit, words(kind))
    moved = export_folder(location, Path(folder), partial(_watch, "导出"), force=force, wanted=wanted)
    if moved.missing:
        output.message(
            f"注意：{len(moved.missing)} 个佐证文件（或报告原件）已不在台账旁，未能导出；请运行 tracker doctor 查看"
        )
    if json:
        output.print_json({
            "path": folder, "rows": moved.rows, "evidence": moved.evidence, "missing": list(moved.missing),
            "partial": moved.part,
        })  # fmt: skip
    else:
        output.message(
            f"已写入 {folder}：{len(moved.rows)} 张表共 {sum(moved.rows.values())} 行，佐证文件和报告原件 {moved.evidence} 个"
            + (f"；部分导出（{moved.part}），供查阅，不能还原台账" if moved.part else "")
        )


def _watch(label: str, tables: Sequence[str]) -> Iterable[str]:
    return watched(tables, len(tables), label)


def import_folder(options: WriteOptions, folder: Path) -> None:
    """Rebuild the ledger from an exported folder, after a yes."""
    from tracker.actions.data_folder import import_folder as take_in
    from tracker.actions.data_folder import refuse_place
    from tracker.store.transfer.folder import read_manifest

    location = context.location(options.db)
    manifest = read_manifest(folder)
    refuse_place(location)
    rows = sum(manifest.rows.values())
    about = f"{folder}（{manifest.rows['change']} 次改动，共 {rows} 行）"
    if not options.confirm(f"用 {about}建立台账 {location.shown}？"):
        output.message("未导入，未作任何改动")
        return
    missing: tuple[str, ...] = ()
    if not options.dry_run:
        moved = take_in(folder, location, context.now, by=options.person, watch=partial(_watch, "导入"))
        missing = moved.missing
        look(location)
    if missing:
        output.message(f"注意：{len(missing)} 个佐证文件（或报告原件）不在文件夹中；请从原处拷到 {location.evidence}")
    # The keys of every import come first (docs/contract.md): all rows are new, for the ledger is.
    result = {
        "new": rows, "changed": 0, "same": 0, "errors": [], "ignored": [],
        "path": str(folder), "db": location.shown, "rows": manifest.rows, "missing": list(missing),
    }  # fmt: skip
    options.done(f"已用 {about}建立台账 {location.shown}", result)
