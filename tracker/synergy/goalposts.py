"""Goalposts frozen from a base year, as a versioned CSV text, so that later years are measured on the same scale."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tracker.errors import Refused
from tracker.ledger.values import shorten
from tracker.synergy.coupling import NATURAL_POSTS
from tracker.synergy.model import COUPLING, DECOUPLING, Indicator, Tree
from tracker.synergy.observations import Observation, column, table
from tracker.synergy.scores import Goalpost, extremes

HEADER = ("version", "base_year", "indicator", "name", "direction", "worst", "best", "note")
BASE_YEAR_NOTE = "基准年各市最差值、最好值"


@dataclass(frozen=True, slots=True)
class Goalposts:
    """The goalposts by indicator number, the year they come from, and the version under which they are frozen.

    An indicator without a value in the base year has none; one on which all cities were alike has a pair that
    coincides. Neither can be scored until somebody sets the pair by hand in the file, under a new version. Without a
    version they are not frozen: taken anew from the base year's data, with which they move.
    """

    version: str
    base_year: int
    posts: Mapping[int, Goalpost]

    @property
    def words(self) -> str:
        """Name them as a result does: the version that is frozen, or that none is."""
        if not self.version:
            return f"标杆按{self.base_year}年数据现算，未固定"
        return f"标杆版本{self.version}，基准年{self.base_year}"


def freeze(
    by_year: Mapping[int, Mapping[str, Iterable[Observation]]], tree: Tree, base_year: int, version: str = ""
) -> Goalposts:
    """Freeze the worst and the best city of the base year on every indicator; `version` defaults to "<base year>-1".

    `by_year` is what `observations.years` makes of observations.

    ② and ⑥ come first, because ⑦ is derived against theirs. Where all cities' derived ⑦ or ⑧ are alike, the formula's
    own bounds stand in. Raises Refused where the base year has no data.
    """
    cities = by_year.get(base_year)
    if not cities:
        raise Refused(f"基准年{base_year}没有指数数据，请先用 tracker index import 导入。")
    plain = table(cities, {})
    posts = {
        number: post
        for number, indicator in tree.indicators.items()
        if number not in (COUPLING, DECOUPLING)
        and (post := extremes(column(plain, number), indicator.direction)) is not None
    }
    complete = table(cities, posts)
    for number in {COUPLING, DECOUPLING} & tree.indicators.keys():
        post = extremes(column(complete, number), tree.indicators[number].direction)
        if post is not None:
            all_derived = all(number not in one.given for one in complete.values())
            posts[number] = NATURAL_POSTS[number] if all_derived and not post.is_usable else post
    return Goalposts(
        version or f"{base_year}-1",
        base_year,
        {
            number: Goalpost(post.worst, post.best, post.note or BASE_YEAR_NOTE)
            for number, post in sorted(posts.items())
        },
    )


def to_csv(goalposts: Goalposts, tree: Tree) -> str:
    """Write the goalposts as the text of their file: one row an indicator, the same data always the same text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for number, post in goalposts.posts.items():
        indicator = tree.indicators[number]
        writer.writerow(
            (
                goalposts.version,
                goalposts.base_year,
                number,
                indicator.name,
                indicator.direction,
                f"{post.worst:f}",
                f"{post.best:f}",
                post.note,
            )
        )
    return out.getvalue()


def from_csv(text: str, tree: Tree) -> Goalposts:
    """Read the goalposts from a file's text, written by `to_csv` and perhaps mended by hand.

    Raises Refused, with the row, for a missing column, an unknown or repeated indicator, a number that is none, a pair
    the wrong way round for its direction, or two versions in one file.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    try:
        absent = [name for name in HEADER if name not in (reader.fieldnames or ())]
        if absent:
            raise Refused(f"标杆文件缺少列：{'、'.join(absent)}。")
        rows = list(reader)
    except csv.Error:
        raise Refused(f"标杆文件第 {reader.line_num} 行不是完整的 CSV。") from None
    heads = {(row["version"], row["base_year"]) for row in rows}
    if len(heads) != 1:
        raise Refused("标杆文件应只有一个版本（version）和一个基准年（base_year），且不能为空。")
    version, base_year = heads.pop()
    if not re.fullmatch(r"\d{4}", base_year):
        raise Refused(f"标杆文件的基准年不是年份：{shorten(base_year)}。")
    posts: dict[int, Goalpost] = {}
    for line, row in enumerate(rows, start=2):
        indicator = tree.find(row["indicator"])
        if indicator is None or indicator.number in posts:
            raise Refused(f"标杆文件第{line}行的指标不认识或重复：{shorten(row['indicator'])}。")
        posts[indicator.number] = _post(row, indicator, line)
    return Goalposts(version, int(base_year), posts)


def _post(row: Mapping[str, str], indicator: Indicator, line: int) -> Goalpost:
    worst, best = _number(row["worst"], line), _number(row["best"], line)
    reversed_pair = worst > best if indicator.direction == "up" else worst < best
    if reversed_pair:
        better = "越大越好" if indicator.direction == "up" else "越小越好"
        raise Refused(f"标杆文件第{line}行：“{indicator.name}”{better}，最差值与最好值写反了。")
    return Goalpost(worst, best, row["note"])


def _number(text: str, line: int) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise Refused(f"标杆文件第{line}行不是数值：{shorten(text)}。") from None
    if not value.is_finite():
        raise Refused(f"标杆文件第{line}行不是有限的数值：{shorten(text)}。")
    return value
