"""`tracker index import` and `index list`: the long form, its errors, one change that can be taken back."""

import json
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Cli
from tests.index.samples import HEADER, WORKED_EXAMPLE, province, write


def answer(text: str) -> dict[str, object]:
    """What --json printed."""
    parsed = json.loads(text)
    assert isinstance(parsed, dict)
    return parsed


def values(cli: Cli, *words: object) -> list[tuple[object, ...]]:
    """The figures that hold, in brief."""
    rows = json.loads(cli.ok("index", "list", "--json", *words))
    return [(row["city"], row["year"], row["indicator"], row["value"], row["status"]) for row in rows]


def test_import_list_and_again(cli: Cli) -> None:
    first = cli("index", "import", WORKED_EXAMPLE, "--yes")
    assert (first.code, first.out) == (0, "指数数据：新增 136 条，变更 0 条，相同 0 条\n")
    assert first.err == "第 2 号改动；有误可运行 tracker undo 撤销\n"
    again = cli("index", "import", WORKED_EXAMPLE)
    assert (again.code, again.out, again.err) == (0, "指数数据：新增 0 条，变更 0 条，相同 136 条\n", "")
    assert values(cli, "--city", "温州", "--indicator", "②,GDP增速", "--year", "2025") == [
        ("温州市", 2025, 2, 6, "实测"),
        ("温州市", 2025, "GDP增速", 5, "实测"),
    ]
    assert len(json.loads(cli.ok("history", "--json"))) == 2


def test_the_list_as_csv_comes_back_without_a_difference(cli: Cli) -> None:
    odd = (
        f"{HEADER},measure,source\n杭州市,2025,2,0.35%,实测,%,=年鉴\n宁波市,2025,2,40,估算,%,-\n"
        "杭州市,2025,5,0.12345678901234,实测,吨/万元,\n"
    )
    cli.ok("index", "import", write(cli, "odd.csv", odd), "--yes")
    cli.ok("index", "list", "--csv", "-o", cli.folder / "out.csv")
    assert answer(cli.ok("index", "import", cli.folder / "out.csv", "--json")) == {
        "new": 0, "changed": 0, "same": 3, "errors": [], "ignored": [],
    }  # fmt: skip


def test_a_change_shows_both_values_and_undo_brings_the_former_back(cli: Cli) -> None:
    cli.ok("index", "import", write(cli, "a.csv", f"{HEADER}\n杭州市,2025,1,30,实测\n宁波市,2025,1,28,估算\n"), "--yes")
    cli.now += timedelta(days=1)
    second = cli("index", "import", write(cli, "b.csv", f"{HEADER}\n杭州,2025年,PM2.5浓度,29.5,实测\n"), "--yes")
    assert second.err.splitlines()[0] == "变更 杭州市2025年PM2.5浓度：30（实测） → 29.5（实测）"
    assert second.out == "指数数据：新增 0 条，变更 1 条，相同 0 条\n"
    both = [("杭州市", 2025, 1, 29.5, "实测"), ("宁波市", 2025, 1, 28, "估算")]
    assert values(cli) == both
    assert values(cli, "--known-at", "2026-11-21") == [("杭州市", 2025, 1, 30, "实测"), both[1]]
    assert cli.ok("undo", "--yes").startswith("已撤销第 3 号改动（张三，2026-11-22 12:00，index import）")
    assert values(cli) == [("杭州市", 2025, 1, 30, "实测"), both[1]]
    assert cli.ok("undo", "4", "--yes").startswith("已撤销第 4 号改动")
    assert values(cli) == both
    assert cli.ok("undo", "2", "--yes").startswith("已撤销第 2 号改动")
    assert values(cli) == both[:1]


def test_every_error_at_once_by_cell_and_nothing_written(cli: Cli) -> None:
    rows = (
        HEADER, "杭州市,2025,1,30,实测", "上海市,2025,1,30,实测", "宁波市,25,1,30,实测", "宁波市,2025,25,30,实测",
        "宁波市,2025,1,NaN,实测", "宁波市,2025,1,30,预测", "宁波市,2025,9,0.35,实测", "杭州市,2025,①,31,实测",
        "杭州市,2027,1,31,实测", "温州市,2025,1,,实测",
    )  # fmt: skip
    bad = write(cli, "bad.csv", "\n".join(rows))
    result = cli("index", "import", bad, cli.folder / "none.csv", "--yes", "--json")
    assert result.code == 1
    found = answer(result.out)
    assert (found["new"], found["changed"], found["same"]) == (1, 0, 0)
    errors = found["errors"]
    assert isinstance(errors, list)
    assert [(error["file"], error["cell"], error["message"].partition("：")[0]) for error in errors] == [
        ("bad.csv", "A3", "不认识的城市"), ("bad.csv", "B4", "年份应为四位数，如2025"), ("bad.csv", "C5", "不认识的指标"),
        ("bad.csv", "D6", "不是有限的数值"), ("bad.csv", "E7", "状态应为实测或估算"),
        ("bad.csv", "D8", "百分数看起来填成了小数"), ("bad.csv", "C9", "杭州市2025年“PM2.5浓度”重复"),
        ("bad.csv", "B10", "2027年还没有到，不会有实测值；请核对年份"), ("none.csv", None, "没有这个文件；请检查路径"),
    ]  # fmt: skip
    plain = cli("index", "import", bad, "--yes")
    assert plain.code == 1
    assert plain.err.splitlines()[0] == ("bad.csv A3：不认识的城市：上海市。请填浙江省11个设区市之一，如杭州市。")
    assert plain.err.splitlines()[-1] == "错误：共 8 处，未写入任何数据；请改正后重新导入"
    assert values(cli) == []


