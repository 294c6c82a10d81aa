"""`tracker show` and `tracker explain`: one item, all that is known of it and how it was judged."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

import typer

from tracker.actions.listing import SAID, said_of
from tracker.actions.name_lookup import item_of
from tracker.actions.roll_up import roll_ups, shares_of
from tracker.cli import detail_view, output
from tracker.cli.app import read_command
from tracker.cli.options import STDIN, FilterOptions, OneId, named, named_one
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import LONG, Column
from tracker.cli.wording import (
    Row,
    brief,
    caption_for,
    demand_of,
    field_words,
    fitted_width,
    light_words,
    percent_words,
    responsibility_words,
    text_of,
    value_words,
)
from tracker.item_rows import ITEM_FIELDS, item_view
from tracker.ledger.explanation import UNKNOWN, Explanation, Part, Step, explain, trend_words
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import Judgement, judge
from tracker.ledger.lights import rule_text
from tracker.ledger.model import Item
from tracker.ledger.terms import FORECASTS, KINDS, LIGHTS, OPEN_STATES, RESPONSIBILITIES, STATEMENTS, STATES
from tracker.ledger.unit_names import joined_units
from tracker.ledger.values import plain, shorten
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
        {**view, **said_of(view["last_report"])}, plan_heads(connection, item.plan, options.when.known_at)[0],
        load_item_log(connection, item.id, options.when),
        load_evidence(connection, [item.id], options.when).get(item.id, []), parts, shares,
        _printed_leads(connection, item, options.when.known_at),
    )  # fmt: skip


def _trends(item: Item, judged: Judgement) -> Iterator[tuple[str, str]]:
    """Yield how fast the numbers of an item move and must move, by the ids of its indicators."""
    for indicator, each in zip(item.indicators, judged.indicators, strict=True):
        if each.trend is not None:
            yield f"{item.id}.{indicator.n}", f"趋势：{trend_words(indicator, each.trend)}"


def _printed_leads(connection: Connection, item: Item, known_at: str | None) -> str:
    """Return the leads that the plan printed where others stand in their place now (assign); empty where they are the same."""
    if not item.assigned:
        return ""
    facts = next(iter(load_facts(connection, ItemFilter(ids=(item.id,)), known_at).values()))
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
    day = caption_for(options, FilterOptions(), [{"id": item.id}])
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


def print_item(
    view: Row, plan: Row, log: Sequence[Row], evidence: Sequence[Row], parts: Mapping[str, Sequence[str]], shares: Sequence[Row],
    printed: str = "",
) -> None:  # fmt: skip
    """Write everything about one item.

    parts says, for indicators and the item, what a linked one is made of, its trend, and figures of leads that differ; shares:
    the items of the regions to which it was broken down, and those below it; printed: the
    leads of the plan where others were assigned in their place.
    """
    draft = "（征求意见稿）" if plan["status"] == "draft" else ""
    title = f"{view['id']}  {KINDS[view['kind']]} 第 {view['number']} 项  {plan['title']}{draft}"
    detail_view.titled(title, [text for text in (view["title"], view["text"]) if text], view["light"])
    retired = next((row["date"] for row in log if row["kind"] == "retire" and row["n"] is None), None)
    given = (("已停用", retired and f"自 {retired} 起，不再列出和填报"), *_facts(view, plan, printed))
    detail_view.facts([
        detail_view.Fact(label, value, view["light"] if label == "亮灯" else None) for label, value in given if value
    ])  # fmt: skip
    for text in parts.get(view["id"], ()):
        detail_view.item(text)
    for row in view["indicators"]:
        _print_indicator(row)
        if row["id"] in parts:
            for text in parts[row["id"]]:
                detail_view.item(text, 4)
    for heading, rows in (
        ("分解到 {} 个地区：", [row for row in shares if "@" in row["id"]]),
        ("下级事项 {} 项：", [row for row in shares if "@" not in row["id"]]),
    ):
        if rows:
            _print_shares(rows, heading)
    _print_log(log, evidence)


def _print_shares(shares: Sequence[Row], heading: str) -> None:
    """Write how the regions stand to which an item was broken down, a line each."""
    texts = [
        [
            row["id"], "、".join(row["lead_units"]), text_of(row["due"]), _standing(row), STATES[row["state"]],
            light_words(row),
        ]
        for row in shares
    ]  # fmt: skip
    unit = fitted_width(texts, 1, "牵头单位", 40) if output.width() >= 110 else 0  # noqa: PLR2004 - room for all as it is
    output.print_table(
        [Column("编号", fitted_width(texts, 0, "编号", 99), whole=True), Column("牵头单位", unit), Column("完成时限", 10),
         Column("进展", fitted_width(texts, 3, "进展", 24), right=True), Column("状态", 6), Column("亮灯", 6)],
        texts, caption=heading.format(len(shares)), lights=[row["light"] for row in shares],
    )  # fmt: skip


def _standing(row: Row) -> str:
    """Return the figures of a share: its values where there are some, else its percent."""
    values = [value_words(each["actual"], each["measure"]) for each in row["indicators"] if each["actual"] is not None]
    return "；".join(values) or percent_words(row["percent"])


def _print_log(log: Sequence[Row], evidence: Sequence[Row]) -> None:
    if evidence:
        detail_view.entries(
            "佐证材料：", [each["url"] or f"{each['name']}  SHA-256 {each['sha256']}" for each in evidence]
        )
    if log:
        detail_view.entries("记录（新的在前）：", list(map(statement_words, _together(log))))


def _together(log: Sequence[Row]) -> list[dict[str, Any]]:
    """Put what one decision said about several indicators into one row, their numbers joined."""
    rows: list[dict[str, Any]] = []
    for each in log:
        last = rows[-1] if rows else None
        if (
            last is not None and each["kind"] != "report" and each["n"] is not None and last["n"] is not None
            and all(each[name] == last[name] for name in each if name != "n")
        ):  # fmt: skip
            last["n"] = f"{each['n']}、{last['n']}"
        else:
            rows.append(dict(each))
    return rows


def _facts(view: Row, plan: Row, printed: str) -> list[tuple[str, str | None]]:
    due = text_of(view["due"])
    if view["original_due"] != view["due"]:
        due += f"（原定 {text_of(view['original_due']) or '无'}）"
    report = view["last_report"]
    leads, participants = joined_units(
        view["lead_units"], view["participating_units"], open_ended=bool(view["open_ended"])
    )
    return [
        ("章节", " / ".join(part for part in (view["chapter"], view["section"]) if part)),
        ("出处", view["source"]),
        ("牵头单位", f"{leads}（{_mode(view)}）" if leads else responsibility_words(view)),
        ("上级事项", view["parent"]),
        ("方案原列", printed),
        ("主牵头", view["main_lead"]),
        ("参与单位", participants),
        ("总要求", plan["rider"]),
        ("完成时限", due or "无"),
        ("状态", _state(view)),
        ("完成率", percent_words(view["percent"])),
        ("序时进度", percent_words(view["planned_progress"])),
        ("滞后", "" if view["lag"] is None else _lag(view["lag"])),
        ("亮灯", view["light_reason"]),
        ("预判", FORECASTS.get(view["forecast"] or "")),
        ("最近填报", report and f"{report['date']} {report['unit'] or ''} {report['by']}：{_cut(report['note'] or '')}".rstrip("：")),
        ("备注", view["note"] and _cut(view["note"])),
    ]  # fmt: skip


def _lag(lag: Decimal) -> str:
    """Say how far behind the planned progress an item is; one that is not behind says so."""
    if lag > 0:
        return f"{plain(lag)} 个百分点"
    return f"无，超前 {plain(-lag)} 个百分点" if lag else "无"


def _cut(text: str) -> str:
    """Leave a remark as it was written unless it is too long for a screen."""
    return text if len(text) <= LONG else shorten(text, LONG)


def _mode(view: Row) -> str:
    """Return how the leads are responsible; where the plan named none, they were assigned later."""
    mode = RESPONSIBILITIES[view["responsibility"]]
    return mode if view["responsibility"] in ("lead", "joint", "sole") else f"方案为{mode}，后经指定"


def _state(view: Row) -> str:
    from tracker.ledger.lights import completion_words

    words = completion_words(view["due"], view["completed_on"])
    return (
        STATES[view["state"]]
        + (f"，{words}" if words else "")
        + (f"，销号 {view['closed_on']}" if view["closed_on"] else "")
    )


def _print_indicator(row: Row) -> None:
    parts = [f"目标 {demand_of(row)}" + ("（力争）" if row["aspirational"] else "")]
    if row["scope"]:
        parts.append(f"范围 {row['scope']}")
    if row["baseline_year"] or row["baseline_value"] is not None:
        year = f"（{row['baseline_year']} 年）" if row["baseline_year"] else ""
        parts.append(f"基数 {value_words(row['baseline_value'], row['measure']) or '未给'}{year}")
    known = f"现值 {value_words(row['actual'], row['measure'])}（{row['actual_date']}）"
    parts.append(known if row["actual"] is not None else STATES[row["state"]])
    if row["achievement"] is not None:
        parts.append(f"完成率 {percent_words(row['achievement'])}")
    if row["state"] not in OPEN_STATES and row["actual"] is not None:
        parts.append(STATES[row["state"]])
    original = "" if row["due"] == row["original_due"] else f"（原定 {text_of(row['original_due']) or '无'}）"
    parts.append(f"时限 {text_of(row['due']) or '无'}{original}")
    parts.append("已达标" if row["met"] else ("逾期未达标" if row["overdue"] else "未达标"))
    detail_view.item(f"指标 {row['id']}  {row['name']}：" + "；".join(parts))


def statement_words(row: Row) -> str:
    """Write one report or decision in a line."""
    who = " ".join(part for part in (row["unit"], row["by"]) if part)
    name = f"指标 {row['n']} " if row["n"] is not None else ""
    parts = [STATES[row["state"]]] if row["state"] else []
    parts += [f"完成率 {plain(row['percent'])}%"] if row["percent"] is not None else []
    parts += [f"现值 {plain(row['value'])}"] if row["value"] is not None else []
    said = (row["note"], row["problem"] and f"问题：{row['problem']}", row["next"] and f"下步：{row['next']}")
    parts += [shorten(text, LONG) for text in said if text]
    if row["kind"] != "report":
        from tracker.ledger.decision_rules import fields_of

        fields = fields_of(row["kind"], row["data"], {})
        parts += [
            field_words(name, None, after, edited=row["kind"] == "edit")
            for name, _, after in fields
            if name != "state" and name != row["kind"]
        ]
        parts += [brief(after) for name, _, after in fields if name == row["kind"]]
    return f"{row['date']}  {who}  {name}{STATEMENTS.get(row['kind'], row['kind'])}" + (
        f"：{'；'.join(parts)}" if parts else ""
    )
