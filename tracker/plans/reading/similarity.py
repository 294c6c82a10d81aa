"""How alike two texts are: shared pairs of letters, whatever the spaces, widths and signs. Linear in their length."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tracker.plans.reading.punctuation import shadow

if TYPE_CHECKING:
    from collections.abc import Iterable

_FEW = 200
_RARE = 40
_NEAREST = 40
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


class Known:
    """Texts of a document among which others are looked for: all of them where they are few, else those most in common.

    So a list of thousands is compared in a time that grows with its length and not with its square.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the texts, each by its pairs, in order."""
        self.words = [pairs(text) for text in texts]
        self._holding: dict[str, list[int]] = {}
        for index, words in enumerate(self.words):
            for pair in words:
                self._holding.setdefault(pair, []).append(index)

    def near(self, words: Counter[str]) -> list[int]:
        """Return the places of the texts that may say the same as these pairs, in order."""
        if len(self.words) <= _FEW:
            return list(range(len(self.words)))
        shared: Counter[int] = Counter()
        for pair in words:
            holding = self._holding.get(pair, ())
            if len(holding) <= _RARE:
                shared.update(holding)
        return sorted(index for index, _ in shared.most_common(_NEAREST))
