"""`tracker status`."""

from typing import Annotated

import typer

from tracker.actions.counts import GROUP_FIELDS, GROUPINGS, flat, tally
from tracker.actions.listing import Filter
from tracker.cli import output
from tracker.cli.asking import Ask
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, UnitFilter, read_command
from tracker.cli.parsing import words
from tracker.cli.runtime import runtime
from tracker.cli.screens import caption_for
from tracker.cli.status_screen import AROUND, print_status
from tracker.errors import Unclear
from tracker.ledger.values import shorten
from tracker.store import queries


@read_command
def status(
    ask: Ask,
    group: Annotated[str, typer.Option("--group", metavar="BY", help="分组：plan、unit、chapter、region")] = "plan",
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    region: RegionFilter = None,
    kind: KindFilter = None,
) -> None:
    """一屏总览：各方案（单位、章节、地区）的状态和亮灯"""
    if group not in GROUPINGS:
        raise Unclear(f"--group 没有“{shorten(group)}”这种分组；可用：{'、'.join(GROUPINGS)}")
    plan, unit = ask.default("plan", plan), ask.default("unit", unit)
    wanted = Filter(region=region, plans=words(plan), unit=unit, kinds=words(kind))
    with ask.ledger() as connection:
        counted = tally(connection, wanted, group, ask.when, runtime.settings.thresholds)
        plans = {each["code"]: each for each in queries.plan_heads(connection)}
    names = ask.chosen(GROUP_FIELDS)
    groups = ask.arrange(counted.groups, GROUP_FIELDS)
    shown = groups[: ask.count() or None]
    caption = f"{counted.total} 项，{caption_for(ask, plan, unit, ({'id': code} for code in counted.plans))}"
    if ask.as_json:
        rows = [{name: row[name] for name in names} for row in shown]
        ask.to_screen_or_file(lambda: output.print_json({"as_of": ask.day, "groups": rows}))
    elif ask.as_csv:
        ask.emit_data(*flat(shown, names))
    elif ask.fields is not None:
        ask.for_people(lambda: output.print_fields(*flat(shown, names), len(groups), caption))
    else:
        height = output.height() if ask.limit is None and ask.is_on_screen else None
        lines = shown if height is None else shown[: max(height - AROUND, 1)]
        ask.for_people(lambda: print_status(lines, len(groups), group, plans, caption))
