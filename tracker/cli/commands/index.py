"""`tracker index …`: the synergy index of zj's annex 2."""

from functools import partial
from typing import Annotated, Any

import typer

from tracker.actions import synergy_index
from tracker.actions.synergy_index import Choice
from tracker.cli import output
from tracker.cli.app import export_command, read_command, write_command
from tracker.cli.context import context
from tracker.cli.options import Text, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear

Year = Annotated[Text, typer.Option("--year", metavar="YEAR", help="年份（缺省有数据的最近一年）")]
Years = Annotated[Text, typer.Option("--year", metavar="YEAR", help="只看这些年份，可用逗号隔开多个")]
BaseYear = Annotated[
    Text, typer.Option("--base-year", metavar="YEAR", help="基准年（缺省标杆的基准年，或有数据的最早一年）")
]
PostsFile = Annotated[
    Text, typer.Option("--goalposts", metavar="FILE", help="固定的标杆文件（缺省见配置 index_goalposts）")
]
SHOWN_CHANGES = 20


@export_command
def form(
    options: ReadOptions,
    year: Annotated[Text, typer.Option("--year", metavar="YEAR", help="填报年份，可用逗号隔开多个（缺省去年）")] = None,
    source: Annotated[Text, typer.Option("--source", metavar="NAME", help="只要这些数据来源单位的")] = None,
) -> None:
    """导出指数数据填报表：每个数据来源单位一张

    -o 写 .xlsx 文件名：一个工作簿，每个单位一张工作表；写目录：每个单位一个工作簿。
    """
    from tracker.actions.forms import index_form_of, sources_named
    from tracker.cli.export_options import is_folder, target_file

    years = tuple(synergy_index.year_named(text) for text in words(year) or (str(options.day.year - 1),))
    chosen = sources_named(words(source))
    title = f"协同指数填报表_{'、'.join(map(str, years))}"
    if options.output and is_folder(options.output):
        books = {target_file(options, f"{title}_{one}", ".xlsx"): [one] for one in chosen}
    else:
        books = {target_file(options, title, ".xlsx"): chosen}
    with options.ledger() as connection:
        made = {path: index_form_of(connection, ones, years, options.when) for path, ones in books.items()}
    for path, content in made.items():
        output.write_file(str(path), content, force=options.force)
    if options.json:
        output.print_json({"paths": [str(path) for path in books]})
    else:
        for path in books:
            output.line(f"已写入 {path}")


@write_command
def import_values(
    options: WriteOptions,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="填回的填报表，或长表（CSV、xlsx）")],
) -> int:
    """导入指数数据：填回的填报表，或表头为 city,year,indicator,value,status 的长表

    先列出新增、变更和全部错误；有错误则一个也不写入。
    """
    from tracker.actions.forms import (
        IndexImport,
        compare_index_files,
        lost_changes,
        read_index_files,
        record_index_values,
    )
    from tracker.cli.ledger_finder import opened
    from tracker.store.statements import load_values

    read = read_index_files(files)
    with opened(options.db) as connection:
        result = compare_index_files(read, load_values(connection), context.today)
        result.warnings += lost_changes(connection, read)
    _tell_import(result)
    if result.errors:
        if options.json:
            output.print_json(result.view())
        output.message(f"错误：共 {len(result.errors)} 处，未写入任何数据；请改正后重新导入")
        return 1
    moved = len(result.new) + len(result.changed)
    if moved and not options.confirm(f"写入指数数据 {moved} 条？"):
        output.message("未写入")
        return 0
    detail = {"files": [[file.name, file.sha256] for file in read]}
    with options.changeset("index import", detail) as changeset:
        now: IndexImport = compare_index_files(read, load_values(changeset.connection), changeset.today)
        if now.errors:
            raise Refused("指数数据在确认期间被他人改动，本次未写入；请重新导入")
        record_index_values(changeset, now)
        fresh = [*now.new, *(changed.now for changed in now.changed)]
        followed = synergy_index.follow(changeset, _posts(None), fresh) if fresh and _is_followed(changeset) else ""
    if followed:
        output.message(followed)
    options.done(f"指数数据：新增 {len(now.new)} 条，变更 {len(now.changed)} 条，相同 {now.same} 条", now.view())
    if changeset.change is not None and not options.dry_run:
        output.message(f"第 {changeset.change} 号改动；有误可运行 tracker undo 撤销")
    return 0


def _tell_import(result: Any) -> None:
    for error in result.errors:
        output.message(f"{error.place}：{error.message}")
    for text in result.warnings:
        output.message(f"注意：{text}")
    for left in (each for file in result.files for each in file.ignored):
        output.message(f"未读取：{left.place}：{left.message}")
    for changed in result.changed[:SHOWN_CHANGES]:
        output.message(f"变更 {changed.words()}")
    if len(result.changed) > SHOWN_CHANGES:
        output.message(f"变更共 {len(result.changed)} 条，只显示前 {SHOWN_CHANGES} 条")


