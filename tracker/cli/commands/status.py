"""`tracker status`."""

from typing import Annotated

import typer

from tracker.actions.counting import GROUPINGS, count
from tracker.actions.listing import Filter, find
from tracker.cli.asking import Ask, words
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, UnitFilter, read_command
from tracker.cli.runtime import runtime
from tracker.cli.screens import caption_for
from tracker.cli.status_screen import print_status
from tracker.errors import Unclear
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
        raise Unclear(f"--group 没有“{group}”这种分组；可用：{'、'.join(GROUPINGS)}")
    plan, unit = ask.default("plan", plan), ask.default("unit", unit)
    with ask.ledger() as connection:
        found = find(connection, Filter(region=region, plans=words(plan), unit=unit, kinds=words(kind)), ask.when, runtime.settings.thresholds)
        plans = {each["code"]: each for each in queries.load_plans(connection)}
    groups = count(found, group, plans)
    if ask.reverse:
        groups.reverse()
    limit = ask.count()
    shown = groups[:limit] if limit else groups
    if ask.csv:
        rows = [{**row, **{f"state_{k}": v for k, v in row["by_state"].items()}, **{f"light_{k}": v for k, v in row["by_light"].items()}} for row in shown]
        names = [name for name in (rows[0] if rows else {}) if name not in ("by_state", "by_light")]
        ask.emit_data(rows, names)
        return
    result = {"as_of": ask.day, "groups": shown}
    ask.emit_object(result, lambda: print_status(shown, len(groups), group, plans, caption_for(ask, plan, unit)))
