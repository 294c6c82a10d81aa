"""`tracker show`."""

from typing import Annotated

import typer

from tracker.actions.finding import item_of, refs
from tracker.actions.parts import parts_of, shares_of
from tracker.cli.asking import Ask
from tracker.cli.item_screen import print_item
from tracker.cli.options import read_command
from tracker.cli.runtime import runtime
from tracker.ledger.judgement import judge
from tracker.store import queries
from tracker.views import ITEM_FIELDS, item_view


@read_command
def show(ask: Ask, item_id: Annotated[str, typer.Argument(metavar="ID", help="事项或指标编号")]) -> None:
    """一个事项的全部信息"""
    with ask.ledger() as connection:
        ref = refs(connection, [item_id])[0]
        item = item_of(connection, ref, ask.when)
        plan = queries.plan_heads(connection, item.plan)[0]
        history = queries.load_item_log(connection, item.id, ask.when)
        evidence = queries.load_evidence(connection, item.id, ask.when)
        parts = {f"{item.id}.{n}": each.words() for n, each in parts_of(connection, item, ask.when).items()}
        shares = shares_of(connection, item, ask.when)
    limits = runtime.settings.thresholds
    view, *regions = (item_view(each, judge(each, ask.day, limits)) for each in (item, *shares))
    ask.emit_one(view, ITEM_FIELDS, lambda: print_item(view, plan, history, evidence, parts, regions))
