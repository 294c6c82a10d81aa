"""⑦ and ⑧ where no value is given: the coupling coordination degree, and the state of decoupling after Tapio.

A value that is given always wins. Where the inputs are not all there, nothing is derived and the reason is told.

The elasticity is e = (change of emissions, %) / (change of GDP, %). Tapio, P. (2005), Towards a theory of decoupling,
Transport Policy 12(2), 137-151: e from 0.8 to 1.2 still counts as coupling. The eight classes are his; annex 2 publishes no
scores for them, so the scores are this tool's own convention and are printed with every result that uses them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.synergy.model import CARBON_DECLINE, COUPLING, DECOUPLING, GDP_GROWTH, PM25_IMPROVEMENT
from tracker.synergy.scores import SCALE, Goalpost, kept, score, shown, square_root

LOWER = Fraction(4, 5)
UPPER = Fraction(6, 5)
"""Between these elasticities, both included, emissions and GDP are coupled."""


@dataclass(frozen=True, slots=True)
class State:
    """One of the eight classes: its name, what happens to GDP and to emissions, its elasticity, its score of 100."""

    name: str
    gdp: str
    emissions: str
    elasticity: str
    score: Decimal


STRONG_DECOUPLING = State("强脱钩", "增长", "下降", "e < 0", Decimal(100))
WEAK_DECOUPLING = State("弱脱钩", "增长", "持平或增长", "0 ≤ e < 0.8", Decimal(80))
RECESSIVE_DECOUPLING = State("衰退脱钩", "下降", "下降", "e > 1.2", Decimal(70))
EXPANSIVE_COUPLING = State("扩张连结", "增长", "增长", "0.8 ≤ e ≤ 1.2", Decimal(60))
RECESSIVE_COUPLING = State("衰退连结", "下降", "下降", "0.8 ≤ e ≤ 1.2", Decimal(50))
WEAK_NEGATIVE_DECOUPLING = State("弱负脱钩", "下降", "持平或下降", "0 ≤ e < 0.8", Decimal(30))
EXPANSIVE_NEGATIVE_DECOUPLING = State("扩张负脱钩", "增长", "增长", "e > 1.2", Decimal(20))
STRONG_NEGATIVE_DECOUPLING = State("强负脱钩", "下降", "增长", "e < 0", Decimal(0))

STATES = (
    STRONG_DECOUPLING,
    WEAK_DECOUPLING,
    RECESSIVE_DECOUPLING,
    EXPANSIVE_COUPLING,
    RECESSIVE_COUPLING,
    WEAK_NEGATIVE_DECOUPLING,
    EXPANSIVE_NEGATIVE_DECOUPLING,
    STRONG_NEGATIVE_DECOUPLING,
)
"""The printed score table, best first. In growth, and in recession, a smaller growth of emissions never scores less."""

STATES_BY_NAME = {state.name: state for state in STATES}


def state(emissions: Fraction, gdp: Fraction) -> State | None:
    """Classify a change of emissions and a change of GDP, both in percent; None where GDP does not change."""
    if gdp == 0:
        return None
    elasticity = emissions / gdp
    return _in_growth(elasticity) if gdp > 0 else _in_recession(elasticity)


def _in_growth(elasticity: Fraction) -> State:
    if elasticity < 0:
        return STRONG_DECOUPLING
    if elasticity < LOWER:
        return WEAK_DECOUPLING
    return EXPANSIVE_COUPLING if elasticity <= UPPER else EXPANSIVE_NEGATIVE_DECOUPLING


def _in_recession(elasticity: Fraction) -> State:
    if elasticity < 0:
        return STRONG_NEGATIVE_DECOUPLING
    if elasticity < LOWER:
        return WEAK_NEGATIVE_DECOUPLING
    return RECESSIVE_COUPLING if elasticity <= UPPER else RECESSIVE_DECOUPLING


DEGREE_PLACES = 12
"""The decimals that a derived degree keeps, so that frozen goalposts read back as they were written."""

COUPLING_FORMULA = (
    "⑦按耦合协调度推导：U1、U2为②、⑥按标杆归一后限于0至1的得分，"
    "C=2√(U1·U2)/(U1+U2)，T=0.5·U1+0.5·U2，D=√(C·T)；U1、U2同为0时D=0。"
)
DECOUPLING_FORMULA = (
    "⑧按Tapio脱钩弹性推导：e=排放变化率/GDP增速；污染物变化率取②的相反数，"
    "碳排放变化率=(1-⑥/100)×(1+GDP增速/100)-1；得分为污染物、碳排放两个状态得分的平均。"
)

NATURAL_POSTS = {
    COUPLING: Goalpost(Decimal(0), Decimal(1), "公式自身的取值范围"),
    DECOUPLING: Goalpost(STATES[-1].score, STATES[0].score, "赋分表的取值范围"),
}
"""The bounds that the two formulas have by themselves, for a base year in which all cities come out alike."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value and how it came about, in Chinese."""

    value: Decimal
    how: str


