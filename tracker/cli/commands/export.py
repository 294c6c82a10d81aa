"""`tracker export annex`, `page` and `data`: lists, the page and the whole ledger as files; `tracker verify`: what became of them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.app import export_command, read_command
from tracker.cli.context import context
from tracker.cli.export_options import (
    SpanOptions,
    deliver,
    deliver_all,
    frozen_goalposts,
    is_folder,
    kinds_of,
    name_of,
    target_file,
)
from tracker.cli.ledger_finder import look, ready
from tracker.cli.options import Db, Force, Json, KindFilter, PlanFilter, Text, UnitFilter, words
from tracker.cli.progress import watched
from tracker.cli.read_options import ReadOptions
from tracker.cli.wording import local_time
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.ledger.calendar_spans import NamedSpan
from tracker.ledger.values import shorten
from tracker.store.ledger_files import refuse_part
from tracker.store.stated_parameters import load_parameters


@export_command
def annex(
    options: ReadOptions,
    plan: Annotated[Text, typer.Option("--plan", metavar="CODE", help="哪个方案；写目录时可用逗号隔开多个")] = None,
    kind: Annotated[
        Text, typer.Option("--kind", metavar="KIND", help="只要这些清单：target 目标、task 任务、policy 政策")
    ] = None,
    unit: UnitFilter = None,
    progress: Annotated[
        bool, typer.Option("--progress", help="加上完成时限、当前进展、完成率、序时进度、亮灯、更新时间")
    ] = False,
    scores: Annotated[
        Text, typer.Option("--scores", metavar="YEAR", help="在协同指数表后加上11市这一年的得分（只用于 zj）")
    ] = None,
    base_year: Annotated[Text, typer.Option("--base-year", metavar="YEAR", help="--scores 的基准年")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部方案，各存一个文件（-o 写目录）")] = False,
) -> None:
    """按方案附件版式导出清单

    每个方案一个工作簿，每份清单一张表。默认的方案和单位对本命令不起作用：附件总是完整的，除非写明 --unit。
    """
    from tracker.actions.annexes import annex_file, chosen_plans
    from tracker.actions.name_lookup import unit_shown
    from tracker.store.ledger_labels import is_demo

    if everything and options.output and not PurePath(options.output).suffix:
        options.output += "/"
    with options.ledger() as connection:
        plans = chosen_plans(connection, words(plan), everything=everything)
        if len(plans) > 1 and not is_folder(options.output or ""):
            raise Unclear("一个方案一个文件：导出多个方案时，-o 请写目录")
        codes = [row["code"] for row in plans]
        about = _about_annex(options, unit_shown(connection, unit, codes), progress=progress)
        choice = _scores(scores, base_year)
        if choice is not None and (unit or kind or all(row["code"] != "zj" for row in plans)):
            raise Unclear("--scores 加在 zj 附件的协同指数表上：请写 --plan zj，且不加 --unit、--kind")
        made = []
        for row in plans:
            target = target_file(options, _annex_name(options, row["code"], unit, kind, progress=progress), ".xlsx")
            content = annex_file(
                connection, row, options.when, load_parameters(connection, options.when.known_at), unit=unit, kinds=words(kind),
                progress=progress, caption=about, demo=is_demo(connection), choice=choice,
            )  # fmt: skip
            made.append((target, content))
    deliver_all(options, made)


def _scores(year: str | None, base_year: str | None) -> Any:
    """Return which scores of the cities are asked for for the sheet 协同指数, None where no year is asked for."""
    if year is None:
        if base_year is not None:
            raise Unclear("--base-year 要与 --scores 同用；请写明 --scores 年份")
        return None
    from tracker.actions.synergy_index import Choice, year_named

    base = None if base_year is None else year_named(base_year, "--base-year")
    return Choice(year_named(year, "--scores"), base, goalposts=frozen_goalposts())


def _annex_name(options: ReadOptions, code: str, unit: str | None, kind: str | None, *, progress: bool) -> str:
    """Return the name an annex gives itself: the plan, and what makes this one different from the bare lists.

    The kind stands in the name alone: every sheet is one whole list and says which.
    """
    return name_of(code, "清单", unit, kinds_of(kind), *(("进展", options.day) if progress else ()))


def _about_annex(options: ReadOptions, unit: str, *, progress: bool) -> str:
    parts = [f"单位：{unit}"] if unit else []
    parts += [f"截至 {options.day}"] if progress else []
    parts += [f"录入截至 {options.known_at}"] if progress and options.known_at else []
    return "；".join(parts)


LARGEST = 16
"""Megabytes that can still be sent by mail and opened on a phone; up to a thousand items take less than three."""


@export_command
def page(
    options: ReadOptions,
    dates: SpanOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
) -> None:
    """导出一个网页文件：总体情况、亮灯、目标进度、逾期和一周变化，可打印

    一个文件即可发送和归档，不含脚本，不访问网络；每个数字都能点到所含的事项。缺省为本周，与同期的报告数字一致。
    事项很多的台账，红灯、黄灯事项列出全部内容，其余只列数字。
    """
    span = dates.span(options.day)
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    target = target_file(options, name_of("进展报告", plan, unit, kinds_of(kind), options.day), ".html")
    deliver(options, target, _bounded(_html(options, span, plan, unit, kind)))


def _bounded(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the parts of a page on, as long as it stays small enough."""
    size = 0
    for part in parts:
        size += len(part)
        if size > LARGEST * 1024 * 1024:
            raise Refused(f"网页超过 {LARGEST} MB，不便发送；请用 --plan、--unit 或 --kind 缩小范围")
        yield part


