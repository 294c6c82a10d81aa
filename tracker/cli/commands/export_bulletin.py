"""`tracker export bulletin`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.app import export_command
from tracker.cli.context import context
from tracker.cli.export_target import deliver, kinds_of, name_of, target_file
from tracker.cli.option_groups import PaperOptions, SpanOptions
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, Text, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.ledger.unit_names import split_region

Recipients = Annotated[Text, typer.Option("--recipients", metavar="TEXT", help="主送机关（缺省：各有关单位）")]


@export_command
def bulletin(
    options: ReadOptions,
    *,
    dates: SpanOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
    recipients: Recipients = None,
    paper: PaperOptions,
) -> None:
    """导出督办通报（Word）：总体情况、存在的问题、下步要求，附各表

    缺省为本月；与上期末相比，数字与 changes 一致。落款为配置的发文单位（issuer），文号、反馈期限不写则留空。
    """
    from tracker.actions.bulletin import bulletin as bulletin_of
    from tracker.actions.report_issues import shared_moments
    from tracker.actions.selection import Filter
    from tracker.actions.unit_names import contact_of
    from tracker.papers.bulletin import FIELDS, fields_of
    from tracker.papers.template import template_of

    plan, unit = options.default("plan", plan), options.default("unit", unit)
    span = dates.span(options.day, kind="month")
    reply = paper.reply_day()
    filled = template_of("bulletin", FIELDS, paper.template_file())
    target = target_file(options, name_of("督办通报", span.name, plan, unit, kinds_of(kind), region), ".docx")
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind), region=region)
    issuer = context.settings["issuer"]
    with options.ledger() as connection:
        moments = shared_moments(connection, span, wanted, options.when, context.today)
        told = bulletin_of(connection, wanted, moments)
        contact = paper.contact or (contact_of(connection, issuer, options.when) if issuer else None)
    told.issuer = issuer and split_region(issuer)[1]
    told.recipients, told.number, told.contact, told.reply_by = recipients, paper.number, contact, reply
    if not issuer:
        output.message("注意：没有配置发文单位，落款留空；请在配置文件中写明 issuer，或设 TRACKER_ISSUER")
    deliver(options, target, filled.fill(fields_of(told)))
