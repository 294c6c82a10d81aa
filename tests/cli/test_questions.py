"""What happens at a terminal: questions only for what is missing, the last values offered, a yes before it is stored."""

import pytest

from tests.cli.ledgers import asked, refusal, unchanged
from tests.conftest import Cli, Result

HEAD_8 = (
    "zj-task-8  推进港口集疏运铁路、物流园区及大型工矿企业铁路专用线等“公转铁”线路建设，大力发展江海直达、江海联运。\n"
)
HEAD_20 = (
    "zj-target-20  城市生活污水集中收集率力争达到80%以上，城市污水处理率达到98%以上；农村生活污水治理行政村覆盖率和"
    "处理设施出水达标率达95%以上。\n"
)
CHOICE_20 = "  1  城市生活污水集中收集率\n  2  城市污水处理率\n  3  农村生活污水治理行政村覆盖率\n  4  农村生活污水处理设施出水达标率\n"
WHICH = "哪一个指标（回车为整个事项）？"
TEXTS = "本期进展（回车跳过）：存在问题（回车跳过）：下步安排（回车跳过）："


@pytest.fixture(autouse=True)
def _plain(cli: Cli) -> None:
    """A screen reader's mode: what is asked and answered stands in the transcripts as it is said."""
    cli.environ["TERM"] = "dumb"


