"""`tracker export bulletin`, `reminders` and `slip`: Word papers."""

import re
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from tracker.actions.selection import Filter
from tracker.cli import output
from tracker.cli.app import export_command, write_command
from tracker.cli.context import context
from tracker.cli.export_options import (
    PaperOptions,
    SpanOptions,
    deliver,
    deliver_all,
    file_name,
    is_folder,
    kinds_of,
    make_folder,
    name_of,
    target_file,
)
from tracker.cli.ledger_finder import opened
from tracker.cli.options import Everything, FilterOptions, Force, KindFilter, PlanFilter, Text, UnitFilter, named, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.ledger.dates import parse_date
from tracker.ledger.summary import chinese_day
from tracker.ledger.unit_names import split_region
from tracker.store.stated_parameters import load_parameters

Recipients = Annotated[Text, typer.Option("--recipients", metavar="TEXT", help="主送机关（缺省：各有关单位）")]


@export_command
def bulletin(
    options: ReadOptions,
    *,
    dates: SpanOptions,
    which: FilterOptions,
    recipients: Recipients = None,
    paper: PaperOptions,
) -> None:
    """导出督办通报（Word）：总体情况、存在的问题、下步要求，附各表

    缺省为本月；与上期末相比，数字与 changes 一致。落款为配置的发文单位（issuer），文号、反馈期限不写则留空。
    """
    from tracker.actions.letters import bulletin as bulletin_of
    from tracker.actions.report_issues import shared_moments
    from tracker.papers.bulletin import FIELDS, fields_of
    from tracker.papers.template import template_of

    options.narrow(which)
    span = dates.span(options.day, kind="month")
    reply = paper.reply_day()
    filled = template_of("bulletin", FIELDS, paper.template_file())
    target = target_file(
        options, name_of("督办通报", span.name, which.plan, which.unit, kinds_of(which.kind), which.region), ".docx"
    )
    wanted = which.wanted()
    issuer = context.settings["issuer"]
    with options.ledger() as connection:
        moments = shared_moments(connection, span, wanted, options.when, context.today)
        told = bulletin_of(connection, wanted, moments)
        contact = paper.contact_of(connection, issuer, options.when)
    told.issuer = issuer and split_region(issuer)[1]
    told.recipients, told.number, told.contact, told.reply_by = recipients, paper.number, contact, reply
    if not issuer:
        output.message("注意：没有配置发文单位，落款留空；请在配置文件中写明 issuer，或设 TRACKER_ISSUER")
    deliver(options, target, filled.fill(fields_of(told)))


@export_command
def slip(
    options: ReadOptions,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="extend 延期申请、close 销号申请、assign 交办单")],
    *,
    item_id: Annotated[
        Text, typer.Argument(metavar="[ID]", help="事项编号，可写几个；不写则为所选范围内的事项，各一份")
    ] = None,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    of_kind: Annotated[Text, typer.Option("--kind", metavar="KIND", help="target 目标、task 任务、policy 政策")] = None,
    to: Annotated[Text, typer.Option("--until", metavar="DATE", help="申请延期至（只用于 extend）")] = None,
    reason: Annotated[Text, typer.Option("--reason", metavar="TEXT", help="延期理由（只用于 extend）")] = None,
    paper: PaperOptions,
) -> None:
    """导出一个事项的审批表或交办单（Word），填好台账已有的内容

    extend 为延期申请审批表，close 为销号申请审批表，assign 为交办单；意见、签字、日期留空手写。只生成文件，不改台账。
    一个事项一个文件；ID 写了几个的，-o 写目录。
    不写 ID 而用 --plan、--unit、--kind 的，逾期的（extend）、申报办结的（close）、未启动的（assign）事项各写一份到 -o 的目录。
    """
    from tracker.actions.letters import slip as slip_of
    from tracker.actions.letters import slips_due
    from tracker.papers.slip import FIELDS, TITLES, fields_of
    from tracker.papers.template import template_of

    if kind not in TITLES:
        raise Unclear(f"没有“{kind}”这种单据；可用：{'、'.join(f'{code} {title}' for code, title in TITLES.items())}")
    if kind != "extend" and (to or reason):
        raise Unclear("--until、--reason 只用于延期申请（extend）")
    if item_id is None and not (plan or unit or of_kind):
        raise Unclear("请写明事项编号，或用 --plan、--unit、--kind 选定范围")
    if item_id is not None and (plan or unit or of_kind):
        raise Unclear("已写明事项编号，--plan、--unit、--kind 不起作用；请去掉，或不写编号")
    to_folder = is_folder(options.output or "")
    if item_id is None and not to_folder:
        raise Unclear("一个事项一个文件：不写编号时，-o 请写目录")
    filled = template_of(f"slip_{kind}", FIELDS, paper.template_file())
    until = None if to is None else parse_date(to, context.today, what="--until 的日期")
    reply = paper.reply_day()
    issuer = context.settings["issuer"]
    with options.ledger() as connection:
        parameters = load_parameters(connection, options.when.known_at)
        wanted = Filter(plans=words(plan), unit=unit, kinds=words(of_kind))
        codes = (item_id,) if item_id is not None else slips_due(connection, kind, wanted, options.when, parameters)
        found = tuple(dict.fromkeys(named(connection, codes)))
        if len(found) > 1 and not to_folder:
            raise Unclear(f"一个事项一个文件：写了 {len(found)} 个编号，-o 请写目录")
        slips = [slip_of(connection, kind, ref, options.when, parameters) for ref in found]
        contact = paper.contact_of(connection, issuer, options.when)
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


