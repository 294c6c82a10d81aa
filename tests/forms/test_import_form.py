"""`import` of returned forms: filled in, corrected, sent twice, sent late."""

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from datetime import date, timedelta

import pytest

from tests.conftest import NOON, Cli
from tests.forms.workbooks import Form, export_form, midnight
from tracker.cli import progress
from tracker.cli.context import context


def show(cli: Cli, id_: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(cli.ok("show", id_, "--json"))
    return found


def test_a_form_comes_back(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2026-10-31")
    form = export_form(cli).sign("李四", reviewer="赵六", phone="0571-87654321")
    form.fill("zj-target-20.1", 现值=78.5, 本期进展="新建管网 120 公里", 存在问题="资金不足")
    form.fill("zj-target-20.2", 无变化=1)
    form.fill("zj-task-12", 状态="进行中", 完成率=45)
    form.fill("zj-task-17", 状态="已办结")
    form.fill("zj-target-21.1", 本期进展="已配合")
    result = cli("import", form.save(), "--yes")
    assert result.out == (
        "    行  编号            结果  内容\n"
        "     7  zj-target-20.1  更新  现值 70 → 78.5（2025年）；新建管网 120 公里；问题：资金不足\n"
        "     8  zj-target-20.2  新增  未启动；无变化\n"
        "    14  zj-task-12      新增  未启动 → 进行中；完成率 45%\n"
        "    15  zj-task-17      新增  申报办结\n"
        f"    {form.rows['zj-target-21.1']}  zj-target-21.1  新增  已配合\n"
        "没有填写的 33 行不算填报\n"
        "新增 4 行，更新 1 行，相同 33 行\n"
    )
    assert (result.code, result.err) == (0, "第 4 号改动；有误可运行 tracker undo 4 撤销\n")
    item = show(cli, "zj-target-20")
    assert item["last_report"] == {
        "date": "2026-11-21", "unit": "省建设厅", "by": "李四", "note": "无变化", "problem": None, "next": None,
    }  # fmt: skip
    assert show(cli, "zj-task-12")["percent"] == 45
    assert show(cli, "zj-task-17")["completed_on"] == "2026-11-21"


def test_left_untouched_it_is_no_report(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70.25")
    cli.ok("log", "zj-task-12", "--percent", "30")
    form = export_form(cli)
    assert cli.ok("import", form.path, "--yes") == "没有填写的 38 行不算填报\n新增 0 行，更新 0 行，相同 38 行\n"
    assert json.loads(cli.ok("history", "--json"))[-1]["command"] == "export form"


def test_the_same_file_twice_changes_nothing_also_on_another_day(cli: Cli) -> None:
    form = export_form(cli).fill("zj-target-20.1", 现值=78.5).fill("zj-task-17", 状态="已办结", 本期进展="完工")
    form.fill("zj-target-20.2", 无变化=1)
    path = form.save()
    cli.ok("import", path, "--yes")
    before = cli.ok("history", "--json")
    for days in (0, 3, 40):
        cli.now = NOON + timedelta(days=days)
        assert json.loads(cli.ok("import", path, "--yes", "--json")) == {
            "new": 0,
            "changed": 0,
            "same": 38,
            "errors": [],
            "ignored": [],
        }
    assert cli.ok("history", "--json") == before


def test_a_corrected_form_and_the_first_one_again(cli: Cli) -> None:
    first = export_form(cli).fill("zj-target-20.1", 现值=78.5).save("first.xlsx")
    second = export_form(cli).fill("zj-target-20.1", 现值=79).save("second.xlsx")
    cli.ok("import", first, "--yes")
    cli.ok("import", second, "--yes")
    assert json.loads(cli.ok("import", first, "--yes", "--json"))["same"] == 38
    assert show(cli, "zj-target-20")["indicators"][0]["actual"] == 79  # type: ignore[index]


def test_its_date_is_that_of_the_reports(cli: Cli) -> None:
    form = export_form(cli).fill("zj-target-20.1", 现值=78.5, 数据时点=None).sign(day=date(2026, 10, 31))
    cli.ok("import", form.save(), "--yes")
    assert show(cli, "zj-target-20")["indicators"][0]["actual_date"] == "2026-10-31"  # type: ignore[index]


def test_one_undo_takes_it_back_and_it_can_come_again(cli: Cli) -> None:
    path = export_form(cli).fill("zj-target-20.1", 现值=78.5).fill("zj-task-17", 状态="已办结").save()
    before = cli.ok("list", "--json")
    cli.ok("import", path, "--yes")
    cli.ok("undo", "--yes")
    assert cli.ok("list", "--json") == before
    assert json.loads(cli.ok("import", path, "--yes", "--json"))["new"] == 2


def test_who_filled_it_in_is_who_reported(cli: Cli) -> None:
    first = export_form(cli).sign("李四").fill("zj-task-17", 状态="已办结").save("a.xlsx")
    second = export_form(cli, "省科技厅").sign("王五").fill("zj-target-32.1", 本期进展="立项").save("b.xlsx")
    third = export_form(cli, "省公安厅").fill("zj-target-12.1", 本期进展="配合").save("c.xlsx")
    result = cli("import", first, second, third, "--yes")
    assert result.err == "第 5、6、7 号改动；有误可运行 tracker undo 5..7 撤销\n"
    rows = {
        row["change"]: row
        for row in json.loads(cli.ok("history", "--since", "2026-11-21", "--json"))
        if row["change"] > 4
    }
    assert [(row["by"], row["unit"]) for row in rows.values()] == [
        ("李四", "省建设厅"),
        ("王五", "省科技厅"),
        ("张三", "省公安厅"),
    ]
    assert cli("close", "zj-task-17").code == 0


def test_the_files_name_and_hash_are_kept(cli: Cli) -> None:
    path = export_form(cli).fill("zj-task-12", 完成率=10).sign(reviewer="赵六", phone="0571-87654321").save()
    cli.ok("import", path, "--yes")
    with closing(sqlite3.connect(cli.db)) as ledger:
        (detail,) = ledger.execute("SELECT detail FROM change WHERE command = 'import'").fetchone()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.loads(detail)["files"] == [
        {"name": "填好.xlsx", "sha256": digest, "date": "2026-11-21", "reviewer": "赵六", "phone": "0571-87654321"}
    ]


def test_only_what_was_filled_in_counts_where_the_ledger_moved_on(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--year", "2025", "--date", "2026-10-31")
    form = export_form(cli).fill("zj-target-20.1", 本期进展="推进").fill("zj-target-20.2", 现值=97)
    cli.ok("log", "zj-target-20.1", "--value", "75")
    cli.ok("log", "zj-target-20.2", "--value", "96", "--year", "2025")
    result = cli("import", form.save(), "--yes")
    assert result.err.splitlines()[:-1] == [
        "注意：填好.xlsx 省建设厅 A7：zj-target-20.1 的现值在导出表格后台账已有变动：导出时 70，台账现为 75，表中未改，以台账为准",
        "注意：填好.xlsx 省建设厅 A8：zj-target-20.2 的状态在导出表格后台账已有变动：导出时 未启动，台账现为 进行中，表中未改，以台账为准",
        "注意：填好.xlsx 省建设厅 A8：zj-target-20.2 的现值在导出表格后台账已有变动：导出时 （空），台账现为 96，表中填 97",
    ]
    actual = [each["actual"] for each in show(cli, "zj-target-20")["indicators"]]  # type: ignore[attr-defined]
    assert actual[:2] == [75, 97]


def test_an_old_form_is_history(cli: Cli) -> None:
    form = export_form(cli).fill("zj-target-20.1", 现值=60, 数据时点=None).sign(day=date(2026, 9, 30))
    cli.ok("log", "zj-target-20.1", "--value", "75", "--date", "2026-11-01")
    result = cli("import", form.save(), "--yes")
    assert "台账已有 2026-11-01 的现值 75；本次 60 的日期为 2026-09-30，记为历史数据\n" in result.err
    assert show(cli, "zj-target-20")["indicators"][0]["actual"] == 75  # type: ignore[index]


def test_text_that_looks_like_a_formula_stays_text(cli: Cli) -> None:
    texts = {
        "本期进展": "=HYPERLINK(1)",
        "存在问题": "-资金不足",
        "下步安排": "+加快",
        "佐证材料": "https://example.org/a",
    }
    cli.ok("import", export_form(cli).fill("zj-task-12", **texts).save(), "--yes")
    report = show(cli, "zj-task-12")["last_report"]
    assert [report[name] for name in ("note", "problem", "next")] == ["=HYPERLINK(1)", "-资金不足", "+加快"]  # type: ignore[index]


def test_evidence_comes_from_beside_the_form(cli: Cli) -> None:
    (cli.folder / "证明.pdf").write_bytes(b"%PDF-1.4")
    form = export_form(cli).fill("zj-task-12", 完成率=10, 佐证材料="证明.pdf\nhttps://example.org/a")
    path = form.save()
    cli.ok("import", path, "--yes")
    assert "证明.pdf" in cli.ok("show", "zj-task-12")
    assert json.loads(cli.ok("import", path, "--yes", "--json"))["same"] == 38
    outside = export_form(cli).fill("zj-task-12", 完成率=20, 佐证材料="/etc/hostname").save("outside.xlsx")
    assert "O14：佐证材料“/etc/hostname”不在所附文件夹内" in cli("import", outside, "--yes").err


def test_asking_before_it_writes(cli: Cli) -> None:
    path = export_form(cli).fill("zj-task-12", 完成率=10).save()
    refused = cli("import", path)
    assert (refused.code, refused.err) == (
        2,
        "错误：导入需要确认：请在终端运行，或加 --yes（--dry-run 可先查看结果）\n",
    )
    shown = cli("import", path, answers="n\n")
    assert (shown.code, "完成率 10%" in shown.out, shown.err.endswith("未导入，未作任何改动\n")) == (0, True, True)
    assert show(cli, "zj-task-12")["percent"] is None
    assert cli("import", path, "--no-input", answers="y\n").code == 2
    assert "导入 新增 1 行、更新 0 行？ [y/N]" in cli("import", path, answers="y\n").err
    assert show(cli, "zj-task-12")["percent"] == 10


def test_a_dry_run_writes_nothing_and_never_asks(cli: Cli) -> None:
    path = export_form(cli).fill("zj-task-12", 完成率=10).save()
    before = cli.db.read_bytes()
    assert cli.ok("import", path, "--dry-run").endswith("【演示，未写入】新增 1 行，更新 0 行，相同 37 行\n")
    assert json.loads(cli.ok("import", path, "--dry-run", "--json"))["new"] == 1
    assert cli.db.read_bytes() == before


def test_how_the_work_goes_is_no_state_and_keeps_no_form_back(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 状态="滞后", 完成率=45).fill("zj-task-17", 状态="—", 本期进展="勘察")
    result = cli("import", form.save(), "--yes")
    assert (result.code, result.err.count("状态未采用")) == (0, 1), result.err
    assert "没有“滞后”这种状态；请填 未启动、进行中 或 申报办结；状态未采用" in result.err
    assert (show(cli, "zj-task-12")["percent"], show(cli, "zj-task-12")["state"]) == (45, "in_progress")


def test_all_errors_at_once_and_nothing_half_done(cli: Cli) -> None:
    form = export_form(cli).sign(day="没有日期")
    result = cli("import", form.save(), "--yes", "--json")
    assert json.loads(result.out)["errors"] == [
        {
            "file": "填好.xlsx",
            "sheet": "省建设厅",
            "cell": "D4",
            "message": "填报日期：日期“没有日期”无法识别，请写成 2026-11-21 的形式",
        }
    ]
    form = export_form(cli).fill("zj-task-12", 完成率=45).fill("zj-target-20.1", 状态="差不多", 现值="若干")
    form.fill("zj-target-20.2", 完成率=3).fill("zj-task-17", 完成率=145).fill("zj-target-21.1", 现值=3, 状态="进行中")
    form.fill("zj-task-18", 无变化="也许").fill("zj-task-21", 编号="zj-task-12").fill("zj-task-23", 编号="zj-task-999")
    form.fill("zj-task-24", 无变化=1, 完成率=5).formula("zj-target-20.3", "现值", "=1+1").fill(
        "zj-task-26", 编号="zj-task-36x"
    )
    result = cli("import", form.save(), "--yes", "--json")
    assert result.code == 1
    row = form.rows
    assert [(error["cell"], error["message"]) for error in json.loads(result.out)["errors"]] == [
        ("H7", "没有“差不多”这种状态；请填 未启动、进行中 或 申报办结"),
        ("J7", "现值“若干”不是数字，请填写如 61.5 的数字"),
        ("I8", "这是数值指标，请填“现值”（单位：%），不填完成率"),
        ("J9", "单元格是公式，没有存下的值；请用 Excel 或 WPS 打开并保存后再导入，或复制后“选择性粘贴—数值”"),
        ("I15", "完成率 145 超出范围，请填写 0 到 100 之间的数字"),
        ("P16", "“无变化”一栏的“也许”无法识别；无变化请填 1，有变化请留空"),
        ("A17", "编号 zj-task-12 重复（另见 填好.xlsx 省建设厅 A14）；请勿改动编号"),
        ("A18", "没有事项 zj-task-999：zj 的任务编号为 1 到 47，最近的是 zj-task-47"),
        ("P19", "“无变化”与改动过的“完成率”不能同时填；请只留一项"),
        ("A20", "编号“zj-task-36x”无法识别，请写成 zj-target-20 或 zj-target-20.3 的形式"),
        (f"H{row['zj-target-21.1']}",
         "省建设厅是 zj-target-21 的参与单位，只填本期进展、存在问题、下步安排和佐证材料；状态和数值由牵头单位填"),
    ]  # fmt: skip
    assert result.err.endswith("有 11 处错误，全部未导入；请改正后重新导入，或加 --skip-errors 只导入没有错误的行\n")
    assert show(cli, "zj-task-12")["percent"] is None


def test_good_rows_alone_only_when_asked_for(cli: Cli) -> None:
    path = export_form(cli).fill("zj-task-12", 完成率=45).fill("zj-task-17", 完成率=145).save()
    result = cli("import", path, "--yes", "--skip-errors")
    assert (result.code, result.out.splitlines()[-1]) == (1, "新增 1 行，更新 0 行，相同 36 行，错误 1 处")
    assert show(cli, "zj-task-12")["percent"] == 45
    mended = export_form(cli, name="again.xlsx").fill("zj-task-17", 完成率=45).save("mended.xlsx")
    assert json.loads(cli.ok("import", mended, "--yes", "--json"))["new"] == 1


def test_an_empty_date_and_one_to_come(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 完成率=45)
    form.sheet["D4"] = None
    assert "D4：填报日期没有填；请写成 2026-11-21 的形式" in cli("import", form.save(), "--yes").err
    form.sign(day=date(2026, 12, 1))
    assert "D4：填报日期 2026-12-01 在今天（2026-11-21）之后；请改正" in cli("import", form.save(), "--yes").err


def test_somebody_elses_form(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 完成率=45)
    path = form.save()
    assert (
        "B4：这是zj:省建设厅的填报表，与 --unit 省科技厅 不符；请核对文件"
        in cli("import", path, "--yes", "--unit", "省科技厅").err
    )
    assert cli("import", path, "--dry-run", "--unit", "省建设厅").code == 0
    cli.environ["TRACKER_UNIT"] = "省科技厅"
    assert cli("import", path, "--dry-run").code == 0
    form.sheet["B4"] = "省科技厅"
    assert (
        "B4：填报单位“省科技厅”与表格信息（省建设厅）不符；请用该单位自己的表填报"
        in cli("import", form.save(), "--yes").err
    )


def test_a_form_of_another_ledger_another_version_or_an_altered_one(cli: Cli) -> None:
    def altered(row: int, column: int, value: str) -> str:
        form = export_form(cli)
        form.book["表格信息"].cell(row, column).value = value
        return cli("import", form.save(), "--yes").err

    assert "隐藏页“表格信息”中 zj-target-2.1 一行被改动过" in altered(4, 2, "other")
    assert "填好.xlsx 表格信息：表格版本 0 与本程序（版本 2）不符；请用 tracker export form 导出新表填报" in altered(
        3, 2, "0"
    )
    assert "隐藏页“表格信息”中 zj-target-20.1 一行被改动过" in altered(9, 3, "进行中")
    form = export_form(cli)
    cli.db.unlink()
    cli.ok("init")
    assert "这份填报表由另一份台账导出，不能导入本台账" in cli("import", form.path, "--yes").err


def test_without_its_hidden_sheet_it_is_a_plain_table(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70")
    form = export_form(cli).fill("zj-target-20.1", 现值=71)
    del form.book["表格信息"]
    result = cli("import", form.save(), "--yes")
    assert result.out.endswith("新增 0 行，更新 1 行，相同 37 行\n")
    assert result.err.startswith(
        "注意：填好.xlsx 省建设厅 是填报表，但隐藏的“表格信息”已不在文件中：无法分辨哪些是预填的内容，按普通表格读取，请逐行核对\n"
    )
    assert show(cli, "zj-target-20")["last_report"]["unit"] == "省建设厅"  # type: ignore[index]


def test_the_summary_goes_back_without_harm(cli: Cli) -> None:
    cli.ok("export", "form", "--all", "--plan", "zj", "-o", f"{cli.folder}/all/")
    result = cli("import", *sorted((cli.folder / "all").iterdir()), "--yes", "--json")
    assert (result.code, result.err) == (0, "注意：汇总.xlsx 是填报表汇总，不含填报内容，已跳过\n")
    assert {key: value for key, value in json.loads(result.out).items() if key != "same"} == {
        "new": 0, "changed": 0, "errors": [], "ignored": [],
    }  # fmt: skip


def test_a_percent_typed_as_such(cli: Cli) -> None:
    form = (
        export_form(cli)
        .fill("zj-task-12", 完成率=0.45)
        .fill("zj-task-17", 完成率="４５.５％")
        .fill("zj-task-18", 完成率=0.5)
    )
    form.cell("zj-task-12", "完成率").number_format = "0%"
    cli.ok("import", form.save(), "--yes")
    assert [show(cli, f"zj-task-{n}")["percent"] for n in (12, 17, 18)] == [45, 45.5, 0.5]


def test_a_value_of_a_share_below_one_is_asked_about(cli: Cli) -> None:
    form = export_form(cli).fill("zj-target-20.3", 现值=0.82)
    assert "现值填的是 0.82，按 0.82% 读取；如果是 82%，请改填 82 后重新导入" in cli("import", form.save(), "--yes").err


def test_a_hidden_column_of_a_form_is_read_and_told(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 本期进展="开工")
    letter = form.cell("zj-task-12", "本期进展").column_letter
    form.sheet.column_dimensions[letter].hidden = True
    assert f"{letter} 列是隐藏的列，照常读取；请核对" in cli("import", form.save(), "--yes").err


def test_rows_may_be_sorted_and_columns_moved(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 完成率=45)
    cells = [[cell.value for cell in row] for row in form.sheet.iter_rows(min_row=5)]
    moved = [[row[0], *reversed(row[1:])] for row in [cells[0], *reversed(cells[1:])]]
    for row, values in enumerate(moved, start=5):
        for column, value in enumerate(values, start=1):
            form.sheet.cell(row, column).value = value
    assert json.loads(cli.ok("import", form.save(), "--yes", "--json")) == {
        "new": 1,
        "changed": 0,
        "same": 37,
        "errors": [],
        "ignored": [],
    }


def test_a_form_for_each_region_in_one_workbook(cli: Cli) -> None:
    form = export_form(cli, "省生态环境厅")
    other = Form(form.path)
    sheet = form.book["省生态环境厅（江苏省）"]
    row = next(row for row in range(6, sheet.max_row) if str(sheet.cell(row, 1).value).startswith("js-task"))
    sheet.cell(row, 12).value = "江苏进展"
    cli.ok("import", form.save(), "--yes")
    report = show(cli, str(other.book["省生态环境厅（江苏省）"].cell(row, 1).value))["last_report"]
    assert (report["unit"], report["note"]) == ("省生态环境厅", "江苏进展")  # type: ignore[index]


def test_a_bar_for_those_who_wait_at_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export_form(cli).fill("zj-task-12", 完成率=10).save()
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    assert "核对" not in cli("import", path, "--dry-run").err
    assert "核对" in cli("import", path, answers="n\n").err
    cli("import", path, answers="n\n")
    with progress.waiting("写入"):
        time.sleep(0.3)
    assert "写入" in context.stderr.getvalue()  # type: ignore[attr-defined]


def test_two_leads_who_differ_about_one_item_are_both_named(cli: Cli) -> None:
    one = export_form(cli, "省建设厅", "one.xlsx").fill("zj-task-17", 完成率=40).save("one-filled.xlsx")
    two = export_form(cli, "省生态环境厅", "two.xlsx").fill("zj-task-17", 完成率=50).save("two-filled.xlsx")
    told = cli("import", one, two, "--yes")
    assert told.code == 0
    assert "zj-task-17：与同次导入的 one-filled.xlsx" in told.err
    assert "对同一天所填不同（完成率本行 50、另一行 40）" in told.err
    assert "同次导入" not in cli("import", one, "--yes", "--dry-run").err


def test_two_leads_who_agree_are_not_remarked_on(cli: Cli) -> None:
    made = [
        export_form(cli, unit, f"{n}.xlsx").fill("zj-task-17", 完成率=40).save(f"{n}-filled.xlsx")
        for n, unit in enumerate(("省建设厅", "省生态环境厅"))
    ]
    assert "同次导入" not in cli("import", *made, "--yes").err


def test_words_for_what_is_done_bring_no_word_of_a_change(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--percent", "60")
    cli.ok("complete", "zj-task-12")
    path = export_form(cli).fill("zj-task-12", 本期进展="资料已归档").save()
    told = cli("import", path, "--yes")
    assert (told.code, "已有变动" in told.err) == (0, False)
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["last_report"]["note"] == "资料已归档"


def test_locked_cells_that_were_changed_are_named(cli: Cli) -> None:
    form = export_form(cli).fill("zj-task-12", 完成率=45)
    form.cell("zj-task-12", "完成时限").value = midnight(2027, 6, 30)
    answer = json.loads(cli.ok("import", form.save(), "--yes", "--json"))
    assert [(each["cell"][0], each["message"]) for each in answer["ignored"]] == [
        ("E", "锁定的“完成时限”被改动（现为 2027-06-30），未读取；需要调整请用 tracker extend"),
    ]
