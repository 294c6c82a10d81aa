"""`tracker list`, `tracker overdue` and `tracker todo`: items, one a line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.actions.listing import (
    SAID,
    count_extended,
    each_listed,
    first_overdue,
    indexed_query,
    indicators_through,
    is_listed,
    listing,
    of_any_indicator,
    quick_rows,
    with_said,
)
from tracker.actions.selection import Filter, find
from tracker.cli import output
from tracker.cli.app import read_command
from tracker.cli.context import context
from tracker.cli.options import FilterOptions, PlanFilter, Text, UnitFilter, check_fields, parse_count, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column, cells
from tracker.cli.wording import (
    Row,
    caption_for,
    deadline_of,
    demand_of,
    due_column,
    due_text,
    fitted_width,
    light_words,
    name_of,
    percent_words,
    responsibility_words,
    state_words,
    value_words,
    widest,
)
from tracker.errors import Unclear
from tracker.item_rows import INDICATOR_FIELDS, ITEM_FIELDS, indicator_rows, item_view
from tracker.ledger.judgement import Judged
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import TROUBLE
from tracker.store.connection import Connection
from tracker.store.stated_parameters import load_parameters

if TYPE_CHECKING:
    from tracker.actions.checks import Rule
    from tracker.actions.todo import Debt


@read_command
def list_items(
    options: ReadOptions,
    *,
    which: FilterOptions,
    role: Annotated[
        Text, typer.Option("--role", metavar="ROLE", help="该单位的角色：lead 牵头、participant 参与")
    ] = None,
    state: Annotated[
        Text,
        typer.Option(
            "--state",
            metavar="STATE",
            help="not_started 未启动、in_progress 进行中、completed 申报办结、closed 已销号、"
            "closed_unmet 已销号（未达目标）",
        ),
    ] = None,
    light: Annotated[
        Text,
        typer.Option(
            "--light", metavar="LIGHT", help="red 红、yellow 黄、review 待核查、blue 蓝、green 绿、grey 灰、done 已销号"
        ),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看已逾期的")] = False,
    unreported: Annotated[bool, typer.Option("--unreported", help="只看本期有牵头单位未填报的")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="只看填报过但本期未更新的")] = False,
    due_before: Annotated[Text, typer.Option("--due-before", metavar="DATE", help="只看此日之前到期的")] = None,
    due_after: Annotated[Text, typer.Option("--due-after", metavar="DATE", help="只看此日之后到期的")] = None,
    rule: Annotated[
        Text,
        typer.Option(
            "--rule", metavar="RULE", help="只看 check 的这条规则查出的，如 behind（见 tracker check --list）"
        ),
    ] = None,
    search: Annotated[Text, typer.Option("--search", metavar="WORDS", help="文字、单位、指标中含有这些词")] = None,
    indicators: Annotated[
        bool, typer.Option("--indicators", help="每个指标一行，状态、逾期、时限按指标自己的算")
    ] = False,
) -> None:
    """列出事项

    表格把最要紧的排在前面（红、黄、灰、待核查、蓝、绿、已销号；同色的逾期久的、期限近的在前）；JSON 和 CSV 按方案顺序。--sort 另定顺序。
    """
    options.narrow(which)
    if role is not None and not which.unit:
        raise Unclear("--role 要与 --unit 同用；请写明单位")
    wanted = which.wanted(
        role=role, states=words(state), lights=words(light),
        overdue=overdue, unreported=unreported, stale=stale, search=search,
        due_before=_start(due_before, "--due-before"),
        due_after=_start(due_after, "--due-after"),
        rules=None if rule is None else tuple(each.name for each in _rules(rule)),
    )  # fmt: skip
    names = options.chosen(("item", *INDICATOR_FIELDS) if indicators else ITEM_FIELDS, () if indicators else SAID)
    is_stream = (options.as_json or options.as_csv) and options.sort is None and not options.reverse
    plans = _NO_PLANS
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        if is_stream and not indicators:
            _emit(options, wanted, connection, parameters, names)
            return
        if indicators:
            views = listing(connection, of_any_indicator(wanted), options.when, parameters, ITEM_FIELDS).rows
            rows = indicators_through(indicator_rows(_in_order(options, views)), wanted)
        else:
            rows, plans = _rows(options, wanted, connection, parameters, names)
    ids = ({"id": row["item"]} for row in rows) if indicators else ({"id": code} for code in plans)
    caption = caption_for(options, which, ids)
    fields = ("item", *INDICATOR_FIELDS) if indicators else ITEM_FIELDS
    table = print_indicators if indicators else print_items
    options.emit(
        rows,
        fields,
        lambda shown, number: table(shown, number, caption),
        caption=caption,
        total=sum(plans.values()) or None,
        more=() if indicators else SAID,
    )


def _rules(text: str) -> "list[Rule]":
    from tracker.actions.checks import chosen_rules

    return chosen_rules(words(text) or ())


def _start(text: str | None, option: str) -> date | None:
    """Return the first of the days that an option names: before 2026 is before 2026 begins."""
    if text is None:
        return None
    from tracker.ledger.dates import parse_start

    return parse_start(text, context.today, what=f"{option} 的日期")


_NO_PLANS: Mapping[str, int] = {}


def _in_order(options: ReadOptions, views: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows for people with those in trouble first; for scripts in the order of plans."""
    return views if options.as_json or options.as_csv else sorted(views, key=trouble)