def test_a_yes_is_asked_for(cli: Cli) -> None:
    file = write(cli, "a.csv", f"{HEADER}\n杭州市,2025,1,30,实测\n")
    assert cli("index", "import", file).code == 2
    assert cli("index", "import", file, answers="n\n").err.endswith("未写入\n")
    assert cli.ok("index", "import", file, "--dry-run") == "【演示，未写入】指数数据：新增 1 条，变更 0 条，相同 0 条\n"
    assert values(cli) == []
    assert cli.ok("index", "import", file, answers="y\n") == "指数数据：新增 1 条，变更 0 条，相同 0 条\n"
    assert len(values(cli)) == 1


def test_gb18030_bom_and_chinese_headings(cli: Cli) -> None:
    text = "某市统计资料\n城市,年份,指标编号,数值（原始）,状态,计量单位\n杭州市,２０２５,⑳,61.5％,实测,%\n注：数据来自年鉴\n"
    assert cli.ok("index", "import", write(cli, "a.csv", text, "gb18030"), "--yes").startswith("指数数据：新增 1 条")
    assert (
        cli.ok("index", "import", write(cli, "b.csv", text, "utf-8-sig"))
        == "指数数据：新增 0 条，变更 0 条，相同 1 条\n"
    )
    assert values(cli) == [("杭州市", 2025, 20, 61.5, "实测")]


def test_workbook_with_percent_cells_merges_and_formulas(cli: Cli) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    for row in (
        ("各市数据",), ("城市", "年份", "指标", "数值", "状态"), ("杭州市", 2025, 9, 0.353, "实测"),
        (None, 2025, 20, 66.8, "实测"), ("宁波市", 2025, 9, 0.1, "实测"), ("温州市", 2025, 9, "=D3*2", "实测"),
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    sheet["D3"].number_format = "0.0%"
    sheet["D5"].number_format = '0.0"%"'
    book.create_sheet("说明").append(("与数据无关",))
    path = cli.folder / "a.xlsx"
    book.save(path)
    result = cli("index", "import", path, "--json", "--yes")
    assert result.code == 1
    assert [(error["sheet"], error["cell"]) for error in json.loads(result.out)["errors"]] == [
        ("数据", "D6"),
        ("数据", "D5"),
    ]
    sheet["D5"], sheet["D6"] = "10%", 41
    book.save(path)
    cli.ok("index", "import", path, "--yes")
    assert values(cli, "--city", "杭州市,宁波市") == [
        ("杭州市", 2025, 9, 35.3, "实测"), ("宁波市", 2025, 9, 10, "实测"), ("杭州市", 2025, 20, 66.8, "实测"),
    ]  # fmt: skip


def test_a_cell_that_shows_an_error_is_no_empty_cell(cli: Cli) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    sheet.append(HEADER.split(","))
    sheet.append(("杭州市", 2025, 1, "#DIV/0!", "实测"))
    sheet.append(("#N/A", 2025, 1, None, "实测"))
    path = cli.folder / "a.xlsx"
    book.save(path)
    result = cli("index", "import", path, "--json", "--yes")
    assert result.code == 1
    assert [(error["cell"], error["message"]) for error in json.loads(result.out)["errors"]] == [
        ("D2", "单元格显示的是错误值（#DIV/0!），请改填数值或文字；没有数据请留空"),
        ("A3", "单元格显示的是错误值（#N/A），请改填数值或文字；没有数据请留空"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"PK\x03\x04 no workbook", "文件已损坏，打不开；请用 Excel"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不是 Excel 或 WPS 工作簿"),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "不是 Excel 或 WPS 工作簿",
        ),
        ("a.csv", "甲,乙\n1,2\n".encode(), "没有找到表头"),
        ("a.csv", "city,year,indicator,value\n杭州市,2025,1,30\n".encode(), "表头缺少列：status（状态）"),
        ("a.csv", b"city,year,indicator,value,value,status\n", "表头有两列同名"),
        ("a.csv", b'city,year,indicator,value,status\n"open', "不是完整的 CSV"),
    ],
)
def test_files_that_are_none(cli: Cli, name: str, content: bytes, message: str) -> None:
    path = cli.folder / name
    path.write_bytes(content)
    result = cli("index", "import", path, "--yes", "--json")
    assert result.code == 1
    assert [error["message"].startswith(message) for error in json.loads(result.out)["errors"]] == [True]


