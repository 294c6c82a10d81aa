"""Rows that wait to be written, wherever they wait."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracker.store.spool import Spool

rows = st.lists(st.tuples(st.integers() | st.text() | st.none(), st.text()), max_size=4)


@given(st.lists(st.tuples(rows, rows, st.booleans())))
def test_rows_come_out_as_they_went_in_but_for_those_taken_back(portions: list[tuple[Any, Any, bool]]) -> None:
    spool, kept = Spool(), []
    for good, failed, spills in portions:
        for row in good:
            spool.append(row)
        mark = spool.mark()
        for row in failed:
            spool.append(row)
        spool.cut(mark)
        if spills:
            spool.spill()
        kept += good
        assert list(spool) == kept
        assert bool(spool) == bool(kept)
