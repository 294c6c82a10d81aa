"""`tracker verify`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.app import read_command
from tracker.cli.export_target import frozen_goalposts
from tracker.cli.list_view import local_time
from tracker.cli.read_options import ReadOptions
from tracker.ledger.values import shorten

SHOWN = 50
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
    options.emit_object(row, lambda: _tell(file, found))
    if cells != []:
        raise typer.Exit(1)


def _tell(file: str, found: Any) -> None:
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
    for cell in cells[:SHOWN]:
        place = f"{cell.sheet} {cell.cell}".strip()
        output.line(f"  {place}：导出时“{shorten(cell.exported, 40)}”，现为“{shorten(cell.now, 40)}”")
    if len(cells) > SHOWN:
        output.line(f"  另有 {len(cells) - SHOWN} 处，见 --json")
