"""`tracker explain`."""

from decimal import Decimal
from typing import Any

from tracker.actions.name_lookup import item_of
from tracker.cli import detail_view, output
from tracker.cli.app import read_command
from tracker.cli.list_view import caption_for
from tracker.cli.options import OneId, named_one
from tracker.cli.read_options import ReadOptions
from tracker.ledger.explanation import UNKNOWN, Explanation, Part, Step, explain
from tracker.ledger.judgement import judge
from tracker.ledger.lights import rule_text
from tracker.ledger.model import Item
from tracker.ledger.terms import LIGHTS
from tracker.ledger.values import plain
from tracker.store.stated_parameters import load_parameters

FIELDS = ("part", "kind", "key", "name", "detail", "result")


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
        options.emit(_rows(found), FIELDS, lambda *_: None, caption=day)
    else:
        options.arrange([], FIELDS)
        options.for_people(lambda: _page(item, found, day, rule_text(parameters)[-1]))


def _rows(found: Explanation) -> list[dict[str, Any]]:
    """Return one row for every input, step and rule."""
    rows: list[dict[str, Any]] = []
    for part in found.parts:
        rows += [_row(part.id, "input", each.key, each.name, each.value, None) for each in part.inputs]
        rows += [_row(part.id, "step", each.key, each.name, each.formula, each.result) for each in part.steps]
        rows += [_row(part.id, "rule", each.key, each.condition, each.why, each.holds) for each in part.rules]
    return rows + [_row(found.id, "step", each.key, each.name, each.formula, each.result) for each in found.steps]


def _row(*values: Any) -> dict[str, Any]:
    return dict(zip(FIELDS, values, strict=True))


def _page(item: Item, found: Explanation, day: str, note: str) -> None:
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
