"""Data of the index in long form, one value a row: city, year, indicator, value, status, and what is said beside it.

A row that cannot be taken becomes a Problem with its row and column; the others load (errors are values).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tracker.errors import Refused
from tracker.synergy.coupling import STATES_BY_NAME, Derived, NotDerived, derive
from tracker.synergy.model import CITIES, DECOUPLING, GDP_GROWTH, GDP_GROWTH_NAME, Indicator, Tree, find_city
from tracker.synergy.scores import Goalpost

REQUIRED = ("city", "year", "indicator", "value", "status")

MEASURED = "实测"
ESTIMATED = "估算"
STATUSES = (MEASURED, ESTIMATED)

_GDP_NAMES = frozenset(
    {"gdp", "gdp增速", "gdp增长率", "gdp增长速度", "地区生产总值增速", "地区生产总值增长率", "地区生产总值增长速度"}
)

_LIMIT = Decimal("1e15")
_MOST_PLACES = 15
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one city in one year. `indicator` is 1-24, or GDP_GROWTH; percentages are on the scale 0-100."""

    city: str
    year: int
    indicator: int
    value: Decimal
    status: str = MEASURED
    measure: str = ""
    source: str = ""

    @property
    def key(self) -> tuple[str, int, int]:
        """What there can be only one of."""
        return self.city, self.year, self.indicator


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: the row's number in its file, the column's header, and what to do, in Chinese."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file gave, in the order of the rows: the observations that can be taken, their rows, and the problems."""

    observations: tuple[Observation, ...]
    rows: tuple[int, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    row: int
    observation: Observation
    percent_sign: bool


class _CellError(ValueError):
    """A cell that cannot be understood: column and message."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def missing_columns(header: Iterable[str]) -> list[str]:
    """List the required columns that a header lacks, in the contract's order."""
    present = set(header)
    return [column for column in REQUIRED if column not in present]


def parse(
    rows: Iterable[Mapping[str, object]],
    tree: Tree,
    *,
    first_row: int = 2,
    accepted: Mapping[tuple[str, int, int], Decimal] | None = None,
) -> Parsed:
    """Read rows of the long form: cells by header, as text or as a sheet gives them.

    A row with an empty value is no report and gives nothing: a form comes back with cells left open. `first_row` is the
    number of the first row in its file, for the problems; a row that lacks a required column ends the reading with a
    problem at the header. `accepted` are values taken before, by city, year and indicator: one that comes again is not
    doubted again, and the other cities' are compared with. Nothing raises for what stands in a cell.
    """
    read: list[_Read] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, int, int], int] = {}
    for number, row in enumerate(rows, start=first_row):
        if absent := missing_columns(row):
            problems.append(Problem(first_row - 1, absent[0], f"缺少列：{'、'.join(absent)}。请补全表头。"))
            break
        if _text(row["value"]) == "":
            continue
        try:
            observation, percent_sign = _observation(row, tree)
        except _CellError as bad:
            problems.append(Problem(number, bad.column, bad.message))
            continue
        if observation.key in seen:
            problems.append(Problem(number, "indicator", _duplicate(observation, tree, seen[observation.key])))
            continue
        seen[observation.key] = number
        read.append(_Read(number, observation, percent_sign))
    fractions = _fractions(read, tree, accepted or {})
    problems.extend(fractions.values())
    taken = [item for item in read if item.row not in fractions]
    return Parsed(
        tuple(item.observation for item in taken),
        tuple(item.row for item in taken),
        tuple(sorted(problems, key=lambda problem: problem.row)),
    )


def indicator_name(number: int, tree: Tree) -> str:
    """Name an indicator by its number, also the growth of GDP."""
    return GDP_GROWTH_NAME if number == GDP_GROWTH else tree.indicators[number].name


def key_of(row: Mapping[str, object], tree: Tree) -> "Key | None":
    """Return what a row is about, whatever its figure is; None where that cannot be told."""
    city = find_city(_text(row.get("city")))
    try:
        return (
            None
            if city is None
            else (city, _year(_text(row.get("year"))), _indicator(_text(row.get("indicator")), tree))
        )
    except _CellError:
        return None


def _observation(row: Mapping[str, object], tree: Tree) -> tuple[Observation, bool]:
    city = find_city(_text(row.get("city")))
    if city is None:
        raise _CellError(
            "city", f"不认识的城市：{_text(row.get('city')) or '（空）'}。请填浙江省11个设区市之一，如杭州市。"
        )
    year = _year(_text(row.get("year")))
    number = _indicator(_text(row.get("indicator")), tree)
    beside = tree.find(name) if (name := _text(row.get("name"))) else None
    if beside is not None and beside.number != number:
        raise _CellError(
            "indicator", f"编号{number}是“{indicator_name(number, tree)}”，与同一行的“{name}”不符；请核对。"
        )
    value, percent_sign = _value(row.get("value"), number, tree)
    status = _text(row.get("status"))
    if status not in STATUSES:
        raise _CellError("status", f"状态应为实测或估算：{status or '（空）'}。")
    observation = Observation(city, year, number, value, status, _text(row.get("measure")), _text(row.get("source")))
    return observation, percent_sign


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()


