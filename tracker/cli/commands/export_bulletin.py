"""`tracker export bulletin`."""

from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.arguments import words
from tracker.cli.context import context
from tracker.cli.export_target import deliver, kinds_of, name_of, target_file
from tracker.cli.options import KindFilter, PlanFilter, RegionFilter, Text, UnitFilter, export_command
from tracker.cli.paper_options import Contact, Number, OwnTemplate, ReplyBy, own_template, reply_day
from tracker.cli.read_options import ReadOptions
from tracker.cli.span_options import First, Half, Last, Month, Quarter, Week, Year, span_asked
from tracker.ledger.unit_names import split_region
from tracker.store.judgement_figures import load_figures

Recipients = Annotated[Text, typer.Option("--recipients", metavar="TEXT", help="主送机关（缺省：各有关单位）")]


@export_command
def bulletin(
    options: ReadOptions,
    week: Week = None,
    month: Month = None,
    quarter: Quarter = None,
    half: Half = None,
    year: Year = None,
    first: First = None,
    last: Last = None,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
    recipients: Recipients = None,
    number: Number = None,
    reply_by: ReplyBy = None,
    contact: Contact = None,
    template: OwnTemplate = None,
) -> None:
    """导出督办通报（Word）：总体情况、存在的问题、下步要求，附各表

    缺省为本月；与上期末相比，数字与 changes 一致。落款为配置的发文单位（issuer），文号、反馈期限不写则留空。
    """
    from tracker.actions.bulletin import bulletin as bulletin_of
    from tracker.actions.issues import shared_moments
    from tracker.actions.listing import Filter
    from tracker.actions.unit_names import contact_of
    from tracker.papers.bulletin import FIELDS, fields_of
    from tracker.papers.template import template_of

    plan, unit = options.default("plan", plan), options.default("unit", unit)
    named = {"week": week, "month": month, "quarter": quarter, "half": half, "year": year}
    span = span_asked(options.day, first, last, named, kind="month")
    reply = reply_day(reply_by)
    filled = template_of("bulletin", FIELDS, own_template(template))
    target = target_file(options, name_of("督办通报", span.name, plan, unit, kinds_of(kind), region), ".docx")
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind), region=region)
    issuer = context.settings["issuer"]
    with options.ledger() as connection:
        moments = shared_moments(connection, span, wanted, options.when, context.today)
        figures = load_figures(connection, options.when.known_at)
        paper = bulletin_of(connection, wanted, moments, figures, moments.later.as_of)
        if issuer and not contact:
            contact = contact_of(connection, issuer, options.when)
    paper.issuer = issuer and split_region(issuer)[1]
    paper.recipients, paper.number, paper.contact, paper.reply_by = recipients, number, contact, reply
    if not issuer:
        output.message("注意：没有配置发文单位，落款留空；请在配置文件中写明 issuer，或设 TRACKER_ISSUER")
    deliver(options, target, filled.fill(fields_of(paper)))
