"""What is inferred says so: the cell that carries a doubt, and that its sure neighbours do not."""

from __future__ import annotations

import pytest

from tests.plans.reading.samples import read

HEAD = "白榆市治水工作方案\n一、主要任务\n"

TASKS = {
    "a unit under two prefixes": (
        "（一）治河。推进治理。（牵头单位：市水务局、省林草局）\n（二）护林。推进管护。（市财政局、林草局负责）",
        [{"leads"}, {"leads"}],
    ),
    "a name without a level beside names with one": (
        "（一）治河。推进治理。（水务所、市水务局负责）\n（二）护林。推进管护。（市林草局、市财政局负责）",
        [{"leads"}, set()],
    ),
    "a prefix taken from elsewhere": (
        (
            "（一）治河。推进治理。（市水务局、市环保局负责）\n（二）护林。推进管护。（市财政局负责）\n"
            "（三）节水。推进节水。（水务局、白榆海关负责）\n（四）巡查。推进巡查。（市城管局、市水务局负责）"
        ),
        [set(), set(), {"leads"}, set()],
    ),
    "one task without the deadline that others have": (
        (
            "（一）治河。推进治理。（市水务局负责，完成时限：2025年6月底前）\n（二）护林。推进管护。（市林草局负责，完成时限：2025年）\n"
            "（三）节水。推进节水。（市水务局负责，完成时限：长期坚持）\n（四）巡查。推进巡查。（市城管局负责）"
        ),
        [set(), set(), set(), {"due"}],
    ),
    "nobody by name": ("（一）治河。推进治理。（各有关单位按职责分工负责）", [{"leads"}]),
}


@pytest.mark.parametrize("kind", TASKS)
def test_an_inferred_cell_of_a_task_is_doubted(kind: str) -> None:
    text, doubted = TASKS[kind]
    columns = {"leads", "participants", "due"}
    assert [columns & task.doubts.keys() for task in read(HEAD + text).of("task")] == doubted


NUMBERS = {
    "到2025年，化肥使用量达到3万吨": {"value"},
    "到2025年，化肥使用量控制在3万吨以内": set(),
    "到2025年，污水处理率达到95%": set(),
    "2024年底前建成泵站3座，2025年底前建成水厂2座": {"due"},
    "建成泵站总投资8000元": {"value", "due"},
}


@pytest.mark.parametrize("sentence", NUMBERS)
def test_an_inferred_cell_of_a_number_is_doubted(sentence: str) -> None:
    draft = read(f"{HEAD}（一）治河。{sentence}。（市水务局负责）")
    found = [{"value", "due", "comparator"} & each.doubts.keys() for each in draft.of("indicator")]
    assert all(each == NUMBERS[sentence] for each in found)


def test_a_region_that_only_the_text_tells_is_doubted() -> None:
    text = "关于治水的实施方案\n一、主要任务\n（一）治河。推进我省治理，我省抓好考核。（省水利厅负责）\n（二）节水。我省各市落实。（省水利厅负责）\n（三）巡查。湖北各市巡查。（省水利厅负责）"
    plan = read(text).of("plan")[0]
    assert (plan.cells["region"], "region" in plan.doubts) == ("湖北省", True)
    assert "region" not in read(HEAD + "（一）治河。推进治理。（市水务局负责）").of("plan")[0].doubts
