"""`explain` says what `judge` decided, and its figures give its results."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given

from tests.ledger.making import END, START, days, indicator, item, items
from tracker.ledger.explanation import Part, Step, explain
from tracker.ledger.judgement import IndicatorJudgement, Judgement, judge
from tracker.ledger.lights import RULES
from tracker.ledger.model import Item, Milestone
from tracker.ledger.parameters import Parameters

LIMITS = Parameters()


def step(part: Part, key: str) -> Step:
    return next(each for each in part.steps if each.key == key)


@given(items(), days)
def test_an_explanation_never_contradicts_the_judgement(made: Item, as_of: date) -> None:
    judged = judge(made, as_of, LIMITS)
    told = explain(made, judged, as_of, LIMITS)
    assert told.light == judged.light
    pairs: tuple[Judgement | IndicatorJudgement, ...] = judged.indicators or (judged,)
    assert len(told.parts) == len(pairs)
    for part, standing in zip(told.parts, pairs, strict=True):
        assert step(part, "met").result == standing.met
        assert step(part, "lag").result == standing.lag
        assert step(part, "planned_progress").result == standing.planned
        assert step(part, "days_overdue").result == standing.days_overdue
        decisive = [each for each in part.rules if each.decides]
        assert len(decisive) == 1
        assert part.rules.index(decisive[0]) == min(n for n, each in enumerate(part.rules) if each.holds)
        assert standing.light is not None
        assert decisive[0].light == standing.light.color
        assert standing.light.reason.endswith(decisive[0].why)
        assert [each.key for each in part.rules] == [rule.key for rule in RULES]


def worked_out(formula: str) -> Decimal:
    """Compute (a − b) ÷ (c − b) × 100 as a reader would, from the words alone."""
    match = re.match(r"\((.+?) − (.+)\) ÷ \((.+?) − (.+)\) × 100", formula)
    assert match is not None
    actual, baseline, target, again = (Decimal(text.strip("()")) for text in match.groups())
    assert baseline == again
    share = (actual - baseline) * 100 / (target - baseline)
    return min(max(share, Decimal(0)), Decimal("99.9")).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@given(items(), days)
def test_the_figures_of_a_formula_give_its_result(made: Item, as_of: date) -> None:
    for part in explain(made, judge(made, as_of, LIMITS), as_of, LIMITS).parts:
        share, planned, lag = (step(part, key) for key in ("achievement", "planned_progress", "lag"))
        if share.formula.startswith("("):
            assert worked_out(share.formula) == share.result
        if match := re.fullmatch(r"已过 (\d+) 天 ÷ 全程 (\d+) 天 × 100", planned.formula):
            share_of_days = Decimal(match[1]) * 100 / Decimal(match[2])
            assert share_of_days.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) == planned.result
        if match := re.fullmatch(r"序时进度 ([\d.]+)\S* − 完成率 (\S+)", lag.formula):
            assert Decimal(match[1]) - Decimal(match[2]) == lag.result
        if match := re.fullmatch(r"(\d{4}-\d\d-\d\d) − (\d{4}-\d\d-\d\d)", step(part, "days_overdue").formula):
            late = (date.fromisoformat(match[1]) - date.fromisoformat(match[2])).days
            assert late == step(part, "days_overdue").result


def test_a_milestone_is_explained_with_the_stretch_on_which_the_day_lies() -> None:
    point = Milestone(date(2026, 1, 1), Decimal(24))
    each = indicator("=", "30", baseline_value="10", actual="12", due=date(2031, 1, 1), milestones=(point,))
    made = item(each)
    told = explain(made, judge(made, date(2023, 7, 3), LIMITS), date(2023, 7, 3), LIMITS)
    assert step(told.parts[0], "planned_progress") == Step(
        "planned_progress", "序时进度",
        "沿年度目标、节点：2021-01-01 的 10% 到 2026-01-01 的 24%，已过 913 天，共 1826 天，应约为 17%；(应为值 − 10) ÷ (30 − 10) × 100",
        Decimal("35.0"),
    )  # fmt: skip


def test_one_indicator_of_several_can_be_explained_alone() -> None:
    made = item(indicator(), indicator())
    judged = judge(made, END, LIMITS)
    assert [part.id for part in explain(made, judged, END, LIMITS, 2).parts] == ["zj-target-1.2"]


def test_an_aim_has_nothing_to_explain() -> None:
    aim = item()
    aim.kind = "aim"
    told = explain(aim, judge(aim, START, LIMITS), START, LIMITS)
    assert (told.parts, told.light) == ((), None)


def test_a_figure_of_any_size_is_explained() -> None:
    point = Milestone(date(2026, 1, 1), Decimal("2E+45"))
    each = indicator("=", "4E+45", baseline_value="1E+45", actual="1E+40", due=date(2031, 1, 1), milestones=(point,))
    made = item(each)
    told = explain(made, judge(made, date(2023, 7, 3), LIMITS), date(2023, 7, 3), LIMITS)
    assert step(told.parts[0], "planned_progress").result == Decimal("16.7")
