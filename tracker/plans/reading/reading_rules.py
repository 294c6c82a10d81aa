"""The shape of a rule of the reader: one habit of writing, in one place, with the words that show it.

Every table of habits (`comparators`, `other_numbers`, `dates.FORMS`, `document_kinds`) is walked by one test: each example must match
its pattern, each look-alike must not. A new habit is a new entry with its example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit: what it means (a word of the table it stands in), how it is written, words that show it and that do not."""

    means: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    unlike: tuple[str, ...] = ()


def habit(means: str, pattern: str, *examples: str, unlike: Sequence[str] = ()) -> Habit:
    """Return one entry of a table."""
    return Habit(means, re.compile(pattern), examples, tuple(unlike))


def first(table: Sequence[Habit], text: str) -> Habit | None:
    """Return the first habit of a table that is found in a text."""
    return next((each for each in table if each.pattern.search(text)), None)