@read_command
def list_values(
    options: ReadOptions,
    year: Years = None,
    city: Annotated[Text, typer.Option("--city", metavar="NAME", help="只看这些设区市")] = None,
    indicator: Annotated[
        Text, typer.Option("--indicator", metavar="N", help="只看这些指标：编号 1–24、名称或 GDP增速")
    ] = None,
) -> None:
    """列出指数数据

    --csv 的结果可以原样用 index import 导入。
    """
    from tracker.cli.index_view import print_values
    from tracker.store.statements import load_values

    years = None if year is None else tuple(synergy_index.year_named(text) for text in words(year) or ())
    numbers = (
        None if indicator is None else tuple(synergy_index.indicator_named(text) for text in words(indicator) or ())
    )
    with options.ledger() as connection:
        held = load_values(connection, options.when.known_at)
    rows = synergy_index.value_rows(held.values(), years, _cities(city), numbers)
    options.emit(rows, synergy_index.VALUE_FIELDS, print_values, caption="指数数据")


@read_command
def compute(
    options: ReadOptions,
    year: Year = None,
    base_year: BaseYear = None,
    method: Annotated[
        Text, typer.Option("--method", metavar="NAME", help="goalposts（缺省）、geometric、minmax、zscore")
    ] = None,
    goalposts: PostsFile = None,
    city: Annotated[Text, typer.Option("--city", metavar="NAME", help="只看这些设区市（名次仍按全部城市）")] = None,
    levels: Annotated[bool, typer.Option("--levels", help="各级得分和各指标的贡献")] = False,
) -> None:
    """测算协同指数：得分、名次、较基准年变化，及名次的可靠程度

    结果为测算值：附件2的官方归一方法未公布。minmax、zscore 只用于当年，不能与 --base-year 同用。
    """
    from tracker.cli import index_view

    choice = Choice(
        None if year is None else synergy_index.year_named(year),
        None if base_year is None else synergy_index.year_named(base_year, "--base-year"),
        method or Choice().method, _posts(goalposts), _cities(city),
    )  # fmt: skip
    with options.ledger() as connection:
        ranges = not levels and bool(
            {*options.chosen(synergy_index.RESULT_FIELDS), options.sort} & {*synergy_index.RANGE_FIELDS}
        )
        result = synergy_index.compute_index(connection, options.when, choice, ranges=ranges)
    caption = index_view.caption_of(result, options)
    if levels:
        rows = synergy_index.level_rows(result)
        table = partial(index_view.print_levels, result, caption)
        options.emit(rows, synergy_index.LEVEL_FIELDS, table, caption=caption)
    else:
        rows = synergy_index.result_rows(result)
        table = partial(index_view.print_result, result, caption)
        options.emit(rows, synergy_index.RESULT_FIELDS, table, caption=caption)


@read_command
def goalposts(
    options: ReadOptions,
    year: Annotated[Text, typer.Option("--year", metavar="YEAR", help="基准年")] = None,
    version: Annotated[Text, typer.Option("--version", metavar="NAME", help="版本名（缺省 基准年-1）")] = None,
) -> None:
    """把基准年各指标的最差值、最好值固定为标杆文件，供 index compute --goalposts 使用"""
    if year is None:
        raise Unclear("请用 --year 写明基准年")
    with options.ledger() as connection:
        text = synergy_index.freeze_goalposts(connection, options.when, synergy_index.year_named(year), version or "")
    options.to_screen_or_file(lambda: output.block(text), mark=bool(options.output))


@write_command
def log(
    options: WriteOptions,
    year: Year = None,
    base_year: BaseYear = None,
    goalposts: PostsFile = None,
    date: Annotated[Text, typer.Option("--date", metavar="DATE", help="数据时点（缺省该年12月31日）")] = None,
) -> None:
    """把11市协同指数均值较基准年的变化填报到 zj-target-5.1

    任何一市数据不足时拒绝填报。
    """
    from tracker.ledger.dates import parse_date
    from tracker.store.filters import PointInTime

    choice = Choice(
        None if year is None else synergy_index.year_named(year),
        None if base_year is None else synergy_index.year_named(base_year, "--base-year"),
        goalposts=_posts(goalposts),
    )  # fmt: skip
    day = None if date is None else parse_date(date, context.today)
    with options.changeset("index log") as changeset:
        result = synergy_index.compute_index(changeset.connection, PointInTime(changeset.today), choice, ranges=False)
        recorded = synergy_index.record_change(changeset, result, day, options.speaker)
    for warning in recorded.warnings:
        output.message(f"注意：{warning}")
    view = {"change": None if options.dry_run else changeset.change, **recorded.view()}
    options.done(f"已填报 {recorded.id}（{recorded.entry.date}）：{recorded.entry.note}", view)


def _is_followed(changeset: Any) -> bool:
    from tracker.store.filters import PointInTime

    return synergy_index.is_followed(changeset.connection, PointInTime(changeset.today))


def _cities(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(synergy_index.city_named(each) for each in words(text) or ())


def _posts(path: str | None) -> Any:
    return synergy_index.read_goalposts(path or context.settings["index_goalposts"])
