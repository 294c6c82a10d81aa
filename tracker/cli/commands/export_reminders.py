"""`tracker export reminders`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.arguments import words
from tracker.cli.context import context
from tracker.cli.exporting import file_name
from tracker.cli.ledgers import opened
from tracker.cli.options import Everything, Force, KindFilter, PlanFilter, Text, write_command
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear

Folder = Annotated[Text, typer.Option("-o", "--output", metavar="DIR", help="写入的目录，没有则建立")]
Debtor = Annotated[Text, typer.Option("--unit", metavar="NAME", help="只催办这个单位（zj:省生态环境厅 限定地区）")]


@write_command
def reminders(
    options: WriteOptions,
    folder: Folder = None,
    plan: PlanFilter = None,
    unit: Debtor = None,
    kind: KindFilter = None,
    everything: Everything = False,
    force: Force = False,
) -> None:
    """导出催办单：每个单位一页（Word 和文本），并在事项上留痕

    内容为逾期、临近到期和本期未填报的事项；配置了本单位（unit）的，落款为本单位。--dry-run 只列出，不写文件、不留痕。
    """
    if folder is None:
        raise Unclear("催办单每个单位两个文件：请用 -o 写明目录，如 -o 催办单/")
    if plan is None and not everything:
        plan = context.settings["plan"] or None
    from tracker.actions.listing import Filter
    from tracker.actions.reminding import record_reminders
    from tracker.actions.reminding import reminders as letters_of

    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind))
    # Reading and writing documents takes seconds; the ledger is locked only for the record.
    with opened(options.db) as connection:
        letters = letters_of(connection, wanted, context.today, options.speaker, context.settings.thresholds)
    files = [_files(Path(folder), letter) for letter in letters]
    if letters and not options.dry_run:
        _write(Path(folder), letters, files, force=force)
    with options.draft("export reminders") as draft:
        recorded = record_reminders(draft, letters)
    _tell(options, letters, files, len(recorded), None if options.dry_run else draft.change)


def _files(folder: Path, letter: Any) -> tuple[Path, Path]:
    name = file_name(f"{letter.unit.region}-{letter.unit.name}-催办单-{letter.head.day}")
    return folder / f"{name}.docx", folder / f"{name}.txt"


def _write(folder: Path, letters: list[Any], files: list[tuple[Path, Path]], *, force: bool) -> None:
    """Write all letters before anything is recorded; nothing is written when one of them could not be."""
    from tracker.papers.reminder import letter_text
    from tracker.papers.reminder_docx import letter_docx

    made = [(letter_docx(letter), letter_text(letter).encode("utf-8-sig", "replace")) for letter in letters]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{error.strerror}；请换一个位置") from None
    for pair in files:
        for path in pair:
            output.check_output(path, force=force)
    for pair, contents in zip(files, made, strict=True):
        for path, content in zip(pair, contents, strict=True):
            output.write_file(str(path), content, force=force)


def _tell(
    options: WriteOptions, letters: list[Any], files: list[tuple[Path, Path]], recorded: int, change: int | None
) -> None:
    if options.json:
        output.print_json([
            {
                "change": change, "unit": letter.unit.full_name, "items": [line.id for line in letter.lines],
                "overdue": letter.count("overdue"), "due_soon": letter.count("due_soon"),
                "unreported": letter.count("unreported"), "files": [str(path) for path in pair],
            }
            for letter, pair in zip(letters, files, strict=True)
        ])  # fmt: skip
        return
    if not letters:
        output.line("没有需要催办的事项")
        return
    for letter in letters:
        counts = f"逾期 {letter.count('overdue')}，临近 {letter.count('due_soon')}，未填报 {letter.count('unreported')}"
        options.done(f"{letter.unit.full_name}：{len(letter.lines)} 项（{counts}）", None)
    if not options.dry_run:
        output.message(
            f"已写入 {files[0][0].parent}：{len(letters)} 个单位的催办单；已在 {recorded} 个事项上留痕（第 {change} 号改动）"
        )
