"""`tracker plan …`."""

from typing import Annotated, Any

import typer

from tracker.actions.finding import plan_code
from tracker.cli import output
from tracker.cli.asking import Ask
from tracker.cli.options import read_command
from tracker.cli.output import Column
from tracker.ledger.terms import PLAN_STATUS
from tracker.store import queries

FIELDS = (*queries.PLAN_FIELDS, "targets", "tasks", "policies", "aims")


@read_command
def list_plans(ask: Ask) -> None:
    """列出方案"""
    with ask.ledger() as connection:
        plans = queries.load_plans(connection)
    ask.emit(plans, FIELDS, _table)


def _table(rows: list[dict[str, Any]], total: int) -> None:
    output.print_table(
        [Column("代码", 4), Column("地区", 14), Column("方案"), Column("性质", 10), Column("目标", 4, right=True),
         Column("任务", 4, right=True), Column("政策", 4, right=True)],
        [
            (row["code"], row["region"], row["title"], PLAN_STATUS[row["status"]], *(str(row[kind]) for kind in ("targets", "tasks", "policies")))
            for row in rows
        ],
        caption=f"方案共 {total} 个",
    )  # fmt: skip


@read_command
def show_plan(ask: Ask, code: Annotated[str, typer.Argument(metavar="CODE", help="方案代码或地区")]) -> None:
    """一个方案的基本信息和各清单条数"""
    with ask.ledger() as connection:
        wanted = plan_code(connection, code)
        plan = next(each for each in queries.load_plans(connection) if each["code"] == wanted)
    ask.emit_object(plan, lambda: _page(plan))


def _page(plan: dict[str, Any]) -> None:
    shown = (
        ("代码", plan["code"]), ("方案", plan["title"]), ("地区", plan["region"]), ("性质", PLAN_STATUS[plan["status"]]),
        ("印发日期", plan["issued_on"]), ("文号", plan["document_number"]), ("印发机关", plan["issuers"]),
        ("实施起点", plan["period_start"]), ("总要求", plan["rider"]), ("备注", plan["note"]),
        ("条数", f"目标 {plan['targets']}，任务 {plan['tasks']}，政策 {plan['policies']}，总体目标 {plan['aims']}"),
    )  # fmt: skip
    for label, value in shown:
        if value:
            output.line(f"{label}：{value}")
