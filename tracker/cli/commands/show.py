"""`tracker show`."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import typer

from tracker.actions.listing import SAID, said_of
from tracker.actions.name_lookup import item_of
from tracker.actions.roll_up import roll_ups, shares_of
from tracker.cli import output
from tracker.cli.app import read_command
from tracker.cli.item_page import print_item
from tracker.cli.options import STDIN, named
from tracker.cli.read_options import ReadOptions
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import Judgement, judge
from tracker.ledger.model import Item
from tracker.result_rows import ITEM_FIELDS, item_view
from tracker.store import queries
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter
from tracker.store.items import load_facts
from tracker.store.last_reports import conflicts
from tracker.store.stated_parameters import load_parameters


class _Page(NamedTuple):
    """All that is shown of one item."""

    view: dict[str, Any]
    plan: Any
    history: Any
    evidence: Any
    parts: dict[str, list[str]]
    shares: list[dict[str, Any]]
    printed: str


@read_command
def show(
    options: ReadOptions,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID…", help="事项或指标编号，可写多个（zj-task-6..8），- 为从标准输入读取")
    ],
) -> None:
    """事项的全部信息

    例：tracker show zj-task-6
    例：tracker list --overdue --fields id --csv | tracker show - --json
    """
    with options.ledger() as connection:
        refs = named(connection, ids)
        pages = [_page(connection, ref, options) for ref in {ref.item: ref for ref in refs}.values()]
    if len(refs) == 1 and ids[0] != STDIN:
        options.emit_one(pages[0].view, ITEM_FIELDS, lambda: print_item(*pages[0]), more=SAID)
        return
    by_id = {page.view["id"]: page for page in pages}
    options.emit(
        [page.view for page in pages],
        ITEM_FIELDS,
        lambda shown, total: _print([by_id[row["id"]] for row in shown], total),
        more=SAID,
    )


def _page(connection: Connection, ref: Ref, options: ReadOptions) -> _Page:
    item = item_of(connection, ref, options.when)
    parameters = load_parameters(connection, options.when.known_at)
    parts = {f"{item.id}.{n}": [each.words()] for n, each in roll_ups(connection, item, options.when).items()}
    for name, text in _trends(item, judge(item, options.day, parameters)):
        parts.setdefault(name, []).append(text)
    for each in conflicts(connection, [item], options.when, parameters):
        parts.setdefault(each.id, []).append(f"数据不一致：{each.words()}")
    view, *shares = (
        item_view(each, judge(each, options.day, parameters))
        for each in (item, *shares_of(connection, item, options.when))
    )
    return _Page(
        {**view, **said_of(view["last_report"])}, queries.plan_heads(connection, item.plan)[0],
        queries.load_item_log(connection, item.id, options.when),
        queries.load_evidence(connection, [item.id], options.when).get(item.id, []), parts, shares,
        _printed_leads(connection, item),
    )  # fmt: skip


def _trends(item: Item, judged: Judgement) -> Iterator[tuple[str, str]]:
    """Yield how fast the numbers of an item move and must move, by the ids of its indicators."""
    from tracker.ledger.explanation import trend_words

    for indicator, each in zip(item.indicators, judged.indicators, strict=True):
        if each.trend is not None:
            yield f"{item.id}.{indicator.n}", f"趋势：{trend_words(indicator, each.trend)}"


def _printed_leads(connection: Connection, item: Item) -> str:
    """Return the leads that the plan printed where others stand in their place now (assign); empty where they are the same."""
    if not item.assigned:
        return ""
    facts = next(iter(load_facts(connection, ItemFilter(ids=(item.id,))).values()))
    printed = [role.name for role in facts.leads]
    return "" if printed == [role.name for role in item.leads] else "、".join(printed)


def _print(pages: list[_Page], total: int) -> None:
    for place, page in enumerate(pages):
        if place:
            output.line()
        print_item(*page)
    output.more(len(pages), total)