def _html(
    options: ReadOptions, span: NamedSpan, plan: str | None, unit: str | None, kind: str | None
) -> Iterator[bytes]:
    from tracker.actions.name_lookup import kind_codes, unit_shown
    from tracker.actions.page_report import page_of
    from tracker.actions.report_issues import shared_moments
    from tracker.actions.selection import Filter

    if "aim" in kind_codes(words(kind) or ()):
        raise Unclear("总体目标不亮灯、不计数，网页不含；--kind 请写 target、task 或 policy")
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind))
    with options.ledger() as connection:
        moments = shared_moments(connection, span, wanted, options.when, context.today)
        named = unit_shown(connection, unit, wanted.plans)
        return page_of(connection, wanted, moments, _scope(options, named, kind), frozen_goalposts())


def _scope(options: ReadOptions, unit: str, kind: str | None) -> list[str]:
    """Return the words that say what a page is about beside its title, which names the plans."""
    parts = [f"截至 {options.day}"]
    parts += [f"录入截至 {options.known_at}"] if options.known_at else []
    named = (("单位", unit), ("类别", kinds_of(kind)))
    return parts + [f"{label} {value}" for label, value in named if value]


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
    from tracker.store.transfer import read_manifest

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


CELLS_SHOWN = 50
"""How many cells are named; JSON has all of them."""


@read_command
def verify(
    options: ReadOptions,
    file: Annotated[str, typer.Argument(metavar="FILE", help="导出的工作簿：报告、附件清单、填报表、进度安排表")],
) -> None:
    """核对导出的工作簿：出自哪份台账、哪天、哪号改动，哪些单元格与导出时不同，台账此后有没有新内容

    单元格都与导出时一致为 0，有改动或不能逐格核对的为 1；填报表只核对锁定的格。
    """
    from tracker.actions.verification import verify as verify_file

    with options.ledger(may_create=False) as connection:
        found = verify_file(connection, Path(file), frozen_goalposts())
    stamp, cells = found.stamp, found.cells
    row: dict[str, Any] = {
        "file": file, "kind": found.kind, "ledger": stamp.ledger, "day": stamp.as_of, "change": stamp.change, "at": found.at,
        "same": None if cells is None else not cells, "moved": found.moved, "filled": found.filled, "sorted": found.sorted,
        "cells": None if cells is None else [cell._asdict() for cell in cells],
    }  # fmt: skip
    options.emit_object(row, lambda: _tell_verified(file, found))
    if cells != []:
        raise typer.Exit(1)


def _tell_verified(file: str, found: Any) -> None:
    stamp = found.stamp
    output.line(
        f"{Path(file).name}：{found.kind}，由本台账（{stamp.ledger}）导出，截至 {stamp.as_of}，"
        f"含到第 {stamp.change} 号改动（{local_time(found.at)}）"
    )
    output.line(f"此后台账又有 {found.moved} 号改动" if found.moved else "此后台账没有新的改动")
    for sheet in found.sorted:
        output.line(f"{sheet}：行的次序有变（排序），按编号和内容对应")
    if found.filled:
        output.line(f"供填写的单元格填写或改动了 {found.filled} 个，不在核对之列")
    if found.cells is None:
        output.line("不能逐格核对：汇总表供登记收回情况，其他的没有记录导出时的条件（旧版本导出，或信息已被去掉）")
    elif not found.cells:
        output.line("其余单元格与导出时一致" if found.filled else "各单元格与导出时一致")
    else:
        _tell_cells(found.cells)


def _tell_cells(cells: list[Any]) -> None:
    output.line(f"有 {len(cells)} 处与导出时不同：")
    for cell in cells[:CELLS_SHOWN]:
        place = f"{cell.sheet} {cell.cell}".strip()
        output.line(f"  {place}：导出时“{shorten(cell.exported, 40)}”，现为“{shorten(cell.now, 40)}”")
    if len(cells) > CELLS_SHOWN:
        output.line(f"  另有 {len(cells) - CELLS_SHOWN} 处，见 --json")
