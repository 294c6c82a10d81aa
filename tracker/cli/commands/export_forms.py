"""`tracker export form` and `tracker export schedule`: workbooks that units fill in and send back."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.app import export_command
from tracker.cli.export_options import (
    NoteOptions,
    deliver,
    file_name,
    is_folder,
    kinds_of,
    make_folder,
    name_of,
    target_file,
)
from tracker.cli.options import FilterOptions, KindFilter, PlanFilter, RegionFilter, Text, words
from tracker.cli.read_options import ReadOptions
from tracker.errors import Unclear
from tracker.store.stated_parameters import load_parameters

if TYPE_CHECKING:
    from tracker.actions.forms import Made
    from tracker.actions.selection import Filter


@export_command
def form(
    options: ReadOptions,
    unit: Annotated[Text, typer.Option("--unit", metavar="NAME", help="哪个单位（zj:省生态环境厅 限定地区）")] = None,
    everything: Annotated[bool, typer.Option("--all", help="所有单位，每个单位一个文件，另有汇总")] = False,
    plan: PlanFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
    *,
    noting: NoteOptions,
) -> None:
    """导出填报表：预填上期数据，单位填好后用 import 收回

    例：tracker export form --unit 省建设厅 -o 省建设厅.xlsx
    例：tracker export form --all -o 填报表/

    发出的填报表记入台账：首次给一个方案发表，该方案从其后开始的第一期起应当填报。无写入权限的、用 --known-at 的不记。
    """
    from tracker.actions.selection import Filter

    if everything and unit is not None:
        raise Unclear("--all 与 --unit 不能同用；请只写其一")
    options.everything = everything
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    if everything:
        _all(options, Filter(plans=words(plan), kinds=words(kind), region=region), noting)
        return
    if unit is None:
        raise Unclear("请用 --unit 写明单位，或用 --all 导出所有单位")
    from tracker.actions.forms import forms_of_unit

    target = target_file(options, f"填报表-{unit.replace(':', '-')}-{options.day}", ".xlsx")
    with options.ledger() as connection:
        wanted = Filter(plans=words(plan), kinds=words(kind), unit=unit, region=region)
        made = forms_of_unit(connection, unit, wanted, options.when, load_parameters(connection, options.when.known_at))
        notes = _may_note(options, connection)
    _hand_out(options, noting, [(target, made)], notes=notes)


def _may_note(options: ReadOptions, connection: Any) -> bool:
    """Say whether what is made is noted: not what only shows what was known once."""
    from tracker.actions.report_issues import may_note

    return options.known_at is None and may_note(connection)


def _all(options: ReadOptions, wanted: "Filter", noting: NoteOptions) -> None:
    """Write one workbook a unit and the summary; nothing is written when one of them could not be."""
    from tracker.actions.forms import forms_of_all
    from tracker.cli.progress import watched

    if not options.output or (not is_folder(options.output) and Path(options.output).suffix):
        raise Unclear("--all 会写多个文件：请用 -o 写明目录，如 -o 填报表/")
    folder = Path(options.output)
    with options.ledger() as connection:
        made, summary = forms_of_all(
            connection, wanted, options.when, load_parameters(connection, options.when.known_at), file_name, watched
        )
        notes = _may_note(options, connection)
    files = [(folder / f"{each.name}.xlsx", each) for each in (*made, summary)]
    _hand_out(options, noting, files, folder, notes=notes)


def _hand_out(
    options: ReadOptions, noting: NoteOptions, files: list[tuple[Path, "Made"]], folder: Path | None = None, *, notes: bool
) -> None:  # fmt: skip
    """Write the files, then note them as one change; a dry run does neither."""
    from tracker.actions.forms import note_forms

    if not noting.dry_run:
        if folder is not None:
            make_folder(folder, parents=True)
        for path, _ in files:
            output.check_output(path, force=options.force)
        files = [(output.write_file(str(path), each.content, force=options.force), each) for path, each in files]
    forms = [(path, each) for path, each in files if each.units]
    change, begins = None, dict[str, date]()
    if notes:
        with noting.changeset(options.db, "export form") as changeset:
            begins = note_forms(changeset, [each for _, each in forms])
        change = changeset.change if changeset.committed else None
    _tell(options, noting, forms, folder, change)
    if begins and not options.json:
        days = "、".join(f"{code}（{day} 起）" for code, day in begins.items())
        output.message(f"{'' if noting.dry_run else '已'}启用填报期：{days}，此后逾期不报的记为未填报")


def _tell(
    options: ReadOptions, noting: NoteOptions, files: list[tuple[Path, "Made"]], folder: Path | None, change: int | None
) -> None:  # fmt: skip
    verb = "【演示，未写入】" if noting.dry_run else "已写入 "
    if options.json:
        output.print_json([
            {"path": str(path), "units": list(made.units), "rows": made.rows, "change": change} for path, made in files
        ])  # fmt: skip
    elif folder is not None:
        output.message(
            f"{verb}{folder}：{len(files)} 个单位的填报表，共 {sum(made.rows for _, made in files)} 行，另有汇总.xlsx"
        )
    else:
        for path, made in files:
            output.message(f"{verb}{path}（{'、'.join(made.units)}，{made.rows} 行）")


@export_command
def schedule(
    options: ReadOptions,
    *,
    which: FilterOptions,
    straight: Annotated[
        bool, typer.Option("--straight", help="没有年度目标的，按起点到目标的直线填入建议值（斜体），供改写")
    ] = False,
) -> None:
    """导出进度安排表：基数、年度目标、起点和节点，填好后用 import 收回

    一个指标一行，没有指标的事项一行；没有改动的格，收回时不作任何改动。
    """
    from tracker.actions.schedule import schedule_file

    options.narrow(which)
    target = target_file(
        options, name_of("进度安排", which.plan, which.unit, kinds_of(which.kind), which.region), ".xlsx"
    )
    wanted = which.wanted()
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        content = schedule_file(connection, wanted, options.when, parameters, straight=straight)
    deliver(options, target, content)
