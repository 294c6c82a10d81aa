"""`tracker index …`: the synergy index of zj's annex 2, ranks with what they rest on, and the scores of every level."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Annotated, Any

import typer

from tracker.actions import synergy_index
from tracker.actions.synergy_index import TARGET, Choice, annex2
from tracker.cli import output
from tracker.cli.app import export_command, read_command, write_command
from tracker.cli.context import context
from tracker.cli.options import Text, words
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.cli.wording import local_time
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.ledger.values import plain
from tracker.synergy.methods import RankRange
from tracker.synergy.results import CityResult, Level, Result, levels_of, non_positive_words, overall_change
from tracker.synergy.scores import shown

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
        leave_changed_cells,
        lost_changes,
        read_index_files,
        record_index_values,
    )
    from tracker.actions.imports.altered_cells import leave_altered
    from tracker.cli.ledger_finder import opened
    from tracker.store.statements import load_values

    read = read_index_files(files)
    with opened(options.db) as connection:
        result = compare_index_files(read, load_values(connection), context.today)
        result.warnings += lost_changes(connection, read)
        leave_changed_cells(connection, read)
        for file in read:
            if file.book is not None:
                leave_altered(connection, file, file.book)
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
    output.remarks(result.warnings, (each for file in result.files for each in file.ignored))
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
    caption = caption_of(result, options)
    if levels:
        rows = synergy_index.level_rows(result)
        table = partial(print_levels, result, caption)
        options.emit(rows, synergy_index.LEVEL_FIELDS, table, caption=caption)
    else:
        rows = synergy_index.result_rows(result)
        table = partial(print_result, result, caption)
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
    date: Annotated[Text, typer.Option("--date", metavar="DATE", help="填报日期（缺省该年12月31日）")] = None,
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
    output.remarks(recorded.warnings)
    told = f"已填报 {recorded.id}（{recorded.entry.date}）：{recorded.entry.note}"
    options.done(told, recorded.view(), changeset)


def _is_followed(changeset: Any) -> bool:
    from tracker.store.filters import PointInTime

    return synergy_index.is_followed(changeset.connection, PointInTime(changeset.today))


def _cities(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(synergy_index.city_named(each) for each in words(text) or ())


def _posts(path: str | None) -> Any:
    return synergy_index.read_goalposts(path or context.settings["index_goalposts"])


Row = Mapping[str, Any]

_CITY_WIDTH = 8
_WIDE = 110
"""Columns from which a table has room for what is only good to know."""
_NAME_WIDTH = 30


def print_values(rows: Sequence[Row], total: int) -> None:
    """Write the figures in the ledger."""
    wide = output.width() >= _WIDE
    columns = [Column("年份", 4), Column("编号", 7), Column("指标"), Column("城市", 6), Column("数值", 12, right=True)]
    columns += [Column("状态", 4), Column("计量单位", 8)]
    columns += [Column("数据来源", 14), Column("录入", 16), Column("填报人", 8)] if wide else []
    output.print_table(
        columns,
        [
            [
                str(row["year"]), str(row["indicator"]), row["name"], row["city"], plain(row["value"]), row["status"],
                row["measure"] or "", *([row["source"] or "", local_time(row["at"]), row["by"]] if wide else []),
            ]
            for row in rows
        ],
        caption=f"指数数据共 {total} 条",
    )  # fmt: skip
    output.more(len(rows), total)


def caption_of(result: Result, options: ReadOptions) -> str:
    """Return what stands above a table: the result's own words, until when entries count, and that annex 2 is a draft."""
    parts = [result.caption]
    if options.known_at:
        parts.append(f"录入截至 {options.known_at}")
    if "zj" in options.drafts:
        parts.append("附件2为征求意见稿")
    return "，".join(parts)


def print_result(result: Result, caption: str, rows: Sequence[Row], total: int) -> None:
    """Write the index of a year: ranks, change, ranges of ranks, then what is missing and what to know."""
    cities = {city.city: city for city in result.cities}
    against = f"较{result.base_year}年" if result.base_year else "较基准年"
    output.print_table(
        [Column("名次", 4, right=True), Column("城市", 6), Column("得分", 9, right=True), Column("覆盖率", 6, right=True),
         Column(against, 10, right=True), Column("各方法名次", 10), Column("去一指标名次", 12), Column("缺数据", 0)],
        [_city_cells(cities[row["city"]]) for row in rows],
        caption=caption,
    )  # fmt: skip
    output.more(len(rows), total)
    for text in (*_gaps(result), *_overall(result), *result.notes, *_remedy(result)):
        output.line(text)


def _city_cells(city: CityResult) -> list[str]:
    change = city.change
    percent = "" if change is None or change.percent is None else signed(change.percent) + "%"
    return [
        "—" if city.rank is None else str(city.rank), city.city, _figure(city.score), f"{plain(shown(city.coverage * 100, 1))}%",
        percent + ("*" if change is not None and not change.same_basis else ""), _range(city.method_ranks),
        _range(city.leave_one_out), f"{len(city.missing)} 项" if city.missing else "",
    ]  # fmt: skip


def _range(ranks: RankRange | None) -> str:
    if ranks is None:
        return ""
    return str(ranks.best) if ranks.best == ranks.worst else f"{ranks.best}–{ranks.worst}"


