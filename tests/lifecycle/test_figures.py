"""`baseline`, `milestone`, `link`, and values in another magnitude."""

import json
from typing import Any

import pytest

from tests.conftest import Cli


def part(cli: Cli, name: str, *words: str) -> dict[str, Any]:
    view = json.loads(cli.ok("show", name.rpartition(".")[0], "--json", *words))
    found: dict[str, Any] = next(row for row in view["indicators"] if row["id"] == name)
    return found


def listed(cli: Cli, name: str, *words: str) -> object:
    rows = json.loads(cli.ok("list", "--plan", name.partition("-")[0], "--indicators", "--json", *words))
    return next(row["actual"] for row in rows if row["id"] == name)


def test_a_baseline_makes_progress_known(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2023-06-30")
    assert part(cli, "zj-target-20.1", "--as-of", "2023-06-30")["achievement"] is None
    assert cli.ok("baseline", "zj-target-20.1", "--value", "60", "--year", "2020", "--date", "2021-01-01") == (
        "基数 zj-target-20.1（2021-01-01）：基数 60；基期 2020\n"
    )
    found = part(cli, "zj-target-20.1", "--as-of", "2023-06-30")
    assert (found["baseline_value"], found["baseline_year"], found["achievement"], found["lag"]) == (
        60,
        2020,
        50.0,
        -0.1,  # the baseline stands at the end of its year: 911 of 1826 days
    )


def test_figures_may_carry_their_measure(cli: Cli) -> None:
    cli.ok("baseline", "zj-target-7.2", "--value", "17000000千瓦", "--date", "2021-01-01")
    assert part(cli, "zj-target-7.2")["baseline_value"] == 1700
    assert "2023-12-31 为 2500\n" in cli.ok("milestone", "zj-target-7.2", "--date", "2023", "--value", "2500万千瓦")
    assert cli("baseline", "zj-target-7.2", "--value", "17吨").code == 1
    assert cli("baseline", "zj-target-7.2", "--year", "2020", "--measure", "千瓦").code == 2


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("zj-target-20.1", "85", "基数 85 已达到或超过目标值 80，完成率无法评估"),
        ("zj-target-20.1", "80", "基数 80 已达到或超过目标值 80，完成率无法评估"),
        ("zj-target-21.1", "190", "只看是否达到要求，不计完成率"),
        ("zj-target-21.2", "40", "从 0 起算，基数仅作参考"),
    ],
)
def test_a_baseline_that_leads_nowhere_is_kept_with_a_warning(cli: Cli, name: str, value: str, words: str) -> None:
    assert words in cli("baseline", name, "--value", value).err
    assert part(cli, name)["achievement"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("baseline", "zj-target-20.1"), 2),
        (("baseline", "zj-target-20.1", "--value", "很多"), 2),
        (("baseline", "zj-target-20.1", "--year", "20"), 2),
        (("baseline", "zj-target-20", "--value", "60"), 1),  # which of four
        (("baseline", "zj-target-31.1", "--value", "60"), 1),  # no number
        (("baseline", "zj-task-6", "--value", "60"), 1),
        (("milestone", "zj-target-20.1", "--date", "2023"), 2),
        (("milestone", "zj-target-20.1", "--date", "2023", "--value", "1", "--remove"), 2),
        (("milestone", "zj-target-20.1", "--date", "2025", "--value", "79"), 1),  # the due date itself
        (("milestone", "zj-target-20.1", "--date", "2021-01-01", "--value", "79"), 1),
        (("milestone", "zj-target-20.1", "--date", "2023", "--remove"), 1),
        (("milestone", "zj-target-33.1", "--date", "2025", "--remove"), 1),  # it comes with the link
    ],
)
def test_what_makes_no_sense_is_refused(cli: Cli, words: tuple[str, ...], code: int) -> None:
    result = cli(*words)
    assert (result.code, result.out) == (code, ""), result.err


