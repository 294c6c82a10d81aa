"""`complete`, `close`, `return`, `reopen`: an item's life as the people see it."""

import json

import pytest

from tests.conftest import Cli

REASON = ("--reason", "佐证材料不全")


def shown(cli: Cli, name: str, *fields: str) -> list[object]:
    view = json.loads(cli.ok("show", name, "--json"))
    return [view[each] for each in fields]


def test_declared_by_a_lead_verified_by_another_person(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "90")
    assert cli.ok("complete", "zj-task-6") == "申报办结 zj-task-6（2026-11-21，省生态环境厅）：状态 进行中 → 申报办结\n"
    assert shown(cli, "zj-task-6", "state", "completed_on", "closed_on", "light") == [
        "completed",
        "2026-11-21",
        None,
        "review",
    ]
    refused = cli("close", "zj-task-6")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "错误：zj-task-6 由 张三 申报办结，须由另一人核查销号；请核查人用 --by 写明本人姓名\n"
    assert cli("close", "zj-task-6", "--by", " 张 三").code == 1
    done = cli.ok("close", "zj-task-6", "--by", "李四", "--unit", "省发展改革委", "--note", "已核查")
    assert done == "核查销号 zj-task-6（2026-11-21，省发展改革委）：状态 申报办结 → 已销号；核查意见 已核查\n"
    assert shown(cli, "zj-task-6", "state", "closed_on", "light") == ["closed", "2026-11-21", "done"]


