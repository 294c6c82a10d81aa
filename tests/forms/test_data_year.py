"""数据时点 of a form and of other tables: the year whose figure a value is (docs/forms.md)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Cli
from tests.forms.workbooks import Form, export_form, midnight, sheet_of

pytestmark = pytest.mark.anywhere


def indicator(cli: Cli, id_: str = "zj-target-20.1") -> dict[str, Any]:
    item, _, n = id_.partition(".")
    found: dict[str, Any] = json.loads(cli.ok("show", item, "--json"))["indicators"][int(n) - 1]
    return found


def taken(cli: Cli, form: Form) -> Any:
    return json.loads(cli("import", form.save(), "--yes", "--json").out)


def test_the_first_ended_year_without_a_figure_is_asked_for(cli: Cli) -> None:
    form = export_form(cli)
    assert (form.value("zj-target-20.1", "数据时点"), form.value("zj-target-20.1", "现值")) == (2025, None)
    assert form.value("zj-task-12", "数据时点") is None
    cli.ok("item", "add", "zj", "target", "--text", "测试覆盖率达到90%", "--lead", "省建设厅", "--due", "2030-12-31",
           "--indicator", "测试覆盖率 >= 90 %")  # fmt: skip
    assert export_form(cli).value("zj-target-36.1", "数据时点") is None
    cli.ok("log", "zj-target-20.1", "--value", "70", "--year", "2025")
    form = export_form(cli)
    assert (form.value("zj-target-20.1", "数据时点"), form.value("zj-target-20.1", "现值")) == (None, 70)
    cli.now += timedelta(days=60)
    assert export_form(cli).value("zj-target-20.1", "数据时点") == 2026
    assert export_form(cli).value("zj-target-36.1", "数据时点") == 2026


def test_a_figure_beside_it_is_that_of_the_year(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2025-12-31", "--note", "初步数")
    form = export_form(cli).fill("zj-target-20.2", 现值=98).fill("zj-target-20.3", 现值=96, 数据时点="2025年末")
    form.fill("zj-target-20.4", 现值=95, 数据时点=midnight(2025, 12, 31)).fill("zj-target-24.1", 数据时点=None, 现值=91)
    assert taken(cli, form)["errors"] == []
    days = [indicator(cli, f"zj-target-20.{n}")["actual_date"] for n in (2, 3, 4)]
    assert (days, indicator(cli, "zj-target-24.1")["actual_date"]) == (["2025-12-31"] * 3, "2026-11-21")
    assert json.loads(cli.ok("show", "zj-target-24", "--json"))["last_report"]["date"] == "2026-11-21"
    again = json.loads(cli.ok("import", form.path.with_name("填好.xlsx"), "--yes", "--json"))
    assert (again["new"], again["changed"]) == (0, 0)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"现值": 97, "数据时点": 2026}, "K", "2026 年尚未结束，还没有全年数据；请把数据时点留空，以填报日期为准"),
        ({"现值": 97, "数据时点": midnight(2026, 9, 30)}, "K", "数据时点“2026-09-30”是年内的一天；请填年份，如 2025，年内的数请留空，以填报日期为准"),
        ({"现值": 97, "数据时点": "若干"}, "K", "日期“若干”无法识别，请写成 2026-11-21 的形式"),
        ({"数据时点": 2024}, "K", "数据时点写了 2024 年，“现值”没有填；请填该年的数，没有的请把数据时点改回"),
    ],
)  # fmt: skip
def test_what_is_no_ended_year_is_refused_with_its_cell(
    cli: Cli, cells: dict[str, Any], column: str, message: str
) -> None:
    form = export_form(cli).fill("zj-target-20.2", **cells)
    errors = taken(cli, form)["errors"]
    assert [(each["cell"], each["message"]) for each in errors] == [(f"{column}{form.rows['zj-target-20.2']}", message)]


def test_the_same_figure_for_another_year_is_another_report(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--year", "2025")
    form = export_form(cli)
    assert taken(cli, form)["same"] == len(form.rows)
    assert taken(cli, form.fill("zj-target-20.1", 数据时点=2024))["changed"] == 1
    assert indicator(cli)["actual_date"] == "2025-12-31"


def test_a_row_declared_done_still_takes_the_figure_that_is_awaited(cli: Cli) -> None:
    cli.now = cli.now.replace(year=2027, month=2)
    cli.ok("item", "add", "zj", "target", "--text", "测试覆盖率达到90%", "--lead", "省建设厅", "--due", "2026-12-31",
           "--indicator", "测试覆盖率 >= 90 %")  # fmt: skip
    cli.ok("complete", "zj-target-36")
    form = export_form(cli)
    assert [form.cell("zj-target-36.1", name).protection.locked for name in ("状态", "现值", "数据时点")] == [
        True, False, False,
    ]  # fmt: skip
    assert form.value("zj-target-36.1", "数据时点") == 2026
    assert taken(cli, form.fill("zj-target-36.1", 现值=92))["errors"] == []
    item = json.loads(cli.ok("show", "zj-target-36", "--json"))
    assert (item["state"], item["indicators"][0]["actual"], item["met"]) == ("completed", 92, True)


def test_a_plain_table_may_have_it_too(cli: Cli) -> None:
    path = sheet_of(cli.folder / "t.xlsx", [
        ["编号", "现值", "数据时点", "本期进展"],
        ["zj-target-20.1", 70, "2024年", None], ["zj-target-20.1", 75, 2025, None],
        ["zj-target-20.2", 97, midnight(2026, 9, 30), None], ["zj-task-12", None, 2025, "开工"],
    ])  # fmt: skip
    result = cli("import", path, "--yes", "--unit", "省建设厅")
    assert result.err.splitlines()[0] == (
        "注意：t.xlsx Sheet1 A5：zj-task-12：数据时点 2025 年只用于现值，本行没有现值，未采用"
    )
    assert (indicator(cli)["actual"], indicator(cli)["actual_date"]) == (75, "2025-12-31")
    assert indicator(cli, "zj-target-20.2")["actual_date"] == "2026-09-30"


def test_who_checked_a_form_is_kept_and_shown(cli: Cli) -> None:
    (cli.folder / "回收").mkdir()
    form = export_form(cli).sign("李四", reviewer="赵六", phone="13800000000").fill("zj-task-12", 完成率=45)
    form.book.save(cli.folder / "回收" / "a.xlsx")
    answer = json.loads(cli.ok("import", cli.folder / "回收", "--yes", "--json"))
    assert [answer["files"][0][name] for name in ("by", "reviewer", "phone")] == ["李四", "赵六", "13800000000"]
