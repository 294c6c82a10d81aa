"""`tracker plan …`: plans as they are listed, read from documents, compared, brought to a new version and closed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.actions.name_lookup import plan_code
from tracker.actions.plans import add_plan, end_plan, removable, remove_plan
from tracker.cli import output
from tracker.cli.app import read_command, write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import Day, Force, Json, Reason, Text, day_of
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.cli.wording import fitted_width
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.folders import expanded, typed
from tracker.ledger.terms import PLAN_STATUS
from tracker.ledger.values import shorten
from tracker.plans.codes import shipped_codes
from tracker.plans.shipped import PlanRows
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.plan_lifetime import ended_plans
from tracker.store.registry import PLAN_FIELDS, plans_then

if TYPE_CHECKING:
    from tracker.plans.reading.model import Draft
    from tracker.sheets.reading.files import Problem


FIELDS = (*PLAN_FIELDS, "targets", "tasks", "policies", "aims")


@read_command
def list_plans(options: ReadOptions) -> None:
    """列出方案"""
    with options.ledger() as connection:
        plans = _with_ends(connection, options.when, plans_then(connection, options.when))
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
        found = _with_ends(connection, options.when, plans_then(connection, options.when, wanted))
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
    options.done(f"已新建方案 {row['code']}：{title}", {"plan": row["code"]}, changeset)


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
    view = {"plan": plan, "date": day}
    options.done(f"方案 {plan} 自 {day} 起结转：各项保持现状，不再填报和亮灯", view, changeset)


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
    options.done(f"已删除方案 {plan}（{rows} 项）", {"plan": plan}, changeset)


_NO_CODE = "xx"
"""Stands for the code that a document compared with another does not have."""
DIFF_FIELDS = ("change", "kind", "old_id", "new_id", "field", "before", "after", "likeness")


def read(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="方案（txt、docx、doc、html、pdf、ofd）或任务清单（xlsx、xls、et、ods、csv）"
        ),
    ],
    target: Annotated[Text, typer.Option("-o", "--output", metavar="DRAFT.xlsx", help="审核稿的文件名")] = None,
    code: Annotated[str, typer.Option("--code", metavar="CODE", help="方案代码，如 sd")] = "",
    force: Force = False,
    json: Json = False,
) -> None:
    """读取方案或任务分解表，生成审核草稿

    草稿每行注明出处、原文和置信度，存疑处有标记；审核后用 tracker plan add 载入。
    一张表要加进已有的方案，请用 tracker item import。
    """
    from tracker.plans.reading.unused_text import shortcoming
    from tracker.sheets.plan_draft import write_draft

    if target is None and not json:
        raise Unclear("请用 -o DRAFT.xlsx 写明草稿文件名（或加 --json 直接输出）")
    if target is not None:
        output.check_output(Path(target), force=force)
    path = expanded(file)
    draft, ignored = _draft_of(path, code)
    if target is not None:
        write_draft(draft, target)
        ask = "" if code else " --code 方案代码"
        empty = [word for each in draft.of("plan") for column, word in _NEEDED.items() if not each.cells.get(column)]
        fill = f"在“方案”页填写{'、'.join(empty)}，" if empty else ""
        output.message(f"草稿已写入 {target}；请{fill}逐行核对存疑处，再运行 tracker plan add {typed(target)}{ask}")
        if ignored is not None:
            kind = max(("task", "target", "policy"), key=lambda each: len(draft.of(each)))
            output.message(f"要把表中的事项加进已有的方案，请用 tracker item import 方案代码 {kind} {typed(path)}")
    output.remarks(left=ignored or ())
    if json:
        from tracker.plans.reading.draft_json import answer

        taken = {} if ignored is None else {"ignored": [each._asdict() for each in ignored]}
        output.print_json(answer(draft) | taken)
    else:
        _tell_draft(draft)
    if reason := shortcoming(draft):
        raise Refused(reason)


_NEEDED = {"title": "标题", "region": "地区"}
"""What a draft must say of its plan before `plan add` takes it."""


def _draft_of(path: Path, code: str) -> "tuple[Draft, list[Problem] | None]":
    """Return the draft of a document, or of a file of tables with what of them was not taken (None for a document)."""
    from tracker.plans.reading.document_file import is_table

    if is_table(path):
        from tracker.sheets.plan_tables import read_table_plan

        found = read_table_plan(path, code, context.today)
        return found.draft, found.file.ignored
    from tracker.plans.reading import read_document

    return read_document(path, code), None


def _tell_draft(draft: "Draft") -> None:
    """Print how much was found, and how much of the document stands in no row."""
    from tracker.plans.reading.unused_text import coverage

    doubtful = sum(1 for found in draft.findings.values() for each in found if each.doubts)
    names = {"target": "目标", "indicator": "指标", "task": "任务", "policy": "政策", "aim": "总体目标", "unit": "单位"}
    output.line("，".join(f"{word} {len(draft.of(kind))}" for kind, word in names.items()) + f"；存疑 {doubtful} 行")
    if draft.unused:
        output.line(coverage(draft, "草稿的“概况”表"))


def read_rows(path: str, code: str = "") -> dict[str, list[dict[str, str]]]:
    """Return the rows of a reviewed draft or, for any other file, of the document itself; raises Refused with all errors."""
    from tracker.sheets.plan_draft import read_draft
    from tracker.sheets.plan_tables import is_draft

    if is_draft(Path(path)):
        rows, file = read_draft(path, code)
        output.remarks(file.remarks, left=file.ignored)
        if wrong := file.problems:
            shown = "\n".join(f"  {each.place.removeprefix(file.name).strip()}：{each.message}" for each in wrong[:50])
            raise Refused(f"草稿 {path} 有 {len(wrong)} 处错误，未载入：\n{shown}")
        return rows
    return _draft_of(Path(path), code)[0].rows()


@write_command
def add(
    options: WriteOptions,
    file: Annotated[str, typer.Argument(metavar="DRAFT.xlsx|CODE", help="审核后的草稿，或随附方案的代码，如 zj")],
    code: Annotated[Text, typer.Option("--code", metavar="CODE", help="改用这个方案代码")] = None,
    region: Annotated[Text, typer.Option("--region", metavar="NAME", help="方案的地区（文件中没有写明时）")] = None,
) -> None:
    """检查并载入审核后的草稿，或随附的一个方案

    例：tracker plan add 草稿.xlsx
    例：tracker plan add zj
    """
    from tracker.actions.plans import add_plan, check_plan, resolve_units
    from tracker.plans.shipped import shipped_plans

    shipped = () if Path(file).exists() or Path(file).suffix else shipped_codes([file])
    rows = shipped_plans(shipped) if shipped else _plan_rows(read_rows(file, code or ""), code)
    if not (rows.targets or rows.tasks or rows.policies or rows.aims):
        raise Refused(f"{file} 里没有一项目标、任务或政策，没有可载入的；空的方案请用 tracker plan new")
    plan = rows.plans[0]
    plan["region"] = region or plan["region"]
    if not plan["region"]:
        raise Unclear("文件中没有写明方案的地区；请在草稿的方案页填写地区，或加 --region 某省")
    location = context.location(options.db)
    if not location.is_sqlite or location.exists():  # what would be refused is refused before anybody is asked
        with opened(options.db) as connection:
            check_plan(connection, rows)
            for name in [] if shipped else resolve_units(connection, rows):
                output.message(f"注意：名录中没有“{shorten(name)}”，将作为新单位列入")
    question = f"载入方案 {plan['code']} {plan['title']}（目标 {len(rows.targets)}，任务 {len(rows.tasks)}，政策 {len(rows.policies)}）？"
    if not options.confirm(question):
        output.message("未载入")
        return
    with options.changeset("plan add", detail=None if shipped else _file_detail(file), plans=()) as changeset:
        ids = add_plan(changeset, rows)
    view = {"plan": plan["code"], "items": len(ids)}
    options.done(f"已载入方案 {plan['code']}：{plan['title']}，共 {len(ids)} 项", view, changeset)


def _plan_rows(rows: dict[str, list[dict[str, str]]], code: str | None) -> Any:
    from tracker.plans.shipped import PlanRows

    if len(rows.get("plans", [])) != 1:
        raise Refused("草稿的方案页应当正好有一个方案")
    if code is not None:
        old = rows["plans"][0]["code"]
        rows = {
            name: [
                {
                    column: code if column in ("code", "plan", "region") and value == old else value
                    for column, value in row.items()
                }
                for row in part
            ]
            for name, part in rows.items()
        }
        rows["plans"][0]["code"] = code
    return PlanRows(
        **{
            name: rows.get(name, [])
            for name in ("plans", "targets", "indicators", "tasks", "policies", "aims", "units")
        }
    )


def _file_detail(path: str) -> dict[str, str]:
    import hashlib

    return {"file": Path(path).name, "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()}


@read_command
def diff(
    options: ReadOptions,
    old: Annotated[str, typer.Argument(metavar="OLD", help="旧版：文件、草稿或已载入的方案代码")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="新版：文件、草稿或已载入的方案代码")],
) -> None:
    """比较两个版本：增、删、改号、改文、改单位、改数字"""
    from dataclasses import asdict

    from tracker.plans.plan_diff import diff_plans

    before = _version(options, old)
    code = before["plans"][0]["code"] if before.get("plans") else ""
    found = diff_plans(before, _version(options, new, code))
    rows = [asdict(each) for each in found.differences]
    options.emit(rows, DIFF_FIELDS, _diff_table)


def _version(options: ReadOptions, text: str, code: str = "") -> dict[str, list[dict[str, str]]]:
    from tracker.actions.plan_revision import rows_of_plan

    if Path(text).exists() and not Path(text).is_dir():
        return read_rows(text, code or _NO_CODE)
    from tracker.actions.name_lookup import plan_code

    if "." in text or "/" in text:
        raise Refused(f"文件 {shorten(text)} 不存在；请检查路径，或写已载入的方案代码")
    with options.ledger() as connection:
        return rows_of_plan(connection, plan_code(connection, text), options.day)


def _diff_table(rows: list[dict[str, Any]], total: int) -> None:
    from tracker.plans.plan_diff import CHANGE_NAMES

    texts = [[CHANGE_NAMES[row["change"]], row["old_id"], row["new_id"], row["before"], row["after"]] for row in rows]
    ids = [
        Column(head, fitted_width(texts, place, head, 99), whole=True) for place, head in ((1, "旧编号"), (2, "新编号"))
    ]
    output.print_table(
        [Column("变化", 8), *ids, Column("旧版"), Column("新版")],
        texts,
        caption=f"差异 {total} 处",
    )
    output.more(len(rows), total)


@write_command
def revise(
    options: WriteOptions,
    code: Annotated[str, typer.Argument(metavar="CODE", help="已载入的方案代码")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="新版：审核后的草稿或文件")],
) -> None:
    """把已载入的方案换成新版，编号、历史和进展不变"""
    from tracker.actions.name_lookup import open_plan
    from tracker.actions.plan_revision import revise as move
    from tracker.actions.plan_revision import rows_of_plan
    from tracker.plans.plan_diff import CHANGE_NAMES, diff_plans

    rows = read_rows(file)
    with opened(options.db) as connection:
        location = connection.location
        plan = open_plan(connection, code)
        preview = diff_plans(rows_of_plan(connection, plan, context.today), rows)
    counts = "，".join(f"{CHANGE_NAMES[change]} {count}" for change, count in preview.counts().items())
    if not options.confirm(f"把方案 {plan} 换成新版（{counts or '没有变化'}）？"):
        output.message("未换版")
        return
    if location.is_sqlite and not options.dry_run:
        from tracker.store.backups import automatic

        path = automatic(location, context.now, "revise", context.settings["backups_kept"])
        output.message(f"换版前已备份到 {path}")
    with options.changeset("plan revise", detail=_file_detail(file)) as changeset:
        found = move(changeset, plan, rows)
    view = {"plan": plan, "changes": found.counts()}
    options.done(f"方案 {plan} 已换成新版：{counts or '没有变化'}", view, changeset)
