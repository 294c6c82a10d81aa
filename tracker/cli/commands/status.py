"""`tracker status`."""

from typing import Annotated

import typer

from tracker.actions.listing import tally
from tracker.actions.selection import Filter
from tracker.cli import output
from tracker.cli.app import read_command
from tracker.cli.list_view import caption_for
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.status_view import AROUND, print_status
from tracker.errors import Unclear
from tracker.ledger.counts import GROUP_FIELDS, GROUPINGS, flat
from tracker.ledger.values import shorten
from tracker.store import queries
from tracker.store.connection import Connection
from tracker.store.plan_lifetime import ended_plans
from tracker.store.stated_parameters import load_parameters


@read_command
def status(
    options: ReadOptions,
    group: Annotated[str, typer.Option("--group", metavar="BY", help="分组：plan、unit、chapter、region")] = "plan",
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    region: RegionFilter = None,
    kind: KindFilter = None,
) -> None:
    """一屏总览：各方案（单位、章节、地区）的状态和亮灯"""
    if group not in GROUPINGS:
        raise Unclear(f"--group 没有“{shorten(group)}”这种分组；可用：{'、'.join(GROUPINGS)}")
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    wanted = Filter(region=region, plans=words(plan), unit=unit, kinds=words(kind))
    with options.ledger() as connection:
        counted = tally(connection, wanted, group, options.when, load_parameters(connection, options.when.known_at))
        plans = {each["code"]: each for each in queries.plan_heads(connection)}
        ended = _carried_over(connection, options, wanted)
    names = options.chosen(GROUP_FIELDS)
    groups = options.arrange(counted.groups, GROUP_FIELDS)
    shown = groups[: options.count() or None]
    caption = f"{counted.total} 项，{caption_for(options, plan, unit, ({'id': code} for code in counted.plans))}"
    if options.as_json:
        rows = [{name: row[name] for name in names} for row in shown]
        options.to_screen_or_file(lambda: output.print_json({"as_of": options.day, "groups": rows}))
    elif options.as_csv:
        options.emit_data(*flat(shown, names))
    elif options.fields is not None:
        options.for_people(lambda: output.print_fields(*flat(shown, names), len(groups), caption))
    else:
        height = output.height() if options.limit is None and options.is_on_screen else None
        lines = shown if height is None else shown[: max(height - AROUND, 1)]
        options.for_people(lambda: print_status(lines, len(groups), group, plans, caption, ended))


def _carried_over(connection: Connection, options: ReadOptions, wanted: Filter) -> str:
    """Return the line on plans whose book is closed; empty where there are none, or the question is about part of a plan."""
    if not ended_plans(connection, options.when):
        return ""
    from tracker.actions.carry_over import carried_over

    found = carried_over(connection, wanted, options.when)
    return "" if found is None else found.words()