def _year(text: str) -> int:
    digits = re.sub("年[度末底]?$", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"\d{4}", digits, re.ASCII) is None or not _FIRST_YEAR <= int(digits) <= _LAST_YEAR:
        raise _CellError("year", f"年份应为四位数，如2025：{text or '（空）'}。")
    return int(digits)


def _indicator(text: str, tree: Tree) -> int:
    found = tree.find(text)
    if found is not None:
        return found.number
    if re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold() in _GDP_NAMES:
        return GDP_GROWTH
    raise _CellError(
        "indicator",
        f"不认识的指标：{text or '（空）'}。"
        f"请填1至{len(tree.indicators)}的编号、附件2的三级指标名称，或{GDP_GROWTH_NAME}。",
    )


def _value(cell: object, number: int, tree: Tree) -> tuple[Decimal, bool]:
    text = unicodedata.normalize("NFKC", _text(cell)) if not isinstance(cell, bool) else str(cell)
    if number == DECOUPLING and (state := STATES_BY_NAME.get(text)) is not None:
        return state.score, False
    percent_sign = text.endswith("%")
    if percent_sign and not _is_percent(number, tree):
        raise _CellError("value", f"{indicator_name(number, tree)}不是百分数，请去掉百分号：{text}。")
    bare = text.removesuffix("%").strip()
    if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    return _number(bare, text), percent_sign


def _number(bare: str, text: str) -> Decimal:
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise _CellError("value", f"不是数值：{text}。没有数据请留空，不要填0或文字。") from None
    if not value.is_finite():
        raise _CellError("value", f"不是有限的数值：{text}。没有数据请留空。")
    exponent = value.as_tuple().exponent
    if abs(value) >= _LIMIT or (isinstance(exponent, int) and exponent < -_MOST_PLACES):
        raise _CellError("value", f"数值过大或小数位过多：{text}。请核对数值和计量单位。")
    return value


def _duplicate(observation: Observation, tree: Tree, first: int) -> str:
    name = indicator_name(observation.indicator, tree)
    return f"{observation.city}{observation.year}年“{name}”重复：第{first}行已有。请只留一行。"


def _is_percent(number: int, tree: Tree) -> bool:
    return number == GDP_GROWTH or tree.indicators[number].is_percent


def _fractions(
    read: Sequence[_Read], tree: Tree, accepted: Mapping[tuple[str, int, int], Decimal]
) -> dict[int, Problem]:
    """Find the rows whose percentage looks like a fraction (0.35 for 35 %), by row.

    A share from 0 to 1 does; a rate of change below 1 is common, so it does only where no other city's rate reaches 1,
    or where a hundred times it would fall among the others'. A value written with its sign ("0.35%") is what it says.
    """
    peers: dict[tuple[int, int], list[Decimal]] = {}
    values = {**accepted, **{item.observation.key: item.observation.value for item in read}}
    for (_, year, indicator), value in values.items():
        if abs(value) >= 1:
            peers.setdefault((indicator, year), []).append(abs(value))
    problems: dict[int, Problem] = {}
    for item in read:
        one = item.observation
        if item.percent_sign or accepted.get(one.key) == one.value or not _is_percent(one.indicator, tree):
            continue
        if _looks_like_fraction(one, tree.indicators.get(one.indicator), peers.get((one.indicator, one.year), [])):
            problems[item.row] = Problem(item.row, "value", _fraction_message(one))
    return problems


def _looks_like_fraction(one: Observation, indicator: Indicator | None, peers: Sequence[Decimal]) -> bool:
    size = abs(one.value)
    if size == 0 or size > 1:
        return False
    if indicator is not None and not indicator.is_rate_of_change:
        return True
    if size == 1:
        return False
    return not peers or min(peers) <= size * 100 <= max(peers)


def _fraction_message(one: Observation) -> str:
    percent = f"{(one.value * 100).normalize():f}"
    return (
        f"百分数看起来填成了小数：{one.value}。百分数按0至100填写（{percent}）；"
        f"确为{one.value}%的，请连同百分号填写“{one.value}%”。"
    )


Key = tuple[str, int, int]
"""City, year and indicator: what there is only one figure of at a time."""


class IndexEntry(NamedTuple):
    """One figure as it was entered: by whom, when (UTC text), in which change. indicator 0 is the growth of GDP."""

    city: str
    year: int
    indicator: int
    value: Decimal
    status: str
    measure: str
    source: str
    change: int
    at: str
    by: str

    @property
    def key(self) -> Key:
        """What the figure is about."""
        return self.city, self.year, self.indicator


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
