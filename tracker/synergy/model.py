"""The index as annex 2 prints it: 24 indicators in second-level and first-level groups, with weights and directions."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tracker.errors import Refused

CITIES = (
    "杭州市",
    "宁波市",
    "温州市",
    "嘉兴市",
    "湖州市",
    "绍兴市",
    "金华市",
    "衢州市",
    "舟山市",
    "台州市",
    "丽水市",
)
"""The 11 cities (设区市) of Zhejiang, in the official order."""

HEADER = (
    "number",
    "content",
    "level1",
    "weight1",
    "level2",
    "weight2",
    "level3",
    "weight3",
    "sources",
    "direction",
)
"""The columns of index.csv (docs/architecture.md)."""

INDEX = "协同指数"
"""The name of the whole: the root of the tree."""

GDP_GROWTH = 0
GDP_GROWTH_NAME = "GDP增速"
"""The number and the name under which the growth of GDP (%) stands: an input of ⑧, no indicator of the index."""

PM25_IMPROVEMENT = 2
CARBON_DECLINE = 6
COUPLING = 7
DECOUPLING = 8
"""The numbers in annex 2 of the two rates (②, ⑥) from which ⑦ and ⑧ are derived where no value is given."""

_PRINTED_NUMBER = re.compile(r"^(?:[①-⑳㉑-㉟]|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、](?!\d))\s*")
_PERCENT_NAME = re.compile(r"(?:率|比例|占比|比重)(?:[（(].*[）)])?$")
_RATE_NAME = re.compile(r"(?:改善率|下降率)$")

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the 24: its number, its printed name without the number, the better direction, who delivers the data."""

    number: int
    name: str
    direction: Direction
    content: str
    sources: tuple[str, ...]

    @property
    def is_percent(self) -> bool:
        """Whether the value is a percentage on the scale 0-100 (by its printed name: 率, 比例, 占比, 比重)."""
        return _PERCENT_NAME.search(self.name) is not None

    @property
    def is_share(self) -> bool:
        """Whether the percentage is a part of a whole, which stays between 0 and 100."""
        return self.is_percent and not self.is_rate_of_change

    @property
    def is_rate_of_change(self) -> bool:
        """Whether the percentage is a change (改善率, 下降率), which may well be below 1 or negative."""
        return _RATE_NAME.search(self.name) is not None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An indicator's place in its group: its number and its weight there."""

    number: int
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Group:
    """A group: level 0 is the index, 1 and 2 the 一级 and 二级指标. `weight` is its weight in its parent."""

    name: str
    level: int
    weight: Fraction
    members: "tuple[Group | Leaf, ...]"

    def groups(self) -> "Iterator[Group]":
        """Yield the group and every group below it, parents first, in the printed order."""
        yield self
        for member in self.members:
            if isinstance(member, Group):
                yield from member.groups()

    def leaves(self) -> "Iterator[tuple[int, Fraction]]":
        """Yield each indicator below with its weight in this group (the product of the weights on the way)."""
        for member in self.members:
            if isinstance(member, Leaf):
                yield member.number, member.weight
            else:
                for number, weight in member.leaves():
                    yield number, weight * member.weight


@dataclass(frozen=True, slots=True)
class Tree:
    """Annex 2 as a whole: the groups, the indicators by number, and the 评价内容, which have no weight of their own."""

    root: Group
    indicators: Mapping[int, Indicator]
    contents: Mapping[str, tuple[str, ...]]

    def weights(self) -> dict[int, Fraction]:
        """Return each indicator's weight in the whole index; they sum to 1."""
        return dict(self.root.leaves())

    def find(self, text: str) -> Indicator | None:
        """Find an indicator by number ("13", "⑬") or by name, with or without its printed number; None if unknown."""
        key = name_key(text)
        for indicator in self.indicators.values():
            if key in (str(indicator.number), name_key(indicator.name)):
                return indicator
        return None

    def without(self, number: int) -> "Tree":
        """Drop one indicator: the weights of what remains in its groups are rescaled to 1."""
        root = _without(self.root, number)
        if root is None:
            raise Refused(f"去掉指标{number}后协同指数没有任何指标。")
        names = {group.name for group in root.groups()}
        contents = {
            content: tuple(name for name in members if name in names) for content, members in self.contents.items()
        }
        return Tree(
            root,
            {key: indicator for key, indicator in self.indicators.items() if key != number},
            {content: members for content, members in contents.items() if members},
        )


