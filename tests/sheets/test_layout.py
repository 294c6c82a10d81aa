"""Row heights and pages, measured without any program."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.sheets.layout import SLACK, Block, line_count, page_starts, row_height, text_height

TEXT = st.text(st.sampled_from("省生态环境厅、，。（）ab19.% \n"), max_size=120)


def test_wide_characters_fill_a_line() -> None:
    # 52 mm less the inset, 97 % of it, at 12 pt: eleven wide characters.
    assert [line_count("省" * count, 52, 12) for count in (11, 12, 22, 23)] == [1, 2, 2, 3]


def test_a_closing_mark_takes_the_character_before_it_along() -> None:
    assert line_count("省" * 11 + "。", 52, 12) == 2
    assert line_count("省" * 21 + "厅。", 52, 12) == 3


def test_a_number_is_not_broken() -> None:
    # Its end would still fit the first line: 10 + 3.1 + 9 wide characters in two lines of 11.5.
    assert line_count("省" * 10 + "186.8" + "省" * 9, 52, 12) == 3


def test_a_long_word_is_broken_all_the_same() -> None:
    assert line_count("x" * 100, 52, 12) == 6


def test_line_ends_count() -> None:
    assert line_count("一\n二\n\n三", 52, 12) == 4
    assert line_count("", 52, 12) == 1


@given(TEXT, st.floats(20, 200))
def test_a_narrower_column_never_needs_fewer_lines(text: str, width: float) -> None:
    assert line_count(text, width, 12) >= line_count(text, width * 2, 12)


@given(TEXT, TEXT)
def test_more_text_never_needs_less_height(text: str, more: str) -> None:
    assert text_height(text + more, 60, 12) >= text_height(text, 60, 12)


@given(st.lists(st.tuples(TEXT, st.floats(20, 200)), min_size=1))
def test_a_row_is_as_high_as_its_highest_cell(cells: list[tuple[str, float]]) -> None:
    assert row_height(cells, 12) == max(text_height(text, width, 12) for text, width in cells)


@given(st.lists(st.floats(10, 150), min_size=1, max_size=40), st.floats(50, 150), st.floats(10, 40))
def test_no_page_holds_more_than_it_can(heights: list[float], above: float, header: float) -> None:
    blocks = [Block(number, height) for number, height in enumerate(heights, start=1)]
    starts = page_starts(blocks, above, header, 390)
    used = above
    for block in blocks:
        used = header + block.height if block.first in starts else used + block.height
        assert used <= 390 * SLACK + 1e-6


def test_headings_stay_with_the_row_under_them() -> None:
    # Rows 1–2: a heading and its item; they do not fit together under the first block.
    assert page_starts([Block(1, 200), Block(2, 170), Block(4, 30)], 60, 30, 390) == [2]
