"""Rows that wait to be written, wherever they wait."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracker.row_buffer import Groups, RowBuffer

rows = st.lists(st.tuples(st.integers() | st.text() | st.none(), st.text()), max_size=4)


@given(st.lists(st.tuples(rows, rows, st.booleans())))
def test_rows_come_out_as_they_went_in_but_for_those_taken_back(portions: list[tuple[Any, Any, bool]]) -> None:
    buffer, kept = RowBuffer(), []
    for good, failed, spills in portions:
        for row in good:
            buffer.append(row)
        mark = buffer.mark()
        for row in failed:
            buffer.append(row)
        buffer.cut(mark)
        if spills:
            buffer.spill()
        kept += good
        assert list(buffer) == kept
        assert bool(buffer) == bool(kept)


@given(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=3))), st.integers(1, 9))
def test_rows_come_back_group_by_group_in_their_order(rows: list[tuple[int, str]], held: int) -> None:
    groups = Groups(held)
    for row in rows:
        groups.add(row[0], row)
    found = [list(group) for group in groups]
    assert found == [[row for row in rows if row[0] == number] for number in sorted({number for number, _ in rows})]
