"""`tracker export slip`."""

from typing import Annotated

import typer

from tracker.actions.selection import Filter
from tracker.cli import output
from tracker.cli.app import export_command
from tracker.cli.context import context
from tracker.cli.export_target import deliver_all, is_folder, name_of, target_file
from tracker.cli.option_groups import PaperOptions
from tracker.cli.options import PlanFilter, Text, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.errors import Unclear
from tracker.ledger.dates import parse_date
from tracker.ledger.summary import chinese_day
from tracker.ledger.unit_names import split_region
from tracker.store.stated_parameters import load_parameters


@export_command
def slip(
    options: ReadOptions,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="extend 延期申请、close 销号申请、assign 交办单")],
    *,
    item_id: Annotated[Text, typer.Argument(metavar="[ID]", help="事项编号；不写则为所选范围内的事项，各一份")] = None,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    of_kind: Annotated[Text, typer.Option("--kind", metavar="KIND", help="target 目标、task 任务、policy 政策")] = None,
    to: Annotated[Text, typer.Option("--until", metavar="DATE", help="申请延期至（只用于 extend）")] = None,
    reason: Annotated[Text, typer.Option("--reason", metavar="TEXT", help="延期理由（只用于 extend）")] = None,
    paper: PaperOptions,
) -> None:
    """导出一个事项的审批表或交办单（Word），填好台账已有的内容

    extend 为延期申请审批表，close 为销号申请审批表，assign 为交办单；意见、签字、日期留空手写。只生成文件，不改台账。
    不写 ID 而用 --plan、--unit、--kind 的，逾期的（extend）、申报办结的（close）、未启动的（assign）事项各写一份到 -o 的目录。
    """
    from tracker.actions.slips import slip as slip_of
    from tracker.actions.slips import slips_due
    from tracker.actions.unit_names import contact_of
    from tracker.papers.slip import FIELDS, TITLES, fields_of
    from tracker.papers.template import template_of

    if kind not in TITLES:
        raise Unclear(f"没有“{kind}”这种单据；可用：{'、'.join(f'{code} {title}' for code, title in TITLES.items())}")
    if kind != "extend" and (to or reason):
        raise Unclear("--until、--reason 只用于延期申请（extend）")
    if item_id is None and not (plan or unit or of_kind):
        raise Unclear("请写明事项编号，或用 --plan、--unit、--kind 选定范围")
    if item_id is None and not is_folder(options.output or ""):
        raise Unclear("一个事项一个文件：不写编号时，-o 请写目录")
    filled = template_of(f"slip_{kind}", FIELDS, paper.template_file())
    until = None if to is None else parse_date(to, context.today, what="--until 的日期")
    reply = paper.reply_day()
    issuer = context.settings["issuer"]
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        wanted = Filter(plans=words(plan), unit=unit, kinds=words(of_kind))
        codes = [item_id] if item_id else slips_due(connection, kind, wanted, options.when, parameters)
        slips = [slip_of(connection, kind, code, options.when, parameters) for code in codes]
        contact = paper.contact or (contact_of(connection, issuer, options.when) if issuer else None)
    if not slips:
        output.line("没有需要这种单据的事项")
        return
    given = {
        "to": chinese_day(until) if until else "", "reason": reason or "", "number": paper.number or "", "contact": contact or "",
        "issuer": split_region(issuer)[1] if issuer else "", "reply_by": chinese_day(reply) if reply else "",
    }  # fmt: skip
    files = []
    for made in slips:
        made.values.update(given)
        target = target_file(options, name_of(TITLES[kind], made.id, options.day), ".docx")
        files.append((target, filled.fill(fields_of(made))))
    deliver_all(options, files)