def _gaps(result: Result) -> list[str]:
    """Say city by city which indicators have no score and why, which groups are blank, and how a basis differs."""
    lines: list[str] = []
    for city in result.cities:
        reasons: dict[str, list[str]] = {}
        for one in city.indicators:
            if one.missing:
                reasons.setdefault(one.missing, []).append(f"{one.number} {annex2().indicators[one.number].name}")
        parts = [f"{'、'.join(names)}（{reason}）" for reason, names in reasons.items()]
        if not city.has_data:
            parts = ["当年全部指标"]
        elif len(city.missing) == len(city.indicators):
            parts = [f"当年全部指标（{'；'.join(reasons)}）"]
        if parts:
            lines.append(f"{city.city}缺：{'；'.join(parts)}")
        if city.blank and len(city.missing) < len(city.indicators):
            lines.append(f"{city.city}因数据不足而空缺的组：{'、'.join(city.blank)}")
        if city.non_positive:
            lines.append(non_positive_words(city, annex2()))
        if city.change is not None and not city.change.same_basis:
            matched = city.change.matched_percent
            same = f"按两年都有的指标为 {signed(matched)}%" if matched is not None else "按两年都有的指标也无法计算变化"
            lines.append(f"* {city.city}两年有数据的指标不同，{same}")
    return lines


def _remedy(result: Result) -> list[str]:
    """Say what to do where values have no score because their goalposts leave no distance."""
    stuck = any(one.value is not None and one.score is None for city in result.cities for one in city.indicators)
    if not stuck or not result.method.across_years:
        return []
    return ["可用 tracker index goalposts 导出标杆文件，写明这些指标的最差值、最好值，再用 --goalposts 指定"]


def _overall(result: Result) -> list[str]:
    if result.base_year is None:
        return []
    change = overall_change(result)
    if change.percent is not None:
        return [
            f"11市均值较{result.base_year}年变化 {signed(change.percent)}%（{TARGET} 的口径；tracker index log 可填报）"
        ]
    if len(change.counted) == 0 or not change.lacking:
        return []
    return [f"11市均值的变化未能得出：缺少{'、'.join(change.lacking)}的可比数据"]


def print_levels(result: Result, caption: str, rows: Sequence[Row], total: int) -> None:
    """Write the scores of every level, cities side by side where the terminal has room, else one after the other."""
    wanted = {row["city"] for row in rows}
    cities = [city for city in result.cities if city.city in wanted]
    if len(cities) == 1 or output.width() < _NAME_WIDTH + (_CITY_WIDTH + 2) * len(cities):
        for city in cities:
            _print_city(caption, city)
    else:
        _print_matrix(caption, cities, {city.city: [one.score for one in levels_of(city, annex2())] for city in cities})
        contributions = {
            city.city: _contributions(city) for city in cities if city.change and city.change.contributions
        }
        if contributions:
            heading = f"各指标对较{result.base_year}年变化的贡献（分）"
            compared = [city for city in cities if city.city in contributions]
            _print_matrix(heading, compared, contributions, indicators_only=True)
    output.more(len(rows), total)
    for text in result.notes:
        output.line(text)


def _contributions(city: CityResult) -> list[Fraction | None]:
    parts = city.change.contributions if city.change else None
    return [(parts or {}).get(one.number) if one.number else None for one in levels_of(city, annex2())]


def _print_matrix(
    caption: str, cities: Sequence[CityResult], figures: Mapping[str, Sequence[Fraction | None]], *, indicators_only: bool = False
) -> None:  # fmt: skip
    names = levels_of(cities[0], annex2())
    output.print_table(
        [Column("评价内容、指标"), *(Column(city.city, _CITY_WIDTH, right=True) for city in cities)],
        [
            [_name(one), *(_figure(figures[city.city][place], 2) for city in cities)]
            for place, one in enumerate(names)
            if one.number or not indicators_only
        ],
        caption=caption,
    )
    output.line()


def _print_city(caption: str, city: CityResult) -> None:
    parts = (city.change.contributions if city.change else None) or {}
    wide = output.width() >= _WIDE
    columns = [
        Column("评价内容、指标"),
        Column("权重", 6, right=True),
        Column("实用权重", 8, right=True),
        Column("数值", 10, right=True),
    ]
    columns += [Column("得分", 9, right=True), Column("贡献", 8, right=True)]
    columns += [Column("状态", 4), Column("说明", 28)] if wide else []
    rows = [
        [
            _name(one), plain(shown(one.weight)), "" if one.used is None else plain(shown(one.used)), _value(one), _figure(one.score),
            _figure(parts.get(one.number)) if one.number else "", *([_status(one), one.derived or one.missing] if wide else []),
        ]
        for one in levels_of(city, annex2())
    ]  # fmt: skip
    output.print_table(columns, rows, caption=f"{city.city}  {caption}")
    output.line()


def _status(one: Level) -> str:
    if one.value is None:
        return ""
    if one.derived:
        return "推导"
    return "估算" if one.estimated else "实测"


def _value(one: Level) -> str:
    if one.value is None:
        return ""
    return plain(shown(Fraction(one.value)) if one.derived else one.value)


def _name(one: Level) -> str:
    return f"- {one.number} {one.name}" if one.number else one.name


def _figure(value: Fraction | None, places: int = 4) -> str:
    return "" if value is None else f"{Decimal(round(value * 10**places)).scaleb(-places):f}"


def signed(value: Fraction, places: int = 2) -> str:
    """Write a change with its sign."""
    figure = shown(value, places)
    return f"+{plain(figure)}" if figure > 0 else plain(figure)
