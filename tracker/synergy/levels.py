"""One city's scores from the index down to the indicators, in the order of annex 2: how tables of them are laid out."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.synergy.model import Leaf, Tree
from tracker.synergy.results import CityResult, Result

INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class Level:
    """A group or an indicator of one city. level is index, content, level1, level2 or indicator.

    weight is the weight in the whole index; number, value and what follows are an indicator's.
    """

    level: str
    number: int | None
    name: str
    weight: Fraction
    score: Fraction | None
    value: Decimal | None = None
    estimated: bool = False
    derived: str = ""
    missing: str = ""


def levels_of(city: CityResult, tree: Tree) -> list[Level]:
    """Return a city's scores, each group before its members."""
    members = {group.name: group.members for group in tree.root.groups()}
    weights, indicators = tree.weights(), {one.number: one for one in city.indicators}
    found: list[Level] = []
    for group in city.groups:
        found.append(Level(group.level, None, group.name, group.weight, group.score))
        for leaf in members.get(group.name, ()):
            if isinstance(leaf, Leaf):
                one = indicators[leaf.number]
                found.append(
                    Level(
                        INDICATOR,
                        one.number,
                        tree.indicators[one.number].name,
                        weights[one.number],
                        one.score,
                        one.value,
                        one.estimated,
                        one.derived,
                        one.missing,
                    )
                )
    return found


def missing_words(result: Result, tree: Tree) -> list[str]:
    """Say which cities have no data, and in a line for each other one which indicators have no score."""
    empty = [city.city for city in result.cities if not city.has_data]
    lines = [f"{'、'.join(empty)}：当年没有数据。"] if empty else []
    for city in result.cities:
        if city.has_data and len(city.missing) == len(city.indicators):
            lines.append(f"{city.city}：当年有数据的指标都无法归一，没有得分。")
        elif city.has_data and city.missing:
            blank = f"；因数据不足而空缺的组：{'、'.join(city.blank)}" if city.blank else ""
            lines.append(f"{city.city}缺数据：{_names(city.missing, tree)}{blank}。")
        if city.non_positive:
            lines.append(f"{non_positive_words(city, tree)}。")
    return lines


def non_positive_words(city: CityResult, tree: Tree) -> str:
    """Say which scores leave a city no geometric mean."""
    return f"{city.city}没有几何平均得分：{_names(city.non_positive, tree)}比标杆的最差值还差，得分不是正数"


def _names(numbers: tuple[int, ...], tree: Tree) -> str:
    return "、".join(tree.indicators[number].name for number in numbers)
