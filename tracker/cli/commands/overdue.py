"""`tracker overdue`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from tracker.actions.listing import count_extended, first_overdue
from tracker.actions.selection import Filter, find
from tracker.cli.app import read_command
from tracker.cli.list_view import caption_for, deadline_of, print_overdue
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, Text, UnitFilter, parse_count, words
from tracker.cli.read_options import ReadOptions
from tracker.ledger.judgement import Judged
from tracker.result_rows import ITEM_FIELDS, item_view
from tracker.store.stated_parameters import load_parameters


@read_command
def overdue(
    options: ReadOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    region: RegionFilter = None,
    kind: KindFilter = None,
    within: Annotated[Text, typer.Option("--within", metavar="DAYS", help="连同多少天内到期的")] = None,
) -> None:
    """已逾期（及临近到期）的事项，逾期最久的在前"""
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    days = None if within is None else parse_count(within, "--within")
    wanted = Filter(region=region, plans=words(plan), unit=unit, kinds=words(kind), overdue=True)
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        extended = count_extended(connection, wanted, options.when, parameters)
        limit = options.first()
        first = first_overdue(connection, wanted, options.when, parameters, limit) if limit and days is None else None
        if first is not None:
            _show(options, plan, unit, first.found, first.total, extended, first.plans)
            return
        found = find(connection, wanted, options.when, parameters)
        if days is not None:
            near = Filter(region=region, plans=words(plan), unit=unit, kinds=words(kind), due_soon=True)
            late = {item.id for item, _ in found}
            soon = find(connection, near, options.when, parameters.within(days))
            found += [each for each in soon if each.item.id not in late]
    _show(options, plan, unit, found, sum(judgement.overdue for _, judgement in found), extended)


def _show(
    options: ReadOptions,
    plan: str | None,
    unit: str | None,
    found: Sequence[Judged],
    late: int,
    extended: int,
    plans: Sequence[str] = (),
) -> None:
    """Write what was found, or the first of it; late: how many are overdue in all, plans: of which other plans.

    extended: how many, overdue or not, have been given more time.
    """
    views = [item_view(item, judgement) for item, judgement in found]
    views.sort(key=lambda view: (-view["days_overdue"], deadline_of(view, options.day)))
    caption = caption_for(options, plan, unit, [*views, *({"id": code} for code in plans)])
    caption = f"延期过 {extended} 项，{caption}" if extended else caption
    options.emit(
        views,
        ITEM_FIELDS,
        lambda shown, total: print_overdue(shown, max(total, late), late, caption, options.day),
        caption=caption,
        total=max(len(views), late),
    )
