"""`tracker export schedule`."""

from typing import Annotated

import typer

from tracker.cli.app import export_command
from tracker.cli.export_target import deliver, kinds_of, name_of, target_file
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.store.stated_parameters import load_parameters


@export_command
def schedule(
    options: ReadOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
    straight: Annotated[
        bool, typer.Option("--straight", help="没有年度目标的，按起点到目标的直线填入建议值（斜体），供改写")
    ] = False,
) -> None:
    """导出进度安排表：基数、年度目标、起点和节点，填好后用 import 收回

    一个指标一行，没有指标的事项一行；没有改动的格，收回时不作任何改动。
    """
    from tracker.actions.schedule import schedule_file
    from tracker.actions.selection import Filter

    plan, unit = options.default("plan", plan), options.default("unit", unit)
    target = target_file(options, name_of("进度安排", plan, unit, kinds_of(kind), region), ".xlsx")
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind), region=region)
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        content = schedule_file(connection, wanted, options.when, parameters, straight=straight)
    deliver(options, target, content)
