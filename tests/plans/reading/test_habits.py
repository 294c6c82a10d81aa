"""Every entry of the reader's tables shows the words it is for, and none it is not for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.plans.reading.dates import FORMS
from tracker.plans.reading.quantities import quantities
from tracker.plans.reading.reading_rules import (
    BEFORE,
    COMMITTED,
    NUMBERED,
    OTHER_NUMBERS,
    TEXTS,
    TITLES,
    WORDED,
    said_before,
)

if TYPE_CHECKING:
    from tracker.plans.reading.reading_rules import Habit


@pytest.mark.parametrize(
    "entry", [*WORDED, *NUMBERED, *FORMS, *TITLES, *TEXTS], ids=lambda entry: f"{entry.means} {entry.examples[0]}"
)
def test_an_entry_matches_its_examples_and_no_look_alike(entry: Habit) -> None:
    assert [words for words in entry.examples if not entry.pattern.search(words)] == []
    assert [words for words in entry.unlike if entry.pattern.search(words)] == []


@pytest.mark.parametrize("entry", BEFORE, ids=lambda entry: entry.means)
def test_the_first_entry_that_matches_decides(entry: Habit) -> None:
    assert [said_before(words) for words in entry.examples] == [entry.means] * len(entry.examples)
    assert [words for words in entry.unlike if said_before(words) == entry.means] == []


@pytest.mark.parametrize("entry", OTHER_NUMBERS, ids=lambda entry: entry.means)
def test_a_number_that_is_no_commitment_gives_none_and_its_look_alike_does(entry: Habit) -> None:
    assert [words for words in entry.examples if quantities(words)] == []
    assert [words for words in entry.unlike if not quantities(words)] == []


@pytest.mark.parametrize("entry", COMMITTED, ids=lambda entry: entry.examples[0])
def test_a_number_is_a_commitment_where_its_words_or_a_date_make_it_one(entry: Habit) -> None:
    dated = entry.means == "dated"
    assert [words for words in entry.examples if not quantities(words, dated=dated)] == []
    assert [words for words in entry.unlike if quantities(words, dated=dated)] == []
