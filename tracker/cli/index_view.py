"""How the synergy index looks on a terminal: ranks with what they rest on, and the scores of every level."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.actions.synergy_index import TARGET, annex2
from tracker.cli import output
from tracker.cli.list_view import local_time
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.ledger.values import plain
from tracker.synergy.methods import RankRange
from tracker.synergy.results import CityResult, Level, Result, levels_of, non_positive_words, overall_change
from tracker.synergy.scores import shown

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