def test_two_files_that_disagree(cli: Cli) -> None:
    one = write(cli, "a.csv", f"{HEADER}\n杭州市,2025,11,30,实测\n宁波市,2025,11,30,实测\n")
    other = write(cli, "b.csv", f"{HEADER}\n杭州市,2025,11,30.0,实测\n宁波市,2025,11,31,实测\n")
    result = cli("index", "import", one, other, "--yes")
    assert result.code == 1
    assert result.err.splitlines()[0] == (
        "b.csv D3：与 a.csv D3 的同一指标不同（30（实测）、31（实测））；请核对后只留一个"
    )


def test_a_share_beyond_its_whole_is_pointed_out(cli: Cli) -> None:
    rows = "杭州市,2025,9,135,实测\n宁波市,2025,18,-5,实测\n温州市,2025,2,-5,实测\n"
    result = cli("index", "import", write(cli, "a.csv", f"{HEADER}\n{rows}"), "--yes")
    assert result.code == 0
    assert [line for line in result.err.splitlines() if line.startswith("注意")] == [
        "注意：a.csv D2：“非化石能源占一次能源消费比重”为135%，不在0至100之间，请核对",
        "注意：a.csv D3：“生活垃圾分类处理率”为-5%，不在0至100之间，请核对",
    ]


def test_mixed_measures_are_pointed_out(cli: Cli) -> None:
    file = write(cli, "a.csv", f"{HEADER},measure\n杭州市,2025,5,0.5,实测,吨/万元\n宁波市,2025,5,48,实测,千克/万元\n")
    assert cli("index", "import", file, "--yes").err.splitlines()[0] == (
        "注意：“单位GDP碳排放”的计量单位不一致：吨/万元（如杭州市2025年），千克/万元（如宁波市2025年）"
    )


def test_unknown_words_in_filters(cli: Cli) -> None:
    for words, code, start in (
        (("--city", "上海"), 1, "错误：没有城市“上海”"),
        (("--indicator", "25"), 1, "错误：没有指标“25”"),
        (("--year", "去年"), 2, "错误：--year 的年份“去年”无法识别"),
    ):
        result = cli("index", "list", *words)
        assert (result.code, result.err[: len(start)]) == (code, start)


def test_a_large_file_is_judged_in_seconds(cli: Cli, tmp_path: Path) -> None:
    years = tuple(range(2015, 2026, 5))
    path = tmp_path / "all.csv"
    path.write_text(province(years), "utf-8")
    assert (
        cli.ok("index", "import", path, "--yes") == f"指数数据：新增 {24 * 11 * len(years)} 条，变更 0 条，相同 0 条\n"
    )


def test_hidden_rows_and_sums_are_no_figures_and_what_was_not_taken_is_told(cli: Cli) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    rows = (
        ("城市名称", "统计年度", "编号", "指标名称", "数值", "状态", "备注"), ("杭州市", "2025年度", 1, "PM2.5浓度", 30, "实测", "已核"),
        ("宁波市", 2025, 1, "PM2.5浓度", 28, "实测", None), ("小计", None, None, None, 58, None, None),
    )  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    path = cli.folder / "a.xlsx"
    book.save(path)
    result = cli("index", "import", path, "--yes")
    assert (result.code, values(cli)) == (0, [("杭州市", 2025, 1, 30, "实测")]), result.err
    assert "有 1 行被隐藏（第 3 行）" in result.err
    assert "“备注”一列（1 格）未读取" in result.err
    sheet["D2"] = "单位GDP碳排放"
    book.save(path)
    assert "C2：编号1是“PM2.5浓度”，与同一行的“单位GDP碳排放”不符" in cli("index", "import", path, "--yes").err


def test_figures_in_words_and_rows_for_the_whole_are_read_as_at_every_door(cli: Cli) -> None:
    heading = "城市,年份,指标,数值,状态,计量单位\n"
    rows = (
        "杭州,2025,1,约18,实测,", "宁波,2025,1,26微克/立方米,实测,", "温州,2025,1,—,实测,", "全省,2025,1,22,实测,", "浙江省,2025,2,22,实测,",
        "嘉兴,2025,9,六成,实测,", "湖州,2025,5,1.2万吨,实测,吨",
    )  # fmt: skip
    result = cli("index", "import", write(cli, "a.csv", heading + "\n".join(rows)), "--yes")
    assert [row[:4] for row in values(cli)] == [
        ("杭州市", 2025, 1, 18), ("宁波市", 2025, 1, 26), ("湖州市", 2025, 5, 12000), ("嘉兴市", 2025, 9, 60),
    ]  # fmt: skip
    assert result.err.splitlines()[:3] == [
        "注意：a.csv D2：数值是约数，按 18 读取；请核对",
        "未读取：a.csv D5：“全省”一行不是地区的数，未读取",
        "未读取：a.csv D6：“浙江省”一行不是地区的数，未读取",
    ]
    wrong = cli("index", "import", write(cli, "b.csv", f"{heading}杭州,2025,1,2毫克/升,实测,微克/立方米\n"), "--yes")
    assert wrong.err.startswith("b.csv D2：数值“2毫克/升”的单位与指标单位（微克/立方米）不符")
