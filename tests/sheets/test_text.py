"""Text in cells: nothing runs, nothing is lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tracker.sheets.layout import CUT, LIMIT, escaped, holdable, looks_like_formula

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"))


def unescaped(text: str) -> str:
    """Read a cell as a spreadsheet program does: openpyxl leaves the escapes in."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


@given(ANY)
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(ANY)
def test_no_control_character_is_left(text: str) -> None:
    assert not any(ord(char) < 32 and char not in "\t\n" for char in escaped(text))


def test_a_control_character_is_written_as_the_format_has_it() -> None:
    assert escaped("一\x01二\r") == "一_x0001_二_x000D_"


def test_what_looks_like_an_escape_stays_itself() -> None:
    assert escaped("_x0041_") == "_x005F_x0041_"


def test_lone_surrogates_and_non_characters_are_made_visible() -> None:
    assert holdable("一\ud800二\uffff") == "一\ufffd二\ufffd"


@given(st.text(st.sampled_from("一a😀"), min_size=1), st.integers(0, 3))
def test_a_text_never_exceeds_a_cell_and_says_when_it_was_cut(seed: str, more: int) -> None:
    text = seed * (LIMIT // len(seed) + more)
    held = holdable(text)
    assert len(held.encode("utf-16-le")) // 2 <= LIMIT
    assert held == text or (held.endswith(CUT) and text.startswith(held.removesuffix(CUT)))


def test_what_begins_like_a_formula() -> None:
    begins = [text for text in ("=1+1", "+1", "-1", "@a", "'a", "1=1", "减排", "") if looks_like_formula(text)]
    assert begins == ["=1+1", "+1", "-1", "@a", "'a"]
