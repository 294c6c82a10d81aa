"""`tracker export reminders`."""

import re
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.export_target import file_name
from tracker.cli.ledger_finder import opened
from tracker.cli.option_groups import PaperOptions
from tracker.cli.options import Everything, Force, KindFilter, PlanFilter, Text, words
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear, reason_of
from tracker.ledger.unit_names import split_region
from tracker.store.stated_parameters import load_parameters

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
    from tracker.actions.reminders import record_reminders
    from tracker.actions.reminders import reminders as letters_of
    from tracker.actions.report_issues import may_note
    from tracker.actions.selection import Filter
    from tracker.actions.unit_names import contact_of
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
        head = Head(
            context.today, issuer and split_region(issuer)[1], paper.contact, reply, is_demo(connection), parameters.due_days
        )  # fmt: skip
        if issuer and not paper.contact:
            head = head._replace(contact=contact_of(connection, issuer, PointInTime(context.today)))
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
    _tell(options, letters, files, len(recorded), None if options.dry_run else changeset.change)


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
    from tracker.store.queries import load_contacts

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
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{reason_of(error)}；请换一个位置") from None
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
