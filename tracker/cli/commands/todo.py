"""`tracker todo`."""

import re
from typing import Any

from tracker.actions.selection import Filter
from tracker.actions.todo import Debt, closing_words, owed
from tracker.cli import output
from tracker.cli.app import read_command
from tracker.cli.list_view import caption_for, deadline_of, due_column, due_text, fitted_width, name_of
from tracker.cli.options import PlanFilter, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.errors import Unclear
from tracker.result_rows import ITEM_FIELDS, item_view
from tracker.store.stated_parameters import load_parameters

FIELDS = (*ITEM_FIELDS, "owes")


@read_command
def todo(options: ReadOptions, plan: PlanFilter = None, unit: UnitFilter = None) -> None:
    """本单位本期还欠什么：逾期、被退回、临近到期、未填报、本期待填报"""
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    if not unit:
        raise Unclear("请用 --unit 写明单位，或在配置中设定默认单位（TRACKER_UNIT）")
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        debts = owed(connection, Filter(plans=words(plan), unit=unit), options.when, parameters)
    closing = closing_words(debts, options.day, parameters)
    rows = [_row(debt) for debt in debts]
    caption = caption_for(options, plan, unit, rows)
    why = {debt.judged.item.id: debt.words for debt in debts}
    options.emit(rows, FIELDS, lambda shown, total: _table(options, shown, total, caption, why), caption=caption)
    if not (options.as_csv or options.as_json):
        for text in closing:
            output.message(f"本期：{text}")


def _row(debt: Debt) -> dict[str, Any]:
    return {**item_view(debt.judged.item, debt.judged.judgement), "owes": list(debt.reasons)}


def _table(options: ReadOptions, rows: list[dict[str, Any]], total: int, caption: str, why: dict[str, str]) -> None:
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