def test_returned_with_a_reason_it_is_in_progress_again(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    assert cli("return", "zj-task-6").code == 2
    assert cli("return", "zj-task-6", "--reason", " ").code == 2
    assert (
        cli.ok("return", "zj-task-6", *REASON)
        == "退回 zj-task-6（2026-11-21）：状态 申报办结 → 进行中；理由 佐证材料不全\n"
    )
    assert shown(cli, "zj-task-6", "state", "completed_on") == ["in_progress", None]
    cli.ok("complete", "zj-task-6")


def test_closed_it_is_opened_again_only_by_reopen(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    cli.ok("close", "zj-task-6", "--by", "李四")
    assert "请用 tracker reopen zj-task-6" in cli("return", "zj-task-6", *REASON).err
    assert cli("complete", "zj-task-6").code == 1
    assert cli("log", "zj-task-6", "--percent", "50").code == 1
    cli.ok("log", "zj-task-6", "--note", "补充说明")
    cli.ok("reopen", "zj-task-6", "--reason", "督察发现问题")
    assert shown(cli, "zj-task-6", "state", "completed_on", "closed_on") == ["in_progress", None, None]


def test_an_item_takes_its_indicators_with_it(cli: Cli) -> None:
    cli.ok("complete", "zj-target-20.1")
    assert shown(cli, "zj-target-20", "state") == ["in_progress"]
    assert "尚有指标未申报办结（zj-target-20.2" in cli("close", "zj-target-20", "--by", "李四").err
    done = cli("complete", "zj-target-20")
    assert done.out == (
        "申报办结 zj-target-20（2026-11-21，省建设厅）：状态 未启动 → 申报办结（zj-target-20.2、zj-target-20.3、zj-target-20.4）\n"
    )
    assert "zj-target-20.1 未达目标，不能按达标销号" in cli("close", "zj-target-20.1", "--by", "李四").err
    cli.ok("close", "zj-target-20.1", "--by", "李四", "--unmet", "管网未建成")
    assert shown(cli, "zj-target-20", "state") == ["completed"]
    cli.ok("close", "zj-target-20", "--by", "李四", "--unmet", "管网未建成")
    assert shown(cli, "zj-target-20", "state") == ["closed"]
    cli.ok("reopen", "zj-target-20.3", *REASON)
    assert shown(cli, "zj-target-20", "state", "closed_on") == ["in_progress", None]


def test_unmet_numbers_are_declared_with_a_warning(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "78.5")
    warned = cli("complete", "zj-target-20.1")
    assert (warned.code, warned.err.splitlines()[0]) == (
        0, "注意：zj-target-20.1 城市生活污水集中收集率：目标不低于80%，现值 78.5%，未达目标即申报办结，由核查人判断",
    )  # fmt: skip
    cli.ok("log", "zj-target-20.2", "--value", "98")
    assert "注意" not in cli("complete", "zj-target-20.2").err
    assert "注意" in cli("log", "zj-target-20.3", "--value", "94", "--state", "completed").err
    assert "注意" not in cli("log", "zj-target-20.4", "--value", "95", "--state", "completed").err


@pytest.mark.parametrize(
    ("words", "light", "said"),
    [
        ((), "申报于2026-11-21，省生态环境厅，逾期 325 天申报", "逾期办结（2026-11-21）"),
        (("--date", "2025-12-31"), "申报于2025-12-31，省生态环境厅，待核查已 325 天", "按期办结（2025-12-31）"),
    ],
)
def test_in_time_and_late_are_told_apart(cli: Cli, words: tuple[str, ...], light: str, said: str) -> None:
    cli.ok("complete", "zj-task-6", *words)
    assert shown(cli, "zj-task-6", "light_reason") == [f"待核查，{light}"]
    assert f"状态：申报办结，{said}" in cli.ok("show", "zj-task-6")
    cli.ok("close", "zj-task-6", "--by", "李四")
    assert f"状态：已销号，{said}" in cli.ok("show", "zj-task-6")


def test_within_an_extension_it_is_in_time(cli: Cli) -> None:
    cli.ok("extend", "zj-task-6", "--to", "2026-12-31", "--reason", "疫情", "--approved-by", "省政府", "--late")
    cli.ok("complete", "zj-task-6")
    assert shown(cli, "zj-task-6", "light_reason") == ["待核查，申报于2026-11-21，省生态环境厅，原定2025-12-31"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("complete", "zj-target-20", "--unit", "省生态环境厅"),
            "省生态环境厅 是 zj-target-20 的参与单位，申报办结须由牵头单位办理",
        ),
        (("complete", "zj-target-20", "--unit", "省科技厅"), "省科技厅 不是 zj-target-20 的牵头或参与单位"),
        (("complete", "zj-aim-1"), "zj-aim-1 是总体目标"),
        (("complete", "zj-task-6", "--date", "2026-11-22"), "不能写未来的日期"),
        (("complete", "zj-task-6", "--date", "2020-12-31"), "早于方案的实施起点"),
        (("close", "zj-task-6", "--by", "李四"), "尚未办结，不能销号"),
        (("close", "zj-task-6", "--by", "李四", "--unit", "没有的单位"), "尚未办结，不能销号"),
        (("complete", "zj-task-99"), "没有事项 zj-task-99"),
        (("complete", "zj-target-20.9"), "没有指标 zj-target-20.9"),
    ],
)
def test_what_is_not_allowed_is_refused_and_changes_nothing(cli: Cli, words: tuple[str, ...], said: str) -> None:
    result = cli(*words)
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert cli("history", "--json").out.count('"change"') == 1


def test_a_row_without_a_lead_takes_anybodys_completion(cli: Cli) -> None:
    cli.ok("complete", "zj-policy-2", "--by", "任何人")


def test_among_several_leads_an_unnamed_one_is_asked_for(cli: Cli) -> None:
    assert "未写明由哪个单位申报" in cli("complete", "zj-policy-9").err
    cli.ok("return", "zj-policy-9", *REASON)
    assert "注意" not in cli("complete", "zj-policy-9", "--unit", "省地方金融监管局").err