def _rows(
    options: ReadOptions, wanted: Filter, connection: Connection, parameters: Parameters, names: Sequence[str]
) -> tuple[list[dict[str, Any]], Mapping[str, int]]:
    """Return rows with the fields that are written and sorted by; for people also how many there are of each plan."""
    is_data = options.as_json or options.as_csv
    if not is_data:
        # Whether what was closed was met is judged, which a list of everything does without.
        closed = ("met",) if any("closed" in each.lower() or "销号" in each for each in wanted.states or ()) else ()
        names = (*TABLE, *closed, *PLACE, *(names if options.fields is not None else ()))
    if options.sort is not None:
        check_fields((options.sort,), (*ITEM_FIELDS, *SAID), "--sort")
        names = (*names, options.sort)
    names = tuple(dict.fromkeys(names))
    if is_data:
        rows, plans = list(each_listed(connection, wanted, options.when, parameters, names)), _NO_PLANS
    else:
        rows, plans = listing(connection, wanted, options.when, parameters, names, options.first() or None)
    if not set(names) <= set(ITEM_FIELDS):
        rows = [with_said(row) for row in rows]
    return _in_order(options, rows), plans


def _emit(
    options: ReadOptions, wanted: Filter, connection: Connection, parameters: Parameters, names: Sequence[str]
) -> None:
    """Write the listing for scripts as it is read, in the order of plans, so that one of any size takes little memory."""
    limit = options.first() or None
    if options.as_csv and is_listed(names) and set(names) <= set(ITEM_FIELDS):
        quick = indexed_query(connection, wanted, options.when, parameters, names)
        if quick is not None:
            cells = islice(quick_rows(quick, names, lambda judged: _cells(judged, names)), limit)
            options.emit_csv(output.quick_csv_parts(cells, names, {"lead_units", "participating_units"}))
            return
    rows = each_listed(connection, wanted, options.when, parameters, names, limit)
    options.emit_rows(rows if options.fields is None else (with_said(row) for row in rows), names)


def _cells(judged: Judged, names: Sequence[str]) -> tuple[str, ...]:
    view = item_view(*judged)
    return tuple(output.plain_text(view[name]) for name in names)