def _without(group: Group, number: int) -> Group | None:
    kept: list[Group | Leaf] = []
    for member in group.members:
        if isinstance(member, Leaf):
            if member.number != number:
                kept.append(member)
        elif (rest := _without(member, number)) is not None:
            kept.append(rest)
    if not kept:
        return None
    total = sum((member.weight for member in kept), Fraction(0))
    return replace(group, members=tuple(replace(member, weight=member.weight / total) for member in kept))


def plain_name(text: str) -> str:
    """Strip the printed number off a name: "⑬单位工业增加值煤炭消费量" is "单位工业增加值煤炭消费量"."""
    return _PRINTED_NUMBER.sub("", text.strip())


def name_key(text: str) -> str:
    """Reduce a name or number to what counts: not width, white space, case or the printed number."""
    bare = plain_name(text) or text
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", bare)).casefold()


def find_city(text: str) -> str | None:
    """Find a city by its name with or without 市, or by that of its government; None if it is none of the 11."""
    key = re.sub(r"\s+|(?:人民)?政府$", "", text)
    return next((city for city in CITIES if key in (city, city.removesuffix("市"))), None)


def read_tree(text: str) -> Tree:
    """Read the tree from index.csv's text.

    Raises Refused where the file is not annex 2's: a missing column, numbers that do not run from 1, a weight that is
    none, a name with two weights, or weights of a group that do not sum to exactly 1.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    absent = [column for column in HEADER if column not in (reader.fieldnames or ())]
    if absent:
        raise Refused(f"index.csv 缺少列：{'、'.join(absent)}。")
    rows = list(reader)
    indicators = {indicator.number: indicator for indicator in map(_indicator, rows)}
    if list(indicators) != list(range(1, len(rows) + 1)):
        raise Refused("index.csv 的 number 应从1起连续编号，不重不漏。")
    root = Group(INDEX, 0, Fraction(1), _level1(rows))
    _check_groups(root)
    return Tree(root, indicators, _contents(rows))


def _indicator(row: Mapping[str, str]) -> Indicator:
    number, direction = row["number"].strip(), row["direction"].strip()
    if not number.isdecimal():
        raise Refused(f"index.csv 的 number 不是整数：{number}。")
    if direction not in ("up", "down"):
        raise Refused(f"index.csv 指标{number}的 direction 应为 up 或 down：{direction}。")
    return Indicator(
        number=int(number),
        name=plain_name(row["level3"]),
        direction="up" if direction == "up" else "down",
        content=row["content"].strip(),
        sources=tuple(source for source in row["sources"].strip().split("、") if source),
    )


def _level1(rows: list[dict[str, str]]) -> tuple[Group, ...]:
    return tuple(Group(name, 1, weight, _level2(part)) for name, weight, part in _parts(rows, "level1", "weight1"))


def _level2(rows: list[dict[str, str]]) -> tuple[Group, ...]:
    return tuple(Group(name, 2, weight, _leaves(part)) for name, weight, part in _parts(rows, "level2", "weight2"))


def _leaves(rows: list[dict[str, str]]) -> tuple[Leaf, ...]:
    return tuple(Leaf(int(row["number"]), _weight(row, "weight3")) for row in rows)


def _parts(
    rows: Iterable[dict[str, str]], name: str, weight: str
) -> Iterator[tuple[str, Fraction, list[dict[str, str]]]]:
    parts: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        parts.setdefault(row[name].strip(), []).append(row)
    for key, part in parts.items():
        weights = {_weight(row, weight) for row in part}
        if len(weights) > 1:
            raise Refused(f"index.csv 中“{key}”有两个不同的权重。")
        yield key, weights.pop(), part


def _weight(row: Mapping[str, str], column: str) -> Fraction:
    text = row[column].strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", text) is None or not 0 < Fraction(text) <= 1:
        raise Refused(f"index.csv 指标{row['number']}的 {column} 不是0到1之间的权重：{text}。")
    return Fraction(text)


def _check_groups(root: Group) -> None:
    names: set[str] = set()
    for group in root.groups():
        if group.name in names:
            raise Refused(f"index.csv 中有两个组都叫“{group.name}”。")
        names.add(group.name)
        total = sum((member.weight for member in group.members), Fraction(0))
        if total != 1:
            raise Refused(f"index.csv 中“{group.name}”下的权重合计为{float(total):g}，应为1。")


def _contents(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    contents: dict[str, dict[str, None]] = {}
    for row in rows:
        contents.setdefault(row["content"].strip(), {})[row["level1"].strip()] = None
    return {content: tuple(names) for content, names in contents.items()}
