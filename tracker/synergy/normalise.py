"""From measured values to comparable scores: against goalposts (not capped), within one year, or as z-scores.

Higher is better in every score. The direction of an indicator is carried by its goalposts: where lower is better, the
worst value is the greater one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.synergy.arithmetic import as_decimal, kept, square_root
from tracker.synergy.model import Direction

SCALE = 100


@dataclass(frozen=True, slots=True)
class Goalpost:
    """What scores 0 and what scores 100 on one indicator, in its own measure, and on what ground."""

    worst: Decimal
    best: Decimal
    note: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether there is a distance to measure on."""
        return self.worst != self.best


def score(value: Decimal, post: Goalpost) -> Fraction:
    """Place a value between its goalposts, on the scale 0-100, not capped: better than the best passes 100.

    Raises ZeroDivisionError for goalposts that coincide; callers ask `is_usable` first.
    """
    return SCALE * (Fraction(value) - Fraction(post.worst)) / (Fraction(post.best) - Fraction(post.worst))


def extremes(values: Mapping[str, Decimal], direction: Direction) -> Goalpost | None:
    """Take the worst and the best of some values (by city) as goalposts; None without values."""
    if not values:
        return None
    low, high = min(values.values()), max(values.values())
    return Goalpost(low, high) if direction == "up" else Goalpost(high, low)


def minmax(values: Mapping[str, Decimal], direction: Direction) -> dict[str, Fraction]:
    """Score some values (by city) between the worst and the best of them; empty where all are equal."""
    post = extremes(values, direction)
    if post is None or not post.is_usable:
        return {}
    return {city: score(value, post) for city, value in values.items()}


def zscores(values: Mapping[str, Decimal], direction: Direction) -> dict[str, Fraction]:
    """Measure distances from the mean in standard deviations of the sample (n - 1); empty where all are equal."""
    exact = {city: Fraction(value) for city, value in values.items()}
    if len(set(exact.values())) <= 1:
        return {}
    mean = sum(exact.values(), Fraction(0)) / len(exact)
    variance = sum(((value - mean) ** 2 for value in exact.values()), Fraction(0)) / (len(exact) - 1)
    deviation = Fraction(square_root(variance))
    sign = 1 if direction == "up" else -1
    return {city: Fraction(kept(as_decimal(sign * (value - mean) / deviation))) for city, value in exact.items()}