Folder = Annotated[Text, typer.Option("-o", "--output", metavar="DIR", help="写入的目录，没有则建立")]
Debtor = Annotated[Text, typer.Option("--unit", metavar="NAME", help="只催办这个单位（zj:省生态环境厅 限定地区）")]


@write_command
def reminders(
    options: WriteOptions,
    *,
    folder: Folder = None,
    plan: PlanFilter = None,
    unit: Debtor = None,
    kind: KindFilter = None,
    paper: PaperOptions,
    mails: Annotated[bool, typer.Option("--eml", help="另存可直接发送的邮件（附催办单和填报表，不代发）")] = False,
    everything: Everything = False,
    force: Force = False,
) -> None:
    """导出催办单：每个单位一份（Word 和文本，附事项清单），并在事项上留痕

    内容为逾期、退回、滞后、未填报和临近到期的事项；7 天后再次催办的，写明第几次。落款为配置的发文单位（issuer）。
    --number 写起始文号，如 浙环督〔2026〕12号，逐单位递增。--dry-run 只列出，不写文件、不留痕。
    """
    if folder is None:
        raise Unclear("催办单每个单位两个文件：请用 -o 写明目录，如 -o 催办单/")
    if plan is None and not everything:
        plan = context.settings["plan"] or None
    from tracker.actions.forms import note_forms
    from tracker.actions.letters import record_reminders
    from tracker.actions.letters import reminders as letters_of
    from tracker.actions.report_issues import may_note
    from tracker.actions.selection import Filter
    from tracker.papers.reminder import Head
    from tracker.store.filters import PointInTime
    from tracker.store.ledger_labels import is_demo

    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind))
    reply = paper.reply_day()
    own = paper.template_file()
    # Reading and writing papers takes seconds; the ledger is locked only for the record.
    with opened(options.db) as connection:
        if not (options.dry_run or may_note(connection)):
            raise Refused(
                "催办要在事项上留痕，当前登录（或文件）不能写入台账，未生成催办单；请协调人办理，--dry-run 可先列出"
            )
        parameters = load_parameters(connection)
        issuer = context.settings["issuer"] or options.speaker
        contact = paper.contact_of(connection, issuer, PointInTime(context.today))
        head = Head(
            context.today, issuer and split_region(issuer)[1], contact, reply, is_demo(connection), parameters.due_days
        )
        letters = letters_of(connection, wanted, head, parameters)
        post = _post(connection, letters, wanted) if mails and not options.dry_run else None
    for place, letter in enumerate(letters):
        letter.number = _numbered(paper.number, place)
    files = [_files(Path(folder), letter, mails=mails) for letter in letters]
    if letters and not options.dry_run:
        _write(Path(folder), letters, files, own, post, force=force)
    with options.changeset("export reminders") as changeset:
        recorded = record_reminders(changeset, letters)
        if post is not None:
            note_forms(changeset, list(post.forms.values()))
    _tell(options, letters, files, len(recorded), options.number(changeset))


