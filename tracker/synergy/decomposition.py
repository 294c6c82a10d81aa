"""What changed against the base year, in points and in percent, and what each indicator has to do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tracker.synergy.aggregate import Aggregated, geometric, shares
from tracker.synergy.methods import Method, evaluate
from tracker.synergy.model import Tree


@dataclass(frozen=True, slots=True)
class Change:
    """A city's index against its own in the base year.

    `points` is the difference, `percent` the difference in percent of the base score; None where that is not positive.
    `contributions` are in points by indicator and sum to `points` exactly; None for a method that is not additive.
    `same_basis` tells whether the same indicators had scores in both years. Where not, a part of the change is a change
    of what is counted: `matched_percent` is then the change over the indicators of both years.
    """

    base_score: Fraction
    points: Fraction
    percent: Fraction | None
    contributions: Mapping[int, Fraction] | None
    same_basis: bool
    matched_percent: Fraction | None


def change(method: Method, base: Mapping[int, Fraction], now: Mapping[int, Fraction], tree: Tree) -> Change | None:
    """Compare a city's index from its indicators' scores in the base year and now; None where either year has none."""
    before, after = evaluate(method, base, tree), evaluate(method, now, tree)
    if before.index is None or after.index is None:
        return None
    same = base.keys() == now.keys()
    percent = _percent(before.index, after.index)
    return Change(
        base_score=before.index,
        points=after.index - before.index,
        percent=percent,
        contributions=None if method.mean is geometric else _contributions(base, now, (before, after), tree),
        same_basis=same,
        matched_percent=percent if same else _matched(method, base, now, tree),
    )


def _percent(before: Fraction, after: Fraction) -> Fraction | None:
    return (after - before) / before * 100 if before > 0 else None


def _contributions(
    base: Mapping[int, Fraction], now: Mapping[int, Fraction], both: tuple[Aggregated, Aggregated], tree: Tree
) -> dict[int, Fraction]:
    before, after = shares(tree.root, base, both[0]), shares(tree.root, now, both[1])
    points = {number: share * now[number] for number, share in after.items()}
    for number, share in before.items():
        points[number] = points.get(number, Fraction(0)) - share * base[number]
    return dict(sorted(points.items()))


def _matched(method: Method, base: Mapping[int, Fraction], now: Mapping[int, Fraction], tree: Tree) -> Fraction | None:
    common = base.keys() & now.keys()
    before = evaluate(method, {number: base[number] for number in common}, tree).index
    after = evaluate(method, {number: now[number] for number in common}, tree).index
    return None if before is None or after is None else _percent(before, after)