def test_a_yearly_target_and_a_baseline_fit_each_other(cli: Cli) -> None:
    cli.ok("milestone", "zj-target-20.1", "--date", "2023", "--value", "70")
    assert (
        "2023-12-31 的年度目标 70 比基数 72 还差；请用 tracker milestone 改正"
        in cli("baseline", "zj-target-20.1", "--value", "72").err
    )
    cli.ok("undo", "--yes")
    late = cli("baseline", "zj-target-20.1", "--value", "60", "--year", "2023")
    assert "2023-12-31 的年度目标 70 不晚于基期，不参与计算" in late.err
    refused = cli("milestone", "zj-target-20.1", "--date", "2022", "--value", "65")
    assert refused.err == "错误：zj-target-20.1：阶段目标日期 2022-12-31 不晚于基期 2023 年，应在基期之后\n"


def test_the_only_number_of_an_item_need_not_be_pointed_at(cli: Cli) -> None:
    assert cli.ok("baseline", "zj-target-3", "--value", "18.3").startswith("基数 zj-target-3.1")


def test_planned_progress_runs_along_milestones(cli: Cli) -> None:
    cli.ok("baseline", "zj-target-20.1", "--value", "60", "--date", "2021-01-01")
    assert cli.ok("milestone", "zj-target-20.1", "--date", "2023-07-03", "--value", "75", "--from", "2021-01-01") == (
        "阶段目标 zj-target-20.1（2021-01-01）：阶段目标 2023-07-03 为 75\n"
    )
    steps = json.loads(cli.ok("explain", "zj-target-20.1", "--json", "--as-of", "2023-07-03"))["parts"][0]["steps"]
    assert [step["result"] for step in steps if step["key"] == "planned_progress"] == [75.0]
    again = cli.ok("milestone", "zj-target-20.1", "--date", "2023-07-03", "--value", "70")
    assert again.endswith("阶段目标 2023-07-03 为 75 → 2023-07-03 为 70\n")
    cli.ok("milestone", "zj-target-20.1", "--date", "2023-07-03", "--remove")
    assert "阶段目标" not in cli.ok("explain", "zj-target-20.1")


def test_nothing_is_planned_before_a_baseline_s_own_year_is_over(cli: Cli) -> None:
    cli.ok("baseline", "zj-target-20.1", "--value", "60", "--year", "2022", "--date", "2021-01-05")
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2021-06-17", "--yes")
    told: dict[str, Any] = {}
    for day in ("2022-12-30", "2022-12-31"):
        (part,) = json.loads(cli.ok("explain", "zj-target-20.1", "--json", "--as-of", day))["parts"]
        steps = {step["key"]: (step["result"], step["formula"]) for step in part["steps"]}
        told[day] = [steps["planned_progress"], steps["expected"]]
        assert part["light_reason"] == "灰：现值早于基期年末，待评估"
    assert told["2022-12-30"][0] == (None, "基期年末（2022-12-31）以前没有序时进度")
    assert told["2022-12-30"][1][0] is None
    assert [result for result, _ in told["2022-12-31"]] == [0, 60]


def test_a_milestone_without_a_baseline_says_what_is_missing(cli: Cli) -> None:
    assert "尚无基数" in cli("milestone", "zj-target-20.1", "--date", "2023", "--value", "70").err


def test_the_shipped_sum_is_known_when_every_part_is(cli: Cli) -> None:
    for name, value in (("zj-target-10.2", "50"), ("zj-target-15.1", "60")):
        cli.ok("log", name, "--value", value)
    assert part(cli, "zj-target-6.3")["actual"] is None
    cli.ok("log", "zj-target-23.2", "--value", "70.5")
    assert (part(cli, "zj-target-6.3")["actual"], part(cli, "zj-target-35.3")["actual"]) == (180.5, 180.5)


