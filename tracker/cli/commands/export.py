"""`tracker export annex`."""

from pathlib import PurePath
from typing import Annotated, Any

import typer

from tracker.cli.app import export_command
from tracker.cli.export_target import deliver_all, frozen_goalposts, is_folder, kinds_of, name_of, target_file
from tracker.cli.options import Text, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.errors import Unclear
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
    from tracker.store.ledger_labels import is_demo

    if everything and options.output and not PurePath(options.output).suffix:
        options.output += "/"
    with options.ledger() as connection:
        plans = chosen_plans(connection, words(plan), everything=everything)
        if len(plans) > 1 and not is_folder(options.output or ""):
            raise Unclear("一个方案一个文件：导出多个方案时，-o 请写目录")
        about = _about_annex(options, unit, progress=progress)
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


def _about_annex(options: ReadOptions, unit: str | None, *, progress: bool) -> str:
    parts = [f"单位：{unit}"] if unit else []
    parts += [f"截至 {options.day}"] if progress else []
    parts += [f"录入截至 {options.known_at}"] if progress and options.known_at else []
    return "；".join(parts)
