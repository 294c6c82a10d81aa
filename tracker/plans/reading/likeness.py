"""How alike two texts are: shared pairs of letters, whatever the spaces, widths and signs. Linear in their length."""

from __future__ import annotations

import re
from collections import Counter

from tracker.plans.reading.signs import shadow

_SIGNS = re.compile(r"[\s，。；：、！？（）《》“”‘’·—\-.,;:!?()\"']")


def pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring letters of a text without signs (a single letter counts as itself)."""
    bare = _SIGNS.sub("", shadow(text))
    if len(bare) < 2:  # noqa: PLR2004 - one letter has no pair
        return Counter([bare] if bare else [])
    return Counter(bare[index : index + 2] for index in range(len(bare) - 1))


def alike(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of pairs two texts have in common, 0 to 1 (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def within(part: Counter[str], whole: Counter[str]) -> float:
    """Return the share of a text's pairs that stand in the other text, 0 to 1."""
    return (part & whole).total() / part.total() if part.total() else 0.0