def test_an_official_figure_beside_the_sum_is_in_force_and_a_difference_is_said(cli: Cli) -> None:
    for name, value in (("zj-target-10.2", "50"), ("zj-target-15.1", "60"), ("zj-target-23.2", "70.5")):
        cli.ok("log", name, "--value", value)
    said = cli("log", "zj-target-6.3", "--value", "200")
    assert (said.code, said.err.splitlines()[0]) == (
        0,
        "注意：zj-target-6.3：本次 200，与台账现值 180.5（zj-target-10.2、zj-target-15.1、zj-target-23.2 合计）不一致；以本次填报为准",
    )
    assert part(cli, "zj-target-6.3")["actual"] == 200
    assert part(cli, "zj-target-6.3", "--known-at", "2026-11-21T23:00")["actual"] == 200


def test_a_namesake_is_reported_once_from_either_side(cli: Cli) -> None:
    cli.ok("link", "js-target-9.1", "--same-as", "cn-target-5.1")
    refused = cli("log", "js-target-9.1", "--value", "40", "--unit", "js:省生态环境厅")
    assert refused.err.startswith("错误：js-target-9.1 与 cn-target-5.1 是同一指标，由后者填报")
    cli.ok("log", "js-target-9.1", "--value", "40")
    assert part(cli, "js-target-9.1")["actual"] == 40
    assert listed(cli, "js-target-9.1") == 40
    assert part(cli, "js-target-9.1", "--known-at", "2026-11-21T23:00")["actual"] == 40
    cli.now = cli.now.replace(month=12)
    cli.ok("link", "js-target-9.1", "--none")
    assert part(cli, "js-target-9.1")["actual"] is None
    assert listed(cli, "js-target-9.1", "--as-of", "2026-11-30") == 40  # a source of another plan, a link since cut


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zj-target-20.1", "--same-as", "zj-target-20.1"), "不能与自己关联"),
        (("zj-target-10.2", "--sum", "zj-target-6.3"), "zj-target-6.3 的现值又由 zj-target-10.2 得出，不能循环关联"),
        (("zj-target-23.2", "--same-as", "zj-target-35.3"), "的时限晚于"),
        (("zj-target-17.1", "--same-as", "zj-target-6.1"), "计量单位是“个”，zj-target-17.1 是“家”"),
        (("zj-target-17.1", "--same-as", "zj-target-6.1", "--convert"), "不能换算"),
        (("zj-target-20.1", "--same-as", "zj-target-31.1"), "没有数值目标"),
        (("zj-target-20.1", "--same-as", "zj-target-21.2"), "一个是变化幅度、一个是水平"),
        (("zj-target-20.1", "--sum", "zj-target-20.2,zj-target-20.2"), "来源有重复"),
        (("zj-target-20.1", "--same-as", "zj-target-20"), "没有指标 zj-target-20"),
        (("zj-target-20.1", "--none"), "没有关联，无需取消"),
        (("zj-target-20", "--same-as", "zj-target-3.1"), "请写明是哪一个"),
    ],
)
def test_a_link_that_cannot_be_is_refused(cli: Cli, words: tuple[str, ...], said: str) -> None:
    result = cli("link", *words)
    assert (result.code, said in result.err) == (1, True), result.err


