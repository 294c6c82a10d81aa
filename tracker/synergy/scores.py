"""From measured values to scores, and from the scores of indicators up to the index: goalposts, weighted means, coverage, ranks.

Measured values are Decimal, computed ones Fraction, roots are taken at a stated precision. Every linear step (normalisation against
goalposts, weighted means, changes, contributions) is done in fractions, so that nothing is rounded before it is shown and equal scores
are equal. Square roots, logarithms and exponentials are irrational: they are taken with PRECISION significant digits and kept to PLACES
decimals, half to even.

Scores are against goalposts (not capped), within one year, or z-scores; higher is better in every one. The direction of an indicator is
carried by its goalposts: where lower is better, the worst value is the greater one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from tracker.synergy.model import Direction, Group, Leaf

PRECISION = 50
PLACES = 30
SHOWN_PLACES = 4

CONTEXT = Context(prec=PRECISION, rounding=ROUND_HALF_EVEN)


def as_decimal(value: Fraction) -> Decimal:
    """Write a fraction with PRECISION significant digits."""
    return CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def kept(value: Decimal, places: int = PLACES) -> Decimal:
    """Round a decimal to a number of decimals, half to even (GB/T 8170)."""
    return value.quantize(Decimal(1).scaleb(-places), context=CONTEXT)


def shown(value: Fraction, places: int = SHOWN_PLACES) -> Decimal:
    """Round a number once for a reader: half to even, without trailing zeros and without an exponent."""
    scaled = round(value * 10**places)
    text = f"{Decimal(scaled).scaleb(-places):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def square_root(value: Fraction) -> Decimal:
    """Take the square root with PRECISION significant digits."""
    return CONTEXT.sqrt(as_decimal(value))


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


LEAST_OF_GROUP = Fraction(2, 3)
"""A group with less of its weight than this is blank; with as much or more, the rest is rescaled."""

LEAST_FOR_RANK = Fraction(9, 10)
"""A city whose data cover less of the total weight than this gets no rank."""

Weighted = Sequence[tuple[Fraction, Fraction]]
Mean = Callable[[Weighted], Fraction]


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The scores of every group by name, None where blank; `index` is the root's."""

    scores: Mapping[str, Fraction | None]
    index: Fraction | None


def arithmetic(weighted: Weighted) -> Fraction:
    """Take the weighted arithmetic mean of (weight, score) pairs, exact."""
    total = sum((weight for weight, _ in weighted), Fraction(0))
    mean = sum((weight * score for weight, score in weighted), Fraction(0))
    return mean if total == 1 else mean / total


def geometric(weighted: Weighted) -> Fraction:
    """Take the weighted geometric mean of (weight, score) pairs, to exact.PLACES decimals.

    Raises ValueError for a score that is not positive: the mean of such has no meaning, and leaving it out would
    reward it.
    """
    if any(score <= 0 for _, score in weighted):
        raise ValueError("a geometric mean needs positive scores")
    total = sum((weight for weight, _ in weighted), Fraction(0))
    logarithm = CONTEXT.create_decimal(0)
    for weight, score in weighted:
        part = CONTEXT.multiply(as_decimal(weight / total), CONTEXT.ln(as_decimal(score)))
        logarithm = CONTEXT.add(logarithm, part)
    return Fraction(kept(CONTEXT.exp(logarithm)))


def aggregate(root: Group, scores: Mapping[int, Fraction], mean: Mean = arithmetic) -> Aggregated:
    """Score the groups from the scores of the indicators (by number; a missing one is absent, never zero)."""
    found: dict[str, Fraction | None] = {}
    return Aggregated(found, _climb(root, scores, mean, found))


def shares(root: Group, scores: Mapping[int, Fraction], aggregated: Aggregated) -> dict[int, Fraction]:
    """Trace each indicator's share in the index as computed: what is missing has handed its weight to its group's rest.

    The shares sum to 1 wherever there is an index; without one there are none.
    """
    found: dict[int, Fraction] = {}
    if aggregated.index is not None:
        _share(root, scores, aggregated.scores, Fraction(1), found)
    return found


def blend(weighted: Sequence[tuple[Fraction, Fraction | None]], mean: Mean = arithmetic) -> Fraction | None:
    """Score one group from its members' (weight, score or None): the rule for missing data in one place."""
    present = [(weight, score) for weight, score in weighted if score is not None]
    total = sum((weight for weight, _ in weighted), Fraction(0))
    if not present or sum((weight for weight, _ in present), Fraction(0)) < LEAST_OF_GROUP * total:
        return None
    return mean(present)


def coverage(root: Group, numbers: Collection[int]) -> Fraction:
    """Sum the share of the total weight for which there are data."""
    return sum((weight for number, weight in root.leaves() if number in numbers), Fraction(0))


def ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """Rank the cities, the highest score first; ties share the better rank and the next is left out (1 2 2 4)."""
    return {city: 1 + sum(other > score for other in scores.values()) for city, score in scores.items()}


def _climb(
    group: Group, scores: Mapping[int, Fraction], mean: Mean, found: dict[str, Fraction | None]
) -> Fraction | None:
    parts = [
        (member.weight, scores.get(member.number) if isinstance(member, Leaf) else _climb(member, scores, mean, found))
        for member in group.members
    ]
    found[group.name] = blend(parts, mean)
    return found[group.name]


def _share(
    group: Group,
    scores: Mapping[int, Fraction],
    groups: Mapping[str, Fraction | None],
    share: Fraction,
    found: dict[int, Fraction],
) -> None:
    present = [
        member
        for member in group.members
        if (scores.get(member.number) if isinstance(member, Leaf) else groups[member.name]) is not None
    ]
    total = sum((member.weight for member in present), Fraction(0))
    for member in present:
        part = share * member.weight / total
        if isinstance(member, Leaf):
            found[member.number] = part
        else:
            _share(member, scores, groups, part, found)
