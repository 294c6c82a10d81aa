"""From scores of indicators up to the index: weighted means, the rule for missing data, coverage and ranks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.synergy.arithmetic import CONTEXT, as_decimal, kept
from tracker.synergy.model import Group, Leaf

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
