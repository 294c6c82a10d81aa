"""How far a rank depends on choices: its range over the methods, and over leaving one indicator out."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.synergy.methods import METHODS, Method, Scores, ranking
from tracker.synergy.model import Tree


@dataclass(frozen=True, slots=True)
class RankRange:
    """The best and the worst rank of a city over several runs; `by` has the rank of each run in which it had one.

    The runs are named by the method's key, or by the number of the indicator that was left out.
    """

    best: int
    worst: int
    by: Mapping[str, int]


def over_methods(scores: Mapping[str, Scores], tree: Tree) -> dict[str, RankRange]:
    """Range each city's ranks over the methods whose scores are given, by the method's key."""
    return _ranges({key: ranking(METHODS[key], one, tree) for key, one in scores.items()})


def leaving_one_out(method: Method, scores: Scores, tree: Tree) -> dict[str, RankRange]:
    """Range each city's ranks with each indicator left out in turn, its weight handed to the rest of its group.

    What is left out is left out of the index, not of the data: ⑦ is still derived from ② where ② is left out.
    """
    return _ranges({str(number): ranking(method, scores, tree.without(number)) for number in tree.indicators})


def _ranges(runs: Mapping[str, Mapping[str, int]]) -> dict[str, RankRange]:
    found: dict[str, dict[str, int]] = {}
    for run, ranks in runs.items():
        for city, rank in ranks.items():
            found.setdefault(city, {})[run] = rank
    return {city: RankRange(min(by.values()), max(by.values()), by) for city, by in found.items()}
