"""⑧: the state of decoupling after Tapio (2005), its eight classes, and the score each class gets here.

The elasticity is e = (change of emissions, %) / (change of GDP, %). Tapio, P. (2005), Towards a theory of decoupling,
Transport Policy 12(2), 137-151: e from 0.8 to 1.2 still counts as coupling. The classes are his; annex 2 publishes no
scores for them, so the scores are this tool's own convention and are printed with every result that uses them.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

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