def _numbered(number: str | None, place: int) -> str | None:
    """Return the number of a letter: the one given for the first, counted on for the others by its last figure."""
    if number is None:
        return None
    match = re.search(r"\d+(?=\D*$)", number)
    if match is None:
        return number
    return f"{number[: match.start()]}{int(match[0]) + place:0{len(match[0])}d}{number[match.end() :]}"


class _Post(NamedTuple):
    """What mails need beside the letters: the addresses of units, and their forms, by the key of the unit."""

    addresses: dict[int, str]
    forms: dict[int, Any]


def _post(connection: Any, letters: list[Any], wanted: Any) -> _Post:
    from tracker.actions.forms import forms_of_unit
    from tracker.store.filters import PointInTime
    from tracker.store.registry import load_contacts

    when, parameters = PointInTime(context.today), load_parameters(connection)
    addresses = {unit: told.email for unit, told in load_contacts(connection, when).items() if told.email}
    forms = {}
    for letter in letters:
        with suppress(Refused):
            forms[letter.unit.id] = forms_of_unit(
                connection, letter.unit.full_name, wanted._replace(unit=letter.unit.full_name), when, parameters
            )
    missing = sum(letter.unit.id not in addresses for letter in letters)
    if missing:
        output.message(f"注意：{missing} 个单位没有登记邮箱，邮件的收件人留空；可用 tracker unit contact 登记")
    return _Post(addresses, forms)


def _files(folder: Path, letter: Any, *, mails: bool) -> tuple[Path, ...]:
    name = file_name(f"{letter.unit.region}-{letter.unit.name}-催办单-{letter.head.day}")
    return tuple(folder / f"{name}{suffix}" for suffix in (".docx", ".txt", *((".eml",) if mails else ())))


def _write(
    folder: Path, letters: list[Any], files: list[tuple[Path, ...]], own: Path | None, post: _Post | None, *, force: bool
) -> None:  # fmt: skip
    """Write all letters before anything is recorded; nothing is written when one of them could not be."""
    from tracker.papers.reminder import FIELDS, fields_of, letter_text
    from tracker.papers.template import template_of

    template = template_of("reminder", FIELDS, own)
    made = []
    for letter, paths in zip(letters, files, strict=True):
        document, text = template.fill(fields_of(letter)), letter_text(letter)
        contents = [document, text.encode("utf-8-sig", "replace")]
        if post is not None:
            contents.append(_mail(letter, text, {paths[0].name: document}, post))
        made.append(contents)
    make_folder(folder, parents=True)
    for path in chain.from_iterable(files):
        output.check_output(path, force=force)
    for path, content in zip(chain.from_iterable(files), chain.from_iterable(made), strict=True):
        output.write_file(str(path), content, force=force)


def _mail(letter: Any, text: str, attached: dict[str, bytes], post: _Post) -> bytes:
    from tracker.papers.reminder import mail, title_of

    if letter.unit.id in post.forms:
        attached[file_name(f"{letter.unit.name}-填报表-{letter.head.day}") + ".xlsx"] = post.forms[
            letter.unit.id
        ].content
    return mail(title_of(letter), post.addresses.get(letter.unit.id), text, attached)


def _tell(
    options: WriteOptions, letters: list[Any], files: list[tuple[Path, ...]], recorded: int, change: int | None
) -> None:
    from tracker.papers.reminder import REASONS

    if options.json:
        output.print_json([
            {
                "change": change, "unit": letter.unit.full_name, "items": [line.id for line in letter.lines],
                **{reason: letter.count(reason) for reason in REASONS}, "round": letter.round, "number": letter.number,
                "files": [str(path) for path in pair],
            }
            for letter, pair in zip(letters, files, strict=True)
        ])  # fmt: skip
        return
    if not letters:
        output.line("没有需要催办的事项")
        return
    for letter in letters:
        counts = "，".join(f"{word} {letter.count(reason)}" for reason, word in REASONS.items() if letter.count(reason))
        again = f"，第 {letter.round} 次催办" if letter.round > 1 else ""
        options.done(f"{letter.unit.full_name}：{len(letter.lines)} 项（{counts}）{again}", None)
    if not options.dry_run:
        output.message(
            f"已写入 {files[0][0].parent}：{len(letters)} 个单位的催办单；已在 {recorded} 个事项上留痕（第 {change} 号改动）"
        )
