"""The texts of `benchmarks/plans` with truth by hand: what was once read is not lost again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.read_texts import MEASURES, Score, score, truth_of
from tests.plans.reading.makers import text_file
from tracker.plans.reading import read_document
from tracker.plans.reading.draft_json import answer
from tracker.plans.reading.unused_text import shortcoming

FOLDER = Path(__file__).parents[3] / "benchmarks" / "plans"
TEXTS = sorted(FOLDER.rglob("*.truth"))
KNOWN_AS_WRONG = {"15-not-ours", "t1-forest-chief", "t7-catalogue-measures", "t9-semicolon-list"}
"""Read more numbers as targets than there are (a year gone by, a ban, a frequency, who takes part), with a doubt each."""


NO_PLANS = [text.partition("\n")[::2] for text in (FOLDER / "no-plans.txt").read_text("utf-8").split("### ")[1:]]


@pytest.mark.parametrize(("kind", "text"), NO_PLANS, ids=[text.partition("\n")[0] for _, text in NO_PLANS])
def test_what_is_no_plan_gives_nothing_and_says_so(tmp_path: Path, kind: str, text: str) -> None:
    draft = read_document(text_file(tmp_path / "文.txt", text), "x")
    assert (answer(draft)["items"], "不像方案" in shortcoming(draft)) == ([], True), kind


TITLES = [part.strip().partition("\n")[::2] for part in (FOLDER / "titles.txt").read_text("utf-8").split("\n= ")[1:]]
BODY = "\n一、总体目标\n到2030年，污水处理率达到95%。\n二、重点任务\n（一）治理水体。开展河道清淤。\n"


@pytest.mark.parametrize(("wanted", "head"), TITLES, ids=[wanted for wanted, _ in TITLES])
def test_the_head_of_a_document_tells_title_and_region(tmp_path: Path, wanted: str, head: str) -> None:
    title, region = wanted.split(" | ")
    plan = answer(read_document(text_file(tmp_path / "文.txt", head + BODY), "x"))["plan"]
    assert plan["title"].replace(" ", "") == title.replace(" ", "")
    assert (plan["region"] or "-") in region.split("/")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_text_reads_as_its_truth(path: Path) -> None:
    truth, total = truth_of(path), Score()
    said = answer(read_document(path.with_suffix(".txt"), "x"))
    if not truth.plan:
        assert said["items"] == []
        assert "不像方案" in said["plan"]["doubts"][""]
        return
    score(said, truth, path.stem, total)
    if path.stem in KNOWN_AS_WRONG:
        assert total.cells[False, False] == 0
        assert [total.right[measure] - total.wanted[measure] for measure in MEASURES] == [0] * len(MEASURES)
    else:
        assert total.misses == []
