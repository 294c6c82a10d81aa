"""`tracker show` and `tracker explain`: one item, all that is known of it and how it was judged."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

import typer

from tracker.actions.listing import SAID, said_of
from tracker.actions.name_lookup import item_of
from tracker.actions.roll_up import roll_ups, shares_of
from tracker.cli import detail_view, output
from tracker.cli.app import read_command
from tracker.cli.item_page import print_item
from tracker.cli.list_view import caption_for
from tracker.cli.options import STDIN, OneId, named, named_one
from tracker.cli.read_options import ReadOptions
from tracker.ledger.explanation import UNKNOWN, Explanation, Part, Step, explain, trend_words
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import Judgement, judge
from tracker.ledger.lights import rule_text
from tracker.ledger.model import Item
from tracker.ledger.terms import LIGHTS
from tracker.ledger.values import plain
from tracker.result_rows import ITEM_FIELDS, item_view
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter
from tracker.store.history import load_item_log
from tracker.store.items import load_facts
from tracker.store.registry import plan_heads
from tracker.store.stated_parameters import load_parameters
from tracker.store.statements import conflicts, load_evidence


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
        {**view, **said_of(view["last_report"])}, plan_heads(connection, item.plan)[0],
        load_item_log(connection, item.id, options.when),
        load_evidence(connection, [item.id], options.when).get(item.id, []), parts, shares,
        _printed_leads(connection, item),
    )  # fmt: skip


def _trends(item: Item, judged: Judgement) -> Iterator[tuple[str, str]]:
    """Yield how fast the numbers of an item move and must move, by the ids of its indicators."""
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


EXPLAIN_FIELDS = ("part", "kind", "key", "name", "detail", "result")


@read_command
def explain_item(options: ReadOptions, item_id: OneId) -> None:
    """亮灯和进度是怎么算出来的：每项输入、每步计算、每条规则"""
    with options.ledger() as connection:
        ref = named_one(connection, item_id)
        item = item_of(connection, ref, options.when)
        parameters = load_parameters(connection, options.when.known_at)
    found = explain(item, judge(item, options.day, parameters), options.day, parameters, ref.n)
    day = caption_for(options, None, None, [{"id": item.id}])
    if options.as_json:
        view = found.view()
        names = options.chosen(tuple(view))
        options.emit_object({name: view[name] for name in names}, lambda: None)
    elif options.as_csv or options.fields is not None:
        options.emit(_rows(found), EXPLAIN_FIELDS, lambda *_: None, caption=day)
    else:
        options.arrange([], EXPLAIN_FIELDS)
        options.for_people(lambda: _explanation(item, found, day, rule_text(parameters)[-1]))


def _rows(found: Explanation) -> list[dict[str, Any]]:
    """Return one row for every input, step and rule."""
    rows: list[dict[str, Any]] = []
    for part in found.parts:
        rows += [_row(part.id, "input", each.key, each.name, each.value, None) for each in part.inputs]
        rows += [_row(part.id, "step", each.key, each.name, each.formula, each.result) for each in part.steps]
        rows += [_row(part.id, "rule", each.key, each.condition, each.why, each.holds) for each in part.rules]
    return rows + [_row(found.id, "step", each.key, each.name, each.formula, each.result) for each in found.steps]


def _row(*values: Any) -> dict[str, Any]:
    return dict(zip(EXPLAIN_FIELDS, values, strict=True))


def _explanation(item: Item, found: Explanation, day: str, note: str) -> None:
    detail_view.heading(f"{found.id}  {item.title or item.text}")
    if found.light is None:
        output.line("总体目标只作列示，不评价进度，不亮灯")
        return
    detail_view.heading(f"{day}  {found.light.reason}", found.light.color)
    for part in found.parts:
        _part(part, headed=len(item.indicators) > 0)
    output.line()
    detail_view.heading("整项")
    _steps(found.steps)
    detail_view.item(note, 0)


def _part(part: Part, *, headed: bool) -> None:
    output.line()
    if headed:
        detail_view.heading(f"指标 {part.id}  {part.name}  {part.light.reason}", part.light.color)
    detail_view.heading("输入")
    detail_view.facts([detail_view.Fact(each.name, each.value) for each in part.inputs], in_line=True)
    detail_view.heading("计算")
    _steps(part.steps)
    detail_view.heading("规则（自上而下，先符合者为准）")
    detail_view.facts([
        detail_view.Fact(
            ("符合，据此亮灯" if each.decides else "符合") if each.holds else "不符",
            f"{LIGHTS[each.light]}：{each.condition}——{each.why}",
            each.light if each.decides else None,
        )
        for each in part.rules
    ], in_line=True)  # fmt: skip


def _steps(steps: tuple[Step, ...]) -> None:
    detail_view.facts(
        [detail_view.Fact(step.name, f"{_result(step)}    {step.formula}") for step in steps], in_line=True
    )


def _result(step: Step) -> str:
    match step.result:
        case None:
            return "无" if step.key in ("report_age", "time_left") else UNKNOWN
        case bool():
            return "是" if step.result else "否"
        case Decimal():
            return plain(step.result)
        case str() if step.result in LIGHTS:
            return LIGHTS[step.result]
        case _:
            return str(step.result)
