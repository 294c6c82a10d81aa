"""Forms that come back in a folder: one line a file, one yes, a notice for each that has errors."""

import json
import os
import re
import shutil
import zipfile
from datetime import datetime
from typing import Any

import openpyxl

from tests.conftest import Cli
from tests.forms.workbooks import export_form


def ids_of(cli: Cli, unit: str) -> list[str]:
    return list(export_form(cli, unit).rows)


def test_the_sound_files_come_in_and_the_others_go_back_with_a_notice(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    assert "回收：文件夹里没有文件；请检查路径" in cli("import", into, "--yes").err
    other = ids_of(cli, "省公安厅")[0]
    good = export_form(cli).fill("zj-task-12", 完成率=45, 本期进展="开工").sign("李四").save("甲.xlsx")
    bad = export_form(cli, "省公安厅").fill(other, 状态="差不多").save("乙.xlsx")
    for path in (good, bad):
        shutil.move(path, into / path.name)
    (into / "说明.txt").write_text("x")
    (into / "~$甲.xlsx").write_text("x")
    result = cli("import", into, answers="y\n")
    assert result.code == 1
    lines = [line.split() for line in result.out.splitlines() if ".xlsx" in line]
    assert [line[0] for line in lines] == ["乙.xlsx", "甲.xlsx"]
    assert lines[1] == ["甲.xlsx", "省建设厅", "2026-11-21", "李四", "1", "0", "37", "0"]
    assert lines[0][-1] == "1"
    assert "导入 1 份文件：新增 1 行、更新 0 行？" in result.err
    assert result.out.endswith("1 份文件新增 1 行，更新 0 行，相同 37 行；1 份有错，未导入\n")
    assert "未读取：说明.txt：不是表格文件，未读取" in result.err
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["percent"] == 45
    notice = openpyxl.load_workbook(into / "退回说明_乙.xlsx").worksheets[0]
    rows: list[tuple[Any, ...]] = list(notice.iter_rows(min_row=4, values_only=True))
    assert [(row[1], row[3], row[4], row[5]) for row in rows] == [
        ("省公安厅（浙江省）", "差不多", "没有“差不多”这种状态", "请填 未启动、进行中 或 申报办结"),
    ]
    assert "省公安厅：你单位报来的《乙.xlsx》有 1 处需要改正" in str(notice["A2"].value)


def test_a_corrected_file_comes_in_later_without_a_word_about_the_first(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    form = export_form(cli).fill("zj-task-12", 完成率="好多")
    shutil.move(form.save("甲.xlsx"), into / "甲.xlsx")
    assert json.loads(cli("import", into, "--yes", "--json").out)["files"][0]["taken"] is False
    assert (into / "退回说明_甲.xlsx").exists()
    shutil.move(form.fill("zj-task-12", 完成率=45).save("甲.xlsx"), into / "甲.xlsx")
    result = cli("import", into, "--yes")
    assert (result.code, result.err) == (0, "第 3 号改动；有误可运行 tracker undo 3 撤销\n")
    assert not (into / "退回说明_甲.xlsx").exists()
    again = cli("import", into, "--yes", "--json")
    assert (again.code, json.loads(again.out)["same"]) == (0, 38)


def test_of_copies_of_one_form_the_one_filled_in_last_comes_in_and_the_others_are_named(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    form = export_form(cli).fill("zj-task-12", 完成率=45)
    for name, day, percent in (("甲.xlsx", 1, 45), ("甲（改）.xlsx", 2, 50), ("乙.xlsx", 2, 60)):
        form.fill("zj-task-12", 完成率=percent).save(name)
        book = openpyxl.load_workbook(cli.folder / name)
        moment = book.properties.modified = datetime(2026, 11, day)
        book.save(into / name)
        # openpyxl sets the moment of saving.
        with zipfile.ZipFile(into / name) as old:
            parts = {each: old.read(each) for each in old.namelist()}
        core = parts["docProps/core.xml"].decode()
        parts["docProps/core.xml"] = re.sub(
            r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{moment.isoformat()}Z", core
        ).encode()
        with zipfile.ZipFile(into / name, "w") as new:
            for part, content in parts.items():
                new.writestr(part, content)
        os.utime(into / name, (1, day))
    shutil.copy(into / "甲.xlsx", into / "副本.xlsx")
    unclear = cli("import", into, "--yes")
    assert (unclear.code, unclear.err.count("分不出哪份是后填的")) == (0, 3), unclear.err + unclear.out
    (into / "乙.xlsx").unlink()
    (into / "退回说明_甲.xlsx").touch()  # of an earlier round
    answer = json.loads(cli.ok("import", into, "--yes", "--json"))
    assert not (into / "退回说明_甲.xlsx").exists()
    assert [each["file"] for each in answer["files"]] == ["甲（改）.xlsx"]
    assert sorted((each["file"], each["message"]) for each in answer["ignored"]) == [
        ("副本.xlsx", "与 甲（改）.xlsx 是同一份填报表，这份填得较早，未读取"),
        ("甲.xlsx", "与 副本.xlsx 是同一个文件，未读取"),
    ]
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["percent"] == 50


def test_a_fault_in_the_head_of_a_form_goes_back_to_its_unit(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    form = export_form(cli).fill("zj-task-12", 完成率=45)
    day = next(cell for row in form.sheet.iter_rows(max_row=5) for cell in row if isinstance(cell.value, datetime))
    day.value = datetime(2027, 11, 21)
    shutil.move(form.save("甲.xlsx"), into / "甲.xlsx")
    (found,) = json.loads(cli("import", into, "--yes", "--json").out)["files"]
    assert (found["unit"], found["errors"]) == ("省建设厅", 1)
    notice = openpyxl.load_workbook(into / "退回说明_甲.xlsx").worksheets[0]
    assert "省建设厅：你单位报来的《甲.xlsx》有 1 处需要改正" in str(notice["A2"].value)


def test_the_line_of_a_table_names_the_units_of_its_rows(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    (into / "甲.csv").write_text("编号,本期进展\nzj-task-12,开工\n", encoding="utf-8")
    (into / "乙.csv").write_text("编号,填报单位,本期进展\nzj-task-13,省生态环境厅（盖章）,开工\n", encoding="utf-8")
    found = json.loads(cli.ok("import", into, "--dry-run", "--json"))["files"]
    assert [(each["file"], each["unit"]) for each in found] == [("乙.csv", "省生态环境厅"), ("甲.csv", "省建设厅")]


def test_of_two_tables_that_say_two_things_neither_comes_in_however_often_it_is_tried(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    for name, percent in (("甲.csv", 40), ("乙.csv", 45)):
        (into / name).write_text(f"编号,完成率\nzj-task-12,{percent}\n", encoding="utf-8")
    for _ in range(2):
        found = json.loads(cli("import", into, "--yes", "--json").out)
        assert [(each["file"], each["taken"], each["errors"]) for each in found["files"]] == [
            ("乙.csv", False, 1),
            ("甲.csv", False, 1),
        ]
        assert {(each["file"], each["message"]) for each in found["errors"]} == {
            ("乙.csv", "编号 zj-task-12 重复（另见 甲.csv A2）；同一单位同一日期只留一行"),
            ("甲.csv", "编号 zj-task-12 重复（另见 乙.csv A2）；同一单位同一日期只留一行"),
        }


def test_a_dry_run_of_a_folder_writes_nothing(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    shutil.move(export_form(cli).fill("zj-task-12", 完成率="好多").save("甲.xlsx"), into / "甲.xlsx")
    answer = json.loads(cli("import", into, "--dry-run", "--json").out)
    assert ([path.name for path in into.iterdir()], len(answer["errors"]), answer["notices"]) == (["甲.xlsx"], 1, [])


def test_patterns_and_stdin(cli: Cli) -> None:
    for name, id_ in (("a1.csv", "zj-task-12"), ("a2.csv", "zj-task-17")):
        (cli.folder / name).write_text(f"编号,本期进展\n{id_},开工\n", encoding="utf-8")
    assert json.loads(cli.ok("import", cli.folder / "a*.csv", "--yes", "--json"))["new"] == 2
    assert cli("import", cli.folder / "b*.csv", "--yes").code == 1


def test_what_two_leads_say_differently_is_said_once_for_an_item_and_who_says_what_is_named(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    units = ("省生态环境厅", "省发展改革委", "省交通运输厅")
    forms = {unit: export_form(cli, f"zj:{unit}") for unit in units}
    own = [{id_ for id_ in form.rows if not form.cell(id_, "完成率").protection.locked} for form in forms.values()]
    shared = ("zj-task-9", *sorted(own[0] & own[1] - own[2] - {"zj-task-9"})[:3])
    for unit, person, percent in zip(units, ("张三", "李四", "王五"), (40, 50, 60), strict=True):
        form = forms[unit].sign(person)
        for id_ in shared if unit != "省交通运输厅" else shared[:1]:
            form.fill(id_, 完成率=percent, 本期进展="开工")
        shutil.move(form.save(f"{unit}.xlsx"), into / f"{unit}.xlsx")
    result = cli("import", into, "--dry-run")
    assert "省生态环境厅，张三：zj-task-" in result.out
    said = [line for line in result.err.splitlines() if "所填不同" in line]
    assert len(said) == 2
    assert [sum(f"{id_} " in line or f"{id_}、" in line for line in said) for id_ in shared] == [1, 1, 1, 1]
    cli.ok("import", into / "省生态环境厅.xlsx", into / "省交通运输厅.xlsx", "--yes")
    told = cli("import", into, "--yes").err.splitlines()
    (line,) = [line for line in told if "已另有填报" in line]
    assert line.startswith("注意：省发展改革委.xlsx：")
    assert " 等 4 项在导出表格后台账已另有填报：表中改过的以本表为准" in line
    assert len(told) <= 3


def test_what_several_people_filled_in_is_taken_back_at_once(cli: Cli) -> None:
    into = cli.folder / "回收"
    into.mkdir()
    for name, id_, person in (("a", "zj-task-12", "李四"), ("b", "zj-task-17", "王五"), ("c", "zj-task-18", "赵六")):
        (into / f"{name}.csv").write_text(f"编号,本期进展,填报人\n{id_},{name},{person}\n", encoding="utf-8")
    result = cli("import", into, "--yes")
    assert "有误可运行 tracker undo 2..4 撤销" in result.err
    cli.ok("log", "zj-task-12", "--percent", "50")
    assert "请先撤销第 5 号" in cli("undo", "2..4", "--yes").err
    answer = json.loads(cli.ok("undo", "2..5", "--yes", "--json"))
    assert (answer["undoes"], sorted(answer["ids"])) == ([5, 4, 3, 2], ["zj-task-12", "zj-task-17", "zj-task-18"])
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["last_report"] is None
    cli.ok("undo", "6..9", "--yes")
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["percent"] == 50
    cli.ok("doctor")
    assert cli("undo", "9..4", "--yes").code == 2
