"""`tracker verify`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.options import read_command
from tracker.cli.read_options import ReadOptions
from tracker.ledger.values import shorten

SHOWN = 50
"""How many cells are named; JSON has all of them."""


@read_command
def verify(
    options: ReadOptions,
    file: Annotated[str, typer.Argument(metavar="FILE", help="导出的工作簿（export report、export weekly）")],
) -> None:
    """核对导出的工作簿：出自哪份台账、哪天、哪号改动，哪些单元格与导出时不同，台账此后有没有新内容

    单元格都与导出时一致为 0，有改动的为 1。
    """
    from tracker.actions.verification import verify as verify_file

    with options.ledger(may_create=False) as connection:
        found = verify_file(connection, Path(file))
    stamp = found.stamp
    row: dict[str, Any] = {
        "file": file, "ledger": stamp.ledger, "day": stamp.as_of, "change": stamp.change, "at": found.at,
        "same": not found.cells, "moved": found.moved, "cells": [cell._asdict() for cell in found.cells],
    }  # fmt: skip
    options.emit_object(row, lambda: _tell(file, found))
    if found.cells:
        raise typer.Exit(1)


def _tell(file: str, found: Any) -> None:
    stamp = found.stamp
    output.line(f"{Path(file).name}：由本台账（{stamp.ledger}）导出，截至 {stamp.as_of}，含到第 {stamp.change} 号改动")
    output.line(f"此后台账又有 {found.moved} 号改动" if found.moved else "此后台账没有新的改动")
    if not found.cells:
        output.line("各单元格与导出时一致")
        return
    output.line(f"有 {len(found.cells)} 个单元格与导出时不同：")
    for cell in found.cells[:SHOWN]:
        output.line(f"  {cell.sheet} {cell.cell}：导出时“{shorten(cell.exported, 40)}”，现为“{shorten(cell.now, 40)}”")
    if len(found.cells) > SHOWN:
        output.line(f"  另有 {len(found.cells) - SHOWN} 个，见 --json")
