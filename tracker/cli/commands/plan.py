"""`tracker plan …`."""

from typing import Annotated, Any

import typer

from tracker.actions.carry_over import end_plan, removable, remove_plan
from tracker.actions.name_lookup import plan_code
from tracker.actions.plans import add_plan
from tracker.cli import output
from tracker.cli.app import read_command, write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.list_view import fitted_width
from tracker.cli.options import Day, Reason, day_of
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused
from tracker.ledger.terms import PLAN_STATUS
from tracker.plans.shipped import PlanRows
from tracker.store import queries
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.plan_lifetime import ended_plans

FIELDS = (*queries.PLAN_FIELDS, "targets", "tasks", "policies", "aims")


@read_command
def list_plans(options: ReadOptions) -> None:
    """列出方案"""
    with options.ledger() as connection:
        plans = _with_ends(connection, options.when, queries.plans_then(connection, options.when))
    options.emit(plans, FIELDS, _table)


def _with_ends(connection: Connection, when: PointInTime, plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say of plans whose book is closed (结转) that they are ended; printed keeps what the document says of itself."""
    ended = ended_plans(connection, when)
    return [
        {**plan, "printed": plan["status"], "status": "ended" if plan["code"] in ended else plan["status"]}
        for plan in plans
    ]


def _status_words(plan: dict[str, Any]) -> str:
    printed, status = PLAN_STATUS[plan["printed"]], PLAN_STATUS[plan["status"]]
    return status if plan["status"] == plan["printed"] else f"{printed}，{status}"


def _table(rows: list[dict[str, Any]], total: int) -> None:
    heads = ("代码", "地区", "方案", "性质", "目标", "任务", "政策")
    counts = ("targets", "tasks", "policies")
    texts = [
        (row["code"], row["region"], row["title"], _status_words(row), *(str(row[kind]) for kind in counts)) for row in rows
    ]  # fmt: skip
    columns = [
        Column(head, 0 if head == "方案" else fitted_width(texts, place, head, 18), right=place > heads.index("性质"))
        for place, head in enumerate(heads)
    ]
    output.print_table(columns, texts, caption=f"方案共 {total} 个")
    output.more(len(rows), total)


@read_command
def show_plan(
    options: ReadOptions, code: Annotated[str, typer.Argument(metavar="CODE", help="方案代码或地区")]
) -> None:
    """一个方案的基本信息和各清单条数"""
    with options.ledger() as connection:
        wanted = plan_code(connection, code)
        found = _with_ends(connection, options.when, queries.plans_then(connection, options.when, wanted))
        plan = next(iter(found), None)
    if plan is None:
        raise Refused(f"方案 {wanted} 在所问的时刻尚未录入")
    options.emit_one(plan, FIELDS, lambda: _page(plan))


def _page(plan: dict[str, Any]) -> None:
    shown = (
        ("代码", plan["code"]), ("方案", plan["title"]), ("地区", plan["region"]), ("性质", _status_words(plan)),
        ("印发日期", plan["issued_on"]), ("文号", plan["document_number"]), ("印发机关", plan["issuers"]),
        ("实施起点", plan["period_start"]), ("总要求", plan["rider"]), ("备注", plan["note"]),
        ("条数", f"目标 {plan['targets']}，任务 {plan['tasks']}，政策 {plan['policies']}，总体目标 {plan['aims']}"),
    )  # fmt: skip
    for label, value in shown:
        if value:
            output.line(f"{label}：{value}")


@write_command
def new_plan(
    options: WriteOptions,
    code: Annotated[str, typer.Argument(metavar="CODE", help="方案代码，如 sd")],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="方案名称")],
    region: Annotated[str, typer.Option("--region", metavar="NAME", help="地区，如 山东省")],
    status: Annotated[
        str, typer.Option("--status", metavar="STATUS", help="issued 正式印发、draft 征求意见稿、unstated 未注明")
    ] = "unstated",
    period_start: Annotated[str, typer.Option("--period-start", metavar="DATE", help="实施起点")] = "2021-01-01",
    issued_on: Annotated[str | None, typer.Option("--issued-on", metavar="DATE", help="印发日期")] = None,
    document_number: Annotated[str | None, typer.Option("--document-number", metavar="TEXT", help="文号")] = None,
) -> None:
    """新建空方案，随后用 item add 增加事项"""
    row = {
        "code": code.strip().lower(), "title": title, "region": region, "status": status, "period_start": period_start,
        "issued_on": issued_on or "", "document_number": document_number or "",
    }  # fmt: skip
    with options.changeset("plan new", plans=()) as changeset:
        add_plan(changeset, PlanRows(plans=[row]))
    options.done(
        f"已新建方案 {row['code']}：{title}",
        {"change": None if options.dry_run else changeset.change, "plan": row["code"]},
    )


@write_command
def end(
    options: WriteOptions,
    code: Annotated[str, typer.Argument(metavar="CODE", help="方案代码或地区")],
    reason: Reason,
    date: Day = None,
) -> None:
    """结转：方案到期后关闭台账，各项保持现状，不再填报和亮灯

    不写明该方案时，总览、清单、逾期、检查和报告不再列出。
    """
    day = day_of(date)
    with options.changeset("plan end") as changeset:
        plan = end_plan(changeset, code, day, reason)
    options.done(
        f"方案 {plan} 自 {day} 起结转：各项保持现状，不再填报和亮灯",
        {"change": None if options.dry_run else changeset.change, "plan": plan, "date": day},
    )


@write_command
def remove(options: WriteOptions, code: Annotated[str, typer.Argument(metavar="CODE", help="方案代码或地区")]) -> None:
    """从台账中删除一个还没有人填报过的方案

    已有填报的方案不能删除，请用 tracker plan end 结转。
    """
    with opened(options.db) as connection:
        named, rows = removable(connection, code, context.today)
    if not options.confirm(f"删除方案 {named}（{rows} 项，还没有人填报）？"):
        options.done("未删除", {"change": None, "plan": named})
        return
    with options.changeset("plan remove") as changeset:
        plan, rows = remove_plan(changeset, code)
    options.done(
        f"已删除方案 {plan}（{rows} 项）", {"change": None if options.dry_run else changeset.change, "plan": plan}
    )