@dataclass(frozen=True, slots=True)
class NotDerived:
    """Why there is no value, in Chinese."""

    reason: str


def coupling_degree(first: Fraction, second: Fraction) -> Decimal:
    """Take the coupling coordination degree D = √(C·T) of two scores, limited to 0-1 first.

    C = 2√(U1·U2)/(U1 + U2) and T = (U1 + U2)/2, so C·T = √(U1·U2): D is the fourth root of the product, which also
    says what C leaves open where both are 0.
    """
    low, high = (min(max(value, Fraction(0)), Fraction(1)) for value in (first, second))
    return kept(square_root(Fraction(square_root(low * high))), DEGREE_PLACES)


def derive(values: Mapping[int, Decimal], posts: Mapping[int, Goalpost]) -> dict[int, Derived | NotDerived]:
    """Derive ⑦ and ⑧ for one city and year where they are not given; `values` by number, with GDP_GROWTH."""
    found: dict[int, Derived | NotDerived] = {}
    if COUPLING not in values:
        found[COUPLING] = _coupling(values, posts)
    if DECOUPLING not in values:
        found[DECOUPLING] = _decoupling(values)
    return found


def _coupling(values: Mapping[int, Decimal], posts: Mapping[int, Goalpost]) -> Derived | NotDerived:
    scores: list[Fraction] = []
    for number, sign in ((PM25_IMPROVEMENT, "②"), (CARBON_DECLINE, "⑥")):
        if number not in values:
            return NotDerived(f"未填报，且缺少{sign}，无法推导")
        post = posts.get(number)
        if post is None or not post.is_usable:
            return NotDerived(f"未填报，且{sign}没有可用的标杆，无法推导")
        scores.append(score(values[number], post) / SCALE)
    degree = coupling_degree(*scores)
    return Derived(degree, f"耦合协调度{shown(Fraction(degree))}")


def _decoupling(values: Mapping[int, Decimal]) -> Derived | NotDerived:
    needed = ((PM25_IMPROVEMENT, "②"), (CARBON_DECLINE, "⑥"), (GDP_GROWTH, "GDP增速"))
    absent = [name for number, name in needed if number not in values]
    if absent:
        return NotDerived(f"未填报，且缺少{'、'.join(absent)}，无法推导")
    growth = Fraction(values[GDP_GROWTH])
    pollution = state(-Fraction(values[PM25_IMPROVEMENT]), growth)
    carbon = state(carbon_change(Fraction(values[CARBON_DECLINE]), growth), growth)
    if pollution is None or carbon is None:
        return NotDerived("未填报，且GDP增速为0，弹性没有意义")
    return Derived((pollution.score + carbon.score) / 2, f"污染物{pollution.name}，碳排放{carbon.name}")


def carbon_change(decline: Fraction, growth: Fraction) -> Fraction:
    """Derive the change of carbon emissions from ⑥ and the growth of GDP, all in percent."""
    return ((1 - decline / 100) * (1 + growth / 100) - 1) * 100
