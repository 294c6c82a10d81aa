"""`tracker export form`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import output
from tracker.cli.arguments import words
from tracker.cli.export_target import file_name, is_folder, target_file
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, Text, export_command
from tracker.cli.read_options import ReadOptions
from tracker.errors import Refused, Unclear
from tracker.store.judgement_figures import load_figures

if TYPE_CHECKING:
    from tracker.actions.listing import Filter


@export_command
def form(
    options: ReadOptions,
    unit: Annotated[Text, typer.Option("--unit", metavar="NAME", help="哪个单位（zj:省生态环境厅 限定地区）")] = None,
    everything: Annotated[bool, typer.Option("--all", help="所有单位，每个单位一个文件，另有汇总")] = False,
    plan: PlanFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
) -> None:
    """导出填报表：预填上期数据，单位填好后用 import 收回

    例：tracker export form --unit 省建设厅 -o 省建设厅.xlsx；tracker export form --all -o 填报表/
    """
    from tracker.actions.listing import Filter

    if everything and unit is not None:
        raise Unclear("--all 与 --unit 不能同用；请只写其一")
    options.everything = everything
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    if everything:
        _all(options, Filter(plans=words(plan), kinds=words(kind), region=region))
        return
    if unit is None:
        raise Unclear("请用 --unit 写明单位，或用 --all 导出所有单位")
    from tracker.actions.forms import forms_of_unit

    target = target_file(options, f"填报表-{unit.replace(':', '-')}-{options.day}", ".xlsx")
    with options.ledger() as connection:
        wanted = Filter(plans=words(plan), kinds=words(kind), unit=unit, region=region)
        made = forms_of_unit(connection, unit, wanted, options.when, load_figures(connection, options.when.known_at))
    path = output.write_file(str(target), made.content, force=options.force)
    _tell(options, [(path, made.units, made.rows)])


def _all(options: ReadOptions, wanted: "Filter") -> None:
    """Write one workbook a unit and the summary; nothing is written when one of them could not be."""
    from tracker.actions.forms import forms_of_all
    from tracker.cli.progress import watched

    if not options.output or (not is_folder(options.output) and Path(options.output).suffix):
        raise Unclear("--all 会写多个文件：请用 -o 写明目录，如 -o 填报表/")
    folder = Path(options.output)
    with options.ledger() as connection:
        made, summary = forms_of_all(
            connection, wanted, options.when, load_figures(connection, options.when.known_at), file_name, watched
        )
    _make_folder(folder)
    files = [(folder / f"{each.name}.xlsx", each) for each in (*made, summary)]
    for path, _ in files:
        output.check_output(path, force=options.force)
    for path, each in files:
        output.write_file(str(path), each.content, force=options.force)
    _tell(options, [(path, each.units, each.rows) for path, each in files if each.units], folder)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{error.strerror}；请换一个位置") from None


def _tell(options: ReadOptions, files: list[tuple[Path, tuple[str, ...], int]], folder: Path | None = None) -> None:
    if options.json:
        output.print_json([{"path": str(path), "units": list(units), "rows": rows} for path, units, rows in files])
    elif folder is not None:
        output.message(
            f"已写入 {folder}：{len(files)} 个单位的填报表，共 {sum(rows for _, _, rows in files)} 行，另有汇总.xlsx"
        )
    else:
        for path, units, rows in files:
            output.message(f"已写入 {path}（{'、'.join(units)}，{rows} 行）")