def test_several_at_once_are_all_done_or_none(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    assert cli("complete", "zj-task-7", "zj-task-6").code == 1
    assert shown(cli, "zj-task-7", "state") == ["not_started"]
    cli.ok("complete", "zj-task-7", "zj-task-7", "zj-target-20", "zj-target-20.1")
    assert shown(cli, "zj-target-20", "state") == ["completed"]


def test_a_dry_run_changes_nothing_and_says_so(cli: Cli) -> None:
    assert cli.ok("complete", "zj-task-6", "--dry-run").startswith("【演示，未写入】申报办结 zj-task-6")
    assert shown(cli, "zj-task-6", "state") == ["not_started"]


def test_decisions_as_json(cli: Cli) -> None:
    assert json.loads(cli.ok("complete", "zj-task-6", "--json")) == [
        {
            "change": 2, "id": "zj-task-6", "command": "complete", "date": "2026-11-21", "unit": "省生态环境厅",
            "changes": [{"id": "zj-task-6", "field": "state", "before": "not_started", "after": "completed"}], "warnings": [],
        }
    ]  # fmt: skip


def test_each_decision_is_in_the_history_and_can_be_taken_back(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    cli.ok("close", "zj-task-6", "--by", "李四")
    rows = json.loads(cli.ok("history", "zj-task-6", "--json"))
    assert [(row["command"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("complete", "state", "not_started", "completed"), ("close", "state", "completed", "closed"),
    ]  # fmt: skip
    assert "其后第 3 号改动（close）" in cli("undo", "2", "--yes").err
    cli.ok("undo", "3", "--yes")
    cli.ok("undo", "2", "--yes")
    assert shown(cli, "zj-task-6", "state") == ["not_started"]


def test_a_decision_holds_from_its_date(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6", "--date", "2025-06-30")
    assert [json.loads(cli.ok("show", "zj-task-6", "--json", "--as-of", day))["state"] for day in ("2025-06-29", "2025-06-30")] == [
        "not_started", "completed",
    ]  # fmt: skip


def test_no_decision_is_dated_before_one_that_overrides_it(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6", "--date", "2026-03-01")
    cli.ok("return", "zj-task-6", *REASON, "--date", "2026-04-01")
    refused = cli("complete", "zj-task-6", "--date", "2026-02-01")
    assert (refused.code, "zj-task-6 在 2026-04-01 已有“退回”，本次日期 2026-02-01 不能更早" in refused.err) == (
        1,
        True,
    )
    assert cli("log", "zj-task-6", "--state", "completed", "--date", "2026-02-01").code == 1


def test_what_was_completed_on_a_day_takes_no_figures_for_that_day(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6", "--date", "2026-03-01")
    cli.ok("reopen", "zj-task-6", *REASON, "--date", "2026-05-01")
    assert (
        "zj-task-6 在 2026-04-01 为申报办结" in cli("log", "zj-task-6", "--percent", "60", "--date", "2026-04-01").err
    )
    cli.ok("log", "zj-task-6", "--percent", "60", "--date", "2026-02-01")
    cli.ok("log", "zj-task-6", "--note", "说明", "--date", "2026-04-01")


def test_a_figure_that_comes_in_after_the_completion_says_that_work_was_going_on(cli: Cli) -> None:
    cli.ok("complete", "zj-target-20.1", "--date", "2026-03-01")
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2026-01-10")
    cli.ok("log", "zj-target-20.1", "--value", "82", "--date", "2026-04-10")
    states = [
        json.loads(cli.ok("show", "zj-target-20", "--json", "--as-of", day))["indicators"][0]["state"]
        for day in ("2026-01-09", "2026-01-10", "2026-03-01", "2026-04-10")
    ]
    assert states == ["not_started", "in_progress", "completed", "completed"]
    assert "状态：（空） → 进行中" in cli.ok("history", "zj-target-20")  # nothing was moved back from 申报办结


def test_evidence_is_asked_for_where_the_settings_say_so(cli: Cli) -> None:
    (cli.folder / "config.toml").write_text("evidence_required = true\n", encoding="utf-8")
    for words in (("complete", "zj-task-6"), ("log", "zj-task-6", "--state", "completed")):
        assert "zj-task-6 办结须有佐证材料（配置 evidence_required）" in cli(*words).err
    cli.ok("log", "zj-task-6", "--state", "completed", "--evidence", "https://example.org/a")
    cli.ok("complete", "zj-task-7", "--evidence", "https://example.org/b")
    cli.ok("log", "zj-target-20.1", "--value", "80", "--evidence", "https://example.org/c")
    cli.ok("complete", "zj-target-20.1")
    assert "zj-target-20.2 办结须有佐证材料" in cli("complete", "zj-target-20").err
    cli.ok("log", "zj-target-20", "--note", "总体材料", "--evidence", "https://example.org/d")
    cli.ok("complete", "zj-target-20")


def test_a_later_target_is_completed_by_itself_while_its_number_is_reported_once(cli: Cli) -> None:
    cli.ok("log", "zj-target-33.1", "--value", "25", "--date", "2025-12-31")
    cli.ok("complete", "zj-target-3", "--date", "2025-12-31")
    assert shown(cli, "zj-target-33", "state") == ["in_progress"]
    assert cli("log", "zj-target-3.1", "--state", "进行中").code == 1
    cli.ok("log", "zj-target-33.1", "--value", "26")
    said = [row["field"] for row in json.loads(cli.ok("history", "zj-target-3", "--json"))]
    assert said == [
        "state",
        "value",
        "state",
        "value",
    ]  # the last report moves the value, not the state of what is completed
    assert [shown(cli, name, "state")[0] for name in ("zj-target-3", "zj-target-33")] == ["completed", "in_progress"]
    cli.ok("log", "zj-target-33.1", "--state", "completed")
    assert [shown(cli, name, "state")[0] for name in ("zj-target-3", "zj-target-33")] == ["completed", "completed"]


def test_the_share_of_areas_still_comes_in_after_the_word_and_settles_it(cli: Cli) -> None:
    said = cli("complete", "zj-target-22.1", "--unit", "省建设厅")
    assert "目标全部，尚无现值，未达目标即申报办结" in said.err
    assert cli("log", "zj-target-22.1", "--state", "in_progress").code == 1
    cli.ok("log", "zj-target-22.1", "--value", "90")
    assert shown(cli, "zj-target-22", "state", "met") == ["in_progress", False]
    cli.ok("log", "zj-target-22.1", "--percent", "100")
    first = shown(cli, "zj-target-22", "indicators")[0][0]  # type: ignore[index]
    assert (first["state"], first["met"]) == ("completed", True)


def test_what_is_declared_before_its_figure_decides_says_so(cli: Cli) -> None:
    cli.now = cli.now.replace(year=2025, month=4)
    cli.ok("log", "zj-target-24", "--value", "91")
    assert "现值 91%，以2025年数据为准，该数据达标后方可销号" in cli("complete", "zj-target-24").err
    refused = cli("close", "zj-target-24", "--by", "李四")
    assert "错误：zj-target-24.1 提前达到，以到期年度的数据为准，目前未达目标，不能按达标销号" in refused.err
    cli.ok("log", "nx-target-2", "--value", "1", "--date", "2025-03-01", "--unit", "nx:自治区生态环境厅")
    cli.ok("log", "nx-target-2", "--value", "0", "--unit", "nx:自治区生态环境厅")
    assert "2025-03-01 曾突破（1）" in cli("complete", "nx-target-2", "--unit", "nx:自治区生态环境厅").err


def test_what_was_closed_unmet_is_no_completion_in_words_and_lists(cli: Cli) -> None:
    cli.ok("log", "zj-target-12", "--value", "3", "--date", "2025-11-01")
    cli.ok("complete", "zj-target-12", "--date", "2025-12-01")
    cli.ok("complete", "zj-task-6")
    cli.ok("close", "zj-target-12", "--by", "李四", "--unmet", "口径调整")
    cli.ok("close", "zj-task-6", "--by", "李四")
    assert shown(cli, "zj-target-12", "light", "light_reason", "met") == [
        "done", "已销号：未达目标（口径调整），2026-11-21 销号", False,
    ]  # fmt: skip
    ids = [
        [row["id"] for row in json.loads(cli.ok("list", "--state", state, "--json"))]
        for state in ("closed", "closed_unmet")
    ]
    assert ids == [["zj-target-12", "zj-task-6"], ["zj-target-12"]]
    assert [row["id"] for row in json.loads(cli.ok("list", "--indicators", "--state", "closed_unmet", "--json"))] == [
        "zj-target-12.1"
    ]
    earlier = ("list", "--state", "closed_unmet", "--as-of", "2026-11-20", "--json")
    assert json.loads(cli.ok(*earlier)) == []
    assert "已销号（未达）" in cli.ok("list", "--state", "已销号（未达目标）")


def test_a_task_that_its_lead_calls_not_started_has_nothing_done(cli: Cli) -> None:
    cli.now = cli.now.replace(year=2023)
    cli.ok("log", "zj-task-6", "--state", "not_started")
    assert shown(cli, "zj-task-6", "percent", "light") == [0, "red"]