@read_command
def overdue(
    options: ReadOptions,
    *,
    which: FilterOptions,
    within: Annotated[Text, typer.Option("--within", metavar="DAYS", help="连同多少天内到期的")] = None,
) -> None:
    """已逾期（及临近到期）的事项，逾期最久的在前"""
    options.narrow(which)
    days = None if within is None else parse_count(within, "--within")
    wanted = which.wanted(overdue=True)
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        extended = count_extended(connection, wanted, options.when, parameters)
        limit = options.first()
        first = first_overdue(connection, wanted, options.when, parameters, limit) if limit and days is None else None
        if first is not None:
            _print_late(options, which, first.found, first.total, extended, first.plans)
            return
        found = find(connection, wanted, options.when, parameters)
        if days is not None:
            late = {item.id for item, _ in found}
            soon = find(connection, which.wanted(due_soon=True), options.when, parameters.within(days))
            found += [each for each in soon if each.item.id not in late]
    _print_late(options, which, found, sum(judgement.overdue for _, judgement in found), extended)


def _print_late(
    options: ReadOptions,
    which: FilterOptions,
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
    caption = caption_for(options, which, [*views, *({"id": code} for code in plans)])
    caption = f"延期过 {extended} 项，{caption}" if extended else caption
    options.emit(
        views,
        ITEM_FIELDS,
        lambda shown, total: print_overdue(shown, max(total, late), late, caption, options.day),
        caption=caption,
        total=max(len(views), late),
    )


TODO_FIELDS = (*ITEM_FIELDS, "owes")


@read_command
def todo(options: ReadOptions, plan: PlanFilter = None, unit: UnitFilter = None) -> None:
    """本单位本期还欠什么：逾期、被退回、临近到期、未填报、本期待填报"""
    from tracker.actions.todo import closing_words, owed

    which = FilterOptions(plan, unit)
    options.narrow(which)
    if not which.unit:
        raise Unclear("请用 --unit 写明单位，或在配置中设定默认单位（TRACKER_UNIT）")
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        debts = owed(connection, which.wanted(), options.when, parameters)
    closing = closing_words(debts, options.day, parameters)
    rows = [_todo_row(debt) for debt in debts]
    caption = caption_for(options, which, rows)
    why = {debt.judged.item.id: debt.words for debt in debts}
    options.emit(
        rows, TODO_FIELDS, lambda shown, total: _todo_table(options, shown, total, caption, why), caption=caption
    )
    if not (options.as_csv or options.as_json):
        for text in closing:
            output.message(f"本期：{text}")


def _todo_row(debt: "Debt") -> dict[str, Any]:
    return {**item_view(debt.judged.item, debt.judged.judgement), "owes": list(debt.reasons)}


def _todo_table(
    options: ReadOptions, rows: list[dict[str, Any]], total: int, caption: str, why: dict[str, str]
) -> None:
    wide = output.width() >= 110  # noqa: PLR2004 - room for the reason
    texts = [
        [
            row["id"], name_of(row), due_text(row, deadline_of(row, options.day) if row["due"] else None), why[row["id"]],
            _reason(row) if wide else row["light_reason"].partition("：")[0],
        ]
        for row in rows
    ]  # fmt: skip
    reason = fitted_width(texts, 4, "亮灯", 44 if output.width() >= 150 else 28) if wide else 6  # noqa: PLR2004 - room for all of it
    output.print_table(
        [Column("编号", fitted_width(texts, 0, "编号", 99), whole=True), Column("事项"), due_column([text[2] for text in texts]),
         Column("待办", fitted_width(texts, 3, "待办", 30)), Column("亮灯", reason)],
        texts,
        caption=f"待办 {total} 项，{caption}", lights=[row["light"] for row in rows],
    )  # fmt: skip
    output.more(len(rows), total)


def _reason(row: dict[str, Any]) -> str:
    """Return the light with its reason, without the printed deadline, which stands beside the one in force."""
    return re.sub("，原定[-0-9]+", "", row["light_reason"])


TABLE = (
    "id",
    "title",
    "text",
    "lead_units",
    "responsibility",
    "due",
    "original_due",
    "percent",
    "state",
    "light",
)


PLACE = ("light", "days_overdue", "due")
"""The fields that the table of items shows, and those that put its rows in order."""


def trouble(row: Row) -> tuple[int, int, date]:
    """Return the place of an item in a list for people: by light, then longest overdue, then by what is due first."""
    return TROUBLE[row["light"]], -(row["days_overdue"] or 0), row["due"] or date.max


def print_items(rows: Sequence[Row], total: int, caption: str) -> None:
    """Write items, one line each."""
    wide = output.width() >= 110  # noqa: PLR2004 - room for the lead units
    columns = [Column("编号", widest(rows), whole=True), Column("事项")]
    columns += [Column("牵头单位", 26)] if wide else []
    dues = [due_text(row, row["due"]) for row in rows]
    columns += [due_column(dues)]
    narrow = output.width() < 60  # noqa: PLR2004 - no room for how far it is
    columns += (
        []
        if narrow
        else [Column("完成率", 6, right=True), Column("状态", max([6, *(cells(state_words(row)) for row in rows)]))]
    )
    columns += [Column("亮灯", 6)]
    output.print_table(
        columns,
        [
            [
                row["id"], name_of(row), *(["、".join(row["lead_units"]) or responsibility_words(row)] if wide else []),
                due, *([] if narrow else [percent_words(row["percent"]), state_words(row)]), light_words(row),
            ]
            for row, due in zip(rows, dues, strict=True)
        ],
        caption=f"共 {total} 项，{caption}", lights=[row["light"] for row in rows],
    )  # fmt: skip
    output.more(len(rows), total)


def print_indicators(rows: Sequence[Row], total: int, caption: str) -> None:
    """Write indicators, one line each; where room is short, without the achievement."""
    wide = output.width() >= 110  # noqa: PLR2004 - room for everything
    texts = [
        [
            row["id"], row["name"], demand_of(row), value_words(row["actual"], row["measure"]),
            *([percent_words(row["achievement"])] if wide else []), due_text(row, row["due"]), "是" if row["met"] else "否",
        ]
        for row in rows
    ]  # fmt: skip
    asked, actual = (16, 12) if wide else (fitted_width(texts, 2, "目标值", 14), fitted_width(texts, 3, "现值", 12))
    output.print_table(
        [Column("编号", widest(rows), whole=True), Column("指标"), Column("目标值", asked), Column("现值", actual, right=True),
         *([Column("完成率", 6, right=True)] if wide else []), due_column([text[-2] for text in texts]), Column("达标", 4)],
        texts,
        caption=f"指标共 {total} 个，{caption}",
    )  # fmt: skip
    output.more(len(rows), total)


def print_overdue(rows: Sequence[Row], total: int, late: int, caption: str, as_of: date) -> None:
    """Write overdue (late of them in all) and near-due items, longest overdue first, each with the date that counts."""
    wide = output.width() >= 110  # noqa: PLR2004 - room for more of the units
    deadlines = [deadline_of(row, as_of) for row in rows]
    dues = [due_text(row, deadline) for row, deadline in zip(rows, deadlines, strict=True)]
    output.print_table(
        [Column("编号", widest(rows), whole=True), Column("事项"), Column("牵头单位", 30 if wide else 16), due_column(dues),
         Column("逾期", 8, right=True), Column("亮灯", 4)],
        [
            [
                row["id"], name_of(row), "、".join(row["lead_units"]) or responsibility_words(row), due,
                f"{row['days_overdue']} 天" if row["days_overdue"] else f"剩 {(deadline - as_of).days} 天", light_words(row),
            ]
            for row, deadline, due in zip(rows, deadlines, dues, strict=True)
        ],
        caption=f"逾期 {late} 项" + (f"，临近到期 {total - late} 项" if total > late else "") + f"，{caption}",
        lights=[row["light"] for row in rows],
    )  # fmt: skip
    output.more(len(rows), total)
