"""The published table of ratios reads back, and what became slower is told."""

from typing import TYPE_CHECKING

import pytest

from benchmarks.compare import BEGIN, END, HEAD, PAGE, Published, compare, is_worse, published, written
from benchmarks.processor import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

TWO = f"""# Words before

{BEGIN}{HEAD}\
| start: check | `tracker check` | python -c "import sqlite3" | 3.90 | 4 | 2026-11-01 |
| start: status | `tracker status` | python -c "import sqlite3" | 6.50 | 6 (missed) | 2026-11-02 |
{END}
Words after.
"""
CHECK = Published("tracker check", 'python -c "import sqlite3"', 3.9, 4, "2026-11-01")


def ratio(monkeypatch: pytest.MonkeyPatch, name: str, *found: float) -> tuple[Ratio, list[int]]:
    """Return a ratio that is measured to these values one after another, and the rounds it was asked for."""
    rest: Iterator[float] = iter(found)
    asked: list[int] = []

    def measure(_: Ratio, rounds: int) -> float:
        asked.append(rounds)
        return next(rest)

    monkeypatch.setattr(Ratio, "measure", measure)
    return Ratio(name, f"tracker {name}", ["tracker"], {}, "the import", [["python"]], [{}], 4), asked


def test_a_page_reads_back_as_it_was_written() -> None:
    rows = published(TWO)
    assert rows["start: check"] == CHECK
    assert rows["start: status"].ratio == 6.5
    assert written(TWO, rows) == TWO


def test_a_renewed_row_keeps_the_words_around_the_table_and_marks_what_is_missed() -> None:
    page = written(TWO, {"start: check": CHECK._replace(ratio=4.05, day="2026-11-30")})
    assert page.startswith("# Words before\n")
    assert page.endswith("Words after.\n")
    assert "| 4.05 | 4 (missed) | 2026-11-30 |\n<!-- ratios: end -->" in page


def test_every_row_of_the_published_page_is_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    lines = text.partition(BEGIN)[2].partition(END)[0].removeprefix(HEAD).splitlines()
    assert lines
    assert len(published(text)) == len(lines)
    assert written(text, published(text)) == text


@pytest.mark.parametrize(("found", "worse"), [(3.0, False), (4.68, False), (4.69, True)])
def test_more_than_a_fifth_is_worse(found: float, worse: bool) -> None:
    assert is_worse(found, CHECK) is worse
    assert not is_worse(found, None)


def test_what_seems_worse_is_measured_again_with_more_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    measured, asked = ratio(monkeypatch, "start: check", 5.0, 3.8)
    rows, worse = compare([measured], 9, {"start: check": CHECK})
    assert asked == [9, 27]
    assert worse == []
    assert rows["start: check"].ratio == 3.8


def test_what_stays_worse_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    measured, _ = ratio(monkeypatch, "start: check", 5.0, 4.9)
    rows, worse = compare([measured], 9, {"start: check": CHECK})
    assert worse == ["start: check"]
    assert rows["start: check"].ratio == 4.9
    assert "WORSE" in capsys.readouterr().out


def test_a_new_ratio_over_its_bound_is_said_and_is_no_regression(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured, asked = ratio(monkeypatch, "start: new", 4.4)
    _, worse = compare([measured], 9, {})
    assert (asked, worse) == ([9], [])
    assert "over its bound" in capsys.readouterr().out