def lines(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def test_a_task(cli: Cli) -> None:
    result = cli(
        "log", "zj-task-8", "--unit", "省交通运输厅", answers=lines("进行中", "45", "开工", "", "年底通车", "")
    )
    assert result == Result(
        0,
        "已填报 zj-task-8（2026-11-21，省交通运输厅）：进行中；完成率 45%；开工；下步：年底通车\n",
        f"{HEAD_8}状态（未启动、进行中、申报办结；上期 未启动，回车不变）：完成率（0–100，上期 无，回车不变）：{TEXTS}"
        "将填报 zj-task-8（填报日期 2026-11-21，填报人 张三，省交通运输厅）：状态 进行中；完成率 45；进展 开工；下步 年底通车\n"
        "第 2 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n",
    )


def test_an_indicator_is_chosen_by_its_number(cli: Cli) -> None:
    result = cli("log", "zj-target-20", answers=lines("9", "2", "很高", "97.5", "", "", "", "y"))
    assert result == Result(
        0,
        "已填报 zj-target-20.2（2026-11-21，省建设厅）：现值 97.5\n",
        f"{HEAD_20}{CHOICE_20}{WHICH}请输入 1、2、3、4 之一\n{WHICH}"
        "现值（%，目标 不低于98%，上期 无，回车不变）：现值“很高”不是数字，请填写如 61.5 的数字\n"
        f"现值（%，目标 不低于98%，上期 无，回车不变）：{TEXTS}"
        "将填报 zj-target-20.2（填报日期 2026-11-21，填报人 张三，省建设厅）：现值 97.5\n"
        "第 2 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n",
    )


def test_the_whole_of_several_indicators_has_no_percent(cli: Cli) -> None:
    result = cli("log", "zj-target-20", answers=lines("", "进行中", "全面推进", "", "", ""))
    assert result.out == "已填报 zj-target-20（2026-11-21，省建设厅）：进行中；全面推进\n"
    assert "完成率" not in result.err
    assert {indicator["state"] for indicator in asked(cli, "show", "zj-target-20")["indicators"]} == {"in_progress"}


def test_the_last_values_are_offered(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--value", "97.5", "--note", "提标改造", "--date", "2026-10-31")
    result = cli("log", "zj-target-20.2", answers=lines("98.5", "", "", "", ""))
    assert (
        "现值（%，目标 不低于98%，上期 97.5（2026-10-31），回车不变）：本期进展（上期：提标改造；回车跳过）："
        in result.err
    )
    assert result.out == "已填报 zj-target-20.2（2026-11-21，省建设厅）：现值 98.5（上期 97.5）\n"


def test_a_percent_out_of_range_is_asked_again(cli: Cli) -> None:
    result = cli("log", "zj-task-6", answers=lines("", "140", "40", "", "", "", ""))
    assert "完成率“140”超出范围，请填写 0 到 100 之间的数字\n完成率（0–100，上期 无，回车不变）：" in result.err
    assert asked(cli, "show", "zj-task-6")["percent"] == 40


def test_closed_cannot_be_answered(cli: Cli) -> None:
    result = cli("log", "zj-task-6", answers=lines("已销号", "已办结", "", "", "", ""))
    assert "请输入 未启动、进行中、申报办结 之一\n" in result.err
    assert asked(cli, "show", "zj-task-6")["state"] == "completed"


def test_all_empty_answers_are_no_change(cli: Cli) -> None:
    assert cli("log", "zj-task-6", answers=lines("", "", "", "", "", "")).out == (
        "已填报 zj-task-6（2026-11-21，省生态环境厅）：未启动；无变化\n"
    )


def test_a_figure_without_its_indicator_asks_only_which(cli: Cli) -> None:
    assert cli("log", "zj-target-20", "--value", "97.5", answers=lines("", "２")) == Result(
        0,
        "已填报 zj-target-20.2（2026-11-21，省建设厅）：现值 97.5\n",
        f"{HEAD_20}{CHOICE_20}哪一个指标？请输入 1、2、3、4 之一\n哪一个指标？第 2 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n",
    )


def test_a_value_may_be_answered_with_its_measure(cli: Cli) -> None:
    result = cli("log", "zj-target-12", answers=lines("12吨", "35000辆", "", "", "", ""))
    assert "计量单位“吨”与“万辆”不能换算；请按“万辆”填写\n" in result.err
    assert "：现值 35000辆\n" in result.err
    assert result.out == "已填报 zj-target-12.1（2026-11-21，省交通运输厅）：现值 3.5\n"


def test_of_several_leads_the_one_that_speaks_is_asked_for_once(cli: Cli) -> None:
    answers = lines("3", "", "10", "", "", "", "", "20", "", "", "")
    result = cli("log", "zj-task-9", "zj-task-8", answers=answers)
    assert result.out == (
        "已填报 zj-task-9（2026-11-21，省交通运输厅）：完成率 10%\n已填报 zj-task-8（2026-11-21，省交通运输厅）：完成率 20%\n"
    )
    which = "  1  省生态环境厅\n  2  省发展改革委\n  3  省交通运输厅\n代表哪个牵头单位（回车为不写明，填报不计入任何单位）？"
    assert result.err.count(which) == 1
    assert result.err.count("代表哪个") == 1


def test_a_participant_is_asked_for_words_only(cli: Cli) -> None:
    result = cli("log", "zj-task-6", "--unit", "省经信厅", answers=lines("已配合", "", "", ""))
    assert result.out == "已填报 zj-task-6（2026-11-21，省经信厅）：已配合\n"
    assert "状态（" not in result.err
    assert "完成率（" not in result.err


def test_what_is_completed_is_asked_for_words_only(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    result = cli("log", "zj-task-6", answers=lines("补充材料", "", "", ""))
    assert result.out == "已填报 zj-task-6（2026-11-21，省生态环境厅）：补充材料\n"
    assert "状态（" not in result.err


def test_what_may_not_be_reported_is_refused_before_a_question(cli: Cli) -> None:
    for words in (("zj-task-8", "--unit", "省经信厅"), ("cn-aim-1",), ("zj-task-99",), ("zj-task-6", "--unit", "厅")):
        code, line = refusal(cli, "log", *words, answers=lines("", "40", "", "", "", ""))
        assert code == 1
        assert "？" not in line


def test_several_items_are_asked_one_after_the_other_and_stored_together(cli: Cli) -> None:
    result = cli("log", "zj-task-6", "zj-task-13", answers=lines("", "40", "", "", "", "", "50", "", "", ""))
    assert result.out == (
        "已填报 zj-task-6（2026-11-21，省生态环境厅）：完成率 40%\n已填报 zj-task-13（2026-11-21，省生态环境厅）：完成率 50%\n"
    )
    assert result.err.endswith("第 2 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n")


def test_nothing_is_asked_when_something_was_given(cli: Cli) -> None:
    result = cli("log", "zj-task-6", "--percent", 40, answers="")
    assert result.err == "第 2 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n"


def test_no_input_asks_nothing(cli: Cli) -> None:
    with unchanged(cli):
        result = cli("log", "zj-task-6", "--no-input", answers=lines("", "40"))
    assert result == Result(
        1,
        "",
        "错误：zj-task-6：没有填写任何内容；请至少填 --state、--percent、--value、--note 之一，无变化请加 --same\n",
    )


def test_an_end_of_input_at_every_question_stores_nothing(cli: Cli) -> None:
    answers = ["1", "70", "推进", "缺资金", "申请专项"]
    for given in range(len(answers)):
        with unchanged(cli):
            result = cli("log", "zj-target-20", answers=lines(*answers[:given]))
        assert (result.code, result.out) == (130, "")
        assert result.err.endswith("\n已中断，未作任何改动\n")


def test_undo_asks(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    question = "将撤回：zj-task-6 进行中，完成率 40%\n撤销第 2 号改动（张三，2026-11-21 12:00，log）？ [y/N] "
    for answer in ("", "n", "不"):
        with unchanged(cli):
            assert cli("undo", answers=lines(answer)) == Result(0, "", f"{question}未撤销\n")
    with unchanged(cli):
        assert cli("undo", answers="") == Result(130, "", f"{question}\n已中断，未作任何改动\n")
    assert cli("undo", answers=lines("是")) == Result(
        0, "已撤销第 2 号改动（张三，2026-11-21 12:00，log）：zj-task-6\n", question
    )


def test_a_dry_run_asks_no_yes(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", 40)
    with unchanged(cli):
        assert cli("undo", "--dry-run", answers="").code == 0
