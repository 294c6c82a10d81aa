"""One year's data, city by city: what was given, what was derived, and what is only estimated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tracker.errors import Refused
from tracker.synergy.derived import Derived, NotDerived, derive
from tracker.synergy.model import CITIES, GDP_GROWTH, GDP_GROWTH_NAME
from tracker.synergy.normalise import Goalpost
from tracker.synergy.observations import ESTIMATED, Observation


@dataclass(frozen=True, slots=True)
class CityYear:
    """A city's values in one year by indicator number (with GDP_GROWTH); derived ones are told from given ones."""

    given: Mapping[int, Decimal]
    estimated: frozenset[int]
    derived: Mapping[int, Derived]
    underived: Mapping[int, NotDerived]

    @property
    def values(self) -> dict[int, Decimal]:
        """Every value there is, given or derived."""
        return {**self.given, **{number: derived.value for number, derived in self.derived.items()}}


def years(observations: Iterable[Observation]) -> dict[int, dict[str, list[Observation]]]:
    """Sort the observations by year and city, the cities in the official order.

    Raises Refused where one city's indicator has two values in a year: the index does not choose between them.
    """
    found: dict[int, dict[str, list[Observation]]] = {}
    seen: set[tuple[str, int, int]] = set()
    for one in sorted(observations, key=lambda one: (CITIES.index(one.city), one.indicator)):
        if one.key in seen:
            name = GDP_GROWTH_NAME if one.indicator == GDP_GROWTH else f"指标{one.indicator}"
            raise Refused(f"{one.city}{one.year}年{name}有两个值，请先更正数据。")
        seen.add(one.key)
        found.setdefault(one.year, {}).setdefault(one.city, []).append(one)
    return found


def table(cities: Mapping[str, Iterable[Observation]], posts: Mapping[int, Goalpost]) -> dict[str, CityYear]:
    """Complete one year's cities: ⑦ and ⑧ derived where they are not given, ⑦ against the goalposts of ② and ⑥."""
    return {city: _city_year(list(ones), posts) for city, ones in cities.items()}


def _city_year(ones: list[Observation], posts: Mapping[int, Goalpost]) -> CityYear:
    given = {one.indicator: one.value for one in ones}
    found = derive(given, posts)
    return CityYear(
        given=given,
        estimated=frozenset(one.indicator for one in ones if one.status == ESTIMATED),
        derived={number: item for number, item in found.items() if isinstance(item, Derived)},
        underived={number: item for number, item in found.items() if isinstance(item, NotDerived)},
    )


def column(cities: Mapping[str, CityYear], number: int) -> dict[str, Decimal]:
    """Collect the cities' values of one indicator, without the cities that have none."""
    found = {city: one.values.get(number) for city, one in cities.items()}
    return {city: value for city, value in found.items() if value is not None}
