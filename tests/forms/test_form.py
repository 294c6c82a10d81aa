"""`export form`: what a department gets."""

import json
import zipfile
from datetime import timedelta

import openpyxl
import pytest

from tests.conftest import NOON, Cli
from tests.forms.workbooks import HEADER, HEADINGS, Form, export_form, midnight
from tracker.sheets.form import GUIDE, UnitForm, sheet_names


def test_the_sheet_of_a_unit(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70.5", "--note", "初次", "--date", "2026-10-31")
    form = export_form(cli)
    assert form.book.sheetnames == ["省建设厅", "表格信息"]
    assert form.sheet["A1"].value == "减污降碳协同增效进展填报表"
    assert form.sheet["A2"].value == "《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）"
    assert form.sheet["A3"].value == "\n".join(GUIDE)
    assert [cell.value for cell in form.sheet[4] if cell.column not in (9, 10)][:12] == [
        "填报单位", "省建设厅", "填报日期", midnight(2026, 11, 21), "填报人", None, "审核人", None, "联系电话", None, "报送截止",
        midnight(2026, 11, 25),
    ]  # fmt: skip
    assert tuple(cell.value for cell in form.sheet[HEADER]) == HEADINGS
    assert [form.value("zj-target-20.1", name) for name in HEADINGS[2:]] == [
        "省建设厅", "省生态环境厅", midnight(2025, 12, 31), "不低于80%（力争）", "70.5%（2026-10-31）", "进行中", None, None,
        2025, None, None, None, None, None,
    ]  # fmt: skip
    assert form.value("zj-target-20.1", "事项").startswith(
        "城市生活污水集中收集率\n城市生活污水集中收集率力争达到80%以上"
    )


def test_a_plan_about_something_else_is_not_called_so(cli: Cli) -> None:
    cli.ok("plan", "new", "sd", "--title", "山东省试点方案", "--region", "山东省")
    cli.ok("item", "add", "sd", "task", "--text", "开展试点", "--lead", "省工信厅")
    form = export_form(cli, "sd:省工信厅")
    assert (form.sheet["A1"].value, form.sheet["A2"].value) == ("进展填报表", "《山东省试点方案》")


def test_one_row_an_indicator_and_one_for_an_item_without(cli: Cli) -> None:
    form = export_form(cli)
    assert [id_ for id_ in form.rows if id_.startswith("zj-target-20")] == [f"zj-target-20.{n}" for n in (1, 2, 3, 4)]
    assert "zj-task-12" in form.rows
    assert len(form.rows) == 38


def test_and_others_stand_with_the_leads_where_the_document_has_no_participants(cli: Cli) -> None:
    form = export_form(cli, "js:省林业局")
    assert [form.value("js-task-20", name) for name in ("牵头单位", "参与单位")] == [
        "省生态环境厅、省自然资源厅、省林业局等", None,
    ]  # fmt: skip


def test_what_is_locked_and_what_is_open(cli: Cli) -> None:
    form = export_form(cli)
    assert form.sheet.protection.sheet
    texts = ["本期进展", "存在问题", "下步安排", "佐证材料"]

    def is_open(id_: str) -> list[str]:
        return [name for name in HEADINGS if not form.cell(id_, name).protection.locked]

    assert is_open("zj-target-20.1") == ["状态", "现值", "数据时点", *texts, "无变化"]
    assert is_open("zj-task-12") == ["状态", "完成率", *texts, "无变化"]
    assert is_open("zj-target-21.1") == [*texts, "无变化"]
    assert form.value("zj-target-21.1", "事项").startswith("【参与】")


def test_what_may_be_typed(cli: Cli) -> None:
    form = export_form(cli)
    rules = {str(rule.sqref): rule for rule in form.sheet.data_validations.dataValidation}
    last = max(form.rows.values())
    assert rules[f"H6:H{last}"].type == "list"
    assert rules[f"H6:H{last}"].formula1 == '"未启动,进行中,申报办结"'
    assert (rules[f"I6:I{last}"].type, rules[f"I6:I{last}"].formula1, rules[f"I6:I{last}"].formula2) == (
        "decimal",
        "0",
        "100",
    )
    assert rules[f"J6:J{last}"].type == "decimal"
    assert [getattr(rules[f"K6:K{last}"], name) for name in ("type", "formula1", "formula2")] == [
        "whole",
        "2000",
        "2025",
    ]
    assert rules[f"P6:P{last}"].formula1 == '"1"'
    assert rules["D4"].type == "date"
    assert form.cell("zj-target-20.1", "无变化").number_format == '"无变化";"无变化";"";@'
    assert form.cell("zj-target-20.1", "本期进展").number_format == "@"


def test_its_identity_is_hidden_but_can_be_read(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70.5", "--year", "2025")
    identity = export_form(cli).book["表格信息"]
    assert identity.sheet_state == "hidden"
    rows = list(identity.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:7]] == ["表格类型", "表格版本", "台账", "导出日期", "台账版本", "编号"]
    assert rows[4][1] == "2026-11-21"
    row = next(row for row in rows if row[0] == "zj-target-20.1")
    assert (row[1], row[2], row[4], row[5], len(str(row[7]))) == ("zj:省建设厅", "进行中", "70.5", "", 16)


def test_a_completed_row_takes_words_only(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--state", "completed")
    form = export_form(cli)
    assert form.value("zj-task-12", "上期值") == "申报办结（2026-11-21）"
    assert form.cell("zj-task-12", "状态").protection.locked
    assert form.cell("zj-task-12", "无变化").protection.locked
    assert not form.cell("zj-task-12", "本期进展").protection.locked


def test_a_linked_indicator_is_filled_in_where_it_comes_from(cli: Cli) -> None:
    form = export_form(cli, "zj:省生态环境厅")
    assert form.cell("zj-target-6.3", "现值").protection.locked
    assert form.value("zj-target-6.3", "目标值").endswith(
        "（现值由 zj-target-10.2、zj-target-15.1、zj-target-23.2 得出）"
    )
    form = export_form(cli, "工业和信息化部")
    assert form.cell("cn-target-2.2", "现值").protection.locked
    assert form.value("cn-target-2.2", "目标值").endswith("（与 cn-target-2.1 同一指标，现值填该行）")
    assert not form.cell("cn-target-2.2", "状态").protection.locked


def test_what_was_said_last_stands_beside_the_cell(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--note", "已开工", "--problem", "缺资金", "--next", "申请")
    comment = export_form(cli).cell("zj-task-12", "本期进展").comment
    assert comment.text == "上期填报（2026-11-21，省建设厅）：已开工\n问题：缺资金\n下步：申请"


def note_beside(form: Form, id_: str) -> str | None:
    """Return the first line of what stands beside the cell for 本期进展, None for no note."""
    comment = form.cell(id_, "本期进展").comment
    return None if comment is None else comment.text.splitlines()[0]


def test_beside_an_indicator_stands_its_own_last_report(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--note", "新建管网")
    cli.ok("log", "zj-target-20.1", "--value", "72", "--note", "又建管网")
    cli.ok("undo", "--yes")
    cli.ok("log", "zj-target-20.2", "--value", "90", "--note", "另一指标")
    form = export_form(cli)
    assert form.value("zj-target-20.3", "上期值") == "未填报"
    assert {id_: note_beside(form, id_) for id_ in ("zj-target-20.1", "zj-target-20.2", "zj-target-20.3")} == {
        "zj-target-20.1": "上期填报（2026-11-21，省建设厅）：新建管网",
        "zj-target-20.2": "上期填报（2026-11-21，省建设厅）：另一指标",
        "zj-target-20.3": None,
    }


def test_the_last_report_is_that_of_the_day_and_of_the_knowledge_asked_about(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--note", "十月", "--date", "2026-10-20")
    cli.now += timedelta(days=1)
    cli.ok("log", "zj-target-20.1", "--value", "72", "--note", "十一月")
    early = export_form(cli, "省建设厅", "early.xlsx", "--as-of", "2026-10-31")
    known = export_form(cli, "省建设厅", "known.xlsx", "--known-at", "2026-11-21T18:00")
    for form in (early, known):
        assert note_beside(form, "zj-target-20.1") == "上期填报（2026-10-20，省建设厅）：十月"


def test_what_is_completed_is_pre_filled_as_show_says(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--percent", "60")
    cli.ok("complete", "zj-task-12")
    form = export_form(cli)
    assert (form.value("zj-task-12", "状态"), form.value("zj-task-12", "完成率")) == ("申报办结", 100)
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["percent"] == 100
    assert json.loads(cli.ok("import", form.path, "--yes", "--json"))["same"] == len(form.rows)


def test_long_figures_keep_their_digits(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70.12345678901234567", "--year", "2025")
    assert export_form(cli).value("zj-target-20.1", "现值") == "70.12345678901234567"


def test_the_same_data_on_the_same_day_gives_the_same_bytes(cli: Cli) -> None:
    first = export_form(cli).path.read_bytes()
    cli.now = NOON + timedelta(hours=5)
    assert export_form(cli).path.read_bytes() == first
    times = {entry.date_time for entry in zipfile.ZipFile(export_form(cli).path).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}
    cli.now = NOON + timedelta(days=1)
    assert export_form(cli).path.read_bytes() != first


def test_rows_have_a_height_but_may_grow(cli: Cli) -> None:
    xml = zipfile.ZipFile(export_form(cli).path).read("xl/worksheets/sheet1.xml").decode()
    row = xml[xml.index('<row r="7"') :]
    assert ' ht="' in row[: row.index(">")]
    assert "customHeight" not in row[: row.index(">")]


def test_a_name_of_several_regions_gives_a_sheet_each(cli: Cli) -> None:
    form = export_form(cli, "省生态环境厅")
    assert form.book.sheetnames == ["省生态环境厅（浙江省）", "省生态环境厅（江苏省）", "表格信息"]


def test_kinds_and_plans_narrow_it(cli: Cli) -> None:
    form = export_form(cli, "省生态环境厅", "narrow.xlsx", "--plan", "js", "--kind", "task")
    assert form.book.sheetnames == ["省生态环境厅", "表格信息"]
    assert all(id_.startswith("js-task-") for id_ in form.rows)


def test_all_units_at_once(cli: Cli) -> None:
    cli.ok("config", "set", "report_from", "2026-09-26")
    folder = cli.folder / "填报表"
    assert cli("export", "form", "--all", "--plan", "zj", "-o", f"{folder}/").err.startswith(
        f"已写入 {folder}：28 个单位的填报表，共 34"
    )
    assert len(list(folder.glob("zj-*.xlsx"))) == 28
    assert Form(folder / "zj-省建设厅.xlsx").sheet["B4"].value == "省建设厅"
    summary = openpyxl.load_workbook(folder / "汇总.xlsx").worksheets[0]
    assert [cell.value for cell in summary[2]] == [
        "序号", "地区", "单位", "牵头事项", "参与事项", "表中行数", "已逾期", "本期未填报", "文件", "收回日期", "备注",
    ]  # fmt: skip
    rows = {row[2]: row for row in summary.iter_rows(min_row=3, values_only=True)}
    assert rows["省建设厅"] == (10, "浙江省", "省建设厅", 11, 13, 38, 11, 11, "zj-省建设厅.xlsx", None, None)
    refused = cli("export", "form", "--all", "--plan", "zj", "-o", f"{folder}/")
    assert (refused.code, "已存在" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("-o", "a.xlsx"), 2, "请用 --unit 写明单位，或用 --all 导出所有单位"),
        (("--unit", "省建设厅"), 2, "请用 -o 写明输出文件，或写明目录由程序命名"),
        (("--unit", "省建设厅", "-o", "a.csv"), 2, "输出文件“a.csv”的扩展名应为 .xlsx"),
        (("--unit", "没有厅", "-o", "a.xlsx"), 1, "没有单位“没有厅”；单位名录见 tracker unit list"),
        (("--unit", "省商务厅", "--plan", "zj", "--kind", "policy", "-o", "a.xlsx"), 1,
         "省商务厅 没有需要填报的事项，未生成填报表；请检查 --plan、--kind"),
        (("--all", "--unit", "省建设厅", "-o", "a/"), 2, "--all 与 --unit 不能同用；请只写其一"),
        (("--all", "-o", "a.xlsx"), 2, "--all 会写多个文件：请用 -o 写明目录，如 -o 填报表/"),
    ],
)  # fmt: skip
def test_refusals(cli: Cli, words: tuple[str, ...], code: int, message: str) -> None:
    result = cli("export", "form", *words)
    assert (result.code, result.err) == (code, f"错误：{message}\n")


def test_the_default_unit_and_a_folder(cli: Cli) -> None:
    cli.environ["TRACKER_UNIT"] = "zj:省建设厅"
    assert cli("export", "form", "-o", f"{cli.folder}/").err == (
        "只含默认单位 zj:省建设厅 的内容；要全部请加 --all\n"
        f"已写入 {cli.folder / '填报表-zj-省建设厅-2026-11-21.xlsx'}（zj:省建设厅，38 行）\n"
        "已启用填报期：zj（2026-11-26 起），此后逾期不报的记为未填报\n"
    )
    assert cli.ok("export", "form", "-o", f"{cli.folder}/", "--force", "--json").startswith('[\n{"path": ')


def test_sheet_names_are_ones_that_a_workbook_takes() -> None:
    def form(name: str, region: str = "浙江省") -> UnitForm:
        return UnitForm(f"zj:{name}", name, region, "", ())

    names = sheet_names([form("甲/乙:[丙]?"), form("很" * 40), form("很" * 41), form("表格信息"), form("'厅'")])
    assert names == ["甲_乙__丙__", "很" * 31, "很" * 28 + "(2)", "表格信息(2)", "厅"]


def test_known_day_is_that_of_the_question(cli: Cli) -> None:
    form = export_form(cli, "省建设厅", "old.xlsx", "--as-of", "2026-06-30")
    assert form.sheet["D4"].value == midnight(2026, 6, 30)


def test_a_row_is_as_high_as_its_words_need_and_has_room_to_write(cli: Cli) -> None:
    form = export_form(cli)
    height = {id_: form.sheet.row_dimensions[row].height for id_, row in form.rows.items()}
    assert height["zj-target-24.1"] == 33
    assert height["zj-task-26"] == 131.25
