"""`tracker import`: tables and workbooks that come back."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.actions.imports.folder_import import file_line, is_exported_ledger, items_line, read_folder, write_notices
from tracker.actions.imports.report_import import (
    CHANGED,
    ERROR,
    NEW,
    SAME,
    STDIN,
    Import,
    Options,
    files_meant,
    read_files,
    take_in,
)
from tracker.actions.name_lookup import units_named
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import Text, stdin_bytes
from tracker.cli.progress import uncollected, waiting, watched
from tracker.cli.terminal import Column
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.folders import expanded
from tracker.ledger.dates import parse_reported_date
from tracker.sheets.reading.book import Book
from tracker.sheets.returned_files import ReturnedFile
from tracker.store.changeset import Author, Changeset
from tracker.store.location import Location

_WORDS = {NEW: "新增", CHANGED: "更新", SAME: "相同", ERROR: "错误"}


class _AbandonedError(Exception):
    """Leaves a changeset unwritten: there are errors, or nothing to write."""


@write_command
def import_files(
    act: WriteOptions,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|DIR",
            help="填报表、周报、附件清单或进展表（Excel、WPS、ODF、CSV），可写多个，或一个文件夹；- 为标准输入",
        ),
    ],
    plan: Annotated[Text, typer.Option("--plan", metavar="CODE", help="表中只有序号或事项名称时，是哪个方案")] = None,
    day: Annotated[
        Text, typer.Option("--date", metavar="DATE", help="填报日期，用于没有写明填报日期的表（缺省今天）")
    ] = None,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="有错的行不导入，其余照常导入（缺省有错即全部不导入）")
    ] = False,
) -> int:
    """导入填回的填报表、周报、附件清单或 CSV

    按表头识别各列，列出新增、更新、相同和有错的行，确认后一次写入；同一文件重复导入不会重复填报。
    写一个文件夹时逐份核对：没有错的一次导入，有错的各写一份退回说明；export data 导出的文件夹则用来建立整个台账。
    例：tracker import 省建设厅.xlsx --dry-run
    例：tracker import 回收/
    """
    folder = next((path for name in files if (path := expanded(name)).is_dir()), None)
    if folder is not None and len(files) > 1:
        raise Unclear("文件夹要单独导入：一次只写一个，不与文件同写")
    if folder is not None and is_exported_ledger(folder):
        from tracker.cli.commands.export import import_folder

        import_folder(act, folder)
        return 0
    if not (act.yes or act.dry_run or act.may_ask):
        missing = next((path for path in files_meant(files) if str(path) != STDIN and not path.exists()), None)
        if missing is not None:
            raise Refused(f"没有文件 {missing}；请检查路径")
        raise Unclear("导入需要确认：请在终端运行，或加 --yes（--dry-run 可先查看结果）")
    if act.unit is not None:
        # Also where every row names its own unit: a misspelt option is not to pass unseen.
        with opened(act.db) as connection:
            units_named(connection, act.unit)
    options = Options(
        by=act.person, today=context.today, unit=act.unit, plan=plan,
        day=parse_reported_date(day, context.today, what="--date 的日期") if day else None,
        evidence_required=context.settings["evidence_required"], by_file=folder is not None, goalposts=_goalposts,
    )  # fmt: skip
    with uncollected():
        if folder is not None:
            return _import_folder(act, folder, options)
        return _import(act, files, options, skip_errors=skip_errors)


def _goalposts() -> Any:
    from tracker.cli.export_options import frozen_goalposts

    return frozen_goalposts()


def _import_schedule(act: WriteOptions, book: Book, day: date) -> int:
    """Take a schedule in: baselines, yearly targets, starts and nodes that were filled in or changed."""
    from tracker.actions.imports.altered_cells import leave_altered
    from tracker.actions.schedule import take_schedule
    from tracker.sheets.reading.files import TableFile

    with opened(act.db) as connection:
        preview = take_schedule(
            Changeset(connection, Author(act.person), "import", context.now, dry_run=True), book, day
        )
        leave_altered(connection, TableFile(book.name, ignored=preview.ignored, problems=preview.problems), book.anew())
    if not act.json:
        for line in preview.lines:
            output.line(line)
    output.remarks(preview.warnings, preview.ignored, preview.problems)
    view = {
        "new": 0, "changed": preview.changed, "same": preview.same, "errors": [each._asdict() for each in preview.problems],
        "ignored": [each._asdict() for each in preview.ignored],
    }  # fmt: skip
    counts = f"更新 {preview.changed} 行，相同 {preview.same} 行"
    if preview.problems:
        act.done(f"未导入（{counts}，错误 {len(preview.problems)} 处）", view)
        return 1
    if not preview.changed or not act.confirm(f"导入进度安排：更新 {preview.changed} 行？"):
        act.done(counts if not preview.changed else f"未导入（{counts}）", view)
        return 0
    with act.changeset("import", detail={"file": book.name}) as changeset:
        take_schedule(changeset, book, day)
    act.done(counts, view)
    if changeset.change is not None and not act.dry_run:
        output.message(f"第 {changeset.change} 号改动；有误可运行 tracker undo {changeset.change} 撤销")
    return 0


def _import(act: WriteOptions, files: list[str], options: Options, *, skip_errors: bool) -> int:
    data = stdin_bytes() if STDIN in files else None
    found = read_files(files, partial(watched, label="读取"), data)
    planned = [(file, file.schedule) for file in found if file.schedule is not None]
    if planned and len(found) == 1:
        return _import_schedule(act, planned[0][1], options.day or options.today)
    for file, _ in planned:
        file.refuse(None, None, "是进度安排表，要单独导入；请一次只写这一个文件")
    if not act.yes or act.dry_run:
        result = _preview(act, found, options)
        _show(act, result)
        if act.dry_run or (result.problems and not skip_errors) or not _news(result):
            return _finish(act, result)
        if not act.confirm(f"导入 新增 {result.count(NEW)} 行、更新 {result.count(CHANGED)} 行？"):
            output.message("未导入，未作任何改动")
            return 0
        shown = len(result.problems)
    else:
        shown = -1
    result, changes = _write(act, found, options, skip_errors=skip_errors)
    if len(result.problems) != shown and (shown < 0 or result.problems):
        _show(act, result)
    return _finish(act, result, changes)


def _import_folder(act: WriteOptions, path: Path, options: Options) -> int:
    """Take a folder of forms in: one line a file, the sound ones after one yes, a notice beside each of the others."""
    folder = read_folder(path, partial(watched, label="读取"))
    files = list(folder.files.values())
    changes: list[int] = []
    if act.yes and not act.dry_run:
        # Nobody is asked: where every file is sound they are held against the ledger once, as they are written.
        whole, changes = _write(act, files, options, skip_errors=False)
    else:
        whole = _preview(act, files, options)
    sound = folder.sound(whole)
    lines = [file_line(file, whole) for file in files]
    if not act.json:
        _tell_files(lines, whole)
    ready = whole if len(sound) == len(files) else _preview(act, sound, options)
    ready.problems = whole.problems
    _tell(ready, whole.files)
    output.remarks(left=folder.ignored)
    question = f"导入 {len(sound)} 份文件：新增 {ready.count(NEW)} 行、更新 {ready.count(CHANGED)} 行？"
    if not changes and _news(ready) and not act.dry_run and act.confirm(question):
        ready, changes = _write(act, sound, options, skip_errors=False)
    notices = [] if act.dry_run else write_notices(folder, whole)
    for notice in notices:
        output.message(f"退回说明已写入 {notice}，请连同原表发回填报单位")
    taken = {file.name for file in sound} if changes or not _news(ready) else set()
    view = {
        **ready.view(), "errors": [problem._asdict() for problem in whole.problems],
        "ignored": [left._asdict() for left in (*(each for file in whole.files for each in file.ignored), *folder.ignored)],
        "files": [{**line, "taken": line["file"] in taken} for line in lines], "notices": [str(notice) for notice in notices],
    }  # fmt: skip
    faulty = len(folder.files) - len(sound)
    counts = f"新增 {ready.count(NEW)} 行，更新 {ready.count(CHANGED)} 行，相同 {ready.count(SAME)} 行"
    told = f"{len(sound)} 份文件{counts}" + (f"；{faulty} 份有错，未导入" if faulty else "")
    act.done(told if changes or act.dry_run or not _news(ready) else f"未导入（{told}）", view)
    if changes:
        output.message(f"第 {'、'.join(map(str, changes))} 号改动；有误可运行 tracker undo {_as_range(changes)} 撤销")
    return 1 if whole.problems else 0


def _tell_files(lines: list[dict[str, Any]], whole: Import) -> None:
    """Write one line a file: whose it is, of which day, by whom, and how its rows came out; then about which items by whom."""
    output.label()
    texts, numbers = ("file", "unit", "date", "by"), ("new", "changed", "same", "errors")
    output.print_table(
        [
            Column("文件", 24), Column("单位", 14), Column("日期", 10), Column("填报人", 8),
            *(Column(word, 4, right=True) for word in _WORDS.values()),
        ],
        [[*(line[name] or "" for name in texts), *(str(line[name]) for name in numbers)] for line in lines],
    )  # fmt: skip
    for line in lines:
        if text := items_line(line, whole):
            output.line(text)


def _preview(act: WriteOptions, found: list[ReturnedFile], options: Options) -> Import:
    """Hold the files against the ledger without writing, and without keeping anybody from writing."""
    with opened(act.db) as connection:
        changeset = Changeset(connection, Author(act.person), "import", context.now, dry_run=True)
        return take_in(found, changeset, options, partial(watched, label="核对"))


def _write(
    act: WriteOptions, found: list[ReturnedFile], options: Options, *, skip_errors: bool
) -> tuple[Import, list[int]]:
    """Take the files in: all of it in one transaction, or nothing."""
    try:
        with ExitStack() as transaction:
            changeset = transaction.enter_context(act.changeset("import"))
            result = take_in(found, changeset, options, partial(watched, label="导入"))
            if result.problems and not skip_errors:
                raise _AbandonedError  # noqa: TRY301 - the way out of the transaction
            if _news(result) >= BULK and not act.dry_run:
                _back_up(changeset.connection.location)
            with waiting("写入"):
                transaction.close()
    except _AbandonedError:
        return result, []
    return result, [each.change for each in (changeset, *changeset.beside) if each.change is not None]


BULK = 100
"""From so many new or changed rows on, the ledger is copied before they are written."""


def _back_up(location: Location) -> None:
    """Copy the ledger as it is before the import: what the open transaction has written is not yet in it."""
    from tracker.store.backups import automatic

    path = automatic(location, context.now, "import", context.settings["backups_kept"])
    if path is not None:
        output.message(f"导入前已备份到 {path}")


def _news(result: Import) -> int:
    return result.count(NEW) + result.count(CHANGED)


def _show(act: WriteOptions, result: Import) -> None:
    """List the rows on stdout; what is wrong, and what to mind, on stderr."""
    if not act.json:
        _table(result, named=act.may_ask)
    _tell(result)


def _tell(result: Import, files: Sequence[ReturnedFile] | None = None) -> None:
    """Say what to mind, what was not taken (of these files), and what is wrong."""
    left = (each for file in files or result.files for each in file.ignored)
    output.remarks(result.warnings, left, result.problems)


def _table(result: Import, *, named: bool) -> None:
    """Write one line a row; rows that say nothing new are only counted where there are many.

    named: items and persons by name, for somebody who is asked for a yes.
    """
    output.label()
    if shown := result.lines:
        several = len({(line.file, line.sheet) for line in shown}) > 1
        output.print_table(
            [
                *([Column("文件", 24), Column("表", 14)] if several else []), Column("行", 6, right=True),
                Column("编号", max(len(line.id) for line in shown), whole=True),
                *([Column("事项", 20), Column("填报人", 8)] if named else []), Column("结果", 4), Column("内容"),
            ],
            [
                [
                    *([line.file, line.sheet or ""] if several else []), str(line.row), line.id,
                    *([line.name, line.by] if named else []), _WORDS[line.outcome], line.words,
                ]
                for line in shown
            ],
        )  # fmt: skip
    if result.unlisted:
        output.line(f"另有 {result.unlisted} 行未列出")
    if result.untouched:
        output.line(f"没有填写的 {result.untouched} 行不算填报")


def _as_range(changes: Sequence[int]) -> str:
    """Write changes as `undo` takes them: those of one import have numbers in a row."""
    return str(changes[0]) if len(changes) == 1 else f"{changes[0]}..{changes[-1]}"


def _finish(act: WriteOptions, result: Import, changes: list[int] | None = None) -> int:
    """Say what came of it and return the exit code: 1 where rows have errors."""
    counts = f"新增 {result.count(NEW)} 行，更新 {result.count(CHANGED)} 行，相同 {result.count(SAME)} 行"
    problems = len(result.problems)
    written = bool(changes)
    refused = problems and not written and not act.dry_run
    if problems:
        counts += f"，错误 {problems} 处"
    if refused:
        output.message(f"有 {problems} 处错误，全部未导入；请改正后重新导入，或加 --skip-errors 只导入没有错误的行")
    act.done(f"未导入（{counts}）" if refused else counts, result.view())
    if changes:
        numbers = "、".join(map(str, changes))
        output.message(f"第 {numbers} 号改动；有误可运行 tracker undo {_as_range(changes)} 撤销")
    return 1 if problems else 0
