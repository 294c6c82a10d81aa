"""The forms in which a list goes out: table, CSV, JSON; fields, order, limit, file (docs/contract.md)."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.ledgers import asked
from tests.conftest import Cli

CUT = "；用 --limit 0 查看全部，或用 -o FILE 存入文件\n"


def ids(cli: Cli, *words: object) -> list[str]:
    return [row["id"] for row in asked(cli, "list", "--fields", "id", *words)]


def test_a_table(cli: Cli) -> None:
    assert cli.ok("list", "--plan", "zj", "--kind", "policy", "--limit", 3) == (
        "共 9 项，截至 2026-11-21，方案 zj，zj 为征求意见稿\n"
        "编号         事项                                         牵头单位                    完成时限    完成率  状态    亮灯\n"
        "zj-policy-1  制定设区市深入打好污染防治攻坚战成效考核指…  省生态环境厅                                    未启动  灰\n"
        "zj-policy-2  出台浙江省二氧化碳总量控制实施意见           待明确                                          未启动  灰\n"
        "zj-policy-3  制定工业领域准入标准（清单）方案             省经信厅                                        未启动  灰\n"
        f"只显示前 3 行，共 9 行{CUT}"
    )


def test_a_narrow_table_keeps_what_matters(cli: Cli) -> None:
    cli.environ["COLUMNS"] = "80"
    assert cli.ok("list", "--plan", "zj", "--kind", "policy", "--limit", 2) == (
        "共 9 项，截至 2026-11-21，方案 zj，zj 为征求意见稿\n"
        "编号         事项                             完成时限    完成率  状态    亮灯\n"
        "zj-policy-1  制定设区市深入打好污染防治攻坚…                      未启动  灰\n"
        "zj-policy-2  出台浙江省二氧化碳总量控制实施…                      未启动  灰\n"
        f"只显示前 2 行，共 9 行{CUT}"
    )


def test_indicators_as_a_table(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--value", "97.5")
    assert cli.ok("list", "--plan", "zj", "--indicators", "--search", "污水处理率") == (
        "指标共 4 个，截至 2026-11-21，方案 zj，zj 为征求意见稿\n"
        "编号            指标                                            目标值                    现值  完成率  完成时限    达标\n"
        "zj-target-20.1  城市生活污水集中收集率                          不低于80%                               2025-12-31  否\n"
        "zj-target-20.2  城市污水处理率                                  不低于98%                97.5%          2025-12-31  否\n"
        "zj-target-20.3  农村生活污水治理行政村覆盖率                    不低于95%                               2025-12-31  否\n"
        "zj-target-20.4  农村生活污水处理设施出水达标率                  不低于95%                               2025-12-31  否\n"
    )


def test_an_empty_list_is_no_error(cli: Cli) -> None:
    result = cli("list", "--search", "没有这样的事项")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("共 0 项，截至 2026-11-21\n编号")
    assert cli.ok("list", "--search", "没有这样的事项", "--csv", "--fields", "id") == "id\n"


def test_fields_as_a_table(cli: Cli) -> None:
    assert cli.ok("list", "--fields", "id,light,lead_units", "--plan", "zj", "--search", "污水", "--limit", 2) == (
        "共 9 行，截至 2026-11-21，方案 zj，zj 为征求意见稿\n"
        "id            light  lead_units\n"
        "zj-target-18  red    省治水办\n"
        "zj-target-19  red    省生态环境厅\n"
        f"只显示前 2 行，共 9 行{CUT}"
    )


def test_fields_of_one_item(cli: Cli) -> None:
    assert cli.ok("show", "zj-task-6", "--fields", "id,lead_units,percent") == (
        "id：zj-task-6\nlead_units：省生态环境厅\npercent：\n"
    )


# CSV


def test_csv_has_one_row_an_item_and_joins_units(cli: Cli) -> None:
    text = cli.ok(
        "list", "--csv", "--search", "污水处理率", "--fields", "id,lead_units,participating_units,due,met,number"
    )
    assert text == (
        "id,lead_units,participating_units,due,met,number\nzj-target-20,省建设厅,省生态环境厅,2025-12-31,false,20\n"
    )
    task = cli.ok("list", "--csv", "--plan", "zj", "--search", "柴油", "--fields", "lead_units")
    assert task == "lead_units\n省生态环境厅、省发展改革委、省交通运输厅\n"


def test_csv_with_all_fields_reads_back(cli: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(cli.ok("list", "--csv"))))
    assert len(rows) == 273
    assert list(rows[0]) == list(asked(cli, "list", "--limit", 1)[0])
    assert {row["indicators"] for row in rows if row["id"] == "zj-target-20"} == {
        "zj-target-20.1；zj-target-20.2；zj-target-20.3；zj-target-20.4"
    }


def test_csv_of_indicators_has_one_row_an_indicator(cli: Cli) -> None:
    text = cli.ok("list", "--csv", "--indicators", "--search", "污水处理率", "--fields", "item,id,value,measure")
    assert text == (
        "item,id,value,measure\n"
        "zj-target-20,zj-target-20.1,80,%\n"
        "zj-target-20,zj-target-20.2,98,%\n"
        "zj-target-20,zj-target-20.3,95,%\n"
        "zj-target-20,zj-target-20.4,95,%\n"
    )


def test_a_csv_file_has_a_mark_and_a_pipe_has_none(cli: Cli, tmp_path: Path) -> None:
    piped = cli.ok("list", "--csv", "--limit", 2)
    assert not piped.startswith("\ufeff")
    for name, words in (("a.csv", []), ("b.txt", ["--csv"]), ("c.CSV", [])):
        result = cli("list", "--limit", 2, "-o", tmp_path / name, *words)
        assert (result.code, result.out, result.err) == (0, "", f"已写入 {tmp_path / name}\n")
        # A listing in a file says in its last column when it was made (docs/files.md).
        stamped = (tmp_path / name).read_bytes().decode().splitlines()
        assert stamped[0] == "\ufeff" + piped.splitlines()[0] + ",stamp"
        assert [line.rpartition(",")[0] for line in stamped[1:]] == piped.splitlines()[1:]


def test_a_formula_in_csv_stays_text(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--note", "=HYPERLINK(1)")
    cli.ok("log", "zj-task-7", "--note", "-3.5")
    cli.ok("log", "zj-task-9", "--note", "'=")
    text = cli.ok("history", "--csv", "--fields", "id,field,after")
    assert "zj-task-6,note,'=HYPERLINK(1)\n" in text
    assert "zj-task-7,note,-3.5\n" in text
    assert "zj-task-9,note,''=\n" in text


def test_comparators_in_csv_are_the_codes_of_json(cli: Cli) -> None:
    fields = ("--fields", "id,comparator,bound")
    text = cli.ok("list", "--plan", "zj", "--csv", "--indicators", *fields)
    rows = [list(row.values()) for row in csv.DictReader(text.splitlines())]
    indicators = [each for row in asked(cli, "list", "--plan", "zj") for each in row["indicators"]]
    assert rows == [[each["id"], each["comparator"], each["bound"] or ""] for each in indicators]
    assert "zj-target-3.1,=,\nzj-target-4.1,complete,\n" in text


def test_status_as_csv_has_a_column_for_every_state_and_light(cli: Cli) -> None:
    text = cli.ok("status", "--csv", "--plan", "zj")
    assert text == (
        "key,total,state_not_started,state_in_progress,state_completed,state_closed,light_red,light_yellow,light_blue,"
        "light_green,light_grey,light_done,light_review,overdue,due_soon,unreported,unassessable,extended,awaiting,unverified,before_ledger,closed_unmet\n"
        "zj,91,91,0,0,0,79,0,0,0,12,0,0,79,0,0,0,0,0,0,79,0\n"
    )


# Files


def test_the_name_of_the_file_says_the_form(cli: Cli, tmp_path: Path) -> None:
    for words in (["list", "--limit", 2], ["show", "zj-task-6"], ["status"], ["plan", "show", "zj"]):
        path = tmp_path / f"{words[0]}.json"
        cli.ok(*words, "-o", path)
        assert json.loads(path.read_text(encoding="utf-8")) == asked(cli, *words)
    cli.ok("list", "--limit", 2, "-o", tmp_path / "list.txt")
    assert (tmp_path / "list.txt").read_text(encoding="utf-8") == cli.ok("list", "--limit", 2)


def test_json_in_a_csv_file_only_when_said(cli: Cli, tmp_path: Path) -> None:
    cli.ok("list", "--limit", 1, "--json", "-o", tmp_path / "a.csv")
    assert json.loads((tmp_path / "a.csv").read_text(encoding="utf-8"))[0]["id"] == "cn-target-1"


# Order


def test_data_runs_as_the_plans_do(cli: Cli) -> None:
    listed = ids(cli, "--plan", "zj")
    kinds = (("target", 35), ("task", 47), ("policy", 9))
    assert listed == [f"zj-{kind}-{n}" for kind, count in kinds for n in range(1, count + 1)]


def test_a_table_begins_with_the_worst(cli: Cli) -> None:
    cli.ok("log", "zj-task-46", "--state", "completed")
    text = cli.ok("list", "--fields", "light", "--limit", 0).splitlines()[2:]
    order = ["red", "yellow", "grey", "review", "blue", "green", "done"]
    assert [order.index(light.strip()) for light in text] == sorted(order.index(light.strip()) for light in text)
    assert cli.ok("list", "--limit", 1).splitlines()[2].startswith("nx-target-21 ")


def test_sort(cli: Cli) -> None:
    assert ids(cli, "--sort", "id", "--limit", 3) == ["cn-target-1", "cn-target-2", "cn-target-3"]
    numbers = [row["number"] for row in asked(cli, "list", "--sort", "number", "--fields", "number")]
    assert numbers == sorted(numbers)
    assert ids(cli, "--plan", "zj", "--kind", "target", "--sort", "id")[8:11] == [
        "zj-target-9",
        "zj-target-10",
        "zj-target-11",
    ]


def test_sort_puts_what_is_missing_last_in_both_directions(cli: Cli) -> None:
    for words in ([], ["--reverse"]):
        dues = [row["due"] for row in asked(cli, "list", "--sort", "due", "--fields", "due", *words)]
        known = [due for due in dues if due is not None]
        assert dues == known + [None] * (len(dues) - len(known))
        assert known == sorted(known, reverse=bool(words))


@pytest.mark.parametrize(
    ("field", "order"),
    [("light", ["red", "yellow", "grey", "review", "blue", "green", "done"]), ("state", ["not_started", "in_progress", "completed", "closed"]),
     ("kind", ["target", "task", "policy", "aim"])],
)  # fmt: skip
def test_sort_by_a_code_follows_its_own_order(cli: Cli, field: str, order: list[str]) -> None:
    cli.ok("log", "zj-task-1", "--state", "completed")
    cli.ok("log", "zj-task-2", "--percent", 90)
    codes = [row[field] for row in asked(cli, "list", "--sort", field, "--fields", field)]
    assert codes == sorted(codes, key=order.index)
    assert len(set(codes)) > 1


def test_reverse_and_limit(cli: Cli) -> None:
    everything = ids(cli)
    assert ids(cli, "--reverse") == everything[::-1]
    assert ids(cli, "--limit", 5) == everything[:5]
    assert ids(cli, "--limit", 0) == everything
    assert ids(cli, "--reverse", "--limit", 5) == everything[::-1][:5]


def test_a_limited_history_keeps_the_latest(cli: Cli) -> None:
    for percent in (10, 20, 30):
        cli.ok("log", "zj-task-6", "--percent", percent)
    assert [row["change"] for row in asked(cli, "history", "--limit", 2)] == [4, 4]
    assert cli.ok("history", "--limit", 2) == (
        "改动记录 7 行，zj 为征求意见稿\n"
        "改动  时间              填报人  单位          命令  编号       内容\n"
        "   4  2026-11-21 12:00  张三    省生态环境厅  log   zj-task-6  状态：进行中 → 进行中\n"
        "   4  2026-11-21 12:00  张三    省生态环境厅  log   zj-task-6  完成率：20 → 30\n"
        f"只显示最近 2 行，共 7 行{CUT}"
    )
    assert [row["field"] for row in asked(cli, "history", "--reverse", "--limit", 2)] == ["percent", "state"]
    assert [row["change"] for row in asked(cli, "history", "--sort", "change", "--limit", 2)] == [1, 2]


def test_a_narrow_history_keeps_what_was_said(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", 78.5)
    cli.environ["COLUMNS"] = "80"
    assert cli.ok("history", "zj-target-20.1") == (
        "改动记录 2 行，zj 为征求意见稿\n"
        "改动  时间              填报人  命令  编号            内容\n"
        "   2  2026-11-21 12:00  张三    log   zj-target-20.1  状态：未启动 → 进行中\n"
        "   2  2026-11-21 12:00  张三    log   zj-target-20.1  现值：（空） → 78.5\n"
    )


def test_narrow_indicators_keep_their_names(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", 78.5)
    cli.environ["COLUMNS"] = "80"
    assert cli.ok("list", "--indicators", "--plan", "zj", "--search", "生活污水集中", "--as-of", "2025-06-30") == (
        "指标共 4 个，截至 2025-06-30，方案 zj，zj 为征求意见稿\n"
        "编号            指标                           目标值     现值  完成时限    达标\n"
        "zj-target-20.1  城市生活污水集中收集率         不低于80%        2025-12-31  否\n"
        "zj-target-20.2  城市污水处理率                 不低于98%        2025-12-31  否\n"
        "zj-target-20.3  农村生活污水治理行政村覆盖率   不低于95%        2025-12-31  否\n"
        "zj-target-20.4  农村生活污水处理设施出水达标…  不低于95%        2025-12-31  否\n"
    )


def test_chosen_fields_give_way_from_the_widest(cli: Cli) -> None:
    cli.environ["COLUMNS"] = "60"
    assert cli.ok(
        "list", "--fields", "id,text,lead_units,due", "--plan", "zj", "--search", "生活污水集中"
    ).splitlines()[1:] == [
        "id            text                    lead_units  due",
        "zj-target-20  城市生活污水集中收集 …  省建设厅    2025-12-31",
    ]


def test_the_dash_is_the_screen(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.ok("list", "--csv", "--fields", "id", "--limit", 1, "-o", "-") == "id\ncn-target-1\n"
    assert not Path("-").exists()


def test_an_explanation_in_every_form(cli: Cli, tmp_path: Path) -> None:
    assert cli.ok("explain", "zj-task-1", "--json", "--fields", "id,light") == (
        '{\n  "id": "zj-task-1",\n  "light": "red"\n}\n'
    )
    cli.ok("explain", "zj-task-1", "-o", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith("\ufeffpart,kind,key,name,detail,result\n".encode())
    assert cli.ok("explain", "zj-task-1", "--fields", "key,result", "--limit", 1).startswith(
        "共 34 行，截至 2026-11-21，zj 为征求意见稿\nkey"
    )
    assert "可用字段：part、kind" in cli("explain", "zj-task-1", "--fields", "light").err
    assert cli("explain", "zj-task-1", "--json", "--csv").code == 2


def test_an_indicator_is_let_through_by_itself(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--value", 99)
    cli.ok("complete", "zj-target-20.2")

    def found(*words: object) -> list[str]:
        return [row["id"] for row in asked(cli, "list", "--plan", "zj", "--indicators", *words)]

    assert found("--state", "completed") == ["zj-target-20.2"]
    late = found("--overdue")
    assert "zj-target-20.1" in late
    assert "zj-target-20.2" not in late
    assert found("--due-before", "2025-01-01") == ["zj-target-31.1"]
    assert "zj-target-31.1" not in found("--due-after", "2025-01-01")