@pytest.mark.parametrize(
    "words",
    [(), ("--same-as", "zj-target-3.1", "--none"), ("zj-target-3.1",), ("--same-as", "zj-target-20.2,zj-target-20.3")],
)
def test_a_link_says_exactly_what_it_is(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli("link", "zj-target-20.1", *words).code == 2


def test_the_parts_of_a_sum_may_be_written_in_any_usual_way(cli: Cli) -> None:
    joined = [f"zj-target-10.2{mark}zj-target-15.1" for mark in " ,、+"]
    for words in (text.split() for text in joined):
        said = cli.ok("link", "zj-target-6.1", "--sum", *words, "--dry-run")
        assert said == "【演示，未写入】关联 zj-target-6.1（2026-11-21）：关联 zj-target-10.2、zj-target-15.1 的合计\n"
    mixed = cli.ok("link", "zj-target-6.3", "--sum", "zj-target-10.2", "zj-target-15.1,zj-target-23.2", "--dry-run")
    assert mixed.endswith(" → zj-target-10.2、zj-target-15.1、zj-target-23.2 的合计\n")


def test_a_value_of_its_own_stays_in_force_beside_a_sum(cli: Cli) -> None:
    cli.ok("log", "zj-target-6.1", "--value", "5")
    assert "zj-target-6.1 已报的现值 5 仍以其为准" in cli("link", "zj-target-6.1", "--sum", "zj-target-10.2").err
    assert part(cli, "zj-target-6.1")["actual"] == 5
    cli.ok("log", "zj-target-10.2", "--value", "7")
    assert part(cli, "zj-target-6.1")["actual"] == 5
    cli.ok("undo", "3", "--yes")
    assert part(cli, "zj-target-6.1")["actual"] == 5


def test_a_value_of_its_own_gives_way_to_the_same_measure_with_a_word(cli: Cli) -> None:
    cli.ok("log", "zj-target-6.1", "--value", "5")
    assert "原有的现值 5 今后不再采用" in cli("link", "zj-target-6.1", "--same-as", "zj-target-10.2").err
    assert part(cli, "zj-target-6.1")["actual"] is None
    cli.ok("link", "zj-target-6.1", "--none")
    assert part(cli, "zj-target-6.1")["actual"] == 5


def test_another_magnitude_is_converted_only_when_said(cli: Cli) -> None:
    cli.ok("log", "zj-target-7.2", "--value", "34500000", "--measure", "千瓦")
    assert part(cli, "zj-target-7.2")["actual"] == 3450
    cli.ok("log", "zj-target-7.3", "--value", "1000")
    assert part(cli, "zj-target-7.3")["actual"] == 1000
    assert "不能换算" in cli("log", "zj-target-7.3", "--value", "1000", "--measure", "吨").err
    cli.ok("baseline", "zj-target-7.2", "--value", "0.28", "--measure", "亿千瓦")
    assert part(cli, "zj-target-7.2")["baseline_value"] == 2800


def test_a_sum_over_magnitudes_is_made_when_asked_for(cli: Cli) -> None:
    parts = ("--indicator", "海上风电装机 >= 5000000 千瓦", "--indicator", "陆上风电装机 >= 400 万千瓦")
    cli.ok("item", "add", "zj", "target", "--text", "风电", *parts)
    assert "加 --convert 换算" in cli("link", "zj-target-7.2", "--sum", "zj-target-36.1", "zj-target-36.2").err
    cli.ok("link", "zj-target-7.2", "--sum", "zj-target-36.1", "zj-target-36.2", "--convert")
    cli.ok("log", "zj-target-36.1", "--value", "4500000")
    cli.ok("log", "zj-target-36.2", "--value", "380.5")
    assert part(cli, "zj-target-7.2")["actual"] == 830.5
    assert part(cli, "zj-target-7.2", "--known-at", "2027")["actual"] == 830.5


def test_history_names_what_was_set(cli: Cli) -> None:
    cli.ok("milestone", "zj-target-20.1", "--date", "2023", "--value", "70")
    cli.ok("link", "zj-target-6.1", "--sum", "zj-target-10.2")
    rows = json.loads(cli.ok("history", "--json"))[1:]
    assert [(row["id"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("zj-target-20.1", "milestone", None, {"date": "2023-12-31", "value": 70}),
        ("zj-target-6.1", "link", None, {"kind": "sum", "sources": ["zj-target-10.2"]}),
    ]
    assert "阶段目标：（空） → 2023-12-31 为 70" in cli.ok("history")


def test_figures_that_could_say_nothing_are_refused_or_named(cli: Cli) -> None:
    late = cli("baseline", "zj-target-20.1", "--value", "60", "--year", "2025")
    assert (late.code, late.err) == (1, "错误：zj-target-20.1：基期 2025 年应早于完成时限 2025-12-31\n")
    assert "核定结果为准" in cli("milestone", "zj-target-1", "--date", "2023-12-31", "--percent", "50").err
    assert "没有完成时限" in cli("milestone", "zj-policy-1", "--date", "2023-12-31", "--percent", "50").err
